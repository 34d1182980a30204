package logtest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// Store is one place where a log's data lives: a folder, a server. The suite asks for one per test.
type Store struct {
	// Open opens the log on this store, or ends the test. The suite closes what it opens.
	Open func(t testing.TB) eventlog.Log

	// Reopens says that the data outlives Close and that Open may then be called again.
	Reopens bool

	// Faults are the ways in which an append can be made to fail, one for each write step.
	Faults []Fault

	// SetNow sets the clock that the log stamps events with. Nil if the log cannot be given one.
	SetNow func(time.Time)

	// Patience bounds everything that should happen soon; 20 s if zero.
	Patience time.Duration
}

// Outcome says what is in the store after an append that failed.
type Outcome int

// The outcomes of a fault.
const (
	NotStored Outcome = iota // the events are not there
	Stored                   // the events are there, all of them
	Unknown                  // all or none
)

// Fault makes one append fail.
type Fault struct {
	Name    string
	Outcome Outcome
	// Arm makes the next append that reaches the write step fail. It may be called from any goroutine.
	Arm func()
}

// NewStore makes a store for one test. It registers its own clean-up.
type NewStore func(t testing.TB) *Store

// Run runs the whole suite.
func Run(t *testing.T, newStore NewStore) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"Append", appendTests},
		{"Bytes", byteTests},
		{"Read", readTests},
		{"Wait", waitTests},
		{"Context", contextTests},
		{"Lifetime", lifetimeTests},
		{"Clock", clockTests},
		{"Fault", faultTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, test := range group.tests {
				t.Run(test.name, func(t *testing.T) { test.run(begin(t, newStore)) })
			}
		})
	}
}

type test struct {
	name string
	run  func(f *fixture)
}

// fixture is what a test of the suite works with: an open log, and where it ended when the test began.
type fixture struct {
	*testing.T
	store *Store
	log   eventlog.Log
	start eventlog.Position
}

func begin(t *testing.T, newStore NewStore) *fixture {
	t.Helper()
	f := &fixture{T: t, store: newStore(t)}
	if f.store.Patience == 0 {
		f.store.Patience = 20 * time.Second
	}
	f.log = f.store.Open(t)
	t.Cleanup(func() { f.log.Close() }) // closing twice is allowed: some tests close it themselves
	if old := f.page(0, 1000); len(old) > 0 {
		f.start = old[len(old)-1].Position
	}
	return f
}

// ctx returns a context that turns a hang into an error.
func (f *fixture) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), f.store.Patience)
	f.Cleanup(cancel)
	return ctx
}

// name returns a stream name that no other test uses.
func (f *fixture) name(prefix string) string { return prefix + "-" + uuid.NewString() }

// events makes n events that can be told apart.
func events(n int) []eventlog.NewEvent {
	out := make([]eventlog.NewEvent, n)
	for i := range out {
		id := uuid.Must(uuid.NewV7())
		out[i] = eventlog.NewEvent{
			ID:   id,
			Type: fmt.Sprintf("thing.happened%d", i%3),
			Data: fmt.Appendf(nil, `{"n":%d,"id":%q}`, i, id),
			Meta: fmt.Appendf(nil, `{"m":%d}`, i),
		}
	}
	return out
}

// append appends and must succeed.
func (f *fixture) append(stream string, expected eventlog.Expected, evs ...eventlog.NewEvent) eventlog.Result {
	f.Helper()
	res, err := f.log.Append(f.ctx(), stream, expected, evs...)
	if err != nil {
		f.Fatalf("Append(%q, %d, %d events): %v", stream, expected, len(evs), err)
	}
	if want := uint64(int(expected) + len(evs)); res.Revision != want {
		f.Fatalf("Append(%q, %d, %d events) answered revision %d, want %d", stream, expected, len(evs), res.Revision, want)
	}
	return res
}

// stream reads a stream from its beginning and checks what holds for every stream.
func (f *fixture) stream(name string) []eventlog.Recorded {
	f.Helper()
	got, err := f.log.ReadStream(f.ctx(), name, 0)
	if err != nil {
		f.Fatalf("ReadStream(%q): %v", name, err)
	}
	for i, r := range got {
		switch {
		case r.Stream != name:
			f.Fatalf("ReadStream(%q) returned an event of stream %q", name, r.Stream)
		case r.Revision != uint64(i):
			f.Fatalf("ReadStream(%q): event %d has revision %d", name, i, r.Revision)
		case i > 0 && r.Position <= got[i-1].Position:
			f.Fatalf("ReadStream(%q): position %d follows %d", name, r.Position, got[i-1].Position)
		}
	}
	return got
}

// all reads everything since the test began.
func (f *fixture) all() []eventlog.Recorded {
	f.Helper()
	return f.page(f.start, 1000)
}

// page reads to the end, max events at a time.
func (f *fixture) page(after eventlog.Position, max int) []eventlog.Recorded {
	f.Helper()
	var out []eventlog.Recorded
	for {
		got, err := f.log.ReadAll(f.ctx(), after, max)
		if err != nil {
			f.Fatalf("ReadAll(%d, %d): %v", after, max, err)
		}
		if len(got) > max {
			f.Fatalf("ReadAll(%d, %d) returned %d events", after, max, len(got))
		}
		if len(got) == 0 {
			return out
		}
		for _, r := range got {
			if r.Position <= after {
				f.Fatalf("ReadAll(%d, %d) returned position %d after %d", after, max, r.Position, after)
			}
			after = r.Position
		}
		out = append(out, got...)
	}
}

// same fails unless the stored events are the given ones, byte for byte.
func (f *fixture) same(got []eventlog.Recorded, want []eventlog.NewEvent) {
	f.Helper()
	if len(got) != len(want) {
		f.Fatalf("read %d events, want %d", len(got), len(want))
	}
	for i, r := range got {
		w := want[i]
		switch {
		case r.ID != w.ID:
			f.Fatalf("event %d has id %s, want %s", i, r.ID, w.ID)
		case r.Type != w.Type:
			f.Fatalf("event %d has type %q, want %q", i, r.Type, w.Type)
		case !bytes.Equal(r.Data, w.Data):
			f.Fatalf("event %d: data differ: %d bytes stored, %d bytes given", i, len(r.Data), len(w.Data))
		case !bytes.Equal(r.Meta, w.Meta):
			f.Fatalf("event %d: meta differ: %d bytes stored, %d bytes given", i, len(r.Meta), len(w.Meta))
		}
	}
}

// soon waits for a result that should come within the store's patience.
func soon[T any](f *fixture, what string, from <-chan T) T {
	f.Helper()
	timer := time.NewTimer(f.store.Patience)
	defer timer.Stop()
	select {
	case v := <-from:
		return v
	case <-timer.C:
		f.Fatalf("%s: nothing within %s", what, f.store.Patience)
		panic("not reached")
	}
}

// run runs do and hands its result to the channel that it returns.
func run[T any](do func() T) <-chan T {
	out := make(chan T, 1)
	go func() { out <- do() }()
	return out
}
