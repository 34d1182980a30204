package live

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mkr/projections"
)

func TestMessagesAreAsTheContractSays(t *testing.T) {
	h := open(t)
	h.rows["c1"] = row(projections.Register, "c1", "c1", 90, "police")
	c := h.dial("police")
	if m := c.expect("hello"); m.raw != `{"type":"hello","epoch":"epoch-1","position":100}` {
		t.Error(m)
	}
	c.send(`{"type":"subscribe","topics":["board","events"],"epoch":"","after":null}`)
	if m := c.expect("hello"); m.raw != `{"type":"hello","epoch":"epoch-1","position":100,"topics":["board","events"]}` {
		t.Error(m)
	}
	first := row(projections.Board, "c1", "c1", 102, "police")
	b := batch(103, put(first))
	b.Facts = append(b.Facts, fact("case-c1", 102, happened{"case.opened"}))
	for _, step := range []struct {
		do   func()
		want []string
	}{
		{func() { h.publish(b) }, []string{
			`{"type":"event","position":102,"seq":0,"event_type":"case.opened","case":"c1","institution":"police","occurred_at":"2026-03-01T10:00:00Z","summary":"case.opened"}`,
			`{"type":"change","position":102,"seq":1,"topic":"board","key":"c1","op":"put","row":{"key":"c1","at":102}}`,
		}},
		{func() { h.publish(batch(104, gone(first))) }, []string{`{"type":"change","position":104,"seq":0,"topic":"board","key":"c1","op":"remove"}`}},
		{func() { h.publish(projections.Batch{Position: 110, Reset: true}) }, []string{`{"type":"reset","reason":"rebuilt","position":110}`}},
		{h.visit, []string{`{"type":"position","position":110}`}},
	} {
		step.do()
		for _, want := range step.want {
			if m, err := c.next(); err != nil || m.raw != want {
				t.Fatalf("got  %s (%v)\nwant %s", m, err, want)
			}
		}
	}
}

// TestTopics sends the same changes to a connection of each topic.
func TestTopics(t *testing.T) {
	h := open(t)
	h.rows["c1"] = row(projections.Register, "c1", "c1", 90, "police")
	topics := append(Topics(), "case:c1", "case:c2")
	clients := map[string]*client{}
	for _, topic := range topics {
		clients[topic] = h.follow("police", topic)
	}
	clients["board and the case"] = h.follow("police", "board", "case:c1", "events", "case:c1")
	b := batch(110)
	for i, topic := range rowTopics {
		b.Changes = append(b.Changes, put(row(topic, fmt.Sprint("k", i), "c1", 105, "police")))
	}
	b.Changes = append(b.Changes, put(row(projections.Board, "other", "c2", 106, "police")), put(row(projections.Meetings, "m", "", 106, "police")))
	for _, private := range append(projections.Private, projections.Institutions, projections.Aid, projections.Indicators) {
		b.Changes = append(b.Changes, put(row(private, "private", "c1", 107, "police")))
	}
	b.Facts = append(b.Facts, fact("case-c1", 104, happened{"case.opened"}), fact("meeting-m", 108, happened{"meeting.called"}))
	h.publish(b)
	h.visit()

	all := []string{"board k0", "inbox k1", "outbox k2", "deadlines k3", "register k4", "meetings k5", "activities k6", "orders k7", "hearings k8", "flags k9"}
	want := map[string][]string{
		"board": {"board k0", "board other"}, "inbox": {"inbox k1"}, "outbox": {"outbox k2"}, "deadlines": {"deadlines k3"},
		"register": {"register k4"}, "meetings": {"meetings k5", "meetings m"}, "activities": {"activities k6"}, "orders": {"orders k7"}, "hearings": {"hearings k8"}, "flags": {"flags k9"},
		"events": {"case.opened", "meeting.called"}, "case:c1": append([]string{"case.opened"}, all...), "case:c2": {"board other"},
		"board and the case": append(append([]string{"case.opened"}, all...), "board other", "meeting.called"),
	}
	for name, c := range clients {
		var got []string
		for {
			m, err := c.next()
			if err != nil {
				t.Fatal(err)
			}
			if m.Type == "position" {
				break
			}
			if m.Type == "event" {
				got = append(got, m.EventType)
			} else {
				got = append(got, m.Topic+" "+m.Key)
			}
		}
		if !slices.Equal(got, want[name]) {
			t.Errorf("%s: got %v, want %v", name, got, want[name])
		}
	}
}

func TestBadFramesAreNamedAndClose(t *testing.T) {
	for _, c := range []struct{ name, frame, code, field string }{
		{"no JSON", `subscribe`, "bad_frame", ""},
		{"empty", ``, "bad_frame", ""},
		{"a list", `[]`, "bad_frame", ""},
		{"two objects", `{"type":"subscribe","topics":["board"]}{}`, "bad_frame", ""},
		{"not UTF-8", "{\"type\":\"subscribe\",\"topics\":[\"bo\xffard\"]}", "bad_frame", ""},
		{"other type", `{"type":"publish","topics":["board"]}`, "bad_frame", "type"},
		{"type in capitals", `{"Type":"subscribe","topics":["board"]}`, "bad_frame", ""},
		{"unknown field", `{"type":"subscribe","topics":["board"],"from":3}`, "bad_frame", ""},
		{"field twice", `{"type":"subscribe","topics":["board"],"topics":["inbox"]}`, "bad_frame", ""},
		{"no topics", `{"type":"subscribe"}`, "bad_frame", "topics"},
		{"topics as a string", `{"type":"subscribe","topics":"board"}`, "bad_frame", "topics"},
		{"unknown topic", `{"type":"subscribe","topics":["board","accounts"]}`, "unknown_topic", "topics[1]"},
		{"sessions", `{"type":"subscribe","topics":["sessions"]}`, "unknown_topic", "topics[0]"},
		{"case without id", `{"type":"subscribe","topics":["case:"]}`, "unknown_topic", "topics[0]"},
		{"case with a wild card", `{"type":"subscribe","topics":["case:*"]}`, "unknown_topic", "topics[0]"},
		{"too many topics", `{"type":"subscribe","topics":[` + strings.Repeat(`"board",`, maxTopics) + `"board"]}`, "too_many", "topics"},
		{"after below zero", `{"type":"subscribe","topics":["board"],"epoch":"e","after":-1}`, "bad_frame", "after"},
		{"after with a fraction", `{"type":"subscribe","topics":["board"],"epoch":"e","after":1.5}`, "bad_frame", "after"},
		{"after as a string", `{"type":"subscribe","topics":["board"],"epoch":"e","after":"1"}`, "bad_frame", "after"},
		{"seq alone", `{"type":"subscribe","topics":["board"],"seq":1}`, "bad_frame", "seq"},
		{"long epoch", `{"type":"subscribe","topics":["board"],"epoch":"` + strings.Repeat("e", maxEpoch+1) + `"}`, "bad_frame", "epoch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			other := h.follow("ngo", "board")
			bad := h.dial("police")
			bad.expect("hello")
			bad.send(c.frame)
			got := bad.closed(CloseBadFrame)
			if len(got) != 1 || got[0].Type != "error" || got[0].Code != c.code || got[0].Field != c.field || got[0].Text == "" {
				t.Fatalf("got %v, want an error %s of field %q", got, c.code, c.field)
			}
			other.silentUpTo(h)
		})
	}
}

func TestFramesThatAreNotText(t *testing.T) {
	h := open(t)
	bad := h.dial("police")
	bad.expect("hello")
	if err := bad.ws.WriteMessage(2, []byte(`{"type":"subscribe","topics":["board"]}`)); err != nil {
		t.Fatal(err)
	}
	bad.closed(CloseBadFrame)

	long := h.dial("police")
	long.expect("hello")
	long.send(strings.Repeat(" ", maxFrame+1))
	long.closed(1009)
}

func TestAClientThatFloodsIsClosed(t *testing.T) {
	h := open(t)
	c := h.dial("police")
	c.expect("hello")
	for range framesPerVisit + 1 {
		c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}})
	}
	got := c.closed(CloseBadFrame)
	if last := got[len(got)-1]; last.Type != "error" || last.Code != "too_many" {
		t.Errorf("got %v", last)
	}
}

func TestAClientThatAsksForNothingIsClosed(t *testing.T) {
	h := open(t)
	c := h.dial("police")
	c.expect("hello")
	for range subscribeBy {
		h.visit()
	}
	c.closed(CloseBadFrame)
}

func TestPositionsComeWithAndWithoutTraffic(t *testing.T) {
	h := open(t)
	c := h.follow("police", "board")
	h.visit()
	if m := c.expect("position"); m.Position != 100 {
		t.Error(m)
	}
	h.publish(batch(120, put(row(projections.Board, "x", "x", 118, "ngo")))) // nothing for police
	h.visit()
	if m := c.expect("position"); m.Position != 120 {
		t.Error(m)
	}
	if d := DefaultLimits().Position; d.Seconds() > 5 {
		t.Errorf("every %s is rarer than the contract's 5 s", d)
	}
}

func TestASilentClientIsClosed(t *testing.T) {
	h := open(t)
	alive, dead := h.follow("police", "board"), h.follow("police", "board")
	dead.ws.SetPingHandler(func(string) error { return nil })
	pinged := make(chan struct{}, 10)
	answer := alive.ws.PingHandler()
	alive.ws.SetPingHandler(func(data string) error {
		err := answer(data)
		pinged <- struct{}{}
		return err
	})
	for range pingEvery {
		h.visit()
		alive.expect("position")
		dead.expect("position")
	}
	// The ping comes behind the last position: to read on is to answer it.
	h.publish(batch(120, put(row(projections.Board, "x", "x", 118, "police"))))
	alive.expect("change")
	dead.expect("change")
	<-pinged
	alive.send(Subscribe{Type: "subscribe", Topics: []string{"board"}}) // comes behind the pong: the hub has read both
	alive.expect("hello")
	for range pingEvery - 1 {
		h.visit()
		alive.expect("position")
	}
	h.visit()
	dead.closed(CloseSilent)
	alive.expect("position")
	h.publish(batch(121, put(row(projections.Board, "x", "x", 121, "police"))))
	alive.expect("change")
}

func TestASubscribeReplacesTheOneBefore(t *testing.T) {
	h := open(t)
	c := h.follow("police", "board")
	c.send(Subscribe{Type: "subscribe", Topics: []string{"register"}})
	if m := c.expect("hello"); !slices.Equal(m.Topics, []string{"register"}) {
		t.Error(m)
	}
	h.publish(batch(120, put(row(projections.Board, "x", "x", 118, "police")), put(row(projections.Register, "x", "x", 118, "police"))))
	if m := c.expect("change"); m.Topic != projections.Register {
		t.Error(m)
	}
	c.silentUpTo(h)
}
