package meeting

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// Payloads hold coded values and pseudonymous ids, and sealed texts. Times are UTC.
type (
	// Scheduled begins the stream.
	Scheduled struct {
		Meeting  string    `json:"meeting"`
		Kind     string    `json:"kind"`
		When     time.Time `json:"when"`
		Place    string    `json:"place"`
		Convener string    `json:"convener"`
	}
	// AgendaAdded puts a case on the agenda.
	AgendaAdded struct {
		Case   string `json:"case"`
		Reason string `json:"reason"`
	}
	// AgendaRemoved takes it off.
	AgendaRemoved struct {
		Case string `json:"case"`
	}
	// InstitutionInvited asks an institution to come.
	InstitutionInvited struct {
		Institution string `json:"institution"`
	}
	// AttendanceRecorded says whether it came; the last one counts.
	AttendanceRecorded struct {
		Institution string `json:"institution"`
		Attendance  string `json:"attendance"`
	}
	// DecisionRecorded gives an institution something to do about a case.
	DecisionRecorded struct {
		Decision string        `json:"decision"`
		Case     string        `json:"case"`
		Action   string        `json:"action"`
		Owner    string        `json:"owner"`
		Due      time.Time     `json:"due"`
		Detail   person.Sealed `json:"detail,omitzero"`
	}
	// Held closes the meeting, with who was there as it stood then.
	Held struct {
		Kind    string    `json:"kind"`
		At      time.Time `json:"at"`
		Cases   []string  `json:"cases,omitempty"` // the agenda, in its order
		Invited int       `json:"invited"`
		Present int       `json:"present"`
		Quorum  bool      `json:"quorum"` // more than half of the invited institutions were present
	}
	// MinutesSigned is the convener's signature.
	MinutesSigned struct {
		By string    `json:"by"` // institution
		At time.Time `json:"at"`
	}
	// Cancelled ends a meeting that does not take place.
	Cancelled struct {
		Reason string `json:"reason"`
	}
	// Postponed moves it.
	Postponed struct {
		To     time.Time `json:"to"`
		Reason string    `json:"reason"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Scheduled) EventType() string          { return "meeting.scheduled" }
func (AgendaAdded) EventType() string        { return "meeting.agenda_added" }
func (AgendaRemoved) EventType() string      { return "meeting.agenda_removed" }
func (InstitutionInvited) EventType() string { return "meeting.institution_invited" }
func (AttendanceRecorded) EventType() string { return "meeting.attendance_recorded" }
func (DecisionRecorded) EventType() string   { return "meeting.decision_recorded" }
func (Held) EventType() string               { return "meeting.held" }
func (MinutesSigned) EventType() string      { return "meeting.minutes_signed" }
func (Cancelled) EventType() string          { return "meeting.cancelled" }
func (Postponed) EventType() string          { return "meeting.postponed" }

// Events lists the stored types of meeting streams.
func Events() []event.Entry {
	return slices.Concat([]event.Entry{
		event.Type[Scheduled]("A technical team is called together."),
		event.Type[AgendaAdded]("A case was put on the agenda, with the reason."),
		event.Type[AgendaRemoved]("A case was taken off the agenda."),
		event.Type[InstitutionInvited]("An institution was asked to come."),
		event.Type[AttendanceRecorded]("Whether an invited institution came; the last one counts."),
		event.Type[DecisionRecorded]("An institution was given something to do about a case, by a day."),
		event.Type[Held]("The meeting took place; who was there is settled."),
		event.Type[MinutesSigned]("The convener signed the minutes."),
		event.Type[Cancelled]("The meeting does not take place."),
		event.Type[Postponed]("The meeting was moved."),
	}, roomEvents)
}
