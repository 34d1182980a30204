package directory

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

func tirane(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var night = Shift{Shift: "s-night", Rung: deadline.Officer, Account: "a-night", Days: Weekdays, From: "16:00", Until: "08:00"}

func rosterOf(shifts ...Shift) (s State) {
	s = Evolve(s, Registered{Institution: "i", Kind: PoliceKind, Sector: Public})
	for _, h := range shifts {
		s = Evolve(s, DutySet{h})
	}
	return s
}

// Who stands where, at every edge: over night, on a day of its own, and through both changes of the clock.
func TestWhoIsOnDuty(t *testing.T) {
	zone := tirane(t)
	desk := Shift{Shift: "s-desk", Rung: deadline.Officer, Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "08:00", Until: "16:00"}
	feast := Shift{Shift: "s-feast", Rung: deadline.Officer, Account: "a-feast", On: "2026-11-28", From: "08:00", Until: "08:00"}
	deputy := Shift{Shift: "s-deputy", Rung: deadline.Deputy, Account: "a-deputy", Days: Weekdays, From: "00:00", Until: "00:00"}
	s := rosterOf(feast, night, desk, deputy)
	for at, want := range map[string]string{
		"2026-11-23 15:59": "s-desk", "2026-11-23 16:00": "s-night", "2026-11-24 07:59": "s-night", "2026-11-24 08:00": "s-desk",
		"2026-11-27 23:00": "s-night", "2026-11-28 07:00": "s-night", "2026-11-28 08:00": "s-feast", "2026-11-28 20:00": "s-feast", "2026-11-29 07:30": "s-feast",
		"2026-11-29 08:00": "", "2026-11-29 16:00": "s-night",
		"2026-03-29 02:30": "s-night", "2026-10-25 02:30": "s-night", "2026-10-25 07:59": "s-night", // the nights of both changes
	} {
		when, err := time.ParseInLocation("2006-01-02 15:04", at, zone)
		if err != nil {
			t.Fatal(err)
		}
		got, _, ok := s.Standing(deadline.Officer, when.UTC(), zone)
		if ok != (want != "") || got.Shift != want {
			t.Errorf("%s: %q, %v; want %q", at, got.Shift, ok, want)
		}
		if got, _, _ := s.Standing(deadline.Deputy, when, zone); got.Account != "a-deputy" {
			t.Errorf("%s: no deputy", at)
		}
		if _, _, ok := s.Standing(deadline.Head, when, zone); ok {
			t.Errorf("%s: a head whom nobody named", at)
		}
	}
	if s = Evolve(s, DutyEnded{"s-feast"}); len(s.Duty) != 3 {
		t.Fatalf("%d shifts", len(s.Duty))
	}
}

// Every instant of the span has an officer or lies in a gap, and never both.
func TestGapsAreWhereNobodyStands(t *testing.T) {
	zone := tirane(t)
	from := time.Date(2026, 10, 22, 10, 0, 0, 0, zone) // the clock changes on the 25th
	until := from.AddDate(0, 0, 7)
	for name, s := range map[string]State{
		"none": rosterOf(), "nights": rosterOf(night),
		"two": rosterOf(night, Shift{Shift: "s", Rung: deadline.Officer, Days: []string{"sat", "mon"}, From: "07:00", Until: "12:00"}),
	} {
		gaps := s.Gaps(from, until, zone)
		for at := from; at.Before(until); at = at.Add(30 * time.Minute) {
			_, _, stands := s.Standing(deadline.Officer, at, zone)
			in := false
			for _, g := range gaps {
				in = in || !at.Before(g.From) && at.Before(g.Until)
			}
			if in == stands {
				t.Errorf("%s: at %s somebody stands there: %v, and it is a gap: %v", name, at, stands, in)
			}
		}
		if name == "none" && fmt.Sprint(gaps) != fmt.Sprint([]Gap{{from, until}}) {
			t.Errorf("without a shift the gaps are %v", gaps)
		}
	}
}

func TestAShiftIsChecked(t *testing.T) {
	now := event.Moment{Now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	for want, c := range map[string]Shift{
		"":       night,
		"rung":   {Shift: "s", Rung: deadline.Coordinator, Days: Weekdays, From: "08:00", Until: "16:00"},
		"days":   {Shift: "s", Rung: deadline.Officer, From: "08:00", Until: "16:00"},
		"days ":  {Shift: "s", Rung: deadline.Officer, Days: []string{"e hënë"}, From: "08:00", Until: "16:00"},
		"days  ": {Shift: "s", Rung: deadline.Officer, Days: Weekdays, On: "2026-11-28", From: "08:00", Until: "16:00"},
		"on":     {Shift: "s", Rung: deadline.Officer, On: "28.11.2026", From: "08:00", Until: "16:00"},
		"on ":    {Shift: "s", Rung: deadline.Officer, On: "2026-11-01", From: "08:00", Until: "16:00"},
		"from":   {Shift: "s", Rung: deadline.Officer, Days: Weekdays, From: "8", Until: "16:00"},
		"until":  {Shift: "s", Rung: deadline.Officer, Days: Weekdays, From: "08:00", Until: "24:10"},
		"shift":  {Rung: deadline.Officer, Days: Weekdays, From: "08:00", Until: "16:00"},
	} {
		events, err := Decide(rosterOf(), SetShift{c}, now)
		var no *event.Refusal
		if want == "" {
			if err != nil || len(events) != 1 {
				t.Errorf("%v: %v, %v", c, events, err)
			}
			continue
		}
		if !errors.As(err, &no) || no.Field+spaces(want) != want {
			t.Errorf("%v: %v; want a no at %q", c, err, want)
		}
	}
	again := night
	again.Shift = "s-again"
	if events, err := Decide(rosterOf(night), SetShift{again}, now); err != nil || len(events) > 0 {
		t.Errorf("the same shift again: %v, %v", events, err)
	}
	if events, err := Decide(rosterOf(), EndShift{"s-none"}, now); err != nil || len(events) > 0 {
		t.Errorf("a shift that is not there ends: %v, %v", events, err)
	}
}

// spaces are those at the end, which only tell two cases of one field apart.
func spaces(s string) string {
	n := len(s)
	for n > 0 && s[n-1] == ' ' {
		n--
	}
	return s[n:]
}
