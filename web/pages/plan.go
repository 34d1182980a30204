package pages

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/timeline"
)

// planPage is a case's individual plan, to be read with the family and signed. It names nobody; its texts are sealed
// until somebody opens them, which is recorded.
type planPage struct {
	Case     string
	Code     string
	Kind     string
	Plan     casefile.Plan
	Safety   casefile.SafetyPlan
	ReviewBy time.Time
	Goals    []planGoal
	Loose    []planTask // actions that serve no goal
	Texts    bool       // there are texts that the caller may open
	Opened   bool       // they are open
	Words    map[string]string
	Stand    stand
}

type planGoal struct {
	casefile.PlanGoal
	Tasks []planTask
}

type planTask struct{ casefile.PlanAction }

// planEvents are those whose texts belong to a plan.
var planEvents = []string{
	casefile.PlanGoalSet{}.EventType(), casefile.PlanActionAssigned{}.EventType(), casefile.PlanReviewed{}.EventType(), casefile.SafetyPlanWritten{}.EventType(),
}

// plan shows it.
func (p *Pages) plan(w http.ResponseWriter, r *http.Request, v view) error {
	page, _, err := p.planOf(w, r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, planView(v, page))
}

// openPlan opens its texts. It is a post: what is opened is on record before a word of it is read, and the answer is
// kept nowhere.
func (p *Pages) openPlan(w http.ResponseWriter, r *http.Request, v view) error {
	page, entries, err := p.planOf(w, r, v)
	if err != nil {
		return err
	}
	want := handlers.Want{}
	for id := range entries {
		want.Entries = append(want.Entries, id)
	}
	slices.Sort(want.Entries)
	texts, err := p.Service.OpenFields(r.Context(), v.Caller, page.Case, want)
	if err != nil {
		return err
	}
	for _, one := range texts.Entries {
		words := make([]string, 0, 1)
		for _, text := range one.Fields {
			words = append(words, text)
		}
		if len(one.Erased) > 0 {
			words = append(words, v.T("case.erased"))
		}
		page.Words[entries[one.ID]] = strings.Join(words, " ")
	}
	page.Opened = true
	v.Path = "/cases/" + page.Case + "/plan"
	return p.render(w, r, http.StatusOK, planView(v, page))
}

// planOf reads the plan, and which entries of the history hold its texts: by the thing that each is about.
func (p *Pages) planOf(w http.ResponseWriter, r *http.Request, v view) (planPage, map[string]string, error) {
	position := p.Service.Position()
	h, err := p.Service.History(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return planPage{}, nil, err
	}
	c, err := h.Case(r.Context(), handlers.At{})
	if err != nil {
		return planPage{}, nil, err
	}
	if c.Plan.ID == "" && len(c.Plan.Actions) == 0 && c.Safety.ID == "" {
		return planPage{}, nil, handlers.ErrNotFound
	}
	leaveInTime(w, c)
	page := planPage{
		Case: c.ID, Code: c.Code, Kind: c.Kind, Plan: c.Plan, Safety: c.Safety, ReviewBy: c.PlanReviewBy(), Words: map[string]string{},
		Stand: stand{Position: position, Still: true},
	}
	for _, g := range c.Plan.Goals {
		page.Goals = append(page.Goals, planGoal{PlanGoal: g})
	}
	for _, a := range c.Plan.Actions {
		i := slices.IndexFunc(page.Goals, func(g planGoal) bool { return g.ID == a.Goal && a.Goal != "" })
		if i < 0 {
			page.Loose = append(page.Loose, planTask{a})
			continue
		}
		page.Goals[i].Tasks = append(page.Goals[i].Tasks, planTask{a})
	}
	entries := map[string]string{}
	for _, e := range h.Timeline(r.Context(), handlers.At{}).Entries {
		if slices.Contains(planEvents, e.Type) && len(e.Sealed) > 0 {
			entries[e.EventID] = planTarget(e)
		}
	}
	page.Texts = len(entries) > 0 && len(c.Opens) > 0
	return page, entries, nil
}

// planTarget names the thing whose text an entry holds.
func planTarget(e timeline.Entry) string {
	if review, ok := e.Values["review"].(string); ok {
		return review
	}
	return e.Target
}
