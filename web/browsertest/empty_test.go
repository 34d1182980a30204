package browsertest

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/demo"
	"mkr/internal/password"
	"mkr/web/i18n"
)

// houses are the institutions of an installation on its first day, by the role of the one account that each has there.
var houses = []struct{ role, kind string }{
	{access.Coordinator, directory.MunicipalityDV}, {access.Administrator, directory.MunicipalityDV}, {access.ChildWorker, directory.MunicipalityCP},
	{access.Police, directory.PoliceKind}, {access.Shelter, directory.Shelter}, {access.NGO, directory.NGO}, {access.Medical, directory.Medical},
	{access.Court, directory.Court}, {access.Auditor, directory.Oversight}, {access.Provider, directory.Employment}, {"institution_administrator", directory.PoliceKind},
}

// newEmptyBed is an installation on its first day: institutions, an account for each role, and no case, save for what was
// done in it the day before. It is this test's alone.
func newEmptyBed(t *testing.T, before ...func(b *bed)) *bed {
	t.Helper()
	dir, err := os.MkdirTemp("", "mkr-browsertest-empty-")
	ok(t, err)
	b := &bed{dir: dir, logs: &lines{}, secrets: newFinder(), open: map[string]session{}, demo: &demo.Demo{}}
	clock := app.NewSteppedClock(visitDay.AddDate(0, 0, -2))
	work := clock.Clock()
	b.app, err = app.New(app.Config{
		DataDir: filepath.Join(dir, "data"), Addr: "127.0.0.1:0", Origin: app.LocalOrigin, Speed: 1, Idle: handlers.BrowserLife, Clock: &work, Log: b.logs,
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
	})
	ok(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		defer os.RemoveAll(dir)
		ok(t, b.app.Stop(ctx))
	})
	b.app.StartViews()
	ok(t, b.app.Ready(t.Context()))
	service := b.app.Service()
	for _, h := range houses {
		id := handlers.DeriveKey("institution", h.kind).String()
		if !slices.ContainsFunc(b.demo.SignIns, func(s demo.SignIn) bool { return s.Institution == h.kind }) {
			r, err := service.InstitutionCommand(t.Context(), handlers.Shell(), id, directory.Register{
				Institution: id, Kind: h.kind, Sector: directory.Public, Details: directory.Details{Name: directory.Text{SQ: "Zyra " + h.kind, EN: "Office " + h.kind}, OnPlatform: true},
			}, key())
			ok(t, err)
			ok(t, service.Await(t.Context(), r.Position))
		}
		word := "dita e parë " + h.role
		r, err := service.OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
			Institution: id, Role: h.role, Username: person.PlainOf(h.role), Display: person.PlainOf("Punonjëse Prove"), Language: "sq", Password: person.PlainOf(word),
		}, key())
		ok(t, err)
		ok(t, service.Await(t.Context(), r.Position))
		b.demo.SignIns = append(b.demo.SignIns, demo.SignIn{Role: h.role, Institution: h.kind, Username: h.role, Password: word})
	}
	for _, done := range before {
		done(b)
	}
	clock.Run(visitDay, 1)
	ok(t, b.app.Start())
	ok(t, b.app.Ready(t.Context()))
	return b
}

// taught are the lists that have nothing in them on the first day, and say so wherever a role comes to them.
var taught = []string{
	"/board", "/inbox", "/outbox", "/deadlines", "/register", "/orders", "/hearings", "/meetings", "/activities", "/aid", "/bounces", "/workload", "/reviews", "/erasures",
	"/audit", "/audit/flags", "/film", "/indicators/2014", "/guide?service=shelter",
}

// stepless are empty states without a link: whoever needs help has the numbers above and no account; moments are chosen in the form above.
var stepless = []string{"/guide", "/compare"}

var (
	emptyState = regexp.MustCompile(`(?s)<div class="empty">(.*?)</div>`)
	tableIn    = regexp.MustCompile(`(?s)<table([^>]*)>(.*?)</table>`)
	rowIn      = regexp.MustCompile(`(?s)<tr[^>]*>.*?</tr>`)
	nonsense   = regexp.MustCompile(`NaN|[+-]Inf|%!|&lt;nil&gt;`)
	bareZero   = regexp.MustCompile(`>\s*0 (rreshta|regjistrime|raste|ngjarje)\s*<`)
)

// On the first day of an installation, before there is any case, every page of every role says what will stand on it and
// how that comes to be, leads to the next step, and shows no head of a table over nothing and no figure made of nothing.
func TestFirstDayTeaches(t *testing.T) {
	b := newEmptyBed(t)
	web := b.web(t)
	var all []stop
	for _, h := range houses {
		all = append(all, b.follow(t, web, h.role, slices.Clone(taught))...)
	}
	all = append(all, b.follow(t, web, "", slices.Clone(taught))...)
	reached := map[string]bool{}
	for _, s := range all {
		if s.status != 200 {
			continue
		}
		where := s.who + " at " + s.path
		states := emptyState.FindAllStringSubmatch(s.body, -1)
		if i := slices.IndexFunc(taught, func(list string) bool { return s.path == list || strings.HasPrefix(s.path, list+"?") }); i >= 0 {
			reached[taught[i]] = true
			if len(states) == 0 {
				t.Errorf("%s: nothing says why the list is empty", where)
			}
		}
		for _, state := range states {
			path, _, _ := strings.Cut(s.path, "?")
			if !strings.Contains(state[1], "<a ") && !slices.Contains(stepless, path) && !strings.Contains(s.path, "wall") {
				t.Errorf("%s: no next step: %s", where, state[1])
			}
		}
		for _, table := range tableIn.FindAllStringSubmatch(s.body, -1) {
			_, rows, _ := strings.Cut(table[2], "<tbody")
			if !strings.Contains(table[1], " hidden") && !slices.ContainsFunc(rowIn.FindAllString(rows, -1), func(row string) bool { return strings.Contains(row, "<td") }) {
				t.Errorf("%s: a table with no row: %.200s", where, table[0])
			}
		}
		for _, bad := range append(nonsense.FindAllString(s.body, -1), bareZero.FindAllString(s.body, -1)...) {
			t.Errorf("%s: %q", where, bad)
		}
	}
	for _, list := range taught {
		if !reached[list] {
			t.Errorf("nobody came to %s", list)
		}
	}
	b.visits(t, layouts(all), i18n.Albanian, func(v *visitor, s stop) {
		v.sound(s.path, i18n.Albanian)
		v.accessible(s.path)
		v.size(phone)
		v.fits(s.path)
	})
	t.Logf("%d pages of %d accounts", len(all), len(houses)+1)
}

// The last row that goes leaves the list's own words behind, and the first that comes takes them away, on a page that is
// looked at.
func TestAListFillsAndTeachesAgain(t *testing.T) {
	b := newEmptyBed(t)
	v := visitAt(t, b)
	v.hold(b.sessionOf(t, access.Police))
	v.open("/board")
	v.follows()
	if v.count("main .empty:not([hidden])") != 1 || v.count("#board:not([hidden])") != 0 {
		t.Fatal("an empty board is not told as one")
	}
	made := b.newCase(t, b.as(t, access.Police), "domestic_violence")
	v.until(`document.querySelector("#board:not([hidden]) [data-key]") && document.querySelector("main .empty").hidden`)
	if !strings.Contains(v.text("#board"), made.Code) {
		t.Error("the case is not on the board")
	}
}
