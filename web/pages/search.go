package pages

import (
	"net/http"

	"mkr/domain/access"
	"mkr/handlers"
)

// searchRoutes find persons by name. What is searched for is sent in the body: a name stands in no address.
func (p *Pages) searchRoutes(only func(string, page)) {
	only("GET /persons", p.askPersons)
	only("POST /persons", p.findPersons)
}

// personsPage is a search and what it found.
type personsPage struct {
	Form  form
	Asked bool
	Found handlers.PersonsFound
}

// elsewhere says whom to ask about somebody in a case that one does not see: the one who sees most of them, unless that is she herself.
func (v view) elsewhere() string {
	if v.Caller.Role == access.Coordinator {
		return v.T("persons.elsewhere_lead")
	}
	return v.T("persons.elsewhere")
}

func (v view) searchForm(typed map[string][]string, wrong map[string]string) form {
	f := v.simpleForm("/persons", "/register", v.T("persons.search"), handlers.SearchPersons{}, typed, wrong)
	f.Focus = true
	return f
}

func (p *Pages) askPersons(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.SearchPersons) {
		return &handlers.DeniedError{Action: string(access.SearchPersons), Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, personsView(v, personsPage{Form: v.searchForm(nil, nil)}))
}

func (p *Pages) findPersons(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/persons"
	var in handlers.SearchPersons
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, personsView(v, personsPage{Form: v.searchForm(r.PostForm, wrong)}))
	}
	found, err := p.Service.SearchPersons(r.Context(), v.Caller, in)
	if err != nil {
		f := v.searchForm(r.PostForm, nil)
		if !v.reject(&f, err) {
			return err
		}
		return p.render(w, r, status(err), personsView(v, personsPage{Form: f}))
	}
	return p.render(w, r, http.StatusOK, personsView(v, personsPage{Form: v.searchForm(r.PostForm, nil), Asked: true, Found: found}))
}
