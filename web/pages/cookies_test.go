package pages_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"mkr/domain/person"
	"mkr/handlers"
	"mkr/web/pages"
)

// TestCookiesOverTLS: whatever this site keeps in a browser over TLS is bound to the host, to encryption and to HTTP, goes along with
// nothing that another site sends, fits into what browsers keep, and its value is nowhere else in an answer.
func TestCookiesOverTLS(t *testing.T) {
	b := newBed(t)
	plain := b.signedIn("coordinator") // without TLS: without the prefix, or no browser would take them
	for _, c := range plain.client.Jar.Cookies(must(url.Parse(b.server.URL))) {
		if strings.HasPrefix(c.Name, "__") {
			t.Errorf("without TLS a cookie is called %s", c.Name)
		}
	}
	p, err := pages.New(pages.Config{Service: b.service, Now: b.service.Clock.Now, Zone: b.service.Zone, Logger: zerolog.New(b.logs), SecureCookies: true})
	ok(t, err)
	server := httptest.NewTLSServer(p)
	t.Cleanup(server.Close)
	client := server.Client()
	client.Jar = must(cookiejar.New(nil))
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	seen := map[string]bool{}
	call := func(method, path string, form url.Values) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(form.Encode()))
		ok(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := client.Do(req)
		ok(t, err)
		defer res.Body.Close()
		rest := res.Header.Clone()
		rest.Del("Set-Cookie")
		body := string(must(io.ReadAll(res.Body))) + fmt.Sprint(rest)
		for _, line := range res.Header.Values("Set-Cookie") {
			c, err := http.ParseSetCookie(line)
			ok(t, err)
			seen[c.Name] = true
			if len(c.Value) > 20 && strings.Contains(body, c.Value) {
				t.Errorf("%s %s tells the value of %s outside of it", method, path, c.Name)
			}
			same := http.SameSiteLaxMode
			if c.Name == "__Host-mkr-door" {
				same = http.SameSiteStrictMode
			}
			if !strings.HasPrefix(c.Name, "__Host-mkr") || !c.Secure || !c.HttpOnly || c.SameSite != same || c.Path != "/" || c.Domain != "" || len(c.Name)+len(c.Value) > 4096 {
				t.Errorf("%s %s: %s", method, path, line)
			}
		}
	}
	call(http.MethodPost, "/language", url.Values{"language": {"en"}})
	call(http.MethodPost, "/signin/passkey/ask", url.Values{})
	call(http.MethodPost, "/signin", url.Values{"username": {"coordinator"}, "password": {secret}})
	call(http.MethodGet, "/session/key", nil)
	call(http.MethodPost, "/tour/end", url.Values{})
	res, err := client.Get(server.URL + "/account")
	ok(t, err)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("whoever signed in over TLS is not known: %d", res.StatusCode)
	}
	call(http.MethodPost, "/signout", url.Values{})
	for _, name := range []string{"__Host-mkr", "__Host-mkr-lang", "__Host-mkr-touch", "__Host-mkr-browser", "__Host-mkr-tour"} {
		if !seen[name] {
			t.Errorf("%s was not set", name)
		}
	}
	// A cookie without the prefix, which another host could have set, is no session.
	token, _, err := b.service.SignIn(t.Context(), handlers.SignIn{Username: "coordinator", Password: person.PlainOf(secret)}, "192.0.2.7")
	ok(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/account", nil)
	ok(t, err)
	client.Jar = nil
	req.AddCookie(&http.Cookie{Name: "mkr", Value: token})
	res, err = client.Do(req)
	ok(t, err)
	res.Body.Close()
	if !slices.Contains([]int{http.StatusSeeOther, http.StatusUnauthorized}, res.StatusCode) {
		t.Errorf("a cookie without the prefix was taken: %d", res.StatusCode)
	}
}
