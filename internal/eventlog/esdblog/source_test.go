package esdblog

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"mkr/internal/eventlog/esdblog/esdbtest"
)

func sourceOf(t *testing.T, server *esdbtest.Server) *source {
	t.Helper()
	config, err := parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSource(config)
	if err != nil {
		t.Fatal(err)
	}
	s.acquire() // retired under a call, the client must not be closed
	t.Cleanup(func() { s.retire(); s.release() })
	return s
}

// When a call finds the server lost, its client does not learn of it while another call may still ask for the
// connection; and no call begins afterwards.
func TestTripwireWaitsForCallsThatBegin(t *testing.T) {
	s := sourceOf(t, esdbtest.Start(t, esdbtest.NewStore()))
	asking, ask := make(chan struct{}), make(chan struct{})
	begunCall := make(chan struct{})
	go begin(context.Background(), s, func(ctx context.Context) (struct{}, error) {
		close(asking)
		<-ask
		ctx.Deadline() // what the client does when it has its connection
		<-begunCall    // the call itself goes on
		return struct{}{}, nil
	})
	<-asking
	tripped := make(chan struct{})
	go func() {
		s.tripwire(esdb.LogError, "unexpected exception: %v", status.Error(codes.Unavailable, "gone"))
		close(tripped)
	}()
	<-s.retired
	if _, err := begin(context.Background(), s, func(context.Context) (struct{}, error) {
		t.Error("a call began on a lost connection")
		return struct{}{}, nil
	}); !errors.Is(err, errRetired) {
		t.Errorf("begin: %v, want errRetired", err)
	}
	select {
	case <-tripped:
		t.Fatal("the client learns of it while a call asks for its connection")
	default:
	}
	close(ask)
	select {
	case <-tripped:
	case <-time.After(20 * time.Second):
		t.Fatal("the client never learns of it")
	}
	close(begunCall)
}

// What the tripwire and begin rest on, in the client itself: it logs a failed call before it acts on it, and asks for
// the context's deadline once it has its connection. A new version of the client must pass this.
func TestClientLogsFailuresAndAsksForTheDeadline(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	for name, do := range map[string]func(context.Context, *source) error{
		"append": func(ctx context.Context, s *source) error {
			_, err := s.append(ctx, "case", esdb.NoStream{}, nil)
			return err
		},
		"read": func(ctx context.Context, s *source) error {
			reader, err := s.readStream(ctx, "case", esdb.Forwards, esdb.Start{}, 1)
			_, err = receive(reader, err, func(*esdb.RecordedEvent) bool { return true })
			return err
		},
		"read all": func(ctx context.Context, s *source) error {
			reader, err := s.readAll(ctx, esdb.Forwards, esdb.Start{}, 1)
			_, err = receive(reader, err, func(*esdb.RecordedEvent) bool { return true })
			return err
		},
		"subscribe": func(ctx context.Context, s *source) error {
			_, err := s.subscribe(ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sourceOf(t, server)
			if _, err := s.find(); err != nil {
				t.Fatal(err)
			}
			asked := 0
			if err := do(watchedContext{context.Background(), func() { asked++ }}, s); err != nil {
				t.Fatal(err)
			}
			if asked == 0 {
				t.Error("the client did not ask for the deadline")
			}
			server.Stop()
			defer server.Restart(t)
			err := do(context.Background(), s)
			if !lost(err) {
				t.Fatalf("without a server: %v", err)
			}
			// A read that fails before it is sent comes back as it is: the client neither logs it nor acts on it.
			if code(err) == esdb.ErrorUnavailable && !isClosed(s.retired) {
				t.Error("the client did not log the loss")
			}
		})
	}
}
