package live

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mkr/projections"
)

func TestShutdownSaysGoodbye(t *testing.T) {
	for _, how := range []string{"context", "close", "feed"} {
		t.Run(how, func(t *testing.T) {
			h := open(t)
			var clients []*client
			for range 20 {
				clients = append(clients, h.follow("police", "board"))
			}
			var want error
			switch how {
			case "context":
				h.cancel()
			case "close":
				go h.hub.Close()
			case "feed":
				want = projections.ErrEnded
				h.feed.err = want
				close(h.feed.c)
			}
			for _, c := range clients {
				c.closed(CloseGoingAway)
			}
			if err := <-h.run; !errors.Is(err, want) {
				t.Errorf("Run returned %v, want %v", err, want)
			}
			if s := h.hub.Stats(); s.Connections != 0 || s.Lenses != 0 {
				t.Errorf("left behind: %+v", s)
			}
		})
	}
}

// TestShutdownDoesNotWaitForTheSlow: a client that does not read holds nobody up for longer than CloseWait.
func TestShutdownDoesNotWaitForTheSlow(t *testing.T) {
	h := open(t, func(c *Config) {
		c.Limits = Limits{QueueBytes: 100_000, WriteWait: time.Hour, CloseWait: 50 * time.Millisecond}
	})
	slow := h.dial("police")
	slow.expect("hello")
	slow.send(Subscribe{Type: "subscribe", Topics: []string{"board"}})
	slow.expect("hello")
	for position := uint64(101); h.hub.Stats().Slow == 0; position++ {
		h.publish(batch(position, big(fmt.Sprint("k", position), position)))
	}
	start := time.Now()
	h.hub.Close()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestNoGoroutineStays counts the package's goroutines after clients have come and gone in every way.
func TestNoGoroutineStays(t *testing.T) {
	h := open(t)
	for range 5 {
		h.follow("police", "board").ws.Close()      // without a word
		h.dial("stranger").closed(CloseNotSignedIn) // turned away
		bad := h.dial("police")                     // thrown out
		bad.expect("hello")
		bad.send("nonsense")
		bad.closed(CloseBadFrame)
		polite := h.follow("ngo", "board") // with a goodbye
		if err := polite.ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")); err != nil {
			t.Fatal(err)
		}
		polite.closed(websocket.CloseNormalClosure)
	}
	h.waitFor(func(s Stats) bool { return s.Connections == 0 })
	h.follow("police", "board")
	h.cancel()
	<-h.run
	h.server.Close()
	stacks := make([]byte, 1<<20)
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		now := string(stacks[:runtime.Stack(stacks, true)])
		left := 0
		for _, g := range strings.Split(now, "\n\n") {
			if strings.Contains(g, "live.(*conn)") || strings.Contains(g, "live.(*Hub)") {
				left++
			}
		}
		if left == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d goroutines stay:\n%s", left, now)
		}
	}
}

func TestRunEndsWhenItsContextHasEnded(t *testing.T) {
	hub := New(Config{Subscribe: func() Feed { return &testFeed{c: make(chan projections.Batch)} }, Judge: partyJudge{}})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := hub.Run(ctx); err != nil {
		t.Error(err)
	}
	hub.Close()
}
