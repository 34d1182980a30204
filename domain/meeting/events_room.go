package meeting

import (
	"time"

	"mkr/domain/event"
)

// What happens in the room and after it: which case is spoken of, what becomes of a decision, and who stands for the
// minutes.
type (
	// CaseCalled: the team turned to this case.
	CaseCalled struct {
		Case string    `json:"case"`
		At   time.Time `json:"at"`
	}
	// DecisionWithdrawn takes a decision back, or says which other one took its place.
	DecisionWithdrawn struct {
		Decision   string    `json:"decision"`
		Reason     string    `json:"reason"`
		ReplacedBy string    `json:"replaced_by,omitempty"` // the decision that took its place
		By         string    `json:"by"`                    // institution
		At         time.Time `json:"at"`
	}
	// DecisionCarried: the case's plan took the decision in as an action, or let it go again.
	DecisionCarried struct {
		Decision string `json:"decision"`
		Step     string `json:"step"`              // of Steps
		Refused  string `json:"refused,omitempty"` // the code with which the case said no
	}
	// MembersMissing says which members of the team had nobody there when the meeting was closed.
	MembersMissing struct {
		Seats []string `json:"seats"`
	}
	// CasesDiscussed are the cases of the agenda that the meeting came to speak of.
	CasesDiscussed struct {
		Kind  string   `json:"kind"`
		Cases []string `json:"cases"`
	}
	// MinutesApproved is a member's signature under the minutes.
	MinutesApproved struct {
		By string    `json:"by"` // institution
		At time.Time `json:"at"`
	}
	// MinutesReopened: something was changed after signatures, so they stand for another text.
	MinutesReopened struct {
		By     string    `json:"by"`
		Signed int       `json:"signed"` // how many had signed
		At     time.Time `json:"at"`
	}
)

// The stored names.
func (CaseCalled) EventType() string        { return "meeting.case_called" }
func (DecisionWithdrawn) EventType() string { return "meeting.decision_withdrawn" }
func (DecisionCarried) EventType() string   { return "meeting.decision_carried" }
func (MembersMissing) EventType() string    { return "meeting.members_missing" }
func (CasesDiscussed) EventType() string    { return "meeting.cases_discussed" }
func (MinutesApproved) EventType() string   { return "meeting.minutes_approved" }
func (MinutesReopened) EventType() string   { return "meeting.minutes_reopened" }

var roomEvents = []event.Entry{
	event.Type[CaseCalled]("The team turned to a case of the agenda."),
	event.Type[DecisionWithdrawn]("A decision was taken back, or another one took its place."),
	event.Type[DecisionCarried]("The case's plan took a decision in, or let it go again; or refused, with a code."),
	event.Type[MembersMissing]("Members of the team had nobody there when the meeting was closed."),
	event.Type[CasesDiscussed]("The cases that a meeting came to speak of."),
	event.Type[MinutesApproved]("A member signed the minutes."),
	event.Type[MinutesReopened]("Something was changed after signatures; the minutes are to be signed again."),
}
