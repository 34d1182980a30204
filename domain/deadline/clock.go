package deadline

import (
	"errors"
	"strings"
	"time"
)

// Clock is a rule applied to an instant. It is stored in events as it is, so it needs no pack to be read again.
type Clock struct {
	Rule       string    `json:"rule"`
	Pack       string    `json:"pack"`
	Version    int       `json:"version"`
	Article    string    `json:"article,omitempty"`
	Confidence string    `json:"confidence"`
	Owner      string    `json:"owner"`
	Action     string    `json:"action"`
	DueAt      time.Time `json:"due_at"` // UTC
	// Shift says why the last day moved: the rest days it jumped over, each with the code of the reason, as in
	// "2026-11-28 independence_day, 2026-11-29 liberation_day". "" if it did not move.
	Shift string `json:"shift,omitempty"`
	// Right marks time that may be used and need not: nothing is late when it has passed.
	Right bool `json:"right,omitempty"`
	// Ladder says who is told when nobody acts. A right has none.
	Ladder Ladder `json:"ladder,omitzero"`
}

// ErrNoZone says that a calendar without a time zone was given: days cannot be counted without one.
var ErrNoZone = errors.New("deadline: the calendar has no time zone")

// Clock applies a rule to an instant. The error is *UnknownRuleError or ErrNoZone.
func (s RuleSet) Clock(rule string, from time.Time, cal Calendar) (Clock, error) {
	p, ok := s.rules[rule]
	if !ok {
		return Clock{}, &UnknownRuleError{Rule: rule}
	}
	if cal.Zone == nil {
		return Clock{}, ErrNoZone
	}
	due, shift := p.rule.Term.due(from, cal)
	c := Clock{
		Rule: p.rule.ID, Pack: p.pack, Version: p.version, Article: p.rule.Article, Confidence: p.rule.Confidence,
		Owner: p.rule.Owner, Action: p.rule.Action, DueAt: due.UTC(), Shift: shift, Right: p.rule.Right,
	}
	if !c.Right {
		c.Ladder = s.ladders[p.rule.LadderName()]
	}
	return c, nil
}

func (t Term) due(from time.Time, cal Calendar) (time.Time, string) {
	switch t.Unit {
	case Hours:
		return from.Add(time.Duration(t.Count) * time.Hour), ""
	case Days:
		return t.end(cal.day(from).add(t.Count), +1, cal)
	case Months:
		return t.end(cal.day(from).addMonths(t.Count), +1, cal)
	case DaysBefore:
		// An order that ends "with 31 March" ends at 1 April 00:00: its last day is the one the instant before lies in.
		return t.end(cal.day(from.Add(-1)).add(-t.Count), -1, cal)
	case WorkingDaysBefore:
		return cal.workingDayBefore(from, t.Count), ""
	default: // AtOnce
		return from, ""
	}
}

// end moves the last day off rest days in the given direction and returns the instant at which it is over.
func (t Term) end(last Day, direction int, cal Calendar) (time.Time, string) {
	var jumped []string
	for !t.Unshifted {
		reason, rest := cal.Rest(last)
		if !rest {
			break
		}
		jumped = append(jumped, last.String()+" "+reason)
		last = last.add(direction)
	}
	return cal.endOf(last), strings.Join(jumped, ", ")
}
