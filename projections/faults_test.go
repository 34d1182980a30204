package projections_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/catalog"
)

// TestDocumentsAndCheckpointAreOne: whatever interrupts a save, the file holds all of a step or none of it, and the
// runner goes on by itself.
func TestDocumentsAndCheckpointAreOne(t *testing.T) {
	w := newWorld(t, chance(21))
	w.grow(40)
	dir := t.TempDir()
	first := w.run(dir)
	first.reach(w.head)
	before := first.dump()
	first.stop()

	w.grow(20)
	broken := errors.New("the machine died here")
	r := w.open(dir)
	failed := make(chan string, 100)
	fail := true
	projections.SetFault(r, func() error {
		if !fail {
			return nil
		}
		dump, err := projections.Dump(r) // what another connection sees while the save is in the middle
		if err != nil {
			dump = err.Error()
		}
		failed <- dump
		fail = len(failed) < 2
		return broken
	})
	again := start(t, r)
	for range 2 {
		same(t, <-failed, before)
	}
	again.reach(w.head)
	whole := w.run(t.TempDir())
	whole.reach(w.head)
	same(t, again.dump(), whole.dump())
	if err := again.Views().Ready(); err != nil {
		t.Fatalf("after the fault: %v", err)
	}
}

// TestLogInTrouble: a log that cannot be read is shown, and tried again.
func TestLogInTrouble(t *testing.T) {
	w := newWorld(t, chance(22))
	w.grow(5)
	r := w.run(t.TempDir())
	r.reach(w.head)
	w.log.Fail(eventlog.ErrUnavailable)
	r.until(func(states []projections.State) bool { return states[0].Trouble != "" })
	if r.Views().Ready() == nil {
		t.Fatal("ready without a log")
	}
	if got := r.Views().States()[0].Trouble; !strings.Contains(got, "unavailable") {
		t.Fatalf("trouble: %q", got)
	}
	if len(all(t, r.Views(), projections.Query{Topic: projections.Board})) == 0 {
		t.Fatal("lists are not served while the log is away")
	}
	w.log.Fail(nil)
	w.grow(5)
	r.reach(w.head)
	if err := r.Views().Ready(); err != nil {
		t.Fatalf("after the trouble: %v", err)
	}
}

// poison appends an event that this build cannot read.
func (w *world) poison(stream string) eventlog.Position {
	w.t.Helper()
	existing, err := w.log.ReadStream(context.Background(), stream, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	result, err := w.log.Append(context.Background(), stream, eventlog.Expected(len(existing)-1), eventlog.NewEvent{
		ID: uuid.New(), Type: "from.the_future", Data: []byte(`{"name":"Secret"}`), Meta: []byte(`{"schema":1}`),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.head = result.Position
	return result.Position
}

// TestPoisonStopsOneView: an event that cannot be read stops the view that needs it, before the event; the others go on.
func TestPoisonStopsOneView(t *testing.T) {
	w := newWorld(t, chance(23))
	w.grow(30)
	dir := t.TempDir()
	r := w.run(dir)
	r.reach(w.head)
	last := uint64(w.head)
	at := uint64(w.poison(event.StreamName(event.MeetingCategory, "m-future")))
	w.grow(30)

	check := func(r *running) {
		t.Helper()
		r.until(live)
		if err := r.Views().WaitFor(patience(t), uint64(w.head), projections.Board); err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Views().States() {
			switch {
			case s.View != "meetings" && (s.Stopped || s.Position != uint64(w.head)):
				t.Fatalf("%+v", s)
			case s.View == "meetings" && (!s.Stopped || s.StoppedAt != at || s.Position != last || s.Type != "from.the_future" || strings.Contains(s.Reason, "Secret")):
				t.Fatalf("%+v, want it stopped before %d at %d", s, at, last)
			}
		}
		var stopped *projections.StoppedError
		if err := r.Views().Ready(); !errors.As(err, &stopped) || stopped.State.View != "meetings" {
			t.Fatalf("ready: %v", err)
		}
		if err := r.Views().WaitFor(patience(t), uint64(w.head), projections.Meetings); !errors.As(err, &stopped) {
			t.Fatalf("waiting for a stopped view: %v", err)
		}
	}
	check(r)
	r.stop()
	again := w.run(dir) // still the same build
	check(again)
	check(w.run(t.TempDir()))
}

// toy counts the facts of a case, and trips over one type of event.
func toy(version int, trip string, inRows bool) projections.Projection[int] {
	tripped := false
	return projections.Projection[int]{
		Name: "toy", Version: version, Categories: []string{event.CaseCategory}, Topics: []string{"toy"},
		Apply: func(n int, f event.Fact) int {
			if f.Type == trip {
				if !inRows {
					panic("tripped over " + f.Type)
				}
				tripped = true
			}
			return n + version
		},
		Rows: func(key string, n int) []projections.Row {
			if tripped {
				tripped = false
				panic("cannot show it")
			}
			return []projections.Row{{Topic: "toy", Key: key, Doc: projections.Document(n)}}
		},
	}
}

// TestPanicStopsOneView: a view that panics, in Apply or in Rows, stops before the fact it panicked at, with everything
// before it taken in; the others go on.
func TestPanicStopsOneView(t *testing.T) {
	w := newWorld(t, chance(24))
	w.grow(60)
	trip, before := uint64(0), uint64(0)
	for _, f := range w.facts() {
		if f.Type == "measure.taken" {
			trip = f.Position
			break
		}
		before = f.Position
	}
	if trip == 0 {
		t.Fatal("the history has no such event")
	}
	r := w.run(t.TempDir(), toy(1, "measure.taken", false), catalog.Casework(tirane(t)))
	if err := r.Views().WaitFor(patience(t), uint64(w.head), projections.Board); err != nil {
		t.Fatal(err)
	}
	s := r.Views().States()[0]
	if !s.Stopped || s.StoppedAt != trip || s.Position != before || s.Type != "measure.taken" {
		t.Fatalf("%+v, want it stopped at %d before %d", s, before, trip)
	}
	n := 0
	for _, row := range all(t, r.Views(), projections.Query{Topic: "toy"}) {
		v, err := projections.As[int](row)
		if err != nil {
			t.Fatal(err)
		}
		n += v
	}
	want := 0
	for _, f := range w.facts() {
		if f.Position < trip && event.Category(f.Stream) == event.CaseCategory {
			want++
		}
	}
	if n != want {
		t.Fatalf("%d facts taken in before the panic, want %d", n, want)
	}

	rows := w.run(t.TempDir(), toy(1, "measure.taken", true), catalog.Casework(tirane(t)))
	if err := rows.Views().WaitFor(patience(t), uint64(w.head), projections.Board); err != nil {
		t.Fatal(err)
	}
	if s := rows.Views().States()[0]; !s.Stopped {
		t.Fatalf("%+v, want it stopped", s)
	}
}

// TestDamagedFileIsMadeAgain: nothing in a views file is the truth.
func TestDamagedFileIsMadeAgain(t *testing.T) {
	w := newWorld(t, chance(25))
	w.grow(30)
	dir := t.TempDir()
	r := w.run(dir)
	r.reach(w.head)
	want, path := r.dump(), projections.Path(r.Runner)
	r.stop()
	for name, damage := range map[string]func() error{
		"garbage":      func() error { return os.WriteFile(path, []byte(strings.Repeat("no database ", 5000)), 0o600) },
		"empty":        func() error { return os.WriteFile(path, nil, 0o600) },
		"other tables": func() error { return os.WriteFile(path, other(t), 0o600) },
		"gone":         func() error { return os.Remove(path) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"-wal", "-shm"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		again := w.run(dir)
		again.reach(w.head)
		same(t, again.dump(), want)
		again.stop()
		if t.Failed() {
			t.Fatalf("after %s", name)
		}
	}
}

// other is a database of somebody else.
func other(t *testing.T) []byte {
	t.Helper()
	w := newWorld(t, chance(1))
	r := w.run(t.TempDir(), toy(1, "", false))
	path := projections.Path(r.Runner)
	r.stop()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestVersionsSwitch: a raised version is built in a second file while the first one serves, then takes over, and the
// first goes.
func TestVersionsSwitch(t *testing.T) {
	w := newWorld(t, chance(26))
	w.grow(30)
	dir := t.TempDir()
	old := w.run(dir, toy(1, "", false))
	old.reach(w.head)
	rows := all(t, old.Views(), projections.Query{Topic: "toy", Sort: projections.ByKey})
	old.stop()

	w.grow(1)
	r := w.open(dir, toy(2, "", false))
	building := make(chan struct{})
	release := make(chan struct{})
	projections.SetFault(r, func() error {
		building <- struct{}{}
		<-release
		return nil
	})
	sub := r.Subscribe(10)
	next := start(t, r)
	<-building
	s := next.Views().States()[0]
	if !s.Building || s.Version != 2 || s.Live {
		t.Fatalf("while building: %+v", s)
	}
	if got := all(t, next.Views(), projections.Query{Topic: "toy", Sort: projections.ByKey}); text(t, got) != text(t, rows) {
		t.Fatalf("while building:\n got %s\nwant %s", text(t, got), text(t, rows))
	}
	if err := next.Views().Ready(); err == nil {
		t.Fatal("ready while building")
	}
	close(release)
	next.reach(w.head)
	if b := <-sub.C(); !b.Reset || b.Position != uint64(w.head) {
		t.Fatalf("subscribers hear %+v of the switch", b)
	}
	if err := next.Views().Ready(); err != nil {
		t.Fatal(err)
	}
	for _, row := range all(t, next.Views(), projections.Query{Topic: "toy"}) {
		if v, err := projections.As[int](row); err != nil || v%2 != 0 || v == 0 {
			t.Fatalf("after the switch: %s, %v", row.Doc, err)
		}
	}
	next.stop()
	files, err := filepath.Glob(filepath.Join(dir, "*.sqlite"))
	if err != nil || len(files) != 1 || files[0] != projections.Path(r) {
		t.Fatalf("files left: %v, %v", files, err)
	}
}
