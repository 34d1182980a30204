package sqlitelog

import (
	"fmt"
	"os"
	"runtime"

	"zombiezen.com/go/sqlite/sqlitex"
)

// What tests may see and set. AwaitQueued and AwaitClosing yield instead of sleeping: what they wait for needs no time, only a turn.

// AwaitQueued returns once n appends wait for the writer.
func (l *Log) AwaitQueued(n int) {
	for len(l.queue) < n {
		runtime.Gosched()
	}
}

// AwaitClosing returns once Close has begun.
func (l *Log) AwaitClosing() { <-l.closing }

// Pages is how large the file is. It must not be called while anyone appends.
func (l *Log) Pages() int64 {
	n, err := integer(l.writer.conn, "PRAGMA page_count")
	if err != nil {
		panic(err)
	}
	return n
}

// LimitPages makes the disk full for SQLite once the file has so many pages. It must not be called while anyone appends.
func (l *Log) LimitPages(n int64) error {
	return sqlitex.ExecuteTransient(l.writer.conn, fmt.Sprintf("PRAGMA max_page_count = %d", n), nil)
}

// WALSize is how large the write-ahead log is.
func (l *Log) WALSize() int64 {
	info, err := os.Stat(l.path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}
