package year

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/projections"
)

// mostFlags is how many of a hundred looks of people at their ordinary work the sentinel may question: a list that is full of what
// is right hides what is not.
const mostFlags = 1.0

// People of 61 institutions do their work for weeks, by day, under names that many share as they do in life, and the access
// sentinel questions hardly anything of it.
func TestOrdinaryWorkIsHardlyQuestioned(t *testing.T) {
	w := newCounty(t, 29)
	w.share()
	days := 30
	if underRace {
		days = 8 // too few looks to hold a share to one in a hundred: the run without the detector does that
	}
	for day := range days {
		morning := begin.AddDate(0, 0, day)
		w.clock.pass(morning.Sub(w.clock.now()))
		for evening := morning.Add(10 * time.Hour); w.clock.now().Before(evening); {
			w.clock.pass(time.Duration(5+w.rng.IntN(25)) * time.Minute)
			w.silence()
			w.await()
			switch n := w.rng.IntN(100); {
			case n < 45:
				w.answer()
			case n < 80:
				w.follow()
			case n < 88:
				w.begin()
			case n < 95:
				w.end()
			default:
				w.gather()
			}
		}
		// Every look is judged in its time, as a running server does.
		_, err := w.svc.Watch(t.Context())
		w.ok(err)
	}
	looks, flags := 0, map[string]int{}
	for after := eventlog.Position(0); ; {
		page, err := w.svc.Log.ReadAll(t.Context(), after, 1000)
		w.ok(err)
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			after = r.Position
			f, err := projections.Decode(w.svc.Registry, r)
			w.ok(err)
			if _, is := sentinel.LookOf(f); is && event.Category(r.Stream) == event.AccessCategory {
				looks++
			}
			if raised, is := f.Data.(sentinel.Raised); is {
				flags[raised.Rule]++
			}
		}
	}
	n := 0
	for _, c := range flags {
		n += c
	}
	share := 100 * float64(n) / float64(looks)
	t.Logf("%d days, %d cases: %d looks, %d flags, %.2f %%: %v", days, len(w.cases), looks, n, share, flags)
	if looks < 15*days {
		t.Errorf("only %d looks: the test shows little", looks)
	}
	if !underRace && share > mostFlags {
		t.Errorf("%.2f %% of ordinary looks are questioned, at most %.0f may be", share, mostFlags)
	}
}

// follow lets somebody look after what her institution sent, has to do or takes part in: she opens the case, reads who it is about,
// and does what is open to her there, or nothing.
func (w *county) follow() {
	c := w.somebody(pick(w, w.posts))
	q := handlers.ListQuery{Limit: 100, Party: c.Institution}
	var cases []string
	switch w.rng.IntN(3) {
	case 0:
		sent, err := w.svc.Outbox(w.tb.Context(), c, handlers.ListQuery{Limit: 100})
		for _, r := range sent.Items {
			cases = append(cases, r.Case)
		}
		w.denied(err)
	case 1:
		due, err := w.svc.Deadlines(w.tb.Context(), c, handlers.ListQuery{Limit: 100, Institution: c.Institution})
		for _, r := range due.Items {
			cases = append(cases, r.Case)
		}
		w.denied(err)
	default:
		mine, err := w.svc.Board(w.tb.Context(), c, q)
		for _, r := range mine.Items {
			cases = append(cases, r.Case)
		}
		w.denied(err)
	}
	if len(cases) == 0 {
		return
	}
	id := pick(w, cases)
	if !w.chance(5) { // as a rule whoever did something in a case before goes on with it
		c = w.sameAgain(c, id)
	}
	v, err := w.svc.Case(w.tb.Context(), c, id, handlers.At{})
	if errors.Is(err, handlers.ErrNotFound) {
		return
	}
	w.ok(err)
	if len(v.Opens) > 0 {
		_, err := w.svc.OpenFields(w.tb.Context(), c, v.ID, handlers.Want{Persons: []string{v.Subject}})
		w.ok(err)
	}
	if w.chance(2) {
		w.choose(c, v, func(handlers.OpenAction) bool { return true })
	}
}

// sameAgain is the colleague who last did something in a case, or the caller where there is none.
func (w *county) sameAgain(c handlers.Caller, id string) handlers.Caller {
	_, recorded := w.state(id)
	for _, r := range slices.Backward(recorded) {
		f, err := projections.Decode(w.svc.Registry, r)
		w.ok(err)
		if f.Meta.Institution == c.Institution && f.Meta.Role == c.Role {
			c.Account = f.Meta.Actor
			c.Session = handlers.DeriveKey("year", "session", c.Account, w.clock.now().Format(time.DateOnly)).String()
			return c
		}
	}
	return c
}

// end lets a structure bring a case that it leads nearer to its end.
func (w *county) end() {
	c := w.somebody(w.posts[w.rng.IntN(2)])
	list, err := w.svc.Register(w.tb.Context(), c, handlers.ListQuery{Limit: 100, Party: c.Institution})
	w.ok(err)
	if len(list.Items) == 0 || w.openCases() < quiet {
		return
	}
	v, err := w.svc.Case(w.tb.Context(), c, pick(w, list.Items).Case, handlers.At{})
	if errors.Is(err, handlers.ErrNotFound) {
		return
	}
	w.ok(err)
	for _, name := range endings {
		if w.choose(c, v, func(a handlers.OpenAction) bool { return a.Action == name }) {
			return
		}
	}
}

// denied takes a list that is not for a role as empty.
func (w *county) denied(err error) {
	w.tb.Helper()
	var no *handlers.DeniedError
	if !errors.As(err, &no) {
		w.ok(err)
	}
}

// share opens an account for everybody, under surnames of which a few are borne by many.
func (w *county) share() {
	w.tb.Helper()
	syllables := []string{"ba", "do", "fe", "gu", "la", "mo", "ne", "pi", "ro", "su", "ta", "ve", "ze"}
	var names []string
	for i := range 400 {
		names = append(names, "M"+syllables[i%13]+syllables[i/13%13]+syllables[i/169]+"j")
	}
	weights, all := make([]float64, len(names)), 0.0
	for i := range weights {
		all += 1 / float64(i+15) // the most common is borne by two in a hundred
		weights[i] = all
	}
	w.surname = func() string {
		at, _ := slices.BinarySearch(weights, w.rng.Float64()*all)
		return names[min(at, len(names)-1)]
	}
	accounts := map[string]string{}
	for _, p := range w.posts {
		for n := range 3 {
			id := w.colleague(p, n).Account
			r, err := w.svc.OpenAccount(w.tb.Context(), handlers.Shell(), handlers.NewAccount{
				Institution: p.id, Role: p.role, Username: person.PlainOf("u-" + id), Display: person.PlainOf("Punonjës " + w.surname()), Password: person.PlainOf("një fjalëkalim i gjatë për provë 74"),
			}, w.envelope())
			w.ok(err)
			accounts[id] = r.ID
			w.head = max(w.head, r.Position)
		}
	}
	w.await()
	w.accounts = accounts
}
