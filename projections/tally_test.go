package projections_test

import (
	"context"
	"testing"
	"time"

	"mkr/projections"
	"mkr/projections/internal/history"
)

// TestFiguresFollow: what is counted in memory is what the lists hold, before and after more has happened, for everybody's
// sight and at any hour.
func TestFiguresFollow(t *testing.T) {
	w := newWorld(t, chance(45))
	w.make.Open = 25
	w.grow(300)
	r := w.run(t.TempDir())
	r.reach(w.head)
	r.until(live)
	for round := range 6 {
		now := w.make.Now
		for _, q := range []projections.Query{
			{Topic: projections.Board}, {Topic: projections.Deadlines, Stage: "answer"}, {Topic: projections.Deadlines, DueBefore: now},
			{Topic: projections.Deadlines, DueFrom: now, DueBefore: now.Add(12 * time.Hour)}, {Topic: projections.Board, Risk: "high", Party: history.Court},
		} {
			for _, visible := range []string{"", history.NGO, history.Police, "nobody"} {
				for _, kind := range []string{"", "child_protection"} {
					q.Visible, q.VisibleOrKind = visible, kind
					page, err := r.Views().List(context.Background(), q)
					if err != nil {
						t.Fatal(err)
					}
					if n, err := r.Views().Count(context.Background(), q); err != nil || n != page.Total {
						t.Fatalf("round %d, %+v: %d, %v, the list has %d", round, q, n, err, page.Total)
					}
				}
			}
		}
		w.grow(40)
		r.reach(w.head)
	}
}
