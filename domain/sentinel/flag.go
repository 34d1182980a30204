package sentinel

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
	"mkr/domain/person"
)

// Outcomes answer a flag: what it was, or what was done about it.
var Outcomes = []string{"task_shown", "no_kinship", "known_emergency", "kept_out", "instructed", "reported", "rule_too_strict"}

// Rungs is how often a flag that nobody answers climbs: to all who answer flags, and then to the mechanism's oversight.
const Rungs = 2

// Codes of refusals. They are API.
const (
	CodeOwn      = "flag.own"
	CodeAnswered = "flag.answered_already"
	CodeUnknown  = "flag.unknown_code"
	CodeNoText   = "flag.no_text"
	CodeNone     = "flag.not_raised"
)

// Codes lists them all.
var Codes = []string{CodeOwn, CodeAnswered, CodeUnknown, CodeNoText, CodeNone}

// Command is something that somebody wants to happen to a flag. This is the whole vocabulary.
type Command interface{ command() }

type (
	// Raise says what was found. Whoever finds it again finds it raised.
	Raise struct{ Raised }
	// Climb says that an answer is overdue: at the end of the time for it, and when as much has passed again.
	Climb struct{ Rung int }
	// Answer says what it was.
	Answer struct {
		Outcome string
		Text    person.Sealed // under the key of the account that is flagged
	}
	// Raised: something odd was found in the record of who looked at what.
	Raised struct {
		Flag        string    `json:"flag"`
		Rule        string    `json:"rule"`
		Version     int       `json:"version"` // of the rule
		Account     string    `json:"account"` // who looked
		Institution string    `json:"institution,omitempty"`
		Role        string    `json:"role"`
		Case        string    `json:"case,omitempty"`
		Kind        string    `json:"kind,omitempty"` // of the case
		Lead        string    `json:"lead,omitempty"` // institution that carried it then
		Look        string    `json:"look"`           // event that it was found at
		At          time.Time `json:"at"`             // of the look
		Counted     int       `json:"counted,omitempty"`
		Limit       int       `json:"limit,omitempty"`   // of the rule then
		Minutes     int       `json:"minutes,omitempty"` // of the rule then
		DueAt       time.Time `json:"due_at"`
		ClimbAt     time.Time `json:"climb_at"` // when it climbs once more
	}
	// Climbed: nobody answered in time.
	Climbed struct {
		Rung int       `json:"rung"`
		At   time.Time `json:"at"`
	}
	// Answered: somebody answered for it.
	Answered struct {
		Outcome string        `json:"outcome"`
		Text    person.Sealed `json:"text"`
		Account string        `json:"account"`
		By      string        `json:"by"` // institution
		At      time.Time     `json:"at"`
	}
)

func (Raise) command()  {}
func (Climb) command()  {}
func (Answer) command() {}

// EventType is the stored name.
func (Raised) EventType() string { return "flag.raised" }

// EventType is the stored name.
func (Climbed) EventType() string { return "flag.climbed" }

// EventType is the stored name.
func (Answered) EventType() string { return "flag.answered" }

// Events lists the stored types of flag streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Raised]("The access sentinel found something odd in the record of who looked at what."),
		event.Type[Climbed]("Nobody answered a flag in time; it climbed."),
		event.Type[Answered]("Somebody answered for a flag: not the one who is flagged."),
	}
}

// State of a flag. The zero State is "nothing was found".
type State struct {
	Raised
	Rung   int       `json:"rung,omitempty"`
	Answer *Answered `json:"answer,omitempty"`
}

// NextClimb is when the flag climbs next, if nobody answers; false: it does not any more.
func (s State) NextClimb() (rung int, at time.Time, ok bool) {
	switch {
	case s.Flag == "" || s.Answer != nil || s.Rung >= Rungs:
		return 0, time.Time{}, false
	case s.Rung == 0:
		return 1, s.DueAt, true
	}
	return 2, s.ClimbAt, true
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Raised:
		return State{Raised: e}
	case Climbed:
		s.Rung = e.Rung
	case Answered:
		s.Answer = &e
	}
	return s
}

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	if raise, ok := c.(Raise); ok {
		if s.Flag != "" {
			return nil, nil
		}
		return []event.Data{raise.Raised}, nil
	}
	if s.Flag == "" {
		return nil, event.Refuse(CodeNone, "no such flag was raised")
	}
	switch c := c.(type) {
	case Climb:
		if rung, at, ok := s.NextClimb(); !ok || rung != c.Rung || m.Now.Before(at) {
			return nil, nil
		}
		return []event.Data{Climbed{Rung: c.Rung, At: m.Now}}, nil
	case Answer:
		err := check.First(
			check.That(m.Actor.Account != s.Account, CodeOwn, "", "whoever is flagged does not answer for it"),
			check.That(s.Answer == nil, CodeAnswered, "", "it was answered already"),
			check.OneOf(CodeUnknown, "outcome", c.Outcome, Outcomes),
			check.That(!c.Text.IsZero() && c.Text.Subject == s.Account, CodeNoText, "text", "text is missing"),
		)
		if err != nil {
			return nil, err
		}
		return []event.Data{Answered{Outcome: c.Outcome, Text: c.Text, Account: m.Actor.Account, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	}
	return nil, event.Refuse(CodeUnknown, "unknown command")
}
