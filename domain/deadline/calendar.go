package deadline

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Day is a calendar day without a time zone, normalised.
type Day struct {
	Year  int
	Month time.Month
	Dom   int
}

// DayOf makes a normalised day: the 31st of November is the 1st of December.
func DayOf(year int, month time.Month, dom int) Day {
	y, m, d := time.Date(year, month, dom, 0, 0, 0, 0, time.UTC).Date()
	return Day{y, m, d}
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("%q is not a day like 2026-11-28", s)
	}
	y, m, d := t.Date()
	return Day{y, m, d}, nil
}

func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Dom) }

// Weekday of the day.
func (d Day) Weekday() time.Weekday {
	return time.Date(d.Year, d.Month, d.Dom, 0, 0, 0, 0, time.UTC).Weekday()
}

func (d Day) add(days int) Day { return DayOf(d.Year, d.Month, d.Dom+days) }

// addMonths ends on the same-numbered day, or on the last of the month when it has none.
func (d Day) addMonths(n int) Day {
	last := DayOf(d.Year, d.Month+time.Month(n)+1, 0)
	return Day{last.Year, last.Month, min(d.Dom, last.Dom)}
}

// Holiday is a public holiday, or the working day that is free in place of one that fell on a weekend.
type Holiday struct {
	Date       string `json:"date"`
	Code       string `json:"code"` // "independence_day"; for a day in lieu "in_lieu"
	Name       Text   `json:"name"`
	Confidence string `json:"confidence"` // fixed | computed | approximate
}

// How sure the date of a holiday is.
const (
	HolidayFixed       = "fixed"       // the same date every year
	HolidayComputed    = "computed"    // follows from a rule: Easter, a day in lieu of a fixed or computed holiday
	HolidayApproximate = "approximate" // depends on the moon and on a decision each year: the Bajrams and days in lieu of them
)

// Holidays is a set of public holidays. It is read-only once loaded. Years it does not hold have weekends only.
type Holidays struct{ days map[Day]Holiday }

//go:embed holidays/al.json
var albanian []byte

// AlbanianHolidays reads the public holidays of Albania, 2014 to 2030, that come with the program.
func AlbanianHolidays() (Holidays, error) { return LoadHolidays(albanian) }

// LoadHolidays reads a list of holidays. It is strict; the error names the entry and the field.
func LoadHolidays(data []byte) (Holidays, error) {
	var list struct {
		Source   string    `json:"source"`
		Holidays []Holiday `json:"holidays"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		return Holidays{}, fmt.Errorf("deadline: holidays: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Holidays{}, errors.New("deadline: holidays: something follows the list")
	}
	h := Holidays{days: make(map[Day]Holiday, len(list.Holidays))}
	for i, entry := range list.Holidays {
		day, err := ParseDay(entry.Date)
		if err == nil {
			err = entry.check()
		}
		if _, twice := h.days[day]; err == nil && twice {
			err = errors.New("date: is given twice")
		}
		if err != nil {
			return Holidays{}, fmt.Errorf("deadline: holidays: entry %d (%s): %w", i+1, entry.Date, err)
		}
		h.days[day] = entry
	}
	return h, nil
}

func (h Holiday) check() error {
	switch {
	case !actionID.MatchString(h.Code):
		return fmt.Errorf("code: %q is not a code", h.Code)
	case h.Name.SQ == "" || h.Name.EN == "":
		return errors.New("name: is missing in one language")
	case h.Confidence != HolidayFixed && h.Confidence != HolidayComputed && h.Confidence != HolidayApproximate:
		return fmt.Errorf("confidence: %q is not fixed, computed or approximate", h.Confidence)
	}
	return nil
}

// On finds the holiday of a day.
func (h Holidays) On(d Day) (Holiday, bool) {
	found, ok := h.days[d]
	return found, ok
}

// Covers tells whether the set holds any day of the year. A clock that ends in a year it does not hold is shifted off
// weekends only.
func (h Holidays) Covers(year int) bool {
	_, ok := h.days[Day{year, time.January, 1}]
	return ok
}

// Years lists the years that the set holds a day of, in order.
func (h Holidays) Years() []int {
	var out []int
	for day := range h.days {
		out = append(out, day.Year)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Over is the set with other lists in place of the years that they hold.
func (h Holidays) Over(other Holidays) Holidays {
	years := other.Years()
	out := Holidays{days: make(map[Day]Holiday, len(h.days)+len(other.days))}
	for day, holiday := range h.days {
		if !slices.Contains(years, day.Year) {
			out.days[day] = holiday
		}
	}
	maps.Copy(out.days, other.days)
	return out
}

// Calendar is where days begin and which of them are free.
type Calendar struct {
	Zone     *time.Location
	Holidays Holidays
}

// Rest tells whether a day is a rest day, and why: a holiday's code, or "saturday" or "sunday".
func (c Calendar) Rest(d Day) (reason string, rest bool) {
	if h, ok := c.Holidays.On(d); ok {
		return h.Code, true
	}
	switch d.Weekday() {
	case time.Saturday:
		return "saturday", true
	case time.Sunday:
		return "sunday", true
	}
	return "", false
}

// day is the calendar day an instant lies in.
func (c Calendar) day(t time.Time) Day {
	y, m, d := t.In(c.Zone).Date()
	return Day{y, m, d}
}

// workingDayBefore is when the n-th of the working days that lead up to an instant begins, counted from the last of them.
func (c Calendar) workingDayBefore(until time.Time, n int) time.Time {
	d := c.day(until.Add(-1))
	for ; ; d = d.add(-1) {
		if _, rest := c.Rest(d); rest {
			continue
		}
		if n--; n == 0 {
			return c.endOf(d.add(-1))
		}
	}
}

// WorkingDays counts the working days from the day that begins or runs at an instant to the last one before another,
// both among them; none when it is over.
func (c Calendar) WorkingDays(from, until time.Time) (n int) {
	if !from.Before(until) {
		return 0
	}
	last := c.day(until.Add(-1))
	for d := c.day(from); ; d = d.add(1) {
		if _, rest := c.Rest(d); !rest {
			n++
		}
		if d == last {
			return n
		}
	}
}

// EndOfWorkingDay is the end of the n-th working day after the day of an instant. Without a zone it is the end of the n-th day.
func (c Calendar) EndOfWorkingDay(from time.Time, n int) time.Time {
	if c.Zone == nil {
		return from.AddDate(0, 0, n)
	}
	d := c.day(from)
	for n > 0 {
		d = d.add(1)
		if _, rest := c.Rest(d); !rest {
			n--
		}
	}
	return c.endOf(d).UTC()
}

// endOf is the instant at which a day is over: the first one of the next day.
func (c Calendar) endOf(d Day) time.Time {
	return time.Date(d.Year, d.Month, d.Dom+1, 0, 0, 0, 0, c.Zone)
}

// In lists the holidays of a year, in its order.
func (h Holidays) In(year int) []Holiday {
	var out []Holiday
	for day, holiday := range h.days {
		if day.Year == year {
			out = append(out, holiday)
		}
	}
	slices.SortFunc(out, func(a, b Holiday) int { return cmp.Compare(a.Date, b.Date) })
	return out
}
