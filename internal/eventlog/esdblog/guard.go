package esdblog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"mkr/internal/eventlog"
)

// call runs fn on a client, under the log's limit, and answers with one of the contract's errors.
func call[T any](ctx context.Context, l *Log, fn func(context.Context, *source) (T, error)) (T, error) {
	var none T
	if l.ctx.Err() != nil {
		return none, eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	for {
		s, err := l.sources.acquire(ctx)
		if err != nil {
			return none, err
		}
		value, err := guard(ctx, l, s, fn)
		if !errors.Is(err, errRetired) {
			return value, err
		}
		// The source was retired before the call began, so that it had no effect: the next one may have it.
	}
}

// guard runs fn in a goroutine of its own, which ends the caller's call on s, and stops waiting for it when the
// context, the limit, the client or the log has ended: the client may be stuck where no context reaches. The answer comes
// through a channel, so that fn shares nothing with a caller who has left.
func guard[T any](ctx context.Context, l *Log, s *source, fn func(context.Context, *source) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	limited, cancel := context.WithTimeout(ctx, l.limit)
	defer cancel()
	defer context.AfterFunc(l.ctx, cancel)()
	done := make(chan outcome, 1)
	go func() {
		defer s.release()
		value, err := safely(toLeader(limited), s, fn)
		done <- outcome{value, err}
	}()
	var got outcome
	select {
	case got = <-done:
	case <-s.dead:
		got = lastChance(done, outcome{err: errors.New("the client gave up looking for its server")})
	case <-limited.Done():
		got = lastChance(done, outcome{err: limited.Err()})
	}
	if got.err == nil {
		return got.value, nil
	}
	var none T
	return none, l.judge(ctx, limited, s, got.err)
}

// lastChance prefers an answer that came at the same moment.
func lastChance[T any](done <-chan T, otherwise T) T {
	select {
	case got := <-done:
		return got
	default:
		return otherwise
	}
}

// safely turns a panic of the client (an unexpected message, a send on a channel that Close has closed) into an error, and
// asks again when the client has been sent to another leader: a call that was refused so had no effect.
func safely[T any](ctx context.Context, s *source, fn func(context.Context, *source) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the client failed: %v", p)
		}
	}()
	for range 3 {
		value, err = fn(ctx, s)
		if code(err) != esdb.ErrorCodeNotLeader || ctx.Err() != nil {
			break
		}
	}
	return value, err
}

// toLeader marks a call as one for the leader. The client means to, but puts the mark where it is not sent; without it
// a node that has lost the leadership answers from what it has.
func toLeader(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

// noCode is what code answers for errors that are not the client's.
const noCode esdb.ErrorCode = -1

// code finds the client's error code, also inside other errors (esdb.FromError does not look there).
func code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return noCode
}

// judge says what an error means for the source and for the caller.
func (l *Log) judge(ctx, limited context.Context, s *source, err error) error {
	switch {
	case code(err) == esdb.ErrorCodeConnectionClosed, strings.Contains(err.Error(), "maximum discovery attempt"):
		s.die()
		l.sources.retire(s)
	case lost(err), ctx.Err() == nil && limited.Err() != nil:
		l.sources.retire(s)
	}
	switch {
	case l.ctx.Err() != nil:
		return eventlog.ErrClosed
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return fmt.Errorf("%w: EventStoreDB did not answer within %s", eventlog.ErrUnavailable, l.limit)
	case errors.Is(err, errRetired):
		return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, errRetired)
	case errors.Is(err, eventlog.ErrCorrupt):
		return err
	case code(err) == esdb.ErrorCodeStreamDeleted:
		return fmt.Errorf("%w: the stream was deleted in EventStoreDB", eventlog.ErrCorrupt)
	case code(err) == esdb.ErrorCodeUnauthenticated, code(err) == esdb.ErrorCodeAccessDenied:
		return fmt.Errorf("%w: EventStoreDB refuses the user of the connection string: %v", eventlog.ErrUnavailable, err)
	case status.Code(err) == codes.InvalidArgument:
		return fmt.Errorf("%w: refused by EventStoreDB: %v", eventlog.ErrInvalid, err)
	default:
		return fmt.Errorf("%w: EventStoreDB: %v", eventlog.ErrUnavailable, err)
	}
}

// lost says that the client has lost its server. A request that is sent just as the connection goes ends with io.EOF and
// without a code: gRPC keeps the reason for the receiving side, which the client does not ask.
func lost(err error) bool {
	return code(err) == esdb.ErrorUnavailable || status.Code(err) == codes.Unavailable || errors.Is(err, io.EOF)
}
