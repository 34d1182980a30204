package casefile

import "mkr/domain/event"

const ruleVisitReport = "VISIT-REPORT"

func (t *decision) planVisit(c PlanVisit) error {
	if err := t.fresh("visit", c.Visit); err != nil {
		return err
	}
	if err := t.ahead("when", c.When); err != nil {
		return err
	}
	when := instant(c.When)
	t.add(VisitPlanned{Visit: c.Visit, When: when, By: t.by()})
	t.set(t.clock(ruleVisitReport, when), when, t.by(), TargetVisit, c.Visit)
	return nil
}

func (t *decision) recordVisit(c RecordVisit) error {
	if err := coded("outcome", c.Outcome, VisitOutcomes); err != nil {
		return err
	}
	v, planned := find(t.s.Visits, func(v Visit) bool { return v.ID == c.Visit })
	if !planned {
		if err := t.fresh("visit", c.Visit); err != nil {
			return err
		}
	}
	switch {
	case v.InError:
		return event.RefuseField(CodeVisitUnknown, "visit", "there is no such visit")
	case v.Status == Done && v.Outcome == c.Outcome:
		return nil
	case planned && v.Status != Planned:
		return event.RefuseField(CodeVisitWrongStatus, "visit", "is "+string(v.Status))
	}
	if c.Following != "" {
		if err := t.fresh("following", c.Following); err != nil {
			return err
		}
		if err := t.ahead("following_when", c.FollowingWhen); err != nil {
			return err
		}
	}
	t.add(VisitMade{Visit: c.Visit, Outcome: c.Outcome, Findings: c.Findings, By: t.by(), At: t.at()})
	t.meet(of(TargetVisit, c.Visit))
	if c.Following != "" {
		return t.planVisit(PlanVisit{Visit: c.Following, When: c.FollowingWhen})
	}
	return nil
}

func (t *decision) cancelVisit(c CancelVisit) error {
	v, ok := find(t.s.Visits, func(v Visit) bool { return v.ID == c.Visit })
	switch {
	case !ok || v.InError:
		return event.RefuseField(CodeVisitUnknown, "visit", "there is no such visit")
	case v.Status == Dropped:
		return nil
	case v.Status != Planned:
		return event.RefuseField(CodeVisitWrongStatus, "visit", "is "+string(v.Status))
	}
	t.add(VisitCancelled(c))
	t.void(of(TargetVisit, c.Visit))
	return nil
}
