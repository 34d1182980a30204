package pages

import (
	"cmp"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/retention"
	"mkr/handlers"
	peopleview "mkr/projections/people"
)

// personRoutes are about the data of the people in a case: what it is kept for, its erasure, and the report for the person.
func (p *Pages) personRoutes(only func(string, page)) {
	p.mergeRoutes(only)
	only("GET /erasures", p.erasures)
	only("POST /erasures/{action}", p.erasePersons)
	only("GET /cases/{id}/persons/{person}", p.person)
	only("GET /cases/{id}/persons/{person}/do/{action}", p.personForm)
	only("POST /cases/{id}/persons/{person}/do/{action}", p.doPerson)
	only("GET /cases/{id}/persons/{person}/report", p.askReport)
	only("POST /cases/{id}/persons/{person}/report", p.personReport)
}

// erasuresPage is what waits for a decision about erasure, and the schedule behind it.
type erasuresPage struct {
	Asked, Over []handlers.ErasureRow
	Error       string   // of what was sent
	Refused     []string // which of those that were marked, and why
	Schedule    retention.Schedule
	Stand       stand
}

func (p *Pages) erasures(w http.ResponseWriter, r *http.Request, v view) error {
	page, err := p.erasuresNow(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, erasuresView(v, page))
}

// erasePersons does to each of those that were marked what is done to one: asks for the erasure, or decides for it.
func (p *Pages) erasePersons(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/erasures"
	inputs := map[string]handlers.PersonInput{"erasure.request": handlers.ScheduleOver(), "erasure.decide": handlers.Granted()}
	in, ok := inputs[r.PathValue("action")]
	if !ok {
		return handlers.ErrNotFound
	}
	a, _ := handlers.PersonActionNamed(r.PathValue("action"))
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	before, err := p.erasuresNow(r, v)
	if err != nil {
		return err
	}
	names, marked := map[string]string{}, []handlers.PersonOf{}
	for _, row := range slices.Concat(before.Asked, before.Over) {
		names[row.Person] = row.Code + ", " + v.Code("person_role", row.Role)
	}
	for _, of := range r.PostForm["person"] {
		caseID, person, _ := strings.Cut(of, " ")
		marked = append(marked, handlers.PersonOf{Case: caseID, Person: person})
	}
	if len(marked) == 0 {
		before.Error = v.T("erasures.none_marked")
		return p.render(w, r, http.StatusUnprocessableEntity, erasuresView(v, before))
	}
	_, refused, last, err := p.Service.EachPerson(r.Context(), v.Caller, a, marked, in, env)
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		return p.filed(w, r, v, last, nil, "/erasures", nil)
	}
	if err := p.Service.Await(r.Context(), last.Position); err != nil && r.Context().Err() != nil {
		return err
	}
	page, err := p.erasuresNow(r, v)
	if err != nil {
		return err
	}
	page.Error = v.N("erasures.refused", len(refused))
	for _, no := range refused {
		page.Refused = append(page.Refused, cmp.Or(names[no.Person], v.T("erasures.unknown"))+": "+v.Refusal(strings.TrimPrefix(no.Code, "input.")))
	}
	return p.render(w, r, http.StatusConflict, erasuresView(v, page))
}

func (p *Pages) erasuresNow(r *http.Request, v view) (erasuresPage, error) {
	list, err := p.Service.Erasures(r.Context(), v.Caller, handlers.ListQuery{})
	if err != nil {
		return erasuresPage{}, err
	}
	page := erasuresPage{Schedule: p.Service.RetentionSchedule(), Stand: stand{Position: list.Position, Still: true}}
	for _, row := range list.Items {
		if row.Status == peopleview.Asked {
			page.Asked = append(page.Asked, row)
		} else {
			page.Over = append(page.Over, row)
		}
	}
	return page, nil
}

// erasable tells whether the reader may do something about any of the rows, and what.
func erasable(rows []handlers.ErasureRow) string {
	for _, r := range rows {
		if r.Action != "" {
			return r.Action
		}
	}
	return ""
}

// person shows what stands about a person's data. Nothing on it says who she is.
func (p *Pages) person(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, personView(v, record))
}

// personPath is where a person's data is, seen from a case.
func personPath(caseID, person string) string { return "/cases/" + caseID + "/persons/" + person }

func (v view) formOfPerson(record handlers.PersonRecord, a handlers.PersonAction, typed map[string][]string, wrong map[string]string) form {
	at := personPath(record.Case, record.Person)
	f := form{
		Action: at + "/do/" + a.Name, Cancel: at, Title: v.T(a.Name), Submit: v.T(a.Name), Key: handlers.NewKey().String(),
		Fields: v.fieldsOf(reflect.TypeOf(a.New()), "", typed, wrong, func(string) []option {
			var out []option
			for _, h := range record.Holds {
				out = append(out, option{Value: h.ID, Label: v.Code("hold_ground", h.Ground)})
			}
			return out
		}),
	}
	asked := scopeAsked(record, a.Name)
	f.Fields = slices.DeleteFunc(f.Fields, func(x field) bool { return x.Name == "scope" && !asked })
	for i := range f.Fields {
		if f.Fields[i].Name == "scope" { // nobody is erased in passing: it is said plainly how much is meant
			f.Fields[i].Required = true
		}
	}
	return f
}

// scopeAsked tells whether there are merged records that an action may take too.
func scopeAsked(record handlers.PersonRecord, action string) bool {
	return slices.ContainsFunc(record.Same, func(o handlers.SamePerson) bool {
		return action == "erasure.request" && !o.Erased || action == "erasure.decide" && o.Asked
	})
}

func (p *Pages) personForm(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := handlers.PersonActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err != nil {
		return err
	}
	if !slices.Contains(record.Actions, a.Name) {
		return errNotOpen
	}
	return p.render(w, r, http.StatusOK, personFormView(v, record, v.formOfPerson(record, a, nil, nil)))
}

func (p *Pages) doPerson(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := handlers.PersonActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	at := personPath(record.Case, record.Person)
	v.Path = at
	in := a.New()
	if wrong := v.parse(in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, personFormView(v, record, v.formOfPerson(record, a, r.PostForm, wrong)))
	}
	receipt, err := p.Service.DoPerson(r.Context(), v.Caller, record.Case, record.Person, a, in, env)
	if err == nil {
		if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
			return err
		}
		http.Redirect(w, r, at+"?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
		return nil
	}
	f := v.formOfPerson(record, a, r.PostForm, nil)
	if !v.reject(&f, err) {
		return err
	}
	return p.render(w, r, status(err), personFormView(v, record, f))
}

// personReport is the document for the person. It is a post: that it was made is on record before a word of it is read, and the
// answer is kept nowhere.
func (p *Pages) personReport(w http.ResponseWriter, r *http.Request, v view) error {
	var in handlers.AskReport
	wrong := v.parse(&in, "", r.PostForm)
	if len(wrong) == 0 {
		report, err := p.Service.ReportPerson(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"), in)
		if err != nil {
			return err
		}
		v.Path = personPath(r.PathValue("id"), report.Person)
		return p.render(w, r, http.StatusOK, reportView(v, report))
	}
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err != nil {
		return err
	}
	f := v.reportForm(record, r.PostForm, wrong)
	v.Path = f.Cancel
	return p.render(w, r, http.StatusUnprocessableEntity, personFormView(v, record, f))
}

// askReport asks how it was established who asks: before that there is no report.
func (p *Pages) askReport(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err != nil {
		return err
	}
	if !record.Reports {
		return errNotOpen
	}
	if err := p.Service.NeedRaised(r.Context(), v.Caller); err != nil { // here, so that the report itself comes without a question
		return err
	}
	return p.render(w, r, http.StatusOK, personFormView(v, record, v.reportForm(record, nil, nil)))
}

func (v view) reportForm(record handlers.PersonRecord, typed map[string][]string, wrong map[string]string) form {
	at := personPath(record.Case, record.Person)
	return v.simpleForm(at+"/report", at, v.T("report.make"), handlers.AskReport{}, typed, wrong)
}

// reportFields are the fields of a report in the order in which they read best.
func (v view) reportFields(r handlers.PersonReport) []openedField {
	return v.opened(handlers.OpenedFields{Fields: r.Fields}).Fields
}

// mergedFields are those of a record that was merged with hers.
func (v view) mergedFields(r handlers.ReportRecord) []openedField {
	return v.opened(handlers.OpenedFields{Fields: r.Fields}).Fields
}

// keptUntil says until when data is kept.
func (v view) keptUntil(until time.Time) string {
	switch {
	case until.IsZero():
		return v.T("person.kept_open")
	case until.Before(v.Now):
		return v.T("person.kept_over", "day", v.Date(until))
	}
	return v.T("person.kept_until", "day", v.Date(until))
}

// termWords says what a term is, and how sure it is.
func (v view) termWords(t retention.Term) string {
	return join(v.N("person.years", t.Years), v.Code("retention_part", t.Part), v.Code("kind", t.Kind))
}

// whatHappened names what a text of a report was written with.
func (v view) whatHappened(t handlers.ReportText) string {
	return join(v.Code("event", t.Type), strings.TrimSpace(v.T("field."+t.Field)))
}

// caseSpan says from when to when a case ran.
func (v view) caseSpan(c handlers.PersonCase) string {
	if c.ClosedAt.IsZero() {
		return v.T("person.since", "day", v.Date(c.OpenedAt))
	}
	return v.Date(c.OpenedAt) + " – " + v.Date(c.ClosedAt)
}

// whoAll names institutions.
func (v view) whoAll(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.Who(id)
	}
	return strings.Join(names, ", ")
}

// aboutPerson says what follows from an action on a person's data, where its name alone does not.
func (v view) aboutPerson(action string) string {
	switch action[strings.LastIndexByte(action, '/')+1:] {
	case "erasure.decide":
		return v.T("erasure.final")
	case "report":
		return v.T("report.make_text")
	}
	return ""
}

// guardLinks are the pages about what somebody has to answer for, that the caller may see.
func (v view) guardLinks() []todo {
	var out []todo
	for _, l := range []struct {
		may        access.Action
		path, name string
	}{{access.ViewReviews, "/reviews", "nav.emergencies"}, {access.ViewErasures, "/erasures", "nav.erasures"}, {access.AnswerFlags, "/audit/flags", "nav.flags"}} {
		if v.mayOwn(l.may) {
			out = append(out, todo{Name: v.T(l.name), Path: l.path})
		}
	}
	return out
}
