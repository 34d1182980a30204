package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mkr/domain/access"
	"mkr/internal/testbed"
	"mkr/projections"
	"mkr/web"
	"mkr/web/live"
)

// listeners are connections to the real hub, one a role, each of which asked for every topic and for one case.
type listeners struct {
	*server
	hub   *live.Hub
	ticks chan time.Time
	of    map[string]*websocket.Conn
}

func (s *server) listen(t *testing.T, hub live.Config, topics ...string) *listeners {
	t.Helper()
	l := &listeners{server: s, ticks: make(chan time.Time), of: map[string]*websocket.Conn{}}
	hub.Subscribe = func() live.Feed { return s.Subscribe() }
	hub.Auth, hub.Judge = web.Authenticator(s.Service, false), web.Judge()
	hub.CaseRow = func(ctx context.Context, id string) (projections.Row, error) {
		return s.Views.Get(ctx, projections.Register, id)
	}
	hub.Epoch, hub.Logger, hub.Wall = "epoch", zerolog.Nop(), s.Now
	hub.Ticker = func(d time.Duration) (<-chan time.Time, func()) {
		if d < time.Second { // a part of the connections at a time; the others are the sweeps
			return l.ticks, func() {}
		}
		return nil, func() {}
	}
	h := live.New(hub)
	l.hub = h
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	front := httptest.NewServer(h)
	t.Cleanup(func() {
		cancel()
		h.Close()
		<-ended
		front.Close()
	})
	for _, role := range roles {
		var ws *websocket.Conn
		for ws == nil { // the hub begins when it has its place in the feed
			conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(front.URL, "http"), http.Header{"Authorization": {"Bearer " + s.tokens[role]}, "Sec-WebSocket-Protocol": {live.Protocol}})
			if err != nil && (res == nil || res.StatusCode != http.StatusServiceUnavailable) {
				t.Fatal(role, err)
			}
			ws = conn
		}
		t.Cleanup(func() { _ = ws.Close() })
		testbed.OK(t, ws.WriteJSON(live.Subscribe{Type: "subscribe", Topics: topics}))
		for greeting := (live.Hello{}); greeting.Topics == nil; { // until it is subscribed
			testbed.OK(t, ws.ReadJSON(&greeting))
		}
		l.of[role] = ws
	}
	return l
}

// hear returns what each role was sent up to the end of the log, and every frame as it came.
func (l *listeners) hear(t *testing.T) (told map[string][]string, frames [][]byte) {
	t.Helper()
	l.CaughtUp()
	all := l.Events()
	end := uint64(all[len(all)-1].Position)
	for l.hub.Stats().Head < end { // what it has taken in is written before the position
		runtime.Gosched()
	}
	for range 16 {
		l.ticks <- time.Time{}
	}
	told = map[string][]string{}
	for _, role := range roles {
		kinds := map[string]bool{}
		for {
			_, raw, err := l.of[role].ReadMessage()
			testbed.OK(t, err)
			var m struct {
				Type, Topic, Op, Code string
				EventType             string `json:"event_type"`
				Position              uint64
			}
			testbed.OK(t, json.Unmarshal(raw, &m))
			if m.Type == "position" {
				if m.Position >= end {
					break
				}
				continue
			}
			switch m.Type {
			case "change":
				kinds[m.Topic+" "+m.Op] = true
			case "event":
				kinds["! "+m.EventType] = true
			default:
				t.Errorf("%s got %s", role, raw)
			}
			frames = append(frames, raw)
		}
		told[role] = slices.Sorted(maps.Keys(kinds))
	}
	return told, frames
}

// The socket's matrix: who is sent what of which topic when something happens, by every role, each of which asked for everything. No
// frame holds a name, a ciphertext, or who is kept out. Read the golden file like the access matrix: what is not in it did not arrive.
func TestSocketMatrix(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	s.CaughtUp()
	l := s.listen(t, live.Config{}, append(live.Topics(), "case:"+id)...)
	l.hear(t)
	at := "/cases/" + id
	account := func(role string) string { return s.callers[role].Account }
	note := func() {
		s.must(access.Police, at+"/notes", object{"section": "general", "text": testbed.SurvivorName + " " + shelterAddress})
	}
	var toNGO, toShelter string
	refer := func(to, service string) string {
		ref := s.referral()
		ref["to"], ref["service"], ref["reason"] = to, service, testbed.AccusedName
		return s.must(access.Police, at+"/referrals", ref).str(t, "id")
	}
	var b strings.Builder
	b.WriteString("# What each role is sent over the socket, having asked for every topic and for the first case. \"!\" is an event of the ticker.\n")
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"the police write a note in their case", note},
		{"the police refer it to the NGO", func() { toNGO = refer(s.NGO, "psychosocial") }},
		{"the NGO accepts", func() { s.must(access.NGO, at+"/referrals/"+toNGO+"/accept", object{}) }},
		{"a note, which the NGO now hears of", note},
		{"the shelter is asked", func() { toShelter = refer(s.Shelter, "shelter") }},
		{"the shelter declines", func() {
			s.must(access.Shelter, at+"/referrals/"+toShelter+"/decline", object{"reason": "no_capacity", "note": testbed.SurvivorName})
		}},
		{"a note, which the shelter no longer hears of", note},
		{"an order is asked of the court", func() { s.must(access.Police, at+"/orders", object{"type": "UM", "court": s.Court}) }},
		{"the account at the court is kept out", func() {
			s.must(access.Coordinator, at+"/exclusions", object{"account": account(access.Court), "reason": "relative_of_accused"})
		}},
		{"a note, which the court does not hear of", note},
		{"the account at the court is let in again", func() { s.must(access.Coordinator, at+"/exclusions/lift", object{"account": account(access.Court)}) }},
		{"the case is sealed, and the auditor not named", func() {
			s.must(access.Coordinator, at+"/seal", object{"reason": "life_in_danger", "accounts": []string{account(access.Police), account(access.NGO), account(access.Court)}})
		}},
		{"a note in the sealed case", note},
		{"the seal is lifted", func() { s.must(access.Coordinator, at+"/unseal", object{}) }},
		{"a child's case is opened by the police", func() {
			s.must(access.Police, "/cases", object{"kind": "child_protection", "channel": "police_129", "persons": []any{object{"role": "child", "relation": "self", "minor": true, "name": testbed.SurvivorName}}})
		}},
		{"a meeting is convened, with the NGO", func() {
			s.must(access.Coordinator, "/meetings", object{"kind": "etn", "when": in(48 * time.Hour), "place": "police", "invited": []string{s.NGO}})
		}},
		{"an activity is recorded", func() {
			s.must(access.Police, "/activities", object{"kind": "family_day", "on": "2026-05-15", "title": "Dita e Familjes"})
		}},
		{"an account is opened and signs in", func() { s.Token(access.Provider) }},
		{"the coordinator looks at who looked", func() { s.get(access.Coordinator, at+"/looks") }},
	} {
		step.do()
		told, frames := l.hear(t)
		fmt.Fprintf(&b, "\n## %s\n", step.name)
		for _, role := range roles {
			if len(told[role]) > 0 {
				fmt.Fprintf(&b, "%-24s %s\n", role, strings.Join(told[role], ", "))
			}
		}
		for _, raw := range frames {
			for _, never := range append([]string{shelterAddress, `"box"`, `"commit"`, `"shut"`, account(access.Court)}, testbed.Secrets...) {
				if bytes.Contains(raw, []byte(never)) {
					t.Errorf("%s: a frame holds %q: %.300s", step.name, never, raw)
				}
			}
		}
	}
	golden(t, "testdata/socket_matrix.txt", []byte(b.String()))
}
