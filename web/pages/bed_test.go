package pages_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/password"
	"mkr/web/pages"
)

// bed is the real service on the embedded log, with the pages in front of it and a clock that stands.
type bed struct {
	t       *testing.T
	service *handlers.Service
	server  *httptest.Server
	logs    *syncBuffer
	now     time.Time
	ids     map[string]string // institutions by kind
}

const secret = "fjalëkalim-prove-2026"

// Invented people, whose names must be nowhere but where they were opened.
const (
	survivor    = "Drita Shembulli-Provë"
	perpetrator = "Petrit Shembulli-Provë"
)

// roles of the bed's accounts, by the kind of their institution; the user name is the role.
var roles = map[string]string{
	directory.MunicipalityDV: "coordinator", directory.MunicipalityCP: "child_protection_worker", directory.PoliceKind: "police", directory.NGO: "ngo",
	directory.Shelter: "shelter", directory.Court: "court", directory.Medical: "medical", directory.Oversight: "auditor",
}

func newBed(t *testing.T) *bed {
	t.Helper()
	b := &bed{t: t, logs: &syncBuffer{}, now: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC), ids: map[string]string{}}
	clock := handlers.Clock{
		Now: func() time.Time { return b.now }, Wall: func() time.Time { return b.now },
		Sleep: func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() },
	}
	a, err := app.New(app.Config{DataDir: t.TempDir(), Clock: &clock, Log: b.logs, Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)})
	ok(t, err)
	t.Cleanup(func() { ok(t, a.Stop(context.Background())) })
	a.StartViews()
	ok(t, a.Ready(t.Context()))
	b.service = a.Service()
	for kind := range roles {
		b.institution(kind)
	}
	for kind, role := range roles {
		r, err := b.service.OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
			Institution: b.ids[kind], Role: role, Username: person.PlainOf(role), Display: person.PlainOf("Punonjëse Prove"), Language: "sq", Password: person.PlainOf(secret),
		}, key())
		ok(t, err)
		ok(t, b.service.Await(t.Context(), r.Position))
	}
	zone, err := app.Zone()
	ok(t, err)
	p, err := pages.New(pages.Config{Service: b.service, Now: clock.Now, Zone: zone, Logger: zerolog.New(b.logs), Demo: &pages.Demo{Accounts: []pages.DemoAccount{{Role: "coordinator", Institution: handlers.Text{SQ: "Bashkia", EN: "Municipality"}, Username: "coordinator", Password: secret}}}})
	ok(t, err)
	b.server = httptest.NewServer(p)
	t.Cleanup(b.server.Close)
	return b
}

func (b *bed) institution(kind string) {
	b.t.Helper()
	id := handlers.DeriveKey("institution", kind).String()
	sector := directory.Public
	if kind == directory.NGO || kind == directory.Shelter {
		sector = directory.Private
	}
	r, err := b.service.InstitutionCommand(b.t.Context(), handlers.Shell(), id, directory.Register{Institution: id, Kind: kind, Sector: sector, Details: directory.Details{Name: directory.Text{SQ: "Inst " + kind, EN: "Inst-en " + kind}, OnPlatform: true, Phone: "+355 22 400 075"}}, key())
	ok(b.t, err)
	ok(b.t, b.service.Await(b.t.Context(), r.Position))
	b.ids[kind] = id
}

func key() handlers.Envelope { return handlers.Envelope{Key: handlers.NewKey()} }

// as is a caller without a session, for filling the bed past the pages.
func (b *bed) as(kind string) handlers.Caller {
	return handlers.Caller{Account: handlers.DeriveKey("account", kind).String(), Institution: b.ids[kind], Role: roles[kind], Session: handlers.DeriveKey("session", kind).String()}
}

// open opens a case as the police.
func (b *bed) open() string {
	b.t.Helper()
	r, err := b.service.OpenCase(b.t.Context(), b.as(directory.PoliceKind), handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(survivor), Phone: person.PlainOf("0691234567")},
			{Role: "alleged_perpetrator", Relation: "spouse", Sex: "male", Name: person.PlainOf(perpetrator)},
		},
	}, key())
	ok(b.t, err)
	ok(b.t, b.service.Await(b.t.Context(), r.Position))
	return r.Case
}

func (b *bed) do(kind, caseID, action, target string, in handlers.Input) handlers.Receipt {
	b.t.Helper()
	a, found := handlers.ActionNamed(action)
	if !found {
		b.t.Fatalf("no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	r, err := b.service.Do(b.t.Context(), b.as(kind), caseID, a, target, in, key())
	ok(b.t, err)
	ok(b.t, b.service.Await(b.t.Context(), r.Position))
	return r
}

// refer refers the case from the municipality to the NGO.
func (b *bed) refer(caseID string) string {
	b.t.Helper()
	return b.do(directory.MunicipalityDV, caseID, "referral.create", "", &handlers.CreateReferral{
		To: b.ids[directory.NGO], Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Ka nevojë për këshillim"), Basis: "law_9669_art_8",
	}).ID
}

// browser is a person's browser: it keeps cookies and follows redirects.
type browser struct {
	b      *bed
	client *http.Client
}

func (b *bed) browser() *browser {
	jar, err := cookiejar.New(nil)
	ok(b.t, err)
	return &browser{b: b, client: &http.Client{Jar: jar}}
}

// signedIn is the browser of a role.
func (b *bed) signedIn(role string) *browser {
	b.t.Helper()
	br := b.browser()
	p := br.post("/signin", url.Values{"username": {role}, "password": {secret}})
	if p.status != http.StatusOK || strings.HasPrefix(p.path, "/signin") {
		b.t.Fatalf("%s is not signed in: %d at %s", role, p.status, p.path)
	}
	return br
}

// answer is a page as it came.
type answer struct {
	status int
	path   string // where the redirects ended
	query  url.Values
	header http.Header
	body   string
}

func (br *browser) get(path string) answer { return br.send(http.MethodGet, path, nil, nil) }

func (br *browser) post(path string, form url.Values) answer {
	return br.send(http.MethodPost, path, form, nil)
}

func (br *browser) send(method, path string, form url.Values, header http.Header) answer {
	br.b.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	if strings.HasPrefix(path, "/") {
		path = br.b.server.URL + path
	}
	req, err := http.NewRequestWithContext(br.b.t.Context(), method, path, body)
	ok(br.b.t, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := br.client.Do(req)
	ok(br.b.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	ok(br.b.t, err)
	return answer{status: res.StatusCode, path: res.Request.URL.Path, query: res.Request.URL.Query(), header: res.Header, body: string(data)}
}

var (
	formTag  = regexp.MustCompile(`(?s)<form[^>]*data-form[^>]*>.*?</form>`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
	actionAt = regexp.MustCompile(`<form[^>]*action="([^"]+)"[^>]*data-form`)
)

// form reads the page's form: where it posts to, and its hidden values.
func (a answer) form(t *testing.T) (string, url.Values) {
	t.Helper()
	text := formTag.FindString(a.body)
	to := actionAt.FindStringSubmatch(text)
	if to == nil {
		t.Fatalf("no form at %s (%d): %s", a.path, a.status, a.body)
	}
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(text, -1) {
		values.Set(m[1], m[2])
	}
	return to[1], values
}

func (a answer) wants(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s (%d) does not say %q", a.path, a.status, text)
		}
	}
}

func (a answer) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("%s says %q", a.path, text)
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
