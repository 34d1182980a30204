package deadline

import (
	"errors"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func tirana(t testing.TB) Calendar {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	h, err := AlbanianHolidays()
	if err != nil {
		t.Fatal(err)
	}
	return Calendar{Zone: zone, Holidays: h}
}

func TestDue(t *testing.T) {
	cal := tirana(t)
	hours := func(n int) Term { return Term{Unit: Hours, Count: n} }
	days := func(n int) Term { return Term{Unit: Days, Count: n} }
	months := func(n int) Term { return Term{Unit: Months, Count: n} }
	before := func(n int) Term { return Term{Unit: DaysBefore, Count: n} }
	for _, c := range []struct {
		name, from string
		term       Term
		due, shift string // local wall clock with its offset
	}{
		{"at once", "2026-05-06T10:00:00+02:00", Term{Unit: AtOnce}, "2026-05-06T10:00:00+02:00", ""},
		{"hours", "2026-05-06T10:00:00+02:00", hours(48), "2026-05-08T10:00:00+02:00", ""},
		{"hours run on over a weekend and a holiday", "2026-04-30T17:30:00+02:00", hours(48), "2026-05-02T17:30:00+02:00", ""},
		// 29 March 2026: the clock jumps from 02:00 to 03:00, so 24 hours end an hour later on the wall.
		{"hours over the spring change", "2026-03-28T14:00:00+01:00", hours(24), "2026-03-29T15:00:00+02:00", ""},
		// 25 October 2026: from 03:00 back to 02:00.
		{"hours over the autumn change", "2026-10-24T14:00:00+02:00", hours(24), "2026-10-25T13:00:00+01:00", ""},
		{"the first of the two 02:30", "2026-10-25T02:30:00+02:00", hours(1), "2026-10-25T02:30:00+01:00", ""},
		{"days: the first day does not count", "2026-05-04T09:00:00+02:00", days(3), "2026-05-08T00:00:00+02:00", ""},
		{"days: the hour of the event changes nothing", "2026-05-04T23:59:59+02:00", days(3), "2026-05-08T00:00:00+02:00", ""},
		{"days: the day is the local one", "2026-05-03T22:30:00Z", days(3), "2026-05-08T00:00:00+02:00", ""},
		{"same day", "2026-05-04T09:00:00+02:00", days(0), "2026-05-05T00:00:00+02:00", ""},
		{"a Saturday moves to Monday", "2026-05-06T09:00:00+02:00", days(3), "2026-05-12T00:00:00+02:00", "2026-05-09 saturday, 2026-05-10 sunday"},
		{"a holiday in the middle stops nothing", "2026-04-29T09:00:00+02:00", days(5), "2026-05-05T00:00:00+02:00", ""},
		{"a holiday before a weekend", "2026-04-28T09:00:00+02:00", days(3), "2026-05-05T00:00:00+02:00", "2026-05-01 labour_day, 2026-05-02 saturday, 2026-05-03 sunday"},
		{"two holidays on a weekend, both given back", "2026-11-25T09:00:00+01:00", days(3), "2026-12-03T00:00:00+01:00",
			"2026-11-28 independence_day, 2026-11-29 liberation_day, 2026-11-30 in_lieu, 2026-12-01 in_lieu"},
		{"Orthodox Easter", "2026-04-09T09:00:00+02:00", days(3), "2026-04-15T00:00:00+02:00", "2026-04-12 easter_orthodox, 2026-04-13 in_lieu"},
		{"days over the spring change", "2026-03-26T09:00:00+01:00", days(5), "2026-04-01T00:00:00+02:00", ""},
		{"days over the autumn change", "2026-10-22T09:00:00+02:00", days(5), "2026-10-28T00:00:00+01:00", ""},
		{"over the year", "2026-12-30T09:00:00+01:00", days(2), "2027-01-06T00:00:00+01:00",
			"2027-01-01 new_year, 2027-01-02 new_year_second_day, 2027-01-03 sunday, 2027-01-04 in_lieu"},
		{"months: the same number", "2026-02-10T09:00:00+01:00", months(3), "2026-05-12T00:00:00+02:00", "2026-05-10 sunday"},
		{"months: no such day", "2026-01-31T09:00:00+01:00", Term{Unit: Months, Count: 1, Unshifted: true}, "2026-03-01T00:00:00+01:00", ""},
		{"months: leap year", "2027-08-31T09:00:00+02:00", months(6), "2028-03-01T00:00:00+01:00", ""},
		{"twelve months of validity end on their day, rest day or not", "2025-11-28T09:00:00+01:00", Term{Unit: Months, Count: 12, Unshifted: true}, "2026-11-29T00:00:00+01:00", ""},
		{"before: an expiry within a day", "2026-05-20T12:00:00+02:00", before(15), "2026-05-06T00:00:00+02:00", ""},
		{"before: an expiry at the end of a day", "2026-05-21T00:00:00+02:00", before(15), "2026-05-06T00:00:00+02:00", ""},
		{"working days before: the last one is that of the end", "2026-05-21T00:00:00+02:00", Term{Unit: WorkingDaysBefore, Count: 1}, "2026-05-20T00:00:00+02:00", ""},
		{"working days before: a weekend between", "2026-05-26T00:00:00+02:00", Term{Unit: WorkingDaysBefore, Count: 2}, "2026-05-22T00:00:00+02:00", ""},
		{"working days before: an order that ends on a holiday", "2026-11-29T00:00:00+01:00", Term{Unit: WorkingDaysBefore, Count: 2}, "2026-11-26T00:00:00+01:00", ""},
		{"working days before: over two holidays and their days in lieu", "2026-12-03T00:00:00+01:00", Term{Unit: WorkingDaysBefore, Count: 2}, "2026-11-27T00:00:00+01:00", ""},
		{"working days before: over the spring change", "2026-03-31T00:00:00+02:00", Term{Unit: WorkingDaysBefore, Count: 2}, "2026-03-27T00:00:00+01:00", ""},
		{"before: a rest day moves back, never on", "2026-05-25T00:00:00+02:00", before(15), "2026-05-09T00:00:00+02:00", "2026-05-09 saturday"},
	} {
		t.Run(c.name, func(t *testing.T) {
			due, shift := c.term.due(instant(t, c.from), cal)
			if want := instant(t, c.due); !due.Equal(want) {
				t.Errorf("due %s, want %s", due.In(cal.Zone), want.In(cal.Zone))
			}
			if shift != c.shift {
				t.Errorf("shift %q, want %q", shift, c.shift)
			}
		})
	}
}

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestClockTellsWhereItComesFrom(t *testing.T) {
	packs, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	set, cal := packs.For(RegimeDomesticViolence), tirana(t)
	got, err := set.Clock("DV-10", instant(t, "2026-05-06T10:00:00+02:00"), cal)
	want := Clock{
		Rule: "DV-10", Pack: RegimeDomesticViolence, Version: 2, Article: "9669/2006 18(1)b", Confidence: Law,
		Owner: OwnerCourt, Action: "decide_order", DueAt: time.Date(2026, 5, 8, 8, 0, 0, 0, time.UTC),
		Ladder: set.Ladder(LadderHours),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v, %v\nwant %+v", got, err, want)
	}
	if got, err := set.Clock("REF-ANSWER-urgent", got.DueAt, cal); err != nil || got.Pack != HousePack {
		t.Errorf("a regime's set has the rules of the house too: %+v, %v", got, err)
	}
	var unknown *UnknownRuleError
	if _, err := packs.For(RegimeChildProtection).Clock("DV-10", got.DueAt, cal); !errors.As(err, &unknown) || unknown.Rule != "DV-10" {
		t.Errorf("a rule of another regime: %v", err)
	}
	if _, err := set.Clock("DV-10", got.DueAt, Calendar{}); !errors.Is(err, ErrNoZone) {
		t.Errorf("no zone: %v", err)
	}
}

func anyStart(t *rapid.T, label string) time.Time {
	return time.Unix(rapid.Int64Range(
		time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC).Unix()).Draw(t, label), 0).UTC()
}

func TestProperties(t *testing.T) {
	cal := tirana(t)
	rapid.Check(t, func(t *rapid.T) {
		term := Term{
			Unit:  rapid.SampledFrom([]Unit{AtOnce, Hours, Days, Months, DaysBefore}).Draw(t, "unit"),
			Count: rapid.IntRange(1, 20).Draw(t, "count"),
		}
		a := anyStart(t, "a")
		b := a.Add(time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "later")))
		dueA, shift := term.due(a, cal)
		dueB, _ := term.due(b, cal)

		if dueB.Before(dueA) {
			t.Fatalf("a later start is due earlier: %s -> %s, %s -> %s", a, dueA, b, dueB)
		}
		switch term.Unit {
		case AtOnce:
			if !dueA.Equal(a) {
				t.Fatalf("at once is at %s", dueA)
			}
		case DaysBefore:
			if dueA.After(a.Add(-time.Duration(term.Count)*24*time.Hour + 25*time.Hour)) {
				t.Fatalf("%d days before %s is due at %s", term.Count, a, dueA)
			}
		default:
			if !dueA.After(a) {
				t.Fatalf("due %s is not after the start %s", dueA, a)
			}
		}
		if term.Unit == Days || term.Unit == Months || term.Unit == DaysBefore {
			last := cal.day(dueA.Add(-1))
			if reason, rest := cal.Rest(last); rest {
				t.Fatalf("the last day %s is %s", last, reason)
			}
			unshifted := term
			unshifted.Unshifted = true
			plain, _ := unshifted.due(a, cal)
			if (shift == "") != plain.Equal(dueA) {
				t.Fatalf("shift %q, but %s became %s", shift, plain, dueA)
			}
			if late := dueA.After(plain); late && term.Unit == DaysBefore {
				t.Fatalf("a term before an instant was moved later, to %s", dueA)
			}
		}
	})
}

// A warning of n working days comes at the start of a working day, with exactly n of them left, that day among them.
func TestWorkingDaysBefore(t *testing.T) {
	cal := tirana(t)
	rapid.Check(t, func(t *rapid.T) {
		end, n := anyStart(t, "end"), rapid.IntRange(1, 30).Draw(t, "n")
		due, _ := Term{Unit: WorkingDaysBefore, Count: n}.due(end, cal)
		if reason, rest := cal.Rest(cal.day(due)); rest {
			t.Fatalf("it comes on %s, which is %s", cal.day(due), reason)
		}
		if local := due.In(cal.Zone); local.Hour() != 0 || local.Minute() != 0 {
			t.Fatalf("it comes at %s", local)
		}
		if got := cal.WorkingDays(due, end); got != n {
			t.Fatalf("%d working days are left at %s before %s, want %d", got, due, end, n)
		}
		if got := cal.WorkingDays(end, due); got != 0 {
			t.Fatalf("%d working days are left of what is over", got)
		}
	})
}
