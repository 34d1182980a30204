package meeting

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// slack is how long before its planned time a meeting may have been held: people begin early, they do not meet a day
// before they said they would.
const slack = 12 * time.Hour

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	if c, ok := c.(Schedule); ok {
		return schedule(s, c)
	}
	if s.Status == NotScheduled {
		return nil, event.Refuse(CodeNotScheduled, "no such meeting is scheduled")
	}
	switch c := c.(type) {
	case AddToAgenda:
		return addToAgenda(s, c)
	case RemoveFromAgenda:
		return removeFromAgenda(s, c)
	case Invite:
		return invite(s, c)
	case RecordAttendance:
		return recordAttendance(s, c)
	case RecordDecision:
		return recordDecision(s, c, m)
	case Hold:
		return hold(s, c, m)
	case CallCase:
		return callCase(s, c, m)
	case WithdrawDecision:
		return withdrawDecision(s, c, m)
	case CarryDecision:
		return carryDecision(s, c)
	case SignMinutes:
		return signMinutes(s, m)
	case Cancel:
		return cancel(s, c)
	case Postpone:
		return postpone(s, c)
	}
	return nil, event.Refuse(CodeUnknownCode, "unknown command")
}

func one(d event.Data) ([]event.Data, error) { return []event.Data{d}, nil }

// planned refuses what can only be done before the meeting is closed.
func planned(s State) error {
	switch s.Status {
	case WasHeld, Signed:
		return event.Refuse(CodeAlreadyHeld, "the meeting was held")
	case WasCancelled:
		return event.Refuse(CodeCancelled, "the meeting was cancelled")
	}
	return nil
}

func schedule(s State, c Schedule) ([]event.Data, error) {
	if s.Status != NotScheduled {
		if s.Kind == c.Kind && s.When.Equal(c.When) && s.Place == c.Place && s.Convener == c.Convener {
			return nil, nil
		}
		return nil, event.Refuse(CodeAlreadyScheduled, "the meeting is scheduled already, with other facts")
	}
	err := check.First(
		check.Given(CodeMissing, "meeting", c.Meeting),
		check.OneOf(CodeUnknownCode, "kind", c.Kind, Kinds),
		check.That(!c.When.IsZero(), CodeMissing, "when", "when is missing"),
		check.OneOf(CodeUnknownCode, "place", c.Place, Places),
		check.Given(CodeMissing, "convener", c.Convener),
	)
	if err != nil {
		return nil, err
	}
	return one(Scheduled(c))
}

func addToAgenda(s State, c AddToAgenda) ([]event.Data, error) {
	if s.OnAgenda(c.Case) {
		return nil, nil
	}
	err := check.First(
		planned(s),
		check.Given(CodeMissing, "case", c.Case),
		check.OneOf(CodeUnknownCode, "reason", c.Reason, AgendaReasons),
	)
	if err != nil {
		return nil, err
	}
	return one(AgendaAdded(c))
}

func removeFromAgenda(s State, c RemoveFromAgenda) ([]event.Data, error) {
	if !s.OnAgenda(c.Case) {
		return nil, nil
	}
	decided := slices.ContainsFunc(s.Decisions, func(d Decision) bool { return d.Case == c.Case })
	err := check.First(
		planned(s),
		check.That(!decided, CodeDecided, "case", "something was decided about the case"),
	)
	if err != nil {
		return nil, err
	}
	return one(AgendaRemoved(c))
}

func invite(s State, c Invite) ([]event.Data, error) {
	if _, invited := s.Attendance(c.Institution); invited {
		return nil, nil
	}
	if err := check.First(planned(s), check.Given(CodeMissing, "institution", c.Institution)); err != nil {
		return nil, err
	}
	return one(InstitutionInvited(c))
}

func recordAttendance(s State, c RecordAttendance) ([]event.Data, error) {
	had, invited := s.Attendance(c.Institution)
	if invited && had == c.Attendance && had != "" {
		return nil, nil
	}
	err := check.First(
		planned(s),
		check.That(invited, CodeNotInvited, "institution", "the institution was not invited"),
		check.OneOf(CodeUnknownCode, "attendance", c.Attendance, Attendances),
	)
	if err != nil {
		return nil, err
	}
	return one(AttendanceRecorded(c))
}

func hold(s State, c Hold, m event.Moment) ([]event.Data, error) {
	if s.Status == WasHeld || s.Status == Signed {
		return nil, nil
	}
	err := check.First(
		planned(s),
		check.That(!m.OccurredAt.Before(s.When.Add(-slack)), CodeTooEarly, "occurred_at", "the meeting is planned for later: postpone it to when it was"),
		check.That(s.Present() > 0, CodeNobodyPresent, "", "nobody is recorded as present"),
	)
	if err != nil {
		return nil, err
	}
	held := Held{
		Kind: s.Kind, At: m.OccurredAt, Invited: len(s.Invited), Present: s.Present(),
		Quorum: 2*s.Present() > len(s.Invited),
	}
	for _, item := range s.Agenda {
		held.Cases = append(held.Cases, item.Case)
	}
	out := []event.Data{held}
	if len(c.Missing) > 0 {
		out = append(out, MembersMissing{Seats: c.Missing})
	}
	if len(s.Discussed) > 0 {
		out = append(out, CasesDiscussed{Kind: s.Kind, Cases: s.Discussed})
	}
	return out, nil
}

func cancel(s State, c Cancel) ([]event.Data, error) {
	if s.Status == WasCancelled {
		return nil, nil
	}
	if err := check.First(planned(s), check.OneOf(CodeUnknownCode, "reason", c.Reason, CancelReasons)); err != nil {
		return nil, err
	}
	return one(Cancelled(c))
}

func postpone(s State, c Postpone) ([]event.Data, error) {
	if err := planned(s); err != nil {
		return nil, err
	}
	if s.When.Equal(c.To) {
		return nil, nil
	}
	err := check.First(
		check.That(!c.To.IsZero(), CodeMissing, "to", "to is missing"),
		check.OneOf(CodeUnknownCode, "reason", c.Reason, PostponeReasons),
	)
	if err != nil {
		return nil, err
	}
	return one(Postponed(c))
}
