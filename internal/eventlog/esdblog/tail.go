package esdblog

import (
	"bytes"
	"context"
	"sort"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// tail is what the log knows of the end of $all: the newest events, and how far the subscription has come.
type tail struct {
	mu      sync.Mutex
	started bool
	floor   eventlog.Position   // every event after it, up to at, is in events
	at      eventlog.Position   // the subscription has looked at everything up to it
	resume  esdb.Position       // where the next subscription goes on: an event or a checkpoint, or zero for the beginning
	newest  eventlog.Position   // an event with this position is readable
	events  []eventlog.Recorded // in rising position; never changed, only replaced from its end
	bytes   int
	changed chan struct{} // closed, and replaced, when any of this changes
	stale   chan struct{} // holds one token while the subscription is suspected of bringing nothing
}

// The bounds of what is kept in memory. What falls out is read from the server.
const (
	maxTailEvents = 4096
	maxTailBytes  = 16 << 20
)

func newTail() *tail { return &tail{changed: make(chan struct{}), stale: make(chan struct{}, 1)} }

// start sets where the subscription begins, once.
func (t *tail) start(at eventlog.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.started, t.floor, t.at, t.resume = true, at, at, placeOf(at)
	t.announce()
}

// position says where the subscription goes on, if it has begun.
func (t *tail) position() (resume esdb.Position, started bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.resume, t.started
}

// placeOf says where EventStoreDB has an event: outside the transactions that mkr does not use, commit and prepare are one record.
func placeOf(at eventlog.Position) esdb.Position {
	return esdb.Position{Commit: uint64(at), Prepare: uint64(at)}
}

// arrived takes an event from the subscription. One that came before is dropped.
func (t *tail) arrived(e eventlog.Recorded) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e.Position <= t.at {
		return
	}
	t.at, t.resume, t.newest = e.Position, placeOf(e.Position), max(t.newest, e.Position)
	t.events = append(t.events, e)
	t.bytes += size(e)
	drop := 0
	for len(t.events)-drop > maxTailEvents || t.bytes > maxTailBytes && drop < len(t.events) {
		t.floor = t.events[drop].Position
		t.bytes -= size(t.events[drop])
		t.events[drop] = eventlog.Recorded{} // let its bytes go; since never looks there again
		drop++
	}
	t.events = t.events[drop:]
	t.announce()
}

// passed notes a checkpoint: the subscription has looked at everything up to it. One whose prepare is the lower number is where the next
// event will stand, and that event has not been looked at.
func (t *tail) passed(checkpoint esdb.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := eventlog.Position(checkpoint.Commit)
	if checkpoint.Prepare < checkpoint.Commit {
		at--
	}
	if at > t.at {
		t.at, t.resume = at, checkpoint
	}
}

// acknowledged notes an event that this log has stored: waiters need not wait for the subscription to bring it.
func (t *tail) acknowledged(at eventlog.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at > t.newest {
		t.newest = at
		t.announce()
	}
}

// suspect notes that the server has shown an event that the subscription should have brought.
func (t *tail) suspect(at eventlog.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at >= at {
		return // it has, in the meantime
	}
	select {
	case t.stale <- struct{}{}:
	default:
	}
}

// announce needs the lock.
func (t *tail) announce() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// since returns events after a position, if all of them are in memory up to the last one returned. The copies are the
// caller's.
func (t *tail) since(after eventlog.Position, most int) []eventlog.Recorded {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.started || after < t.floor {
		return nil
	}
	i := sort.Search(len(t.events), func(i int) bool { return t.events[i].Position > after })
	out := make([]eventlog.Recorded, min(most, len(t.events)-i))
	copy(out, t.events[i:])
	for i := range out {
		out[i].Data, out[i].Meta = bytes.Clone(out[i].Data), bytes.Clone(out[i].Meta)
	}
	return out
}

// startBefore returns a position at or before the given one that the server surely knows.
func (t *tail) startBefore(at eventlog.Position) eventlog.Position {
	t.mu.Lock()
	defer t.mu.Unlock()
	if known := eventlog.Position(t.resume.Commit); known < at {
		return known
	}
	return 0
}

func size(e eventlog.Recorded) int { return len(e.Data) + len(e.Meta) + 256 }

// Wait implements eventlog.Log. While the server is away it waits on: it has no error for that.
func (l *Log) Wait(ctx context.Context, after eventlog.Position) error {
	asked, doubt := false, false
	pause := backoff{}
	for {
		if l.ctx.Err() != nil {
			return eventlog.ErrClosed
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		l.tail.mu.Lock()
		there, changed := l.tail.newest > after, l.tail.changed
		// Behind the floor only the server knows. Asked once after the subscription began, its answer and the
		// subscription leave no gap between them.
		covered := l.tail.started && (asked || after >= l.tail.floor)
		started := l.tail.started
		l.tail.mu.Unlock()
		if there {
			return nil
		}
		var again <-chan time.Time
		if started && (!covered || doubt) {
			events, err := l.ReadAll(ctx, after, 1)
			if len(events) > 0 {
				if doubt {
					l.tail.suspect(events[0].Position)
				}
				return nil
			}
			doubt = false
			if asked = err == nil; asked {
				continue
			}
			again = l.after(pause.next())
		} else {
			again = l.after(l.limit)
		}
		select {
		case <-changed:
		case <-again:
			doubt = true // a subscription can be open and bring nothing: now and then, ask
		case <-ctx.Done():
		case <-l.ctx.Done():
		}
	}
}
