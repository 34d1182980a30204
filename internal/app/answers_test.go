package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"mkr/internal/password"
)

// running is the whole program on a port of its own, as it serves behind a proxy that ends TLS.
func running(t *testing.T) *App {
	t.Helper()
	a, err := New(Config{DataDir: t.TempDir(), Addr: "127.0.0.1:0", Secure: true, Log: io.Discard, Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	if err := a.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// TestEveryAnswerIsGuarded: whatever is asked for, found or not, the answer says how it is to be read, that it is not to be guessed, framed
// or loaded by other sites, and that this host is spoken to over TLS only.
func TestEveryAnswerIsGuarded(t *testing.T) {
	a := running(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, ask := range []string{
		"GET /", "GET /signin", "GET /nothing", "GET /guide", "GET //double", "GET /board", "POST /board", "DELETE /signin", "TRACE /signin", "OPTIONS /signin", "PUT /language",
		"GET /static/nothing.js", "GET /static/", "GET /calendar/secret.ics", "GET /calendar/secret", "POST /signin", "POST /signin/passkey/ask",
		"GET /healthz", "GET /readyz", "GET /metrics", "GET /api/v1/metrics", "GET /api/v1/openapi.json", "GET /api/v1/cases", "GET /api/v1/nothing", "PUT /api/v1/cases", "POST /api/v1/cases",
		"GET /api/v1/live", "GET /api/v1/film", "POST /api/v1/live", "GET /api", "GET /help/first-steps", "GET /cases/x/../y", "STATIC",
	} {
		method, path, _ := strings.Cut(ask, " ")
		if ask == "STATIC" {
			method, path = http.MethodGet, style(t, a)
		}
		req, err := http.NewRequestWithContext(t.Context(), method, a.URL()+path, strings.NewReader(""))
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		h := res.Header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": ""} {
			if got := h.Values(name); strings.Join(got, "|") != want {
				t.Errorf("%s: %s is %q", ask, name, got)
			}
		}
		media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
		if ask == "STATIC" { // a part of a page: no policy of documents holds for it, and none is carried
			if h.Get("Content-Security-Policy") != "" || media != "text/css" {
				t.Errorf("the style sheet: %s, %v", media, h)
			}
			continue
		}
		policy := strings.Split(h.Get("Content-Security-Policy"), "; ")
		for _, want := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(strings.Join(policy, ";")+";", want+";") {
				t.Errorf("%s: the policy %q lacks %q", ask, policy, want)
			}
		}
		if strings.Contains(strings.Join(policy, ";"), "unsafe") || strings.Contains(strings.Join(policy, ";"), "*") {
			t.Errorf("%s: the policy is %q", ask, policy)
		}
		if r := h.Get("Referrer-Policy"); r != "no-referrer" && r != "same-origin" {
			t.Errorf("%s: Referrer-Policy is %q", ask, r)
		}
		switch {
		case len(body) == 0:
		case err != nil:
			t.Errorf("%s: %d bytes of the type %q", ask, len(body), h.Get("Content-Type"))
		case strings.HasPrefix(media, "text/") && !strings.EqualFold(params["charset"], "utf-8"):
			t.Errorf("%s: the type %q says no charset", ask, h.Get("Content-Type"))
		case strings.HasPrefix(strings.TrimSpace(string(body)), "<") != (media == "text/html"), strings.HasPrefix(string(body), "{") != strings.HasSuffix(media, "json"):
			t.Errorf("%s: %s, and it begins %.20q", ask, media, body)
		}
	}
}

// style is the address of the style sheet, as a page names it.
func style(t *testing.T, a *App) string {
	t.Helper()
	res, err := http.Get(a.URL() + "/signin")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), `rel="stylesheet" href="`)
	path, _, found := strings.Cut(rest, `"`)
	if !found {
		t.Fatal("the page names no style sheet")
	}
	return path
}

// TestMethodsAreNotOverridden: what a request does, its method says, and no header or parameter in its place.
func TestMethodsAreNotOverridden(t *testing.T) {
	a := running(t)
	for _, name := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+"/signout?_method=POST", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(name, http.MethodPost)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK && res.Request.URL.Path == "/signout" {
			t.Errorf("%s: a link signs out", name)
		}
	}
}

// TestWhereARequestEnds: a proxy in front and this server must not differ in where one request ends and the next begins. What can be read
// in two ways is refused, and the connection closed; chunks count where both ways are given.
func TestWhereARequestEnds(t *testing.T) {
	var (
		mu  sync.Mutex
		got []string
	)
	s := newServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprintf("%s %s %q %v", r.Method, r.URL.Path, body, err == nil))
	}), zerolog.Nop())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(ln) }()
	t.Cleanup(func() { _ = s.Close() })
	const smuggled = "GET /smuggled HTTP/1.1\r\nHost: mkr\r\n\r\n"
	for name, c := range map[string]struct {
		sent   string
		status int
		seen   string
	}{
		"two lengths":                  {"POST / HTTP/1.1\r\nHost: mkr\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + smuggled, 400, ""},
		"a length with a sign":         {"POST / HTTP/1.1\r\nHost: mkr\r\nContent-Length: +5\r\n\r\nhello" + smuggled, 400, ""},
		"a length that is none":        {"POST / HTTP/1.1\r\nHost: mkr\r\nContent-Length: 0x5\r\n\r\nhello" + smuggled, 400, ""},
		"an encoding that is not ours": {"POST / HTTP/1.1\r\nHost: mkr\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled, 501, ""},
		"two encodings":                {"POST / HTTP/1.1\r\nHost: mkr\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + smuggled, 501, ""},
		"a space before the colon":     {"POST / HTTP/1.1\r\nHost: mkr\r\nContent-Length : 5\r\n\r\nhello" + smuggled, 400, ""},
		"two hosts":                    {"GET / HTTP/1.1\r\nHost: mkr\r\nHost: other\r\n\r\n" + smuggled, 400, ""},
		"no host":                      {"GET / HTTP/1.1\r\n\r\n" + smuggled, 400, ""},
		"a line break in a value":      {"GET / HTTP/1.1\r\nHost: mkr\r\nX-A: a\rContent-Length: 5\r\n\r\n" + smuggled, 400, ""},
		"chunks and a length":          {"POST /both HTTP/1.1\r\nHost: mkr\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + smuggled, 200, `POST /both "hi" true`},
	} {
		mu.Lock()
		got = nil
		mu.Unlock()
		line, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(line, c.sent); err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(line)
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		rest, _ := io.ReadAll(in)
		mu.Lock()
		if res.StatusCode != c.status || len(rest) > 0 || strings.Join(got, "|") != c.seen {
			t.Errorf("%s: %d, then %q; the server saw %q", name, res.StatusCode, rest, got)
		}
		mu.Unlock()
		_ = line.Close()
	}
}

// TestAnAddressIsReadOnce: what is encoded twice in an address is no way to another one.
func TestAnAddressIsReadOnce(t *testing.T) {
	a := running(t)
	for _, path := range []string{"/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fgo.mod", "/static/%252e%252e/go.mod", "/help/..%2f..%2fREADME", "/calendar/..%2f..%2fmkr.ics"} {
		u, err := url.Parse(a.URL())
		if err != nil {
			t.Fatal(err)
		}
		line, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(line, "GET "+path+" HTTP/1.1\r\nHost: mkr\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(line), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = line.Close()
		if res.StatusCode == http.StatusOK {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
