package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mkr/handlers"
	"mkr/internal/eventlog"
)

// Begin is where the demo's clock stands before the replay.
var Begin = time.Date(2013, 12, 2, 8, 0, 0, 0, time.UTC)

// earliest is the soonest instant at which a replay may end: the years that the stories tell of must be over.
var earliest = time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)

// Clock is the demo's: it stands until it is set, and never goes back.
type Clock interface {
	Now() time.Time
	Set(at time.Time)
}

// Options is what a Demo is made of.
type Options struct {
	Seed  uint64    // from which the invented people derive
	Clock Clock     // the one that the service and its log work with
	Now   time.Time // where the replay ends and the visit begins
}

// Demo is one demo. Load it once; its other methods are called afterwards, from one goroutine at a time, if they do not
// say otherwise.
type Demo struct {
	Options
	// SignIns are the accounts for visitors, one per role and institution, known before anything is loaded.
	SignIns []SignIn

	house  house
	people *people
	texts  *texts
	svc    *handlers.Service // since Load
	plots  func(*world)      // what is told
}

// New makes a Demo. Nothing is stored yet.
func New(o Options) *Demo {
	o.Now = o.Now.UTC()
	d := &Demo{Options: o, house: newHouse(o.Seed), people: &people{}, texts: &texts{}, plots: (*world).tellAll}
	d.SignIns = signIns(o.Seed)
	return d
}

// Errors of Load. Both mean that the data folder is not one that a demo can go on with.
var (
	ErrOtherData  = errors.New("demo: the data folder holds something else than this demo (or the demo of another seed): choose an empty folder")
	ErrUnfinished = errors.New("demo: the data folder holds a demo that was interrupted while it was loaded: delete it, or choose an empty folder")
)

// Load replays the year, and leaves the clock at Options.Now. In a store that holds the demo already it adds nothing, and
// leaves the clock where the newest event was recorded: in a demo that ran fast, that may be weeks ahead of the wall.
// It needs views that follow the log.
func (d *Demo) Load(ctx context.Context, svc *handlers.Service) error {
	if d.Now.Before(earliest) {
		return fmt.Errorf("demo: the replay cannot end before %s", earliest.Format(time.DateOnly))
	}
	d.svc = svc
	held, err := svc.Institutions(ctx)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, row := range held.Items {
		has[row.Institution] = true
	}
	switch {
	case has[d.house.id(last)]:
		return d.resume(ctx)
	case has[d.house.id(structure)]:
		return ErrUnfinished
	case len(has) > 0:
		return ErrOtherData
	}
	if err := d.replay(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

// resume takes up a demo that is there already.
func (d *Demo) resume(ctx context.Context) error {
	after := eventlog.Position(0)
	for {
		page, err := d.svc.Log.ReadAll(ctx, after, 4096)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		newest := page[len(page)-1]
		after = newest.Position
		d.Clock.Set(newest.RecordedAt)
	}
	return d.findAccounts(ctx)
}

func (d *Demo) replay(ctx context.Context) error {
	w := &world{ctx: ctx, svc: d.svc, clock: d.Clock, seed: d.Seed, end: d.Now, house: &d.house, people: d.people, texts: d.texts, wakes: d.Clock.Now()}
	for _, p := range places {
		if p.joins.IsZero() && p.place != last {
			if err := w.settle(p); err != nil {
				return err
			}
		}
	}
	d.plots(w)
	if err := w.run(); err != nil {
		return err
	}
	// The State Agency joins last, as a reader: that it is there says that the replay came to its end.
	if err := w.settle(placeOf(last)); err != nil {
		return err
	}
	if err := w.findHead(); err != nil {
		return err
	}
	return d.svc.Views.WaitFor(ctx, w.position)
}

// Names lists the full names of the people that this Demo has invented so far, for tests that look for leaks. It may be
// called at any time.
func (d *Demo) Names() []string {
	names, _ := d.people.known()
	return names
}

// PlainTexts lists every personal text that was handed in so far: names, surnames, national ids, phone numbers,
// addresses, safe contacts and free texts. None of them may be found outside of an answer to somebody entitled. Birth
// dates are left out: a date stands in many places for other reasons. It may be called at any time.
func (d *Demo) PlainTexts() []string {
	names, details := d.people.known()
	return slices.Concat(names, surnames, details, d.texts.all())
}
