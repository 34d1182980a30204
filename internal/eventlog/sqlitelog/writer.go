package sqlitelog

import (
	"fmt"
	"runtime"
	"time"

	"github.com/rs/zerolog"
	"zombiezen.com/go/sqlite"

	"mkr/internal/eventlog"
)

const (
	maxBatchEvents = 1024
	maxBatchBytes  = 1 << 20
	maxHeads       = 100_000 // streams whose heads are kept: about 15 MB

	checkpointBytes = 16 << 20 // of write-ahead log, about, between checkpoints
)

// writer is the one goroutine that writes. It owns its connection and all its fields until it has ended; then Close does.
type writer struct {
	log    *Log
	conn   *sqlite.Conn
	now    func() time.Time
	fault  func(Step) error
	logger zerolog.Logger

	heads  *cache[string, head] // what committed transactions and the current one left; dropped on rollback
	last   eventlog.Position    // of the newest event
	lastTS int64                // its time
	stale  bool                 // last and lastTS must be read again before the next write
	grown  int                  // about how many bytes the write-ahead log has grown by since the last checkpoint
	batch  []*request           // reused between batches
}

// head is where a stream stands.
type head struct {
	sid int64
	rev int64
}

// run takes what waits, writes it, and ends when the log closes.
func (w *writer) run() {
	defer close(w.log.writerGone)
	for {
		select {
		case <-w.log.closing:
			w.stop()
			return
		case first := <-w.log.queue:
			if len(w.batch) > 1 {
				// The callers just answered get a turn to come back, so that they share this commit instead of the next: a
				// yield, not a wait. A lone writer has nobody to yield to.
				runtime.Gosched()
			}
			w.write(w.gather(first))
		}
	}
}

// stop refuses what still waits.
func (w *writer) stop() {
	for {
		select {
		case r := <-w.log.queue:
			r.answer(eventlog.Result{}, eventlog.ErrClosed)
		default:
			return
		}
	}
}

// gather takes the first request and all that wait behind it, up to the size of a batch. It waits for no one.
func (w *writer) gather(first *request) []*request {
	w.batch = w.batch[:0]
	events, bytes := 0, 0
	for r := first; ; {
		if r.taken.CompareAndSwap(false, true) { // else its caller has gone
			w.batch = append(w.batch, r)
			events += len(r.events)
			bytes += r.size()
		}
		if events >= maxBatchEvents || bytes >= maxBatchBytes {
			return w.batch
		}
		select {
		case r = <-w.log.queue:
		default:
			return w.batch
		}
	}
}

// write stores a batch and then, in this order, acknowledges it, publishes it and checkpoints if it is time.
// If anything fails, the batch fails as a whole: every caller in it is told that the outcome is open.
func (w *writer) write(batch []*request) {
	if len(batch) == 0 {
		return
	}
	outcomes, err := w.commit(batch)
	if err != nil {
		err = explain(w.log.path, err)
		w.recover(err)
		for _, r := range batch {
			r.answer(eventlog.Result{}, err)
		}
		return
	}
	for i, r := range batch {
		r.answer(outcomes[i].result, outcomes[i].err)
	}
	// The callers go on before those who follow the log wake up: their reading would take the core that the lone caller of
	// a small batch is about to run on, and cost it half as much again as the flush did.
	runtime.Gosched()
	w.log.tail.publish(w.last)
	w.checkpoint()
}

// outcome is the answer that a request will get once its transaction is committed.
type outcome struct {
	result eventlog.Result
	err    error
}

// commit stores a batch in one transaction. A conflict is an outcome, not an error: it fails nobody else.
// It too is told only after the commit, because it may rest on what an earlier request of the same batch stores.
func (w *writer) commit(batch []*request) (outcomes []outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.logger.Error().Interface("panic", p).Msg("event log: the writer panicked; the batch is rolled back")
			err = fmt.Errorf("%w: the writer failed on this batch (%v)", eventlog.ErrUnavailable, p)
		}
	}()
	if w.stale {
		if err := w.resync(); err != nil {
			return nil, err
		}
	}
	if err := w.fault(BeforeBegin); err != nil {
		return nil, err
	}
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	ts := max(w.now().UnixNano(), w.lastTS)
	outcomes = make([]outcome, len(batch))
	stored := 0
	for i, r := range batch {
		if err := w.fault(BeforeInsert); err != nil {
			return nil, err
		}
		n, err := w.insert(r, ts, &outcomes[i])
		if err != nil {
			return nil, err
		}
		stored += n
	}
	if stored == 0 {
		return outcomes, w.exec("ROLLBACK") // nothing but conflicts: nothing to flush
	}
	if err := w.fault(BeforeCommit); err != nil {
		return nil, err
	}
	if err := w.exec("COMMIT"); err != nil {
		return nil, err
	}
	if err := w.fault(AfterCommit); err != nil {
		return nil, err
	}
	w.lastTS = ts
	return outcomes, nil
}

// insert puts a request's events at the end of its stream, or finds that the stream stands elsewhere.
func (w *writer) insert(r *request, ts int64, out *outcome) (stored int, err error) {
	h, exists, err := w.head(r.stream)
	if err != nil {
		return 0, err
	}
	if stands := eventlog.Expected(h.rev); stands != r.expected {
		out.err = &eventlog.WrongRevisionError{Stream: r.stream, Expected: r.expected, Actual: stands}
		return 0, nil
	}
	if !exists {
		if h.sid, err = w.newStream(r.stream); err != nil {
			return 0, err
		}
	}
	stmt, err := w.conn.Prepare("INSERT INTO events (pos, sid, rev, ts, id, type, data, meta) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return 0, err
	}
	for i := range r.events {
		e := &r.events[i]
		w.last++
		h.rev++
		stmt.BindInt64(1, int64(w.last))
		stmt.BindInt64(2, h.sid)
		stmt.BindInt64(3, h.rev)
		stmt.BindInt64(4, ts)
		stmt.BindBytes(5, e.ID[:])
		stmt.BindText(6, e.Type)
		stmt.BindBytes(7, e.Data)
		stmt.BindBytes(8, e.Meta)
		if _, err := stmt.Step(); err != nil {
			return 0, err
		}
		if err := stmt.Reset(); err != nil {
			return 0, err
		}
	}
	w.heads.put(r.stream, h)
	w.grown += r.size()
	out.result = eventlog.Result{Revision: uint64(h.rev), Position: w.last}
	return len(r.events), nil
}

// head says where a stream stands; rev is -1 (eventlog.NoStream) if it does not exist.
func (w *writer) head(stream string) (h head, exists bool, err error) {
	if h, ok := w.heads.get(stream); ok {
		return h, true, nil
	}
	stmt, err := w.conn.Prepare("SELECT s.sid, (SELECT max(rev) FROM events WHERE sid = s.sid) FROM streams s WHERE s.name = ?")
	if err != nil {
		return head{}, false, err
	}
	defer stmt.Reset()
	stmt.BindText(1, stream)
	found, err := stmt.Step()
	if err != nil || !found {
		return head{rev: int64(eventlog.NoStream)}, false, err
	}
	h = head{sid: stmt.ColumnInt64(0), rev: stmt.ColumnInt64(1)}
	w.heads.put(stream, h)
	return h, true, nil
}

func (w *writer) newStream(name string) (sid int64, err error) {
	stmt, err := w.conn.Prepare("INSERT INTO streams (name) VALUES (?)")
	if err != nil {
		return 0, err
	}
	defer stmt.Reset()
	stmt.BindText(1, name)
	if _, err := stmt.Step(); err != nil {
		return 0, err
	}
	w.grown += 2 * pageSize // a leaf of the table, and one of the index on names
	return w.conn.LastInsertRowID(), nil
}
