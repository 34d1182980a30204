package casefile

import (
	"errors"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/person"
)

// The people and institutions of the tests.
const (
	muni    = "inst-muni" // leads the case
	police  = "inst-police"
	shelter = "inst-shelter"
	ngo     = "inst-ngo"
	court   = "inst-court"
	other   = "inst-other"

	ana  = "0a000000-0000-4000-8000-000000000001"
	beni = "0b000000-0000-4000-8000-000000000002"
	cela = "0c000000-0000-4000-8000-000000000003"
)

// opened is the instant at which the case of the tests is opened: a Monday, 10:00 in Shkodër.
var opened = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

var text = person.Sealed{Subject: ana, Field: "reason", Ref: "c1", Box: []byte{1, 2, 3}}

func decider(t testing.TB) Decider {
	t.Helper()
	packs, err := deadline.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	holidays, err := deadline.AlbanianHolidays()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}}
}

// story is given, when and then: a case that goes on from one command to the next.
type story struct {
	t     testing.TB
	d     Decider
	s     State
	now   time.Time
	last  []event.Data
	total []event.Data
}

// tell begins a story with an open case of the municipality, opened by the police.
func tell(t testing.TB) *story {
	st := &story{t: t, d: decider(t), now: opened}
	return st.do(police, openDV)
}

var openDV = OpenCase{
	Case: "case1", Code: "DHF-2026-0001", Kind: DomesticViolence, Channel: "police_129", Violence: []string{"physical"},
	Lead: muni, Opener: police, Persons: []PersonLink{{Person: ana, Role: Survivor, Sex: "female"}, {Person: beni, Role: Perpetrator, Relation: "spouse"}},
}

var openCP = OpenCase{
	Case: "case2", Code: "MF-2026-0001", Kind: ChildProtection, Channel: "school", Lead: muni, Opener: ngo,
	Persons: []PersonLink{{Person: cela, Role: Child, Minor: true}},
}

func (st *story) moment(who string) event.Moment {
	return event.Moment{Now: st.now, OccurredAt: st.now, Actor: event.Actor{Account: "acc-" + who, Institution: who, Role: "officer"}}
}

// do expects commands of one institution to be accepted, each with at least one event.
func (st *story) do(who string, commands ...Command) *story {
	st.t.Helper()
	for _, c := range commands {
		events, err := st.d.Decide(st.s, c, st.moment(who))
		if err != nil {
			st.t.Fatalf("%s: %T: %v", who, c, err)
		}
		if len(events) == 0 {
			st.t.Fatalf("%s: %T: no events", who, c)
		}
		st.apply(events)
	}
	return st
}

func (st *story) apply(events []event.Data) {
	st.last = events
	st.total = append(st.total, events...)
	st.s = Fold(st.s, events...)
	if err := Invariants(st.s); err != nil {
		st.t.Fatalf("after %s: %v", names(events), err)
	}
}

// after lets time pass.
func (st *story) after(d time.Duration) *story { st.now = st.now.Add(d); return st }

// then expects the events of the last command, by name.
func (st *story) then(want string) *story {
	st.t.Helper()
	if got := names(st.last); got != want {
		st.t.Fatalf("events:\n got %s\nwant %s", got, want)
	}
	return st
}

// nothing expects that what is asked for already holds.
func (st *story) nothing(who string, c Command) *story {
	st.t.Helper()
	events, err := st.d.Decide(st.s, c, st.moment(who))
	if err != nil || len(events) != 0 {
		st.t.Fatalf("%s: %T: got %s, %v; want nothing", who, c, names(events), err)
	}
	return st
}

// refused expects a refusal with a code and, unless empty, a field.
func (st *story) refused(who string, c Command, code, field string) *story {
	st.t.Helper()
	st.refusedAt(st.moment(who), c, code, field)
	return st
}

func (st *story) refusedAt(m event.Moment, c Command, code, field string) {
	st.t.Helper()
	events, err := st.d.Decide(st.s, c, m)
	var no *event.Refusal
	if !errors.As(err, &no) {
		st.t.Fatalf("%T: got %s, %v; want a refusal", c, names(events), err)
	}
	if no.Code != code || no.Field != field {
		st.t.Fatalf("%T: refused with %s %q (%s); want %s %q", c, no.Code, no.Field, no.Text, code, field)
	}
}

// ball expects the ball of a referral: "institution action rule".
func (st *story) ball(referral, want string) *story {
	st.t.Helper()
	if got := show(st.s.ReferralBall(referral)); got != want {
		st.t.Fatalf("the ball of %s: %s; want %s", referral, got, want)
	}
	return st
}

func show(b Ball) string {
	if b.Closed {
		return "closed"
	}
	return b.Institution + " " + b.Action + " " + b.Rule
}

// owes expects the clocks owed for a thing: "rule owner; ..." in the order they were set.
func (st *story) owes(kind, target, want string) *story {
	st.t.Helper()
	var got []string
	for _, d := range st.s.Deadlines {
		if d.Owed() && d.Kind == kind && d.Target == target {
			got = append(got, d.Rule+" "+d.Owner)
		}
	}
	if g := strings.Join(got, "; "); g != want {
		st.t.Fatalf("%s %s owes %q; want %q", kind, target, g, want)
	}
	return st
}

func names(events []event.Data) string {
	var out []string
	for _, e := range events {
		out = append(out, e.EventType())
	}
	return strings.Join(out, " ")
}

// clockOf finds the newest clock of a rule.
func (st *story) clockOf(rule string) Deadline {
	st.t.Helper()
	for i := len(st.s.Deadlines) - 1; i >= 0; i-- {
		if st.s.Deadlines[i].Rule == rule {
			return st.s.Deadlines[i]
		}
	}
	st.t.Fatalf("no clock of rule %s", rule)
	return Deadline{}
}
