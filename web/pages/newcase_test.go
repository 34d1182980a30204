package pages_test

import (
	"net/http"
	"regexp"
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
	for role, field := range map[string]string{"child": "minor", "survivor": "role"} {
		to, form := br.get("/cases/new").form(t)
		for name, value := range map[string]string{
			"kind": "child_protection", "channel": "walk_in", "violence": "neglect", "persons[0].role": role, "persons[0].name": survivor,
		} {
			form.Set(name, value)
		}
		a := br.post(to, form)
		a.wants(t, survivor)
		beside := regexp.MustCompile(`name="persons\[0\]\.` + field + `"[^>]*aria-invalid="true"`)
		if a.status != http.StatusUnprocessableEntity && a.status != http.StatusConflict || !beside.MatchString(a.body) {
			t.Errorf("%s: %d, and nothing is said beside %s", role, a.status, field)
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
