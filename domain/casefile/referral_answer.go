package casefile

import "mkr/domain/event"

// What the receiver says. An answer that already stands is no event; an answer that is late still meets its deadline.

func (t *decision) acknowledgeReferral(c AcknowledgeReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil || r.Status == Acknowledged {
		return err
	}
	if err := t.step(r, acknowledge); err != nil {
		return err
	}
	t.move(r, ReferralAcknowledged{Referral: c.Referral, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) acceptReferral(c AcceptReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil || r.Status == Accepted {
		return err
	}
	if err := t.step(r, accept); err != nil {
		return err
	}
	t.move(r, ReferralAccepted{Referral: c.Referral, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) declineReferral(c DeclineReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := coded("reason", c.Reason, DeclineReasons); err != nil {
		return err
	}
	if r.Status == Declined && r.Code == c.Reason {
		return nil
	}
	if err := t.step(r, decline); err != nil {
		return err
	}
	no := ReferralDeclined{Referral: c.Referral, Reason: c.Reason, Note: c.Note, By: t.by(), At: t.at()}
	if t.s.Lead != r.From && t.s.Lead != r.To {
		no.Review = t.s.Lead
	}
	t.move(r, no, t.meet)
	if no.Review != "" {
		t.set(t.clock(ruleReview+r.Urgency, t.at()), t.at(), no.Review, TargetReferral, c.Referral)
	}
	return nil
}

// holdReferral makes a referral wait. Saying again, later, that it still waits renews the review. To put somebody who was
// only just asked for on the waiting list is a yes, as soon as there is room.
func (t *decision) holdReferral(c HoldReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := coded("kind", c.Kind, HoldKinds); err != nil {
		return err
	}
	if r.Status == OnHold && r.HoldKind == c.Kind && !t.at().After(r.ChangedAt) {
		return nil
	}
	if err := t.step(r, hold); err != nil {
		return err
	}
	if r.AwaitsAnswer() {
		if c.Kind != Waitlisted {
			return event.RefuseField(CodeReferralWrongStatus, "kind", "a referral that was not accepted can only be put on the waiting list")
		}
		t.add(ReferralAccepted{Referral: c.Referral, By: t.by(), At: t.at()})
	}
	t.move(r, ReferralHeld{Referral: c.Referral, Kind: c.Kind, Note: c.Note, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) scheduleReferral(c ScheduleReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	appointment := instant(c.Appointment)
	if r.Status == Scheduled && r.Appointment.Equal(appointment) {
		return nil
	}
	if err := t.step(r, schedule); err != nil {
		return err
	}
	if err := t.ahead("appointment", c.Appointment); err != nil {
		return err
	}
	t.move(r, ReferralScheduled{Referral: c.Referral, Appointment: appointment, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) reportNoShow(c ReportNoShow) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil || r.Status == NoShow {
		return err
	}
	if err := t.step(r, noShow); err != nil {
		return err
	}
	if t.at().Before(minute(r.Appointment)) {
		return event.RefuseField(CodeReferralNotYet, "occurred_at", "lies before the appointment")
	}
	t.move(r, ReferralNoShow{Referral: c.Referral, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) startReferral(c StartReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil || r.Status == InProgress {
		return err
	}
	if err := t.step(r, start); err != nil {
		return err
	}
	t.move(r, ReferralStarted{Referral: c.Referral, By: t.by(), At: t.at()}, t.meet)
	return nil
}

// reportService tells of help given; the next report is owed from then. The same report twice is one.
func (t *decision) reportService(c ReportService) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := coded("service", c.Service, Services); err != nil {
		return err
	}
	if c.Sessions < 1 || c.Sessions > 1000 {
		return event.RefuseField(CodeOutOfRange, "sessions", "is not between 1 and 1000")
	}
	told := Served{Service: c.Service, Sessions: c.Sessions, At: t.at()}
	if r.Status == InProgress && r.LastService == told {
		return nil
	}
	if err := t.step(r, report); err != nil {
		return err
	}
	t.move(r, ServiceGiven{Referral: c.Referral, Service: c.Service, Sessions: c.Sessions, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) completeReferral(c CompleteReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := coded("outcome", c.Outcome, Outcomes); err != nil {
		return err
	}
	switch {
	case c.Outcome == Helped && c.Why != "":
		return event.RefuseField(CodeUnknownCode, "why", "is asked only where it did not help, or only in part")
	case c.Outcome != Helped:
		if err := coded("why", c.Why, OutcomeReasons); err != nil {
			return err
		}
	}
	if r.Status == Completed && r.Code == c.Outcome && r.Why == c.Why {
		return nil
	}
	if err := t.step(r, complete); err != nil {
		return err
	}
	t.move(r, ReferralCompleted{Referral: c.Referral, Outcome: c.Outcome, Why: c.Why, Note: c.Note, By: t.by(), At: t.at()}, t.meet)
	return nil
}

func (t *decision) failReferral(c FailReferral) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := coded("reason", c.Reason, FailReasons); err != nil {
		return err
	}
	if r.Status == Failed && r.Code == c.Reason {
		return nil
	}
	if err := t.step(r, fail); err != nil {
		return err
	}
	t.move(r, ReferralFailed{Referral: c.Referral, Reason: c.Reason, Note: c.Note, By: t.by(), At: t.at()}, t.meet)
	return nil
}

// refuseCancellation answers a request to stop: the service has begun and goes on.
func (t *decision) refuseCancellation(c RefuseCancellation) error {
	r, err := t.referral(c.Referral, byReceiver)
	if err != nil {
		return err
	}
	if err := t.step(r, goesOn); err != nil {
		return err
	}
	if err := t.notBefore(r.ChangedAt); err != nil {
		return err
	}
	t.move(r, ReferralCancellationRefused{Referral: c.Referral, Note: c.Note, By: t.by(), At: t.at()}, t.meet)
	return nil
}
