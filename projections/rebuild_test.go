package projections_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mkr/projections"
	"mkr/projections/catalog"
)

// TestRebuiltEqualsLive: a copy that grew with every single append holds, byte for byte, what one holds that was
// made afterwards, in strides of any size and with hardly any document kept in memory.
func TestRebuiltEqualsLive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		w := newWorld(t, chance(seed))
		w.make.Open, w.make.Length = 4, 25
		live := w.run(t.TempDir())
		for range rapid.IntRange(1, 30).Draw(rt, "batches") {
			w.grow(1)
			live.reach(w.head)
		}
		want := live.dump()
		live.stop0(rt)

		again := w.open(t.TempDir())
		projections.SetSizes(again, rapid.IntRange(1, 50).Draw(rt, "block"), rapid.IntRange(1, 200).Draw(rt, "stride"),
			rapid.IntRange(1, 20).Draw(rt, "dirty"), rapid.IntRange(0, 5).Draw(rt, "keep"))
		rebuilt := start(t, again)
		rebuilt.reach(w.head)
		same(rt, rebuilt.dump(), want)
		rebuilt.stop()
	})
}

// stop0 is stop; what it dumps is read before the file is closed.
func (r *running) stop0(*rapid.T) { r.stop() }

// TestRestartsInBetween: however often the runner ends and begins again, the file ends the same.
func TestRestartsInBetween(t *testing.T) {
	w := newWorld(t, chance(7))
	dir := t.TempDir()
	for range 12 {
		w.grow(9)
		r := w.run(dir)
		r.reach(w.head)
		r.stop()
	}
	r := w.run(dir)
	r.reach(w.head)
	once := w.run(t.TempDir())
	once.reach(w.head)
	same(t, r.dump(), once.dump())
}

// TestMemoryEqualsTheFile: looking back in memory gives the rows that the lists give.
func TestMemoryEqualsTheFile(t *testing.T) {
	w := newWorld(t, chance(11))
	w.grow(300)
	r := w.run(t.TempDir())
	r.reach(w.head)
	m, err := projections.Replay(context.Background(), w.log, w.reg, w.head, catalog.Views(tirane(t))...)
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range topics {
		got, want := m.Rows(topic), all(t, r.Views(), projections.Query{Topic: topic, Sort: projections.ByKey, Limit: 7})
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows in memory, %d in the file", topic, len(got), len(want))
		}
		for i := range got {
			if !got[i].Same(want[i]) || got[i].Position != want[i].Position {
				t.Fatalf("%s: in memory %s, in the file %s", topic, text(t, got[i]), text(t, want[i]))
			}
		}
	}
	if len(m.Rows(projections.Board)) == 0 || len(m.Rows(projections.Inbox)) == 0 || len(m.Rows(projections.Indicators)) == 0 {
		t.Fatal("the history gives nothing to compare")
	}
}

// TestEveryFactTwice: what was taken in once changes nothing when it comes again.
func TestEveryFactTwice(t *testing.T) {
	w := newWorld(t, chance(3))
	w.grow(200)
	facts := w.facts()
	for size := 1; size <= len(facts); size = size*3 + 1 {
		once, twice := projections.NewMemory(catalog.Views(tirane(t))...), projections.NewMemory(catalog.Views(tirane(t))...)
		once.Apply(facts...)
		for i := 0; i < len(facts); i += size {
			part := facts[i:min(i+size, len(facts))]
			twice.Apply(part...)
			twice.Apply(part...)
		}
		for _, topic := range topics {
			if text(t, once.Rows(topic)) != text(t, twice.Rows(topic)) {
				t.Fatalf("size %d: %s differs", size, topic)
			}
		}
	}
}

// TestNoPersonalDataInRows: nothing sealed, and no part of a sealed value, ever reaches a row.
func TestNoPersonalDataInRows(t *testing.T) {
	w := newWorld(t, chance(5))
	w.grow(400)
	r := w.run(t.TempDir())
	r.reach(w.head)
	dump := r.dump()
	if !strings.Contains(dump, `"box":"`) {
		t.Fatal("no document holds a sealed value: the test would see nothing")
	}
	for _, topic := range topics {
		for _, row := range all(t, r.Views(), projections.Query{Topic: topic}) {
			if doc := string(row.Doc); strings.Contains(doc, `"box"`) || strings.Contains(doc, "(sealed)") {
				t.Fatalf("%s %s holds a sealed value: %s", topic, row.Key, doc)
			}
		}
	}
}
