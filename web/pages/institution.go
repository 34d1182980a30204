package pages

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/capacity"
	"mkr/handlers"
	"mkr/projections/directory"
)

// institutionRoutes are an institution's own page and what is done to it: its places by its own people, the rest by
// administrators.
func (p *Pages) institutionRoutes(only func(string, page)) {
	only("GET /institutions/new", p.newInstitution)
	only("POST /institutions", p.registerInstitution)
	only("GET /institutions/{id}", p.institution)
	only("GET /institutions/{id}/do/{action}", p.institutionForm)
	only("POST /institutions/{id}/do/{action}", p.doInstitution)
}

// institutionPage is one institution.
type institutionPage struct {
	directory.Row
	Duty  handlers.DutyView
	Todo  []todo
	Stand stand
}

func (p *Pages) institution(w http.ResponseWriter, r *http.Request, v view) error {
	i, err := p.Service.Institution(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	page := institutionPage{Row: i.Row, Stand: stand{Position: i.Position, Still: true}}
	if page.Duty, err = p.Service.Duty(r.Context(), v.Caller, i.Institution); err != nil {
		return err
	}
	for _, a := range handlers.InstitutionActions {
		if a.Name == "institution.end_shift" { // offered beside each shift
			continue
		}
		if handlers.MayInstitution(v.Caller, i.Institution, a.Name) && institutionOffers(i.Row, a.Name) {
			page.Todo = append(page.Todo, todo{Name: v.T(a.Name), Path: "/institutions/" + i.Institution + "/do/" + a.Name})
		}
	}
	if v.may(access.ManageAccounts) || v.keepsOwnPeople() && i.Institution == v.Caller.Institution {
		page.Todo = append(page.Todo, todo{Name: v.T("account.open"), Path: "/admin/accounts/new?institution=" + i.Institution})
	}
	return p.render(w, r, http.StatusOK, institutionView(v, page))
}

// institutionOffers tells which actions make sense now; the decider has the last word.
func institutionOffers(i directory.Row, action string) bool {
	switch action {
	case "institution.report_capacity", "institution.withdraw_service":
		return len(i.Services) > 0
	case "institution.reinstate":
		return i.Suspended
	case "institution.suspend", "institution.offer_service":
		return !i.Suspended
	}
	return true
}

func (v view) institutionNew(typed map[string][]string, wrong map[string]string) form {
	return v.simpleForm("/institutions", "/institutions", v.T("institution.register"), handlers.RegisterInstitution{}, typed, wrong)
}

func (p *Pages) newInstitution(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ManageDirectory) {
		return &handlers.DeniedError{Action: "institution.register", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.institutionNew(map[string][]string{"languages": {"sq"}}, nil)))
}

func (p *Pages) registerInstitution(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/institutions/new"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.RegisterInstitution
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		if !v.may(access.ManageDirectory) {
			return &handlers.DeniedError{Action: "institution.register", Code: access.CodeNotForRole}
		}
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.institutionNew(r.PostForm, wrong)))
	}
	receipt, err := p.Service.RegisterInstitution(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, err, "/institutions/"+receipt.ID, func() form { return v.institutionNew(r.PostForm, nil) })
}

func institutionAction(name string) (handlers.InstitutionAction, bool) {
	i := slices.IndexFunc(handlers.InstitutionActions, func(a handlers.InstitutionAction) bool { return a.Name == name })
	if i < 0 {
		return handlers.InstitutionAction{}, false
	}
	return handlers.InstitutionActions[i], true
}

// openInstitution finds the action and the institution, and that the one is open on the other.
func (p *Pages) openInstitution(r *http.Request, v view) (handlers.InstitutionView, handlers.InstitutionAction, error) {
	a, ok := institutionAction(r.PathValue("action"))
	if !ok {
		return handlers.InstitutionView{}, a, handlers.ErrNotFound
	}
	i, err := p.Service.Institution(r.Context(), r.PathValue("id"))
	if err != nil {
		return i, a, err
	}
	return i, a, nil
}

func (p *Pages) institutionForm(w http.ResponseWriter, r *http.Request, v view) error {
	i, a, err := p.openInstitution(r, v)
	switch {
	case err != nil:
		return err
	case !handlers.MayInstitution(v.Caller, i.Institution, a.Name):
		return &handlers.DeniedError{Action: a.Name, Code: access.CodeNotForRole}
	case !institutionOffers(i.Row, a.Name):
		return errNotOpen
	}
	if v, err = p.withRoster(r, v, i.Institution); err != nil {
		return err
	}
	f := v.formOfInstitution(i, a, v.alreadySaid(i.Row, a.Name, r.URL.Query()), nil)
	if a.Name == "institution.change_details" { // the details are replaced as a whole: what others changed must not be lost
		f.Revision = strconv.FormatUint(i.Revision, 10)
	}
	return p.render(w, r, http.StatusOK, formPage(v, f))
}

func (v view) formOfInstitution(i handlers.InstitutionView, a handlers.InstitutionAction, typed map[string][]string, wrong map[string]string) form {
	at := "/institutions/" + i.Institution
	return form{
		Action: at + "/do/" + a.Name, Cancel: at, Title: v.T(a.Name), Submit: v.T(a.Name), Key: handlers.NewKey().String(),
		Fields: v.fieldsOf(reflect.TypeOf(a.New()), "", typed, wrong, func(control string) []option {
			switch control {
			case "colleague":
				return v.colleagues(i.Institution)
			case "shift":
				return v.shiftOptions()
			case "offered":
			default:
				return nil
			}
			var out []option
			for _, s := range i.Services {
				out = append(out, option{s.Service, v.Code("service_code", s.Service)})
			}
			return out
		}),
	}
}

// alreadySaid fills a form in with what stands now, so that only what is new has to be typed.
func (v view) alreadySaid(i directory.Row, action string, q url.Values) map[string][]string {
	number := func(n int) []string {
		if n == 0 {
			return nil
		}
		return []string{strconv.Itoa(n)}
	}
	service := q.Get("service")
	at := slices.IndexFunc(i.Services, func(s directory.Service) bool { return s.Service == service })
	if at < 0 && action == "institution.report_capacity" { // those of which places were reported, if there is one
		if reports := func(s directory.Service) bool { return s.Capacity || len(i.Services) == 1 }; countOf(i.Services, reports) == 1 {
			at = slices.IndexFunc(i.Services, reports)
		}
	}
	typed := map[string][]string{}
	if shift := q.Get("shift"); shift != "" && action == "institution.end_shift" {
		typed["shift"] = []string{shift}
	}
	switch {
	case action == "institution.change_details":
		typed["name_sq"], typed["name_en"] = []string{i.Name.SQ}, []string{i.Name.EN}
		typed["short_sq"], typed["short_en"] = []string{i.AlternateName.SQ}, []string{i.AlternateName.EN}
		typed["phone"], typed["hours"], typed["address"] = []string{i.Phone}, []string{i.Hours}, []string{i.Address}
		typed["languages"] = i.Languages
		if i.OnPlatform {
			typed["on_platform"] = []string{"yes"}
		}
	case at >= 0:
		s := i.Services[at]
		typed["service"], typed["languages"] = []string{s.Service}, s.Languages
		typed["min_age"], typed["max_age"] = number(s.MinAge), number(s.MaxAge)
		if s.Capacity {
			typed["total"], typed["available"] = []string{strconv.Itoa(s.Total)}, []string{strconv.Itoa(s.Available)}
		}
	}
	return typed
}

func (p *Pages) doInstitution(w http.ResponseWriter, r *http.Request, v view) error {
	i, a, err := p.openInstitution(r, v)
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	if v, err = p.withRoster(r, v, i.Institution); err != nil {
		return err
	}
	at := "/institutions/" + i.Institution
	v.Path = at
	again := func(wrong map[string]string) form {
		f := v.formOfInstitution(i, a, r.PostForm, wrong)
		f.Revision = r.PostForm.Get(revisionField)
		return f
	}
	in := a.New()
	if wrong := v.parse(in, "", r.PostForm); len(wrong) > 0 {
		if !handlers.MayInstitution(v.Caller, i.Institution, a.Name) {
			return &handlers.DeniedError{Action: a.Name, Code: access.CodeNotForRole}
		}
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, again(wrong)))
	}
	receipt, err := p.Service.DoInstitution(r.Context(), v.Caller, i.Institution, a, in, env)
	return p.filed(w, r, v, receipt, err, at, func() form { return again(nil) })
}

// freePlaces says the places of an institution's services in one line; "" if it reports none.
func (v view) freePlaces(i directory.Row) string {
	var parts []string
	for _, s := range i.Services {
		if s.Capacity {
			parts = append(parts, v.T("institutions.free", "n", s.Available, "all", s.Total))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return v.T("institutions.free_line", "places", strings.Join(parts, ", "))
}

// institutionsWithPlaces lists the directory by name, with the free places of those that report them, for whoever
// chooses a receiver.
func (v view) institutionsWithPlaces() []option {
	out := v.institutions()
	for i, o := range out {
		if words, ok := v.places()[o.Value]; ok {
			out[i].Label = join(o.Label, words)
		}
	}
	return out
}

func countOf[T any](list []T, is func(T) bool) (n int) {
	for _, x := range list {
		if is(x) {
			n++
		}
	}
	return n
}

// report is the address at which the places of a service are reported; "" for whoever may not.
func (p institutionPage) report(v view, service string) string {
	if !handlers.MayInstitution(v.Caller, p.Institution, "institution.report_capacity") {
		return ""
	}
	if !capacity.Keeps(service) && !slices.ContainsFunc(p.Services, func(s directory.Service) bool { return s.Service == service && s.Capacity }) {
		return "" // no matter of places; the first count of such a service is in the list of what may be done
	}
	return "/institutions/" + p.Institution + "/do/institution.report_capacity?service=" + url.QueryEscape(service)
}

// fresh is how long a count of places is told by its age; an older one is told by its day.
const fresh = 14 * 24 * time.Hour

// counted says when places were counted.
func (v view) counted(at time.Time) string {
	if v.Now.Sub(at) < fresh {
		return v.T("institution.counted", "ago", v.Ago(at, v.Now))
	}
	return v.T("institution.counted_on", "date", v.Date(at))
}
