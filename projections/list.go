package projections

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// List answers a query. Errors: ErrCursor, the context's, or that of the views file.
func (v *Views) List(ctx context.Context, q Query) (Page, error) {
	if page, ok, err := v.tallyPage(ctx, q); ok || err != nil {
		return page, err
	}
	return v.filed(ctx, q)
}

// filed answers a query from the views file.
func (v *Views) filed(ctx context.Context, q Query) (Page, error) {
	page := Page{Position: v.Position(q.Topic), Total: -1} // before the read: what it sees is never older
	if q.NoCases {
		page.Total = 0
		return page, nil
	}
	l, err := v.plan(q)
	if err != nil {
		return Page{}, err
	}
	err = v.read(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err) // one snapshot for what is left out, the count and the rows
		if err = l.leaveOut(conn, q); err != nil {
			return err
		}
		if !q.NoTotal {
			if page.Total, err = l.count(conn); err != nil {
				return err
			}
		}
		page.Rows, page.Next, err = l.page(conn)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	return page, nil
}

// Count is List's Total alone.
func (v *Views) Count(ctx context.Context, q Query) (int, error) {
	n, _, err := v.Counts(ctx, q)
	if err != nil {
		return 0, err
	}
	return n[0], nil
}

// Counts are the Totals of several lists, all of one moment, and the position that the first one's views had reached.
func (v *Views) Counts(ctx context.Context, queries ...Query) (counts []int, position uint64, err error) {
	if counts, position, ok, err := v.tallied(ctx, queries); ok || err != nil {
		return counts, position, err
	}
	if len(queries) > 0 {
		position = v.Position(queries[0].Topic) // before the read: what it sees is never older
	}
	plans := make([]plan, len(queries))
	for i, q := range queries {
		q.After = ""
		if plans[i], err = v.plan(q); err != nil {
			return nil, 0, err
		}
	}
	counts = make([]int, len(queries))
	err = v.read(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err) // one snapshot
		for i, q := range queries {
			if q.NoCases {
				continue
			}
			if err = plans[i].leaveOut(conn, q); err != nil {
				return err
			}
			if counts[i], err = plans[i].count(conn); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return counts, position, nil
}

// Get finds one row, or ErrNotFound.
func (v *Views) Get(ctx context.Context, topic, key string) (row Row, err error) {
	if err := v.knows(topic); err != nil {
		return Row{}, err
	}
	err = v.read(ctx, func(conn *sqlite.Conn) error {
		stmt, err := conn.Prepare("SELECT " + columns + " FROM rows_" + topic + " r JOIN documents d ON d.id = r.document WHERE r.key = ?")
		if err != nil {
			return err
		}
		defer func() { _ = stmt.Reset() }()
		stmt.BindText(1, key)
		ok, err := stmt.Step()
		if err == nil && !ok {
			return ErrNotFound
		}
		if err == nil {
			row = scan(topic, stmt)
		}
		return err
	})
	return row, err
}

// Doc reads a document of a view with the position of its newest event, or ErrNotFound.
func Doc[V any](ctx context.Context, v *Views, view, key string) (doc V, position uint64, err error) {
	err = v.read(ctx, func(conn *sqlite.Conn) error {
		raw, at, ok, err := readDocument(conn, view, key)
		if err == nil && !ok {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		position = at
		return unmarshal(raw, &doc)
	})
	return doc, position, err
}

// knows keeps a topic's name, which becomes part of a statement, to those there are.
func (v *Views) knows(topic string) error {
	if slices.ContainsFunc(v.kinds, func(d description) bool { return slices.Contains(d.topics, topic) }) {
		return nil
	}
	return ErrTopic
}

func (v *Views) plan(q Query) (plan, error) {
	if err := v.knows(q.Topic); err != nil {
		return plan{}, err
	}
	return q.plan()
}

// read lends a connection that the context's end interrupts.
func (v *Views) read(ctx context.Context, f func(*sqlite.Conn) error) error {
	v.file.RLock()
	defer v.file.RUnlock()
	conn, err := v.serving.readers.Take(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("projections: views file: %w", err)
	}
	defer v.serving.readers.Put(conn)
	err = f(conn)
	if sqlite.ErrCode(err) == sqlite.ResultInterrupt && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// plan is a query as SQL.
type plan struct {
	topic  string
	from   string
	sight  bool // the institution that may see has a list of its own for the topic
	where  []string
	args   []any
	after  string // keyset condition, "" on the first page
	afters []any
	order  order
	limit  int
}

const columns = `r.key, r.kase, r.code, r.institution, r.kind, r.status, r.risk, r.stage, r.due_at, r.sort_at, r.parties, r.doc, d.position, r.shut`

func (q Query) plan() (plan, error) {
	if q.Sort == "" {
		q.Sort = defaultSort(q.Topic)
	}
	l := plan{topic: q.Topic, limit: q.Limit, from: "rows_" + q.Topic + " r"}
	if l.limit <= 0 {
		l.limit = DefaultLimit
	}
	l.limit = min(l.limit, MaxLimit)
	table := "r"
	sees := takesPart(q.Topic)
	switch {
	case q.Visible == "":
	case q.VisibleOrKind != "":
		l.add("(r.kind = ? OR "+sees+")", q.VisibleOrKind)
		l.args = append(l.args, q.Visible)
	case topicLists[q.Topic].sight == byIndex && (q.Sort == ByNewest || q.Sort == ByOldest):
		// The institution's own list is in this order already.
		l.from, table = "parties_"+q.Topic+" p CROSS JOIN rows_"+q.Topic+" r ON r.key = p.key", "p"
		l.add("p.institution = ?", q.Visible)
		l.sight = true
	default:
		l.add(sees, q.Visible)
		l.sight = topicLists[q.Topic].sight == byIndex
	}
	if q.Party != "" {
		l.add(sees, q.Party)
	}
	for _, c := range []struct{ column, value string }{
		{"institution", q.Institution}, {"kind", q.Kind}, {"status", q.Status}, {"risk", q.Risk}, {"stage", q.Stage},
	} {
		if c.value != "" {
			l.add("r."+c.column+" = ?", c.value)
		}
	}
	if err := l.cases(q); err != nil {
		return l, err
	}
	if q.Code != "" {
		l.add("r.code >= ? COLLATE NOCASE", q.Code)
		l.add("r.code < ? COLLATE NOCASE", q.Code+"\U0010FFFF")
	}
	if !q.DueBefore.IsZero() {
		l.add("r.due_at < ?", q.DueBefore.UnixNano())
	}
	if !q.DueFrom.IsZero() {
		l.add("r.due_at >= ?", q.DueFrom.UnixNano())
	}
	var err error
	if l.order, err = q.order(table); err != nil || q.After == "" {
		return l, err
	}
	l.after, l.afters, err = l.order.after(q.After)
	return l, err
}

// takesPart is the condition that an institution, its one argument, is among a row's parties.
func takesPart(topic string) string {
	if topicLists[topic].sight == byText {
		return "instr(char(10) || r.parties || char(10), char(10) || ? || char(10)) > 0"
	}
	return "EXISTS (SELECT 1 FROM parties_" + topic + " t WHERE t.key = r.key AND t.institution = ?)"
}

// cases keeps the rows of the cases asked for.
func (l *plan) cases(q Query) error {
	cases := q.Cases
	if q.Case != "" {
		if len(cases) > 0 && !slices.Contains(cases, q.Case) {
			l.where = append(l.where, "FALSE")
			return nil
		}
		cases = []string{q.Case}
	}
	if len(cases) == 0 {
		return nil
	}
	list, err := marshal(cases)
	if err != nil {
		return fmt.Errorf("projections: cases: %w", err)
	}
	if slices.Contains(keyedByCase, q.Topic) {
		// The semicolon follows the colon: between the two stand the keys that begin with the case's id.
		l.add("r.id IN (SELECT x.id FROM json_each(?) c CROSS JOIN rows_"+q.Topic+" x WHERE x.key >= c.value AND x.key < c.value || ';')", string(list))
	}
	l.add("r.kase IN (SELECT value FROM json_each(?))", string(list))
	return nil
}

func (l *plan) add(condition string, arg any) {
	l.where, l.args = append(l.where, condition), append(l.args, arg)
}

// condition joins the conditions of the query, and more.
func (l *plan) condition(more ...string) string {
	all := slices.Concat(l.where, slices.DeleteFunc(more, func(c string) bool { return c == "" }))
	if len(all) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(all, " AND ")
}

func (l *plan) count(conn *sqlite.Conn) (n int, err error) {
	from, condition := l.from, l.condition()
	if len(l.where) == 1 && l.sight {
		// Nothing is asked of the rows themselves: the institution's own list is as long.
		from, condition = "parties_"+l.topic+" p", " WHERE p.institution = ?"
	}
	err = sqlitex.Execute(conn, "SELECT count(*) FROM "+from+condition, &sqlitex.ExecOptions{
		Args: l.args, ResultFunc: func(s *sqlite.Stmt) error { n = s.ColumnInt(0); return nil },
	})
	return n, err
}

// query is the statement for a page and its arguments. Rows that no index sorts are found by their ids first: what sorting
// would carry along is the whole of every row.
func (l *plan) query() (string, []any) {
	by, args := l.order.by()
	const documents = " JOIN documents d ON d.id = r.document"
	limit := []any{l.limit + 1} // one more than asked for tells whether there is a next page
	if !l.order.sorts() {
		return "SELECT " + columns + " FROM " + l.from + documents + l.condition(l.after) + " ORDER BY " + by + " LIMIT ?", slices.Concat(l.args, l.afters, args, limit)
	}
	inner := "SELECT r.id FROM " + l.from
	if l.order.sort == ByLast {
		inner += documents
	}
	inner += l.condition(l.after) + " ORDER BY " + by + " LIMIT ?"
	return "SELECT " + columns + " FROM rows_" + l.topic + " r" + documents + " WHERE r.id IN (" + inner + ") ORDER BY " + by, slices.Concat(l.args, l.afters, args, limit, args)
}

func (l *plan) page(conn *sqlite.Conn) (rows []Row, next string, err error) {
	query, args := l.query()
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{
		Args: args, ResultFunc: func(s *sqlite.Stmt) error { rows = append(rows, scan(l.topic, s)); return nil },
	})
	if err == nil && len(rows) > l.limit {
		rows = rows[:l.limit]
		next = l.order.cursor(&rows[l.limit-1])
	}
	return rows, next, err
}

func scan(topic string, s *sqlite.Stmt) Row {
	r := Row{
		Topic: topic, Key: s.ColumnText(0), Case: s.ColumnText(1), Code: s.ColumnText(2), Institution: s.ColumnText(3),
		Kind: s.ColumnText(4), Status: s.ColumnText(5), Risk: s.ColumnText(6), Stage: s.ColumnText(7), Position: uint64(s.ColumnInt64(12)), Shut: s.ColumnText(13),
	}
	if due := s.ColumnInt64(8); due != notDue {
		r.DueAt = time.Unix(0, due).UTC()
	}
	if at := s.ColumnInt64(9); at != 0 {
		r.SortAt = time.Unix(0, at).UTC()
	}
	if parties := s.ColumnText(10); parties != "" {
		r.Parties = strings.Split(parties, "\n")
	}
	r.Doc = make([]byte, s.ColumnLen(11))
	s.ColumnBytes(11, r.Doc)
	return r
}
