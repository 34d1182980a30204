package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/web/i18n"
)

func TestEveryPageOfEveryRole(t *testing.T) {
	b := newBed(t)
	id := b.open()
	b.refer(id)
	b.do(directory.MunicipalityDV, id, "risk.assess", "", &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}})
	b.do(directory.MunicipalityDV, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("Shënim i vulosur për " + survivor)})
	paths := []string{
		"/board", "/board?wall", "/board?risk=high&sort=newest", "/inbox", "/outbox", "/deadlines", "/deadlines?due=today", "/orders", "/orders?watch=breached", "/workload", "/hearings", "/hearings?span=month&day=2026-11-20", "/register?code=DHF", "/cases/new",
		"/cases/" + id, "/cases/" + id + "/replay", "/cases/" + id + "/replay?step=1", "/cases/" + id + "/do/referral.create", "/meetings", "/meetings/new",
		"/activities", "/activities/new", "/indicators/2014", "/indicators/2022", "/indicators/2014/domestic_violence.families_assisted",
		"/institutions", "/guide", "/account", "/nowhere",
	}
	want := map[string]map[string]int{
		"coordinator": {"/nowhere": 404},
		"ngo":         {"/meetings/new": 403, "/nowhere": 404},
		"shelter":     {"/cases/" + id: 404, "/cases/" + id + "/replay": 404, "/cases/" + id + "/replay?step=1": 404, "/cases/" + id + "/do/referral.create": 404, "/meetings/new": 403, "/nowhere": 404},
		"auditor":     {"/workload": 403, "/cases/new": 403, "/cases/" + id + "/do/referral.create": 409, "/meetings/new": 403, "/activities/new": 403, "/nowhere": 404},
	}
	for role, refused := range want {
		br := b.signedIn(role)
		for _, language := range []string{"sq", "en"} {
			br.post("/language", url.Values{"language": {language}, "next": {"/account"}})
			for _, path := range paths {
				a := br.get(path)
				status := 200
				if s, ok := refused[path]; ok {
					status = s
				}
				if a.status != status {
					t.Errorf("%s %s: %d, want %d", role, path, a.status, status)
				}
				check(t, role+" "+path, a)
				if !strings.Contains(a.body, `action="/signout"`) {
					t.Errorf("%s %s has no way out", role, path)
				}
				if !strings.Contains(a.body, `<html lang="`+language+`"`) {
					t.Errorf("%s %s is not in %s", role, path, language)
				}
			}
		}
	}
	if logs := b.logs.String(); strings.Contains(logs, survivor) || strings.Contains(logs, "panicked") || strings.Contains(logs, "failed") {
		t.Errorf("the log tells of a fault or a person: %s", logs)
	}
}

var (
	inline   = regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=\s*"|javascript:|<script(?:[^>]*>)\s*[^<\s]`)
	rawKey   = regexp.MustCompile(`>\s*[a-z_]+\.[a-z_.]+\s*<`)
	title    = regexp.MustCompile(`<title>([^<]*)</title>`)
	cyrillic = regexp.MustCompile(`\p{Cyrillic}`)
)

// check is what holds for every page.
func check(t *testing.T, name string, a answer) {
	t.Helper()
	if m := inline.FindString(a.body); m != "" {
		t.Errorf("%s has inline code: %q", name, m)
	}
	if m := rawKey.FindString(a.body); m != "" {
		t.Errorf("%s shows a key instead of words: %q", name, m)
	}
	if m := cyrillic.FindString(a.body); m != "" {
		t.Errorf("%s has a Cyrillic letter: %q", name, m)
	}
	if n := len(a.body); n > 100<<10 {
		t.Errorf("%s weighs %d bytes", name, n)
	}
	for _, text := range []string{survivor, perpetrator, "Shembulli", "%!"} {
		if strings.Contains(a.body, text) {
			t.Errorf("%s says %q", name, text)
		}
	}
	if m := title.FindStringSubmatch(a.body); m == nil || m[1] == " · mkr" {
		t.Errorf("%s has no title", name)
	}
	for header, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "same-origin",
		"Cache-Control":           "no-store",
		"Content-Type":            "text/html; charset=utf-8",
	} {
		if got := a.header.Get(header); got != want {
			t.Errorf("%s: %s is %q", name, header, got)
		}
	}
}

func TestNobodySeesTheDoor(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.browser()
	for _, path := range []string{"/board", "/inbox", "/cases/" + id, "/register", "/account", "/indicators/2014", "/institutions", "/"} {
		if a := br.get(path); a.path != "/signin" || a.status != http.StatusOK {
			t.Errorf("%s leads to %s (%d)", path, a.path, a.status)
		}
	}
	if a := br.send(http.MethodGet, "/board/rows/"+id, nil, http.Header{"Sec-Fetch-Dest": {"empty"}}); a.status != http.StatusUnauthorized || a.body != "" {
		t.Errorf("a script without a session gets %d %q", a.status, a.body)
	}
	if a := br.get("/guide"); a.status != http.StatusOK || strings.Contains(a.body, "/signout") {
		t.Errorf("the guide is public: %d", a.status)
	}
	if a := br.post("/cases/"+id+"/open", url.Values{"person": {"x"}}); a.status != http.StatusUnauthorized {
		t.Errorf("a post without a session: %d", a.status)
	}
}

func TestSignIn(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	a := br.post("/signin", url.Values{"username": {"coordinator"}, "password": {"gabim-gabim-gabim"}, "next": {"/deadlines"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong password: %d", a.status)
	}
	a.wants(t, i18n.For(i18n.Albanian, nil).T("refusal.wrong_credentials"), `value="coordinator"`, `value="/deadlines"`)
	a.lacks(t, "gabim-gabim-gabim")
	unknown := br.post("/signin", url.Values{"username": {"askush"}, "password": {"gabim-gabim-gabim"}, "next": {"/deadlines"}})
	if strings.ReplaceAll(unknown.body, "askush", "coordinator") != a.body {
		t.Error("an unknown account answers otherwise than a wrong password")
	}
	if a = br.post("/signin", url.Values{"username": {"coordinator"}, "password": {secret}, "next": {"/deadlines"}}); a.path != "/deadlines" {
		t.Errorf("after signing in: %s", a.path)
	}
	for _, c := range br.client.Jar.Cookies(must(url.Parse(b.server.URL))) {
		if !slices.Contains([]string{"mkr", "mkr-lang", "mkr-touch"}, c.Name) {
			t.Errorf("a cookie called %s", c.Name)
		}
	}
	if a = br.post("/signout", url.Values{}); a.path != "/signin" {
		t.Errorf("after signing out: %s", a.path)
	}
	if a = br.get("/board"); a.path != "/signin" {
		t.Errorf("the session outlives its end: %s", a.path)
	}
}

func TestWayBackStaysHere(t *testing.T) {
	b := newBed(t)
	br := b.browser()
	for _, next := range []string{"https://example.org/", "//example.org/", `/\example.org`, "javascript:alert(1)", "board", ""} {
		if a := br.post("/language", url.Values{"language": {"en"}, "next": {next}}); a.path != "/signin" {
			t.Errorf("next=%q leads to %s", next, a.path)
		}
	}
}

func TestOtherSitesCannotPost(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("coordinator")
	for _, h := range []http.Header{{"Sec-Fetch-Site": {"cross-site"}}, {"Origin": {"https://example.org"}}} {
		a := br.send(http.MethodPost, "/signout", url.Values{}, h)
		if a.status != http.StatusForbidden {
			t.Errorf("%v: %d", h, a.status)
		}
		a.wants(t, i18n.For(i18n.Albanian, nil).T("refusal.foreign_form"))
	}
	if a := br.get("/board"); a.status != http.StatusOK {
		t.Error("the session ended all the same")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
