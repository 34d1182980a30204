package pages_test

import (
	"net/http"
	"net/url"
	"testing"
)

// Whoever signs in where somebody was signed in gets a secret of her own, and the one that the browser had lets in nobody any more.
func TestSigningInEndsTheSessionBefore(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("coordinator")
	site, err := url.Parse(b.server.URL)
	ok(t, err)
	var before []*http.Cookie
	for _, c := range br.client.Jar.Cookies(site) {
		before = append(before, &http.Cookie{Name: c.Name, Value: c.Value})
	}
	old := b.browser()
	old.client.Jar.SetCookies(site, before)
	if a := old.get("/board"); a.path != "/board" {
		t.Fatalf("the copied secret leads to %s", a.path)
	}
	if a := br.post("/signin", url.Values{"username": {"police"}, "password": {secret}}); a.status != http.StatusOK || a.path == "/signin" {
		t.Fatalf("the second one is not in: %d at %s", a.status, a.path)
	}
	if a := br.get("/account"); a.path != "/account" {
		t.Errorf("she is led to %s", a.path)
	}
	if a := old.get("/board"); a.path != "/signin" {
		t.Errorf("the secret of before still leads to %s", a.path)
	}
}
