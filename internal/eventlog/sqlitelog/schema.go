package sqlitelog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
)

const (
	applicationID = 0x6d6b724c // "mkrL", in the file's header: the sign that the file is ours
	formatVersion = 1          // user_version; raise it with a change of the schema
	pageSize      = 16384      // one page holds about 16 events: 4 times fewer pages to log than with the default
	busyTimeout   = 5 * time.Second
	mmapSize      = 8 << 30
	magic         = "SQLite format 3\x00"
)

const schema = `
CREATE TABLE streams (
	sid  INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
	pos  INTEGER PRIMARY KEY,  -- the position, given by the one writer, rising
	sid  INTEGER NOT NULL,     -- streams.sid
	rev  INTEGER NOT NULL,     -- from 0, without gaps within a stream
	ts   INTEGER NOT NULL,     -- recorded at, nanoseconds since 1970 in UTC, never falling
	id   BLOB NOT NULL,        -- 16 bytes; not indexed: it is looked for within a stream only
	type TEXT NOT NULL,
	data BLOB NOT NULL,
	meta BLOB NOT NULL,
	UNIQUE (sid, rev)          -- the proof that no two writers ever took one revision
) STRICT;

CREATE TRIGGER streams_keep BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER streams_stay BEFORE DELETE ON streams BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER events_keep  BEFORE UPDATE ON events  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER events_stay  BEFORE DELETE ON events  BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
`

// openFile opens the writer's connection to a log that is checked, or new and empty.
func openFile(path string) (_ *sqlite.Conn, err error) {
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			conn.Close()
		}
	}()
	conn.SetBusyTimeout(busyTimeout)
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA page_size = %d", pageSize), // has an effect on a new file only
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
		"PRAGMA recursive_triggers = ON",       // so that INSERT OR REPLACE cannot delete behind the triggers' back
		"PRAGMA cache_size = -65536",           // KiB: the hot leaves of the index on (sid, rev) and of the names
		"PRAGMA journal_size_limit = 67108864", // gives back what a burst made the write-ahead log grow to
		// The writer checkpoints after it has acknowledged (see writer.checkpoint); this is the backstop.
		"PRAGMA wal_autocheckpoint = 4000",
	} {
		if err := sqlitex.ExecuteTransient(conn, pragma, nil); err != nil {
			return nil, err
		}
	}
	if err := checkSchema(conn, path); err != nil {
		return nil, err
	}
	return conn, checkSettings(conn, path)
}

// checkHeader tells a foreign file from a log before SQLite touches it. A missing or empty file is a log not yet begun.
func checkHeader(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", eventlog.ErrUnavailable, err)
	}
	defer f.Close()
	head := make([]byte, len(magic))
	switch n, err := io.ReadFull(f, head); {
	case n == 0 && errors.Is(err, io.EOF):
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: read %s: %w", eventlog.ErrUnavailable, path, err)
	case !bytes.Equal(head, []byte(magic)):
		return fmt.Errorf("%w: %s is not a SQLite file; move it away, or restore the log from its backup", eventlog.ErrCorrupt, path)
	}
	return nil
}

// checkSchema makes the tables in an empty file and refuses a file that is not a whole log of a version that we know.
func checkSchema(conn *sqlite.Conn, path string) error {
	var id, version, tables int64
	for query, into := range map[string]*int64{
		"PRAGMA application_id":              &id,
		"PRAGMA user_version":                &version,
		"SELECT count(*) FROM sqlite_master": &tables,
	} {
		var err error
		if *into, err = integer(conn, query); err != nil {
			return err
		}
	}
	switch {
	case id == 0 && version == 0 && tables == 0:
		return createSchema(conn)
	case id != applicationID:
		return fmt.Errorf("%w: %s belongs to another program (application id %#x); move it away, or choose another folder",
			eventlog.ErrCorrupt, path, id)
	case version > formatVersion:
		return fmt.Errorf("%w: %s was written by a newer version (format %d, this one knows %d); start the newer version",
			eventlog.ErrUnavailable, path, version, formatVersion)
	case version != formatVersion:
		return fmt.Errorf("%w: %s has format %d, which never was", eventlog.ErrCorrupt, path, version)
	}
	return checkLength(conn, path)
}

func createSchema(conn *sqlite.Conn) (err error) {
	end, err := sqlitex.ImmediateTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	return sqlitex.ExecuteScript(conn, schema+
		fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, formatVersion), nil)
}

// checkLength notices a file that was cut off. It first folds the write-ahead log in, because after a crash in the
// middle of a checkpoint the file may rightly be short until that is done again.
func checkLength(conn *sqlite.Conn, path string) error {
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA wal_checkpoint(TRUNCATE)", nil); err != nil {
		return err
	}
	pages, err := integer(conn, "PRAGMA page_count")
	if err != nil {
		return err
	}
	size, err := integer(conn, "PRAGMA page_size")
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() < pages*size {
		return fmt.Errorf("%w: %s has %d bytes of %d: it was cut off; restore the log from its backup",
			eventlog.ErrCorrupt, path, info.Size(), pages*size)
	}
	return nil
}

// checkSettings asserts what durability rests on, rather than trust that a PRAGMA was understood.
func checkSettings(conn *sqlite.Conn, path string) error {
	mode := ""
	err := sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		mode = stmt.ColumnText(0)
		return nil
	}})
	if err != nil {
		return err
	}
	synchronous, err := integer(conn, "PRAGMA synchronous")
	if err != nil {
		return err
	}
	if mode != "wal" || synchronous != 2 {
		return fmt.Errorf("%w: %s cannot be opened durably (journal %s, synchronous %d); is the folder on a network share?",
			eventlog.ErrUnavailable, path, mode, synchronous)
	}
	return nil
}

// integer runs a query that answers one number.
func integer(conn *sqlite.Conn, query string) (n int64, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	}})
	return n, err
}
