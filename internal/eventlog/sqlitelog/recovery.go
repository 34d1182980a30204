package sqlitelog

import (
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
)

// recover brings the writer back to the last commit after a batch has failed, whatever that was. What was
// committed in spite of an error becomes visible to those who wait.
func (w *writer) recover(cause error) {
	w.logger.Error().Err(cause).Msg("event log: a batch failed")
	defer func() {
		if p := recover(); p != nil { // the connection itself is broken: the next batch will say so again
			w.logger.Error().Interface("panic", p).Msg("event log: cannot roll back; restart the server")
		}
	}()
	w.heads.drop()
	w.stale = true
	if !w.conn.AutocommitEnabled() {
		if err := w.exec("ROLLBACK"); err != nil {
			w.logger.Error().Err(err).Msg("event log: cannot roll back")
			return
		}
	}
	if err := w.resync(); err != nil {
		w.logger.Error().Err(err).Msg("event log: cannot read where the log stands")
	}
}

// resync reads from the file where the log stands, ends a transaction that could not be ended before, and tells who waits.
func (w *writer) resync() error {
	w.stale = true
	if !w.conn.AutocommitEnabled() {
		if err := w.exec("ROLLBACK"); err != nil {
			return err
		}
	}
	w.last, w.lastTS = 0, 0
	err := sqlitex.Execute(w.conn, "SELECT pos, ts FROM events ORDER BY pos DESC LIMIT 1", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			w.last, w.lastTS = eventlog.Position(stmt.ColumnInt64(0)), stmt.ColumnInt64(1)
			return nil
		},
	})
	if err != nil {
		return err
	}
	w.stale = false
	w.log.tail.publish(w.last)
	return nil
}

// checkpoint copies the write-ahead log into the file once it has grown enough. It runs after the batch was acknowledged
// and in the writer's own goroutine: no caller waits for it with an answer due, and with no write going on it always
// gets to the end, so that the write-ahead log is used again from its start instead of growing.
func (w *writer) checkpoint() {
	w.grown += 2 * pageSize // each commit logs at least the newest page of the table and of its index
	if w.grown < checkpointBytes {
		return
	}
	w.grown = 0
	if err := w.exec("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		// No harm is done: the events are safe in the write-ahead log. It grows until a later checkpoint succeeds.
		w.logger.Error().Err(explain(w.log.path, err)).Msg("event log: checkpoint failed")
	}
}

// exec runs a statement that is kept prepared.
func (w *writer) exec(query string) error { return sqlitex.Execute(w.conn, query, nil) }
