package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
)

// house is a hub with a feed, a clock and a front door that a test holds in its hands.
type house struct {
	t      testing.TB
	hub    *Hub
	server *httptest.Server
	ticks  chan time.Time
	sweeps chan time.Time
	lapses chan time.Time
	wall   atomic.Pointer[time.Time] // what the hub's clock shows; nil: nothing yet
	run    chan error
	cancel context.CancelFunc

	mu     sync.Mutex
	people map[string]handlers.Caller // by token
	broken error                      // what Auth answers to everybody
	rows   map[string]projections.Row // the register, for CaseRow
	rowErr error
	feeds  chan *testFeed
	feed   *testFeed
	start  uint64 // position of the next feed
	at     uint64 // of the newest batch
}

type testFeed struct {
	c        chan projections.Batch
	position uint64
	err      error
}

func (f *testFeed) C() <-chan projections.Batch { return f.c }
func (f *testFeed) Position() uint64            { return f.position }
func (f *testFeed) Err() error                  { return f.err }
func (f *testFeed) Close()                      {}

// partyJudge lets an institution see the rows it is a party of, and events of cases whose row it may see.
type partyJudge struct{}

func (partyJudge) Lens(c handlers.Caller) Lens { return Lens{c.Institution, c.Role, c.Language} }
func (partyJudge) See(l Lens, _ string, r projections.Row) bool {
	return l.Institution != "" && slices.Contains(r.Parties, l.Institution)
}
func (p partyJudge) SeeEvent(l Lens, f event.Fact, r *projections.Row) bool {
	if r == nil {
		// Careless: what never leaves the server must not depend on the judge.
		category := event.Category(f.Stream)
		return category != event.CaseCategory && category != event.PersonCategory
	}
	return p.See(l, "", *r)
}

const testEpoch = "epoch-1"

func open(t testing.TB, change ...func(*Config)) *house {
	t.Helper()
	h := &house{
		t: t, ticks: make(chan time.Time), sweeps: make(chan time.Time), lapses: make(chan time.Time), run: make(chan error, 1),
		people: map[string]handlers.Caller{}, rows: map[string]projections.Row{}, feeds: make(chan *testFeed, 1), start: 100,
	}
	for _, who := range []string{"police", "ngo", "court"} {
		h.people["token-"+who] = handlers.Caller{Account: "account-" + who, Institution: who, Role: "worker", Session: "session-" + who, Language: "sq"}
	}
	cfg := Config{
		Subscribe: func() Feed {
			h.mu.Lock()
			defer h.mu.Unlock()
			f := &testFeed{c: make(chan projections.Batch), position: h.start}
			h.feeds <- f
			return f
		},
		Auth:   h.auth,
		Judge:  partyJudge{},
		Epoch:  testEpoch,
		Logger: zerolog.Nop(),
		CaseRow: func(_ context.Context, id string) (projections.Row, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			if r, ok := h.rows[id]; ok || h.rowErr != nil {
				return r, h.rowErr
			}
			return projections.Row{}, projections.ErrNotFound
		},
		Wall: func() time.Time {
			if at := h.wall.Load(); at != nil {
				return *at
			}
			return time.Time{}
		},
		Ticker: func(d time.Duration) (<-chan time.Time, func()) {
			switch d {
			case DefaultLimits().Sweep:
				return h.sweeps, func() {}
			case DefaultLimits().Lapse:
				return h.lapses, func() {}
			}
			return h.ticks, func() {}
		},
	}
	for _, c := range change {
		c(&cfg)
	}
	h.hub = New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	h.cancel = cancel
	go func() { h.run <- h.hub.Run(ctx) }()
	h.feed, h.at = <-h.feeds, h.start
	h.barrier()
	h.server = httptest.NewServer(h.hub)
	t.Cleanup(func() {
		cancel()
		h.hub.Close()
		h.server.Close()
	})
	return h
}

func (h *house) auth(r *http.Request) (handlers.Caller, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken != nil {
		return handlers.Caller{}, h.broken
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if cookie, err := r.Cookie("session"); err == nil {
		token = cookie.Value
	}
	if c, ok := h.people[token]; ok {
		return c, nil
	}
	return handlers.Caller{}, handlers.ErrNotSignedIn
}

// barrier returns when the hub has done all it was given: the feed's channel has no room, and a batch that says
// nothing new does nothing.
func (h *house) barrier() {
	h.feed.c <- projections.Batch{Position: h.at}
}

func (h *house) publish(batches ...projections.Batch) {
	for _, b := range batches {
		h.feed.c <- b
		h.at = b.Position
	}
	h.barrier()
}

// visit lets the ticker go round once.
func (h *house) visit() {
	for range shards {
		h.ticks <- time.Time{}
	}
	h.barrier()
}

func row(topic, key, caseID string, position uint64, parties ...string) projections.Row {
	return projections.Row{Topic: topic, Key: key, Case: caseID, Institution: parties[0], Parties: parties, Position: position,
		Doc: json.RawMessage(fmt.Sprintf(`{"key":%q,"at":%d}`, key, position))}
}

func put(r projections.Row, before ...projections.Row) projections.Change {
	c := projections.Change{Topic: r.Topic, Key: r.Key, Op: projections.Put, Row: r}
	if len(before) > 0 {
		c.Before = &before[0]
	}
	return c
}

func gone(before projections.Row) projections.Change {
	return projections.Change{Topic: before.Topic, Key: before.Key, Op: projections.Remove, Before: &before}
}

func batch(position uint64, changes ...projections.Change) projections.Batch {
	return projections.Batch{Position: position, Changes: changes}
}

type happened struct{ name string }

func (h happened) EventType() string { return h.name }

func fact(stream string, position uint64, data event.Data) event.Fact {
	return event.Fact{Position: position, Stream: stream, Type: data.EventType(), Data: data,
		Meta: event.Meta{Institution: "police", Actor: "account-secret", OccurredAt: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}}
}

// client is one WebSocket client.
type client struct {
	t  testing.TB
	ws *websocket.Conn
}

// message is any server message.
type message struct {
	Type        string          `json:"type"`
	Epoch       string          `json:"epoch"`
	Position    uint64          `json:"position"`
	Seq         *uint32         `json:"seq"`
	Topics      []string        `json:"topics"`
	Topic       string          `json:"topic"`
	Key         string          `json:"key"`
	Op          string          `json:"op"`
	Row         json.RawMessage `json:"row"`
	EventType   string          `json:"event_type"`
	Case        string          `json:"case"`
	Institution string          `json:"institution"`
	OccurredAt  time.Time       `json:"occurred_at"`
	Summary     string          `json:"summary"`
	Reason      string          `json:"reason"`
	Code        string          `json:"code"`
	Field       string          `json:"field"`
	Text        string          `json:"text"`
	raw         string
}

func (m message) String() string { return m.raw }

func (h *house) url() string { return "ws" + strings.TrimPrefix(h.server.URL, "http") }

func (h *house) header(who string) http.Header {
	return http.Header{"Authorization": {"Bearer token-" + who}}
}

func (h *house) dial(who string) *client {
	h.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{Protocol}}
	ws, resp, err := d.Dial(h.url(), h.header(who))
	if err != nil {
		h.t.Fatalf("dial: %v (%v)", err, resp)
	}
	c := &client{t: h.t, ws: ws}
	h.t.Cleanup(func() { ws.Close() })
	return c
}

// follow dials and subscribes.
func (h *house) follow(who string, topics ...string) *client {
	h.t.Helper()
	c := h.dial(who)
	c.expect("hello")
	c.send(Subscribe{Type: "subscribe", Topics: topics})
	if m := c.expect("hello"); !slices.Equal(m.Topics, topics) {
		h.t.Fatalf("acknowledged %v, asked for %v", m.Topics, topics)
	}
	return c
}

func (c *client) send(v any) {
	c.t.Helper()
	data, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			c.t.Fatal(err)
		}
		data = string(b)
	}
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(data)); err != nil {
		c.t.Fatal(err)
	}
}

// patience ends a test that would wait for ever; nothing is measured with it.
const patience = 20 * time.Second

func (c *client) next() (message, error) {
	if err := c.ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return message{}, err
	}
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		return message{}, err
	}
	m := message{raw: string(data)}
	if err := json.Unmarshal(data, &m); err != nil {
		c.t.Errorf("no JSON: %s", data)
	}
	return m, nil
}

func (c *client) expect(kind string) message {
	c.t.Helper()
	m, err := c.next()
	if err != nil {
		c.t.Fatalf("waited for %s: %v", kind, err)
	}
	if m.Type != kind {
		c.t.Fatalf("waited for %s, got %.500s", kind, m)
	}
	return m
}

// closed reads up to the close frame and returns its code and the messages before it.
func (c *client) closed(code int) []message {
	c.t.Helper()
	var got []message
	for {
		m, err := c.next()
		if err == nil {
			got = append(got, m)
			continue
		}
		var e *websocket.CloseError
		if !errors.As(err, &e) || e.Code != code {
			c.t.Fatalf("waited for close %d, got %v after %.500v", code, err, got)
		}
		return got
	}
}

// silentUpTo makes sure that nothing but positions comes up to one visit of the hub.
func (c *client) silentUpTo(h *house) {
	c.t.Helper()
	h.visit()
	c.expect("position")
}

// waitFor yields until the hub's figures are as wanted: the goroutines of connections that ended need a moment.
func (h *house) waitFor(ok func(Stats) bool) {
	h.t.Helper()
	for end := time.Now().Add(patience); !ok(h.hub.Stats()); runtime.Gosched() {
		if time.Now().After(end) {
			h.t.Fatalf("waited in vain: %+v", h.hub.Stats())
		}
	}
}
