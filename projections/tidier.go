package projections

import (
	"errors"
	"fmt"
	"sync/atomic"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// tidyAfter is how many saved documents' worth of write-ahead log gather before it is copied back: some ten megabytes.
const tidyAfter = 500

// grownAfter is the length of a log that is not let grow on, in pages of 4 KiB: 32 MiB.
const grownAfter = 8192

// tidier copies the write-ahead log of a views file back into the file, on a connection and a goroutine of its own. It
// waits for the disk; if the writer did it, as SQLite does by default, one change in a few hundred would reach people
// tens of milliseconds late.
type tidier struct {
	conn    *sqlite.Conn
	wake    chan struct{}
	done    chan struct{}
	pending int // documents since the last wake; the writer's
	// grown says that the log has grown large: under steady writing a passive copy never reaches its end, and the log
	// begins anew only from there.
	grown atomic.Bool
}

func newTidier(path string) (*tidier, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, fmt.Errorf("projections: views file: %w", err)
	}
	t := &tidier{conn: conn, wake: make(chan struct{}, 1), done: make(chan struct{})}
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA synchronous = NORMAL", nil); err != nil {
		return nil, errors.Join(fmt.Errorf("projections: views file: %w", err), conn.Close())
	}
	go t.run()
	return t, nil
}

func (t *tidier) run() {
	defer close(t.done)
	for range t.wake {
		// PASSIVE copies what it can without holding up writers or readers. What stays behind, because a reader still
		// needs it or because the disk is full, is copied the next time: the log is not lost by it.
		_ = sqlitex.Execute(t.conn, "PRAGMA wal_checkpoint(PASSIVE)", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
			t.grown.Store(stmt.ColumnInt64(1) > grownAfter)
			return nil
		}})
	}
}

// saved is called by the writer after every commit, with its own connection. A log that has grown large is brought to
// its end there and then: most of it was copied before, so that costs one short wait in some ten thousand changes.
func (t *tidier) saved(documents int, writer *sqlite.Conn) {
	if t.grown.CompareAndSwap(true, false) {
		// Busy, when a reader is in the way, or failed, when the disk is full: the next time, then.
		_ = sqlitex.Execute(writer, "PRAGMA wal_checkpoint(TRUNCATE)", nil)
	}
	t.pending += documents + 1
	if t.pending < tidyAfter {
		return
	}
	t.pending = 0
	select {
	case t.wake <- struct{}{}:
	default: // it is at work already
	}
}

func (t *tidier) close() error {
	close(t.wake)
	<-t.done
	return t.conn.Close()
}
