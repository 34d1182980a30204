package meeting

import (
	"slices"
	"testing"
	"time"

	"mkr/domain/casefile"
)

var (
	lastMet = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	nextMet = time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	before  = lastMet.AddDate(0, 0, -10)
	since   = lastMet.AddDate(0, 0, 10)
	late    = nextMet.AddDate(0, 0, 10)
)

// TestGrounds says each rule by what it takes and what it leaves.
func TestGrounds(t *testing.T) {
	assessed := func(level string, at time.Time) casefile.Assessment { return casefile.Assessment{Level: level, At: at} }
	clock := func(action string, due time.Time, status casefile.Status) []casefile.Deadline {
		return []casefile.Deadline{{Action: action, DueAt: due, Status: status}}
	}
	for _, x := range []struct {
		name string
		c    casefile.State
		want []Ground
	}{
		{"nothing happened", casefile.State{}, nil},
		{"opened since", casefile.State{OpenedAt: since}, []Ground{{"new_case", since, 1}}},
		{"high since", casefile.State{Assessments: []casefile.Assessment{assessed(casefile.Medium, before), assessed(casefile.High, since)}}, []Ground{{"high_risk", since, 1}}},
		{"high before, and again", casefile.State{Assessments: []casefile.Assessment{assessed(casefile.High, before), assessed(casefile.High, since)}}, nil},
		{"high for a while", casefile.State{Assessments: []casefile.Assessment{assessed(casefile.High, since), assessed(casefile.Low, since.Add(time.Hour))}}, nil},
		{"high, told late, and low since", casefile.State{Assessments: []casefile.Assessment{assessed(casefile.Low, since.Add(time.Hour)), assessed(casefile.High, since)}}, nil},
		{"high by mistake", casefile.State{Assessments: []casefile.Assessment{{Level: casefile.High, At: since, InError: true}}}, nil},
		{"a first incident", casefile.State{Incidents: []casefile.Incident{{On: since}}}, nil},
		{"a second one", casefile.State{Incidents: []casefile.Incident{{On: since}, {On: before}}}, []Ground{{"repeat_incident", since, 1}}},
		{"a second one before", casefile.State{Incidents: []casefile.Incident{{On: before}, {On: before.Add(time.Hour)}}}, nil},
		{"a second one by mistake", casefile.State{Incidents: []casefile.Incident{{On: before}, {On: since, InError: true}}}, nil},
		{"breached since", casefile.State{Orders: []casefile.Order{{Status: casefile.OrderInForce, Breaches: 1, BreachedAt: since, ValidUntil: late}}}, []Ground{{"order_breached", since, 1}}},
		{"breached before", casefile.State{Orders: []casefile.Order{{Status: casefile.OrderInForce, Breaches: 1, BreachedAt: before, ValidUntil: late}}}, nil},
		{"expires before the next", casefile.State{Orders: []casefile.Order{{Status: casefile.OrderInForce, ValidUntil: nextMet}}}, []Ground{{"order_expiring", nextMet, 1}}},
		{"expires after it", casefile.State{Orders: []casefile.Order{{Status: casefile.OrderInForce, ValidUntil: late}}}, nil},
		{"has expired", casefile.State{Orders: []casefile.Order{{Status: casefile.OrderHasExpired, ValidUntil: since}}}, nil},
		{"a clock was missed", casefile.State{Deadlines: clock("assess_risk", before, casefile.Lapsed)}, []Ground{{"overdue", before, 1}}},
		{"it was met", casefile.State{Deadlines: clock("assess_risk", before, casefile.Met)}, nil},
		{"a review is due", casefile.State{Deadlines: clock("review_plan", nextMet, casefile.Running)}, []Ground{{"plan_review", nextMet, 1}}},
		{"it is due later", casefile.State{Deadlines: clock("review_plan", late, casefile.Running)}, nil},
		{"something else is due", casefile.State{Deadlines: clock("assess_risk", nextMet, casefile.Running)}, nil},
		{"declined", casefile.State{Referrals: []casefile.Referral{{Status: casefile.Declined, AnsweredAt: before}}}, []Ground{{"referral_declined", before, 1}}},
		{"declined, and settled", casefile.State{Referrals: []casefile.Referral{{Status: casefile.Declined, Settled: "other_help_found"}}}, nil},
		{"two clocks, the older one told", casefile.State{Deadlines: append(clock("a", since, casefile.Lapsed), clock("b", before, casefile.Lapsed)...)}, []Ground{{"overdue", before, 2}}},
	} {
		if x.c.OpenedAt.IsZero() {
			x.c.OpenedAt = before
		}
		if got := grounds(x.c, Between{Last: lastMet, Next: nextMet}); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

// TestPropose: the weightiest first, without what is closed or on the agenda already.
func TestPropose(t *testing.T) {
	made := func(code string, change func(*casefile.State)) casefile.State {
		c := casefile.State{ID: "id-" + code, Code: code, Status: casefile.Open, OpenedAt: before}
		change(&c)
		return c
	}
	fresh := func(c *casefile.State) { c.OpenedAt = since }
	breached := func(c *casefile.State) {
		c.Orders = []casefile.Order{{Status: casefile.OrderInForce, Breaches: 1, BreachedAt: since, ValidUntil: late}}
	}
	cases := []casefile.State{
		made("A", fresh), made("B", breached), made("C", func(*casefile.State) {}), made("D", func(c *casefile.State) { fresh(c); breached(c) }),
		made("E", func(c *casefile.State) { fresh(c); c.Status = casefile.Closed }), made("F", fresh),
	}
	got := Propose(State{Agenda: []Item{{Case: "id-F"}}}, cases, Between{Last: lastMet, Next: nextMet})
	var codes []string
	for _, p := range got {
		codes = append(codes, p.Code)
		for _, g := range p.Grounds {
			if !slices.Contains(AgendaReasons, g.Reason) || weightOf(g) < 0 {
				t.Errorf("%s is no reason for an agenda", g.Reason)
			}
		}
	}
	if !slices.Equal(codes, []string{"D", "B", "A"}) {
		t.Errorf("proposed are %v", codes)
	}
}
