package projections

import (
	"cmp"
	"context"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// found is a row in memory with its place in the order that is asked for.
type found struct {
	row   *Row
	place []value
}

// tallyPage finds a page's rows in memory and reads them, and no others, from the views file; ok is false when the query is
// not of that kind. A row that changed between the two is given as it is now, or left out if it is no longer in the
// list: whoever follows from the page's position hears of it.
func (v *Views) tallyPage(ctx context.Context, q Query) (page Page, ok bool, err error) {
	if !v.inMemory(q) {
		return Page{}, false, nil
	}
	l, err := v.plan(q)
	if err != nil {
		return Page{}, false, err
	}
	var behind []value
	if q.After != "" {
		if behind, err = l.order.read(q.After); err != nil {
			return Page{}, false, err
		}
	}
	if err := v.lockTally(ctx); err != nil {
		return Page{}, false, err
	}
	page.Position = v.Position(q.Topic)
	best, total := v.tally.best(q, l, behind)
	v.tally.mu.RUnlock()

	page.Total = -1
	if !q.NoTotal {
		page.Total = total
	}
	if len(best) > l.limit {
		best = best[:l.limit]
		page.Next = l.order.cursor(best[l.limit-1].row)
	}
	page.Rows, err = v.rowsAt(ctx, q, best)
	return page, true, err
}

// best are the first rows of a list behind a place, one more than a page has, and how long the whole list is. Only rows
// that could still be among the first are compared further. They are copies: the tally's own change once it is let go.
func (t *tally) best(q Query, l plan, behind []value) (best []found, total int) {
	by := func(a, b found) int { return l.order.compare(a.place, b.place) }
	asked, rows, first := t.words.sieve(q), t.rows[q.Topic].all, l.order.columns[0].of
	for i := range rows {
		if !asked.keeps(&rows[i]) {
			continue
		}
		total++
		r := rows[i].row
		if len(best) > l.limit && l.order.compareBy(0, first(r), best[l.limit].place[0]) > 0 {
			continue // worse than the worst by the first column already
		}
		f := found{row: r, place: l.order.place(r)}
		if behind != nil && l.order.compare(f.place, behind) <= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, f, by)
		if at > l.limit {
			continue
		}
		if best = slices.Insert(best, at, f); len(best) > l.limit+1 {
			best = best[:l.limit+1]
		}
	}
	for i, f := range best {
		row := *f.row
		best[i].row = &row
	}
	return best, total
}

// rowsAt reads the rows that were found, in their order.
func (v *Views) rowsAt(ctx context.Context, q Query, at []found) ([]Row, error) {
	place := make(map[string]int, len(at))
	keys := make([]string, len(at))
	for i, f := range at {
		place[f.row.Key], keys[i] = i, f.row.Key
	}
	list, err := marshal(keys)
	if err != nil {
		return nil, err
	}
	var rows []Row
	err = v.read(ctx, func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "SELECT "+columns+" FROM json_each(?) k CROSS JOIN rows_"+q.Topic+" r ON r.key = k.value JOIN documents d ON d.id = r.document", &sqlitex.ExecOptions{
			Args: []any{string(list)}, ResultFunc: func(s *sqlite.Stmt) error {
				if r := scan(q.Topic, s); q.keeps(&r) {
					rows = append(rows, r)
				}
				return nil
			}})
	})
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(place[a.Key], place[b.Key]) })
	return rows, err
}
