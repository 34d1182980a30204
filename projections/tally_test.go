package projections_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"mkr/projections"
	"mkr/projections/internal/history"
)

// TestFiguresFollow: what is counted and found in memory is what the views file holds, before and after more has happened,
// for everybody's sight, in every order and at any hour.
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
					page, err := projections.Filed(context.Background(), r.Views(), q)
					if err != nil {
						t.Fatal(err)
					}
					for _, sort := range []projections.Sort{projections.ByDue, projections.ByLast, projections.ByCode, projections.ByRisk, projections.ByNewest} {
						q := q
						q.Sort, q.Limit, q.Values = sort, 7, []string{"high", "low"}
						file, err := projections.Filed(context.Background(), r.Views(), q)
						if err != nil {
							t.Fatal(err)
						}
						same(t, text(t, mustList(t, r.Views(), q)), text(t, file))
						if q.After = file.Next; q.After != "" {
							file, _ = projections.Filed(context.Background(), r.Views(), q)
							same(t, text(t, mustList(t, r.Views(), q)), text(t, file))
						}
					}
					if n, err := r.Views().Count(context.Background(), q); err != nil || n != page.Total {
						t.Fatalf("round %d, %+v: %d, %v, the list has %d", round, q, n, err, page.Total)
					}
				}
			}
		}
		codesAgree(t, r.Views())
		w.grow(40)
		r.reach(w.head)
	}
}

// codesAgree asks for the codes of every case, open and closed, in everybody's sight, and holds them against the register.
func codesAgree(t *testing.T, v *projections.Views) {
	t.Helper()
	everything := projections.Query{Topic: projections.Register, Limit: projections.MaxLimit, EvenShut: true}
	var ids []string
	for _, r := range mustList(t, v, everything).Rows {
		ids = append(ids, r.Case)
	}
	for _, visible := range []string{"", history.NGO, history.Police, "nobody"} {
		for _, kind := range []string{"", "child_protection"} {
			q := projections.Query{Topic: projections.Register, Visible: visible, VisibleOrKind: kind, Limit: projections.MaxLimit}
			want := map[string]string{}
			for _, r := range mustList(t, v, q).Rows {
				want[r.Case] = r.Code
			}
			q.Cases = ids
			got, err := v.Codes(t.Context(), q)
			if err != nil || !maps.Equal(got, want) {
				t.Fatalf("codes of %d cases seen by %q and of kind %q: %d, %v, want %d", len(ids), visible, kind, len(got), err, len(want))
			}
		}
	}
}

func mustList(t *testing.T, v *projections.Views, q projections.Query) projections.Page {
	t.Helper()
	page, err := v.List(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}
