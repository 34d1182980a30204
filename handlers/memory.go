package handlers

import (
	"container/list"
	"context"
	"sync"
	"time"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// trace is what a folded stream remembers of one event: enough to find a command's own trace and to tell what
// changed since a revision.
type trace struct {
	revision, position          uint64
	eventType                   string
	command, fingerprint, actor string
	institution                 string
	occurredAt                  time.Time
}

func traceOf(f event.Fact) trace {
	return trace{
		revision: f.Revision, position: f.Position, eventType: f.Type, command: f.Meta.CommandID, fingerprint: f.Meta.Fingerprint,
		actor: f.Meta.Actor, institution: f.Meta.Institution, occurredAt: f.Meta.OccurredAt,
	}
}

// folded is a stream up to its newest known event. States and traces are never written to again once they are
// remembered: a later fold appends to its own copy's end.
type folded[S any] struct {
	state  S
	traces []trace
}

func (f folded[S]) expected() eventlog.Expected {
	if n := len(f.traces); n > 0 {
		return eventlog.At(f.traces[n-1].revision)
	}
	return eventlog.NoStream
}

// memory keeps the newest folds of the streams that are worked on, so that a command on a long case reads only
// what has happened since the last one. It is a cache of what can be read again: the log's exact revision
// decides, never the memory.
type memory struct {
	mu     sync.Mutex
	turns  map[string]*turn
	folds  map[string]*list.Element
	recent *list.List // of remembered, newest first
	events int        // traces held in all
}

type remembered struct {
	stream string
	fold   any
	events int
}

// maxRemembered bounds the memory by the events that the remembered folds stand for (about 300 bytes each, with
// the state).
const maxRemembered = 200_000

func newMemory() *memory {
	return &memory{turns: map[string]*turn{}, folds: map[string]*list.Element{}, recent: list.New()}
}

// turn lets commands on one stream go one after the other within this process: they would conflict anyway, and a
// lost race costs more than a short wait. Other processes are kept apart by the log.
type turn struct {
	slot    chan struct{}
	waiting int
}

// take waits for the stream's turn; done gives it on.
func (m *memory) take(ctx context.Context, stream string) (done func(), err error) {
	m.mu.Lock()
	t := m.turns[stream]
	if t == nil {
		t = &turn{slot: make(chan struct{}, 1)}
		m.turns[stream] = t
	}
	t.waiting++
	m.mu.Unlock()
	leave := func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if t.waiting--; t.waiting == 0 {
			delete(m.turns, stream)
		}
	}
	select {
	case t.slot <- struct{}{}:
		return func() { <-t.slot; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

func (m *memory) recall(stream string) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.folds[stream]
	if !ok {
		return nil, false
	}
	m.recent.MoveToFront(e)
	return e.Value.(*remembered).fold, true
}

// keep remembers a fold. A stream that holds nothing is not remembered: anybody can ask about any number of those.
func (m *memory) keep(stream string, fold any, events int) {
	if events == 0 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.folds[stream]; ok {
		r := e.Value.(*remembered)
		if r.events > events { // somebody else has read further
			return
		}
		m.events += events - r.events
		r.fold, r.events = fold, events
		m.recent.MoveToFront(e)
	} else {
		m.folds[stream] = m.recent.PushFront(&remembered{stream, fold, events})
		m.events += events
	}
	for m.events > maxRemembered && m.recent.Len() > 1 {
		oldest := m.recent.Back()
		r := m.recent.Remove(oldest).(*remembered)
		delete(m.folds, r.stream)
		m.events -= r.events
	}
}
