package activity

import (
	"strings"
	"testing"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider   = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at        = decidertest.At()
	what      = What{Activity: "a-1", Kind: "sixteen_days", On: "2026-05-04", Title: "16 ditë aktivizëm", Organiser: "inst-dv"}
	planned   = Planned{what}
	recorded  = Recorded{what, Turnout{Participants: 40, WomenGirls: 30, Children: 5, Organisations: 3}}
	cancelled = Cancelled{"no_funds"}
	inError   = EnteredInError{"duplicate"}
)

func given(e ...event.Data) []event.Data { return e }

func TestRecord(t *testing.T) {
	decider.Accepts(t, nil, Record(recorded), at, recorded)
	decider.Accepts(t, given(planned), Record(recorded), at, recorded)

	refuse := func(field, code string, change func(*Record)) {
		t.Helper()
		c := Record(recorded)
		change(&c)
		decider.Refuses(t, nil, c, at, code, field)
	}
	refuse("activity", CodeMissing, func(c *Record) { c.Activity = "" })
	refuse("kind", CodeUnknownCode, func(c *Record) { c.Kind = "party" })
	refuse("on", CodeDay, func(c *Record) { c.On = "4.5.2026" })
	refuse("on", CodeFuture, func(c *Record) { c.On = "2026-05-06" })
	refuse("title", CodeMissing, func(c *Record) { c.Title = "" })
	refuse("title", CodeTooLong, func(c *Record) { c.Title = strings.Repeat("ë", maxTitle+1) })
	refuse("organiser", CodeMissing, func(c *Record) { c.Organiser = "" })
	refuse("participants", CodeCount, func(c *Record) { c.Participants = -1 })
	refuse("organisations", CodeCount, func(c *Record) { c.Organisations = maxCount + 1 })
	refuse("women_girls", CodeMoreThanCame, func(c *Record) { c.WomenGirls = 41 })
	refuse("children", CodeMoreThanCame, func(c *Record) { c.Children = 41 })

	other := Record(recorded)
	other.Participants++
	decider.Refuses(t, given(recorded), other, at, CodeHeld, "")
	other.Activity = "a-2"
	decider.Refuses(t, given(planned), other, at, CodeExists, "activity")
}

func TestPlanCancelAndError(t *testing.T) {
	decider.Accepts(t, nil, Plan(planned), at, planned)
	next := Plan(planned)
	next.On = "2030-01-01" // a plan may lie ahead
	decider.Accepts(t, nil, next, at, Planned(next))
	decider.Refuses(t, given(planned), next, at, CodeExists, "")
	decider.Accepts(t, given(planned), Cancel(cancelled), at, cancelled)
	decider.Refuses(t, given(planned), Cancel{"lazy"}, at, CodeUnknownCode, "reason")
	decider.Accepts(t, given(recorded), MarkInError(inError), at, inError)
	decider.Refuses(t, given(recorded), MarkInError{"shy"}, at, CodeUnknownCode, "reason")
}

func TestMatrix(t *testing.T) {
	other := Record(recorded)
	other.Children = 1
	decider.Matrix(t, []decidertest.Row{
		{Name: "not entered"}, {Name: "planned", Given: given(planned)}, {Name: "held", Given: given(recorded)},
		{Name: "cancelled", Given: given(planned, cancelled)}, {Name: "entered in error", Given: given(recorded, inError)},
	}, []Command{Plan(planned), Record(recorded), other, Cancel(cancelled), MarkInError(inError)}, at)
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), planned, recorded, cancelled, inError)
}
