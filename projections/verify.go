package projections

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
)

// AlteredError says that a views file holds something other than what the log makes of it: somebody edited it.
type AlteredError struct {
	Table string // documents, rows_board, ...
	Key   string // of the first difference
	Kind  string // altered, missing, added, or beyond the end of the log
}

func (e *AlteredError) Error() string {
	return fmt.Sprintf("the views were edited: in %s, %s is %s", e.Table, e.Key, e.Kind)
}

// ErrNoViews says that a folder holds no views file of this build that has caught up, so that there is nothing to compare.
var ErrNoViews = errors.New("projections: no complete views file of this build")

// VerifyViews makes the views anew from the log, up to where the file of a folder stands, and compares the two, document by
// document and row by row. The new ones are made in scratch, an empty folder of the caller's. It answers how far it compared, *AlteredError for the first
// difference, or ErrNoViews.
func VerifyViews(ctx context.Context, o Options, scratch string) (position uint64, err error) {
	var kinds []description
	for _, v := range o.Views {
		kinds = append(kinds, v.describe())
	}
	stored, err := sqlite.OpenConn(filepath.Join(o.Dir, copyName(kinds)), sqlite.OpenReadWrite) // a write-ahead log that was left behind is read with it
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultCantOpen {
		return 0, ErrNoViews
	}
	if err != nil {
		return 0, fmt.Errorf("projections: views file: %w", err)
	}
	defer stored.Close()
	whole := false
	err = sqlitex.Execute(stored, "SELECT position, complete = 1 AND NOT EXISTS (SELECT 1 FROM checkpoints) FROM copy", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		position, whole = uint64(s.ColumnInt64(0)), s.ColumnInt(1) == 1
		return nil
	}})
	if err != nil || !whole || position == 0 {
		return 0, errors.Join(ErrNoViews, err)
	}
	if last, err := o.Log.ReadAll(ctx, eventlog.Position(position-1), 1); err != nil {
		return 0, fmt.Errorf("projections: the log's end: %w", err)
	} else if len(last) == 0 { // waiting for it would be waiting for ever
		return 0, &AlteredError{"copy", fmt.Sprintf("position %d", position), "beyond the end of the log"}
	}
	o.Dir, o.Log = scratch, until{o.Log, eventlog.Position(position)}
	made, err := build(ctx, o, position)
	if err != nil {
		return 0, err
	}
	defer made.Close()
	return position, made.target.compare(stored)
}

// build makes all views up to a position.
func build(ctx context.Context, o Options, position uint64) (*Runner, error) {
	r, err := Open(o)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	err = r.Views().WaitFor(ctx, position)
	cancel()
	if err = errors.Join(err, <-done); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// until is a log that ends at a position.
type until struct {
	eventlog.Log
	at eventlog.Position
}

func (u until) ReadAll(ctx context.Context, after eventlog.Position, most int) ([]eventlog.Recorded, error) {
	block, err := u.Log.ReadAll(ctx, after, most)
	for i, r := range block {
		if r.Position > u.at {
			return block[:i], err
		}
	}
	return block, err
}

func (u until) Wait(ctx context.Context, after eventlog.Position) error {
	if after < u.at {
		return u.Log.Wait(ctx, after)
	}
	<-ctx.Done()
	return ctx.Err()
}

// compare holds another views file against this one, table by table.
func (c *copyFile) compare(other *sqlite.Conn) error {
	tables := []struct{ name, query string }{
		{"documents", "SELECT view || ' ' || key, position, doc FROM documents ORDER BY 1"},
		{"waypoints", "SELECT printf('%020d', position), latest FROM waypoints ORDER BY 1"},
		{"past_documents", "SELECT view || ' ' || key || ' at ' || since, position, doc FROM past_documents ORDER BY 1"},
		{"past_rows", `SELECT p.topic || ' ' || p.key || ' at ' || p.since, p.until, d.view, d.key, p.position, p.kase, p.code, p.institution, p.kind, p.status, p.risk, p.stage,
			p.due_at, p.sort_at, p.parties, p.shut, p.doc FROM past_rows p JOIN documents d ON d.id = p.document ORDER BY 1`},
	}
	for _, topic := range c.topics {
		tables = append(tables, struct{ name, query string }{"rows_" + topic, `SELECT r.key, d.view, d.key, r.kase, r.code, r.institution, r.kind, r.status, r.risk, r.stage,
			r.due_at, r.sort_at, r.parties, r.shut, r.doc FROM rows_` + topic + " r JOIN documents d ON d.id = r.document ORDER BY r.key"})
		if topicLists[topic].sight != byText {
			tables = append(tables, struct{ name, query string }{"parties_" + topic, "SELECT key || ' ' || institution, sort_at FROM parties_" + topic + " ORDER BY 1"})
		}
	}
	for _, t := range tables {
		if err := sameTable(t.name, t.query, c.loader, other); err != nil {
			return err
		}
	}
	return nil
}

// sameTable walks one table of two files side by side; the first column is the key that both are sorted by.
func sameTable(name, query string, want, got *sqlite.Conn) error {
	var side [2]*sqlite.Stmt
	for i, conn := range []*sqlite.Conn{want, got} {
		s, _, err := conn.PrepareTransient(query)
		if err != nil {
			return fmt.Errorf("projections: views file: %w", err)
		}
		defer s.Finalize()
		side[i] = s
	}
	for {
		a, err := side[0].Step()
		if err != nil {
			return fmt.Errorf("projections: views file: %w", err)
		}
		b, err := side[1].Step()
		switch {
		case err != nil:
			return fmt.Errorf("projections: views file: %w", err)
		case !a && !b:
			return nil
		case !b || a && side[0].ColumnText(0) < side[1].ColumnText(0):
			return &AlteredError{name, side[0].ColumnText(0), "missing"}
		case !a || side[1].ColumnText(0) < side[0].ColumnText(0):
			return &AlteredError{name, side[1].ColumnText(0), "added"}
		}
		for i := range side[0].ColumnCount() {
			if side[0].ColumnText(i) != side[1].ColumnText(i) {
				return &AlteredError{name, side[0].ColumnText(0), "altered"}
			}
		}
	}
}
