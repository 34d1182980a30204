package esdblog_test

import (
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// A closed log leaves no goroutine behind, neither of its own nor of the clients it used up.
func TestCloseLeavesNothing(t *testing.T) {
	for _, outage := range []bool{false, true} {
		server := esdbtest.Start(t, esdbtest.NewStore())
		log := open(t, server)
		must(t, log, "case", eventlog.NoStream, events(1)...)
		waiter := make(chan error, 1)
		go func() { waiter <- log.Wait(within(t, patience), 1<<40) }()
		if outage {
			outages(t, server, log)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-waiter; !errors.Is(err, eventlog.ErrClosed) {
			t.Fatalf("Wait during Close: %v", err)
		}
		server.Stop()
		deadline := time.Now().Add(patience)
		for left := strays(); left != ""; left = strays() {
			if time.Now().After(deadline) {
				t.Fatalf("outage %t: goroutines are left:\n%s", outage, left)
			}
			runtime.Gosched()
		}
	}
}

// outages takes the server away again and again from under callers who never pause.
func outages(t *testing.T, server *esdbtest.Server, log eventlog.Log) {
	var wg sync.WaitGroup
	over := make(chan struct{})
	for range 16 {
		wg.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if _, err := log.ReadStream(within(t, patience), "case", 0); err != nil && !errors.Is(err, eventlog.ErrUnavailable) {
					t.Errorf("ReadStream in an outage: %v", err)
				}
			}
		})
	}
	for i := range 8 {
		server.Stop()
		server.Restart(t)
		if _, err := persist(within(t, patience), log, "case", eventlog.At(uint64(i)), events(1)); err != nil {
			t.Fatalf("after outage %d: %v", i, err)
		}
	}
	close(over)
	wg.Wait()
}

// strays returns the stacks of goroutines that work for the log, the client or gRPC.
func strays() string {
	buf := make([]byte, 1<<20)
	var out []string
	for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(stack, "testing.tRunner") {
			continue
		}
		for _, of := range []string{"esdblog.", "EventStore-Client-Go", "google.golang.org/grpc"} {
			if strings.Contains(stack, of) {
				out = append(out, stack)
				break
			}
		}
	}
	return strings.Join(out, "\n\n")
}
