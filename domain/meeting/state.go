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
	Decisions []DecisionRecorded
	HeldAt    time.Time
	Quorum    bool
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
		s.Decisions = append(slices.Clone(s.Decisions), e)
	case Held:
		s.Status, s.HeldAt, s.Quorum = WasHeld, e.At, e.Quorum
	case MinutesSigned:
		s.Status = Signed
	case Cancelled:
		s.Status = WasCancelled
	case Postponed:
		s.When = e.To
	}
	return s
}
