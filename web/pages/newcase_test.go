package pages_test

import (
	"net/http"
	"regexp"
	"testing"
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
