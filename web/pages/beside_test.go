package pages_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mkr/handlers"
	"mkr/web"
	"mkr/web/i18n"
)

// A page that stayed open while another account signed in beside it files nothing in that account's name, and learns
// whose keys it would get.
func TestAFormOfTheAccountBefore(t *testing.T) {
	b := newBed(t)
	caseID := b.open()
	first, second := b.signedIn("police"), b.signedIn("coordinator")
	to, form := first.get("/cases/" + caseID + "/do/note.write").form(t)
	form.Set("section", "general")
	form.Set("text", typedWords)
	a := second.post(to, form)
	a.wants(t, i18n.For(i18n.Albanian, nil).T("form.dropped_text"))
	a.lacks(t, typedWords)
	if a.status != http.StatusConflict || notes(b, caseID) != 0 {
		t.Errorf("%d, and %d notes in another's name", a.status, notes(b, caseID))
	}
	holder := func(br *browser) string { return br.get("/session/key").header.Get("Mkr-Holder") }
	if form.Get("holder") == "" || holder(first) != form.Get("holder") || holder(second) == form.Get("holder") {
		t.Error("a page cannot tell whose keys it gets")
	}
	if a := first.post(to, form); a.status != http.StatusOK || notes(b, caseID) != 1 {
		t.Errorf("the account's own form: %d", a.status)
	}
}

// What another site's page asks for is not compressed: its length would tell whether words that the site put into the
// address stand in the page too.
func TestAnotherSiteLearnsNothingFromLengths(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("coordinator")
	for site, zipped := range map[string]bool{"cross-site": false, "same-origin": true, "none": true, "": true} {
		h := http.Header{"Accept-Encoding": {"gzip"}}
		if site != "" {
			h.Set("Sec-Fetch-Site", site)
		}
		a := br.send(http.MethodGet, "/board", nil, h)
		if got := strings.Contains(a.header.Get("Content-Encoding"), "gzip"); a.status != http.StatusOK || got != zipped {
			t.Errorf("from %q: %d, compressed: %t", site, a.status, got)
		}
	}
}

// A socket is opened for whom a page would be shown to: a session that nobody has touched ends at it too.
func TestASocketIsNoWayAroundTheIdleEnd(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("coordinator")
	auth := web.Authenticator(b.service, false)
	open := func() error {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+"/api/v1/live", nil)
		ok(t, err)
		at, err := url.Parse(b.server.URL)
		ok(t, err)
		for _, c := range br.client.Jar.Cookies(at) {
			r.AddCookie(c)
		}
		_, err = auth(r)
		return err
	}
	b.now = b.now.Add(handlers.IdleLife / 2)
	ok(t, open())
	b.now = b.now.Add(handlers.IdleLife)
	if err := open(); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("an untouched session opens a socket: %v", err)
	}
	if a := br.get("/board"); a.path != "/signin" && a.status != http.StatusUnauthorized {
		t.Errorf("and goes on: %d at %s", a.status, a.path)
	}
}
