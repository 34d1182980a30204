package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// rulePlanReview is the house's term within which an approved intervention plan is looked at again. That of a child's plan
// is the law's (CP-05-plan).
const rulePlanReview = "PLAN-REVIEW"

// PlanGoal is something that a plan is to reach.
type PlanGoal struct {
	ID      string        `json:"id"`
	Plan    string        `json:"plan"` // the version that it was set in
	Domain  string        `json:"domain"`
	Text    person.Sealed `json:"text"`
	At      time.Time     `json:"at"`
	Outcome string        `json:"outcome,omitempty"` // "" while it is worked on
	EndedAt time.Time     `json:"ended_at,omitzero"`
}

// PlanReview is one look at how far the plan has got.
type PlanReview struct {
	ID     string        `json:"id"`
	Plan   string        `json:"plan"`
	Result string        `json:"result"`
	Text   person.Sealed `json:"text,omitzero"`
	By     string        `json:"by"`
	At     time.Time     `json:"at"`
}

// PlanVersion is a plan that a newer one took the place of.
type PlanVersion struct {
	ID         string    `json:"id"`
	DraftedAt  time.Time `json:"drafted_at"`
	ApprovedAt time.Time `json:"approved_at,omitzero"`
	Meeting    string    `json:"meeting,omitempty"`
}

// PlanAgreement is an institution's word that it takes on its part.
type PlanAgreement struct {
	Institution string    `json:"institution"`
	At          time.Time `json:"at"`
}

// SafetyPlan is what the person does when it becomes dangerous. It is replaced as a whole, and looked at again as it is.
type SafetyPlan struct {
	ID         string        `json:"id,omitempty"`
	Items      []string      `json:"items,omitempty"`
	Text       person.Sealed `json:"text,omitzero"`
	By         string        `json:"by,omitempty"`
	At         time.Time     `json:"at,omitzero"`
	ReviewedAt time.Time     `json:"reviewed_at,omitzero"`
	ReviewedBy string        `json:"reviewed_by,omitempty"`
	Versions   int           `json:"versions,omitempty"`
}

// Open tells whether the goal is still worked on.
func (g PlanGoal) Open() bool { return g.Outcome == "" }

// plan finds the plan that is worked on.
func (t *decision) plan() error {
	if t.s.Plan.ID == "" {
		return event.RefuseField(CodePlanUnknown, "plan", "no plan was drafted")
	}
	return nil
}

func (t *decision) setGoal(c SetGoal) error {
	if err := t.plan(); err != nil {
		return err
	}
	if err := t.fresh("goal", c.Goal); err != nil {
		return err
	}
	if err := coded("domain", c.Domain, GoalDomains); err != nil {
		return err
	}
	if err := required("text", c.Text); err != nil {
		return err
	}
	t.add(PlanGoalSet{Goal: c.Goal, Plan: t.s.Plan.ID, Domain: c.Domain, Text: c.Text, By: t.by(), At: t.at()})
	return nil
}

func (t *decision) endGoal(c EndGoal) error {
	g, ok := find(t.s.Plan.Goals, func(g PlanGoal) bool { return g.ID == c.Goal })
	if !ok {
		return event.RefuseField(CodeGoalUnknown, "goal", "there is no such goal")
	}
	if err := coded("outcome", c.Outcome, GoalOutcomes); err != nil {
		return err
	}
	switch {
	case g.Outcome == c.Outcome:
		return nil
	case !g.Open():
		return event.RefuseField(CodeGoalEnded, "goal", "is worked on no longer")
	}
	if err := t.notBefore(g.At); err != nil {
		return err
	}
	t.add(PlanGoalEnded{Goal: c.Goal, Plan: t.s.Plan.ID, Outcome: c.Outcome, By: t.by(), At: t.at()})
	return nil
}

// agreePlan is an institution's own word on its part; it counts for the version that it was given on.
func (t *decision) agreePlan() error {
	if err := t.plan(); err != nil {
		return err
	}
	if has(t.s.Plan.Agreed, func(a PlanAgreement) bool { return a.Institution == t.by() }) {
		return nil
	}
	if err := t.notBefore(t.s.Plan.DraftedAt); err != nil {
		return err
	}
	t.add(PlanAgreed{Plan: t.s.Plan.ID, By: t.by(), At: t.at()})
	return nil
}

// reviewPlan records that the plan was looked at, and when it is looked at next: no later than the term gives.
func (t *decision) reviewPlan(c ReviewPlan) error {
	switch {
	case t.s.Plan.ID == "":
		return event.RefuseField(CodePlanUnknown, "plan", "no plan was drafted")
	case t.s.Plan.ApprovedAt.IsZero():
		return event.RefuseField(CodePlanNotApproved, "plan", "is not approved yet")
	}
	if err := t.fresh("review", c.Review); err != nil {
		return err
	}
	if err := coded("result", c.Result, ReviewResults); err != nil {
		return err
	}
	if err := t.notBefore(t.s.Plan.ApprovedAt); err != nil {
		return err
	}
	if err := t.next(c.Next); err != nil {
		return err
	}
	t.add(PlanReviewed{Review: c.Review, Plan: t.s.Plan.ID, Result: c.Result, Next: instantOf(c.Next), Text: c.Text, By: t.by(), At: t.at()})
	return nil
}

// next checks a day that may be named and need not be.
func (t *decision) next(when time.Time) error {
	if when.IsZero() {
		return nil
	}
	return t.ahead("next", when)
}

func instantOf(when time.Time) time.Time {
	if when.IsZero() {
		return zeroTime
	}
	return instant(when)
}

// LookedAt is when the plan was approved or last reviewed.
func (p Plan) LookedAt() time.Time {
	from := p.ApprovedAt
	for _, r := range p.Reviews {
		if r.Plan == p.ID && r.At.After(from) {
			from = r.At
		}
	}
	return from
}

func (t *decision) writeSafetyPlan(c WriteSafetyPlan) error {
	if err := t.fresh("safety_plan", c.SafetyPlan); err != nil {
		return err
	}
	items, err := codes("items", c.Items, SafetyItems)
	if err != nil {
		return err
	}
	if len(items) == 0 {
		return event.RefuseField(CodeRequired, "items", "says what the person does")
	}
	t.add(SafetyPlanWritten{SafetyPlan: c.SafetyPlan, Items: items, Text: c.Text, By: t.by(), At: t.at()})
	return nil
}

// reviewSafetyPlan: it was looked at with the person, and it still holds.
func (t *decision) reviewSafetyPlan() error {
	p := t.s.Safety
	if p.ID == "" {
		return event.RefuseField(CodeSafetyUnknown, "safety_plan", "there is no safety plan")
	}
	if p.ReviewedAt.Equal(t.at()) && p.ReviewedBy == t.by() {
		return nil
	}
	if err := t.notBefore(p.At); err != nil {
		return err
	}
	t.add(SafetyPlanReviewed{SafetyPlan: p.ID, By: t.by(), At: t.at()})
	return nil
}

func evolvePlan(w write, s State, e event.Data) State {
	p := &s.Plan
	switch e := e.(type) {
	case PlanDrafted:
		// A new plan takes the place of the one before; its open goals go on, and what institutions were given stays theirs.
		if p.ID != "" {
			p.Earlier = added(w, p.Earlier, PlanVersion{ID: p.ID, DraftedAt: p.DraftedAt, ApprovedAt: p.ApprovedAt, Meeting: p.Meeting})
		}
		p.ID, p.Kind, p.DraftedAt, p.ApprovedAt, p.ApprovedBy, p.Meeting, p.NextReview, p.Agreed = e.Plan, e.Kind, e.At, zeroTime, "", "", zeroTime, nil
	case PlanApproved:
		if p.ID == e.Plan {
			p.ApprovedAt, p.ApprovedBy, p.Meeting, p.NextReview = e.At, e.By, e.Meeting, e.Next
		}
	case PlanAgreed:
		if p.ID == e.Plan {
			p.Agreed = added(w, p.Agreed, PlanAgreement{Institution: e.By, At: e.At})
		}
	case PlanGoalSet:
		p.Goals = added(w, p.Goals, PlanGoal{ID: e.Goal, Plan: e.Plan, Domain: e.Domain, Text: e.Text, At: e.At})
	case PlanGoalEnded:
		p.Goals = changed(w, p.Goals, func(g PlanGoal) bool { return g.ID == e.Goal }, func(g *PlanGoal) { g.Outcome, g.EndedAt = e.Outcome, e.At })
	case PlanReviewed:
		p.Reviews = added(w, p.Reviews, PlanReview{ID: e.Review, Plan: e.Plan, Result: e.Result, Text: e.Text, By: e.By, At: e.At})
		if p.ID == e.Plan {
			p.NextReview = e.Next
		}
	case SafetyPlanWritten:
		s.Safety = SafetyPlan{ID: e.SafetyPlan, Items: e.Items, Text: e.Text, By: e.By, At: e.At, ReviewedAt: e.At, ReviewedBy: e.By, Versions: s.Safety.Versions + 1}
	case SafetyPlanReviewed:
		if s.Safety.ID == e.SafetyPlan {
			s.Safety.ReviewedAt, s.Safety.ReviewedBy = e.At, e.By
		}
	}
	return s
}

// detached is the plan with lists that nobody else holds.
func (p Plan) detached() Plan {
	p.Actions, p.Goals, p.Reviews = slices.Clone(p.Actions), slices.Clone(p.Goals), slices.Clone(p.Reviews)
	p.Agreed, p.Earlier = slices.Clone(p.Agreed), slices.Clone(p.Earlier)
	return p
}

// PlanReviewBy is by when the plan must be looked at again; zero when nobody owes it.
func (s State) PlanReviewBy() time.Time {
	d, _ := find(s.Deadlines, func(d Deadline) bool { return d.Owed() && d.Action == "review_plan" })
	return d.DueAt
}
