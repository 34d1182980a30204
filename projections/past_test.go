package projections_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"mkr/projections"
	"mkr/projections/catalog"
)

var pastTopics = []string{
	projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Orders, projections.Hearings, projections.Institutions, projections.Meetings,
}

// waypointed is a runner that keeps a waypoint every so many events.
func (w *world) waypointed(every int) *running {
	w.t.Helper()
	r := w.open(w.t.TempDir())
	projections.SetWaypoint(r, every)
	return start(w.t, r)
}

// TestThePastEqualsAShadow: at positions picked at random, the lists made of a waypoint and the events behind it hold the very
// rows of a projector that never knew of waypoints and simply stood there.
func TestThePastEqualsAShadow(t *testing.T) {
	histories, each := 50, 200
	if raced || testing.Short() {
		histories, each = 6, 40
	}
	compared := 0
	for n := range histories {
		seed := rand.Uint64()
		w := newWorld(t, chance(seed))
		w.make.Open, w.make.Length = 5, 30
		w.grow(90)
		r := w.waypointed(17 + n)
		r.reach(w.head)
		facts, shadow := w.facts(), projections.NewMemory(catalog.Views(tirane(t))...)
		at := map[int]bool{}
		for len(at) < min(each, len(facts)) {
			at[rand.IntN(len(facts))] = true
		}
		from := projections.Source{Log: w.log, Registry: w.reg}
		for i, f := range facts {
			shadow.Apply(f)
			if !at[i] {
				continue
			}
			compared++
			past, err := r.Views().Past(context.Background(), from, f.Position, pastTopics...)
			if err != nil {
				t.Fatal(err)
			}
			gots, wants := projections.PastRows(past, pastTopics...), projections.MemoryRows(shadow, pastTopics...)
			for _, topic := range pastTopics {
				got, want := gots[topic], wants[topic]
				if len(got) != len(want) {
					t.Fatalf("seed %d, event %d, %s: %d rows, the shadow has %d", seed, i, topic, len(got), len(want))
				}
				for k := range got {
					if !got[k].Same(want[k]) || got[k].Position != want[k].Position {
						t.Fatalf("seed %d, event %d, %s: %s\nthe shadow has %s", seed, i, topic, text(t, got[k]), text(t, want[k]))
					}
				}
			}
		}
		r.stop()
	}
	t.Logf("%d positions of %d histories compared, %d lists each", compared, histories, len(pastTopics))
}

// TestWaypointsAreThoseOfARebuild: where waypoints lie and what they hold depends on the log alone, not on the strides, the
// restarts or the moment at which the views were made.
func TestWaypointsAreThoseOfARebuild(t *testing.T) {
	w := newWorld(t, chance(19))
	dir := t.TempDir()
	for range 8 {
		w.grow(20)
		r := w.open(dir)
		projections.SetWaypoint(r, 23)
		run := start(t, r)
		run.reach(w.head)
		run.stop()
	}
	r := w.open(dir)
	projections.SetWaypoint(r, 23)
	grown := start(t, r)
	grown.reach(w.head)
	again := w.open(t.TempDir())
	projections.SetSizes(again, 11, 90, 9, 2)
	projections.SetWaypoint(again, 23)
	rebuilt := start(t, again)
	rebuilt.reach(w.head)
	// What passed by without changing anything is not saved at once, so where exactly the count stands may differ at the end.
	w.grow(30)
	grown.reach(w.head)
	rebuilt.reach(w.head)
	same(t, rebuilt.dump(), grown.dump())
}

// TestThePastAnswersLikeTheLists: at the head, a list asked of the past is the list.
func TestThePastAnswersLikeTheLists(t *testing.T) {
	w := newWorld(t, chance(23))
	w.make.Open = 20
	w.grow(400)
	r := w.waypointed(50)
	r.reach(w.head)
	past, err := r.Views().Past(context.Background(), projections.Source{Log: w.log, Registry: w.reg}, uint64(w.head), pastTopics...)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []projections.Query{
		{Topic: projections.Board}, {Topic: projections.Board, Sort: projections.ByLast, Reverse: true, Limit: 3}, {Topic: projections.Board, Visible: "ngo"},
		{Topic: projections.Board, Kind: "domestic_violence", DueBefore: w.make.Now}, {Topic: projections.Register, Code: "dhf", Limit: 4},
		{Topic: projections.Deadlines, Party: "ngo", Sort: projections.ByCode}, {Topic: projections.Inbox, Institution: "ngo", Limit: 5}, {Topic: projections.Outbox, Cases: w.make.Cases()[:4]},
		{Topic: projections.Register, Case: w.make.Cases()[1]}, {Topic: projections.Register, NoCases: true}, {Topic: projections.Board, Sort: projections.ByRisk, Values: []string{"high", "low"}},
	} {
		for pages := 0; ; pages++ {
			want, err := r.Views().List(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := past.List(q, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != want.Total || got.Next != want.Next || text(t, got.Rows) != text(t, want.Rows) {
				t.Fatalf("%+v:\n got %d %q %s\nwant %d %q %s", q, got.Total, got.Next, text(t, got.Rows), want.Total, want.Next, text(t, want.Rows))
			}
			if q.After = want.Next; q.After == "" {
				break
			}
		}
	}
}

// TestStepsAreTheChangesOfTheRunner: walking on event by event tells, row by row, the way from one past to a later one.
func TestStepsAreTheChangesOfTheRunner(t *testing.T) {
	w := newWorld(t, chance(29))
	w.grow(150)
	r := w.waypointed(40)
	r.reach(w.head)
	facts := w.facts()
	from := projections.Source{Log: w.log, Registry: w.reg}
	begin := facts[len(facts)/3].Position
	past, err := r.Views().Past(context.Background(), from, begin, pastTopics...)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]map[string]projections.Row{}
	for _, topic := range pastTopics {
		shown[topic] = map[string]projections.Row{}
		for _, row := range past.Rows(topic) {
			shown[topic][row.Key] = row
		}
	}
	steps := 0
	for {
		_, changes, ok, err := past.Step(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		steps++
		for _, c := range changes {
			if c.Op == projections.Remove {
				delete(shown[c.Topic], c.Key)
				continue
			}
			shown[c.Topic][c.Key] = c.Row
		}
	}
	if want := len(facts) - len(facts)/3 - 1; steps != want {
		t.Fatalf("%d steps, want %d", steps, want)
	}
	for _, topic := range pastTopics {
		want := all(t, r.Views(), projections.Query{Topic: topic, Sort: projections.ByKey})
		if len(want) != len(shown[topic]) {
			t.Fatalf("%s: %d rows shown, %d there", topic, len(shown[topic]), len(want))
		}
		for _, row := range want {
			if !row.Same(shown[topic][row.Key]) {
				t.Fatalf("%s: shown %s\nthere %s", topic, text(t, shown[topic][row.Key]), text(t, row))
			}
		}
	}
}

// TestWhenIsTheEventBeforeTheInstant: with waypoints and without, an instant is the same event.
func TestWhenIsTheEventBeforeTheInstant(t *testing.T) {
	w := newWorld(t, chance(31))
	w.grow(120)
	r := w.waypointed(30)
	r.reach(w.head)
	facts := w.facts()
	for _, at := range []time.Time{facts[0].RecordedAt.Add(-time.Second), facts[0].RecordedAt, facts[len(facts)/2].RecordedAt, facts[len(facts)-1].RecordedAt.Add(time.Hour)} {
		var want uint64
		for _, f := range facts {
			if f.RecordedAt.After(at) {
				break
			}
			want = f.Position
		}
		got, err := r.Views().When(context.Background(), w.log, at)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s is event %d, want %d", at, got, want)
		}
	}
}

// BenchmarkPastBoard asks for the board as it stood at random instants, as a page of it does.
func BenchmarkPastBoard(b *testing.B) {
	w, events := bulk(b, benchEvents(b), 2000)
	r := w.run(b.TempDir())
	reach(r, w.head)
	first, last := begin, w.make.Now
	var slowest time.Duration
	for b.Loop() {
		at := first.Add(time.Duration(rand.Int64N(int64(last.Sub(first)))))
		began := time.Now()
		position, err := r.Views().When(context.Background(), w.log, at)
		if err != nil {
			b.Fatal(err)
		}
		past, err := r.Views().Past(context.Background(), projections.Source{Log: w.log, Registry: w.reg}, position, projections.Board)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := past.List(projections.Query{Topic: projections.Board}, nil); err != nil {
			b.Fatal(err)
		}
		slowest = max(slowest, time.Since(began))
	}
	b.ReportMetric(float64(events), "events")
	b.ReportMetric(float64(slowest.Milliseconds()), "slowest-ms")
}
