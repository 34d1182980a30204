package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"

	"mkr/handlers"
)

// handshake tries and returns the status, the problem's code and the subprotocol.
func (h *house) handshake(header http.Header, protocols ...string) (status int, code, protocol string) {
	h.t.Helper()
	d := websocket.Dialer{Subprotocols: protocols}
	ws, resp, err := d.Dial(h.url(), header)
	if resp == nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err != nil {
		var problem struct{ Code string }
		if json.NewDecoder(resp.Body).Decode(&problem) != nil {
			h.t.Errorf("%d without a problem", resp.StatusCode)
		}
		return resp.StatusCode, problem.Code, ""
	}
	h.t.Cleanup(func() { ws.Close() })
	return resp.StatusCode, "", ws.Subprotocol()
}

func TestOrigins(t *testing.T) {
	h := open(t)
	own := h.server.URL
	cookie := "session=token-police"
	for _, c := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"own page", http.Header{"Cookie": {cookie}, "Origin": {own}}, 101},
		{"no browser", http.Header{"Cookie": {cookie}}, 101},
		{"another site", http.Header{"Cookie": {cookie}, "Origin": {"https://evil.example"}}, 403},
		{"another port", http.Header{"Cookie": {cookie}, "Origin": {"http://127.0.0.1:1"}}, 403},
		{"a sandbox", http.Header{"Cookie": {cookie}, "Origin": {"null"}}, 403},
		{"a lookalike", http.Header{"Cookie": {cookie}, "Origin": {own + ".evil.example"}}, 403},
		{"another site with a token", http.Header{"Authorization": {"Bearer token-police"}, "Origin": {"https://partner.example"}}, 101},
		{"another site with an empty token", http.Header{"Cookie": {cookie}, "Authorization": {"Bearer "}, "Origin": {"https://evil.example"}}, 403},
		{"another site with a password", http.Header{"Cookie": {cookie}, "Authorization": {"Basic eDp5"}, "Origin": {"https://evil.example"}}, 403},
	} {
		if status, code, _ := h.handshake(c.header, Protocol); status != c.status || status == 403 && code != "live.origin" {
			t.Errorf("%s: %d %s, want %d", c.name, status, code, c.status)
		}
	}
}

func TestSubprotocols(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		offered []string
		status  int
		chosen  string
	}{
		{[]string{Protocol}, 101, Protocol},
		{[]string{"other", Protocol}, 101, Protocol},
		{nil, 101, ""},
		{[]string{"mkr.v2.json"}, 400, ""},
	} {
		if status, _, chosen := h.handshake(h.header("police"), c.offered...); status != c.status || chosen != c.chosen {
			t.Errorf("%v: %d %q", c.offered, status, chosen)
		}
	}
}

func TestWhoeverIsNotSignedInIsToldSo(t *testing.T) {
	h := open(t)
	if got := h.dial("stranger").closed(CloseNotSignedIn); len(got) != 0 {
		t.Errorf("a stranger got %v", got)
	}
	h.mu.Lock()
	h.broken = &handlers.DeniedError{Action: "live", Code: "x"}
	h.mu.Unlock()
	if got := h.dial("police").closed(CloseRightsEnded); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	h.mu.Lock()
	h.broken = errors.New("views are gone")
	h.mu.Unlock()
	if status, code, _ := h.handshake(h.header("police"), Protocol); status != 503 || code != "live.unavailable" {
		t.Errorf("%d %s", status, code)
	}
}

func TestPlainRequestsAreRefused(t *testing.T) {
	h := open(t)
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		req, err := http.NewRequestWithContext(context.Background(), method, h.server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header = h.header("police")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest || resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", method, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
	if s := h.hub.Stats(); s.Connections != 0 {
		t.Errorf("%d places are still taken", s.Connections)
	}
}

func TestConnectionsAreLimited(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits = Limits{Connections: 3, PerAccount: 2} })
	first := h.follow("police", "board")
	h.follow("police", "board")
	if status, code, _ := h.handshake(h.header("police"), Protocol); status != 429 || code != "live.connections_of_account" {
		t.Errorf("%d %s", status, code)
	}
	h.follow("ngo", "board")
	if status, code, _ := h.handshake(h.header("court"), Protocol); status != 503 || code != "live.connections" {
		t.Errorf("%d %s", status, code)
	}
	if s := h.hub.Stats(); s.Refused != 2 || s.Connections != 3 || s.Lenses != 2 {
		t.Errorf("%+v", s)
	}
	// A place that was given back can be taken.
	h.hub.Drop("session-ngo")
	first.ws.Close()
	h.waitFor(func(s Stats) bool { return s.Connections == 1 })
	h.follow("court", "board")
}

func TestBeforeAndAfterRunConnectionsAreRefused(t *testing.T) {
	hub := New(Config{Auth: func(*http.Request) (handlers.Caller, error) { return handlers.Caller{Account: "a"}, nil }})
	server := httptest.NewServer(hub)
	defer server.Close()
	h := &house{t: t, hub: hub, server: server}
	if status, code, _ := h.handshake(nil, Protocol); status != 503 || code != "live.unavailable" {
		t.Errorf("before: %d %s", status, code)
	}
	running := open(t)
	running.hub.Close()
	if status, code, _ := running.handshake(running.header("police"), Protocol); status != 503 || code != "live.unavailable" {
		t.Errorf("after: %d %s", status, code)
	}
}
