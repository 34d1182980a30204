package deadline

import (
	"fmt"
	"slices"
	"time"
)

// The rungs of a ladder: whom silence reaches, one after the other.
const (
	Officer     = "officer"     // whoever is on duty at the institution that owes it
	Deputy      = "deputy"      // the deputy of its head
	Head        = "head"        // its head
	Coordinator = "coordinator" // the institution that leads the case
)

// Rungs lists them from the lowest.
var Rungs = []string{Officer, Deputy, Head, Coordinator}

// Ladder says who is told around a due instant at which nobody has acted. It is stored with the clock that it belongs to,
// so that a later pack does not change who is told of an older one. Minutes run on through nights and rest days.
type Ladder struct {
	// Warn are the times before the due instant at which the institution that owes it is warned, in minutes, falling.
	Warn []int `json:"warn,omitempty"`
	// Climb are the rungs, in order.
	Climb []Rung `json:"climb,omitempty"`
	// Hold is for how many minutes at most an acknowledgement keeps the next rung waiting.
	Hold int `json:"hold,omitempty"`
}

// Rung is one step of a ladder.
type Rung struct {
	To    string `json:"to"`
	After int    `json:"after"` // minutes after the due instant
}

// Minutes is a number of minutes as a duration.
func Minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// IsZero tells whether the ladder tells nobody.
func (l Ladder) IsZero() bool { return len(l.Warn) == 0 && len(l.Climb) == 0 }

// Fitting is the ladder of one clock: a warning that would come in the first half of the term would warn of nothing yet
// and is left out.
func (l Ladder) Fitting(from, due time.Time) Ladder {
	l.Warn = slices.DeleteFunc(slices.Clone(l.Warn), func(n int) bool { return due.Sub(from) < 2*Minutes(n) })
	if len(l.Warn) == 0 {
		l.Warn = nil
	}
	return l
}

// longestStep is the most minutes that a step may lie away from the due instant: a year.
const longestStep = 366 * 24 * 60

func (l Ladder) check() error {
	for i, n := range l.Warn {
		switch {
		case n < 1 || n > longestStep:
			return fmt.Errorf("warn: %d is outside 1 to %d minutes", n, longestStep)
		case i > 0 && n >= l.Warn[i-1]:
			return fmt.Errorf("warn: %d does not come after %d; the longest time comes first", n, l.Warn[i-1])
		}
	}
	for i, r := range l.Climb {
		switch {
		case !slices.Contains(Rungs, r.To):
			return fmt.Errorf("climb: %q is not officer, deputy, head or coordinator", r.To)
		case r.After < 0 || r.After > longestStep:
			return fmt.Errorf("climb: %d is outside 0 to %d minutes", r.After, longestStep)
		case i > 0 && slices.Index(Rungs, r.To) <= slices.Index(Rungs, l.Climb[i-1].To):
			return fmt.Errorf("climb: %s does not come above %s", r.To, l.Climb[i-1].To)
		case i > 0 && r.After < l.Climb[i-1].After:
			return fmt.Errorf("climb: %s would be told before %s", r.To, l.Climb[i-1].To)
		}
	}
	if len(l.Climb) == 0 {
		return fmt.Errorf("climb: there are no rungs")
	}
	if l.Hold < 0 || l.Hold > longestStep {
		return fmt.Errorf("hold: %d is outside 0 to %d minutes", l.Hold, longestStep)
	}
	return nil
}

// The ladders that a pack may describe. A rule names one, or has the one of its unit.
const (
	LadderQuick = "quick" // for terms of a few hours
	LadderHours = "hours" // what a rule in hours has that names none
	LadderDays  = "days"  // what every other rule has that names none
	LadderNone  = "none"  // nobody is told: no silence of anybody, or told of elsewhere
)

// LadderNames lists them.
var LadderNames = []string{LadderQuick, LadderHours, LadderDays}

// LadderName is the name of the ladder that a rule has: one of LadderNames, or none. A right has none: nobody is silent
// who need not speak.
func (r Rule) LadderName() string {
	switch {
	case r.Ladder != "":
		return r.Ladder
	case r.Term.Unit == Hours || r.Term.Unit == AtOnce:
		return LadderHours
	}
	return LadderDays
}
