package directory

import (
	"cmp"
	"slices"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// The duty roster: who stands on which rung of an institution, and when. It is what the ladder of silence asks whom to
// tell. A shift is of every week or of one day; one of a day takes the place of those of the week on its rung.
type (
	// Shift is one of them. Its times are those of the wall clock in Albania, and one that does not end after it begins
	// runs into the next day.
	Shift struct {
		Shift   string   `json:"shift"`
		Rung    string   `json:"rung"`              // officer, deputy or head
		Account string   `json:"account,omitempty"` // of the institution's own; empty: whoever is at the desk
		Days    []string `json:"days,omitempty"`    // of every week
		On      string   `json:"on,omitempty"`      // or one day: 2026-11-28
		From    string   `json:"from"`              // 16:00
		Until   string   `json:"until"`             // 08:00
	}
	// SetShift puts a shift on the roster.
	SetShift struct{ Shift }
	// EndShift takes it off.
	EndShift struct{ Shift string }
	// DutySet: a shift stands on the roster.
	DutySet struct{ Shift }
	// DutyEnded: it stands there no longer.
	DutyEnded struct {
		Shift string `json:"shift"`
	}
)

func (SetShift) command() {}
func (EndShift) command() {}

func (DutySet) EventType() string   { return "institution.duty_set" }
func (DutyEnded) EventType() string { return "institution.duty_ended" }

// Weekdays are the codes of the days of a week, from Monday.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// DutyRungs are those that an institution fills itself; the last rung of a ladder is the lead's officer.
var DutyRungs = []string{deadline.Officer, deadline.Deputy, deadline.Head}

// maxShifts bounds a roster.
const maxShifts = 200

func setShift(s State, c SetShift, m event.Moment) ([]event.Data, error) {
	n := c.Shift
	if n.Shift == "" || slices.ContainsFunc(s.Duty, func(o Shift) bool { return o.Shift == n.Shift }) {
		return nil, event.RefuseField(CodeUnknownCode, "shift", "names no new shift")
	}
	err := check.First(
		check.OneOf(CodeUnknownCode, "rung", n.Rung, DutyRungs),
		check.AllOf(CodeUnknownCode, "days", n.Days, Weekdays),
		check.That((len(n.Days) == 0) != (n.On == ""), CodeShiftDays, "days", "a shift is of days of the week or of one day, and not of both"),
		check.That(n.On == "" || isDay(n.On), CodeShiftDays, "on", "is not a day"),
		check.That(isClock(n.From), CodeShiftTime, "from", "is not a time such as 16:00"),
		check.That(isClock(n.Until), CodeShiftTime, "until", "is not a time such as 08:00"),
		check.That(len(s.Duty) < maxShifts, CodeShiftMany, "", "the roster has as many shifts as it may have"),
		check.That(n.On == "" || n.On >= m.Now.Add(-48*time.Hour).Format(time.DateOnly), CodeShiftPast, "on", "is over"),
	)
	if err != nil {
		return nil, err
	}
	for _, o := range s.Duty { // the same again is nothing new
		o.Shift = n.Shift
		if o.Rung == n.Rung && o.Account == n.Account && slices.Equal(o.Days, n.Days) && o.On == n.On && o.From == n.From && o.Until == n.Until {
			return nil, nil
		}
	}
	return one(DutySet{n})
}

func endShift(s State, c EndShift) ([]event.Data, error) {
	if !slices.ContainsFunc(s.Duty, func(o Shift) bool { return o.Shift == c.Shift }) {
		return nil, nil
	}
	return one(DutyEnded(c))
}

func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func isClock(text string) bool {
	_, err := time.Parse("15:04", text)
	return err == nil && len(text) == len("15:04")
}

// window is the time for which the shift stands that begins on a day; the zone's clock changes are its own.
func (h Shift) window(day time.Time) (from, until time.Time) {
	a, errA := time.Parse("15:04", h.From)
	b, errB := time.Parse("15:04", h.Until)
	if errA != nil || errB != nil {
		return
	}
	at := func(day time.Time, t time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, day.Location())
	}
	if from, until = at(day, a), at(day, b); !b.After(a) {
		until = at(day.AddDate(0, 0, 1), b)
	}
	return from, until
}

// begins tells whether the shift begins on a day.
func (h Shift) begins(day time.Time) bool {
	if h.On != "" {
		return day.Format(time.DateOnly) == h.On
	}
	return slices.Contains(h.Days, Weekdays[(int(day.Weekday())+6)%7])
}

// stands tells whether the shift is at work at an instant, and until when. One may begin the day before and run over night.
func (h Shift) stands(at time.Time) (until time.Time, yes bool) {
	for _, day := range []time.Time{at.AddDate(0, 0, -1), at} {
		if h.begins(day) {
			if from, end := h.window(day); !at.Before(from) && at.Before(end) {
				return end, true
			}
		}
	}
	return time.Time{}, false
}

// Standing is who stands on a rung at an instant, in the zone's time: of shifts of one day before those of the week, the one
// that was put on the roster last.
func (s State) Standing(rung string, at time.Time, zone *time.Location) (found Shift, until time.Time, ok bool) {
	at = at.In(zone)
	for _, h := range s.Duty {
		if end, stands := h.stands(at); stands && h.Rung == rung && (!ok || found.On == "" || h.On != "") {
			found, until, ok = h, end, true
		}
	}
	return found, until, ok
}

// OnDuty tells whether an account stands on the roster at an instant, on any rung; so does everybody while whoever is at the
// desk stands there.
func (s State) OnDuty(account string, at time.Time, zone *time.Location) bool {
	at = at.In(zone)
	return slices.ContainsFunc(s.Duty, func(h Shift) bool {
		_, stands := h.stands(at)
		return stands && (h.Account == "" || h.Account == account)
	})
}

// Gap is a time for which nobody stands on a rung.
type Gap struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Gaps are the times within a span for which no officer stands on the roster, in order. A roster without a shift has one.
func (s State) Gaps(from, until time.Time, zone *time.Location) []Gap {
	var stands []Gap
	for day := from.In(zone).AddDate(0, 0, -1); day.Before(until); day = day.AddDate(0, 0, 1) {
		for _, h := range s.Duty {
			if h.Rung == deadline.Officer && h.begins(day) {
				a, b := h.window(day)
				stands = append(stands, Gap{a, b})
			}
		}
	}
	slices.SortFunc(stands, func(a, b Gap) int { return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until)) })
	var gaps []Gap
	at := from
	for _, w := range stands {
		if w.From.After(at) && at.Before(until) {
			gaps = append(gaps, Gap{at, minTime(w.From, until)})
		}
		if w.Until.After(at) {
			at = w.Until
		}
	}
	if at.Before(until) {
		gaps = append(gaps, Gap{at, until})
	}
	return gaps
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
