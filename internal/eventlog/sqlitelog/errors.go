package sqlitelog

import (
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"mkr/internal/eventlog"
)

// explain turns what SQLite says into one of the contract's errors, with a sentence that says what to do.
func explain(path string, err error) error {
	if err == nil || errors.Is(err, eventlog.ErrUnavailable) || errors.Is(err, eventlog.ErrCorrupt) || errors.Is(err, eventlog.ErrClosed) {
		return err
	}
	kind, advice := eventlog.ErrUnavailable, "try again; if it stays, restart the server"
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultFormat:
		kind, advice = eventlog.ErrCorrupt, "stop the server and restore the log from its backup"
	case sqlite.ResultFull:
		advice = "the disk is full: free some space, then try again"
	case sqlite.ResultIOErr:
		advice = "the disk refuses: look at the system's log and at the space left, then try again"
	case sqlite.ResultReadOnly, sqlite.ResultPerm, sqlite.ResultCantOpen, sqlite.ResultAuth:
		advice = "the server may not write there: check the owner and rights of the data folder"
	case sqlite.ResultBusy, sqlite.ResultLocked:
		advice = "another program holds the file: close it, then try again"
	case sqlite.ResultNoMem:
		advice = "the machine is out of memory"
	}
	return fmt.Errorf("%w: %s: %s: %w", kind, path, advice, err)
}
