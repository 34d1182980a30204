package pages

import (
	"slices"
	"strings"

	"mkr/domain/casefile"
)

// plan is the individual plan: its version and who stands behind it, its goals with what serves them, what institutions
// were given, and the looks that were taken at it.
func (s summarizer) plan() section {
	out := section{Key: "plan"}
	p := s.c.Plan
	if p.ID != "" { // a technical team decides on actions before there is a plan
		out.Items = append(out.Items, s.planHead(p))
	}
	for _, g := range p.Goals {
		out.Items = append(out.Items, s.goal(p, g))
	}
	for _, a := range p.Actions {
		i := item{
			ID: casefile.TargetAction + "-" + a.ID, Title: s.Code("plan_action_code", a.What), Aside: s.Who(a.Institution), Done: a.Status != casefile.Planned,
			Tags: []tag{{Text: s.Code("status", string(a.Status)), Class: tagClass(string(a.Status))}},
			Open: s.todos(casefile.TargetAction, a.ID),
		}
		if g, ok := goalOf(p, a); ok {
			i.Lines = append(i.Lines, s.T("plan.serves", "goal", s.Within("goal_domain", g.Domain)))
		}
		if a.Status == casefile.Planned {
			i.Due = a.Due
		}
		out.Items = append(out.Items, i)
	}
	return out
}

func (s summarizer) planHead(p casefile.Plan) item {
	head := item{ID: "plan", Title: s.Code("plan_kind", p.Kind), Aside: s.T("plan.version", "n", s.Number(len(p.Earlier)+1)), Tags: []tag{{Text: s.T("case.plan_draft")}}, Lines: []string{s.Date(p.DraftedAt)}}
	if !p.ApprovedAt.IsZero() {
		head.Tags, head.Lines = []tag{{Text: s.T("case.plan_approved"), Class: "good"}}, []string{join(s.Date(p.ApprovedAt), s.Who(p.ApprovedBy), s.byMeeting(p.Meeting))}
		head.Due = s.c.PlanReviewBy()
	}
	if agreed := s.agreed(p); len(agreed) > 0 {
		head.Lines = append(head.Lines, s.T("plan.agreed_by", "who", strings.Join(agreed, ", ")))
	}
	for _, r := range slices.Backward(p.Reviews) {
		if r.Plan == p.ID {
			head.Lines = append(head.Lines, s.T("plan.reviewed_on", "when", s.Date(r.At), "result", s.Within("review_result", r.Result)))
			break
		}
	}
	return head
}

func (v view) byMeeting(meeting string) string {
	if meeting == "" {
		return ""
	}
	return v.T("plan.by_meeting")
}

// agreed names the institutions that take on their part.
func (v view) agreed(p casefile.Plan) []string {
	var out []string
	for _, a := range p.Agreed {
		out = append(out, v.Who(a.Institution))
	}
	return out
}

func (s summarizer) goal(p casefile.Plan, g casefile.PlanGoal) item {
	i := item{ID: casefile.TargetGoal + "-" + g.ID, Title: s.T("plan.goal", "domain", s.Code("goal_domain", g.Domain)), Done: !g.Open(), Open: s.todos(casefile.TargetGoal, g.ID), Lines: []string{s.Date(g.At)}}
	if !g.Open() {
		i.Tags = []tag{{Text: s.Code("goal_outcome", g.Outcome)}}
		return i
	}
	done, all := 0, 0
	for _, a := range p.Actions {
		if a.Goal == g.ID && a.Status != casefile.Dropped {
			all++
			if a.Status == casefile.Done {
				done++
			}
		}
	}
	if all > 0 {
		i.Aside = s.T("plan.progress", "done", s.Number(done), "all", s.Number(all))
	}
	return i
}

func goalOf(p casefile.Plan, a casefile.PlanAction) (casefile.PlanGoal, bool) {
	for _, g := range p.Goals {
		if g.ID == a.Goal && a.Goal != "" {
			return g, true
		}
	}
	return casefile.PlanGoal{}, false
}

// safety is the safety plan: what it holds in coded values; who and where stands in its sealed text.
func (s summarizer) safety() section {
	out := section{Key: "safety"}
	p := s.c.Safety
	if p.ID == "" {
		return out
	}
	out.Items = append(out.Items, item{
		ID: "safety_plan-" + p.ID, Title: s.T("safety.title"), Aside: s.T("plan.version", "n", s.Number(p.Versions)),
		Lines: []string{s.Codes("safety_item", p.Items), s.T("safety.reviewed", "when", s.Date(p.ReviewedAt), "who", s.Who(p.ReviewedBy))},
	})
	return out
}
