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
	// Two loops pause here, the one that connects and the subscription's, each with 50 ms doubling to 2 s.
	seen := map[time.Duration]int{}
	for seen[2*time.Second] < 4 {
		select {
		case p := <-pauses:
			seen[p.length]++
			p.end <- time.Time{}
		case <-time.After(patience):
			t.Fatalf("no more attempts after the pauses %v", seen)
		}
	}
	for d := 50 * time.Millisecond; d < 2*time.Second; d *= 2 {
		if n := seen[d]; n < 1 || n > 2 {
			t.Errorf("%d pauses of %s, want one in each loop", n, d)
		}
		delete(seen, d)
	}
	delete(seen, 2*time.Second)
	if len(seen) > 0 {
		t.Errorf("other pauses: %v", seen)
	}
	// Nobody connects while the timers stand still. A call waits for the attempt to come and gives up with its context.
	if _, err := log.ReadStream(within(t, 20*time.Millisecond), "case", 0); err == nil || errors.Is(err, eventlog.ErrClosed) {
		t.Fatalf("ReadStream between two attempts: %v", err)
	}
	// After a success the pauses are short again.
	lengths := make(chan time.Duration, 1000)
	go func() {
		for {
			select {
			case p := <-pauses:
				lengths <- p.length
				p.end <- time.Time{}
			case <-t.Context().Done():
				return
			}
		}
	}()
	server.Restart(t)
	if _, err := persist(within(t, patience), log, "case", eventlog.NoStream, events(1)); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	for short := 0; short < 2; { // in each loop
		select {
		case got := <-lengths:
			if got == 50*time.Millisecond {
				short++
			}
		case <-time.After(patience):
			t.Fatal("the pauses are as long as before the success")
		}
	}
}
