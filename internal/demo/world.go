package demo

import (
	"container/heap"
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/projections"
)

// world is the replay while it runs: one goroutine, one clock, many stories.
type world struct {
	ctx    context.Context // of Load; a story is one call of it
	svc    *handlers.Service
	clock  Clock
	seed   uint64
	end    time.Time // nothing happens after it
	house  *house
	people *people
	texts  *texts

	agenda   agenda
	told     int
	position uint64    // of the newest event
	wakes    time.Time // when deadlines were last looked at
	files    []*story  // cases that a meeting may speak about
}

// How far the clock may move before deadlines are looked at again: a few hours in the years that are over, where only the
// order of things matters, and little in the last days, whose clocks a visitor reads to the minute.
const (
	lookThen  = 6 * time.Hour
	lookToday = 10 * time.Minute
	lastDays  = 4 * 24 * time.Hour
)

// lapseDelay is how long after its due time the process notices a lapse, as it does when it runs by itself.
const lapseDelay = time.Second

// tell begins a story at an instant; one that begins after the end is not told.
func (w *world) tell(name string, at time.Time, plot func(*story)) {
	s := &story{world: w, name: name, rng: rand.New(rand.NewPCG(w.seed, hashOf(name)))}
	next, stop := iter.Pull(func(yield func(time.Time) bool) {
		s.yield = yield
		plot(s)
	})
	w.told++
	heap.Push(&w.agenda, &turn{at: at.UTC(), order: w.told, story: s, next: next, stop: stop})
}

// run tells every story to its end, or to the world's, in the order of time.
func (w *world) run() error {
	defer func() {
		for _, t := range w.agenda {
			t.stop()
		}
	}()
	for len(w.agenda) > 0 {
		t := w.agenda[0]
		if t.at.After(w.end) {
			break
		}
		if err := w.advance(t.at); err != nil {
			return err
		}
		until, more := t.next()
		if t.story.err != nil {
			return fmt.Errorf("story %s, step %d: %w", t.story.name, t.story.steps, t.story.err)
		}
		if !more {
			heap.Pop(&w.agenda)
			continue
		}
		t.at = until
		heap.Fix(&w.agenda, 0)
	}
	w.wakes = time.Time{} // look once more, however short the way
	return w.advance(w.end)
}

// advance moves the clock, with a stop at every deadline on the way: what nobody did lapses when it was due, and an
// order ends on its last day.
func (w *world) advance(to time.Time) error {
	every := lookThen
	if w.end.Sub(to) < lastDays {
		every = lookToday
	}
	if to.Sub(w.wakes) < every {
		w.clock.Set(to)
		return nil
	}
	for {
		if err := w.svc.Views.WaitFor(w.ctx, w.position); err != nil {
			return err
		}
		page, err := w.svc.Views.List(w.ctx, projections.Query{Topic: projections.Steps, Sort: projections.ByDue, Limit: 1, NoTotal: true, EvenShut: true})
		if err != nil {
			return err
		}
		if len(page.Rows) == 0 || !page.Rows[0].DueAt.Add(lapseDelay).Before(to) {
			break
		}
		w.clock.Set(page.Rows[0].DueAt.Add(lapseDelay))
		n, err := w.svc.LapseDue(w.ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("a step that is due at %s is not taken", page.Rows[0].DueAt)
		}
		if err := w.findHead(); err != nil {
			return err
		}
	}
	w.wakes = to
	w.clock.Set(to)
	return nil
}

// findHead looks for the newest event: lapses give no receipts.
func (w *world) findHead() error {
	for {
		page, err := w.svc.Log.ReadAll(w.ctx, eventlog.Position(w.position), 256)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		w.position = uint64(page[len(page)-1].Position)
	}
}

// wrote remembers how far the log has got.
func (w *world) wrote(r handlers.Receipt) { w.position = max(w.position, r.Position) }

// turn is a story's place in the order of time.
type turn struct {
	at    time.Time
	order int // of two at the same instant, the one that was told of first
	story *story
	next  func() (time.Time, bool)
	stop  func()
}

type agenda []*turn

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(*turn)) }
func (a *agenda) Pop() any {
	old := *a
	t := old[len(old)-1]
	*a = old[:len(old)-1]
	return t
}

// hashOf turns a name into a seed (FNV-1a, 64 bits), so that each story has its own chances whatever the others do.
func hashOf(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return h
}
