package casefile

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mkr/domain/deadline"
)

// clock applies a rule of the case's regime. Protection orders are those of law 9669 in every case, a child's too: their
// rules are looked for there when the case's own regime has none. An unknown rule is a fault of the installation.
func (t *decision) clock(rule string, from time.Time) deadline.Clock {
	set := t.rulesFor(rule)
	c, err := set.Clock(rule, from, t.decider.Calendar)
	if err != nil && t.fault == nil {
		t.fault = fmt.Errorf("casefile: case %s: %w", t.s.ID, err)
	}
	return c
}

// day is the local day that is told of.
func (t *decision) day() time.Time {
	if t.decider.Calendar.Zone == nil { // the clock will say that it cannot be counted
		return t.at()
	}
	return t.at().In(t.decider.Calendar.Zone)
}

// rulesFor finds the packs that have a rule, as they hold on the day that is told of: those of the case's regime, else
// those of law 9669, where none held yet the newest, and of a version
// that was loaded before the program knew of the rule, the newest that has it.
func (t *decision) rulesFor(rule string) deadline.RuleSet {
	day := t.day()
	for _, regime := range []string{t.s.Regime, deadline.RegimeDomesticViolence} {
		if set := t.decider.Rules.On(regime, day); set.Has(rule) {
			return set
		}
	}
	if set := t.decider.Rules.For(t.s.Regime); set.Has(rule) {
		return set
	}
	if set := t.decider.Rules.For(deadline.RegimeDomesticViolence); set.Has(rule) {
		return set
	}
	return t.decider.Rules.With(t.s.Regime, rule)
}

// set starts a clock that somebody must act by.
func (t *decision) set(c deadline.Clock, from time.Time, owner, kind, target string) {
	t.add(DeadlineSet{
		Deadline: "d" + strconv.Itoa(len(t.s.Deadlines)+1),
		Rule:     c.Rule, Pack: c.Pack, Version: c.Version, Article: c.Article, Confidence: c.Confidence,
		Owner: owner, Action: c.Action, Kind: kind, Target: target,
		TriggeredAt: from, DueAt: c.DueAt, Shift: c.Shift, Right: c.Right, Ladder: c.Ladder.Fitting(from, c.DueAt),
	})
}

// capped is the clock, but never later than a given instant; a zero instant changes nothing.
func capped(c deadline.Clock, latest time.Time) deadline.Clock {
	if !latest.IsZero() && latest.Before(c.DueAt) {
		c.DueAt, c.Shift = latest, ""
	}
	return c
}

// meet stops what was owed because it was done, void because it is owed no longer.
func (t *decision) meet(which func(Deadline) bool) {
	for _, d := range t.owed(which) {
		t.add(DeadlineMet{Deadline: d.ID, At: t.at()})
	}
}

func (t *decision) void(which func(Deadline) bool) {
	for _, d := range t.owed(which) {
		t.add(DeadlineVoided{Deadline: d.ID, At: t.at()})
	}
}

func (t *decision) owed(which func(Deadline) bool) []Deadline {
	var out []Deadline
	for _, d := range t.s.Deadlines {
		if d.Owed() && which(d) {
			out = append(out, d)
		}
	}
	return out
}

// of picks the clocks of one thing.
func of(kind, target string) func(Deadline) bool {
	return func(d Deadline) bool { return d.Kind == kind && d.Target == target }
}

// The rules by which the lead must look at the risk: an open case always owes exactly one of them.
const (
	ruleRiskInitial  = "CASE-RISK-INITIAL"
	ruleRiskReview   = "CASE-RISK-REVIEW-" // and the level
	ruleRiskBreach   = "CASE-RISK-BREACH"
	ruleRiskDanger   = "CASE-RISK-DANGER" // a child was found in danger under a measure
	ruleCaseReopened = "CASE-REOPENED"
)

// IsRiskClock tells whether the deadline is the lead's standing duty to look at the risk.
func (d Deadline) IsRiskClock() bool {
	return d.Kind == TargetCase && (d.isInitial() || strings.HasPrefix(d.Rule, ruleRiskReview) || d.Rule == ruleRiskBreach || d.Rule == ruleRiskDanger || d.Rule == ruleCaseReopened)
}

// setRisk starts a risk clock.
func (t *decision) setRisk(rule string, from time.Time) {
	t.set(t.clock(rule, from), from, t.s.Lead, TargetCase, t.s.ID)
}
