package esdblog_test

import (
	"errors"
	"testing"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// Attempts to connect come at growing pauses up to a bound, one at a time, and a call waits for one of them only.
func TestBackoff(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	server.Stop()
	type pause struct {
		length time.Duration
		end    chan time.Time
	}
	pauses := make(chan pause, 100)
	log := open(t, server, esdblog.WithLimit(time.Hour), esdblog.WithAfter(func(d time.Duration) <-chan time.Time {
		p := pause{d, make(chan time.Time, 1)}
		if d <= 2*time.Second { // the others are the patience with clients that were given up
			pauses <- p
		}
		return p.end
	}))
	// Two loops pause here: the one that connects, and the subscription's, which waits for the outcome of each attempt.
	// Whichever comes first, the longest pauses are those of both: 50 ms doubling to 2 s.
	want := []time.Duration{50, 100, 200, 400, 800, 1600, 2000, 2000}
	for i, w := range want {
		var longest time.Duration
		for range 2 {
			select {
			case p := <-pauses:
				longest = max(longest, p.length)
				defer func() { p.end <- time.Time{} }()
				if i < len(want)-1 {
					p.end <- time.Time{}
					p.end = make(chan time.Time, 1)
				}
			case <-time.After(patience):
				t.Fatalf("no pause %d", i)
			}
		}
		if longest != w*time.Millisecond {
			t.Fatalf("pause %d is %s, want %s", i, longest, w*time.Millisecond)
		}
	}
	// Nobody connects now: the timers stand still. A call waits for the attempt to come and gives up with its context.
	if _, err := log.ReadStream(within(t, 20*time.Millisecond), "case", 0); err == nil || errors.Is(err, eventlog.ErrClosed) {
		t.Fatalf("ReadStream between two attempts: %v", err)
	}
}
