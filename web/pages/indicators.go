package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mkr/domain/indicator"
	"mkr/handlers"
	"mkr/projections/indicators"
)

// indicatorsPage is a year's figures, each beside what was published or planned.
type indicatorsPage struct {
	Year   int
	Years  []int
	Groups []figureGroup
	// Nothing is counted in the whole year: figures of nothing are not compared with any.
	Nothing bool
	Others  []handlers.Text // of the plan's rows that events cannot answer
	Stand   stand
	At      string // what its addresses end with, to stay at its moment
}

// figureGroup is the figures of one structure of the municipality, or of one part of the plan.
type figureGroup struct {
	Structure string
	Rows      []figureRow
	Published bool // the column of published figures has something in it
	Target    bool
}

type figureRow struct {
	handlers.Figure
	Path string
	Same bool // what the events say is what was published
}

// planGroup is the group of the Area Social Plan's figures, and planBegins the first year that it plans.
const (
	planGroup  = "area_social_plan"
	planBegins = 2021
)

// published is the year whose figures the municipality published.
const published = 2014

// years that the pages offer: the published one, and all since the plan began.
func (v view) years() []int {
	out := []int{published}
	for year := planBegins; year <= v.Now.In(v.Zone()).Year(); year++ {
		out = append(out, year)
	}
	return out
}

func planFirst(g figureGroup) int {
	if g.Structure == planGroup {
		return 0
	}
	return 1
}

// isPlanned tells a figure of the plan, whose code is a number of its chapters, from a published one.
func isPlanned(code string) bool { return code[0] >= '0' && code[0] <= '9' }

// thisYear opens the newest year in which anything was counted; that whose figures were published is one step away.
func (p *Pages) thisYear(w http.ResponseWriter, r *http.Request, v view) error {
	newest := published
	for _, year := range slices.Backward(v.years()) {
		view, err := p.Service.Indicators(r.Context(), v.Caller, year, handlers.At{})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(view.Figures, func(f handlers.Figure) bool { return f.Count > 0 }) {
			newest = year
			break
		}
	}
	http.Redirect(w, r, "/indicators/"+strconv.Itoa(newest), http.StatusSeeOther)
	return nil
}

func (p *Pages) indicators(w http.ResponseWriter, r *http.Request, v view) error {
	name, csv := strings.CutSuffix(r.PathValue("year"), ".csv")
	year, err := strconv.Atoi(name)
	if err != nil {
		return handlers.ErrNotFound
	}
	var lq handlers.ListQuery
	if err := p.look(r, &v, "", &lq); err != nil {
		return err
	}
	view, err := p.Service.Indicators(r.Context(), v.Caller, year, lq.At)
	if err != nil {
		return err
	}
	if csv {
		return p.indicatorsFile(w, v, view)
	}
	page := indicatorsPage{Year: year, Years: v.years(), Stand: stand{Position: view.Position, Still: true}, At: v.asOf(lq.At)}
	page.Nothing = !slices.ContainsFunc(view.Figures, func(f handlers.Figure) bool { return f.Count > 0 })
	for _, f := range view.Figures {
		row := figureRow{Figure: f, Path: fmt.Sprintf("/indicators/%d/%s", year, f.Code) + page.At}
		row.Same = f.Published != nil && f.Value != nil && f.Value.String() == strconv.Itoa(*f.Published)
		group := f.Structure
		if isPlanned(f.Code) {
			if group = planGroup; year < planBegins {
				continue
			}
		}
		if len(page.Groups) == 0 || page.Groups[len(page.Groups)-1].Structure != group {
			page.Groups = append(page.Groups, figureGroup{Structure: group})
		}
		g := &page.Groups[len(page.Groups)-1]
		g.Rows = append(g.Rows, row)
		g.Published = g.Published || f.Published != nil
		g.Target = g.Target || f.Target != nil
	}
	if page.Others, err = uncounted(year); err != nil {
		return err
	}
	// In the years that the plan plans it comes first; before them it is not there.
	slices.SortStableFunc(page.Groups, func(a, b figureGroup) int { return planFirst(a) - planFirst(b) })
	return p.render(w, r, http.StatusOK, indicatorsView(v, page))
}

// uncounted names the rows of the plan for a year that no event answers: their numbers come from other registers.
func uncounted(year int) ([]handlers.Text, error) {
	rows, err := indicator.Plan()
	if err != nil {
		return nil, err
	}
	var out []handlers.Text
	for _, r := range rows {
		if _, planned := r.Targets[year]; planned && !indicators.Answers(r.Code) {
			out = append(out, handlers.Text(r.Name))
		}
	}
	return out, nil
}

// value writes a figure in its unit; what cannot be told is a dash.
func (v view) value(n *json.Number, unit string) string {
	if n == nil {
		return "–"
	}
	if unit != indicator.YearlyChange {
		return v.Decimal(n.String())
	}
	sign := ""
	if f, err := n.Float64(); err == nil && f > 0 {
		sign = "+"
	}
	return sign + v.Percent(n.String())
}

// thingsPage is what a figure counted.
type thingsPage struct {
	Year   int
	Figure handlers.Figure
	Rows   []indicators.Row
	Charts []chart
	Stand  stand
	At     string // what its addresses end with, to stay at its moment
}

// asOf is what an address ends with that stays at the moment a page shows; nothing today.
func (v view) asOf(at handlers.At) string {
	if !v.Past {
		return ""
	}
	return "?at=" + strconv.FormatUint(at.Position, 10)
}

func (p *Pages) countedThings(w http.ResponseWriter, r *http.Request, v view) error {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil {
		return handlers.ErrNotFound
	}
	var lq handlers.ListQuery
	if err := p.look(r, &v, "", &lq); err != nil {
		return err
	}
	all, err := p.Service.Indicators(r.Context(), v.Caller, year, lq.At)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all.Figures, func(f handlers.Figure) bool { return f.Code == r.PathValue("code") })
	if i < 0 {
		return handlers.ErrNotFound
	}
	list, err := p.Service.CountedThings(r.Context(), v.Caller, year, r.PathValue("code"), lq.At)
	if err != nil {
		return err
	}
	page := thingsPage{Year: year, Figure: all.Figures[i], Rows: list.Items, Stand: stand{Position: all.Position, Still: true}, At: v.asOf(lq.At)}
	trend, err := p.Service.IndicatorTrend(r.Context(), v.Caller, year, r.PathValue("code"), lq.At)
	if err != nil {
		return err
	}
	if page.Figure.Count > 0 {
		page.Charts = append(page.Charts, v.monthChart(page.Figure, year))
	}
	if len(trend) > 1 {
		page.Charts = append(page.Charts, v.yearChart(page.Figure, trend))
	}
	return p.render(w, r, http.StatusOK, thingsView(v, page))
}

// text picks a text of handlers in the page's language.
func (v view) text(t handlers.Text) string { return pick(v.Language(), t.SQ, t.EN) }
