package demo

import (
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
)

// What a visitor reads first is so: an agenda says of no case that its risk is high when it is not, and no home's places
// were counted years ago.
func TestTodayIsAsItIsSaid(t *testing.T) {
	b := theWhole(t)
	states := b.states(t)
	coordinator := b.as("koordinatore.bashkia")
	list, err := b.Meetings(t.Context(), coordinator, handlers.ListQuery{})
	ok(t, err)
	spoken := 0
	for _, row := range list.Items {
		m, err := b.Meeting(t.Context(), coordinator, row.Meeting)
		ok(t, err)
		for _, i := range m.Agenda {
			spoken++
			if risk := states[i.Case].Risk; i.Reason == "high_risk" && m.Status == meeting.Planned && risk != casefile.High {
				t.Errorf("%s is on an agenda for its high risk, which is %q", states[i.Case].Code, risk)
			}
		}
	}
	places, err := b.Institutions(t.Context())
	ok(t, err)
	counted := 0
	for _, p := range places.Items {
		for _, x := range p.Services {
			if x.Capacity {
				counted++
				if age := b.clock.Now().Sub(x.ReportedAt); age > 60*24*time.Hour {
					t.Errorf("the places of %s at %s were counted %s ago", x.Service, p.Institution, age)
				}
			}
		}
	}
	if spoken == 0 || counted < 4 {
		t.Errorf("%d cases on agendas, %d counts of places", spoken, counted)
	}
}
