package projections_test

import (
	"context"
	"errors"
	"testing"

	"mkr/domain/event"
	"mkr/projections"
)

// TestEveryChangeOnce: applying what a subscriber is told to what it read when it began gives, after every batch,
// exactly the lists; and the facts are all facts.
func TestEveryChangeOnce(t *testing.T) {
	w := newWorld(t, chance(31))
	w.grow(50)
	r := w.run(t.TempDir())
	r.reach(w.head)
	sub := r.Subscribe(1000)
	defer sub.Close()
	if sub.Position() != uint64(w.head) {
		t.Fatalf("begins at %d, want %d", sub.Position(), w.head)
	}
	type place struct{ topic, key string }
	rows := map[place]projections.Row{}
	for _, topic := range topics {
		for _, row := range all(t, r.Views(), projections.Query{Topic: topic}) {
			rows[place{topic, row.Key}] = row
		}
	}
	var facts []event.Fact
	at := sub.Position()
	removed := 0
	for range 150 {
		w.grow(1)
		for at < uint64(w.head) {
			b := <-sub.C()
			if b.Reset || b.Position <= at {
				t.Fatalf("batch at %d after %d, reset %v", b.Position, at, b.Reset)
			}
			at = b.Position
			facts = append(facts, b.Facts...)
			for _, c := range b.Changes {
				k := place{c.Topic, c.Key}
				had, there := rows[k]
				switch {
				case there != (c.Before != nil):
					t.Fatalf("%s %s: before is %v, was there: %v", c.Topic, c.Key, c.Before, there)
				case there && !c.Before.Same(had):
					t.Fatalf("before:\n got %s\nwant %s", text(t, c.Before), text(t, had))
				}
				if c.Op == projections.Remove {
					removed++
					delete(rows, k)
					continue
				}
				if there && c.Row.Same(had) {
					t.Fatalf("%s %s has not changed", c.Topic, c.Key)
				}
				rows[k] = c.Row
			}
		}
	}
	if removed == 0 {
		t.Fatal("nothing was ever removed: the history shows too little")
	}
	count := 0
	for _, topic := range topics {
		for _, row := range all(t, r.Views(), projections.Query{Topic: topic}) {
			count++
			if !rows[place{topic, row.Key}].Same(row) {
				t.Fatalf("told:\n%s\nread:\n%s", text(t, rows[place{topic, row.Key}]), text(t, row))
			}
		}
	}
	if count != len(rows) {
		t.Fatalf("%d rows told, %d there", len(rows), count)
	}
	want := w.facts()
	want = want[len(want)-len(facts):]
	for i := range facts {
		if facts[i].Position != want[i].Position {
			t.Fatalf("fact %d is at %d, want %d", i, facts[i].Position, want[i].Position)
		}
	}
	if want[0].Position <= sub.Position() || len(facts) < 150 {
		t.Fatalf("%d facts from %d on", len(facts), want[0].Position)
	}
}

// TestReadYourOwnWrites: once WaitFor has returned, the lists show it.
func TestReadYourOwnWrites(t *testing.T) {
	w := newWorld(t, chance(32))
	w.make.Open = 1
	r := w.run(t.TempDir())
	w.grow(1)
	r.reach(w.head)
	id := w.make.Cases()[0]
	row, err := r.Views().Get(context.Background(), projections.Board, id)
	if err != nil || row.Position != uint64(w.head) {
		t.Fatalf("%+v, %v", row, err)
	}
	if _, err := r.Views().Get(context.Background(), projections.Board, "nobody"); !errors.Is(err, projections.ErrNotFound) {
		t.Fatalf("an unknown row: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.Views().WaitFor(ctx, uint64(w.head)+1); !errors.Is(err, context.Canceled) {
		t.Fatalf("waiting for what never comes: %v", err)
	}
}

// TestSlowSubscriberIsTold: who does not read loses its place and is told so; the runner and the others go on.
func TestSlowSubscriberIsTold(t *testing.T) {
	w := newWorld(t, chance(33))
	w.grow(1)
	r := w.run(t.TempDir())
	r.reach(w.head)
	slow, quick := r.Subscribe(2), r.Subscribe(100)
	for range 10 {
		w.grow(1)
		r.reach(w.head)
	}
	heard := 0
	for range slow.C() {
		heard++
	}
	if heard > 2 || !errors.Is(slow.Err(), projections.ErrSlow) {
		t.Fatalf("the slow one heard %d, ended with %v", heard, slow.Err())
	}
	r.stop()
	last := uint64(0)
	for b := range quick.C() {
		last = b.Position
	}
	if last != uint64(w.head) || !errors.Is(quick.Err(), projections.ErrEnded) {
		t.Fatalf("the quick one heard up to %d of %d, ended with %v", last, w.head, quick.Err())
	}
	if late := r.Subscribe(1); late.Err() == nil {
		t.Fatal("a subscription to an ended runner")
	}
	slow.Close()
	quick.Close()
}
