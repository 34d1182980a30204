// Package memlog is an event log in memory, for the tests and benchmarks of the views. Its positions are sparse, as
// those of a real log are, and it can be told to fail.
package memlog

import (
	"context"
	"sync"
	"time"

	"mkr/internal/eventlog"
)

// Log is an eventlog.Log that loses everything with the process.
type Log struct {
	mu      sync.Mutex
	events  []eventlog.Recorded
	heads   map[string]uint64
	grown   chan struct{}
	closed  bool
	now     func() time.Time
	failing error
}

// New makes an empty log. now stamps the events.
func New(now func() time.Time) *Log {
	return &Log{heads: map[string]uint64{}, grown: make(chan struct{}), now: now}
}

// Fail makes reads answer with an error until it is called with nil.
func (l *Log) Fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failing = err
	l.wake()
}

func (l *Log) wake() {
	close(l.grown)
	l.grown = make(chan struct{})
}

// Append stores events as the contract says.
func (l *Log) Append(_ context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if err := eventlog.Validate(stream, expected, events); err != nil {
		return eventlog.Result{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return eventlog.Result{}, eventlog.ErrClosed
	}
	actual := eventlog.NoStream
	if n := l.heads[stream]; n > 0 {
		actual = eventlog.At(n - 1)
	}
	if actual != expected {
		return eventlog.Result{}, &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}
	}
	var last eventlog.Recorded
	for _, e := range events {
		last = eventlog.Recorded{
			Position: l.head() + 1 + eventlog.Position(len(l.events)%3), Stream: stream, Revision: l.heads[stream], ID: e.ID, Type: e.Type,
			Data: e.Data, Meta: e.Meta, RecordedAt: l.now().UTC(),
		}
		l.heads[stream]++
		l.events = append(l.events, last)
	}
	l.wake()
	return eventlog.Result{Revision: last.Revision, Position: last.Position}, nil
}

func (l *Log) head() eventlog.Position {
	if len(l.events) == 0 {
		return 0
	}
	return l.events[len(l.events)-1].Position
}

// Head is the position of the newest event.
func (l *Log) Head() eventlog.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head()
}

// ReadStream returns a stream from a revision on.
func (l *Log) ReadStream(_ context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ready(); err != nil {
		return nil, err
	}
	var out []eventlog.Recorded
	for _, e := range l.events {
		if e.Stream == stream && e.Revision >= from {
			out = append(out, e)
		}
	}
	return out, nil
}

func (l *Log) ready() error {
	if l.closed {
		return eventlog.ErrClosed
	}
	return l.failing
}

// ReadAll returns events after a position.
func (l *Log) ReadAll(_ context.Context, after eventlog.Position, most int) ([]eventlog.Recorded, error) {
	if most < 1 {
		return nil, eventlog.ErrInvalid
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.ready(); err != nil {
		return nil, err
	}
	at := l.index(after)
	return l.events[at:min(at+most, len(l.events)):min(at+most, len(l.events))], nil
}

func (l *Log) index(after eventlog.Position) int {
	low, high := 0, len(l.events)
	for low < high {
		if mid := (low + high) / 2; l.events[mid].Position > after {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// Wait returns once there is something after a position.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	for {
		l.mu.Lock()
		err, there, grown := l.ready(), l.index(after) < len(l.events), l.grown
		l.mu.Unlock()
		if err != nil || there {
			return err
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close ends it.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.wake()
	return nil
}
