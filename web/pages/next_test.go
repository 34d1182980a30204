package pages

import (
	"slices"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

func TestASummaryTellsOfMessagesCopiesAndExtensions(t *testing.T) {
	v := testView(t)
	at := v.Now
	s := summarizer{view: v}
	r := s.referral(casefile.Referral{Status: casefile.Sent, SentBack: true, Messages: []casefile.Message{{ID: "m1", By: "i1", At: at}, {ID: "m2", By: "i2", At: at}}})
	o := func(o casefile.Order) item {
		s.c.Orders = []casefile.Order{o}
		return s.orders().Items[0]
	}
	for _, c := range []struct {
		name string
		i    item
		want string
	}{
		{"messages", r, v.N("case.messages", 2, "who", v.Who("i2"), "when", v.DateTime(at))},
		{"sent back", r, v.T("case.sent_back")},
		{"copies", o(casefile.Order{Status: casefile.OrderInForce, ServedAt: at}), v.T("case.served", "when", v.DateTime(at))},
		{"asked", o(casefile.Order{Status: casefile.OrderInForce, ExtensionRequested: true}), v.T("case.extension_requested")},
		{"refused", o(casefile.Order{Status: casefile.OrderInForce, ExtensionRefused: true}), v.T("case.extension_refused")},
	} {
		if parts := c.i.parts(v); !slices.Contains(parts, c.want) {
			t.Errorf("%s: %q does not say %q", c.name, parts, c.want)
		}
	}
}

// Whoever is late is offered to say why where she looks for what to do; in time, or late by somebody else, it is not asked.
func TestWhoIsLateMaySayWhy(t *testing.T) {
	v := testView(t)
	v.Caller.Institution = "i1"
	for _, c := range []struct {
		owner  string
		status casefile.Status
		want   bool
	}{{"i1", casefile.Lapsed, true}, {"i1", casefile.Running, false}, {"i2", casefile.Lapsed, false}} {
		view := handlers.CaseView{State: casefile.State{ID: "c1"}, Actions: []handlers.OpenAction{{Action: "deadline.acknowledge", ID: "d1"}}}
		view.Deadlines = []casefile.Deadline{{ID: "d1", Owner: c.owner, Action: "draft_plan", DueAt: v.Now, Status: c.status}}
		waits := v.waits(view)
		if len(waits) != 1 || (len(waits[0].Todos) == 1) != c.want {
			t.Errorf("%s, %s: %+v", c.owner, c.status, waits)
		}
	}
}
