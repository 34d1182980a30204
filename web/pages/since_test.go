package pages_test

import (
	"testing"
	"time"

	"mkr/internal/app"
	"mkr/web/i18n"
)

// Whoever comes back to a case is told what others have recorded since she was there last: never what she recorded
// herself, and nothing on her first visit. It stays told as long as she is there, and is over when she comes again.
func TestSinceTheLastVisit(t *testing.T) {
	b := newBed(t)
	caseID := b.open()
	zone, err := app.Zone()
	ok(t, err)
	words := i18n.For(i18n.Albanian, zone)
	reader := b.signedIn("coordinator")
	note := func(br *browser) {
		to, form := br.get("/cases/" + caseID + "/do/note.write").form(t)
		form.Set("section", "general")
		form.Set("text", typedWords)
		br.post(to, form).wants(t, words.T("case.story"))
	}
	since := func(br *browser, n int) {
		t.Helper()
		br.get("/cases/"+caseID).wants(t, words.N("case.since", n, "when", words.DateTime(b.now.Add(-24*time.Hour))), `class="new"`, `id="since"`)
	}
	reader.get("/cases/"+caseID).lacks(t, `id="since"`)
	note(reader)
	reader.get("/cases/"+caseID).lacks(t, `id="since"`)

	b.now = b.now.Add(24 * time.Hour)
	note(b.signedIn("police"))
	reader = b.signedIn("coordinator")
	since(reader, 1)
	note(reader)
	since(reader, 1) // she is still there
	note(b.signedIn("police"))
	since(reader, 2)
	part := reader.get("/cases/" + caseID + "?part=1&seen=")
	part.lacks(t, `id="since"`, `class="new"`) // she has put it away
	note(reader)
	b.signedIn("coordinator").get("/cases/"+caseID).lacks(t, `id="since"`)
}
