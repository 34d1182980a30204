package api_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"

	"mkr/domain/access"
)

// A partner's program sends a file, attaches it and reads it back; the answer is no page of ours, and can do nothing in a browser.
func TestFilesOfACase(t *testing.T) {
	w := newWorld(t)
	at := "/cases/" + w.caseID
	content := slices.Concat([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("vendim "), 50_000), []byte("\n%%EOF\n"))
	problem(t, w.post(access.Police, at+"/uploads", []byte("<html>"), header("Content-Type", "text/html")), 422, "input.file_type", "upload")
	problem(t, w.post(access.NGO, "/cases/"+w.newCase()+"/uploads", content), 404, "not_found", "")
	up := w.post(access.Police, at+"/uploads", content, header("Content-Type", "application/pdf"))
	expect(t, up, 201)
	body := object{"upload": up.str(t, "upload"), "kind": "court_decision", "class": "legal", "title": "Vendim"}
	file := w.must(access.Police, at+"/files", body).str(t, "id")
	problem(t, w.post(access.Coordinator, at+"/files", body), 422, "input.file_again", "upload")
	got := w.post(access.Coordinator, at+"/files/"+file+"/open", object{})
	expect(t, got, 200)
	if !bytes.Equal(got.body, content) {
		t.Fatalf("%d bytes came back", len(got.body))
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="court-decision.pdf"`, "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; object-src 'none'; base-uri 'none'; sandbox; frame-ancestors 'none'", "Cache-Control": "no-store",
	} {
		if got.header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.header.Get(name), want)
		}
	}
	problem(t, w.post(access.Medical, at+"/files/"+file+"/open", object{}), 404, "not_found", "") // who has no part in the case
	if a := w.post(access.Auditor, at+"/files/"+file+"/open", object{}); a.status != http.StatusForbidden {
		t.Errorf("an auditor opens it: %d", a.status)
	}
	problem(t, w.post(access.Coordinator, at+"/files/none/open", object{}), 404, "not_found", "")
}
