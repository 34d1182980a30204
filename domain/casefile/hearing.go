package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

const ruleHearingOutcome = "HEARING-OUTCOME"

// scheduleHearing fixes a date in court. The date may lie in the past: a court's date is sometimes learnt of late.
func (t *decision) scheduleHearing(c ScheduleHearing) error {
	if err := t.fresh("hearing", c.Hearing); err != nil {
		return err
	}
	if c.Order != "" {
		if o, ok := t.s.Order(c.Order); !ok || o.InError {
			return event.RefuseField(CodeOrderUnknown, "order", "there is no such order")
		}
	}
	if err := validID("court", c.Court); err != nil {
		return err
	}
	when := instant(c.When)
	if err := t.date("when", c.When); err != nil {
		return err
	}
	t.join(c.Court, "court_proceedings")
	t.add(HearingScheduled{Hearing: c.Hearing, Order: c.Order, Court: c.Court, When: when, By: t.by()})
	t.oweHearing(c.Hearing, when)
	t.settleOrders(ruleRegister)
	return nil
}

// oweHearing starts the clock by which what came of a hearing is told.
func (t *decision) oweHearing(id string, from time.Time) {
	t.set(t.clock(ruleHearingOutcome, from), from, t.s.Lead, TargetHearing, id)
}

// oweHearings gives hearings that a transfer left to the other municipality their clock again. Of one that is past, the word is owed from now on.
func (t *decision) oweHearings() {
	for _, h := range t.s.Hearings {
		if h.Status == Planned && !h.InError {
			from := h.When
			if from.Before(t.at()) {
				from = t.at()
			}
			t.oweHearing(h.ID, from)
		}
	}
}

// date checks a date that may lie before or after what is told.
func (t *decision) date(field string, when time.Time) error {
	switch {
	case when.IsZero():
		return event.RefuseField(CodeRequired, field, "is missing")
	case when.Before(t.s.OpenedAt.Add(-beforeOpening)):
		return event.RefuseField(CodeTooEarly, field, "lies more than 72 hours before the case was opened")
	case when.After(t.at().Add(horizon)):
		return event.RefuseField(CodeOutOfDates, field, "lies too far in the future")
	}
	return nil
}

func (t *decision) hearing(id string) (Hearing, error) {
	h, ok := find(t.s.Hearings, func(h Hearing) bool { return h.ID == id })
	if !ok || h.InError {
		return h, event.RefuseField(CodeHearingUnknown, "hearing", "there is no such hearing")
	}
	return h, nil
}

// early is how long before its hour a hearing may have been held: courts begin early, they do not sit a day before.
const early = 12 * time.Hour

// foretold are the outcomes that are known before the day: the court put the hearing off, or who asked withdrew.
var foretold = []string{"postponed", "withdrawn"}

// recordHearing records what came of a hearing. A hearing on a UMM that was held, and not put off, is the one that the
// law wants within 20 days (art. 19(3)d).
func (t *decision) recordHearing(c RecordHearing) error {
	h, err := t.hearing(c.Hearing)
	if err != nil {
		return err
	}
	if err := coded("outcome", c.Outcome, HearingOutcomes); err != nil {
		return err
	}
	switch {
	case h.Status == Done && h.Outcome == c.Outcome:
		return nil
	case h.Status != Planned:
		return event.RefuseField(CodeHearingWrongStatus, "hearing", "is "+string(h.Status))
	case !slices.Contains(foretold, c.Outcome) && t.at().Before(h.When.Add(-early)):
		return event.RefuseField(CodeHearingTooEarly, "occurred_at", "the hearing is fixed for later")
	}
	t.add(HearingHeld{Hearing: c.Hearing, Outcome: c.Outcome, At: t.at()})
	t.meet(of(TargetHearing, c.Hearing))
	t.settleOrders(ruleConfirm)
	return nil
}

func (t *decision) cancelHearing(c CancelHearing) error {
	h, err := t.hearing(c.Hearing)
	switch {
	case err != nil:
		return err
	case h.Status == Dropped:
		return nil
	case h.Status != Planned:
		return event.RefuseField(CodeHearingWrongStatus, "hearing", "is "+string(h.Status))
	}
	t.add(HearingCancelled(c))
	t.void(of(TargetHearing, c.Hearing))
	return nil
}
