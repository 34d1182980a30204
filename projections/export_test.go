package projections

import (
	"context"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// SetSizes makes the loop's strides small.
func SetSizes(r *Runner, block, strideEvents, strideDirty, keep int) {
	r.sizes = sizes{block: block, strideEvents: strideEvents, strideDirty: strideDirty, catchUpKeep: keep, liveKeep: keep, waypoint: r.sizes.waypoint}
}

// SetWaypoint makes waypoints come often. Call it before Run.
func SetWaypoint(r *Runner, every int) { r.sizes.waypoint = every }

// PastRows and MemoryRows are the rows of several topics at once.
func PastRows(p *Past, topics ...string) map[string][]Row { return p.all(topics...) }

func MemoryRows(m *Memory, topics ...string) map[string][]Row { return m.rowsOf(topics...) }

// SetFault calls f inside every saving transaction, between the documents and the checkpoint.
func SetFault(r *Runner, f func() error) { r.target.fault = f }

// Path of the views file that is kept up to date.
func Path(r *Runner) string { return r.target.path }

// Dump writes out all that a views file holds, in an order of its own content.
func Dump(r *Runner) (string, error) {
	var b strings.Builder
	conn, err := r.target.readers.Take(context.Background())
	if err != nil {
		return "", err
	}
	defer r.target.readers.Put(conn)
	queries := []string{"SELECT view, key, position, doc FROM documents ORDER BY view, key", "SELECT view, position FROM checkpoints ORDER BY view", "SELECT position, events, counted, latest FROM copy",
		"SELECT * FROM waypoints ORDER BY 1", "SELECT view, key, since, position, doc FROM past_documents ORDER BY 1, 2, 3",
		"SELECT p.topic, p.key, p.since, p.until, d.view, d.key, p.position, p.kase, p.code, p.institution, p.kind, p.status, p.risk, p.stage, p.due_at, p.sort_at, p.parties, p.shut, p.doc FROM past_rows p JOIN documents d ON d.id = p.document ORDER BY 1, 2, 3"}
	for _, topic := range r.target.topics {
		queries = append(queries, `SELECT r.key, d.view, d.key, r.kase, r.code, r.institution, r.kind, r.status, r.risk, r.stage, r.due_at, r.sort_at, r.parties, r.doc
			FROM rows_`+topic+` r JOIN documents d ON d.id = r.document ORDER BY r.key`)
		if topicLists[topic].sight != byText {
			queries = append(queries, "SELECT key, institution, sort_at FROM parties_"+topic+" ORDER BY 1, 2")
		}
	}
	for _, query := range queries {
		err := sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			for i := range s.ColumnCount() {
				fmt.Fprintf(&b, "%s\t", s.ColumnText(i))
			}
			b.WriteByte('\n')
			return nil
		}})
		if err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// Plans returns how SQLite would answer a query: one line a step.
func Plans(r *Runner, q Query) (string, error) {
	l, err := q.plan()
	if err != nil {
		return "", err
	}
	conn, err := r.target.readers.Take(context.Background())
	if err != nil {
		return "", err
	}
	defer r.target.readers.Put(conn)
	var b strings.Builder
	query, args := l.query()
	err = sqlitex.ExecuteTransient(conn, "EXPLAIN QUERY PLAN "+query, &sqlitex.ExecOptions{
		Args: args, ResultFunc: func(s *sqlite.Stmt) error { b.WriteString(s.ColumnText(3) + "\n"); return nil },
	})
	return b.String(), err
}

// Filed answers a query from the views file, whatever is in memory.
func Filed(ctx context.Context, v *Views, q Query) (Page, error) { return v.filed(ctx, q) }
