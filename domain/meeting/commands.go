package meeting

import (
	"time"

	"mkr/domain/person"
)

// Command is something that somebody wants to happen to a meeting. This file lists the whole vocabulary.
type Command interface{ command() }

type (
	// Schedule begins the stream.
	Schedule struct {
		Meeting, Kind string
		When          time.Time
		Place         string
		Convener      string // institution
	}
	// AddToAgenda puts a case on the agenda.
	AddToAgenda struct{ Case, Reason string }
	// RemoveFromAgenda takes it off, while nothing was decided about it.
	RemoveFromAgenda struct{ Case string }
	// Invite asks an institution to come.
	Invite struct{ Institution string }
	// RecordAttendance says whether an invited institution came.
	RecordAttendance struct{ Institution, Attendance string }
	// RecordDecision gives an institution something to do about a case.
	RecordDecision struct {
		Decision, Case, Action string
		Owner                  string // institution
		Due                    time.Time
		Detail                 person.Sealed // optional
		Replaces               string        // the decision whose place it takes, if any
	}
	// CallCase turns the team to a case of the agenda.
	CallCase struct{ Case string }
	// WithdrawDecision takes one back.
	WithdrawDecision struct{ Decision, Reason string }
	// CarryDecision says what became of a decision in its case.
	CarryDecision struct{ Decision, Step, Refused string }
	// Hold closes the meeting: it took place. Missing are the seats that nobody filled, as Missing tells.
	Hold struct{ Missing []string }
	// SignMinutes is the signature of the actor's institution.
	SignMinutes struct{}
	// Cancel ends a meeting that does not take place.
	Cancel struct{ Reason string }
	// Postpone moves it.
	Postpone struct {
		To     time.Time
		Reason string
	}
)

func (Schedule) command()         {}
func (AddToAgenda) command()      {}
func (RemoveFromAgenda) command() {}
func (Invite) command()           {}
func (RecordAttendance) command() {}
func (RecordDecision) command()   {}
func (Hold) command()             {}
func (CallCase) command()         {}
func (WithdrawDecision) command() {}
func (CarryDecision) command()    {}
func (SignMinutes) command()      {}
func (Cancel) command()           {}
func (Postpone) command()         {}
