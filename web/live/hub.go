package live

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
)

// Feed is one subscription to the views; *projections.Subscription is one.
type Feed interface {
	C() <-chan projections.Batch
	Position() uint64
	Err() error
	Close()
}

var _ Feed = (*projections.Subscription)(nil)

// Config is what a Hub is made of. All of it but Limits, Ticker and Summary is needed.
type Config struct {
	// Subscribe begins a subscription to the views. It is called again when the hub has lost its place.
	Subscribe func() Feed
	// Auth tells who sends a request. It is asked at the handshake, in sweeps and by Rejudge, the latter two with a
	// request that has the first one's headers Authorization and Cookie and nothing else. handlers.ErrNotSignedIn
	// closes with 4401, *handlers.DeniedError with 4403; any other error means that it cannot say now.
	Auth  func(*http.Request) (handlers.Caller, error)
	Judge Judge
	// CaseRow finds the register's row of a case, or projections.ErrNotFound.
	CaseRow func(ctx context.Context, id string) (projections.Row, error)
	// Summary words an event in a language, from coded values only; nil sends the event's type.
	Summary func(language string, f event.Fact) string
	// Epoch names the history that positions belong to. It must change whenever a position may mean something
	// else than before: another log, or views that derive other rows from it.
	Epoch  string
	Limits Limits
	// Ticker is time.NewTicker, or a test's own.
	Ticker func(time.Duration) (c <-chan time.Time, stop func())
	// Wall is time.Now, or a test's own: callers say until when their sessions stand by it.
	Wall   func() time.Time
	Logger zerolog.Logger
}

// Limits bound what connections cost. Fields that are zero have the value of DefaultLimits.
type Limits struct {
	Connections int // in all; more are refused with 503
	PerAccount  int // of one account; more are refused with 429
	QueueBytes  int // that may wait for one connection
	QueueFrames int
	RingBytes   int // of changes and events to be resumed from

	Position  time.Duration // every connection hears the position this often
	Sweep     time.Duration // every session is checked again this often
	Lapse     time.Duration // sessions whose time has come are closed this often
	WriteWait time.Duration // a write may take this long
	CloseWait time.Duration // each side of a closing may take this long
}

// DefaultLimits fit a municipality twenty times over.
func DefaultLimits() Limits {
	return Limits{
		Connections: 20_000, PerAccount: 64, QueueBytes: 256 << 10, QueueFrames: 1024, RingBytes: 16 << 20,
		Position: 4 * time.Second, Sweep: time.Minute, Lapse: time.Second, WriteWait: 10 * time.Second, CloseWait: time.Second,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ have, want *int }{
		{&l.Connections, &d.Connections}, {&l.PerAccount, &d.PerAccount}, {&l.QueueBytes, &d.QueueBytes},
		{&l.QueueFrames, &d.QueueFrames}, {&l.RingBytes, &d.RingBytes},
	} {
		if *f.have == 0 {
			*f.have = *f.want
		}
	}
	for _, f := range []struct{ have, want *time.Duration }{
		{&l.Position, &d.Position}, {&l.Sweep, &d.Sweep}, {&l.Lapse, &d.Lapse}, {&l.WriteWait, &d.WriteWait}, {&l.CloseWait, &d.CloseWait},
	} {
		if *f.have == 0 {
			*f.have = *f.want
		}
	}
	return l
}

// Stats count what the hub does, for metrics.
type Stats struct {
	Connections int    // now
	Lenses      int    // now
	Head        uint64 // position of what was last published
	Sent        uint64 // frames written
	Coalesced   uint64 // frames replaced by newer ones before they were written
	Slow        uint64 // connections closed with 4008
	Refused     uint64 // handshakes refused by a limit
	Resets      uint64 // reset messages sent
}

// Hub is the meeting point. All methods may be called from many goroutines.
type Hub struct {
	judge   Judge
	cfg     Config
	limits  Limits
	cases   *caseRows // owned by Run
	summary func(language string, f event.Fact) string

	mu       sync.Mutex // guards what follows, and what of conn, group, ring and item says so
	started  bool       // Run has a feed
	stopping bool
	groups   map[Lens]*group
	accounts map[string]int // connections, those in their handshake included
	total    int
	ring     ring
	head     cursor // everything up to here has been published
	position *frame // says head; nil until it is needed
	nextID   uint64
	round    uint64
	asked    []func(handlers.Caller) bool // Rejudge calls that wait
	scratch  scratch

	ask     chan struct{} // has room for one: asked is not empty
	stop    chan struct{} // closed by Close
	stopped sync.Once
	conns   sync.WaitGroup

	sent, coalesced, slow, refused, resets atomic.Uint64
}

// New makes a Hub. Until Run has begun, connections are refused with 503.
func New(c Config) *Hub {
	if c.Ticker == nil {
		c.Ticker = func(d time.Duration) (<-chan time.Time, func()) {
			t := time.NewTicker(d)
			return t.C, t.Stop
		}
	}
	if c.Wall == nil {
		c.Wall = time.Now
	}
	if c.Summary == nil {
		c.Summary = func(_ string, f event.Fact) string { return f.Type }
	}
	h := &Hub{
		judge: c.Judge, cfg: c, limits: c.Limits.withDefaults(), summary: c.Summary, cases: newCaseRows(c.CaseRow),
		groups: map[Lens]*group{}, accounts: map[string]int{}, ask: make(chan struct{}, 1), stop: make(chan struct{}),
	}
	h.ring.limit = h.limits.RingBytes
	return h
}

// Epoch is Config.Epoch, for pages that begin a stream at the position they show.
func (h *Hub) Epoch() string { return h.cfg.Epoch }

// Stats tells what the hub does.
func (h *Hub) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Stats{
		Connections: h.total, Lenses: len(h.groups), Head: h.head.position, Sent: h.sent.Load(), Coalesced: h.coalesced.Load(),
		Slow: h.slow.Load(), Refused: h.refused.Load(), Resets: h.resets.Load(),
	}
}

// errLost says that the feed has to be begun again.
var errLost = errors.New("live: the hub lost its place")

// Run publishes until the context ends or Close is called (nil), or the feed ends for good (its error); then it
// closes every connection and returns when they are gone. Call it once.
func (h *Hub) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var sweeping sync.WaitGroup
	sweeping.Go(func() { h.sweep(ctx) })
	defer h.Close()
	defer sweeping.Wait()
	defer cancel()

	ticks, stopTicks := h.cfg.Ticker(h.limits.Position / shards)
	defer stopTicks()
	for first := true; ; first = false {
		feed := h.cfg.Subscribe()
		h.begin(feed.Position(), first)
		err := h.pump(ctx, feed, ticks)
		feed.Close()
		if !errors.Is(err, errLost) {
			return err
		}
		h.cfg.Logger.Warn().Msg("the live hub fell behind the views; everybody reads afresh")
	}
}

func (h *Hub) pump(ctx context.Context, feed Feed, ticks <-chan time.Time) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.stop:
			return nil
		case <-ticks:
			h.visit()
		case b, open := <-feed.C():
			if !open {
				if err := feed.Err(); errors.Is(err, projections.ErrSlow) {
					return errLost
				} else if err != nil {
					return err
				}
				return projections.ErrEnded
			}
			h.publish(ctx, b)
		}
	}
}

// Close closes every connection with 1001, so that clients come back to another server or to the next start, and
// returns when they are gone: within twice CloseWait. It may be called more than once.
func (h *Hub) Close() {
	h.stopped.Do(func() {
		h.mu.Lock()
		h.stopping = true
		h.each(func(c *conn) { c.close(goingAway) })
		h.mu.Unlock()
		close(h.stop)
	})
	h.conns.Wait()
}
