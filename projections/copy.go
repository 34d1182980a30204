package projections

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const readers = 4

// copyFile is one views file: the documents, rows and checkpoints of one set of projection versions. The writer
// connection belongs to whoever saves: the runner's goroutine, or one at a time that it started. The loader is the runner's
// goroutine's; the readers are anybody's.
type copyFile struct {
	path     string
	topics   []string
	sql      map[string]*statements
	writer   *sqlite.Conn
	loader   *sqlite.Conn // reads documents back for the runner's loop
	readers  *sqlitex.Pool
	complete bool
	listed   bool // some views may have a checkpoint of their own; the runner's
	tidier   *tidier
	moved    map[int64]bool // ids of the documents saved since the newest waypoint; nil: not known yet. The writer's
	fault    func() error   // tests only: called between the documents and the checkpoint
}

// openCopy opens a views file for writing, or begins it. A damaged one is made anew: nothing in it is the truth.
func openCopy(path string, topics []string) (*copyFile, error) {
	c, err := tryOpen(path, topics)
	if err == nil || !damaged(err) {
		return c, err
	}
	if err := removeCopy(path); err != nil {
		return nil, err
	}
	return tryOpen(path, topics)
}

func damaged(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return true
	}
	return errors.Is(err, errShape)
}

var errShape = errors.New("projections: not a views file")

func tryOpen(path string, topics []string) (*copyFile, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return nil, fmt.Errorf("projections: views file: %w", err)
	}
	c := &copyFile{path: path, topics: topics, sql: statementsOf(topics), writer: conn}
	if err := c.prepare(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := c.openReaders(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if c.loader, err = sqlite.OpenConn(path, sqlite.OpenReadWrite); err != nil {
		return nil, errors.Join(fmt.Errorf("projections: views file: %w", err), c.readers.Close(), conn.Close())
	}
	if c.tidier, err = newTidier(path); err != nil {
		return nil, errors.Join(err, c.loader.Close(), c.readers.Close(), conn.Close())
	}
	return c, nil
}

func (c *copyFile) prepare() (err error) {
	// The checkpoint is in the same transaction as what it speaks of, so the file needs to be whole, not durable:
	// after a power cut it may stand a little earlier, and catches up.
	for _, pragma := range []string{"page_size = 4096", "journal_mode = WAL", "synchronous = NORMAL", "cache_size = -32000", "wal_autocheckpoint = 0", "temp_store = MEMORY"} {
		if err := sqlitex.ExecuteTransient(c.writer, "PRAGMA "+pragma, nil); err != nil {
			return fmt.Errorf("projections: views file: %w", err)
		}
	}
	end, err := sqlitex.ImmediateTransaction(c.writer)
	if err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	defer end(&err)
	tables, err := c.number("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")
	if err != nil {
		return err
	}
	if tables == 0 {
		// ExecuteScript opens a savepoint, which nests in the transaction: all of the file begins at once.
		if err := sqlitex.ExecuteScript(c.writer, script(c.topics), nil); err != nil {
			return fmt.Errorf("projections: views file: %w", err)
		}
	}
	if tables != 0 && tables != int64(strings.Count(script(c.topics), "CREATE TABLE")) {
		return errShape
	}
	complete, err := c.number("SELECT complete FROM copy")
	c.complete = complete == 1
	return err
}

func (c *copyFile) number(query string) (n int64, err error) {
	err = sqlitex.ExecuteTransient(c.writer, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	}})
	if err != nil {
		return 0, fmt.Errorf("projections: views file: %w", err)
	}
	return n, nil
}

func (c *copyFile) openReaders() error {
	pool, err := sqlitex.NewPool(c.path, sqlitex.PoolOptions{
		Flags: sqlite.OpenReadWrite, PoolSize: readers,
		PrepareConn: func(conn *sqlite.Conn) error {
			for _, pragma := range []string{"query_only = 1", "cache_size = -8000", "mmap_size = 1073741824"} {
				if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
					return err
				}
			}
			return nil
		},
	})
	if err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	c.readers = pool
	return nil
}

// finish makes the list indexes and marks the copy as complete.
func (c *copyFile) finish() (err error) {
	if c.complete {
		return nil
	}
	end, err := sqlitex.ImmediateTransaction(c.writer)
	if err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	defer end(&err)
	if err := sqlitex.ExecuteScript(c.writer, finishing(c.topics), nil); err != nil {
		return fmt.Errorf("projections: list indexes: %w", err)
	}
	if err := sqlitex.ExecuteTransient(c.writer, "UPDATE copy SET complete = 1", nil); err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	c.complete = true
	return nil
}

func (c *copyFile) close() error {
	return errors.Join(c.tidier.close(), c.readers.Close(), c.loader.Close(), c.writer.Close())
}

// removeCopy deletes a views file with its companions. That it is not there is no error.
func removeCopy(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// others lists the views files of a folder except the named one, the youngest first.
func others(dir, except string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, "views-*.sqlite"))
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(path string) bool { return filepath.Base(path) == except })
	age := func(path string) int64 {
		if info, err := os.Stat(path); err == nil {
			return info.ModTime().UnixNano()
		}
		return 0
	}
	slices.SortStableFunc(found, func(a, b string) int { return int(min(max(age(b)-age(a), -1), 1)) })
	return found, nil
}
