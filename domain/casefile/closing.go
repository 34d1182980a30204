package casefile

import "mkr/domain/event"

// ClosedTransferred is how a case stands when another municipality has taken it on.
const ClosedTransferred = "transferred"

// closeCase ends the work. Nothing that somebody waits for may be left behind: every referral is answered and dealt with,
// every order has ended, every hearing and action is over. Visits that were only planned fall away.
func (t *decision) closeCase(c CloseCase) error {
	if err := coded("reason", c.Reason, CloseReasons); err != nil {
		return err
	}
	switch {
	case c.Reason == ClosedTransferred:
		return event.RefuseField(CodeTransferFirst, "reason", "is how the acceptance of a transfer closes a case")
	case has(t.s.Transfers, Transfer.Open):
		return event.Refuse(CodeCaseHasTransfer, "a transfer to another municipality is under way")
	case has(t.s.Referrals, Referral.IsOpen):
		return event.Refuse(CodeCaseHasReferrals, "a referral is still open")
	case has(t.s.Orders, func(o Order) bool {
		return !o.InError && (o.Status == OrderAsked || o.Status == OrderInForce || o.AwaitsAppeal())
	}):
		return event.Refuse(CodeCaseHasOrders, "an order is asked for or in force, or an appeal waits for its decision")
	case has(t.s.Hearings, func(h Hearing) bool { return !h.InError && h.Status == Planned }):
		return event.Refuse(CodeCaseHasHearings, "a hearing is still to be held")
	case has(t.s.Plan.Actions, func(a PlanAction) bool { return a.Status == Planned }):
		return event.Refuse(CodeCaseHasActions, "an action of the plan is still to be done")
	case has(t.s.Measures, func(m Measure) bool { return m.Protects() && m.Runs() }):
		return event.Refuse(CodeCaseHasMeasures, "a protection measure is in effect")
	}
	list, err := t.checklist(c)
	if err != nil {
		return err
	}
	t.end(CaseClosed{Reason: c.Reason, Note: c.Note, Criteria: list, At: t.at()})
	return nil
}

// end lets fall what was only planned or waited for, and closes the case.
func (t *decision) end(closed CaseClosed) {
	for _, v := range t.s.Visits {
		if v.Status == Planned && !v.InError {
			t.add(VisitCancelled{Visit: v.ID})
		}
	}
	for _, r := range t.s.Returns {
		if !r.Dropped && !r.Filed() {
			t.add(ReturnDropped{Return: r.ID, At: t.at()})
		}
	}
	t.add(closed)
	t.void(func(Deadline) bool { return true })
}

func (t *decision) reopenCase(c ReopenCase) error {
	if err := coded("reason", c.Reason, ReopenReasons); err != nil {
		return err
	}
	if t.s.Status != Closed {
		return event.Refuse(CodeCaseNotClosed, "the case is not closed")
	}
	if err := t.notBefore(t.s.ClosedAt); err != nil {
		return err
	}
	t.add(CaseReopened{Reason: c.Reason, At: t.at()})
	t.void(func(d Deadline) bool { return d.Kind == TargetTransfer }) // whoever it went to answers for the child no more
	t.setRisk(ruleCaseReopened, t.at())
	// A correction made while the case was closed may have brought something back that nobody could owe then.
	for _, r := range t.s.Referrals {
		t.oblige(r.ReferralContent.Referral)
	}
	t.oweHearings()
	t.settleOrders()
	t.settleMeasures()
	t.oweReviews()
	return nil
}
