package casefile

import (
	"fmt"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

// Decider holds what every decision needs beside the case: the terms of law and of the house, and the calendar they run
// by. Both are read-only; one Decider serves many goroutines.
type Decider struct {
	Rules    deadline.Packs
	Calendar deadline.Calendar
}

// Decide says what follows from a command, or refuses. It guarantees:
//
//   - A business "no" is a *event.Refusal with one of the codes of Refusals. Any other error is a fault: a rule that is
//     in no pack, a calendar without a zone, a command of an unknown type.
//   - No events and no error mean that what is asked for already holds: sending it again is harmless.
//   - What is due is counted from m.OccurredAt, so an entry that comes late gains no time.
//   - It checks what the case itself knows. Whether this person may do this at all is the access policy's.
//
// The state is not changed.
func (d Decider) Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	m.Now, m.OccurredAt = instant(m.Now), instant(m.OccurredAt)
	t := &decision{decider: d, s: s, m: m}
	if err := t.allowed(c); err != nil {
		return nil, err
	}
	if err := t.decide(c); err != nil {
		return nil, err
	}
	if len(t.out) > 0 {
		t.settleTerms(s)
	}
	if t.fault != nil {
		return nil, t.fault
	}
	if err := t.seenByOwners(c); err != nil {
		return nil, err
	}
	return t.out, nil
}

// decision is one decision on its way: every event it adds is applied to its own state at once, so that the later parts
// of a decision see the earlier ones.
type decision struct {
	decider Decider
	s       State
	m       event.Moment
	out     []event.Data
	fault   error
}

func (t *decision) add(e event.Data) {
	t.out = append(t.out, e)
	t.s = Evolve(t.s, e)
}

func (t *decision) by() string    { return t.m.Actor.Institution }
func (t *decision) at() time.Time { return t.m.OccurredAt }
func (t *decision) isLead() bool  { return t.by() == t.s.Lead }

// beforeOpening is how long before a case was opened something may have happened that is told in it: a visit by night,
// a measure or an order of the police that led to the case.
const beforeOpening = 72 * time.Hour

// allowed checks what holds for every command: that there is a case, that it is open, and that the times make sense.
func (t *decision) allowed(c Command) error {
	if _, opens := c.(OpenCase); !opens && t.s.Status == NotOpened {
		return event.Refuse(CodeCaseUnknown, "there is no such case")
	}
	if t.by() == "" && !ofTime(c) {
		return event.Refuse(CodeNoInstitution, "whoever acts in a case acts for an institution")
	}
	if t.s.Status == Closed && !worksWhenClosed(c) {
		return event.Refuse(CodeCaseClosed, "the case is closed; it must be reopened first")
	}
	switch {
	case !sensible(t.at()):
		return event.RefuseField(CodeOutOfDates, "occurred_at", "is not a sensible date")
	case t.at().After(t.m.Now):
		return event.RefuseField(CodeInFuture, "occurred_at", "lies in the future")
	case t.s.Status != NotOpened && t.at().Before(t.s.OpenedAt.Add(-beforeOpening)):
		return event.RefuseField(CodeTooEarly, "occurred_at", "lies more than 72 hours before the case was opened")
	}
	return nil
}

func worksWhenClosed(c Command) bool {
	switch c.(type) {
	case OpenCase, ReopenCase, MarkInError, WithdrawConsent, LapseDeadline, AcknowledgeDeadline, ConfirmTransfer:
		return true
	}
	return isRestriction(c)
}

func (t *decision) decide(c Command) error {
	switch c := c.(type) {
	case OpenCase:
		return t.openCase(c)
	case ChangePerson:
		return t.changePerson(c)
	case AddPerson:
		return t.addPerson(c)
	case AddParticipant:
		return t.addParticipant(c)
	case RemoveParticipant:
		return t.removeParticipant(c)
	case RecordIncident:
		return t.recordIncident(c)
	case RecordConsent:
		return t.recordConsent(c)
	case WithdrawConsent:
		return t.withdrawConsent(c)
	case AssessRisk:
		return t.assessRisk(c)
	case ScreenChild:
		return t.screenChild(c)
	case ConferCase:
		return t.conferCase(c)
	case ScheduleHearing:
		return t.scheduleHearing(c)
	case RecordHearing:
		return t.recordHearing(c)
	case CancelHearing:
		return t.cancelHearing(c)
	case PlanVisit:
		return t.planVisit(c)
	case RecordVisit:
		return t.recordVisit(c)
	case CancelVisit:
		return t.cancelVisit(c)
	case AttachFile:
		return t.attachFile(c)
	case WriteNote:
		return t.writeNote(c)
	case CloseCase:
		return t.closeCase(c)
	case ReopenCase:
		return t.reopenCase(c)
	case MarkInError:
		return t.markInError(c)
	case LapseDeadline:
		return t.lapse(c)
	case AcknowledgeDeadline:
		return t.acknowledge(c)
	}
	for _, concern := range []func(Command) (bool, error){t.decideReferral, t.decideOrder, t.decidePlan, t.decideMeasure, t.decideReturn, t.decideTransfer, t.decideRestriction} {
		if mine, err := concern(c); mine {
			return err
		}
	}
	return fmt.Errorf("casefile: a command of type %T is not known", c)
}
