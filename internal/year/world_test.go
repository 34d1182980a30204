package year

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/password"
)

// begin is a Monday morning, before a year with both clock changes and every holiday.
var begin = time.Date(2026, 1, 5, 7, 0, 0, 0, time.UTC)

// post is an institution of the county and the role that its people have.
type post struct {
	id, kind, role string
	services       []string
	first          holder
}

// staff says how many institutions of a kind there are, who works there, and what they offer. Sixty-one in all.
var staff = []struct {
	kind, role string
	count      int
	services   []string
}{
	{directory.MunicipalityDV, access.Coordinator, 1, []string{"case_management", "court_petition"}},
	{directory.MunicipalityCP, access.ChildWorker, 1, []string{"case_management", "child_assessment"}},
	{directory.MunicipalityNeeds, access.Provider, 1, []string{"economic_aid", "housing"}},
	{directory.PoliceKind, access.Police, 5, []string{"police_protection", "order_execution"}},
	{directory.Prosecution, access.Court, 1, []string{"court_petition"}},
	{directory.Court, access.Court, 2, nil},
	{directory.Bailiff, access.Court, 2, []string{"order_execution"}},
	{directory.Medical, access.Medical, 8, []string{"health"}},
	{directory.Forensic, access.Medical, 1, []string{"forensic_exam"}},
	{directory.Education, access.Provider, 6, []string{"education_support"}},
	{directory.Employment, access.Provider, 1, []string{"employment"}},
	{directory.NGO, access.NGO, 17, []string{"psychosocial", "legal_aid", "child_care", "perpetrator_programme", "housing"}},
	{directory.Shelter, access.Shelter, 3, []string{"shelter", "psychosocial"}},
	{directory.ResidentialCentre, access.Provider, 6, []string{"residential_care"}},
	{directory.OtherMunicipality, access.Provider, 4, []string{"case_management"}},
	{directory.Oversight, access.Auditor, 2, nil},
}

// hand is a clock that stands until it is moved.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (c *hand) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *hand) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// county is the simulated world: one goroutine acts in it.
type county struct {
	tb     testing.TB
	dir    string
	clock  *hand
	rng    *rand.Rand
	seed   uint64
	app    *app.App
	svc    *handlers.Service
	posts  []post
	keys   int
	head   uint64            // newest position that anybody was told of
	cases  []string          // every case ever opened
	teams  [2]gathering      // of the two structures that lead cases: the meeting that each prepares or holds
	done   map[string]int    // how often each action was carried out
	said   map[string]int    // how often each refusal was given
	lapses map[string]string // deadline -> event that says it lapsed

	accounts map[string]string // of people who have one, by the id that they have without
	surname  func() string     // of everybody; nil: nobody bears anybody else's
}

// newCounty settles 61 institutions.
func newCounty(tb testing.TB, seed uint64) *county {
	tb.Helper()
	w := &county{
		tb: tb, dir: tb.TempDir(), clock: &hand{at: begin}, rng: rand.New(rand.NewPCG(seed, 61)), seed: seed,
		done: map[string]int{}, said: map[string]int{}, lapses: map[string]string{},
	}
	w.start()
	tb.Cleanup(func() { w.stop() })
	for _, s := range staff {
		for n := range s.count {
			w.settle(post{id: handlers.DeriveKey("year", s.kind, fmt.Sprint(n)).String(), kind: s.kind, role: s.role, services: s.services})
		}
	}
	w.await()
	return w
}

// start opens everything on the folder, as a server does.
func (w *county) start() {
	w.tb.Helper()
	a, err := app.New(app.Config{
		DataDir: w.dir, Log: io.Discard, Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
		Clock: &handlers.Clock{Now: w.clock.now, Wall: w.clock.now, Sleep: func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() }},
	})
	w.ok(err)
	a.StartViews()
	w.ok(a.Ready(w.tb.Context()))
	w.app, w.svc = a, a.Service()
}

func (w *county) stop() {
	if w.app != nil {
		w.ok(w.app.Stop(context.Background()))
		w.app = nil
	}
}

// restart stops the server and starts it again on what it left; now and then its views are lost on the way.
func (w *county) restart(loseViews bool) {
	w.stop()
	if loseViews {
		w.ok(os.RemoveAll(filepath.Join(w.dir, "views")))
	}
	w.start()
}

func (w *county) settle(p post) {
	w.tb.Helper()
	sector := directory.Public
	if p.role == access.NGO || p.role == access.Shelter {
		sector = directory.Private
	}
	name := directory.Text{SQ: p.kind + " " + p.id[:4], EN: p.kind + " " + p.id[:4]}
	commands := []directory.Command{directory.Register{Institution: p.id, Kind: p.kind, Sector: sector, Details: directory.Details{Name: name, OnPlatform: w.rng.IntN(8) > 0}}}
	for _, s := range p.services {
		commands = append(commands, directory.OfferService{Offer: directory.Offer{Service: s, AssuredAt: w.clock.now()}})
		if s == "shelter" || s == "residential_care" {
			commands = append(commands, directory.ReportCapacity{Service: s, Total: 5, Available: 5})
		}
	}
	for _, c := range commands {
		r, err := w.svc.InstitutionCommand(w.tb.Context(), handlers.Shell(), p.id, c, w.envelope())
		w.ok(err)
		w.head = max(w.head, r.Position)
	}
	p.first = w.employ(p)
	w.posts = append(w.posts, p)
}

// envelope is that of the next command: its key follows from the seed.
func (w *county) envelope() handlers.Envelope {
	w.keys++
	return handlers.Envelope{Key: handlers.DeriveKey("year", fmt.Sprint(w.seed), fmt.Sprint(w.keys))}
}

// somebody of a post. Her session changes by the day.
func (w *county) somebody(p post) handlers.Caller {
	return w.colleague(p, w.rng.IntN(3))
}

// colleague is one of the three of a post; the first has an account.
func (w *county) colleague(p post, i int) handlers.Caller {
	n := fmt.Sprint(i)
	account := p.first.account
	if i > 0 {
		account = handlers.DeriveKey("year", "account", p.id, n).String()
	}
	return handlers.Caller{
		Account: cmp.Or(w.accounts[account], account), Institution: p.id, Role: p.role, Language: "sq",
		Session: handlers.DeriveKey("year", "session", p.id, n, w.clock.now().Format(time.DateOnly)).String(),
	}
}

func (w *county) await() {
	w.tb.Helper()
	w.ok(w.svc.Views.WaitFor(w.tb.Context(), w.head))
}

func (w *county) chance(n int) bool { return w.rng.IntN(n) == 0 }

func pick[T any](w *county, list []T) T { return list[w.rng.IntN(len(list))] }

// ok ends the test on an error, with the seed that leads to it.
func (w *county) ok(err error) {
	w.tb.Helper()
	if err != nil {
		w.fail("%v", err)
	}
}

func (w *county) fail(format string, args ...any) {
	w.tb.Helper()
	w.tb.Fatalf("seed %d, %s: %s", w.seed, w.clock.now().Format(time.DateTime), fmt.Sprintf(format, args...))
}
