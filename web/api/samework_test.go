package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// worked notes what an answer asks of the log: which kinds of stream it reads, and what it appends to.
type worked struct {
	eventlog.Log
	mu   sync.Mutex
	done []string
}

func (l *worked) note(what string, arg ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = append(l.done, fmt.Sprintf(what, arg...))
}

func (l *worked) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.done
	l.done = nil
	return out
}

func (l *worked) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	l.note("read %s", event.Category(stream))
	return l.Log.ReadStream(ctx, stream, from)
}

func (l *worked) ReadAll(ctx context.Context, after eventlog.Position, most int) ([]eventlog.Recorded, error) {
	l.note("read all")
	return l.Log.ReadAll(ctx, after, most)
}

func (l *worked) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	l.note("append %d to %s", len(events), event.Category(stream))
	return l.Log.Append(ctx, stream, expected, events...)
}

// "Not yours" and "not there" are one answer, and one work: the same reads in the same order, the same append to the caller's own stream,
// on every route. What is left is how much
// a read brings: of a case that was read before only what is new. The benchmark beside prints what that comes to.
func TestNotYoursAndNotThereAreTheSameWork(t *testing.T) {
	log := &worked{}
	w := newWorldWith(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log.Log = l; return log }})
	f := w.foreign(t)
	work := func(role string, r route, path string) string {
		log.take()
		a := w.call(role, r.method, path, w.body(r))
		if a.status != 404 && a.status != 403 {
			t.Errorf("%s %s %s: %d", role, r.method, r.path, a.status)
		}
		return strings.Join(log.take(), "; ")
	}
	routes := 0
	for _, r := range w.routes() {
		if r.public || !strings.Contains(r.path, "{case}") {
			continue
		}
		routes++
		for _, role := range []string{access.NGO, access.Medical} {
			theirs := w.inAddress(r.path, "{case}", f.caseID)
			work(role, r, theirs) // what is remembered between two calls is remembered from here on
			nothing := work(role, r, w.inAddress(r.path, "{case}", handlers.NewKey().String()))
			if got := work(role, r, theirs); got != nothing {
				t.Errorf("%s %s %s does\n%s\nand where nothing is\n%s", role, r.method, r.path, got, nothing)
			}
			if !strings.Contains(nothing, "read ") {
				t.Errorf("%s %s %s reads nothing at all: %q", role, r.method, r.path, nothing)
			}
		}
	}
	if routes < 100 {
		t.Errorf("only %d routes name a case", routes)
	}
}

// BenchmarkNotYours prints the medians of both answers, for a case with a usual history and for none.
func BenchmarkNotYours(b *testing.B) {
	w := newWorld(b)
	ask := func(id string) time.Duration {
		begin := time.Now()
		if a := w.get(access.Medical, "/cases/"+id); a.status != 404 {
			b.Fatal(a.status)
		}
		return time.Since(begin)
	}
	var theirs, nothing []time.Duration
	for b.Loop() { // in turn, so that the machine's moods are the same for both
		theirs, nothing = append(theirs, ask(w.caseID)), append(nothing, ask(handlers.NewKey().String()))
	}
	for name, times := range map[string][]time.Duration{"not-yours": theirs, "not-there": nothing} {
		slices.Sort(times)
		b.ReportMetric(float64(times[len(times)/2].Microseconds()), name+"-median-µs")
	}
}
