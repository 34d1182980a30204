package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections/board"
)

// How often simulated partners act: by the clock of the work, so that a faster demo is livelier, and never more often
// than people can follow by their own.
const (
	shortestPause = 8 * time.Minute
	longestPause  = 50 * time.Minute
	leastApart    = 350 * time.Millisecond // of the wall's time
)

// leftAlone is how long, by the wall's time, simulated partners leave a case alone after a visitor acted in it: she may
// want to answer for the other institution herself.
const leftAlone = 2 * time.Minute

// enough is the number of open cases at which no new ones are opened; above quiet, more are closed.
const (
	quiet  = 30
	enough = 42
)

// Simulate lets partners act until the context ends. They are the colleagues of the visitors' accounts, and do only what
// is open to them: answer referrals, report, visit, judge risks, decide on orders and carry them out, hold meetings,
// close cases and open new ones. What is refused, or fails, is logged by its code and is no reason to stop.
func (d *Demo) Simulate(ctx context.Context, svc *handlers.Service) error {
	p := d.newPartners(ctx, svc)
	for p.rest(ctx) == nil {
		p.act()
	}
	return nil
}

// partners are the simulated ones, at work.
type partners struct {
	*story // the one they tell just now
	seen   map[string]visit
	last   time.Time // of the wall, when they acted
}

// visit is how far a visitor's acts in a case had got, and when that was noticed.
type visit struct {
	position uint64
	noticed  time.Time
}

// workClock reads the service's own clock; it cannot be set.
type workClock struct{ now func() time.Time }

func (c workClock) Now() time.Time { return c.now() }
func (workClock) Set(time.Time)    {}

func (d *Demo) newPartners(ctx context.Context, svc *handlers.Service) *partners {
	w := &world{ctx: ctx, svc: svc, clock: workClock{svc.Clock.Now}, seed: d.Seed, house: &d.house, people: d.people, texts: d.texts}
	return &partners{
		story: &story{world: w, name: "simulation", fresh: true, rng: rand.New(rand.NewPCG(d.Seed, hashOf("simulation")))},
		seen:  map[string]visit{},
	}
}

// rest waits for the next act.
func (p *partners) rest(ctx context.Context) error {
	pause := shortestPause + time.Duration(p.rng.Int64N(int64(longestPause-shortestPause)))
	for {
		if err := p.svc.Clock.Sleep(ctx, pause); err != nil {
			return err
		}
		if p.svc.Clock.Wall().Sub(p.last) >= leastApart {
			return nil
		}
		pause = shortestPause
	}
}

// tries is how many things are looked at for something to do.
const tries = 6

// act does one thing, if there is something to do.
func (p *partners) act() {
	if err := p.svc.Await(p.ctx, p.position); err != nil {
		p.report(err)
		return
	}
	for range tries {
		p.story.id, p.story.kind, p.story.subject, p.story.err, p.story.late = "", "", "", nil, 0
		before := p.steps
		p.choose()
		if p.err != nil {
			p.report(p.err)
		}
		if p.steps > before { // something was asked for, be it granted or refused
			p.last = p.svc.Clock.Wall()
			return
		}
	}
}

// choose picks what to try: mostly what waits in somebody's inbox.
func (p *partners) choose() {
	switch n := p.rng.IntN(100); {
	case n < 58:
		p.clearInbox()
	case n < 80:
		p.carryOn()
	case n < 88:
		p.teamWork()
	case n < 94:
		p.windDown()
	default:
		p.newCase()
	}
}

// report logs what went wrong, by code: no text of an error, since it might tell of a person.
func (p *partners) report(err error) {
	if p.ctx.Err() != nil {
		return
	}
	p.svc.Logger.Warn().Str("code", codeOf(err)).Int("step", p.steps).Msg("a simulated partner could not act")
}

func codeOf(err error) string {
	var (
		refusal *event.Refusal
		denied  *handlers.DeniedError
		input   *handlers.InputError
	)
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case errors.As(err, &denied):
		return denied.Code
	case errors.As(err, &input):
		return "input." + input.Code
	case errors.Is(err, handlers.ErrNotFound):
		return "not_found"
	case errors.Is(err, handlers.ErrUnavailable):
		return "unavailable"
	}
	return "fault"
}

// look reads a case as a colleague sees it. ok is false when it is not theirs to see, or when a visitor is at work in it.
func (p *partners) look(c handlers.Caller, id string) (v handlers.CaseView, ok bool) {
	v, err := p.svc.Case(p.ctx, c, id, handlers.At{})
	if err != nil || p.visited(c, id) {
		return v, false
	}
	p.story.id, p.story.kind, p.story.subject = id, v.Kind, v.Subject
	return v, true
}

// visited tells whether a visitor acted in the case a moment ago. The log's clock may run fast, so the moment is counted
// from when her act was noticed.
func (p *partners) visited(c handlers.Caller, id string) bool {
	history, err := p.svc.Timeline(p.ctx, c, id, handlers.At{})
	if err != nil {
		return true
	}
	var newest uint64
	for _, e := range history.Entries {
		if p.house.isVisitor(e.Actor) {
			newest = max(newest, e.Position)
		}
	}
	if newest == 0 {
		return false
	}
	now := p.svc.Clock.Wall()
	if p.seen[id].position != newest {
		p.seen[id] = visit{position: newest, noticed: now}
	}
	return now.Sub(p.seen[id].noticed) < leftAlone
}

// isVisitor tells whether an account is one of the visitors'.
func (h *house) isVisitor(account string) bool {
	for _, id := range h.visitors {
		if id == account {
			return true
		}
	}
	return false
}

// anyCase picks an open case among those that its lead sees.
func (p *partners) anyCase(stages ...string) (board.Row, handlers.Caller, bool) {
	lead := p.house.as(pick(p.rng, []place{structure, structure, unit}))
	list, err := p.svc.Board(p.ctx, lead, handlers.ListQuery{Limit: 200})
	if err != nil {
		p.err = err
		return board.Row{}, lead, false
	}
	var rows []board.Row
	for _, r := range list.Items {
		if r.Lead == lead.Institution && (len(stages) == 0 || slices.Contains(stages, r.Stage)) {
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return board.Row{}, lead, false
	}
	return pick(p.rng, rows), lead, true
}

// open counts the open cases.
func (p *partners) openCases() int {
	list, err := p.svc.Board(p.ctx, p.house.as(structure), handlers.ListQuery{Limit: 1})
	if err != nil {
		p.err = err
		return enough
	}
	return list.Total
}
