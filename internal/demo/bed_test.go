package demo

import (
	"bytes"
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/household"
	"mkr/domain/meeting"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/domain/register"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/catalog"
)

// visitDay is where the replays of the tests end: a Friday at noon in Shkodër.
var visitDay = time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)

// handClock stands until it is set; sleeping in it moves it.
type handClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *handClock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at.UTC()
	}
}

// pass waits in the clock: it is the only one who moves it then.
func (c *handClock) pass(ctx context.Context, d time.Duration) error {
	c.Set(c.Now().Add(d))
	return ctx.Err()
}

// bed is a whole Service on the embedded log, with a demo loaded into it.
type bed struct {
	*handlers.Service
	demo  *Demo
	clock *handClock
	log   *sqlitelog.Log
	dir   string
	said  *lines
	stop  func()
}

// lines is a log output that several goroutines write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// newBed opens a Service on a folder, as internal/app does. Whoever calls it stops it.
func newBed(t testing.TB, dir string) *bed {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	ok(t, err)
	b := &bed{dir: dir, clock: &handClock{at: Begin}, said: &lines{}}
	logger := zerolog.New(b.said)
	b.log, err = sqlitelog.Open(sqlitelog.Options{Dir: dir + "/log", Now: b.clock.Now, Logger: logger})
	ok(t, err)
	keys, err := vault.Open(vault.Options{Dir: dir + "/keys"})
	ok(t, err)
	registry := event.NewRegistry(projections.Unmarshal, casefile.Events(), person.Events(), register.Events(), meeting.Events(), directory.Events(), capacity.Events(), activity.Events(), application.Events(), account.Events(), accesslog.Events(), household.Events(), merge.Events())
	runner, err := projections.Open(projections.Options{Dir: dir + "/views", Log: b.log, Registry: registry, Views: catalog.Views(zone), Logger: logger})
	ok(t, err)
	packs, err := deadline.Embedded()
	ok(t, err)
	holidays, err := deadline.AlbanianHolidays()
	ok(t, err)
	b.Service = handlers.New(handlers.Deps{
		Log: b.log, Registry: registry, Vault: keys, Views: runner.Views(),
		Cases:     casefile.Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}},
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
		Clock:     handlers.Clock{Now: b.clock.Now, Wall: b.clock.Now, Sleep: b.clock.pass}, Zone: zone, Logger: logger,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	b.stop = sync.OnceFunc(func() {
		cancel()
		<-done
		_ = runner.Close()
		_ = keys.Close()
		_ = b.log.Close()
	})
	return b
}

// load loads a demo of a seed into the bed; plots says what of it, nil the whole of it.
func (b *bed) load(t testing.TB, seed uint64, plots func(*world)) {
	t.Helper()
	b.demo = New(Options{Seed: seed, Clock: b.clock, Now: visitDay})
	if plots != nil {
		b.demo.plots = plots
	}
	ok(t, b.demo.Load(t.Context(), b.Service))
}

// events reads the whole log.
func (b *bed) events(t testing.TB) []eventlog.Recorded {
	t.Helper()
	var out []eventlog.Recorded
	after := eventlog.Position(0)
	for {
		page, err := b.log.ReadAll(t.Context(), after, 1000)
		ok(t, err)
		if len(page) == 0 {
			return out
		}
		out = append(out, page...)
		after = page[len(page)-1].Position
	}
}

// states folds every case of the store.
func (b *bed) states(t testing.TB) map[string]casefile.State {
	t.Helper()
	out := map[string]casefile.State{}
	for _, e := range b.events(t) {
		if event.Category(e.Stream) != event.CaseCategory {
			continue
		}
		f, err := projections.Decode(b.Registry, e)
		ok(t, err)
		out[e.Stream] = casefile.Evolve(out[e.Stream], f.Data)
	}
	return out
}

// shared is a bed that is loaded once for several tests.
type shared struct {
	plots func(*world) // nil: the whole
	seed  uint64
	once  sync.Once
	bed   *bed
	dir   string
}

// whole is for tests that only read; today, with its cases alone, for those that change them and leave the rest as it is.
var (
	whole = &shared{seed: 1}
	today = &shared{seed: 3, plots: todaysCases}
)

func (s *shared) in(t testing.TB) *bed {
	t.Helper()
	s.once.Do(func() {
		dir, err := os.MkdirTemp("", "mkr-demo-test-")
		ok(t, err)
		s.dir = dir
		b := newBed(t, dir)
		b.load(t, s.seed, s.plots)
		s.bed = b
	})
	if s.bed == nil {
		t.Fatal("the demo could not be loaded")
	}
	return s.bed
}

// theWhole leaves out the years between under the race detector, which slows the embedded store down many times: they hold
// more of the same, by the same code.
func theWhole(t testing.TB) *bed {
	t.Helper()
	if underRace {
		whole.plots = func(w *world) { w.tellTheYear(); w.tellToday() }
	}
	return whole.in(t)
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, s := range []*shared{whole, today} {
		if s.bed != nil {
			s.bed.stop()
		}
		if s.dir != "" {
			_ = os.RemoveAll(s.dir)
		}
	}
	os.Exit(code)
}

// part is a bed of its own with a part of the demo.
func part(t testing.TB, seed uint64, plots func(*world)) *bed {
	t.Helper()
	b := newBed(t, t.TempDir())
	t.Cleanup(b.stop)
	b.load(t, seed, plots)
	return b
}

// as is a visitor's account.
func (b *bed) as(username string) handlers.Caller {
	for _, s := range seats {
		if s.username == username {
			return handlers.Caller{Account: b.demo.house.visitors[username], Institution: b.demo.house.id(s.place), Role: s.role, Session: handlers.DeriveKey("test", username).String(), Language: "sq"}
		}
	}
	panic("no seat " + username)
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
