package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// Options is what a Runner is made of.
type Options struct {
	Dir      string          // folder of the views files; made if missing; one process a folder
	Log      eventlog.Log    // only read
	Registry *event.Registry // built with Unmarshal, for speed
	Views    []View          // each name once
	Logger   zerolog.Logger  // states and faults only, never payload
}

// sizes of the loop. They change how fast it is, never what comes out.
type sizes struct {
	block        int // events a read; a read that gives fewer has reached the head of the log
	strideEvents int // while catching up: at most so many events a transaction,
	strideDirty  int // and about so many changed documents
	catchUpKeep  int // unchanged documents each view keeps in memory while catching up,
	liveKeep     int // and while live
	waypoint     int // events between two waypoints; this one shows in the file
}

var usual = sizes{block: 2048, strideEvents: 100000, strideDirty: 12000, catchUpKeep: 16000, liveKeep: 1000, waypoint: waypointEvery}

// Runner keeps the views up to date and tells subscribers what changed.
type Runner struct {
	o       Options
	kinds   []description
	byCat   map[string][]int // views that read a stream category
	views   *Views
	folds   []folder
	target  *copyFile      // the copy that is kept up to date
	fence   map[int]stopAt // views that stop before a position, learned from an Apply that panicked
	publish publisher
	sizes   sizes

	// The current step, between two commits.
	position []uint64 // of the newest event each view has taken in or passed by
	head     uint64   // of the newest event taken from the log
	facts    []event.Fact
	events   int
	way      odometer
	reset    bool // the step is told as a reset
	stopped  []*stopAt
	pending  *saving // the step before, if it is still being saved
}

type stopAt struct {
	position     uint64
	kind, reason string
}

// Open opens the views files of a folder, or begins them. Views may be read and subscribed to at once; they stand
// where they stood until Run is called.
func Open(o Options) (*Runner, error) {
	r := &Runner{o: o, byCat: map[string][]int{}, fence: map[int]stopAt{}, sizes: usual}
	seen := map[string]bool{}
	for i, v := range o.Views {
		d := v.describe()
		if seen[d.name] {
			return nil, fmt.Errorf("projections: two views are called %s", d.name)
		}
		seen[d.name] = true
		r.kinds = append(r.kinds, d)
		r.folds = append(r.folds, v.fold(r.sizes.liveKeep))
		for _, category := range d.categories {
			r.byCat[category] = append(r.byCat[category], i)
		}
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("projections: folder of the views: %w", err)
	}
	name := copyName(r.kinds)
	target, err := openCopy(filepath.Join(o.Dir, name), topicsOf(r.kinds))
	if err != nil {
		return nil, err
	}
	r.target = target
	r.views = newViews(r.kinds, o.Views, target)
	checkpoints, err := target.checkpoints(r.kinds)
	if err != nil {
		return nil, errors.Join(err, target.close())
	}
	r.views.start(checkpoints)
	r.publish.position = r.views.Position("")
	if !target.complete {
		if err := r.serveOlder(name); err != nil {
			return nil, errors.Join(err, target.close())
		}
	}
	return r, nil
}

// serveOlder lets a complete copy of older versions serve, as it stands, while the new one is built.
func (r *Runner) serveOlder(name string) error {
	older, err := others(r.o.Dir, name)
	if err != nil {
		return err
	}
	for _, path := range older {
		if !strings.HasPrefix(filepath.Base(path), layout(r.kinds)) {
			continue // another layout: this build cannot read it
		}
		c, err := tryOpen(path, topicsOf(r.kinds))
		if err != nil {
			continue // not whole; it goes when the new copy has been built
		}
		checkpoints, err := c.checkpoints(r.kinds)
		if err != nil || !c.complete {
			_ = c.close() // read only, nothing to lose
			continue
		}
		r.views.serve(c, checkpoints)
		return nil
	}
	return nil
}

// Run takes in events until the context ends (nil) or the log is closed (eventlog.ErrClosed). Call it once. Faults
// of the log and of the views file are logged, shown in the states, and tried again.
func (r *Runner) Run(ctx context.Context) error {
	for attempt := 0; ; attempt++ {
		before := r.views.progress()
		err := r.follow(ctx)
		for _, f := range r.folds {
			f.forget()
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, eventlog.ErrClosed):
			return err
		case errors.Is(err, errFenced):
			attempt = -1
			continue
		}
		if r.views.progress() != before {
			attempt = 0
		}
		r.views.trouble(err)
		r.o.Logger.Error().Err(err).Int("attempt", attempt).Msg("views cannot go on; trying again")
		pause(ctx, attempt)
	}
}

// pause waits a little longer after every failed attempt, at most five seconds.
func pause(ctx context.Context, attempt int) {
	wait, cancel := context.WithTimeout(ctx, min(50*time.Millisecond<<min(attempt, 10), 5*time.Second))
	defer cancel()
	<-wait.Done()
}

// Close ends the subscriptions and closes the files. Call it after Run has returned.
func (r *Runner) Close() error {
	r.publish.end()
	return r.views.close(r.target)
}

// Views is the read side.
func (r *Runner) Views() *Views { return r.views }

// Subscribe begins a subscription that may fall behind by up to buffer batches before it loses its place.
func (r *Runner) Subscribe(buffer int) *Subscription { return r.publish.subscribe(max(buffer, 1)) }

// publisher hands committed batches to subscribers, in order.
type publisher struct {
	mu       sync.Mutex
	all      []*Subscription
	position uint64
	ended    bool
}

func (p *publisher) subscribe(buffer int) *Subscription {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := &Subscription{c: make(chan Batch, buffer), position: p.position, leave: p.remove}
	if p.ended {
		s.end(ErrEnded)
		return s
	}
	p.all = append(p.all, s)
	return s
}

func (p *publisher) remove(s *Subscription) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = slices.DeleteFunc(p.all, func(o *Subscription) bool { return o == s })
}

// commit tells the subscribers. The views' own positions move in between, under the lock, so that a subscription
// begins exactly where the views stand.
func (p *publisher) commit(b Batch, move func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	move()
	p.position = b.Position
	p.all = slices.DeleteFunc(p.all, func(s *Subscription) bool { return !s.offer(b) })
}

// last is the position of the newest batch.
func (p *publisher) last() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

func (p *publisher) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	for _, s := range p.all {
		s.end(ErrEnded)
	}
	p.all = nil
}
