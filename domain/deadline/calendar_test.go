package deadline

import (
	"strings"
	"testing"
	"time"
)

// easter is the Gregorian computus (Meeus, Jones, Butcher).
func easter(y int) Day {
	a, b, c := y%19, y/100, y%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	n := h + l - 7*((a+11*h+22*l)/451) + 114
	return DayOf(y, time.Month(n/31), n%31+1)
}

// orthodoxEaster is the Julian computus, 13 days on.
func orthodoxEaster(y int) Day {
	d := (19*(y%19) + 15) % 30
	e := (2*(y%4) + 4*(y%7) - d + 34) % 7
	return DayOf(y, time.Month((d+e+114)/31), (d+e+114)%31+1+13)
}

func TestAlbanianHolidays(t *testing.T) {
	h, err := AlbanianHolidays()
	if err != nil {
		t.Fatal(err)
	}
	if h.Covers(2013) || h.Covers(2031) {
		t.Error("covers years it does not hold")
	}
	for y := 2014; y <= 2030; y++ {
		if !h.Covers(y) {
			t.Errorf("%d is missing", y)
		}
		for _, day := range []Day{easter(y), orthodoxEaster(y)} {
			if got, ok := h.On(day); !ok || !strings.HasPrefix(got.Code, "easter_") && !strings.HasPrefix(got.Code, "bajram_") {
				t.Errorf("%s is Easter, the list says %+v", day, got)
			}
		}
		moon := 0
		for day := DayOf(y, 1, 1); day.Year == y; day = day.add(1) {
			got, ok := h.On(day)
			if ok && got.Confidence == HolidayApproximate && got.Code != "in_lieu" {
				moon++
			}
		}
		if moon != 2 {
			t.Errorf("%d has %d Bajrams", y, moon)
		}
	}
	// Every holiday on a weekend is given back on a working day of its own: as many in lieu as fell on weekends.
	lieu, weekend := 0, 0
	for day, entry := range h.days {
		free := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		switch {
		case entry.Code == "in_lieu" && free:
			t.Errorf("%s is in lieu, and a weekend", day)
		case entry.Code == "in_lieu":
			lieu++
			if _, rest := (Calendar{Holidays: h}).Rest(day.add(-1)); !rest {
				t.Errorf("%s is in lieu, but the day before is a working day", day)
			}
		case free:
			weekend++
		}
	}
	if lieu != weekend || lieu == 0 {
		t.Errorf("%d days in lieu for %d holidays on weekends", lieu, weekend)
	}
	for day, want := range map[Day]string{
		{2017, 10, 19}: "mother_teresa", {2018, 9, 5}: "mother_teresa", {2024, 11, 22}: "alphabet_day", {2014, 7, 28}: "bajram_fitr",
	} {
		if got, _ := h.On(day); got.Code != want {
			t.Errorf("%s is %q, want %s", day, got.Code, want)
		}
	}
	for _, day := range []Day{{2018, 10, 19}, {2017, 9, 5}, {2023, 11, 22}} {
		if got, ok := h.On(day); ok {
			t.Errorf("%s is %s: that law did not hold then", day, got.Code)
		}
	}
}

func TestLoadHolidaysRefuses(t *testing.T) {
	const good = `{"date":"2026-05-01","code":"labour_day","name":{"sq":"a","en":"b"},"confidence":"fixed"}`
	for name, c := range map[string]struct{ data, want string }{
		"no list":       {`[]`, "cannot unmarshal"},
		"unknown field": {`{"holidays":[],"x":1}`, `unknown field "x"`},
		"no such day":   {`{"holidays":[{"date":"2026-02-30"}]}`, `entry 1 (2026-02-30)`},
		"code":          {`{"holidays":[{"date":"2026-05-01","code":"May 1"}]}`, "code:"},
		"name":          {`{"holidays":[{"date":"2026-05-01","code":"x"}]}`, "name:"},
		"confidence":    {`{"holidays":[{"date":"2026-05-01","code":"x","name":{"sq":"a","en":"b"}}]}`, "confidence:"},
		"twice":         {`{"holidays":[` + good + `,` + good + `]}`, "entry 2 (2026-05-01): date: is given twice"},
		"rest":          {`{"holidays":[` + good + `]} {}`, "something follows"},
	} {
		if _, err := LoadHolidays([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
