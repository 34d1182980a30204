package pages

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// maxPersons is how many persons the page asks for at most; more are added to the open case.
const maxPersons = 8

// newCase is the intake form: what happened, and who is in it. The first person is the one the case is about.
func (p *Pages) newCase(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.mayOpenCases() {
		return &handlers.DeniedError{Action: "case.open", Code: "access.not_for_role"}
	}
	n := 2
	if asked, err := strconv.Atoi(r.URL.Query().Get("persons")); err == nil { // a draft comes back that had more
		n = min(max(asked, n), maxPersons)
	}
	return p.render(w, r, http.StatusOK, newCaseView(v, v.intake(n, nil, nil), nil))
}

// candidate is what a search by the name of one person of the form found: she may be known already.
type candidate struct {
	Who   string // which person of the form
	Found handlers.PersonsFound
}

// candidates looks for everybody whom the form names, as a search by name does and on record like one. Who has no whole name
// yet is left out.
func (p *Pages) candidates(r *http.Request, v view) ([]candidate, error) {
	out := []candidate{}
	for i := range personsIn(r.PostForm) {
		prefix := fmt.Sprintf("persons[%d].", i)
		in := handlers.SearchPersons{Name: person.PlainOf(r.PostForm.Get(prefix + "name")), BirthDate: person.PlainOf(r.PostForm.Get(prefix + "birth_date"))}
		found, err := p.Service.SearchPersons(r.Context(), v.Caller, in)
		if refused, _ := code(err); refused != "" && !errors.Is(err, handlers.ErrNotFound) {
			continue // filing says what is wrong with it
		}
		if err != nil {
			return nil, err
		}
		who := v.T("newcase.person", "n", i+1)
		if i == 0 {
			who = v.T("newcase.subject")
		}
		out = append(out, candidate{who, found})
	}
	return out, nil
}

// candidatesPart is what the page's script asks for while names are typed.
func (p *Pages) candidatesPart(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.SearchPersons) {
		return &handlers.DeniedError{Action: string(access.SearchPersons), Code: access.CodeNotForRole}
	}
	list, err := p.candidates(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, candidatesView(v, list))
}

// intake makes the form with n persons.
func (v view) intake(n int, typed map[string][]string, wrong map[string]string) form {
	none := func(control string) []option {
		if control == "regime" {
			return v.regimes
		}
		return nil
	}
	f := form{Action: "/cases", Title: v.T("newcase.title"), Submit: v.T("newcase.submit"), Cancel: "/board", Focus: true, Key: handlers.NewKey().String()}
	var when []field
	for _, x := range v.fieldsOf(reflect.TypeFor[handlers.OpenCase](), "", typed, wrong, none) {
		switch x.Name {
		case "persons":
		case "occurred_at", "regime":
			when = append(when, x) // after the persons
		default:
			f.Fields = append(f.Fields, x)
		}
	}
	for i := range n {
		prefix := fmt.Sprintf("persons[%d].", i)
		g := field{Name: fmt.Sprintf("persons[%d]", i), Control: "group", Label: v.T("newcase.person", "n", i+1), Fields: v.fieldsOf(reflect.TypeFor[handlers.NewPerson](), prefix, typed, wrong, none)}
		if i == 0 {
			g.Label, g.Fields = v.T("newcase.subject"), ofSubject(g.Fields)
		} else { // an empty group is nobody, so the browser must not insist on it
			for j := range g.Fields {
				g.Fields[j].Required = false
			}
		}
		f.Fields = append(f.Fields, g)
	}
	f.Fields = append(f.Fields, when...)
	return f
}

// ofSubject asks about the person that the case is for: who she may be is the law's, and she is nobody's relation.
func ofSubject(fields []field) []field {
	for i := range fields {
		if strings.HasSuffix(fields[i].Name, ".role") {
			fields[i].Options = slices.DeleteFunc(fields[i].Options, func(o option) bool { return o.Value != casefile.Survivor && o.Value != casefile.Child })
		}
	}
	return slices.DeleteFunc(fields, func(f field) bool { return strings.HasSuffix(f.Name, ".relation") })
}

// openCase files an intake, or shows the form with one more person when that was asked for.
func (p *Pages) openCase(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/cases/new"
	n := personsIn(r.PostForm)
	if r.PostForm.Has("more") {
		f := v.intake(min(n+1, maxPersons), r.PostForm, nil)
		return p.render(w, r, http.StatusOK, newCaseView(v, f, nil))
	}
	if r.PostForm.Has("check") {
		list, err := p.candidates(r, v)
		if err != nil {
			return err
		}
		f := v.intake(n, r.PostForm, nil)
		f.Key = r.PostForm.Get(keyField)
		return p.render(w, r, http.StatusOK, newCaseView(v, f, list))
	}
	if v.Reopened {
		f := v.intake(n, r.PostForm, nil)
		f.Key = r.PostForm.Get(keyField)
		return p.render(w, r, http.StatusOK, newCaseView(v, f, nil))
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.OpenCase
	wrong := v.parse(&in, "", r.PostForm)
	delete(wrong, "persons")
	places := []int{} // of each filed person in the form
	for i := range n {
		prefix := fmt.Sprintf("persons[%d].", i)
		if i > 0 && blank(r.PostForm, prefix) {
			continue
		}
		var one handlers.NewPerson
		for name, words := range v.parse(&one, prefix, r.PostForm) {
			wrong[name] = words
		}
		if i == 0 && in.Kind == casefile.ChildProtection && one.Role == casefile.Child && one.BirthDate.IsZero() {
			one.Minor = true // a child that is nowhere said to be older is one (law 18/2017, article 3)
		}
		in.Persons = append(in.Persons, one)
		places = append(places, i)
	}
	if len(wrong) == 0 {
		receipt, err := p.Service.OpenCase(r.Context(), v.Caller, in, env)
		if err == nil {
			http.Redirect(w, r, "/cases/"+receipt.Case+"?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
			return nil
		}
		f := v.intake(n, r.PostForm, nil)
		if !v.reject(&f, ofPerson(inForm(err, places), in)) {
			return err
		}
		return p.render(w, r, status(err), newCaseView(v, f, nil))
	}
	return p.render(w, r, http.StatusUnprocessableEntity, newCaseView(v, v.intake(n, r.PostForm, wrong), nil))
}

var personField = regexp.MustCompile(`^persons\[(\d+)\]`)

// personsIn counts the persons that the form asked for.
func personsIn(posted url.Values) int {
	n := 1
	for name := range posted {
		if m := personField.FindStringSubmatch(name); m != nil {
			if i, err := strconv.Atoi(m[1]); err == nil && i < maxPersons {
				n = max(n, i+1)
			}
		}
	}
	return n
}

// blank tells whether a person was left out. A sex or a relation alone names nobody.
func blank(posted url.Values, prefix string) bool {
	for name, values := range posted {
		if strings.HasPrefix(name, prefix) && strings.TrimSpace(strings.Join(values, "")) != "" {
			return false
		}
	}
	return true
}

// ofPerson says of the person whom a case cannot be about which field tells so: who she is, or else that a child is a minor.
func ofPerson(err error, in handlers.OpenCase) error {
	if c, _ := code(err); c != casefile.CodeCaseSubject || len(in.Persons) == 0 {
		return err
	}
	name := "persons[0].role"
	if in.Persons[0].Role == casefile.Child {
		name = "persons[0].minor"
	}
	return &handlers.InputError{Field: name, Code: casefile.CodeCaseSubject}
}

// inForm turns the place of a person in what was filed into her place in the form.
func inForm(err error, places []int) error {
	c, name := code(err)
	m := personField.FindStringSubmatch(name)
	if m == nil {
		return err
	}
	i, convErr := strconv.Atoi(m[1])
	if convErr != nil || i >= len(places) || places[i] == i {
		return err
	}
	return &handlers.InputError{Field: strings.Replace(name, m[0], fmt.Sprintf("persons[%d]", places[i]), 1), Code: c}
}
