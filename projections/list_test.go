package projections_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mkr/projections"
	"mkr/projections/internal/history"
)

// TestListsAnswerTheQuery: whatever is asked, the pages joined are the rows of the topic that fit, in order, each once,
// and the total is their number: the same as a plain filter over all rows finds.
func TestListsAnswerTheQuery(t *testing.T) {
	w := newWorld(t, chance(41))
	w.make.Open = 36
	w.grow(900)
	r := w.run(t.TempDir())
	r.reach(w.head)
	r.until(live)
	rows := map[string][]projections.Row{}
	for _, topic := range topics {
		rows[topic] = all(t, r.Views(), projections.Query{Topic: topic, Sort: projections.ByKey})
	}
	for _, topic := range []string{projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Indicators} {
		if len(rows[topic]) < 30 {
			t.Fatalf("%s has %d rows: too few to ask anything of", topic, len(rows[topic]))
		}
	}
	now := w.make.Now
	rapid.Check(t, func(rt *rapid.T) {
		some := func(name string, values ...string) string {
			return rapid.SampledFrom(append(values, "", "", "")).Draw(rt, name)
		}
		q := projections.Query{
			Topic:       rapid.SampledFrom([]string{projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Indicators}).Draw(rt, "topic"),
			Institution: some("institution", history.Everybody...), Kind: some("kind", "domestic_violence", "child_protection"),
			Status: some("status", "open", "closed", "running", "lapsed", "owed"), Risk: some("risk", "high"), Stage: some("stage", "referral", "closed"),
			Visible: some("visible", history.NGO, history.Muni, "nobody"), Code: some("code", "dhf-2026", "MF-2026-0001"),
			Sort:  rapid.SampledFrom([]projections.Sort{"", projections.ByDue, projections.ByNewest, projections.ByOldest, projections.ByKey}).Draw(rt, "sort"),
			Limit: rapid.IntRange(1, 40).Draw(rt, "limit"),
		}
		if sort := rapid.SampledFrom([]projections.Sort{"", projections.ByCode, projections.ByLast, projections.ByRisk, projections.ByStage, projections.ByInstitution}).Draw(rt, "other sort"); sort != "" {
			q.Sort = sort
		}
		q.Reverse = rapid.Bool().Draw(rt, "reverse") && q.Sort != ""
		q.Values = map[projections.Sort][]string{
			projections.ByRisk: {"medium", "high"}, projections.ByStage: {"plan", "referral", "intake"}, projections.ByInstitution: history.Everybody[1:],
		}[q.Sort]
		q.VisibleOrKind, q.Party = some("or kind", "domestic_violence"), some("party", history.NGO, history.Court)
		if rapid.Bool().Draw(rt, "overdue") {
			q.DueBefore = now
		}
		if rapid.IntRange(0, 3).Draw(rt, "cases") == 0 {
			q.Cases = w.make.Cases()[:3]
		}
		if rapid.IntRange(0, 3).Draw(rt, "case") == 0 {
			q.Case = w.make.Cases()[rapid.IntRange(0, 5).Draw(rt, "which")]
		}
		var want []projections.Row
		for _, row := range rows[q.Topic] {
			if fits(q, row) {
				want = append(want, row)
			}
		}
		slices.SortFunc(want, func(a, b projections.Row) int { return order(q, a, b) })
		var got []projections.Row
		for after := ""; ; {
			q.After = after
			page, err := r.Views().List(context.Background(), q)
			if err != nil {
				rt.Fatal(err)
			}
			if page.Total != len(want) {
				rt.Fatalf("%+v: total %d, want %d", q, page.Total, len(want))
			}
			got = append(got, page.Rows...)
			if page.Next == "" {
				break
			}
			if len(page.Rows) != q.Limit {
				rt.Fatalf("a page of %d with a next one", len(page.Rows))
			}
			after = page.Next
		}
		if len(got) != len(want) {
			rt.Fatalf("%+v: %d rows, want %d", q, len(got), len(want))
		}
		for i := range got {
			if !got[i].Same(want[i]) {
				rt.Fatalf("%+v: row %d is %s, want %s", q, i, got[i].Key, want[i].Key)
			}
			if i > 0 && placed(rt, q, got[i-1], got[i]) > 0 {
				rt.Fatalf("%+v: row %d is not where its place says", q, i)
			}
		}
		q.After = ""
		if n, err := r.Views().Count(context.Background(), q); err != nil || n != len(want) {
			rt.Fatalf("count %d, %v, want %d", n, err, len(want))
		}
	})
}

func fits(q projections.Query, r projections.Row) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return is(q.Institution, r.Institution) && is(q.Kind, r.Kind) && is(q.Status, r.Status) && is(q.Risk, r.Risk) && is(q.Stage, r.Stage) &&
		(q.Visible == "" || slices.Contains(r.Parties, q.Visible) || is(r.Kind, q.VisibleOrKind) && r.Kind != "") &&
		(q.Party == "" || slices.Contains(r.Parties, q.Party)) && strings.HasPrefix(strings.ToLower(r.Code), strings.ToLower(q.Code)) &&
		(q.DueBefore.IsZero() || !r.DueAt.IsZero() && r.DueAt.Before(q.DueBefore)) && (len(q.Cases) == 0 || slices.Contains(q.Cases, r.Case)) &&
		is(q.Case, r.Case)
}

// placed compares two rows as an open page does, by their places.
func placed(rt *rapid.T, q projections.Query, a, b projections.Row) int {
	was, back, err := q.Place(a)
	is, _, err2 := q.Place(b)
	if err != nil || err2 != nil {
		rt.Fatal(err, err2)
	}
	if c := cmp.Or(cmp.Compare(was, is), cmp.Compare(a.Key, b.Key)); !back {
		return c
	} else {
		return -c
	}
}

func order(q projections.Query, a, b projections.Row) int {
	key, back := cmp.Compare(a.Key, b.Key), 1
	if q.Reverse {
		back = -1
	}
	due := cmp.Compare(a.DueAt.UnixNano(), b.DueAt.UnixNano())
	if a.DueAt.IsZero() != b.DueAt.IsZero() {
		due = 1
		if b.DueAt.IsZero() {
			due = -1
		}
	}
	switch sort := q.Sort; {
	case sort == projections.ByKey:
		return back * key
	case sort == projections.ByCode:
		return back * cmp.Or(cmp.Compare(strings.ToLower(a.Code), strings.ToLower(b.Code)), key)
	case sort == projections.ByLast:
		return back * cmp.Or(cmp.Compare(a.Position, b.Position), key)
	case sort == projections.ByRisk || sort == projections.ByStage || sort == projections.ByInstitution:
		return cmp.Or(cmp.Compare(q.Rank(a), q.Rank(b)), due, -a.SortAt.Compare(b.SortAt), key)
	case sort == projections.ByOldest:
		return cmp.Or(a.SortAt.Compare(b.SortAt), key)
	case sort == projections.ByNewest, sort == "" && (q.Topic == projections.Outbox || q.Topic == projections.Register || q.Topic == projections.Indicators):
		return -cmp.Or(a.SortAt.Compare(b.SortAt), key)
	default:
		return back * cmp.Or(due, key)
	}
}

// TestBadQueries: what cannot be answered is an error that says why, never a wrong list.
func TestBadQueries(t *testing.T) {
	w := newWorld(t, chance(42))
	w.grow(60)
	r := w.run(t.TempDir())
	r.reach(w.head)
	page, err := r.Views().List(context.Background(), projections.Query{Topic: projections.Register, Limit: 1})
	if err != nil || page.Next == "" {
		t.Fatalf("%+v, %v", page, err)
	}
	for name, c := range map[string]struct {
		q    projections.Query
		want error
	}{
		"no topic":            {projections.Query{}, projections.ErrTopic},
		"injection":           {projections.Query{Topic: "board; DROP TABLE rows_board"}, projections.ErrTopic},
		"garbage cursor":      {projections.Query{Topic: projections.Register, After: "!!"}, projections.ErrCursor},
		"cursor of an order":  {projections.Query{Topic: projections.Register, After: page.Next, Sort: projections.ByDue}, projections.ErrCursor},
		"cursor with no key":  {projections.Query{Topic: projections.Register, After: "bmV3ZXN0IDE"}, projections.ErrCursor},
		"cursor, odd numbers": {projections.Query{Topic: projections.Register, After: "bmV3ZXN0IHggeQ"}, projections.ErrCursor},
	} {
		if _, err := r.Views().List(context.Background(), c.q); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Views().List(context.Background(), projections.Query{Topic: projections.Register, Sort: "colour"}); err == nil || !strings.Contains(err.Error(), "sort") {
		t.Errorf("an unknown order: %v", err)
	}
	if p, err := r.Views().List(context.Background(), projections.Query{Topic: projections.Register, NoCases: true}); err != nil || p.Total != 0 || len(p.Rows) != 0 {
		t.Errorf("a search that found no case: %+v, %v", p, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Views().List(ctx, projections.Query{Topic: projections.Register}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled list: %v", err)
	}
}

// TestListsUseTheirIndexes: the lists that people open all day never sort a whole table.
func TestListsUseTheirIndexes(t *testing.T) {
	w := newWorld(t, chance(43))
	w.grow(30)
	r := w.run(t.TempDir())
	r.reach(w.head)
	r.until(live)
	for _, q := range []projections.Query{
		{Topic: projections.Board}, {Topic: projections.Board, Kind: "domestic_violence"}, {Topic: projections.Board, Institution: "muni"},
		{Topic: projections.Inbox, Institution: "muni"}, {Topic: projections.Deadlines}, {Topic: projections.Deadlines, Institution: "muni"},
		{Topic: projections.Outbox}, {Topic: projections.Register}, {Topic: projections.Register, Visible: "ngo"},
		{Topic: projections.Indicators, Stage: "2026", Kind: "x", Sort: projections.ByOldest},
	} {
		plan, err := projections.Plans(r.Runner, q)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") || strings.Contains(plan, "SCAN r\n") {
			t.Errorf("%+v:\n%s", q, plan)
		}
	}
}

// TestWhoSeesWhat: the own part of a list, one kind whole beside it, and who else takes part: in every topic and order.
func TestWhoSeesWhat(t *testing.T) {
	w := newWorld(t, chance(44))
	w.make.Open = 20
	w.grow(500)
	r := w.run(t.TempDir())
	r.reach(w.head)
	r.until(live)
	for _, topic := range []string{projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Meetings} {
		rows := all(t, r.Views(), projections.Query{Topic: topic})
		for _, sort := range []projections.Sort{projections.ByDue, projections.ByNewest, projections.ByOldest, projections.ByKey} {
			for _, q := range []projections.Query{
				{Visible: history.NGO}, {Visible: "nobody"}, {Visible: history.NGO, VisibleOrKind: "child_protection"},
				{Visible: "nobody", VisibleOrKind: "domestic_violence"}, {Party: history.Shelter}, {Visible: history.NGO, Party: history.Shelter},
			} {
				q.Topic, q.Sort = topic, sort
				want := 0
				for _, row := range rows {
					if fits(q, row) {
						want++
					}
				}
				if got := all(t, r.Views(), q); len(got) != want || slices.ContainsFunc(got, func(row projections.Row) bool { return !fits(q, row) }) {
					t.Errorf("%s by %s, %+v: %d rows, want %d", topic, sort, q, len(got), want)
				}
				if n, err := r.Views().Count(context.Background(), q); err != nil || n != want {
					t.Errorf("%s by %s, %+v: count %d, %v, want %d", topic, sort, q, n, err, want)
				}
			}
		}
	}
}
