package projections

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// errFenced says that a view panicked: nothing of the step was saved, and it is done again without that fact.
var errFenced = errors.New("projections: a view stops before a fact it cannot take in")

// follow takes in events from the checkpoints on. It ends with an error only.
func (r *Runner) follow(ctx context.Context) (err error) {
	checkpoints, err := r.target.checkpoints(r.kinds)
	if err != nil {
		return err
	}
	r.position = make([]uint64, len(r.kinds))
	r.stopped = make([]*stopAt, len(r.kinds))
	r.facts, r.events = nil, 0
	if r.way, err = r.target.mileage(int64(r.sizes.waypoint)); err != nil {
		return err
	}
	start := uint64(math.MaxUint64)
	for i, d := range r.kinds {
		r.position[i] = checkpoints[d.name]
		start = min(start, r.position[i])
	}
	r.head = start
	// Whoever subscribed before the loop began has been told nothing yet.
	r.reset = true

	defer func() {
		if e := r.settle(); err == nil {
			err = e
		}
	}()
	g, ctx := errgroup.WithContext(ctx)
	blocks := read(ctx, g, r.o.Log, r.o.Registry, r.needed, eventlog.Position(start), r.sizes.block)
	g.Go(func() error {
		live := false
		for b := range blocks {
			r.reset = r.reset || b.full
			r.keep(b.full)
			for i := range b.items {
				waypoint, err := r.take(&b.items[i])
				if err == nil && waypoint {
					err = r.commit(false, false, true)
					r.reset = b.full
				}
				if err != nil {
					return err
				}
			}
			if b.full && r.events < r.sizes.strideEvents && r.dirty() < r.sizes.strideDirty {
				continue
			}
			if err := r.commit(!b.full, !b.full && !live, false); err != nil {
				return err
			}
			live = live || !b.full
		}
		return ctx.Err()
	})
	return g.Wait()
}

// needed tells whether any view reads the stream.
func (r *Runner) needed(stream string) bool { return len(r.byCat[event.Category(stream)]) > 0 }

func (r *Runner) keep(catchingUp bool) {
	limit := r.sizes.liveKeep
	if catchingUp {
		limit = r.sizes.catchUpKeep
	}
	for _, f := range r.folds {
		f.bound(limit)
	}
}

func (r *Runner) dirty() int {
	n := 0
	for _, f := range r.folds {
		n += f.dirty()
	}
	return n
}

// take gives one event to the views that read its category, and tells whether a waypoint lies right behind it.
func (r *Runner) take(it *item) (waypoint bool, err error) {
	f := &it.fact
	if !r.reset && it.err == nil {
		r.facts = append(r.facts, *f)
	}
	for _, i := range r.byCat[event.Category(f.Stream)] {
		if r.stopped[i] != nil || f.Position <= r.position[i] {
			continue
		}
		if it.err != nil {
			r.stop(i, stopAt{position: f.Position, kind: f.Type, reason: readable(it.err)})
			continue
		}
		if at, fenced := r.fence[i]; fenced && f.Position >= at.position {
			r.stop(i, at)
			continue
		}
		if err := r.apply(i, *f); err != nil {
			return false, err
		}
	}
	// A view that is not stopped has taken in or passed by everything up to here.
	r.head = max(r.head, f.Position)
	r.events++
	return r.way.pass(f.Position, f.RecordedAt.UnixNano()), nil
}

// stop leaves a view standing before the event. What it took in before is saved with the next commit.
func (r *Runner) stop(i int, at stopAt) {
	r.stopped[i] = &at
	r.position[i] = max(r.position[i], r.head)
	r.o.Logger.Error().Str("view", r.kinds[i].name).Uint64("position", at.position).Str("type", at.kind).
		Str("reason", at.reason).Msg("view stopped")
}

// readable says why an event could not be read without repeating any of it.
func readable(err error) string {
	var unknown *event.UnknownError
	switch {
	case errors.As(err, &unknown) && unknown.Err == nil:
		return fmt.Sprintf("this build does not know version %d of the type", unknown.Schema)
	case errors.As(err, &unknown):
		return "the payload cannot be read"
	default:
		return "the envelope cannot be read"
	}
}

// apply folds one fact into one view. A panic of the view becomes a fence: the step is given up and done again, and
// this time the view stops before the fact.
func (r *Runner) apply(i int, f event.Fact) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = r.fenceOff(i, f.Position, f.Type)
		}
	}()
	return r.folds[i].apply(f, func(key string) ([]byte, uint64, bool, error) { return r.load(i, key) })
}

func (r *Runner) fenceOff(i int, position uint64, kind string) error {
	if at, fenced := r.fence[i]; !fenced || position < at.position {
		r.fence[i] = stopAt{position: position, kind: kind, reason: "the view panicked"}
	}
	return errFenced
}

// flush writes out one view's changed documents. Rows may panic too; the fence is then the newest fact of the
// document at fault, and falls with every attempt until the rows can be made.
func (r *Runner) flush(i int) (out []touched, err error) {
	defer func() {
		if p := recover(); p != nil {
			position, kind := r.folds[i].culprit()
			err = r.fenceOff(i, position, kind)
		}
	}()
	return r.folds[i].flush()
}

// step is what happened between two commits, ready to be saved.
type step struct {
	changes  [][]touched // of each view
	head     uint64
	apart    map[string]uint64
	position []uint64
	stopped  []*stopAt
	facts    []event.Fact
	reset    bool
	live     bool // the views now stand at the head of the log
	way      odometer
	waypoint bool
}

// commit saves the step and tells of it. head says that the views now stand at the head of the log; first that it is
// the first time since the start; waypoint that one is to be kept. While a view stands apart none is: it would show what that
// view had not taken in yet as all that there was.
func (r *Runner) commit(head, first, waypoint bool) error {
	if err := r.settle(); err != nil {
		return err
	}
	s := step{head: r.head, apart: map[string]uint64{}, facts: r.facts, reset: r.reset, live: head, way: r.way}
	changed := false
	for i := range r.kinds {
		all, err := r.flush(i)
		if err != nil {
			return err
		}
		s.changes = append(s.changes, all)
		changed = changed || len(all) > 0
	}
	for i, d := range r.kinds {
		if r.stopped[i] == nil {
			r.position[i] = max(r.position[i], r.head)
		}
		if r.position[i] != r.head {
			s.apart[d.name] = r.position[i]
		}
	}
	s.waypoint = waypoint && len(s.apart) == 0
	s.position, s.stopped = slices.Clone(r.position), slices.Clone(r.stopped)
	// A step that changed nothing needs no transaction: after a restart its events are passed by once more.
	save := changed || r.reset || s.waypoint || r.events >= r.sizes.block
	r.facts, r.events, r.reset = nil, 0, false
	switch {
	case !save:
		return r.tell(s, nil, first)
	case !head:
		r.saveBeside(s)
		return nil
	}
	changes, err := r.save(s)
	if err != nil {
		return err
	}
	return r.tell(s, changes, first)
}

// save writes a step. It may run beside the loop.
func (r *Runner) save(s step) ([]change, error) {
	var changes []change
	for i, all := range s.changes {
		changes = slices.Grow(changes, len(all))
		for _, t := range all {
			changes = append(changes, difference(r.kinds[i].name, t))
		}
	}
	return changes, r.target.save(changes, s.head, s.apart, s.way, s.waypoint)
}

// tell moves the views on to a step that is saved, and lets the subscribers know.
func (r *Runner) tell(s step, changes []change, first bool) error {
	// After a fault the loop may begin below what was told already, where a view that stopped still stands.
	b := Batch{Position: max(s.head, r.publish.last()), Reset: s.reset}
	switched := false
	if first {
		if err := r.target.finish(); err != nil {
			return err
		}
		switched = r.views.building()
	}
	if !s.reset {
		b.Facts, b.Changes = s.facts, told(changes)
	}
	r.publish.commit(b, func() {
		if switched {
			r.views.take(r.target)
		}
		r.views.tally.follow(b, changes, switched)
		r.views.move(s.position, s.stopped, s.live)
	})
	if first {
		r.clean()
	}
	return nil
}

// told turns what was saved into what subscribers hear, in the order of the facts' documents.
func told(changes []change) []Change {
	var out []Change
	for i := range changes {
		ch := &changes[i]
		for n := range ch.removed {
			before := &ch.removed[n]
			out = append(out, Change{Topic: before.Topic, Key: before.Key, Op: Remove, Before: before})
		}
		for n, at := range ch.put {
			row := ch.after[at]
			c := Change{Topic: row.Topic, Key: row.Key, Op: Put, Row: row}
			if was := ch.was[n]; was >= 0 {
				c.Before = &ch.before[was]
			}
			out = append(out, c)
		}
	}
	return out
}

// clean deletes the views files of other versions once this one serves.
func (r *Runner) clean() {
	r.views.closeOlder()
	older, err := others(r.o.Dir, copyName(r.kinds))
	for _, path := range older {
		err = errors.Join(err, removeCopy(path))
	}
	if err != nil {
		r.o.Logger.Warn().Err(err).Msg("older views files stay behind")
	}
}
