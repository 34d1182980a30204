package meeting

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// Status of a meeting.
type Status string

// Statuses.
const (
	NotScheduled Status = ""
	Planned      Status = "planned"
	WasHeld      Status = "held"
	Signed       Status = "minutes_signed"
	WasCancelled Status = "cancelled"
)

// Item of the agenda.
type Item struct{ Case, Reason string }

// Invitation of an institution. Attendance is "" until it is recorded.
type Invitation struct{ Institution, Attendance string }

// State of a meeting. The zero State is "not scheduled". States share nothing that is ever written again.
type State struct {
	Meeting   string
	Kind      string
	Status    Status
	When      time.Time
	Place     string
	Convener  string
	Agenda    []Item       // in the order of being added
	Invited   []Invitation // in the order of being invited
	Decisions []Decision
	HeldAt    time.Time
	Quorum    bool

	Now        string      // the case that the team speaks of
	Discussed  []string    // cases that it came to speak of, in that order
	Vacant     []string    // seats that nobody filled when it was closed
	Signatures []Signature // under the minutes as they stand
	Reopened   int         // how often the minutes were opened again after signatures
}

// Near tells whether it is time to begin: a planned meeting may be held from half a day before its hour on.
func (s State) Near(now time.Time) bool {
	return s.Status == Planned && !now.Before(s.When.Add(-slack))
}

// Decision of the meeting, and what became of it.
type Decision struct {
	DecisionRecorded
	Withdrawn  string // why it was taken back; "" while it stands
	ReplacedBy string
	Step       string // how far its case's plan has followed: "", Assigned, Dropped
	Refused    string // the code with which the case said no
}

// Stands tells whether it was not taken back.
func (d Decision) Stands() bool { return d.Withdrawn == "" }

// Pending tells whether the case's plan has still to follow.
func (d Decision) Pending() bool {
	if d.Stands() {
		return d.Step == ""
	}
	return d.Step != Dropped
}

// Signature under the minutes.
type Signature struct {
	Institution string
	At          time.Time
}

// Decision finds one by its id.
func (s State) Decision(id string) (Decision, bool) {
	for _, d := range s.Decisions {
		if d.Decision == id {
			return d, true
		}
	}
	return Decision{}, false
}

// Pending are the decisions that their cases have still to follow.
func (s State) Pending() (out []Decision) {
	for _, d := range s.Decisions {
		if d.Pending() {
			out = append(out, d)
		}
	}
	return out
}

// Signers are who stands for the minutes: the convener, and whoever came.
func (s State) Signers() []string {
	out := []string{s.Convener}
	for _, i := range s.Invited {
		if i.Attendance == Present && i.Institution != s.Convener {
			out = append(out, i.Institution)
		}
	}
	return out
}

// SignedBy tells whether an institution signed the minutes as they stand, and when.
func (s State) SignedBy(institution string) (time.Time, bool) {
	for _, v := range s.Signatures {
		if v.Institution == institution {
			return v.At, true
		}
	}
	return time.Time{}, false
}

// discuss notes a case that the team came to speak of.
func (s State) discuss(id string) []string {
	if slices.Contains(s.Discussed, id) {
		return s.Discussed
	}
	return append(slices.Clone(s.Discussed), id)
}

// decided changes one decision.
func (s State) decided(id string, change func(*Decision)) []Decision {
	out := slices.Clone(s.Decisions)
	for i := range out {
		if out[i].Decision == id {
			change(&out[i])
		}
	}
	return out
}

// OnAgenda tells whether a case is on the agenda.
func (s State) OnAgenda(id string) bool {
	return slices.ContainsFunc(s.Agenda, func(i Item) bool { return i.Case == id })
}

// Attendance of an institution; invited is false if it was not asked to come.
func (s State) Attendance(institution string) (attendance string, invited bool) {
	for _, i := range s.Invited {
		if i.Institution == institution {
			return i.Attendance, true
		}
	}
	return "", false
}

// Present counts the institutions that came.
func (s State) Present() int {
	n := 0
	for _, i := range s.Invited {
		if i.Attendance == Present {
			n++
		}
	}
	return n
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Scheduled:
		s.Meeting, s.Kind, s.When, s.Place, s.Convener, s.Status = e.Meeting, e.Kind, e.When, e.Place, e.Convener, Planned
	case AgendaAdded:
		s.Agenda = append(slices.Clone(s.Agenda), Item(e))
	case AgendaRemoved:
		s.Agenda = slices.DeleteFunc(slices.Clone(s.Agenda), func(i Item) bool { return i.Case == e.Case })
	case InstitutionInvited:
		s.Invited = append(slices.Clone(s.Invited), Invitation{Institution: e.Institution})
	case AttendanceRecorded:
		s.Invited = slices.Clone(s.Invited)
		for i := range s.Invited {
			if s.Invited[i].Institution == e.Institution {
				s.Invited[i].Attendance = e.Attendance
			}
		}
	case DecisionRecorded:
		s.Decisions, s.Discussed = append(slices.Clone(s.Decisions), Decision{DecisionRecorded: e}), s.discuss(e.Case)
	case DecisionWithdrawn:
		s.Decisions = s.decided(e.Decision, func(d *Decision) { d.Withdrawn, d.ReplacedBy = e.Reason, e.ReplacedBy })
	case DecisionCarried:
		s.Decisions = s.decided(e.Decision, func(d *Decision) { d.Step, d.Refused = e.Step, e.Refused })
	case CaseCalled:
		s.Now, s.Discussed = e.Case, s.discuss(e.Case)
	case MembersMissing:
		s.Vacant = e.Seats
	case MinutesApproved:
		s.Signatures = append(slices.Clone(s.Signatures), Signature{e.By, e.At})
	case MinutesReopened:
		s.Signatures, s.Reopened = nil, s.Reopened+1
		if s.Status == Signed {
			s.Status = WasHeld
		}
	case Held:
		s.Status, s.HeldAt, s.Quorum = WasHeld, e.At, e.Quorum
	case MinutesSigned:
		s.Status, s.Signatures = Signed, append(slices.Clone(s.Signatures), Signature{e.By, e.At})
	case Cancelled:
		s.Status = WasCancelled
	case Postponed:
		s.When = e.To
	}
	return s
}
