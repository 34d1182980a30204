package projections_test

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/rs/zerolog"

	"mkr/domain/account"
	"mkr/domain/capacity"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/catalog"
	"mkr/projections/internal/history"
	"mkr/projections/internal/memlog"
)

var begin = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func tirane(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func registry() *event.Registry {
	return event.NewRegistry(projections.Unmarshal, append(history.Entries(), directory.Events(), capacity.Events(), account.Events())...)
}

// world is a log, a history that grows into it, and the views of it.
type world struct {
	t    testing.TB
	log  *memlog.Log
	reg  *event.Registry
	make *history.Maker
	head eventlog.Position
}

func newWorld(t testing.TB, pick func(int) int) *world {
	t.Helper()
	w := &world{t: t, reg: registry()}
	m, err := history.New(pick, w.reg, tirane(t), begin)
	if err != nil {
		t.Fatal(err)
	}
	w.make = m
	w.log = memlog.New(func() time.Time { return m.Now })
	return w
}

// chance is a source of choices that is the same in every run.
func chance(seed uint64) func(int) int {
	r := rand.New(rand.NewPCG(seed, 1))
	return func(n int) int { return r.IntN(n) }
}

func (w *world) append(a history.Append) {
	w.t.Helper()
	result, err := w.log.Append(context.Background(), a.Stream, a.Expected, a.Events...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.head = result.Position
}

func (w *world) grow(batches int) {
	w.t.Helper()
	for range batches {
		w.append(w.make.Next())
	}
}

func (w *world) facts() []event.Fact {
	w.t.Helper()
	all, err := w.log.ReadAll(context.Background(), 0, 1<<30)
	if err != nil {
		w.t.Fatal(err)
	}
	facts, err := projections.DecodeAll(w.reg, all)
	if err != nil {
		w.t.Fatal(err)
	}
	return facts
}

// running is a runner at work.
type running struct {
	*projections.Runner
	t    testing.TB
	stop func() // ends and closes it; only the first call does anything
}

func (w *world) open(dir string, views ...projections.View) *projections.Runner {
	w.t.Helper()
	if len(views) == 0 {
		views = catalog.Views(tirane(w.t))
	}
	logger := zerolog.Nop()
	if os.Getenv("MKR_TEST_LOG") != "" {
		logger = zerolog.New(os.Stderr)
	}
	r, err := projections.Open(projections.Options{Dir: dir, Log: w.log, Registry: w.reg, Views: views, Logger: logger})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func (w *world) run(dir string, views ...projections.View) *running {
	w.t.Helper()
	return start(w.t, w.open(dir, views...))
}

func start(t testing.TB, r *projections.Runner) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stopped := false
	out := &running{Runner: r, t: t}
	out.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil && !errors.Is(err, eventlog.ErrClosed) {
			t.Errorf("Run: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	t.Cleanup(out.stop)
	return out
}

// patience is how long anything may take before a test gives up.
func patience(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func (r *running) reach(position eventlog.Position) {
	r.t.Helper()
	if err := r.Views().WaitFor(patience(r.t), uint64(position)); err != nil {
		r.t.Fatalf("waiting for %d: %v; %+v", position, err, r.Views().States())
	}
}

// until gives way until something holds of the states.
func (r *running) until(holds func([]projections.State) bool) {
	r.t.Helper()
	ctx := patience(r.t)
	for !holds(r.Views().States()) {
		if ctx.Err() != nil {
			r.t.Fatalf("the states stay %+v", r.Views().States())
		}
		runtime.Gosched()
	}
}

func live(states []projections.State) bool {
	return !slices.ContainsFunc(states, func(s projections.State) bool { return !s.Live })
}

func (r *running) dump() string {
	r.t.Helper()
	s, err := projections.Dump(r.Runner)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// all lists a topic to its end.
func all(t testing.TB, v *projections.Views, q projections.Query) []projections.Row {
	t.Helper()
	var out []projections.Row
	for {
		page, err := v.List(patience(t), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Rows...)
		if page.Next == "" {
			return out
		}
		q.After = page.Next
	}
}

var topics = []string{
	projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Steps, projections.Orders, projections.Hearings, projections.Institutions,
	projections.Meetings, projections.Activities, projections.Aid, projections.Indicators, projections.Accounts, projections.Sessions, projections.Erasures, projections.Retention,
}

// same compares two long texts by line.
func same(t interface {
	Helper()
	Fatalf(string, ...any)
}, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("line %d of %d/%d differs:\n got %s\nwant %s", i+1, len(a), len(b), a[i], b[i])
		}
	}
	t.Fatalf("%d lines, want %d", len(a), len(b))
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
