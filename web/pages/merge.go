package pages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"mkr/domain/access"
	"mkr/handlers"
)

// mergeRoutes say that two records are of one person, and end that.
func (p *Pages) mergeRoutes(only func(string, page)) {
	only("GET /cases/{id}/persons/{person}/merge", p.mergeForm)
	only("POST /cases/{id}/persons/{person}/merge", p.mergePerson)
	only("GET /cases/{id}/persons/{person}/unmerge", p.unmergeForm)
	only("POST /cases/{id}/persons/{person}/unmerge", p.unmergePerson)
}

// mergePage is the form about two records: which are offered, and for which case they were asked.
type mergePage struct {
	Record   handlers.PersonRecord
	Form     form
	Code     string // of the case whose persons are offered; "" those of a like name
	Found    int
	Building bool   // the register of names is not read yet
	Wrong    string // what is wrong with the code
}

// mergeable is the record that a form is about, for whoever may merge others with it.
func (p *Pages) mergeable(r *http.Request, v view) (handlers.PersonRecord, error) {
	record, err := p.Service.Person(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("person"))
	if err == nil && !record.Merges {
		err = &handlers.DeniedError{Action: string(access.MergePersons), Code: access.CodeNotForRole}
	}
	return record, err
}

// merging makes the page that asks with which record.
func (p *Pages) merging(r *http.Request, v view, record handlers.PersonRecord, typed map[string][]string, wrong map[string]string) (mergePage, error) {
	out := mergePage{Record: record, Code: strings.TrimSpace(r.FormValue("code"))}
	found, err := p.Service.MergeCandidates(r.Context(), v.Caller, record.Case, record.Person, out.Code)
	var bad *handlers.InputError
	if errors.As(err, &bad) {
		out.Wrong, err = v.T("refusal."+bad.Code), nil
	}
	if err != nil {
		return out, err
	}
	at := personPath(record.Case, record.Person)
	to := at + "/merge"
	if out.Code != "" {
		to += "?code=" + url.QueryEscape(out.Code)
	}
	out.Found, out.Building = len(found.Items), found.Building
	out.Form = v.recordsForm(to, at, v.T("person.merge"), handlers.MergePerson{}, found.Items, typed, wrong)
	return out, nil
}

// recordsForm asks for one of some records, each by its part in a case.
func (v view) recordsForm(to, cancel, title string, in any, parts []handlers.PersonPart, typed map[string][]string, wrong map[string]string) form {
	var options []option
	for _, o := range parts {
		label := join(o.Code, v.Code("person_role", o.Role))
		n := 1
		for _, before := range parts[:slices.Index(parts, o)] {
			if before.Case == o.Case && before.Role == o.Role {
				n++
			}
		}
		if n > 1 { // the second child of a case is told from the first by its place on the case's page
			label += " " + strconv.Itoa(n)
		}
		options = append(options, option{Value: o.Person, Label: label})
	}
	return form{
		Action: to, Cancel: cancel, Title: title, Submit: title, Key: handlers.NewKey().String(),
		Fields: v.fieldsOf(reflect.TypeOf(in), "", typed, wrong, func(string) []option { return options }),
	}
}

func (p *Pages) mergeForm(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.mergeable(r, v)
	if err != nil {
		return err
	}
	page, err := p.merging(r, v, record, nil, nil)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, mergeView(v, page))
}

func (p *Pages) mergePerson(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.mergeable(r, v)
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	v.Path = personPath(record.Case, record.Person)
	again := func(wrong map[string]string, refused error) error {
		page, err := p.merging(r, v, record, r.PostForm, wrong)
		if err != nil {
			return err
		}
		code := http.StatusUnprocessableEntity
		if refused != nil {
			if !v.reject(&page.Form, refused) {
				return refused
			}
			code = status(refused)
		}
		return p.render(w, r, code, mergeView(v, page))
	}
	var in handlers.MergePerson
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return again(wrong, nil)
	}
	receipt, err := p.Service.MergePerson(r.Context(), v.Caller, record.Case, record.Person, in, env)
	if err != nil {
		return again(nil, err)
	}
	return p.filed(w, r, v, receipt, nil, v.Path, nil)
}

func (v view) unmerging(record handlers.PersonRecord, typed map[string][]string, wrong map[string]string) form {
	var parts []handlers.PersonPart
	for _, o := range record.Same {
		if o.Direct {
			parts = append(parts, o.PersonPart)
		}
	}
	at := personPath(record.Case, record.Person)
	return v.recordsForm(at+"/unmerge", at, v.T("person.unmerge"), handlers.UnmergePerson{}, parts, typed, wrong)
}

func (p *Pages) unmergeForm(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.mergeable(r, v)
	if err != nil {
		return err
	}
	typed := map[string][]string{"person": r.URL.Query()["other"]}
	return p.render(w, r, http.StatusOK, personFormView(v, record, v.unmerging(record, typed, nil)))
}

func (p *Pages) unmergePerson(w http.ResponseWriter, r *http.Request, v view) error {
	record, err := p.mergeable(r, v)
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	v.Path = personPath(record.Case, record.Person)
	var in handlers.UnmergePerson
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, personFormView(v, record, v.unmerging(record, r.PostForm, wrong)))
	}
	receipt, err := p.Service.UnmergePerson(r.Context(), v.Caller, record.Case, record.Person, in, env)
	if err != nil {
		f := v.unmerging(record, r.PostForm, nil)
		if !v.reject(&f, err) {
			return err
		}
		return p.render(w, r, status(err), personFormView(v, record, f))
	}
	return p.filed(w, r, v, receipt, nil, v.Path, nil)
}

// samePersons says on a case's page in which other cases its people are too, to whoever sees those: for everybody else the
// page is what it is without them.
func (p *Pages) samePersons(ctx context.Context, v view, page *casePage) error {
	same, err := p.Service.SamePersons(ctx, v.Caller, page.Case.ID)
	if err != nil || len(same) == 0 {
		return err
	}
	for i, s := range page.Sections {
		if s.Key != "persons" {
			continue
		}
		for j := range s.Items {
			for _, o := range same[s.Items[j].Person] {
				if o.Case == page.Case.ID { // registered twice in one case: its own page says so
					continue
				}
				item := &page.Sections[i].Items[j]
				item.Open = append(item.Open, todo{Name: v.T("person.same_in", "code", o.Code), Path: "/cases/" + o.Case + "#person-" + o.Person})
			}
		}
	}
	return nil
}

// mergedWords say when and by whom a record was merged, and that it stands for all.
func (v view) mergedWords(o handlers.SamePerson) string {
	words := join(v.Code("merge_reason", o.Reason), v.Who(o.By), v.Date(o.At))
	if o.Kept {
		words = join(words, v.T("person.same_kept"))
	}
	if o.Erased {
		words = join(words, v.T("person.erased"))
	}
	return words
}
