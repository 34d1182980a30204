package browsertest

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/web/i18n"
	"mkr/web/pages"
)

// stop is a page as somebody comes to it.
type stop struct {
	who     string // "" for nobody
	path    string
	pattern string // the route that answers
	kind    string // what it has in common with pages that differ only in what they are about
	status  int
	body    string
}

// accounts are those that look at the pages: one of each role, and nobody. Who sees most goes first.
var accounts = []string{coordinator, administrator, childWorker, police, shelter, ngo, hospital, court, auditor, needs, ""}

// needs is the account of the office for needs and referrals.
const needs = "nevojat.bashkia"

// noPage are the routes that give no page of their own, each with the reason.
var noPage = map[string]string{
	"GET /session/key":                   "data for the drafts",
	"GET /static/":                       "styles and scripts",
	"GET /indicators":                    "leads to those of this year",
	"GET /audit/proof":                   "leads to the proof of the event that was typed",
	"GET /help/images/{language}/{name}": "pictures",
	"GET /board/rows/{key}":              "a part: a row of a page that is looked at",
	"GET /inbox/rows/{key}":              "a part: a row of a page that is looked at",
	"GET /outbox/rows/{key}":             "a part: a row of a page that is looked at",
	"GET /deadlines/rows/{key}":          "a part: a row of a page that is looked at",
	"GET /orders/rows/{key}":             "a part: a row of a page that is looked at",
	"GET /hearings/rows/{key}":           "a part: a row of a page that is looked at",
	"GET /cases/{id}/bundle/file":        "a file, for the reader's own disk",
	"GET /signin/with/{provider}":        "leads to an institution's identity provider",
	"GET /signin/with/{provider}/return": "leads back from it, into a page that is looked at",
	"GET /calendar/{file}":               "dates for a calendar program",
	"GET /styleguide/sheet":              "a file as it lies on the reader's own disk; the style guide's test looks at it",
	"GET /register/file":                 "a file for a spreadsheet",
	"GET /orders/file":                   "a file for a spreadsheet",
	"GET /board/figures":                 "a part: the strip of a page that is looked at",
}

// begin is where an account's look begins besides her own start and every address that needs no name of a thing:
// what no link leads to, and what is worth the most.
func (b *bed) begin(t *testing.T, who string) []string {
	t.Helper()
	switch who {
	case "":
		return []string{"/signin?next=%2Fboard", "/nowhere"}
	case coordinator:
		rich := b.richCase(t)
		c, err := b.app.Service().Case(t.Context(), b.as(t, coordinator), rich, handlers.At{})
		ok(t, err)
		return []string{
			"/cases/" + rich + "/persons/" + c.Subject + "/unmerge",
			"/cases/" + rich, "/board?wall", "/board?risk=high&due=overdue", "/register?code=none", "/indicators/2014", "/cases/" + rich + "/replay?step=3",
			"/board?at=9000&was=8900", "/deadlines?at=9000", "/compare?list=board&from=8900&to=9000",
			"/cases/" + rich + "/do/hearing.record", "/cases/" + rich + "/household/end", "/cases/00000000-0000-0000-0000-000000000000",
		}
	case childWorker:
		list, err := b.app.Service().Board(t.Context(), b.as(t, childWorker), handlers.ListQuery{Kind: casefile.ChildProtection, Limit: 1})
		ok(t, err)
		out := []string{"/cases/" + list.Items[0].Case}
		owed, err := b.app.Service().Deadlines(t.Context(), b.as(t, childWorker), handlers.ListQuery{Limit: 200})
		ok(t, err)
		for _, d := range owed.Items { // the file that the demo has handed over
			if d.Rule == "TRANSFER-ANSWER" {
				out = append(out, "/cases/"+d.Case+"/transfers/"+d.Target+"/sheet")
			}
		}
		return out
	case auditor:
		b.raise(t, auditor)
		return []string{"/cases/" + b.richCase(t), "/audit/proof/9000", "/cases/" + b.richCase(t) + "/bundle", b.openReview(t), "/cases/" + b.richCase(t) + "/looks"}
	}
	return nil
}

// openReview lets the hospital take emergency access to a case of its own, and is the page on which it is answered for.
func (b *bed) openReview(t *testing.T) string {
	t.Helper()
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	ok(t, b.app.Service().Await(t.Context(), made.Position))
	b.raise(t, hospital)
	r, err := b.app.Service().BreakGlass(t.Context(), b.as(t, hospital), handlers.BreakGlass{
		Code: made.Code, Reason: "medical_emergency", Text: person.PlainOf(b.secret("Në urgjencë, pa ndjenja, pa dokumente")), Sections: []handlers.DataClass{"identity"}, Minutes: "15",
	}, key())
	ok(t, err)
	ok(t, b.app.Service().Await(t.Context(), r.Position))
	return "/reviews/" + made.Case + "/" + r.ID
}

var stopping struct {
	sync.Mutex
	routes []string
	stops  []stop
}

// stops are the pages that there are: for each account one of each kind that her links lead to. They are found by
// following every link, so that a page that is new is among them.
func (b *bed) stops(t *testing.T) (stops []stop, routes []string) {
	t.Helper()
	stopping.Lock()
	defer stopping.Unlock()
	if stopping.stops == nil {
		web := b.web(t)
		var found []stop
		for _, who := range accounts {
			found = append(found, b.follow(t, web, who, b.begin(t, who))...)
		}
		stopping.routes, stopping.stops = web.Patterns(), found
	}
	return slices.Clone(stopping.stops), slices.Clone(stopping.routes)
}

// web is the pages as a server has them, to ask for their routes.
func (b *bed) web(t *testing.T) *pages.Pages {
	t.Helper()
	zone, err := app.Zone()
	ok(t, err)
	web, err := pages.New(pages.Config{Service: b.app.Service(), Demo: &pages.Demo{}, Now: time.Now, Zone: zone})
	ok(t, err)
	return web
}

// follow goes from page to page as an account, to one of each kind. Addresses to begin with are all gone to.
func (b *bed) follow(t *testing.T, web *pages.Pages, who string, begin []string) []stop {
	t.Helper()
	todo := append(begin, "/")
	for _, pattern := range web.Patterns() {
		if path, get := strings.CutPrefix(pattern, "GET "); get && !strings.Contains(path, "{") && noPage[pattern] == "" {
			todo = append(todo, path)
		}
	}
	first, seen := len(todo), map[string]bool{}
	var out []stop
	for n := 0; n < len(todo); n++ {
		kind := kindOf(todo[n])
		if seen[kind] && n >= first {
			continue
		}
		seen[kind] = true
		at, status, body := b.get(t, who, todo[n], i18n.Albanian)
		r, err := http.NewRequest(http.MethodGet, at, nil)
		ok(t, err)
		s := stop{who: who, path: at, pattern: web.PatternOf(r), kind: kindOf(at), status: status, body: body}
		if !strings.HasPrefix(body, "<!doctype html>") && !strings.HasPrefix(body, "<!DOCTYPE html>") {
			continue // data to be fetched, and no page
		}
		if at != todo[n] && slices.ContainsFunc(out, func(o stop) bool { return o.kind == s.kind }) || noPage[s.pattern] != "" {
			continue // led on to a page that was looked at
		}
		seen[s.kind] = true
		out = append(out, s)
		todo = append(todo, linksIn(at, body)...)
	}
	return out
}

// get reads a page as an account, without a browser, and gives the address that it ended at.
func (b *bed) get(t *testing.T, who, path string, l i18n.Language) (at string, status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.app.URL()+path, nil)
	ok(t, err)
	client := &http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		next.Header = req.Header.Clone()
		return nil
	}}
	req.AddCookie(&http.Cookie{Name: "mkr-lang", Value: string(l)})
	if who != "" {
		req.AddCookie(&http.Cookie{Name: pages.SessionCookie(false), Value: b.sessionOf(t, who).token})
	}
	res, err := client.Do(req)
	ok(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ok(t, err)
	if res.StatusCode >= 500 {
		t.Errorf("%s answers %q with %d", path, who, res.StatusCode)
	}
	return res.Request.URL.RequestURI(), res.StatusCode, string(text)
}

var href = regexp.MustCompile(`<a\s[^>]*href="([/?][^"]*)"`)

// linksIn are the addresses of this site that a page leads to.
func linksIn(at, body string) []string {
	from, err := url.Parse(at)
	if err != nil {
		return nil
	}
	var out []string
	for _, m := range href.FindAllStringSubmatch(body, -1) {
		if to, err := from.Parse(html.UnescapeString(m[1])); err == nil {
			out = append(out, to.RequestURI())
		}
	}
	return out
}

var (
	idIn   = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	codeIn = regexp.MustCompile(`\b[0-9]+(\.[0-9]+)*\b`)
)

// kindOf is what pages have in common that differ only in what they are about.
func kindOf(path string) string {
	path, query, _ := strings.Cut(path, "?")
	keys, _ := url.ParseQuery(query)
	return codeIn.ReplaceAllString(idIn.ReplaceAllString(path, "*"), "*") + "?" + strings.Join(slices.Sorted(maps.Keys(keys)), "&")
}

// kinds are the stops without those of which somebody else has seen the like.
func kinds(stops []stop) []stop {
	seen := map[string]bool{}
	return slices.DeleteFunc(stops, func(s stop) bool {
		again := seen[s.kind]
		seen[s.kind] = true
		return again
	})
}

// layouts are one stop for each route, the first that somebody came to.
func layouts(stops []stop) []stop {
	seen := map[string]bool{}
	return slices.DeleteFunc(stops, func(s stop) bool {
		again := seen[s.pattern]
		seen[s.pattern] = true
		return again
	})
}

// Every route that answers with a page is among the stops: what the other tests say of every page, they say of it.
func TestEveryRouteIsAmongTheStops(t *testing.T) {
	stops, routes := use(t).stops(t)
	for _, pattern := range routes {
		if !strings.HasPrefix(pattern, "GET ") || noPage[pattern] != "" {
			continue
		}
		if !slices.ContainsFunc(stops, func(s stop) bool { return s.pattern == pattern }) {
			t.Errorf("no link leads to %s, for nobody: add a beginning to begin, or a reason to noPage", pattern)
		}
	}
	for pattern := range noPage {
		if !slices.Contains(routes, pattern) {
			t.Errorf("%s is no route: take it out of noPage", pattern)
		}
	}
	by := map[string]int{}
	for _, s := range stops {
		by[s.who]++
	}
	t.Logf("%d stops, %d kinds, %d routes: %v", len(stops), len(kinds(slices.Clone(stops))), len(layouts(slices.Clone(stops))), by)
}
