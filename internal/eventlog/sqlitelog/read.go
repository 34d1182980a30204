package sqlitelog

import (
	"context"
	"fmt"
	"math"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
)

const (
	maxPageEvents = 16384    // a ReadAll returns no more, whatever was asked for
	maxPageBytes  = 32 << 20 // nor much more than this, so that a page of large events fits in memory
	maxNames      = 32_768   // stream names that a reader keeps: about 4 MB
	maxTypes      = 4096     // event types that a reader keeps
	checkEvery    = 256      // rows between two looks at the context
)

// reader is a connection that cannot write. One goroutine at a time has it. It never keeps a transaction open
// between calls: the write-ahead log could not be reused while it did.
type reader struct {
	conn  *sqlite.Conn
	names *cache[int64, string]  // sid -> stream; never stale, since streams are never changed
	sids  *cache[string, int64]  // stream -> sid
	types *cache[string, string] // one string for all events of a type
	text  []byte                 // scratch
}

func openReader(path string) (*reader, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyTimeout)
	for _, pragma := range []string{"PRAGMA query_only = ON", fmt.Sprintf("PRAGMA mmap_size = %d", int64(mmapSize))} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return &reader{conn: conn, names: newCache[int64, string](maxNames), sids: newCache[string, int64](maxNames), types: newCache[string, string](maxTypes)}, nil
}

// read runs a read with one of the readers.
func (l *Log) read(ctx context.Context, do func(*reader) ([]eventlog.Recorded, error)) ([]eventlog.Recorded, error) {
	if l.closed() {
		return nil, eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case r := <-l.readers:
		defer func() { l.readers <- r }()
		if l.closed() { // Close waits for this reader, but a read that begins now would keep it waiting
			return nil, eventlog.ErrClosed
		}
		out, err := do(r)
		if ctxErr := ctx.Err(); ctxErr != nil {
			return nil, ctxErr
		}
		if err != nil {
			return nil, explain(l.path, err)
		}
		return out, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.closing:
		return nil, eventlog.ErrClosed
	}
}

// ReadStream implements eventlog.Log.
func (l *Log) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	return l.read(ctx, func(r *reader) ([]eventlog.Recorded, error) {
		if from > math.MaxInt64 {
			return nil, nil
		}
		sid, found, err := r.sid(stream)
		if err != nil || !found {
			return nil, err
		}
		// The pluses keep SQLite from preparing the statement anew for every value (its plan might depend on it, for
		// all it knows), which took three times as long as the reading.
		stmt, err := r.conn.Prepare("SELECT pos, sid, rev, ts, id, type, data, meta FROM events WHERE sid = +? AND rev >= +? ORDER BY rev")
		if err != nil {
			return nil, err
		}
		stmt.BindInt64(1, sid)
		stmt.BindInt64(2, int64(from))
		return r.rows(ctx, stmt, stream, math.MaxInt, 0)
	})
}

// ReadAll implements eventlog.Log. It answers fewer than max events when that would make a page too large for memory;
// the next call goes on behind them.
func (l *Log) ReadAll(ctx context.Context, after eventlog.Position, max int) ([]eventlog.Recorded, error) {
	if max < 1 {
		return nil, fmt.Errorf("%w: read at most %d events", eventlog.ErrInvalid, max)
	}
	return l.read(ctx, func(r *reader) ([]eventlog.Recorded, error) {
		if after > math.MaxInt64 {
			return nil, nil
		}
		limit := min(max, maxPageEvents)
		expect := limit // how many rows to make room for
		if last, _ := l.tail.position(); last <= after {
			expect = 0
		} else if ahead := uint64(last - after); ahead < uint64(limit) {
			expect = int(ahead)
		}
		stmt, err := r.conn.Prepare("SELECT pos, sid, rev, ts, id, type, data, meta FROM events WHERE pos > ? ORDER BY pos")
		if err != nil {
			return nil, err
		}
		stmt.BindInt64(1, int64(after))
		return r.rows(ctx, stmt, "", limit, expect)
	})
}

// rows reads up to limit events from a statement. If stream is empty each event's is looked up.
func (r *reader) rows(ctx context.Context, stmt *sqlite.Stmt, stream string, limit, expect int) (out []eventlog.Recorded, err error) {
	defer stmt.Reset() // ends the read transaction
	out = make([]eventlog.Recorded, 0, expect)
	bytes := 0
	for len(out) < limit && (limit == math.MaxInt || bytes < maxPageBytes) {
		if len(out)%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		found, err := stmt.Step()
		if err != nil || !found {
			return out, err
		}
		name := stream
		if name == "" {
			if name, err = r.stream(stmt.ColumnInt64(1)); err != nil {
				return nil, err
			}
		}
		e := eventlog.Recorded{
			Position:   eventlog.Position(stmt.ColumnInt64(0)),
			Stream:     name,
			Revision:   uint64(stmt.ColumnInt64(2)),
			Type:       r.typ(stmt),
			RecordedAt: time.Unix(0, stmt.ColumnInt64(3)).UTC(),
		}
		if n := stmt.ColumnBytes(4, e.ID[:]); n != len(e.ID) {
			return nil, fmt.Errorf("%w: the event at position %d has an id of %d bytes; restore the log from its backup",
				eventlog.ErrCorrupt, e.Position, n)
		}
		// One allocation for both; the capacities keep an append to the one out of the other.
		n, m := stmt.ColumnLen(6), stmt.ColumnLen(7)
		buf := make([]byte, n+m)
		e.Data, e.Meta = buf[:n:n], buf[n:]
		stmt.ColumnBytes(6, e.Data)
		stmt.ColumnBytes(7, e.Meta)
		bytes += n + m
		out = append(out, e)
	}
	return out, nil
}

// sid finds a stream's number, which it has for ever.
func (r *reader) sid(name string) (sid int64, found bool, err error) {
	if sid, ok := r.sids.get(name); ok {
		return sid, true, nil
	}
	stmt, err := r.conn.Prepare("SELECT sid FROM streams WHERE name = ?")
	if err != nil {
		return 0, false, err
	}
	defer stmt.Reset()
	stmt.BindText(1, name)
	if found, err = stmt.Step(); err != nil || !found {
		return 0, false, err
	}
	sid = stmt.ColumnInt64(0)
	r.sids.put(name, sid)
	return sid, true, nil
}

// stream returns the name of a stream.
func (r *reader) stream(sid int64) (string, error) {
	if name, ok := r.names.get(sid); ok {
		return name, nil
	}
	stmt, err := r.conn.Prepare("SELECT name FROM streams WHERE sid = ?")
	if err != nil {
		return "", err
	}
	defer stmt.Reset()
	stmt.BindInt64(1, sid)
	found, err := stmt.Step()
	if err != nil {
		return "", err
	}
	if !found {
		return "", fmt.Errorf("%w: stream %d has events but no name; restore the log from its backup", eventlog.ErrCorrupt, sid)
	}
	name := stmt.ColumnText(0)
	r.names.put(sid, name)
	return name, nil
}

// typ returns the event's type without allocating for types seen before.
func (r *reader) typ(stmt *sqlite.Stmt) string {
	n := stmt.ColumnLen(5)
	if cap(r.text) < n {
		r.text = make([]byte, n)
	}
	r.text = r.text[:n]
	stmt.ColumnBytes(5, r.text)
	if t, ok := r.types.young[string(r.text)]; ok { // the compiler makes no string for this look-up
		return t
	}
	t := string(r.text)
	r.types.put(t, t)
	return t
}
