package pages

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"mkr/domain/access"
	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/web/i18n"
)

// rulesPage is what deadlines are counted by: every version of every pack, and the days that are free.
type rulesPage struct {
	handlers.RulesView
	May bool // load new ones
}

// rulesRoutes show the rules to everybody, and let administrators load packs and calendars.
func (p *Pages) rulesRoutes(only func(string, page)) {
	only("GET /rules", p.rulesOf)
	only("GET /rules/packs/new", p.packForm)
	only("POST /rules/packs", p.loadPack)
	only("GET /rules/calendars/new", p.calendarForm)
	only("POST /rules/calendars", p.loadCalendar)
}

func (p *Pages) rulesOf(w http.ResponseWriter, r *http.Request, v view) error {
	rules, err := p.Service.Rules(r.Context(), v.Caller, 0)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, rulesView(v, rulesPage{RulesView: rules, May: v.may(access.ManageRules)}))
}

func (p *Pages) packForm(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ManageRules) {
		return &handlers.DeniedError{Action: "rules.load_pack", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.packForm(nil, nil)))
}

func (v view) packForm(typed map[string][]string, wrong map[string]string) form {
	return v.simpleForm("/rules/packs", "/rules", v.T("rules.load_pack"), handlers.LoadPack{}, typed, wrong)
}

func (p *Pages) calendarForm(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ManageRules) {
		return &handlers.DeniedError{Action: "rules.load_calendar", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.calendarForm(nil, nil)))
}

func (v view) calendarForm(typed map[string][]string, wrong map[string]string) form {
	return v.simpleForm("/rules/calendars", "/rules", v.T("rules.load_calendar"), handlers.LoadCalendar{}, typed, wrong)
}

func (p *Pages) loadPack(w http.ResponseWriter, r *http.Request, v view) error {
	var in handlers.LoadPack
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.packForm(r.PostForm, wrong)))
	}
	receipt, err := p.Service.LoadPack(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, err, "/rules", func() form { return because(v.packForm(r.PostForm, nil), err) })
}

func (p *Pages) loadCalendar(w http.ResponseWriter, r *http.Request, v view) error {
	var in handlers.LoadCalendar
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.calendarForm(r.PostForm, wrong)))
	}
	receipt, err := p.Service.LoadCalendar(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, err, "/rules", func() form { return because(v.calendarForm(r.PostForm, nil), err) })
}

// because adds the line and the reason for which a file was refused: words for whoever keeps the packs, in the language
// of the file.
func because(f form, err error) form {
	var no *event.Refusal
	if errors.As(err, &no) {
		f.Error, f.ErrorIn = strings.TrimPrefix(no.Text, "deadline: "), "en"
	}
	return f
}

func packAnchor(k handlers.PackView) string { return "pack-" + k.Pack + "-" + strconv.Itoa(k.Version) }

// packState says whether a version holds, what it is the regime of, and how it came here.
func (v view) packState(k handlers.PackView) string {
	holds, governs, from := v.T("rules.holds_not"), "", v.T("rules.built_in")
	if k.Holds {
		holds = v.T("rules.holds")
	}
	switch {
	case k.Kind != "" && k.Governs:
		governs = v.T("rules.governs", "kind", v.Within("kind", k.Kind))
	case k.Kind != "":
		governs = v.T("rules.by_name", "kind", v.Within("kind", k.Kind))
	}
	if k.Loaded.Position > 0 {
		from = v.T("rules.loaded", "when", v.DateTime(k.Loaded.At), "position", k.Loaded.Position)
	}
	return join(holds, governs, from)
}

// told is a text in the language in which there are words for it.
type told struct {
	Words    string
	Language i18n.Language
}

// sourceOf says where the terms of a version come from. What an older version says in English alone, it says in Albanian with
// the words of the version that says the same: a shipped version is never edited.
func (v view) sourceOf(packs []handlers.PackView, k handlers.PackView) told {
	if v.Language() == i18n.Albanian {
		for _, other := range append([]handlers.PackView{k}, packs...) {
			if other.Source == k.Source && other.SourceSQ != "" {
				return told{other.SourceSQ, i18n.Albanian}
			}
		}
	}
	return told{k.Source, i18n.English}
}

// noteOf says what whoever wrote a rule wants known of it. The catalogue has the notes of the packs that came with the program;
// one that a loaded pack changed stands as it was written.
func (v view) noteOf(r deadline.Rule) told {
	if i18n.For(i18n.English, nil).Code("rule_note", r.ID) == typographic(r.Note) {
		return told{v.Code("rule_note", r.ID), v.Language()}
	}
	return told{r.Note, i18n.English}
}

// typographic writes a text's apostrophes as the catalogue does.
func typographic(text string) string { return strings.ReplaceAll(text, "'", "’") }

// ladderOf names the ladder of a rule, for those that have one.
func (v view) ladderOf(r deadline.Rule) string {
	name := r.LadderName()
	if name == deadline.LadderNone || r.Right {
		return v.T("ladders.none")
	}
	return v.T("ladders.of", "name", v.Within("ladder", name))
}

// using counts the pack's own rules that have a ladder.
func (v view) using(k handlers.PackView, name string) (n int) {
	for _, r := range k.Rules {
		if !r.Right && r.LadderName() == name {
			n++
		}
	}
	return n
}

// warned says how long before the due instant the institution is warned.
func (v view) warned(l deadline.Ladder) string {
	var out []string
	for _, n := range l.Warn {
		out = append(out, v.T("ladders.before", "span", v.Span(deadline.Minutes(n))))
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, ", ")
}

// told says when a rung is told, counted from the due instant.
func (v view) told(l deadline.Ladder, rung string) string {
	for _, r := range l.Climb {
		switch {
		case r.To != rung:
		case r.After == 0:
			return v.T("ladders.at_once")
		default:
			return v.T("ladders.after", "span", v.Span(deadline.Minutes(r.After)))
		}
	}
	return "–"
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

// loadRules gives the page the titles of the rules that hold now, loaded ones among them, and the regimes that a case may be
// opened under by name.
func (v *view) loadRules(p *Pages) {
	if p.Service == nil { // a page that shows no case
		return
	}
	packs := p.Service.RulePacks()
	if len(packs.All()) != p.brought { // most of the time only the program's own
		v.rules = titles(packs)
	}
	for _, kind := range []string{access.DomesticViolence, access.ChildProtection} {
		for _, id := range packs.Regimes(kind, v.Now.In(v.Zone())) {
			v.regimes = append(v.regimes, option{id, id + " · " + v.Code("kind", kind)})
		}
	}
}

// Rule is the title of a deadline's rule.
func (v view) Rule(id string) string {
	if t, ok := v.rules[id]; ok {
		return pick(v.Language(), t.SQ, t.EN)
	}
	return v.Code("rule", id) // a clock that is in no pack, because the plan or the court set its day
}
