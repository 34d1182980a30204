package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/web/api"
	"mkr/web/live"
	"mkr/web/pages"
)

// roles are those that a person can have, in the order of the access matrix.
var roles = []string{
	access.Coordinator, access.ChildWorker, access.Police, access.Medical, access.NGO, access.Shelter, access.Provider, access.Court,
	access.Auditor, access.Administrator, access.Steward,
}

// server is the API over a bed, with one account and token a role.
type server struct {
	*testbed.Bed
	tb      testing.TB
	api     *api.API
	http    *httptest.Server
	tokens  map[string]string
	callers map[string]handlers.Caller
	answers *answers // the documented shapes; every answer is held against them
}

func newServer(tb testing.TB) *server { return newServerWith(tb, testbed.Options{}) }

func newServerWith(tb testing.TB, o testbed.Options) *server {
	tb.Helper()
	s := &server{Bed: testbed.New(tb, o), tb: tb, tokens: map[string]string{}, callers: map[string]handlers.Caller{}}
	var err error
	s.api, err = api.New(api.Config{Service: s.Service, AsyncAPI: live.AsyncAPI(), Document: plainDocument, File: pages.WriteFile, Logger: zerolog.New(s.Logs)})
	testbed.OK(tb, err)
	s.http = httptest.NewServer(s.api)
	tb.Cleanup(s.http.Close)
	for _, role := range roles {
		s.tokens[role], s.callers[role] = s.Token(role)
		s.Raise(s.callers[role])
	}
	s.answers = documented(tb, s.api.OpenAPI())
	return s
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) json(tb testing.TB) map[string]any {
	tb.Helper()
	var v map[string]any
	if err := json.Unmarshal(a.body, &v); err != nil {
		tb.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return v
}

func (a answer) str(tb testing.TB, name string) string {
	tb.Helper()
	s, _ := a.json(tb)[name].(string)
	return s
}

func (a answer) num(tb testing.TB, name string) uint64 {
	tb.Helper()
	n, ok := a.json(tb)[name].(float64)
	if !ok {
		tb.Fatalf("no number %s in %s", name, a.body)
	}
	return uint64(n)
}

// with changes a request before it is sent.
type with func(*http.Request)

// plainDocument stands for the pages' own: here only what is around it counts.
func plainDocument(v handlers.BundleView) ([]byte, error) {
	return fmt.Appendf(nil, "<!doctype html><html lang=%q><body><p>%s, %d</p>", v.Language, v.Case.Code, v.Position), nil
}

func header(name, value string) with {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

func key(k string) with { return header("Idempotency-Key", k) }

// call sends a request as somebody of a role ("" for nobody). A body that is not text is sent as JSON. Commands get a
// fresh key. Whatever is answered must be of the documented shape.
func (s *server) call(role, method, path string, body any, changes ...with) answer {
	s.tb.Helper()
	var raw io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		raw = strings.NewReader(b)
	case []byte:
		raw = bytes.NewReader(b)
	default:
		j, err := json.Marshal(b)
		testbed.OK(s.tb, err)
		raw = bytes.NewReader(j)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = "/api/v1" + path
	}
	r, err := http.NewRequestWithContext(s.tb.Context(), method, s.http.URL+path, raw)
	testbed.OK(s.tb, err)
	if role != "" {
		r.Header.Set("Authorization", "Bearer "+s.tokens[role])
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", handlers.NewKey().String())
	}
	for _, c := range changes {
		c(r)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	testbed.OK(s.tb, err)
	defer func() { _ = res.Body.Close() }()
	out := answer{status: res.StatusCode, header: res.Header}
	out.body, err = io.ReadAll(res.Body)
	testbed.OK(s.tb, err)
	if method != http.MethodHead {
		s.answers.check(s.tb, method, r.URL.EscapedPath(), out)
	}
	return out
}

func (s *server) get(role, path string) answer { s.tb.Helper(); return s.call(role, "GET", path, nil) }

func (s *server) post(role, path string, body any, changes ...with) answer {
	s.tb.Helper()
	return s.call(role, "POST", path, body, changes...)
}

// must is a post that has to succeed.
func (s *server) must(role, path string, body any, changes ...with) answer {
	s.tb.Helper()
	a := s.post(role, path, body, changes...)
	if a.status != 200 && a.status != 201 {
		s.tb.Fatalf("%s POST %s: %d %s", role, path, a.status, a.body)
	}
	return a
}

type object = map[string]any

// intake is the body of a new case.
func intake() object {
	return object{
		"kind": "domestic_violence", "channel": "police_129", "violence": []string{"physical"},
		"persons": []object{
			{"role": "survivor", "relation": "self", "sex": "female", "name": testbed.SurvivorName, "phone": testbed.SurvivorPhone, "address": testbed.SurvivorAddress},
			{"role": "alleged_perpetrator", "relation": "spouse", "sex": "male", "name": testbed.AccusedName},
		},
	}
}

// referral is the body of a referral to the NGO.
func (s *server) referral() object {
	return object{"to": s.NGO, "service": "psychosocial", "urgency": "urgent", "reason": "Ka nevojë për këshillim", "basis": "law_9669_art_8"}
}

// newCase opens a case as the police and returns its id.
func (s *server) newCase() string {
	s.tb.Helper()
	return s.must(access.Police, "/cases", intake()).str(s.tb, "case")
}

func (s *server) size() int { s.tb.Helper(); return len(s.Events()) }

// sizeWithout counts what is stored beside the access streams.
func (s *server) sizeWithout() (n int) {
	s.tb.Helper()
	for _, e := range s.Events() {
		if !strings.HasPrefix(e.Stream, "access-") {
			n++
		}
	}
	return n
}

func in(d time.Duration) string { return testbed.Start.Add(d).Format(time.RFC3339) }

func expect(tb testing.TB, a answer, status int) {
	tb.Helper()
	if a.status != status {
		tb.Fatalf("%d, want %d: %s", a.status, status, a.body)
	}
}

// problem expects a problem of a status and code.
func problem(tb testing.TB, a answer, status int, code, field string) {
	tb.Helper()
	p := a.json(tb)
	got, _ := p["field"].(string)
	if a.status != status || p["code"] != code || got != field || a.header.Get("Content-Type") != "application/problem+json" || p["status"] != float64(status) {
		tb.Errorf("%d %s, want %d %s %q", a.status, a.body, status, code, field)
	}
}

// typesAfter names what is stored beside the access streams, without the first n.
func (s *server) typesAfter(n int) (types []string) {
	s.tb.Helper()
	for _, e := range s.Events() {
		if !strings.HasPrefix(e.Stream, "access-") {
			types = append(types, e.Type)
		}
	}
	return types[n:]
}
