package handlers_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/domain/register"
	"mkr/handlers"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/catalog"
)

// bed is a whole Service on the embedded log, with a clock that stands until it is moved.
type bed struct {
	*handlers.Service
	t    *testing.T
	log  *sqlitelog.Log
	dir  string
	logs *bytes.Buffer

	mu  sync.Mutex
	now time.Time

	dv, cp, police, ngo, shelter, court, medical string // institutions
}

func newBed(t *testing.T) *bed {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	ok(t, err)
	b := &bed{t: t, dir: t.TempDir(), logs: &bytes.Buffer{}, now: time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)}
	b.log, err = sqlitelog.Open(sqlitelog.Options{Dir: b.dir + "/log", Now: b.clock})
	ok(t, err)
	keys, err := vault.Open(vault.Options{Dir: b.dir + "/keys"})
	ok(t, err)
	registry := event.NewRegistry(projections.Unmarshal, casefile.Events(), person.Events(), register.Events(), meeting.Events(), directory.Events(), activity.Events(), application.Events(), account.Events(), accesslog.Events())
	runner, err := projections.Open(projections.Options{Dir: b.dir + "/views", Log: b.log, Registry: registry, Views: catalog.Views(zone), Logger: zerolog.Nop()})
	ok(t, err)
	packs, err := deadline.Embedded()
	ok(t, err)
	holidays, err := deadline.AlbanianHolidays()
	ok(t, err)
	b.Service = handlers.New(handlers.Deps{
		Log: b.log, Registry: registry, Vault: keys, Views: runner.Views(),
		Cases:     casefile.Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}},
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
		Clock:     handlers.Clock{Now: b.clock, Wall: b.clock}, Zone: zone, Logger: zerolog.New(b.logs),
	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-done
		_ = runner.Close()
		_ = keys.Close()
		_ = b.log.Close()
	})
	b.dv = b.institution(directory.MunicipalityDV, directory.Public)
	b.cp = b.institution(directory.MunicipalityCP, directory.Public)
	b.police = b.institution(directory.PoliceKind, directory.Public)
	b.ngo = b.institution(directory.NGO, directory.Private)
	b.shelter = b.institution(directory.Shelter, directory.Private)
	b.court = b.institution(directory.Court, directory.Public)
	b.medical = b.institution(directory.Medical, directory.Public)
	return b
}

func (b *bed) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bed) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bed) institution(kind, sector string) string {
	b.t.Helper()
	id := handlers.DeriveKey("institution", kind)
	r, err := b.InstitutionCommand(b.t.Context(), handlers.Shell(), id.String(), directory.Register{Institution: id.String(), Kind: kind, Sector: sector, Details: directory.Details{Name: directory.Text{SQ: kind, EN: kind}, OnPlatform: true}}, handlers.Envelope{Key: handlers.NewKey()})
	ok(b.t, err)
	ok(b.t, b.Await(b.t.Context(), r.Position))
	return id.String()
}

// as is a caller of a role at an institution, with a session of its own.
func as(role, institution string) handlers.Caller {
	return handlers.Caller{Account: handlers.DeriveKey("account", role).String(), Institution: institution, Role: role, Session: handlers.DeriveKey("session", role).String(), Language: "sq"}
}

func key() handlers.Envelope { return handlers.Envelope{Key: handlers.NewKey()} }

const survivorName = "Drita Shembulli-Provë"

func intake() handlers.OpenCase {
	return handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(survivorName), Phone: person.PlainOf("0691234567"), Address: person.PlainOf("Rruga e Provës 7")},
			{Role: "alleged_perpetrator", Relation: "spouse", Sex: "male", Name: person.PlainOf("Petrit Shembulli-Provë")},
		},
	}
}

// open opens a case as the police and returns its id.
func (b *bed) open() string {
	b.t.Helper()
	r, err := b.OpenCase(b.t.Context(), as("police", b.police), intake(), key())
	ok(b.t, err)
	return r.Case
}

func (b *bed) do(c handlers.Caller, caseID, action, target string, in handlers.Input) (handlers.Receipt, error) {
	b.t.Helper()
	return b.doWith(c, caseID, action, target, in, key())
}

func (b *bed) doWith(c handlers.Caller, caseID, action, target string, in handlers.Input, env handlers.Envelope) (handlers.Receipt, error) {
	b.t.Helper()
	a, found := handlers.ActionNamed(action)
	if !found {
		b.t.Fatalf("no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	return b.Do(b.t.Context(), c, caseID, a, target, in, env)
}

func (b *bed) referral() *handlers.CreateReferral {
	return &handlers.CreateReferral{To: b.ngo, Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Ka nevojë për këshillim"), Basis: "law_9669_art_8"}
}

// accessEvents are the stored types in a caller's access stream.
func (b *bed) accessEvents(c handlers.Caller) []string {
	b.t.Helper()
	recorded, err := b.log.ReadStream(b.t.Context(), event.StreamName(event.AccessCategory, c.Session), 0)
	ok(b.t, err)
	var out []string
	for _, r := range recorded {
		out = append(out, r.Type)
	}
	return out
}

func (b *bed) size() int {
	b.t.Helper()
	all, err := b.log.ReadAll(b.t.Context(), 0, 100_000)
	ok(b.t, err)
	return len(all)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
