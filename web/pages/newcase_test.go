package pages_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// A case about nobody whom the law's case could be about says so beside the field that tells it, and keeps what was typed.
func TestWhomACaseIsAboutIsSaidBesideTheField(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("child_protection_worker")
	file := func(role, born string) answer {
		to, form := br.get("/cases/new").form(t)
		for name, value := range map[string]string{
			"kind": "child_protection", "channel": "walk_in", "violence": "neglect", "persons[0].role": role, "persons[0].name": survivor, "persons[0].birth_date": born,
		} {
			form.Set(name, value)
		}
		return br.post(to, form)
	}
	for _, c := range []struct{ role, born, field string }{{"child", "1990-05-01", "minor"}, {"survivor", "", "role"}} {
		a := file(c.role, c.born)
		a.wants(t, survivor)
		beside := regexp.MustCompile(`name="persons\[0\]\.` + c.field + `"[^>]*aria-invalid="true"`)
		if a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict || !beside.MatchString(a.body) {
			t.Errorf("%s: %d, and nothing is said beside %s", c.role, a.status, c.field)
		}
	}
	// Whom the form calls a child, or whose day of birth says it, need not be called a minor as well.
	for _, born := range []string{"", "2019-05-01"} {
		if a := file("child", born); !strings.HasPrefix(a.path, "/cases/") || a.path == "/cases/new" {
			t.Errorf("born %q: %d at %s", born, a.status, a.path)
		}
	}
}

// A screening says which deadline its level decides on only as long as that deadline runs.
func TestAScreeningPromisesNoDeadlineThatIsOver(t *testing.T) {
	b := newBed(t)
	r, err := b.service.OpenCase(t.Context(), b.as(directory.MunicipalityCP), handlers.OpenCase{
		Kind: casefile.ChildProtection, Channel: "walk_in", Violence: []handlers.Violence{"neglect"},
		Persons: []handlers.NewPerson{{Role: "child", Relation: "self", Sex: "female", Minor: true, Name: person.PlainOf(survivor)}},
	}, key())
	ok(t, err)
	ok(t, b.service.Await(t.Context(), r.Position))
	br, at := b.signedIn("child_protection_worker"), "/cases/"+r.Case+"/do/child.screen"
	br.get(at).wants(t, sq.T("hint.screening_level"))
	b.do(directory.MunicipalityCP, r.Case, "risk.assess", "", &handlers.AssessRisk{Level: "low"})
	after := br.get(at)
	after.wants(t, sq.T("screening.no_deadline"))
	after.lacks(t, sq.T("hint.screening_level"))
}
