package pages

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"

	"mkr/domain/access"
	"mkr/domain/application"
	"mkr/handlers"
	"mkr/projections/aid"
)

// aidRoutes are the requests of families to the municipality's commissions.
func (p *Pages) aidRoutes(only func(string, page)) {
	only("GET /aid", p.aid)
	only("GET /aid/new", p.newApplication)
	only("POST /aid", p.submitApplication)
	only("GET /aid/{id}", p.applicationPage)
	only("POST /aid/{id}/open", p.openApplicant)
	only("GET /aid/{id}/do/{action}", p.applicationForm)
	only("POST /aid/{id}/do/{action}", p.doApplication)
}

var applicationStatuses = []string{string(application.Pending), string(application.WasGranted), string(application.WasRefused), string(application.HasEnded), string(application.InError)}

// aid lists them. Families are sealed: a request is told by its day and its number.
func (p *Pages) aid(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	list, err := p.Service.Applications(r.Context(), v.Caller, handlers.ListQuery{
		Kind: known(q.Get("kind"), application.Kinds), Status: known(q.Get("status"), applicationStatuses), After: q.Get("after"),
	})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, aidView(v, listPageOf(v, r, list, "", []filter{
		v.filter(q, "kind", "field.kind", "application_kind", application.Kinds),
		v.filter(q, "status", "outbox.status", "application_status", applicationStatuses),
	})))
}

// mayApply and mayDecide ask the policy about the caller's own institution's requests, for what a page offers.
func (v view) mayApply() bool  { return v.mayOwn(access.SubmitApplication) }
func (v view) mayDecide() bool { return v.mayOwn(access.DecideApplication) }

func (v view) mayOwn(a access.Action) bool {
	return v.may(a) || v.Caller.Institution != "" && access.Judge(v.Caller.Actor(), a, access.Facts{Own: true}).Allow
}

// familyPrefix is before the names of the family's fields in the form.
const familyPrefix = "family."

// applicationNew asks for the kind of request and for who asks. Roles in a case are not asked: there is no case.
func (v view) applicationNew(typed map[string][]string, wrong map[string]string) form {
	f := form{Action: "/aid", Cancel: "/aid", Title: v.T("aid.submit"), Submit: v.T("aid.submit"), Key: handlers.NewKey().String()}
	none := func(string) []option { return nil }
	for _, x := range v.fieldsOf(reflect.TypeFor[handlers.SubmitApplication](), "", typed, wrong, none) {
		if x.Name != "family" {
			f.Fields = append(f.Fields, x)
			continue
		}
		family := v.fieldsOf(reflect.TypeFor[handlers.NewPerson](), familyPrefix, typed, wrong, none)
		family = slices.DeleteFunc(family, func(x field) bool { return slices.Contains(caseOnly, x.Name) })
		at := slices.IndexFunc(family, func(x field) bool { return x.Name == familyPrefix+"name" })
		name := family[at]
		family = slices.Insert(slices.Delete(family, at, at+1), 0, name) // whoever asks begins with her name
		f.Fields = append(f.Fields, field{Name: "family", Control: "group", Label: x.Label, Fields: family})
	}
	return f
}

// caseOnly are the fields of a person that mean something in a case only.
var caseOnly = []string{familyPrefix + "role", familyPrefix + "relation", familyPrefix + "minor"}

func (p *Pages) newApplication(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.mayApply() {
		return &handlers.DeniedError{Action: "application.submit", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.applicationNew(nil, nil)))
}

func (p *Pages) submitApplication(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/aid/new"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	posted := url.Values{}
	for name, values := range r.PostForm {
		posted[name] = values
	}
	posted.Set(familyPrefix+"role", "guardian") // whoever asks is, or would be, the child's guardian
	var in handlers.SubmitApplication
	wrong := v.parse(&in, "", posted)
	delete(wrong, "family") // it is a group, and has no value of its own
	for name, words := range v.parse(&in.Family, familyPrefix, posted) {
		wrong[name] = words
	}
	if len(wrong) > 0 {
		if !v.mayApply() {
			return &handlers.DeniedError{Action: "application.submit", Code: access.CodeNotForRole}
		}
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.applicationNew(r.PostForm, wrong)))
	}
	receipt, err := p.Service.SubmitApplication(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, inFamily(err), "/aid", func() form { return v.applicationNew(r.PostForm, nil) })
}

// applicationAction is one thing that a commission does with a request.
type applicationAction struct {
	name    string
	in      func() any
	offered func(aid.Row) bool
}

var applicationActions = []applicationAction{
	{"application.decide", func() any { return &handlers.DecideApplication{} }, is(application.Pending)},
	{"application.pay_aid", func() any { return &handlers.PayAid{} }, func(a aid.Row) bool {
		return is(application.WasGranted)(a) && a.Kind != application.NeedsAssessment
	}},
	{"application.take_back", func() any { return &handlers.TakeBackPayment{} }, func(a aid.Row) bool { return len(a.Paid) > 0 }},
	{"application.end", func() any { return &handlers.EndApplication{} }, is(application.WasGranted)},
	{"application.mark_in_error", func() any { return &handlers.MarkApplication{} }, func(a aid.Row) bool { return !is(application.InError)(a) }},
}

func is(s application.Status) func(aid.Row) bool {
	return func(a aid.Row) bool { return a.Status == string(s) }
}

// daily are the actions that the list offers; the others are on the request's own page.
func (a applicationAction) daily() bool {
	return a.name == "application.decide" || a.name == "application.pay_aid"
}

// applicationTodo lists what may be done with a request now, or of it what is done every day.
func (v view) applicationTodo(a aid.Row, daily bool) (out []todo) {
	if !v.mayDecide() {
		return nil
	}
	for _, x := range applicationActions {
		if x.offered(a) && (x.daily() || !daily) {
			out = append(out, todo{Name: v.T(x.name), Path: "/aid/" + a.Application + "/do/" + x.name})
		}
	}
	return out
}

// application finds a request among those that the caller may see, and the action on it.
func (p *Pages) application(r *http.Request, v view) (aid.Row, applicationAction, error) {
	i := slices.IndexFunc(applicationActions, func(a applicationAction) bool { return a.name == r.PathValue("action") })
	if i < 0 {
		return aid.Row{}, applicationAction{}, handlers.ErrNotFound
	}
	row, err := p.request(r, v)
	return row, applicationActions[i], err
}

func (p *Pages) request(r *http.Request, v view) (aid.Row, error) {
	q := handlers.ListQuery{Limit: 1000}
	for {
		list, err := p.Service.Applications(r.Context(), v.Caller, q)
		if err != nil {
			return aid.Row{}, err
		}
		for _, a := range list.Items {
			if a.Application == r.PathValue("id") {
				return a, nil
			}
		}
		if q.After = list.Next; q.After == "" {
			return aid.Row{}, handlers.ErrNotFound
		}
	}
}

// applicationPage is one request: what became of it, month by month, and who asks, sealed until it is opened.
func (p *Pages) applicationPage(w http.ResponseWriter, r *http.Request, v view) error {
	row, err := p.request(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, applicationView(v, row, nil))
}

// openApplicant opens who asks. As on a case's page it is a post, on record before a word is read.
func (p *Pages) openApplicant(w http.ResponseWriter, r *http.Request, v view) error {
	texts, err := p.Service.OpenApplicant(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	o := v.opened(texts)
	if r.PostForm.Get("part") != "" {
		return p.render(w, r, http.StatusOK, openedView(v, o))
	}
	row, err := p.request(r, v)
	if err != nil {
		return err
	}
	v.Path = "/aid/" + row.Application
	return p.render(w, r, http.StatusOK, applicationView(v, row, &o))
}

func (p *Pages) applicationForm(w http.ResponseWriter, r *http.Request, v view) error {
	row, a, err := p.application(r, v)
	if err != nil {
		return err
	}
	if !v.mayDecide() {
		return &handlers.DeniedError{Action: a.name, Code: access.CodeNotForRole}
	}
	if !slices.ContainsFunc(v.applicationTodo(row, false), func(t todo) bool { return t.Path == r.URL.Path }) {
		return errNotOpen
	}
	typed := map[string][]string{}
	if period := r.URL.Query().Get("period"); a.name == "application.take_back" && slices.ContainsFunc(row.Paid, func(m aid.Month) bool { return m.Period == period }) {
		typed["period"] = []string{period}
	}
	if a.name == "application.pay_aid" { // a month's aid is most often that of the month before
		typed["period"] = []string{v.lastMonth()}
		if n := len(row.Paid); n > 0 {
			typed["lek"] = []string{v.plain(row.Paid[n-1].Lek)}
		}
	}
	return p.render(w, r, http.StatusOK, applicationFormView(v, row, v.formOfApplication(row, a, typed, nil)))
}

func (v view) formOfApplication(row aid.Row, a applicationAction, typed map[string][]string, wrong map[string]string) form {
	cancel := "/aid/" + row.Application
	if a.daily() {
		cancel = "/aid"
	}
	return form{
		Action: "/aid/" + row.Application + "/do/" + a.name, Cancel: cancel, Title: v.T(a.name), Submit: v.T(a.name), Key: handlers.NewKey().String(),
		Fields: v.fieldsOf(reflect.TypeOf(a.in()), "", typed, wrong, func(string) []option { return nil }),
	}
}

func (p *Pages) doApplication(w http.ResponseWriter, r *http.Request, v view) error {
	row, a, err := p.application(r, v)
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	v.Path = "/aid"
	in := a.in()
	if wrong := v.parse(in, "", r.PostForm); len(wrong) > 0 {
		if !v.mayDecide() {
			return &handlers.DeniedError{Action: a.name, Code: access.CodeNotForRole}
		}
		return p.render(w, r, http.StatusUnprocessableEntity, applicationFormView(v, row, v.formOfApplication(row, a, r.PostForm, wrong)))
	}
	var receipt handlers.Receipt
	switch in := in.(type) {
	case *handlers.DecideApplication:
		receipt, err = p.Service.DecideApplication(r.Context(), v.Caller, row.Application, *in, env)
	case *handlers.PayAid:
		receipt, err = p.Service.PayAid(r.Context(), v.Caller, row.Application, *in, env)
	case *handlers.TakeBackPayment:
		receipt, err = p.Service.TakeBackPayment(r.Context(), v.Caller, row.Application, *in, env)
	case *handlers.EndApplication:
		receipt, err = p.Service.EndApplication(r.Context(), v.Caller, row.Application, *in, env)
	case *handlers.MarkApplication:
		receipt, err = p.Service.MarkApplicationInError(r.Context(), v.Caller, row.Application, *in, env)
	}
	to := "/aid"
	if !a.daily() {
		to += "/" + row.Application
	}
	return p.filed(w, r, v, receipt, err, to, func() form { return v.formOfApplication(row, a, r.PostForm, nil) })
}
