package activity

import "mkr/domain/event"

// Command is something that somebody wants to happen to an activity. This file lists the whole vocabulary.
type Command interface{ command() }

type (
	// Plan announces an activity.
	Plan struct{ What }
	// Record says that one was held, planned or not.
	Record struct {
		What
		Turnout
	}
	// Cancel drops a plan.
	Cancel struct{ Reason string }
	// MarkInError takes an activity out of every count; the entry itself stays.
	MarkInError struct{ Reason string }
)

func (Plan) command()        {}
func (Record) command()      {}
func (Cancel) command()      {}
func (MarkInError) command() {}

// What an activity is.
type What struct {
	Activity  string `json:"activity"`
	Kind      string `json:"kind"`
	On        string `json:"on"`        // local day, YYYY-MM-DD
	Title     string `json:"title"`     // its public name
	Organiser string `json:"organiser"` // institution
}

// Turnout is who came, as counts. WomenGirls and Children are among the Participants.
type Turnout struct {
	Participants  int `json:"participants,omitempty"`
	WomenGirls    int `json:"women_girls,omitempty"`
	Children      int `json:"children,omitempty"`
	Organisations int `json:"organisations,omitempty"`
}

type (
	// Planned announces an activity.
	Planned struct{ What }
	// Recorded says that it was held.
	Recorded struct {
		What
		Turnout
	}
	// Cancelled drops a plan.
	Cancelled struct {
		Reason string `json:"reason"`
	}
	// EnteredInError takes the activity out of every count.
	EnteredInError struct {
		Reason string `json:"reason"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Planned) EventType() string        { return "activity.planned" }
func (Recorded) EventType() string       { return "activity.recorded" }
func (Cancelled) EventType() string      { return "activity.cancelled" }
func (EnteredInError) EventType() string { return "activity.entered_in_error" }

// Events lists the stored types of activity streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Planned]("An activity was announced."),
		event.Type[Recorded]("An activity was held; the event holds what it was and who came, as counts."),
		event.Type[Cancelled]("An announced activity does not take place."),
		event.Type[EnteredInError]("The activity counts nowhere; its entries stay."),
	}
}

// Status of an activity.
type Status string

// Statuses.
const (
	NotEntered   Status = ""
	WasPlanned   Status = "planned"
	WasHeld      Status = "held"
	WasCancelled Status = "cancelled"
	InError      Status = "entered_in_error"
)

// State of an activity. The zero State is "not entered".
type State struct {
	Status  Status
	What    What
	Turnout Turnout
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Planned:
		s.Status, s.What = WasPlanned, e.What
	case Recorded:
		s.Status, s.What, s.Turnout = WasHeld, e.What, e.Turnout
	case Cancelled:
		s.Status = WasCancelled
	case EnteredInError:
		s.Status = InError
	}
	return s
}
