package casefile

import (
	"slices"

	"mkr/domain/event"
)

// ToolLevel is the level that the assessment's factors suggest: high with any grave factor or with at least seven
// factors, medium with at least three, else low. This scale is the house's own. It is not the official police form
// (instruction 912), whose text was not to be had, and it never decides: a person does.
func ToolLevel(factors []string) string {
	for _, f := range factors {
		if slices.Contains(GraveFactors, f) {
			return High
		}
	}
	switch {
	case len(factors) >= 7:
		return High
	case len(factors) >= 3:
		return Medium
	}
	return Low
}

func (t *decision) assessRisk(c AssessRisk) error {
	if err := t.fresh("assessment", c.Assessment); err != nil {
		return err
	}
	factors, err := codes("factors", c.Factors, RiskFactors)
	if err != nil {
		return err
	}
	if err := coded("level", c.Level, Levels); err != nil {
		return err
	}
	tool := ToolLevel(factors)
	if c.Level != tool && c.Reason.IsZero() {
		return event.RefuseField(CodeRiskReason, "reason", "a level other than the tool's needs a reason")
	}
	t.add(RiskAssessed{Assessment: c.Assessment, Factors: factors, ToolLevel: tool, Level: c.Level, By: t.by(), At: t.at()})
	if c.Level != tool {
		t.add(RiskOverridden{Assessment: c.Assessment, ToolLevel: tool, Level: c.Level, Reason: c.Reason})
	}
	t.answered()
	for _, d := range t.owed(Deadline.IsRiskClock) {
		// An assessment from before a breach, a reopening or a newer assessment, entered late, does not answer them.
		if !d.isInitial() && t.at().Before(minute(d.SetAt)) {
			return nil
		}
	}
	t.meet(Deadline.IsRiskClock)
	t.setRisk(ruleRiskReview+c.Level, t.at())
	return nil
}

// lookAgain makes the lead look at the risk again, in place of the look that was owed before: after a breach, or when a
// child is found in danger. A look that was owed sooner stays owed as soon: neither gains anybody time.
func (t *decision) lookAgain(rule string) {
	next := t.clock(rule, t.at())
	for _, d := range t.owed(Deadline.IsRiskClock) {
		if d.DueAt.After(t.at()) {
			next = capped(next, d.DueAt)
		}
	}
	t.void(Deadline.IsRiskClock)
	t.set(next, t.at(), t.s.Lead, TargetCase, t.s.ID)
}

// newestAssessment is the assessment that stands: of those not entered in error, the one that happened last, and of two
// at the same instant the one recorded last.
func (s State) newestAssessment() (Assessment, bool) {
	var newest Assessment
	found := false
	for _, a := range s.Assessments {
		if !a.InError && (!found || !a.At.Before(newest.At)) {
			newest, found = a, true
		}
	}
	return newest, found
}
