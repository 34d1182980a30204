package casefile

import (
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

func (t *decision) decidePlan(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case DraftPlan:
		return true, t.draftPlan(c)
	case ApprovePlan:
		return true, t.approvePlan(c)
	case SetGoal:
		return true, t.setGoal(c)
	case EndGoal:
		return true, t.endGoal(c)
	case AgreePlan:
		return true, t.agreePlan()
	case ReviewPlan:
		return true, t.reviewPlan(c)
	case WriteSafetyPlan:
		return true, t.writeSafetyPlan(c)
	case ReviewSafetyPlan:
		return true, t.reviewSafetyPlan()
	case AssignAction:
		return true, t.assignAction(c)
	case CompleteAction:
		return true, t.completeAction(c)
	case CancelAction:
		return true, t.cancelAction(c)
	}
	return false, nil
}

// draftPlan begins the individual plan, or a new one in place of an approved one.
func (t *decision) draftPlan(c DraftPlan) error {
	if c.Plan != "" && c.Plan == t.s.Plan.ID {
		return nil
	}
	if err := t.fresh("plan", c.Plan); err != nil {
		return err
	}
	if t.s.Plan.ID != "" && t.s.Plan.ApprovedAt.IsZero() {
		return event.RefuseField(CodePlanNotApproved, "plan", "a plan is being drafted already")
	}
	kind := InterventionPlan
	if t.s.Kind == ChildProtection {
		kind = ProtectionPlan
	}
	t.add(PlanDrafted{Plan: c.Plan, Kind: kind, At: t.at()})
	return nil
}

func (t *decision) approvePlan(c ApprovePlan) error {
	switch {
	case t.s.Plan.ID == "":
		return event.RefuseField(CodePlanUnknown, "plan", "no plan was drafted")
	case !t.s.Plan.ApprovedAt.IsZero():
		return nil
	}
	if err := t.notBefore(t.s.Plan.DraftedAt); err != nil {
		return err
	}
	if c.Meeting != "" {
		if err := validID("meeting", c.Meeting); err != nil {
			return err
		}
	}
	if err := t.next(c.Next); err != nil {
		return err
	}
	t.add(PlanApproved{Plan: t.s.Plan.ID, By: t.by(), Meeting: c.Meeting, Next: instantOf(c.Next), At: t.at()})
	return nil
}

// The clock of a plan's action is the day that was agreed for it, not a term of any pack.
const (
	rulePlanAction      = "PLAN-ACTION"
	ruleMeetingDecision = "MEETING-DECISION" // where a meeting agreed on no day
)

func dueBy(day time.Time, ladder deadline.Ladder) deadline.Clock {
	return deadline.Clock{Rule: rulePlanAction, Pack: deadline.HousePack, Version: 1, Confidence: deadline.House, Owner: deadline.OwnerAssignee, Action: "carry_out_action", DueAt: day, Ladder: ladder}
}

// assignAction gives an institution something to do. A meeting may do that before there is a plan.
func (t *decision) assignAction(c AssignAction) error {
	if err := t.fresh("action", c.Action); err != nil {
		return err
	}
	if err := coded("what", c.What, PlanActions); err != nil {
		return err
	}
	if err := validID("institution", c.Institution); err != nil {
		return err
	}
	reason := "coordinator_decision"
	if c.Meeting != "" {
		if err := validID("meeting", c.Meeting); err != nil {
			return err
		}
		reason = "technical_team"
	}
	clock := dueBy(instant(c.Due), t.decider.Rules.For(t.s.Regime).Ladder(deadline.LadderDays))
	if c.Due.IsZero() && c.Meeting != "" {
		clock = t.clock(ruleMeetingDecision, t.at())
	} else if err := t.ahead("due", c.Due); err != nil {
		return err
	}
	if c.Goal != "" {
		if g, ok := find(t.s.Plan.Goals, func(g PlanGoal) bool { return g.ID == c.Goal }); !ok || !g.Open() {
			return event.RefuseField(CodeGoalUnknown, "goal", "is none that is worked on")
		}
	}
	t.join(c.Institution, reason)
	t.add(PlanActionAssigned{Action: c.Action, What: c.What, Institution: c.Institution, Due: clock.DueAt, Detail: c.Detail, Meeting: c.Meeting, Goal: c.Goal, At: t.at()})
	t.set(clock, t.at(), c.Institution, TargetAction, c.Action)
	return nil
}

func (t *decision) action(id string) (PlanAction, error) {
	a, ok := find(t.s.Plan.Actions, func(a PlanAction) bool { return a.ID == id })
	if !ok {
		return a, event.RefuseField(CodeActionUnknown, "action", "there is no such action")
	}
	return a, nil
}

func (t *decision) completeAction(c CompleteAction) error {
	a, err := t.action(c.Action)
	switch {
	case err != nil:
		return err
	case t.by() != a.Institution && !t.isLead():
		return event.RefuseField(CodeActionNotAssignee, "action", "only the institution it was given to, or the lead, may report it")
	case a.Status == Done:
		return nil
	case a.Status != Planned:
		return event.RefuseField(CodeActionWrongStatus, "action", "is "+string(a.Status))
	}
	t.add(PlanActionDone{Action: c.Action, By: t.by(), At: t.at()})
	t.meet(of(TargetAction, c.Action))
	return nil
}

func (t *decision) cancelAction(c CancelAction) error {
	a, err := t.action(c.Action)
	switch {
	case err != nil:
		return err
	case !t.isLead():
		return event.RefuseField(CodeActionNotLead, "action", "only the lead of the case may drop an action")
	case a.Status == Dropped:
		return nil
	case a.Status != Planned:
		return event.RefuseField(CodeActionWrongStatus, "action", "is "+string(a.Status))
	}
	t.add(PlanActionCancelled{Action: c.Action, At: t.at()})
	t.void(of(TargetAction, c.Action))
	return nil
}
