package projections

import (
	"fmt"
	"math"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const notDue = math.MaxInt64

func dueColumn(t time.Time) int64 {
	if t.IsZero() {
		return notDue
	}
	return t.UnixNano()
}

func sortColumn(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// change is a touched document with what became of its rows.
type change struct {
	touched
	view    string
	put     []int // indexes into after: new rows and rows whose content changed
	removed []Row // rows of before that are gone
	was     []int // for every row in put its index in before, or -1
}

// difference compares a document's rows before and after.
func difference(view string, t touched) change {
	c := change{touched: t, view: view}
	type place struct{ topic, key string }
	before := make(map[place]int, len(t.before))
	for i, r := range t.before {
		before[place{r.Topic, r.Key}] = i
	}
	for i, r := range t.after {
		at := place{r.Topic, r.Key}
		was, known := before[at]
		switch {
		case !known:
			c.put, c.was = append(c.put, i), append(c.was, -1)
		case !r.Same(t.before[was]):
			c.put, c.was = append(c.put, i), append(c.was, was)
		}
		delete(before, at)
	}
	for i, r := range t.before { // not over the map: the order is the rows' own
		if _, gone := before[place{r.Topic, r.Key}]; gone {
			c.removed = append(c.removed, t.before[i])
		}
	}
	return c
}

// save writes documents, rows and checkpoints, all or none. head is the checkpoint of every view but those apart; way is
// how far the log has been passed, and waypoint says that one is to be kept there.
func (c *copyFile) save(changes []change, head uint64, apart map[string]uint64, way odometer, waypoint bool) (err error) {
	defer func() {
		switch {
		case err != nil:
			c.moved = nil // what was noted may have been rolled back
		case waypoint:
			c.moved = map[int64]bool{}
		}
		if err == nil {
			c.tidier.saved(len(changes), c.writer)
		}
	}()
	end, err := sqlitex.ImmediateTransaction(c.writer)
	if err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	defer end(&err)
	for i := range changes {
		if err := c.saveDocument(&changes[i]); err != nil {
			return fmt.Errorf("projections: views file: %w", err)
		}
	}
	if c.fault != nil {
		if err := c.fault(); err != nil {
			return err
		}
	}
	if err := c.saveCheckpoints(head, apart, way); err != nil {
		return fmt.Errorf("projections: views file: %w", err)
	}
	if waypoint {
		return c.saveWaypoint(way)
	}
	return nil
}

// saveCheckpoints writes one row as long as all views stand together, which is nearly always.
func (c *copyFile) saveCheckpoints(head uint64, apart map[string]uint64, way odometer) error {
	err := c.exec("UPDATE copy SET position = ?, events = ?, counted = ?, latest = ?", func(s *sqlite.Stmt) {
		s.BindInt64(1, int64(head))
		s.BindInt64(2, way.events)
		s.BindInt64(3, int64(way.counted))
		s.BindInt64(4, way.latest)
	})
	if err != nil {
		return err
	}
	if !c.listed && len(apart) == 0 {
		return nil
	}
	if err := c.exec("DELETE FROM checkpoints", func(*sqlite.Stmt) {}); err != nil {
		return err
	}
	for view, position := range apart {
		if err := c.exec("INSERT INTO checkpoints (view, position) VALUES (?, ?)", func(s *sqlite.Stmt) { s.BindText(1, view); s.BindInt64(2, int64(position)) }); err != nil {
			return err
		}
	}
	c.listed = true // also if this is rolled back: then the next save deletes what is not there
	return nil
}

func (c *copyFile) saveDocument(ch *change) error {
	stmt, err := c.writer.Prepare(`INSERT INTO documents (view, key, position, doc) VALUES (?, ?, ?, ?)
		ON CONFLICT (view, key) DO UPDATE SET position = excluded.position, doc = excluded.doc RETURNING id`)
	if err != nil {
		return err
	}
	stmt.BindText(1, ch.view)
	stmt.BindText(2, ch.key)
	stmt.BindInt64(3, int64(ch.position))
	stmt.BindBytes(4, ch.doc)
	id, err := sqlitex.ResultInt64(stmt)
	if err != nil {
		return err
	}
	if c.moved != nil {
		c.moved[id] = true
	}
	for _, r := range ch.removed {
		if err := c.removeRow(r); err != nil {
			return err
		}
	}
	for n, i := range ch.put {
		var before *Row
		if was := ch.was[n]; was >= 0 {
			before = &ch.before[was]
		}
		if err := c.putRow(id, ch.after[i], before); err != nil {
			return err
		}
	}
	return nil
}

func (c *copyFile) putRow(document int64, r Row, before *Row) error {
	sql, err := c.statements(r.Topic)
	if err != nil {
		return err
	}
	if before != nil && sameColumns(r, *before) {
		// Most changes are of what is shown only. An upsert would write every index entry anew, changed or not.
		return c.exec(sql.redo, func(s *sqlite.Stmt) { s.BindBytes(1, r.Doc); s.BindText(2, r.Key) })
	}
	err = c.exec(sql.put, func(s *sqlite.Stmt) {
		s.BindInt64(1, document)
		for i, text := range [...]string{r.Key, r.Case, r.Code, r.Institution, r.Kind, r.Status, r.Risk, r.Stage} {
			s.BindText(i+2, text)
		}
		s.BindInt64(10, dueColumn(r.DueAt))
		s.BindInt64(11, sortColumn(r.SortAt))
		s.BindText(12, strings.Join(r.Parties, "\n"))
		s.BindText(13, r.Shut)
		s.BindBytes(14, r.Doc)
	})
	if err != nil {
		return err
	}
	if sql.show == "" {
		return nil
	}
	if before != nil {
		if sameParties(r, *before) {
			return nil
		}
		if err := c.exec(sql.hide, func(s *sqlite.Stmt) { s.BindText(1, before.Key) }); err != nil {
			return err
		}
	}
	for _, institution := range r.Parties {
		err := c.exec(sql.show, func(s *sqlite.Stmt) {
			s.BindText(1, r.Key)
			s.BindText(2, institution)
			s.BindInt64(3, sortColumn(r.SortAt))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *copyFile) removeRow(r Row) error {
	sql, err := c.statements(r.Topic)
	if err != nil {
		return err
	}
	key := func(s *sqlite.Stmt) { s.BindText(1, r.Key) }
	if sql.hide != "" {
		if err := c.exec(sql.hide, key); err != nil {
			return err
		}
	}
	return c.exec(sql.remove, key)
}

// statements are the texts of a topic's statements; the connection keeps the prepared forms. Topics without a table of
// parties have no show and no hide.
type statements struct{ put, redo, remove, show, hide string }

func (c *copyFile) statements(topic string) (*statements, error) {
	if s, ok := c.sql[topic]; ok {
		return s, nil
	}
	return nil, fmt.Errorf("%w: a view gives rows to %q, which is not among its topics", ErrTopic, topic)
}

func statementsOf(topics []string) map[string]*statements {
	out := make(map[string]*statements, len(topics))
	for _, topic := range topics {
		out[topic] = &statements{
			put: "INSERT INTO rows_" + topic + ` (document, key, kase, code, institution, kind, status, risk, stage, due_at, sort_at, parties, shut, doc)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (key) DO UPDATE SET document = excluded.document, kase = excluded.kase, code = excluded.code,
				institution = excluded.institution, kind = excluded.kind, status = excluded.status, risk = excluded.risk,
				stage = excluded.stage, due_at = excluded.due_at, sort_at = excluded.sort_at, parties = excluded.parties, shut = excluded.shut, doc = excluded.doc`,
			redo:   "UPDATE rows_" + topic + " SET doc = ? WHERE key = ?",
			remove: "DELETE FROM rows_" + topic + " WHERE key = ?",
		}
		if topicLists[topic].sight != byText {
			out[topic].show = "INSERT OR REPLACE INTO parties_" + topic + " (key, institution, sort_at) VALUES (?, ?, ?)"
			out[topic].hide = "DELETE FROM parties_" + topic + " WHERE key = ?"
		}
	}
	return out
}

// sameColumns tells whether the rows differ in nothing but their document.
func sameColumns(a, b Row) bool {
	a.Doc, b.Doc = nil, nil
	return a.Same(b)
}

func sameParties(a, b Row) bool {
	if len(a.Parties) != len(b.Parties) || !a.SortAt.Equal(b.SortAt) {
		return false
	}
	for i := range a.Parties {
		if a.Parties[i] != b.Parties[i] {
			return false
		}
	}
	return true
}

// exec runs a statement that gives no rows; the prepared form is kept by the connection.
func (c *copyFile) exec(query string, bind func(*sqlite.Stmt)) error {
	stmt, err := c.writer.Prepare(query)
	if err != nil {
		return err
	}
	bind(stmt)
	_, err = stmt.Step()
	if e := stmt.Reset(); err == nil {
		err = e
	}
	return err
}

// load reads a stored document for the runner's loop. It has a connection of its own, because the writer's may be saving.
func (c *copyFile) load(view, key string) (doc []byte, position uint64, ok bool, err error) {
	return readDocument(c.loader, view, key)
}

func readDocument(conn *sqlite.Conn, view, key string) (doc []byte, position uint64, ok bool, err error) {
	stmt, err := conn.Prepare("SELECT position, doc FROM documents WHERE view = ? AND key = ?")
	if err != nil {
		return nil, 0, false, err
	}
	defer func() { _ = stmt.Reset() }() // Step has already told of the error
	stmt.BindText(1, view)
	stmt.BindText(2, key)
	if ok, err = stmt.Step(); !ok || err != nil {
		return nil, 0, false, err
	}
	doc = make([]byte, stmt.ColumnLen(1))
	stmt.ColumnBytes(1, doc)
	return doc, uint64(stmt.ColumnInt64(0)), true, nil
}

// checkpoints reads how far each of the views has got.
func (c *copyFile) checkpoints(views []description) (map[string]uint64, error) {
	head, err := c.number("SELECT position FROM copy")
	if err != nil {
		return nil, err
	}
	out := make(map[string]uint64, len(views))
	for _, v := range views {
		out[v.name] = uint64(head)
	}
	err = sqlitex.ExecuteTransient(c.writer, "SELECT view, position FROM checkpoints", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		out[s.ColumnText(0)], c.listed = uint64(s.ColumnInt64(1)), true
		return nil
	}})
	if err != nil {
		return nil, fmt.Errorf("projections: views file: %w", err)
	}
	return out, nil
}
