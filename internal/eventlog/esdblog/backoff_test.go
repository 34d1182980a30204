package esdblog_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// pauses takes the log's lines and hands on how long it says it pauses after each failed attempt to connect.
type pauses chan time.Duration

func (p pauses) Write(line []byte) (int, error) {
	var said struct {
		Message string  `json:"message"`
		Again   float64 `json:"again_in"` // ms
	}
	if err := json.Unmarshal(line, &said); err == nil && said.Message == "eventstoredb: not connected" {
		p <- time.Duration(said.Again) * time.Millisecond
	}
	return len(line), nil
}

// Attempts to connect come at growing pauses up to a bound, and at short ones again after a success; a call that finds
// the log pausing gives up with its context.
func TestBackoff(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	server.Stop()
	var (
		said = make(pauses, 10_000)
		tick = make(chan time.Time)
		next = func() time.Duration {
			t.Helper()
			for {
				select {
				case d := <-said:
					return d
				case tick <- time.Time{}: // to whichever loop pauses: the one that connects, or the subscription's
				case <-within(t, patience).Done():
					t.Fatal("no attempt to connect")
				}
			}
		}
	)
	log := open(t, server, esdblog.WithLimit(time.Hour), esdblog.WithLogger(zerolog.New(said)),
		esdblog.WithAfter(func(d time.Duration) <-chan time.Time {
			if d > 2*time.Second {
				return nil // patience with clients that were given up
			}
			return tick
		}))
	for i, want := range []time.Duration{50, 100, 200, 400, 800, 1600, 2000, 2000} {
		if got := next(); got != want*time.Millisecond {
			t.Fatalf("pause %d is %s, want %s", i, got, want*time.Millisecond)
		}
	}
	if _, err := log.ReadStream(within(t, 20*time.Millisecond), "case", 0); err == nil || errors.Is(err, eventlog.ErrClosed) {
		t.Fatalf("ReadStream while the log pauses: %v", err)
	}

	server.Restart(t)
	stored := make(chan error, 1)
	go func() {
		_, err := persist(within(t, patience), log, "case", eventlog.NoStream, events(1))
		stored <- err
	}()
	for waiting := true; waiting; {
		select {
		case err := <-stored:
			if err != nil {
				t.Fatal(err)
			}
			waiting = false
		case tick <- time.Time{}:
		}
	}
	for len(said) > 0 { // a last failure of before
		<-said
	}
	server.Stop()
	if got := next(); got != 50*time.Millisecond {
		t.Fatalf("the pause after a success is %s", got)
	}
}
