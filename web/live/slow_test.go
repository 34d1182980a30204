package live

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mkr/projections"
)

func big(key string, position uint64) projections.Change {
	r := row(projections.Board, key, key, position, "police")
	r.Doc = json.RawMessage(fmt.Sprintf(`{"at":%d,"filler":%q}`, position, strings.Repeat("x", 60_000)))
	return put(r)
}

// TestASlowReaderIsClosedAndHarmsNobody: one client stops reading, another one of the same lens reads everything.
func TestASlowReaderIsClosedAndHarmsNobody(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits = Limits{QueueBytes: 200_000, WriteWait: patience, CloseWait: time.Millisecond, RingBytes: 256 << 20}
	})
	slow := h.dial("police")
	slow.expect("hello")
	slow.send(Subscribe{Type: "subscribe", Topics: []string{"board"}})
	slow.expect("hello")
	fast := h.follow("police", "board")

	position := uint64(100)
	for h.hub.Stats().Slow == 0 {
		position++
		h.publish(batch(position, big(fmt.Sprint("k", position), position)))
		if m := fast.expect("change"); m.Position != position {
			t.Fatalf("the fast one got %d at %d", m.Position, position)
		}
		if position > 2000 {
			t.Fatal("the slow one was never noticed")
		}
	}
	// When it comes to itself it sees what the network still held, in order, and then the reason.
	got := slow.closed(CloseSlow)
	for i, m := range got {
		if m.Position != 101+uint64(i) {
			t.Fatalf("message %d is at %d", i, m.Position)
		}
	}
	if len(got) == 0 || len(got) >= int(position-100) {
		t.Errorf("it saw %d of %d", len(got), position-100)
	}
	// And it resumes without a gap.
	after := 100 + uint64(len(got))
	again := h.dial("police")
	again.expect("hello")
	again.send(Subscribe{Type: "subscribe", Topics: []string{"board"}, Epoch: testEpoch, After: &after})
	again.expect("hello")
	for p := after + 1; p <= position; p++ {
		if m := again.expect("change"); m.Position != p {
			t.Fatalf("resumed at %d with %d", p, m.Position)
		}
	}
	fast.silentUpTo(h)
}

// TestASlowReaderOfOneRowGetsTheNewest: changes of the same rows replace each other instead of filling the queue.
func TestASlowReaderOfOneRowGetsTheNewest(t *testing.T) {
	h := open(t, func(c *Config) { c.Limits = Limits{QueueBytes: 200_000, WriteWait: patience} })
	slow := h.dial("police")
	slow.expect("hello")
	slow.send(Subscribe{Type: "subscribe", Topics: []string{"board"}})
	slow.expect("hello")
	position := uint64(100)
	for h.hub.Stats().Coalesced < 100 {
		position++
		h.publish(batch(position, big(fmt.Sprint("k", position%2), position)))
		if position > 3000 {
			t.Fatal("nothing was ever replaced")
		}
	}
	last, n := uint64(0), 0
	for last < position {
		m := slow.expect("change")
		if m.Position <= last {
			t.Fatalf("%d came after %d", m.Position, last)
		}
		last = m.Position
		n++
	}
	if n >= int(position-100) {
		t.Errorf("all %d came", n)
	}
	if h.hub.Stats().Slow != 0 {
		t.Error("it was closed")
	}
}

// TestAReaderThatNeverReadsIsGivenUp: its goroutines end although the network takes nothing.
func TestAReaderThatNeverReadsIsGivenUp(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits = Limits{QueueBytes: 200_000, WriteWait: 50 * time.Millisecond, CloseWait: 50 * time.Millisecond}
	})
	slow := h.dial("police")
	slow.expect("hello")
	slow.send(Subscribe{Type: "subscribe", Topics: []string{"board"}})
	slow.expect("hello")
	for position := uint64(101); h.hub.Stats().Connections > 0; position++ {
		if position < 2000 {
			h.publish(batch(position, big(fmt.Sprint("k", position), position)))
		}
	}
}
