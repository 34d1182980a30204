package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// Criteria by which a child's case is closed (law 18/2017; VKM 578/2018, whose text was not to be had: the grounds are those
// that are known of it, CP-07).
const (
	GoalsMet    = "goals_met"    // an approved plan, and none of its goals is still worked on
	RiskRemoved = "risk_removed" // the newest assessment that stands says low
	WatchedSafe = "watched_safe" // the child was seen, and not in danger, since the last measure ended
	TeamHeard   = "team_heard"   // the technical group has spoken of the case since it was last opened
)

// ClosingCriteria lists them, in the order in which they are asked.
var ClosingCriteria = []string{GoalsMet, RiskRemoved, WatchedSafe, TeamHeard}

// CriterionReasons are why a child's case is closed though a criterion is not met.
var CriterionReasons = []string{"not_needed", "handled_elsewhere", "refused_by_family", "means_lacking", "other"}

// settledByReason are the reasons of closing that answer for every criterion: there is no child here any more to whom the
// criterion could apply.
var settledByReason = []string{"moved_away", "transferred", "child_of_age", "not_in_need", "duplicate", "died"}

// Criterion is one line of the checklist. The record of a closing keeps it as it stood then.
type Criterion struct {
	Criterion string `json:"criterion"`
	Met       bool   `json:"met,omitempty"`
	Reason    string `json:"reason,omitempty"` // why it was closed though it is not met
}

// Checklist tells which criteria a child's case meets as it stands; other cases have none.
func (s State) Checklist() []Criterion {
	if s.Kind != ChildProtection {
		return nil
	}
	met := map[string]bool{
		GoalsMet:    s.goalsEnded(),
		RiskRemoved: s.Risk == Low,
		WatchedSafe: s.watchedSafe(),
		TeamHeard:   !s.TeamAt.IsZero() && !s.TeamAt.Before(minute(s.ReopenedAt)),
	}
	out := make([]Criterion, len(ClosingCriteria))
	for i, c := range ClosingCriteria {
		out[i] = Criterion{Criterion: c, Met: met[c]}
	}
	return out
}

func (s State) goalsEnded() bool {
	return !s.Plan.ApprovedAt.IsZero() && len(s.Plan.Goals) > 0 && !has(s.Plan.Goals, PlanGoal.Open)
}

// watchedSafe: monitoring goes on "until the child is considered not at risk", so somebody must have seen it since.
func (s State) watchedSafe() bool {
	since := s.ReopenedAt
	for _, m := range s.Measures {
		if m.Protects() && !m.InError {
			since = later(since, m.EndedAt)
		}
	}
	return has(s.Visits, func(v Visit) bool {
		return !v.InError && v.Status == Done && v.Outcome == "met" && !v.When.Before(minute(since))
	}) || has(s.Measures, func(m Measure) bool {
		return !m.InError && m.Finding == "better" && !m.MonitoredAt.Before(minute(s.ReopenedAt))
	})
}

// checklist holds the closing of a child's case against its criteria: each is met, or the closing says why it is closed
// all the same.
func (t *decision) checklist(c CloseCase) ([]Criterion, error) {
	list := t.s.Checklist()
	for i := range list {
		switch reason := c.Excused[list[i].Criterion]; {
		case list[i].Met:
		case slices.Contains(settledByReason, c.Reason):
			list[i].Reason = c.Reason
		case reason == "":
			return nil, event.RefuseField(CodeCaseCriteria, list[i].Criterion, "is not met, and nobody said why the case is closed all the same")
		default:
			if err := coded(list[i].Criterion, reason, CriterionReasons); err != nil {
				return nil, err
			}
			list[i].Reason = reason
		}
	}
	return list, nil
}

// ripeSince is when a child's case became ready to be closed, if it is: its plan's goals are over, the risk is low, and no
// protection measure runs. The lead then owes the decision (CP-07).
func (s State) ripeSince() (from time.Time, ripe bool) {
	if s.Kind != ChildProtection || !s.goalsEnded() || s.Risk != Low || has(s.Measures, func(m Measure) bool { return m.Protects() && m.Runs() }) {
		return from, false
	}
	from = later(s.Plan.ApprovedAt, s.ReopenedAt)
	for _, g := range s.Plan.Goals {
		from = later(from, g.EndedAt)
	}
	for _, m := range s.Measures {
		if m.Protects() && !m.InError {
			from = later(from, m.EndedAt)
		}
	}
	return later(from, s.lowSince()), true
}

// lowSince is when the risk became low: the first of the last assessments in a row that say so.
func (s State) lowSince() (from time.Time) {
	standing := s.judged()
	slices.SortStableFunc(standing, func(a, b Assessment) int { return a.At.Compare(b.At) })
	for _, a := range slices.Backward(standing) {
		if a.Level != Low {
			break
		}
		from = a.At
	}
	return from
}
