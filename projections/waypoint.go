package projections

import (
	"fmt"
	"math"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Looking back folds the log with the very code that the Runner folds with. From the log's beginning that would take a
// minute for a million events, so the views keep waypoints: at every so many events each document and row that has changed
// since the waypoint before is written down as it stands. A waypoint falls at an event, never at the end of a step: a
// rebuilt copy has the same ones, with the same versions, as one that grew.

// waypointEvery is how many events lie between two waypoints: as many as a reader may wait to see folded.
const waypointEvery = 1 << 14

// pastTopics are those whose lists can be asked for as they stood.
var pastTopics = []string{Board, Inbox, Outbox, Deadlines, Register, Orders, Hearings, Institutions, Meetings}

// odometer counts the events of the log. It is saved with every step, and counts none twice, even when the loop begins
// below what it had reached because a view stands apart.
type odometer struct {
	events  int64  // how many
	counted uint64 // position of the newest of them
	latest  int64  // the latest recording time among them, nanoseconds since 1970
	every   int64  // events between two waypoints
}

// pass counts an event, and tells whether a waypoint lies right behind it.
func (o *odometer) pass(position uint64, recorded int64) bool {
	if position <= o.counted {
		return false
	}
	o.counted, o.latest = position, max(o.latest, recorded)
	o.events++
	return o.events%o.every == 0
}

// mileage reads the odometer of a copy.
func (c *copyFile) mileage(every int64) (o odometer, err error) {
	o.every = every
	err = sqlitex.ExecuteTransient(c.writer, "SELECT events, counted, latest FROM copy", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		o.events, o.counted, o.latest = s.ColumnInt64(0), uint64(s.ColumnInt64(1)), s.ColumnInt64(2)
		return nil
	}})
	if err != nil {
		return o, fmt.Errorf("projections: views file: %w", err)
	}
	return o, nil
}

// saveWaypoint writes down every document that has changed since the waypoint before, and its rows. It is part of the
// transaction that saves the step.
func (c *copyFile) saveWaypoint(o odometer) error {
	ids, err := c.changedSince()
	if err != nil {
		return err
	}
	list, err := marshal(ids)
	if err != nil {
		return err
	}
	at := int64(o.counted)
	steps := []struct {
		query string
		args  []any
	}{
		{"INSERT INTO waypoints (position, latest) VALUES (?, ?)", []any{at, o.latest}},
		{"INSERT INTO past_documents (view, key, since, position, doc) SELECT d.view, d.key, ?, d.position, d.doc FROM json_each(?) t CROSS JOIN documents d ON d.id = t.value", []any{at, string(list)}},
		{"UPDATE past_rows SET until = ? WHERE until = 9223372036854775807 AND document IN (SELECT value FROM json_each(?))", []any{at, string(list)}},
	}
	for _, topic := range pastTopics {
		if slices.Contains(c.topics, topic) {
			steps = append(steps, struct {
				query string
				args  []any
			}{"INSERT INTO past_rows (topic, since, until, document, position, key, kase, code, institution, kind, status, risk, stage, due_at, sort_at, parties, shut, doc) SELECT '" + topic + `', ?, ?, d.id, d.position,
				r.key, r.kase, r.code, r.institution, r.kind, r.status, r.risk, r.stage, r.due_at, r.sort_at, r.parties, r.shut, r.doc
				FROM json_each(?) t CROSS JOIN documents d ON d.id = t.value CROSS JOIN rows_` + topic + " r ON r.document = d.id", []any{at, int64(math.MaxInt64), string(list)}})
		}
	}
	for _, s := range steps {
		if err := sqlitex.Execute(c.writer, s.query, &sqlitex.ExecOptions{Args: s.args}); err != nil {
			return fmt.Errorf("projections: waypoint: %w", err)
		}
	}
	return nil
}

// changedSince lists the ids of the documents that have changed since the newest waypoint, in their order. Once per run of
// the program that is read from the file; from then on every step notes what it saves.
func (c *copyFile) changedSince() ([]int64, error) {
	if c.moved == nil {
		c.moved = map[int64]bool{}
		err := sqlitex.Execute(c.writer, "SELECT id FROM documents WHERE position > (SELECT coalesce(max(position), 0) FROM waypoints)", &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			c.moved[s.ColumnInt64(0)] = true
			return nil
		}})
		if err != nil {
			return nil, fmt.Errorf("projections: waypoint: %w", err)
		}
	}
	ids := make([]int64, 0, len(c.moved))
	for id := range c.moved {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, nil
}
