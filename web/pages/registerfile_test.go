package pages_test

import (
	"strings"
	"testing"

	"mkr/domain/casefile"
)

// The register of cases goes into a spreadsheet, as it stands and as it stood, with what its page is filtered by.
func TestTheRegisterAsAFile(t *testing.T) {
	b := newBed(t)
	b.open()
	before := b.service.Position()
	b.open()
	ok(t, b.service.Await(t.Context(), b.service.Position()))
	br := b.signedIn("coordinator")
	codes := func(query string) int { return strings.Count(br.get("/register/file"+query).body, "DHF-2026-") }
	if a := br.get("/register/file"); !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") || !strings.Contains(a.body, sq.T("register.lead")) {
		t.Errorf("%d %s: %s", a.status, a.header.Get("Content-Type"), a.body)
	}
	for query, want := range map[string]int{"": 2, "?status=closed": 0, "?code=DHF-2026-0002": 1, "?kind=" + casefile.ChildProtection: 0, "?at=" + sq.Position(before): 1} {
		if got := codes(query); got != want {
			t.Errorf("%q: %d cases, want %d", query, got, want)
		}
	}
	br.get("/register?at="+sq.Position(before)).wants(t, "/register/file?at="+sq.Position(before))
	if a := b.signedIn("ngo").get("/register/file"); strings.Contains(a.body, "DHF-2026-") {
		t.Errorf("an NGO takes home cases that it has no part in: %s", a.body)
	}
}
