package pages_test

import (
	"net/http"
	"testing"

	"mkr/domain/directory"
	"mkr/handlers"
)

// Who may be known already is shown while an intake is filed: by the code of a case to whoever sees it, and to everybody else
// only that she is to ask the coordinator. Nothing is filed by asking, and nothing that was typed is lost.
func TestAnIntakeSaysWhoMayBeKnown(t *testing.T) {
	b := newBed(t)
	coordinator, ngo := b.signedIn("coordinator"), b.signedIn("ngo")
	to, form := coordinator.get("/cases/new").form(t)
	for name, value := range map[string]string{
		"kind": "domestic_violence", "channel": "walk_in", "violence": "physical", "persons[0].role": "survivor", "persons[0].name": survivor, "persons[0].sex": "female", "persons[0].birth_date": "1990-03-04",
	} {
		form.Set(name, value)
	}
	filed := coordinator.post(to, form)
	filed.wants(t, "DHF-2026-0001")
	ok(t, b.service.BuildNames(t.Context()))

	to, form = coordinator.get("/cases/new").form(t)
	form.Set("persons[0].name", survivor)
	form.Set("persons[0].birth_date", "1990-12-30")
	form.Set("persons[1].name", "Askush Tjetër")
	form.Set("check", "1")
	a := coordinator.post(to, form)
	if a.status != http.StatusOK {
		t.Fatalf("%d", a.status)
	}
	a.wants(t, "DHF-2026-0001", sq.T("newcase.same_year"), sq.T("newcase.unknown"), `value="1990-12-30"`, form.Get("command_key"))
	form.Set("persons[0].birth_date", "1971-12-30")
	coordinator.post(to, form).lacks(t, sq.T("newcase.same_year"))
	part := coordinator.post("/cases/new/candidates", form)
	part.wants(t, "DHF-2026-0001")
	part.lacks(t, "<html")
	list, err := b.service.Register(t.Context(), b.as(directory.MunicipalityDV), handlers.ListQuery{})
	ok(t, err)
	if len(list.Items) != 1 {
		t.Errorf("asking filed a case: %d", len(list.Items))
	}

	to, form = ngo.get("/cases/new").form(t)
	form.Set("persons[0].name", survivor)
	form.Set("check", "1")
	a = ngo.post(to, form)
	a.wants(t, sq.T("persons.elsewhere"))
	a.lacks(t, "DHF-2026-0001")
	form.Set("persons[0].name", "Vetëm")
	ngo.post(to, form).wants(t, sq.T("newcase.whole_name"))
}

// A step that is not open is told on a page that leads back to its case; a case that is not there leads nowhere.
func TestARefusedStepLeadsBackToItsCase(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	closed := br.get("/cases/" + id + "/do/case.reopen")
	if closed.status != http.StatusConflict {
		t.Errorf("reopening an open case: %d", closed.status)
	}
	closed.wants(t, `href="/cases/`+id+`">`+sq.T("problem.case"))
	nowhere := br.get("/cases/" + handlers.NewKey().String() + "/do/case.close")
	if nowhere.status != http.StatusNotFound {
		t.Errorf("a case that is not there: %d", nowhere.status)
	}
	nowhere.lacks(t, sq.T("problem.case"))
}
