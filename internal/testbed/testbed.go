// Package testbed is a whole Service on the embedded log, for tests: real storage, real keys, real views, a clock
// that stands until it is moved, one institution of each kind that a case needs. It serves nothing; whoever tests
// HTTP puts a server in front. Everything is closed when the test ends.
package testbed

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/access"
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
	"mkr/domain/retention"
	"mkr/domain/rulebook"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/blobs"
	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/internal/ledger"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/catalog"
)

// Bed is the Service and what it stands on.
type Bed struct {
	*handlers.Service
	TB   testing.TB
	Log  eventlog.Log
	Dir  string
	Logs *Buffer // what was logged

	Witness *ledger.Signer // one whom the ledger knows

	Subscribe func() *projections.Subscription // to what the views take in

	mu  sync.Mutex
	now time.Time

	// Ids of the institutions.
	DV, CP, Police, NGO, Shelter, Court, Medical, Education, Needs string
}

// Options change what New makes.
type Options struct {
	// WrapLog puts something between the Service and the log: faults. The views read the log itself.
	WrapLog func(eventlog.Log) eventlog.Log
}

// Start is where the clock of every bed stands at first: a Monday morning.
var Start = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

// New makes a Bed.
func New(tb testing.TB, o Options) *Bed {
	tb.Helper()
	zone, err := time.LoadLocation("Europe/Tirane")
	OK(tb, err)
	b := &Bed{TB: tb, Dir: tb.TempDir(), Logs: &Buffer{}, now: Start}
	b.Log, err = sqlitelog.Open(sqlitelog.Options{Dir: b.Dir + "/log", Now: b.Now})
	OK(tb, err)
	keys, err := vault.Open(vault.Options{Dir: b.Dir + "/keys"})
	OK(tb, err)
	registry := event.NewRegistry(projections.Unmarshal, casefile.Events(), person.Events(), register.Events(), meeting.Events(), directory.Events(), capacity.Events(), activity.Events(), application.Events(), account.Events(), accesslog.Events(), rulebook.Events(), household.Events(), merge.Events(), sentinel.Events())
	runner, err := projections.Open(projections.Options{Dir: b.Dir + "/views", Log: b.Log, Registry: registry, Views: catalog.Views(zone), Logger: zerolog.Nop()})
	OK(tb, err)
	b.Subscribe = func() *projections.Subscription { return runner.Subscribe(1024) }
	packs, err := deadline.Embedded()
	OK(tb, err)
	holidays, err := deadline.AlbanianHolidays()
	OK(tb, err)
	odd, err := sentinel.Embedded()
	OK(tb, err)
	schedule, err := retention.Embedded()
	OK(tb, err)
	served := b.Log
	if o.WrapLog != nil {
		served = o.WrapLog(b.Log)
	}
	files, err := blobs.OpenFolder(b.Dir + "/files")
	OK(tb, err)
	signing, err := ledger.CreateKey(b.Dir+"/keys/signing.key", ledger.NewLogKey)
	OK(tb, err)
	b.Witness, err = ledger.NewWitnessKey("deshmitari-prove")
	OK(tb, err)
	tree, err := ledger.Open(ledger.Options{Log: b.Log, Dir: b.Dir + "/ledger", Checkpoint: b.Dir + "/checkpoint", Key: signing, Witnesses: []ledger.Verifier{b.Witness.Verifier}})
	OK(tb, err)
	OK(tb, tree.Check(tb.Context(), nil))
	OK(tb, handlers.ClaimFiles(tb.Context(), files, signing.Verifier, false))
	b.Service = handlers.New(handlers.Deps{
		Log: served, Ledger: tree, Registry: registry, Vault: keys, Views: runner.Views(), Retention: schedule, Sentinel: odd,
		Cases:     casefile.Decider{Rules: packs, Calendar: deadline.Calendar{Zone: zone, Holidays: holidays}},
		Files:     files,
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
		Clock:     handlers.Clock{Now: b.Now, Wall: b.Now}, Zone: zone, Logger: zerolog.New(b.Logs), Refusals: 1 << 20, Searches: 1 << 20, // the clock stands: a minute never ends

	})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = runner.Run(ctx) }()
	tb.Cleanup(func() {
		stop()
		<-done
		_ = runner.Close()
		_ = keys.Close()
		_ = tree.Close()
		_ = b.Log.Close()
	})
	for _, i := range []struct {
		into         *string
		kind, sector string
	}{
		{&b.DV, directory.MunicipalityDV, directory.Public}, {&b.CP, directory.MunicipalityCP, directory.Public},
		{&b.Police, directory.PoliceKind, directory.Public}, {&b.NGO, directory.NGO, directory.Private},
		{&b.Shelter, directory.Shelter, directory.Private}, {&b.Court, directory.Court, directory.Public},
		{&b.Medical, directory.Medical, directory.Public}, {&b.Education, directory.Education, directory.Public},
		{&b.Needs, directory.MunicipalityNeeds, directory.Public},
	} {
		*i.into = b.institution(i.kind, i.sector)
	}
	return b
}

// Now is the bed's time.
func (b *Bed) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// Pass moves the clock.
func (b *Bed) Pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *Bed) institution(kind, sector string) string {
	b.TB.Helper()
	id := handlers.DeriveKey("institution", kind).String()
	r, err := b.InstitutionCommand(b.TB.Context(), handlers.Shell(), id, directory.Register{Institution: id, Kind: kind, Sector: sector, Details: directory.Details{Name: directory.Text{SQ: kind, EN: kind}, OnPlatform: true}}, Key())
	OK(b.TB, err)
	OK(b.TB, b.Await(b.TB.Context(), r.Position))
	return id
}

// InstitutionOf is where the bed's people of a role work.
func (b *Bed) InstitutionOf(role string) string {
	switch role {
	case access.Coordinator, access.Auditor, access.Administrator:
		return b.DV
	case access.ChildWorker:
		return b.CP
	case access.Police, access.Steward:
		return b.Police
	case access.Medical:
		return b.Medical
	case access.NGO:
		return b.NGO
	case access.Shelter:
		return b.Shelter
	case access.Provider:
		return b.Education
	case access.Court:
		return b.Court
	}
	b.TB.Fatalf("nobody has the role %s", role)
	return ""
}

// Token opens an account of a role and gives it a bearer token for a hundred hours of the bed's time.
func (b *Bed) Token(role string) (token string, c handlers.Caller) {
	b.TB.Helper()
	return b.TokenAt(role, b.InstitutionOf(role))
}

// TokenAt is Token at an institution of choice.
func (b *Bed) TokenAt(role, institution string) (token string, c handlers.Caller) {
	b.TB.Helper()
	key := Key()
	r, err := b.OpenAccount(b.TB.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: institution, Role: role, Username: person.PlainOf("u-" + key.Key.String()), Display: person.PlainOf("Punonjëse Provë"),
		Password: person.PlainOf(Password),
	}, key)
	OK(b.TB, err)
	token, c, err = b.IssueToken(b.TB.Context(), r.ID, "test", 100*time.Hour)
	OK(b.TB, err)
	return token, c
}

// Password is that of every account which the bed opens.
const Password = "një fjalëkalim i gjatë për provë 74"

// Raise lets a caller with an account prove once more who she is: for five minutes of the bed's time she is not asked again.
func (b *Bed) Raise(c handlers.Caller) {
	b.TB.Helper()
	_, err := b.StepUp(b.TB.Context(), c, handlers.StepUpProof{Password: person.PlainOf(Password)}, Key())
	OK(b.TB, err)
}

// Keeper is an administrator with an account of her own, by a token: no screen of hers can be found open.
func (b *Bed) Keeper() handlers.Caller {
	b.TB.Helper()
	_, c := b.TokenAt(access.Administrator, b.DV)
	return c
}

// ComesIn signs in by a first password, and chooses Password.
func (b *Bed) ComesIn(username, first string) (token string, c handlers.Caller) {
	b.TB.Helper()
	_, _, err := b.SignIn(b.TB.Context(), handlers.SignIn{Username: username, Password: person.PlainOf(first)}, "test")
	var own *handlers.OwnPasswordNeededError
	if !errors.As(err, &own) {
		b.TB.Fatalf("a first password: %v", err)
	}
	token, c, err = b.SignInFirst(b.TB.Context(), own.Pending, person.PlainOf(Password), "test")
	OK(b.TB, err)
	return token, c
}

// As is a caller of a role at an institution, with a session of its own and no account behind it.
func As(role, institution string) handlers.Caller {
	return handlers.Caller{Account: handlers.DeriveKey("account", role).String(), Institution: institution, Role: role, Session: handlers.DeriveKey("session", role).String(), Language: "sq"}
}

// Key is the envelope of a new command.
func Key() handlers.Envelope { return handlers.Envelope{Key: handlers.NewKey()} }

// What the seeded survivor is called, and how she is reached: no answer but an opening, no log, no file in the clear
// may hold any of it.
const (
	SurvivorName    = "Drita Shembulli-Provë"
	SurvivorPhone   = "0691234567"
	SurvivorAddress = "Rruga e Provës 7"
	AccusedName     = "Petrit Shembulli-Provë"
)

// Secrets are all of them.
var Secrets = []string{SurvivorName, SurvivorPhone, SurvivorAddress, AccusedName}

// Intake is a plausible domestic violence intake.
func Intake() handlers.OpenCase {
	return handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(SurvivorName), Phone: person.PlainOf(SurvivorPhone), Address: person.PlainOf(SurvivorAddress)},
			{Role: "alleged_perpetrator", Relation: "spouse", Sex: "male", Name: person.PlainOf(AccusedName)},
		},
	}
}

// Open opens a case as the police and returns its id.
func (b *Bed) Open() string {
	b.TB.Helper()
	r, err := b.OpenCase(b.TB.Context(), As(access.Police, b.Police), Intake(), Key())
	OK(b.TB, err)
	return r.Case
}

// Referral is a plausible one to the NGO.
func (b *Bed) Referral() *handlers.CreateReferral {
	return &handlers.CreateReferral{To: b.NGO, Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Ka nevojë për këshillim"), Basis: "law_9669_art_8"}
}

// Act carries out a case action under a new key. A nil body is an empty one.
func (b *Bed) Act(c handlers.Caller, caseID, action, target string, in handlers.Input) (handlers.Receipt, error) {
	b.TB.Helper()
	return b.ActWith(c, caseID, action, target, in, Key())
}

// ActWith is Act with an envelope of choice.
func (b *Bed) ActWith(c handlers.Caller, caseID, action, target string, in handlers.Input, env handlers.Envelope) (handlers.Receipt, error) {
	b.TB.Helper()
	a, found := handlers.ActionNamed(action)
	if !found {
		b.TB.Fatalf("no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	return b.Do(b.TB.Context(), c, caseID, a, target, in, env)
}

// Events are the whole log.
func (b *Bed) Events() []eventlog.Recorded {
	b.TB.Helper()
	var all []eventlog.Recorded
	var after eventlog.Position
	for {
		page, err := b.Log.ReadAll(b.TB.Context(), after, 4096)
		OK(b.TB, err)
		if len(page) == 0 {
			return all
		}
		all, after = append(all, page...), page[len(page)-1].Position
	}
}

// AccessEvents are the stored types in a caller's access stream.
func (b *Bed) AccessEvents(c handlers.Caller) []string {
	b.TB.Helper()
	recorded, err := b.Log.ReadStream(b.TB.Context(), event.StreamName(event.AccessCategory, c.Session), 0)
	OK(b.TB, err)
	var out []string
	for _, r := range recorded {
		out = append(out, r.Type)
	}
	return out
}

// CaughtUp waits until the views have taken in all that is stored.
func (b *Bed) CaughtUp() {
	b.TB.Helper()
	if all := b.Events(); len(all) > 0 {
		OK(b.TB, b.Await(b.TB.Context(), uint64(all[len(all)-1].Position)))
	}
}

// OK ends the test on an error.
func OK(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// Buffer is a log's output that may be read while it is written.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to it.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// Bytes is a copy of what was written.
func (b *Buffer) Bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.b.Bytes())
}
