package year

import (
	"crypto/sha256"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/internal/eventlog"
)

func number(tb testing.TB, name string, otherwise int) int {
	tb.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return n
}

// neverDone are actions that a year may pass without: what they need is rare.
const neverDone = 4

// A year passes in the county, and every invariant holds after every step of it: the whole of it with MKR_YEAR_DAYS=365, which takes many minutes.
// "make test" lives through its first four months or, under the race detector, which slows the embedded store down many
// times, the first three weeks.
func TestAYearInTheCounty(t *testing.T) {
	usual := 120
	if underRace {
		usual = 21
	}
	seed, days := number(t, "MKR_YEAR_SEED", 1), number(t, "MKR_YEAR_DAYS", usual)
	w := newCounty(t, uint64(seed))
	if len(w.posts) != 61 {
		t.Fatalf("%d institutions", len(w.posts))
	}
	for day := range days {
		morning := begin.AddDate(0, 0, day)
		if wait := morning.Sub(w.clock.now()); wait > 0 {
			w.clock.pass(wait)
		}
		w.live()
		if day%30 == 29 {
			w.checkAll()
		}
	}
	w.checkAll()
	live := w.lists()
	w.restart(true)
	if diff := cmp.Diff(live, w.lists()); diff != "" {
		t.Errorf("seed %d: built anew, the lists differ:\n%s", seed, diff)
	}
	acts, refusals := 0, 0
	for _, n := range w.done {
		acts += n
	}
	for _, n := range w.said {
		refusals += n
	}
	t.Logf("seed %d: %d days, %d cases, %d acts, %d refusals, %d lapses", seed, days, len(w.cases), acts, refusals, len(w.lapses))
	if days < 365 {
		return
	}
	var missed []string
	for _, a := range handlers.CaseActions {
		if w.done[a.Name] == 0 {
			missed = append(missed, a.Name)
		}
	}
	if len(missed) > neverDone {
		t.Errorf("seed %d: nobody ever did %v; refused were %v", seed, missed, w.said)
	}
	if refusals*2 > acts {
		t.Errorf("seed %d: %d acts and %d refusals, so people only meddle: %v", seed, acts, refusals, w.said)
	}
}

// The same seed is the same year: event by event, by what, when, who and in which case.
func TestTheSameSeedIsTheSameYear(t *testing.T) {
	digest := func(seed uint64) string {
		w := newCounty(t, seed)
		for range 6 {
			w.live()
		}
		w.newest()
		h := sha256.New()
		for after := eventlog.Position(0); ; {
			page, err := w.svc.Log.ReadAll(t.Context(), after, 1000)
			w.ok(err)
			if len(page) == 0 {
				return fmt.Sprintf("%x", h.Sum(nil))
			}
			for _, r := range page {
				// A look, a session, and a place that a step of a case takes on the way, have no command: their ids are drawn.
				switch c := event.Category(r.Stream); c {
				case event.AccessCategory:
					r.Stream, r.ID = c, uuid.Nil
				case event.CapacityCategory, event.AccountCategory:
					r.ID = uuid.Nil
				}
				fmt.Fprintln(h, r.Stream, r.Revision, r.ID, r.Type, r.RecordedAt.Format(time.RFC3339Nano))
				after = r.Position
			}
		}
	}
	if a, b := digest(7), digest(7); a != b {
		t.Errorf("seed 7 gave %s, then %s", a, b)
	}
	if a, b := digest(7), digest(8); a == b {
		t.Error("another seed gave the same year")
	}
}

// The checks are not blind: each thing that must never be is told.
func TestTheChecksSeeWhatIsWrong(t *testing.T) {
	w := newCounty(t, 3)
	for len(w.cases) < 4 {
		w.live()
	}
	for _, id := range w.cases {
		s, _ := w.state(id)
		if err := casefile.Invariants(s); err != nil {
			t.Fatal(err)
		}
		if s.Status != casefile.Open {
			continue
		}
		for i := range s.Deadlines {
			broken := s
			broken.Deadlines = slices.Clone(s.Deadlines)
			broken.Deadlines[i].Owner = ""
			if s.Deadlines[i].Owed() && casefile.Invariants(broken) == nil {
				t.Errorf("%s: nobody owes %s, and nobody says so", s.Code, s.Deadlines[i].Rule)
			}
		}
		s.Deadlines = nil
		if casefile.Invariants(s) == nil {
			t.Errorf("%s: an open case without a clock, and nobody says so", s.Code)
		}
	}
}
