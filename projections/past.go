package projections

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
)

// Past is the lists as they stood at an event of the log: the rows of the waypoint before it, and the events since then
// folded as the Runner folds them. It may be walked on, event by event. It belongs to one goroutine.
type Past struct {
	views    *Views
	from     Source
	memory   *Memory
	waypoint uint64
	topics   []string
	moment   time.Time
	newest   uint64 // position of the newest event that was read on the way, and of the one before it
	prior    uint64
	rows     map[string]map[string]Row // topic, key: of the documents that have not changed since the waypoint
	owner    map[string][]rowKey       // view and key of a document: its rows among those
}

type rowKey struct{ topic, key string }

// Past is how some topics' lists stood at a position, that included.
func (v *Views) Past(ctx context.Context, from Source, at uint64, topics ...string) (*Past, error) {
	for _, topic := range topics {
		if err := v.knows(topic); err != nil || !slices.Contains(pastTopics, topic) {
			return nil, ErrTopic
		}
	}
	p := &Past{views: v, from: from, topics: topics, rows: map[string]map[string]Row{}, owner: map[string][]rowKey{}}
	var views []View
	for i, d := range v.kinds {
		if slices.ContainsFunc(topics, d.of) {
			views = append(views, v.views[i])
		}
	}
	if err := p.begin(ctx, at, views); err != nil {
		return nil, err
	}
	return p, p.To(ctx, at)
}

// begin reads the waypoint at or before a position, and what of the topics' rows held there.
func (p *Past) begin(ctx context.Context, at uint64, views []View) error {
	p.memory = NewMemory(views...)
	for _, topic := range p.topics {
		p.rows[topic] = map[string]Row{}
	}
	if p.views.building() {
		return nil // the file that serves holds what other versions made: the log is folded from its beginning
	}
	err := p.views.read(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err)
		err = sqlitex.Execute(conn, "SELECT position, latest FROM waypoints WHERE position <= ? ORDER BY position DESC LIMIT 1", &sqlitex.ExecOptions{
			Args: []any{clamp(at)}, ResultFunc: func(s *sqlite.Stmt) error {
				p.waypoint, p.moment = uint64(s.ColumnInt64(0)), time.Unix(0, s.ColumnInt64(1)).UTC()
				return nil
			}})
		for _, topic := range p.topics {
			if err == nil && p.waypoint > 0 {
				err = p.readRows(conn, topic)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	p.memory.position = p.waypoint
	p.memory.load = func(view string) loader {
		return func(key string) ([]byte, uint64, bool, error) { return p.document(ctx, view, key) }
	}
	return nil
}

func (p *Past) readRows(conn *sqlite.Conn, topic string) error {
	return sqlitex.Execute(conn, `SELECT p.key, p.kase, p.code, p.institution, p.kind, p.status, p.risk, p.stage, p.due_at, p.sort_at, p.parties, p.doc, p.position, p.shut, d.view, d.key
		FROM past_rows p JOIN documents d ON d.id = p.document WHERE p.topic = ? AND p.since <= ? AND p.until > ?`, &sqlitex.ExecOptions{
		Args: []any{topic, clamp(p.waypoint), clamp(p.waypoint)}, ResultFunc: func(s *sqlite.Stmt) error {
			r := scan(topic, s)
			p.rows[topic][r.Key] = r
			owner := s.ColumnText(14) + "\n" + s.ColumnText(15)
			p.owner[owner] = append(p.owner[owner], rowKey{topic, r.Key})
			return nil
		}})
}

// document reads a document as it stood at the waypoint. Its rows are the memory's from here on.
func (p *Past) document(ctx context.Context, view, key string) (doc []byte, position uint64, ok bool, err error) {
	owner := view + "\n" + key
	for _, r := range p.owner[owner] {
		delete(p.rows[r.topic], r.key)
	}
	delete(p.owner, owner)
	if p.waypoint == 0 {
		return nil, 0, false, nil
	}
	err = p.views.read(ctx, func(conn *sqlite.Conn) error {
		doc, position, ok, err = pastDocument(conn, view, key, p.waypoint)
		return err
	})
	return doc, position, ok, err
}

func pastDocument(conn *sqlite.Conn, view, key string, at uint64) (doc []byte, position uint64, ok bool, err error) {
	err = sqlitex.Execute(conn, "SELECT position, doc FROM past_documents WHERE view = ? AND key = ? AND since <= ? ORDER BY since DESC LIMIT 1", &sqlitex.ExecOptions{
		Args: []any{view, key, clamp(at)}, ResultFunc: func(s *sqlite.Stmt) error {
			doc, position, ok = make([]byte, s.ColumnLen(1)), uint64(s.ColumnInt64(0)), true
			s.ColumnBytes(1, doc)
			return nil
		}})
	return doc, position, ok, err
}

// clamp is a position as the database holds it.
func clamp(at uint64) int64 { return int64(min(at, math.MaxInt64)) }

// To walks on to a later position, that included. To an earlier one there is no way back: ask for another Past.
func (p *Past) To(ctx context.Context, at uint64) error {
	return p.memory.follow(ctx, p.from, eventlog.Position(p.memory.position), eventlog.Position(at), p.pass)
}

// pass notes an event on the way.
func (p *Past) pass(r eventlog.Recorded) {
	p.prior, p.newest = max(p.newest, p.waypoint), uint64(r.Position)
	if r.RecordedAt.After(p.moment) {
		p.moment = r.RecordedAt
	}
}

// Prior is the position of the event before the newest one, if the way from the waypoint passed it; else 0.
func (p *Past) Prior() uint64 { return p.prior }

// Position is that of the newest event that is part of it.
func (p *Past) Position() uint64 { return p.memory.position }

// Moment is the latest recording time up to there: what a clock showed then.
func (p *Past) Moment() time.Time { return p.moment }

// Rows are all rows of a topic, in the order of their keys.
func (p *Past) Rows(topic string) []Row { return p.all(topic)[topic] }

func (p *Past) all(topics ...string) map[string][]Row {
	out := p.memory.rowsOf(topics...)
	for _, topic := range topics {
		for _, r := range p.rows[topic] {
			out[topic] = append(out[topic], r)
		}
		byKey(out[topic])
	}
	return out
}

// List answers a query as Views.List does, of the rows that sees lets through too; nil lets all through.
func (p *Past) List(q Query, sees func(Row) bool) (Page, error) {
	page := Page{Position: p.Position()}
	l, err := q.plan()
	if err != nil {
		return page, err
	}
	var behind []value
	if q.After != "" {
		if behind, err = l.order.read(q.After); err != nil {
			return page, err
		}
	}
	var kept []found
	for _, r := range p.Rows(q.Topic) {
		if !q.holds(&r) || sees != nil && !sees(r) {
			continue
		}
		page.Total++
		if f := (found{&r, l.order.place(&r)}); behind == nil || l.order.compare(f.place, behind) > 0 {
			kept = append(kept, f)
		}
	}
	slices.SortFunc(kept, func(a, b found) int { return l.order.compare(a.place, b.place) })
	if len(kept) > l.limit {
		kept = kept[:l.limit]
		page.Next = l.order.cursor(kept[l.limit-1].row)
	}
	for _, f := range kept {
		page.Rows = append(page.Rows, *f.row)
	}
	if q.NoTotal {
		page.Total = -1
	}
	return page, nil
}

// Step takes in the next event behind where it stands, and tells what it changed in the topics' rows, as the Runner tells its
// subscribers. ok is false at the end of the log.
func (p *Past) Step(ctx context.Context) (r eventlog.Recorded, changes []Change, ok bool, err error) {
	block, err := p.from.Log.ReadAll(ctx, eventlog.Position(p.Position()), 1)
	if err != nil || len(block) == 0 {
		return r, nil, false, err
	}
	changes, err = p.Take(block[0])
	return block[0], changes, err == nil, err
}

// Take takes in an event that the caller has read: the one right behind where it stands.
func (p *Past) Take(r eventlog.Recorded) ([]Change, error) {
	p.forgetChanges()
	if p.memory.needs(r.Stream) {
		f, err := Decode(p.from.Registry, r)
		if err != nil {
			return nil, fmt.Errorf("projections: replay at %d: %w", r.Position, err)
		}
		if err := p.memory.apply(f); err != nil {
			return nil, err
		}
	}
	p.memory.position = uint64(r.Position)
	p.pass(r)
	var out []Change
	for i, fold := range p.memory.folds {
		all, err := fold.flush()
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			changed := told([]change{difference(p.memory.views[i].name, t)})
			out = append(out, slices.DeleteFunc(changed, func(c Change) bool { return !slices.Contains(p.topics, c.Topic) })...)
		}
	}
	return out, nil
}

// forgetChanges forgets what changed on the way to where the steps begin: it is told to nobody.
func (p *Past) forgetChanges() {
	for _, fold := range p.memory.folds {
		if fold.dirty() > 0 {
			_, _ = fold.flush() // what cannot be written out here cannot be shown either, and Rows says so
		}
	}
}

// When is the position of the newest event before the first that was recorded after an instant; 0 if that was the first.
func (v *Views) When(ctx context.Context, log eventlog.Log, t time.Time) (uint64, error) {
	var last uint64
	if !v.building() {
		err := v.read(ctx, func(conn *sqlite.Conn) error {
			return sqlitex.Execute(conn, "SELECT position FROM waypoints WHERE latest <= ? ORDER BY position DESC LIMIT 1", &sqlitex.ExecOptions{
				Args: []any{t.UnixNano()}, ResultFunc: func(s *sqlite.Stmt) error { last = uint64(s.ColumnInt64(0)); return nil }})
		})
		if err != nil {
			return 0, err
		}
	}
	for {
		block, err := log.ReadAll(ctx, eventlog.Position(last), usual.block)
		if err != nil {
			return 0, fmt.Errorf("projections: when: %w", err)
		}
		for _, r := range block {
			if r.RecordedAt.After(t) {
				return last, nil
			}
			last = uint64(r.Position)
		}
		if len(block) < usual.block {
			return last, nil
		}
	}
}

// DocumentThen is a document of a view that gives rows to the topics of a Past, as it stood there, or ErrNotFound.
func DocumentThen[V any](ctx context.Context, p *Past, view, key string) (doc V, err error) {
	if doc, ok := MemoryDoc[V](p.memory, view, key); ok {
		return doc, nil
	}
	if p.waypoint == 0 {
		return doc, ErrNotFound
	}
	var raw []byte
	var ok bool
	err = p.views.read(ctx, func(conn *sqlite.Conn) error {
		raw, _, ok, err = pastDocument(conn, view, key, p.waypoint)
		return err
	})
	if err != nil || !ok {
		return doc, cmp.Or(err, ErrNotFound)
	}
	return doc, unmarshal(raw, &doc)
}

// PastDoc is a document of a view as it stood at a position, or ErrNotFound.
func PastDoc[V any](ctx context.Context, v *Views, from Source, view, key string, at uint64) (doc V, err error) {
	i := slices.IndexFunc(v.kinds, func(d description) bool { return d.name == view })
	if i < 0 {
		return doc, ErrNotFound
	}
	p := &Past{views: v, from: from, rows: map[string]map[string]Row{}, owner: map[string][]rowKey{}}
	if err := p.begin(ctx, at, []View{v.views[i]}); err != nil {
		return doc, err
	}
	if err := p.To(ctx, at); err != nil {
		return doc, err
	}
	return DocumentThen[V](ctx, p, view, key)
}
