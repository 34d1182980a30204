package live

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mkr/projections"
)

// raw sends one frame of text as no library would: last tells whether the message ends with it.
func (c *client) raw(first, last bool, payload []byte) error {
	op := byte(0)
	if first {
		op = websocket.TextMessage
	}
	if last {
		op |= 0x80
	}
	frame := []byte{op, 0x80 | 126}
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(payload)))
	frame = append(frame, 0, 0, 0, 0) // a mask of zeros leaves the payload as it is
	_, err := c.ws.NetConn().Write(append(frame, payload...))
	return err
}

// A hostile client of every kind at once, several of each, on one hub: each is thrown out by a bound that is its own, an honest one beside
// them gets every row in order, and when they are gone nothing of them is left, neither places nor goroutines nor memory.
func TestHostileClients(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits = Limits{QueueBytes: 64 << 10, QueueFrames: 64, RingBytes: 256 << 10, WriteWait: 100 * time.Millisecond, CloseWait: time.Millisecond}
	})
	honest := h.follow("ngo", "board")
	far := uint64(1) << 62
	attacks := map[string]func(c *client){
		"an endless message in pieces": func(c *client) {
			for i := 0; c.raw(i == 0, false, []byte(strings.Repeat(" ", 512))) == nil && i < 10_000; i++ {
			}
		},
		"an endless message of empty pieces": func(c *client) { // nothing to count: who subscribes to nothing leaves
			for i := range 200 {
				_ = c.raw(i == 0, false, nil)
			}
		},
		"one message of a megabyte": func(c *client) { _ = c.ws.WriteMessage(websocket.TextMessage, make([]byte, 1<<20)) },
		"a thousand subscriptions": func(c *client) {
			for i := 0; i < 1000 && c.ws.WriteJSON(Subscribe{Type: "subscribe", Topics: []string{fmt.Sprint("case:c", i)}}) == nil; i++ {
			}
		},
		"a thousand topics": func(c *client) {
			c.send(`{"type":"subscribe","topics":[` + strings.Repeat(`"board",`, 999) + `"board"]}`)
		},
		"topics that are none": func(c *client) { c.send(Subscribe{Type: "subscribe", Topics: []string{"sessions"}}) },
		"a thousand pings":     func(c *client) { _ = ping(c, 1000) },
		"a forged place, never to be": func(c *client) {
			c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}, Epoch: testEpoch, After: &far})
		},
		"a forged place of another": func(c *client) {
			c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}, Epoch: "epoch-x", After: &far})
		},
		"nothing at all":               func(*client) {},
		"a subscription, never read":   func(c *client) { c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}}) },
		"half a frame, and then rests": func(c *client) { _, _ = c.ws.NetConn().Write([]byte{0x81, 0xfe, 0x10}) },
	}
	const each = 4
	var all []*client
	for _, attack := range attacks {
		for range each {
			c := h.dial("police")
			go attack(c) // it may block: nobody reads there
			all = append(all, c)
		}
	}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	position := uint64(100)
	for range 3 * pingEvery { // no pong comes from any: nobody reads there
		for range 20 {
			position++
			r := row(projections.Board, fmt.Sprint("k", position), "c", position, "ngo", "police")
			r.Doc = []byte(fmt.Sprintf(`{"filler":%q}`, strings.Repeat("x", 8000)))
			h.publish(batch(position, put(r)))
			if m := honest.expect("change"); m.Position != position {
				t.Fatalf("the honest one got %d at %d", m.Position, position)
			}
		}
		h.visit()
		honest.expect("position")
	}
	h.waitFor(func(s Stats) bool { return s.Connections == 1 })
	var after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("%d KiB are kept after they are gone", grown>>10)
	}
	stacks := make([]byte, 4<<20)
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		if left := strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "live.(*conn).read("); left == 1 {
			break
		} else if time.Now().After(end) {
			t.Fatalf("%d connections are still read", left)
		}
	}
	if len(all) != each*len(attacks) || h.hub.Stats().Sent < 3*pingEvery*20 {
		t.Errorf("%d clients, %+v", len(all), h.hub.Stats())
	}
	honest.silentUpTo(h)
}

func ping(c *client, n int) (err error) {
	for i := 0; i < n && err == nil; i++ {
		err = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
	}
	return err
}
