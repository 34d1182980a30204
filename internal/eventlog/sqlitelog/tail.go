package sqlitelog

import (
	"context"
	"sync"

	"mkr/internal/eventlog"
)

// tail knows the newest position that readers can see, and wakes those who wait for a newer one.
type tail struct {
	mu    sync.Mutex
	last  eventlog.Position
	moved chan struct{} // closed when last moves, then replaced
}

func newTail() *tail { return &tail{moved: make(chan struct{})} }

// publish says that everything up to last is readable. The writer calls it after it has acknowledged.
func (t *tail) publish(last eventlog.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last <= t.last {
		return
	}
	t.last = last
	close(t.moved)
	t.moved = make(chan struct{})
}

// position returns the newest position, and a channel that is closed when there is a newer one.
func (t *tail) position() (eventlog.Position, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last, t.moved
}

// Wait implements eventlog.Log.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	for {
		last, moved := l.tail.position()
		switch {
		case l.closed():
			return eventlog.ErrClosed
		case ctx.Err() != nil:
			return ctx.Err()
		case last > after:
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
		case <-l.closing:
		}
	}
}
