package vault

import (
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// applicationID marks the file as ours ("mkrk"); schemaVersion is that of the tables below.
const (
	applicationID = 0x6d6b726b
	schemaVersion = 1
)

// busyTimeout bounds the wait for another process that writes to the same folder.
const busyTimeout = 5 * time.Second

const schema = `
CREATE TABLE subject_keys (
	subject    TEXT PRIMARY KEY,
	wrapped    BLOB,             -- NULL once shredded: the row stays as the tombstone
	wrapped_by INTEGER NOT NULL  -- id of the deployment key that wrapped it, 0 once shredded
) STRICT, WITHOUT ROWID;
CREATE TABLE deployment_keys (
	name       TEXT PRIMARY KEY,
	wrapped    BLOB NOT NULL,
	wrapped_by INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sweep_due (        -- a row while a destroyed key may have left traces in the file
	one INTEGER PRIMARY KEY CHECK (one = 1)
) STRICT;
`

// store is keys.db through one connection. It is not safe for concurrent use: Vault.lock guards it.
type store struct {
	conn    *sqlite.Conn
	version int64 // data_version as last seen: it moves when another connection commits
}

// createStore makes a complete keys.db with the wrapped MAC key in it, unless there is one already.
func createStore(path string, d deployment) error {
	wrapped, err := d.newMACKey()
	if err != nil {
		return err
	}
	return createOnce(path, func(temp string) error {
		conn, err := sqlite.OpenConn(temp, sqlite.OpenReadWrite)
		if err != nil {
			return err
		}
		// WAL is set here, before the file has its name, because connections that race to switch it block each other.
		err = sqlitex.ExecuteScript(conn, schema, nil)
		for _, pragma := range []string{
			fmt.Sprintf("PRAGMA application_id = %d", applicationID),
			fmt.Sprintf("PRAGMA user_version = %d", schemaVersion),
			"PRAGMA journal_mode = WAL",
		} {
			err = errors.Join(err, sqlitex.ExecuteTransient(conn, pragma, nil))
		}
		err = errors.Join(err, sqlitex.Execute(conn,
			"INSERT INTO deployment_keys (name, wrapped, wrapped_by) VALUES ('mac', ?, ?)",
			&sqlitex.ExecOptions{Args: []any{wrapped, int64(d.keyID)}}))
		return errors.Join(err, conn.Close()) // the last connection to close folds the WAL into the file
	})
}

// openStore opens a keys.db that exists, and asserts the settings that durability and erasure rest on.
func openStore(path string) (*store, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, storeError("opening keys.db", err)
	}
	s := &store{conn: conn}
	conn.SetBusyTimeout(busyTimeout)
	for _, p := range []struct {
		pragma, want string
	}{
		{"application_id", fmt.Sprint(applicationID)},
		{"user_version", fmt.Sprint(schemaVersion)},
		{"journal_mode", "wal"},
		{"synchronous = FULL", ""}, {"synchronous", "2"},
		{"secure_delete = ON", ""}, {"secure_delete", "1"},
		{"temp_store = MEMORY", ""}, {"temp_store", "2"}, // VACUUM works in a temporary database
	} {
		got, err := s.pragma(p.pragma)
		if err == nil && p.want != "" && got != p.want {
			err = fmt.Errorf("%w: keys.db has %s %s, expected %s", ErrCorrupt, p.pragma, got, p.want)
		}
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return s, nil
}

func (s *store) close() error { return s.conn.Close() }

func (s *store) pragma(p string) (string, error) {
	var got string
	err := sqlitex.ExecuteTransient(s.conn, "PRAGMA "+p, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { got = stmt.ColumnText(0); return nil },
	})
	if err != nil {
		return "", storeError("PRAGMA "+p, err)
	}
	return got, nil
}

// changedElsewhere tells whether another connection has committed since it was last asked.
func (s *store) changedElsewhere() (bool, error) {
	version := s.version
	err := sqlitex.Execute(s.conn, "PRAGMA data_version", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { version = stmt.ColumnInt64(0); return nil },
	})
	if err != nil {
		return false, storeError("looking for changes", err)
	}
	changed := version != s.version
	s.version = version
	return changed, nil
}

// deploymentKey returns a wrapped deployment-level keyset.
func (s *store) deploymentKey(name string) ([]byte, error) {
	return s.wrapped("SELECT wrapped FROM deployment_keys WHERE name = ?", name)
}

// subjectKey returns a wrapped key, ErrUnknownKey or ErrShredded.
func (s *store) subjectKey(subject string) ([]byte, error) {
	return s.wrapped("SELECT wrapped FROM subject_keys WHERE subject = ?", subject)
}

func (s *store) wrapped(query, key string) (wrapped []byte, err error) {
	found := false
	err = sqlitex.Execute(s.conn, query, &sqlitex.ExecOptions{
		Args: []any{key},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			found = true
			if !stmt.ColumnIsNull(0) {
				wrapped = make([]byte, stmt.ColumnLen(0))
				stmt.ColumnBytes(0, wrapped)
			}
			return nil
		},
	})
	switch {
	case err != nil:
		return nil, storeError("reading a key", err)
	case !found:
		return nil, ErrUnknownKey
	case wrapped == nil:
		return nil, ErrShredded
	}
	return wrapped, nil
}

// change runs fn in one transaction that has the write lock from its start, and commits it durably.
func (s *store) change(doing string, fn func() error) (err error) {
	end, err := sqlitex.ImmediateTransaction(s.conn)
	if err != nil {
		return storeError(doing, err)
	}
	err = fn()
	end(&err)
	if err == nil || errors.Is(err, ErrCorrupt) || errors.Is(err, ErrUnavailable) {
		return err // done, or sorted already
	}
	return storeError(doing, err)
}

// insert stores a key unless the subject has a row already; it tells whether it did.
func (s *store) insert(subject string, wrapped []byte, by uint32) (bool, error) {
	err := sqlitex.Execute(s.conn,
		"INSERT INTO subject_keys (subject, wrapped, wrapped_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
		&sqlitex.ExecOptions{Args: []any{subject, wrapped, int64(by)}})
	return err == nil && s.conn.Changes() == 1, err
}

// bury leaves the subject's tombstone and notes that the file has to be swept.
func (s *store) bury(subject string) error {
	err := sqlitex.Execute(s.conn, `INSERT INTO subject_keys (subject, wrapped, wrapped_by) VALUES (?, NULL, 0)
		ON CONFLICT DO UPDATE SET wrapped = NULL, wrapped_by = 0`, &sqlitex.ExecOptions{Args: []any{subject}})
	if err != nil {
		return err
	}
	return sqlitex.Execute(s.conn, "INSERT OR IGNORE INTO sweep_due (one) VALUES (1)", nil)
}

func (s *store) sweepDue() (due bool, err error) {
	err = sqlitex.Execute(s.conn, "SELECT 1 FROM sweep_due", &sqlitex.ExecOptions{
		ResultFunc: func(*sqlite.Stmt) error { due = true; return nil },
	})
	if err != nil {
		return false, storeError("looking for sweeps", err)
	}
	return due, nil
}

// sweep removes the traces of destroyed keys from the folder's files. secure_delete overwrites a deleted row, but
// copies of it may lie in the gaps that page splits leave and in the WAL: VACUUM rebuilds every page, and the
// checkpoint writes them over the old ones and cuts the WAL to nothing.
func (s *store) sweep() error {
	if err := sqlitex.ExecuteTransient(s.conn, "VACUUM", nil); err != nil {
		return storeError("sweeping", err)
	}
	blocked, err := s.pragma("wal_checkpoint(TRUNCATE)")
	if err != nil {
		return err
	}
	if blocked != "0" {
		return fmt.Errorf("%w: sweeping: another process keeps the key store busy", ErrUnavailable)
	}
	return s.change("sweeping", func() error {
		return sqlitex.Execute(s.conn, "DELETE FROM sweep_due", nil)
	})
}
