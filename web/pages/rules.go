package pages

import (
	"net/http"

	"mkr/domain/access"
	"mkr/domain/deadline"
	"mkr/handlers"
)

// rulesPage is what deadlines are counted by: the packs as they came with the program, and the days that are free.
type rulesPage struct {
	Packs    []deadline.Pack
	Year     int
	Holidays []deadline.Holiday
}

// rulesOf shows them to whoever the policy lets read rules. They are changed by a new version of the program alone.
func (p *Pages) rulesOf(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ViewRules) {
		return &handlers.DeniedError{Action: string(access.ViewRules), Code: access.CodeNotForRole}
	}
	packs, err := deadline.Embedded()
	if err != nil {
		return err
	}
	free, err := deadline.AlbanianHolidays()
	if err != nil {
		return err
	}
	year := v.Now.In(v.Zone()).Year()
	return p.render(w, r, http.StatusOK, rulesView(v, rulesPage{Packs: packs.All(), Year: year, Holidays: free.In(year)}))
}

// termWords are the sentences of the terms, by unit.
var termWords = map[deadline.Unit]string{
	deadline.Hours: "term.hours", deadline.Days: "term.days", deadline.Months: "term.months", deadline.DaysBefore: "term.days_before", deadline.WorkingDaysBefore: "term.working_days_before",
}

// term says how long a rule gives.
func (v view) term(t deadline.Term) string {
	switch {
	case t.Unit == deadline.AtOnce:
		return v.T("term.at_once")
	case t.Unit == deadline.Days && t.Count == 0:
		return v.T("term.same_day")
	}
	return v.N(termWords[t.Unit], t.Count)
}

// rules are the titles of the deadline rules, by id. Titles are in the packs, in both languages, and not in the
// catalogue: a new pack brings its own words. Of two packs with one rule the newer one's title shows.
type rules map[string]deadline.Text

func titles(packs deadline.Packs) rules {
	out := rules{}
	for _, pack := range packs.All() {
		for _, r := range pack.Rules {
			out[r.ID] = r.Title
		}
	}
	return out
}

// Rule is the title of a deadline's rule.
func (v view) Rule(id string) string {
	if t, ok := v.rules[id]; ok {
		return pick(v.Language(), t.SQ, t.EN)
	}
	return v.Code("rule", id) // a clock that is in no pack, because the plan or the court set its day
}
