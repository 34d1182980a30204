package esdblog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// Nothing acknowledged is lost and nothing is stored twice while the server goes down and comes back under
// concurrent writers; a tail that follows sees every event once.
func TestRestartUnderLoad(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	log := open(t, server)
	ctx := within(t, patience)
	const writers, appends, batch = 8, 40, 2

	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		want = map[string][]eventlog.NewEvent{}
		done = make(chan struct{}, writers*appends)
	)
	for w := range writers {
		stream := fmt.Sprintf("w-%d", w)
		wg.Go(func() {
			at := eventlog.NoStream
			for range appends {
				evs := events(batch)
				next, err := persist(ctx, log, stream, at, evs)
				if err != nil {
					t.Errorf("%s: %v", stream, err)
					return
				}
				at = next
				mu.Lock()
				want[stream] = append(want[stream], evs...)
				mu.Unlock()
				done <- struct{}{}
			}
		})
	}
	type result struct {
		events []eventlog.Recorded
		err    error
	}
	tail := make(chan result, 1)
	go func() {
		got, err := follow(ctx, log, writers*appends*batch)
		tail <- result{got, err}
	}()
	for range 4 {
		for range writers * appends / 6 { // the next restart comes when so much more is done
			select {
			case <-done:
			case <-ctx.Done():
				t.Fatal("the writers do not get on")
			}
		}
		server.Restart(t)
	}
	wg.Wait()
	got := <-tail
	if got.err != nil {
		t.Fatalf("tail: %v", got.err)
	}
	same(t, got.events, want)
	if n := server.Store().Len(); n != writers*appends*batch {
		t.Fatalf("the server holds %d events, want %d", n, writers*appends*batch)
	}
}

// A client object that has failed to find its server ten times is dead for good. The log is not.
func TestOutlivesItsClient(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	log := openURL(t, server.URL()+"&maxDiscoverAttempts=10")
	at := must(t, log, "case", eventlog.NoStream, events(1)...)
	waiter := make(chan error, 1)
	go func() { waiter <- log.Wait(within(t, patience), at.Position) }()

	server.Stop()
	// The calls of twenty callers, of which a dead client would keep some for ever, all come back.
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 2 {
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
				_, err := log.ReadStream(ctx, "case", 0)
				cancel()
				if !errors.Is(err, eventlog.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("ReadStream without a server: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for gaveUp := false; !gaveUp; {
		_, err := log.Append(within(t, patience), "case", 0, events(1)...)
		if !errors.Is(err, eventlog.ErrUnavailable) {
			t.Fatalf("Append without a server: %v, want ErrUnavailable", err)
		}
		gaveUp = strings.Contains(err.Error(), "count reached: 10")
	}

	server.Restart(t)
	evs := events(1)
	if _, err := persist(within(t, patience), log, "case", 0, evs); err != nil {
		t.Fatalf("after the server came back: %v", err)
	}
	if err := <-waiter; err != nil {
		t.Fatalf("Wait across the outage: %v", err)
	}
}

// A server that takes calls and answers none costs a caller its context or the log's limit, and no more.
func TestHangingServer(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	const limit = 150 * time.Millisecond
	// Ten attempts of a second each are far more than the limit allows: the client must not be waited for.
	log := openURL(t, server.URL()+"&maxDiscoverAttempts=10", esdblog.WithLimit(limit))
	must(t, log, "case", eventlog.NoStream, events(2)...)
	resume := server.Hang()
	calls := map[string]func(context.Context) error{
		"Append": func(ctx context.Context) error {
			_, err := log.Append(ctx, "case", 1, events(1)...)
			return err
		},
		"ReadStream": func(ctx context.Context) error { _, err := log.ReadStream(ctx, "case", 0); return err },
		"ReadAll":    func(ctx context.Context) error { _, err := log.ReadAll(ctx, 0, 10); return err },
	}
	var wg sync.WaitGroup
	for name, call := range calls {
		for range 4 {
			wg.Go(func() {
				began := time.Now()
				for range 2 { // on the connection that hangs, and without one
					if err := call(context.Background()); !errors.Is(err, eventlog.ErrUnavailable) {
						t.Errorf("%s: %v, want ErrUnavailable", name, err)
					}
				}
				if took := time.Since(began); took > 40*limit {
					t.Errorf("%s took %s with a limit of %s", name, took, limit)
				}
			})
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(context.Background(), limit/10)
				defer cancel()
				if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, eventlog.ErrUnavailable) {
					t.Errorf("%s with a short context: %v", name, err)
				}
			})
		}
	}
	wg.Wait()
	resume()
	// The appends that hung may be stored yet, or not: as after any ErrUnavailable, the stream tells.
	ctx := within(t, patience)
	for {
		got, err := log.ReadStream(ctx, "case", 0)
		if err == nil {
			_, err = log.Append(ctx, "case", eventlog.Expected(len(got)-1), events(1)...)
		}
		if err == nil {
			break
		}
		if !errors.Is(err, eventlog.ErrUnavailable) && !errors.Is(err, eventlog.ErrWrongRevision) {
			t.Fatalf("after the server went on: %v", err)
		}
	}
}

// A slow answer is an answer.
func TestSlowServer(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	log := open(t, server)
	must(t, log, "case", eventlog.NoStream, events(1)...)
	resume := server.Hang()
	before := server.Counts().Appends
	answer := make(chan error, 1)
	go func() {
		_, err := log.Append(within(t, patience), "case", 0, events(1)...)
		answer <- err
	}()
	if n := server.Counts().Appends; n != before {
		t.Fatalf("%d appends went through a server that hangs", n-before)
	}
	resume()
	if err := <-answer; err != nil {
		t.Fatal(err)
	}
}

// The outcome of an append whose answer is lost is found in the stream, and the same append again is harmless.
func TestStoredButNotAcknowledged(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.Aborted, codes.Unknown, codes.Canceled, codes.ResourceExhausted} {
		t.Run(code.String(), func(t *testing.T) {
			server := esdbtest.Start(t, esdbtest.NewStore())
			log := open(t, server)
			evs := events(3)
			server.FailNextAppend(esdbtest.AfterStoring, code)
			if _, err := log.Append(within(t, patience), "case", eventlog.NoStream, evs...); !errors.Is(err, eventlog.ErrUnavailable) {
				t.Fatalf("Append: %v, want ErrUnavailable", err)
			}
			got, err := log.ReadStream(within(t, patience), "case", 0)
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, map[string][]eventlog.NewEvent{"case": evs})

			if res := must(t, log, "case", eventlog.NoStream, evs...); res.Revision != 2 || res.Position != got[2].Position {
				t.Errorf("the repeat was answered %+v, the event stands at %d", res, got[2].Position)
			}
			evs[1].Data = []byte(`{"another":"body"}`)
			_, err = log.Append(within(t, patience), "case", eventlog.NoStream, evs...)
			var wrong *eventlog.WrongRevisionError
			if !errors.As(err, &wrong) || wrong.Actual != 2 {
				t.Errorf("the same ids with other bytes: %v, want a conflict at 2", err)
			}
			if n := server.Store().Len(); n != 3 {
				t.Errorf("%d events stored, want 3", n)
			}
		})
	}
}

// The client panics at a message that it does not expect. The process goes on.
func TestPanickingClient(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	log := open(t, server)
	must(t, log, "case", eventlog.NoStream, events(1)...)
	server.AnswerOddly()
	if _, err := log.ReadStream(within(t, patience), "case", 0); !errors.Is(err, eventlog.ErrUnavailable) {
		t.Fatalf("ReadStream: %v, want ErrUnavailable", err)
	}
	if got, err := log.ReadStream(within(t, patience), "case", 0); err != nil || len(got) != 1 {
		t.Fatalf("ReadStream after it: %d events, %v", len(got), err)
	}
}

// Histories that EventStoreDB no longer holds in full are damage, not shorter histories.
func TestRemovedEvents(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	log := open(t, server)
	must(t, log, "case", eventlog.NoStream, events(3)...)
	for _, n := range []int{1, 2} {
		server.Store().Remove("case", n)
		if got, err := log.ReadStream(within(t, patience), "case", 0); !errors.Is(err, eventlog.ErrCorrupt) || len(got) != 0 {
			t.Errorf("%d of 3 events removed: %d events, %v, want ErrCorrupt", n, len(got), err)
		}
	}
	for what, remove := range map[string]func(string){
		"truncated behind its end": func(stream string) { server.Store().Remove(stream, 3) },
		"deleted":                  server.Store().Delete,
		"deleted for good":         server.Store().Tombstone,
	} {
		must(t, log, what, eventlog.NoStream, events(3)...)
		remove(what)
		if got, err := log.ReadStream(within(t, patience), what, 0); !errors.Is(err, eventlog.ErrCorrupt) || len(got) != 0 {
			t.Errorf("%s: %d events, %v, want ErrCorrupt", what, len(got), err)
		}
	}
	if got, err := log.ReadStream(within(t, patience), "another", 0); err != nil || len(got) != 0 {
		t.Errorf("a stream that never was: %d events, %v", len(got), err)
	}
}

// What the server will never take is the caller's mistake, not an outage.
func TestTooLargeForTheServer(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	server.TakeAtMost(4096)
	log := open(t, server)
	evs := events(1)
	evs[0].Data = make([]byte, 5000)
	if _, err := log.Append(within(t, patience), "case", eventlog.NoStream, evs...); !errors.Is(err, eventlog.ErrInvalid) {
		t.Fatalf("Append: %v, want ErrInvalid", err)
	}
	must(t, log, "case", eventlog.NoStream, events(1)...)
}
