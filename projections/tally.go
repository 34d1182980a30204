package projections

import (
	"context"
	"slices"
	"strings"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// inTally are the topics whose lists are counted again and again, by everybody who watches, each with her own sight.
var inTally = []string{Board, Deadlines}

// tally keeps the columns of those topics' rows in memory, so that counting them and finding a page of them is a walk and no
// query: what a figure or a page costs depends neither on the disk, nor on the order, nor on who may see how much. It is read
// from the views file when it is first asked for, and follows every commit from then on.
type tally struct {
	mu     sync.RWMutex
	loaded bool
	rows   map[string]*leanRows // by topic
	words  words                // of their columns
}

// follow takes in what a commit changed; fresh says that it must be read anew. It is called in the order of the commits.
func (t *tally) follow(b Batch, saved []change, fresh bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if fresh || b.Reset {
		t.loaded, t.rows, t.words = false, nil, nil
	}
	if !t.loaded {
		return
	}
	for _, c := range b.Changes {
		rows := t.rows[c.Topic]
		switch {
		case rows == nil:
		case c.Op == Remove:
			rows.remove(c.Key)
		default:
			rows.put(t.words.lean(c.Row))
		}
	}
	for i := range saved { // a row that shows the same is told to nobody, and yet its newest event is another
		for _, r := range saved[i].after {
			if rows := t.rows[r.Topic]; rows != nil {
				if l := rows.get(r.Key); l != nil {
					l.row.Position = saved[i].position
				}
			}
		}
	}
}

// tallied answers queries from memory, all of one moment; ok is false when they are not of its kind.
func (v *Views) tallied(ctx context.Context, queries []Query) (counts []int, position uint64, ok bool, err error) {
	if !v.inMemory(queries...) {
		return nil, 0, false, nil
	}
	t := &v.tally
	if err := v.lockTally(ctx); err != nil {
		return nil, 0, false, err
	}
	defer t.mu.RUnlock()
	position = v.Position(queries[0].Topic)
	counts = make([]int, len(queries))
	for topic, rows := range t.rows { // each topic is walked once, whatever is asked of it
		var of []int
		var sieves []sieve
		for i, q := range queries {
			if q.Topic == topic {
				of, sieves = append(of, i), append(sieves, t.words.sieve(q))
			}
		}
		if len(of) == 0 {
			continue
		}
		for i := range rows.all {
			for n := range sieves {
				if sieves[n].keeps(&rows.all[i]) {
					counts[of[n]]++
				}
			}
		}
	}
	return counts, position, true, nil
}

// inMemory tells whether what the queries ask can be told from the columns that are kept.
func (v *Views) inMemory(queries ...Query) bool {
	for _, q := range queries {
		if !slices.Contains(inTally, q.Topic) || q.Case != "" || len(q.Cases) > 0 || q.Code != "" || q.NoCases {
			return false
		}
	}
	return len(queries) > 0 && !v.building() // the rows that serve would be of another version than those that change
}

// lockTally locks it for reading, loaded.
func (v *Views) lockTally(ctx context.Context) error {
	t := &v.tally
	t.mu.RLock()
	for !t.loaded {
		t.mu.RUnlock()
		if err := v.loadTally(ctx); err != nil {
			return err
		}
		t.mu.RLock()
	}
	return nil
}

// loadTally reads it from the views file. Commits wait meanwhile; one that was saved and not yet told is read here and
// told again, which changes nothing.
func (v *Views) loadTally(ctx context.Context) error {
	t := &v.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.loaded {
		return nil
	}
	rows := map[string]*leanRows{}
	t.words = words{}
	err := v.read(ctx, func(conn *sqlite.Conn) (err error) {
		defer sqlitex.Transaction(conn)(&err)
		for _, topic := range inTally {
			of := &leanRows{at: map[string]int{}}
			rows[topic] = of
			err := sqlitex.Execute(conn, "SELECT r.key, r.kase, r.code, r.institution, r.kind, r.status, r.risk, r.stage, r.due_at, r.sort_at, r.parties, NULL, d.position, r.shut FROM rows_"+topic+" r JOIN documents d ON d.id = r.document", &sqlitex.ExecOptions{
				ResultFunc: func(s *sqlite.Stmt) error {
					of.put(t.words.lean(scan(topic, s)))
					return nil
				}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.loaded, t.rows = true, rows
	return nil
}

// holds is keeps with what only rows that were read can tell: the case and its code.
func (q *Query) holds(r *Row) bool {
	switch {
	case q.NoCases || q.Case != "" && r.Case != q.Case || len(q.Cases) > 0 && !slices.Contains(q.Cases, r.Case):
		return false
	case q.Code != "" && (len(r.Code) < len(q.Code) || !strings.EqualFold(r.Code[:len(q.Code)], q.Code)):
		return false
	}
	return q.keeps(r)
}

// keeps tells whether a row is in the list that the query asks for, as far as its columns say.
func (q *Query) keeps(r *Row) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	switch {
	case !is(q.Stage, r.Stage), !is(q.Kind, r.Kind), !is(q.Risk, r.Risk), !is(q.Status, r.Status), !is(q.Institution, r.Institution):
		return false
	case !q.DueBefore.IsZero() && (r.DueAt.IsZero() || !r.DueAt.Before(q.DueBefore)):
		return false
	case !q.DueFrom.IsZero() && !r.DueAt.IsZero() && r.DueAt.Before(q.DueFrom):
		return false
	case !q.EvenShut && !r.OpenTo(q.Account):
		return false
	case q.Party != "" && !slices.Contains(r.Parties, q.Party):
		return false
	}
	return q.Visible == "" || q.VisibleOrKind != "" && r.Kind == q.VisibleOrKind || slices.Contains(r.Parties, q.Visible)
}
