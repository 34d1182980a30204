package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/eventlog"
	"mkr/internal/password"
)

// world is a whole mkr in a folder: the embedded log, real keys, every view.
type world struct {
	b       *testing.B
	dir     string
	app     *app.App
	service *handlers.Service
	events  eventlog.Log
	muni    string
	police  string
	ngo     string
}

// newWorld makes a world with its institutions and no case. It is closed at the end of the benchmark, or by close.
func newWorld(b *testing.B) *world {
	b.Helper()
	dir := b.TempDir()
	a, err := app.New(app.Config{DataDir: dir, Addr: "127.0.0.1:0", Log: io.Discard,
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)})
	ok(b, err)
	w := &world{b: b, dir: dir, app: a, service: a.Service(), events: a.Log()}
	b.Cleanup(w.close)
	a.StartViews()
	ok(b, a.Ready(b.Context()))
	w.muni = w.institution(directory.MunicipalityDV, directory.Public)
	w.police = w.institution(directory.PoliceKind, directory.Public)
	w.ngo = w.institution(directory.NGO, directory.Private)
	return w
}

func (w *world) close() {
	if w.app == nil {
		return
	}
	stop, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ok(w.b, w.app.Stop(stop))
	w.app = nil
}

func key() handlers.Envelope { return handlers.Envelope{Key: handlers.NewKey()} }

func (w *world) institution(kind, sector string) string {
	w.b.Helper()
	id := handlers.NewKey().String()
	r, err := w.service.InstitutionCommand(w.b.Context(), handlers.Shell(), id, directory.Register{
		Institution: id, Kind: kind, Sector: sector, Details: directory.Details{Name: directory.Text{SQ: kind, EN: kind}, OnPlatform: true}}, key())
	ok(w.b, err)
	ok(w.b, w.service.Await(w.b.Context(), r.Position))
	return id
}

func (w *world) as(role string) handlers.Caller {
	at := map[string]string{access.Coordinator: w.muni, access.Police: w.police, access.NGO: w.ngo}[role]
	return handlers.Caller{Account: "00000000-0000-4000-8000-" + fmt.Sprintf("%012d", len(role)), Institution: at, Role: role, Session: uuid.NewString(), Language: "sq"}
}

// token opens an account of a role and gives it a token.
func (w *world) token(role string) string {
	w.b.Helper()
	r, err := w.service.OpenAccount(w.b.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: w.as(role).Institution, Role: role, Username: person.PlainOf("u-" + uuid.NewString()), Display: person.PlainOf("Punonjëse Provë"),
		Password: person.PlainOf("një fjalëkalim i gjatë për provë 74"), Language: "sq",
	}, key())
	ok(w.b, err)
	token, _, err := w.service.IssueToken(w.b.Context(), r.ID, "bench", 100*time.Hour)
	ok(w.b, err)
	return token
}

// open opens a case as the police; number n of its people.
func (w *world) open(n int) string {
	r, err := w.service.OpenCase(w.b.Context(), w.as(access.Police), handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(fmt.Sprintf("Drita Shembulli %d", n)), Phone: person.PlainOf("0691234567")},
			{Role: "alleged_perpetrator", Relation: "spouse", Sex: "male", Name: person.PlainOf(fmt.Sprintf("Petrit Shembulli %d", n))},
		},
	}, key())
	ok(w.b, err)
	return r.Case
}

// do carries out a case action.
func (w *world) do(role, caseID, action, target string, in handlers.Input) handlers.Receipt {
	a, found := handlers.ActionNamed(action)
	if !found {
		w.b.Fatalf("no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	r, err := w.service.Do(w.b.Context(), w.as(role), caseID, a, target, in, key())
	if err != nil {
		w.b.Fatalf("%s: %v", action, err)
	}
	return r
}

func (w *world) note(caseID string) handlers.Receipt {
	return w.do(access.Police, caseID, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf(strings.Repeat("Një shënim prove. ", 12))})
}

// loop is a referral from the question to the help that was given: the steps in their order.
var loop = []string{"referral.create", "referral.acknowledge", "referral.accept", "referral.start", "referral.service", "referral.complete"}

// step does the next step of a referral loop; referral is what the first one returned.
func (w *world) step(i int, caseID, referral string) handlers.Receipt {
	switch action := loop[i]; action {
	case "referral.create":
		return w.do(access.Coordinator, caseID, action, "", &handlers.CreateReferral{
			To: w.ngo, Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Ka nevojë për këshillim"), Basis: "law_9669_art_8"})
	case "referral.service":
		return w.do(access.NGO, caseID, action, referral, &handlers.ReportService{Service: "psychosocial", Sessions: 1})
	case "referral.complete":
		return w.do(access.NGO, caseID, action, referral, &handlers.CompleteReferral{Outcome: "helped"})
	default:
		return w.do(access.NGO, caseID, action, referral, nil)
	}
}

// grow works on a case until it has at least n events: referrals that go their whole way, and notes.
func (w *world) grow(caseID string, n int) (r handlers.Receipt) {
	for r.Revision+1 < uint64(n) {
		created := w.step(0, caseID, "")
		for i := 1; i < len(loop); i++ {
			w.step(i, caseID, created.ID)
		}
		for range 4 {
			r = w.note(caseID)
		}
	}
	return r
}

// openCases opens n cases, each with a referral that waits for its answer.
func (w *world) openCases(n int) {
	w.b.Helper()
	var wg sync.WaitGroup
	next := make(chan int)
	for range 16 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				w.step(0, w.open(i), "")
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// fill lets the log hold at least n events: closed and open cases of some forty events, made from one real case by
// giving its events to others. They are real to every view; only their sealed texts cannot be opened.
func (w *world) fill(n int) {
	w.b.Helper()
	model := w.open(-1)
	w.grow(model, 40)
	w.do(access.Coordinator, model, "case.close", "", &handlers.CloseCase{Reason: handlers.CloseReason(casefile.CloseReasons[0])})
	events, err := w.events.ReadStream(w.b.Context(), event.StreamName(event.CaseCategory, model), 0)
	ok(w.b, err)
	all, err := w.events.ReadAll(w.b.Context(), 0, 1<<14)
	ok(w.b, err)
	for stored := len(all); stored < n; {
		var wg sync.WaitGroup
		for range min(64, (n-stored)/len(events)+1) {
			stored += len(events)
			id := uuid.NewString()
			copies := make([]eventlog.NewEvent, len(events))
			for i, e := range events {
				copies[i] = eventlog.NewEvent{ID: uuid.New(), Type: e.Type, Meta: e.Meta, Data: bytes.ReplaceAll(e.Data, []byte(model), []byte(id))}
			}
			wg.Go(func() {
				_, err := w.events.Append(w.b.Context(), event.StreamName(event.CaseCategory, id), eventlog.NoStream, copies...)
				ok(w.b, err)
			})
		}
		wg.Wait()
	}
	w.caughtUp()
}

// caughtUp waits until the views have taken in a note that is written now, and returns its position.
func (w *world) caughtUp() uint64 {
	w.b.Helper()
	r := w.note(w.open(-2))
	patience, cancel := context.WithTimeout(w.b.Context(), 10*time.Minute)
	defer cancel()
	ok(w.b, w.service.Views.WaitFor(patience, r.Position))
	return r.Position
}
