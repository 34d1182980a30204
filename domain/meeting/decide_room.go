package meeting

import (
	"slices"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// callCase turns the team to a case. Who turns back to one that was called before says so again.
func callCase(s State, c CallCase, m event.Moment) ([]event.Data, error) {
	if s.Now == c.Case && c.Case != "" && s.Status == Planned {
		return nil, nil
	}
	err := check.First(
		planned(s),
		check.Given(CodeMissing, "case", c.Case),
		check.That(s.OnAgenda(c.Case), CodeNotOnAgenda, "case", "the case is not on the agenda"),
		check.That(!m.OccurredAt.Before(s.When.Add(-slack)), CodeTooEarly, "occurred_at", "the meeting is planned for later"),
	)
	if err != nil {
		return nil, err
	}
	return one(CaseCalled{Case: c.Case, At: m.OccurredAt})
}

// recordDecision also serves after the meeting. What was signed before is to be signed again: nobody stands for a text that
// was changed afterwards.
func recordDecision(s State, c RecordDecision, m event.Moment) ([]event.Data, error) {
	made := DecisionRecorded{Decision: c.Decision, Case: c.Case, Action: c.Action, Owner: c.Owner, Due: c.Due, Detail: c.Detail}
	if had, ok := s.Decision(c.Decision); ok {
		if had.Case == c.Case && had.Action == c.Action && had.Owner == c.Owner && had.Due.Equal(c.Due) && had.Detail.Equal(c.Detail) {
			return nil, nil
		}
		return nil, event.RefuseField(CodeDecisionExists, "decision", "another decision has this id")
	}
	err := check.First(
		check.That(s.Status != WasCancelled, CodeCancelled, "", "the meeting was cancelled"),
		check.Given(CodeMissing, "decision", c.Decision),
		check.That(s.OnAgenda(c.Case), CodeNotOnAgenda, "case", "the case is not on the agenda"),
		check.OneOf(CodeUnknownCode, "action", c.Action, Actions),
		check.Given(CodeMissing, "owner", c.Owner),
		check.That(!c.Due.IsZero(), CodeMissing, "due", "due is missing"),
		check.That(c.Due.After(m.OccurredAt), CodeDue, "due", "due is not after the decision"),
	)
	if err != nil {
		return nil, err
	}
	out := s.reopen(m)
	if c.Replaces != "" {
		had, ok := s.Decision(c.Replaces)
		err := check.First(
			check.That(ok, CodeDecisionUnknown, "replaces", "there is no such decision"),
			check.That(!ok || had.Stands(), CodeDecisionGone, "replaces", "the decision was taken back"),
			check.That(!ok || had.Case == c.Case, CodeDecisionUnknown, "replaces", "the decision is about another case"),
		)
		if err != nil {
			return nil, err
		}
		out = append(out, DecisionWithdrawn{Decision: c.Replaces, Reason: "changed", ReplacedBy: c.Decision, By: m.Actor.Institution, At: m.OccurredAt})
	}
	return append(out, made), nil
}

func withdrawDecision(s State, c WithdrawDecision, m event.Moment) ([]event.Data, error) {
	had, ok := s.Decision(c.Decision)
	if ok && !had.Stands() {
		return nil, nil
	}
	err := check.First(
		check.That(ok, CodeDecisionUnknown, "decision", "there is no such decision"),
		check.OneOf(CodeUnknownCode, "reason", c.Reason, WithdrawReasons),
	)
	if err != nil {
		return nil, err
	}
	return append(s.reopen(m), DecisionWithdrawn{Decision: c.Decision, Reason: c.Reason, By: m.Actor.Institution, At: m.OccurredAt}), nil
}

// reopen says, where minutes were signed, that they are to be signed again.
func (s State) reopen(m event.Moment) []event.Data {
	if len(s.Signatures) == 0 {
		return nil
	}
	return []event.Data{MinutesReopened{By: m.Actor.Institution, Signed: len(s.Signatures), At: m.OccurredAt}}
}

// carryDecision notes what became of a decision in its case, once.
func carryDecision(s State, c CarryDecision) ([]event.Data, error) {
	had, ok := s.Decision(c.Decision)
	err := check.First(
		check.That(ok, CodeDecisionUnknown, "decision", "there is no such decision"),
		check.OneOf(CodeUnknownCode, "step", c.Step, []string{Assigned, Dropped}),
	)
	if err != nil {
		return nil, err
	}
	if had.Step == c.Step || had.Step == Dropped {
		return nil, nil
	}
	return one(DecisionCarried(c))
}

// signMinutes is the signature of the actor's institution. The convener's makes them the minutes of the meeting; the
// members who came sign them too, before or after.
func signMinutes(s State, m event.Moment) ([]event.Data, error) {
	by := m.Actor.Institution
	switch _, signed := s.SignedBy(by); {
	case s.Status == WasCancelled:
		return nil, event.Refuse(CodeCancelled, "the meeting was cancelled")
	case s.Status != WasHeld && s.Status != Signed:
		return nil, event.Refuse(CodeNotHeld, "the meeting was not held yet")
	case signed:
		return nil, nil
	case by == s.Convener:
		return one(MinutesSigned{By: by, At: m.OccurredAt})
	case slices.Contains(s.Signers(), by):
		return one(MinutesApproved{By: by, At: m.OccurredAt})
	}
	return nil, event.Refuse(CodeNotSigner, "the minutes are signed by who was there")
}
