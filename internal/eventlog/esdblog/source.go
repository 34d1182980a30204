package esdblog

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// source is one client object, and who uses it.
//
// Two rules make the client's weaknesses harmless.
//
// First: no call begins on a client that may have lost its server. Such a client begins to look for the server when
// the next call begins, and all calls block until it has found it; if it has not after some attempts, they block for
// ever, and in either case the old connection is never closed. So a source is retired before its client learns that the
// server is lost (see tripwire), and not before all calls that have begun are past that point (see begin).
//
// Second: the client's Close must not meet a call, since it closes a channel that calls send on, which panics. So the
// client is closed when the last call on a retired source has returned. Should one never return (the first rule leaves one way: a
// node names a leader that cannot be reached), it is given up in the end: then Close comes anyway, and wakes it with
// that panic, which safely takes.
type source struct {
	client  *esdb.Client
	retired chan struct{} // closed when no more calls may begin
	dead    chan struct{} // closed when the client has given up for good: nobody need wait for its calls
	drained chan struct{} // closed when retired and unused: the client is closed

	mu        sync.Mutex
	calls     int        // callers that use the source
	beginning int        // calls that may still be asking the client for its connection
	begun     *sync.Cond // beginning has fallen to zero
}

func newSource(config *esdb.Configuration) (*source, error) {
	s := &source{retired: make(chan struct{}), dead: make(chan struct{}), drained: make(chan struct{})}
	s.begun = sync.NewCond(&s.mu)
	watched := *config
	watched.Logger = s.tripwire
	var err error
	s.client, err = esdb.NewClient(&watched)
	return s, err
}

// tripwire takes the client's log and prints nothing. The client logs the error of a failed call in the goroutine of that call,
// before it tells its connection to look for the server again: the one moment at which that can be prevented.
func (s *source) tripwire(_ esdb.LogLevel, format string, args ...any) {
	if !strings.HasPrefix(format, "unexpected exception") || len(args) != 1 {
		return
	}
	if err, ok := args[0].(error); !ok || !lost(err) {
		return
	}
	s.retire()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.beginning > 0 {
		s.begun.Wait()
	}
}

// acquire lets a caller use the source until it releases it, unless the source is retired.
func (s *source) acquire() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if isClosed(s.retired) {
		return false
	}
	s.calls++
	return true
}

// release ends a caller's use of the source.
func (s *source) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls--
	s.finish()
}

// retire lets no more calls begin.
func (s *source) retire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !isClosed(s.retired) {
		close(s.retired)
		s.finish()
	}
}

// die retires the source and tells the callers not to wait.
func (s *source) die() {
	s.retire()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !isClosed(s.dead) {
		close(s.dead)
	}
}

// finish needs the lock.
func (s *source) finish() {
	if s.calls == 0 && isClosed(s.retired) && !isClosed(s.drained) {
		_ = s.client.Close() // never an error
		close(s.drained)
	}
}

// abandon closes the client under the calls that are stuck in it.
func (s *source) abandon() { _ = s.client.Close() }

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

var errRetired = errors.New("the connection was given up")

// begin runs a call of the client, which must be given the context that do gets. The client first asks for its connection,
// and then, for the first time, for the context's deadline: this is how begin knows that the call has begun.
func begin[T any](ctx context.Context, s *source, do func(context.Context) (T, error)) (T, error) {
	s.mu.Lock()
	if isClosed(s.retired) {
		s.mu.Unlock()
		var none T
		return none, errRetired
	}
	s.beginning++
	s.mu.Unlock()
	begun := sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.beginning--; s.beginning == 0 {
			s.begun.Broadcast()
		}
	})
	defer begun()
	return do(watchedContext{ctx, begun})
}

type watchedContext struct {
	context.Context
	asked func()
}

// Deadline implements context.Context.
func (c watchedContext) Deadline() (time.Time, bool) {
	c.asked()
	return c.Context.Deadline()
}

// The client's calls, each begun as above and marked as one for the leader.

func (s *source) find() (*esdb.ServerVersion, error) {
	return begin(context.Background(), s, func(context.Context) (*esdb.ServerVersion, error) { return s.client.GetServerVersion() })
}

func (s *source) append(ctx context.Context, stream string, expected esdb.ExpectedRevision, events []esdb.EventData) (*esdb.WriteResult, error) {
	return begin(ctx, s, func(ctx context.Context) (*esdb.WriteResult, error) {
		return s.client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: expected, RequiresLeader: true}, events...)
	})
}

func (s *source) readStream(ctx context.Context, stream string, way esdb.Direction, from esdb.StreamPosition, count int) (*esdb.ReadStream, error) {
	return begin(ctx, s, func(ctx context.Context) (*esdb.ReadStream, error) {
		return s.client.ReadStream(ctx, stream, esdb.ReadStreamOptions{Direction: way, From: from, RequiresLeader: true}, uint64(count))
	})
}

func (s *source) readAll(ctx context.Context, way esdb.Direction, from esdb.AllPosition, count int) (*esdb.ReadStream, error) {
	return begin(ctx, s, func(ctx context.Context) (*esdb.ReadStream, error) {
		return s.client.ReadAll(ctx, esdb.ReadAllOptions{Direction: way, From: from, RequiresLeader: true}, uint64(count))
	})
}

func (s *source) subscribe(ctx context.Context, options esdb.SubscribeToAllOptions) (*esdb.Subscription, error) {
	return begin(ctx, s, func(ctx context.Context) (*esdb.Subscription, error) {
		return s.client.SubscribeToAll(ctx, options)
	})
}
