package browsertest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/password"
	"mkr/web/pages"
)

// Sizes of the world that pages are weighed in, and what they may weigh as they come over the wire.
const (
	manyCases  = 2000
	manyEvents = 2000
	pageLimit  = 100 << 10
	codeLimit  = 40 << 10
)

// world is a service of its own, with more cases than the demo has.
type world struct {
	t       *testing.T
	app     *app.App
	inst    map[string]string // by kind
	callers map[string]handlers.Caller
}

func newWorld(t *testing.T) *world {
	t.Helper()
	a, err := app.New(app.Config{DataDir: t.TempDir(), Addr: "127.0.0.1:0", Log: io.Discard, Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)})
	ok(t, err)
	t.Cleanup(func() { ok(t, a.Stop(context.Background())) })
	a.StartViews()
	ok(t, a.Ready(t.Context()))
	w := &world{t: t, app: a, inst: map[string]string{}, callers: map[string]handlers.Caller{}}
	for role, kind := range map[string]string{access.Coordinator: directory.MunicipalityDV, access.Police: directory.PoliceKind, access.NGO: directory.NGO} {
		id := handlers.DeriveKey("institution", kind).String()
		r, err := a.Service().InstitutionCommand(t.Context(), handlers.Shell(), id, directory.Register{
			Institution: id, Kind: kind, Sector: directory.Public, Details: directory.Details{Name: directory.Text{SQ: "Institucioni i " + kind, EN: "Institution of " + kind}, OnPlatform: true}}, key())
		ok(t, err)
		ok(t, a.Service().Await(t.Context(), r.Position))
		w.inst[kind] = id
		w.callers[role] = handlers.Caller{Account: handlers.DeriveKey("account", role).String(), Institution: id, Role: role, Session: handlers.DeriveKey("session", role).String(), Language: "sq"}
	}
	return w
}

// session opens an account of the coordinator's and signs it in.
func (w *world) session() string {
	w.t.Helper()
	r, err := w.app.Service().OpenAccount(w.t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: w.inst[directory.MunicipalityDV], Role: access.Coordinator, Username: person.PlainOf("peshore"), Display: person.PlainOf("Punonjëse Provë"), Password: person.PlainOf("një fjalëkalim i gjatë për provë 74"), Language: "sq",
	}, key())
	ok(w.t, err)
	ok(w.t, w.app.Service().Await(w.t.Context(), r.Position))
	token, _, err := w.app.Service().SignIn(w.t.Context(), handlers.SignIn{Username: "peshore", Password: person.PlainOf("një fjalëkalim i gjatë për provë 74")}, "test")
	ok(w.t, err)
	return token
}

func (w *world) do(role, caseID, action, target string, in handlers.Input) (handlers.Receipt, error) {
	a, found := handlers.ActionNamed(action)
	if !found {
		return handlers.Receipt{}, fmt.Errorf("no action %s", action)
	}
	if in == nil {
		in = a.New()
	}
	return w.app.Service().Do(w.t.Context(), w.callers[role], caseID, a, target, in, key())
}

// open opens a case with a referral that waits for its answer.
func (w *world) open(n int) (string, error) {
	r, err := w.app.Service().OpenCase(w.t.Context(), w.callers[access.Police], handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{
			{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(fmt.Sprintf("Drita Shembulli %d", n))},
			{Role: "alleged_perpetrator", Relation: "spouse", Sex: "male", Name: person.PlainOf(fmt.Sprintf("Petrit Shembulli %d", n))},
		},
	}, key())
	if err != nil {
		return "", err
	}
	_, err = w.do(access.Coordinator, r.Case, "referral.create", "", &handlers.CreateReferral{
		To: w.inst[directory.NGO], Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Ka nevojë për këshillim"), Basis: "law_9669_art_8"})
	return r.Case, err
}

// fill opens many cases, many at a time, and one of many events. It returns that one.
func (w *world) fill() string {
	w.t.Helper()
	var group sync.WaitGroup
	next, faults := make(chan int), make(chan error, manyCases)
	for range 32 {
		group.Go(func() {
			for n := range next {
				if _, err := w.open(n); err != nil {
					faults <- err
				}
			}
		})
	}
	for n := range manyCases - 1 {
		next <- n
	}
	close(next)
	group.Wait()
	close(faults)
	for err := range faults {
		w.t.Fatal(err)
	}
	long, err := w.open(manyCases)
	ok(w.t, err)
	var last handlers.Receipt
	for last.Revision+1 < manyEvents {
		last, err = w.do(access.Police, long, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("Një shënim i zakonshëm pas një vizite.")})
		ok(w.t, err)
	}
	for w.app.Service().Position() < last.Position {
		ok(w.t, w.app.Service().Views.WaitFor(w.t.Context(), last.Position))
	}
	return long
}

// scales weigh what comes over the wire.
type scales struct {
	mu   sync.Mutex
	kind map[network.RequestID]string
	sum  map[string]float64
}

func (s *scales) event(ev any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventResponseReceived:
		s.kind[e.RequestID] = strings.ToLower(string(e.Type))
	case *network.EventLoadingFinished:
		s.sum[s.kind[e.RequestID]] += float64(e.EncodedDataLength)
		s.sum["all"] += float64(e.EncodedDataLength)
	}
}

// TestWeightAndReadiness weighs the board of two thousand open cases and a case of two thousand events as a browser gets
// them, with nothing kept from before, and prints when they can be used. Only the weights are judged: times are the
// machine's.
func TestWeightAndReadiness(t *testing.T) {
	root := browser(t)
	w := newWorld(t)
	long := w.fill()
	ok(t, w.app.Start())
	ok(t, w.app.Ready(t.Context()))
	token := w.session()
	for _, path := range []string{"/board", "/cases/" + long} {
		s := &scales{kind: map[network.RequestID]string{}, sum: map[string]float64{}}
		v := &visitor{t: t, base: w.app.URL(), seen: &record{}}
		ctx, cancel := chromedp.NewContext(root.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(s.event))
		defer cancel()
		v.ctx = ctx
		ok(t, chromedp.Do(ctx))
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
		ok(t, err)
		v.cookie(pages.SessionCookie(false), token)
		v.size(desk)
		v.open(path)
		v.until(`document.querySelector('#stand[data-state="live"]')`)
		times := eval[[]float64](v, `(() => { const n = performance.getEntriesByType("navigation")[0]; return [n.responseEnd, n.domInteractive, n.loadEventEnd, performance.now()]; })()`)
		s.mu.Lock()
		all, code := s.sum["all"], s.sum["script"]
		t.Logf("%s: %.1f KB in all (page %.1f, style %.1f, script %.1f); answered after %.0f ms, interactive after %.0f ms, loaded after %.0f ms, seen live after at most %.0f ms",
			strings.Split(path, long)[0], all/1024, s.sum["document"]/1024, s.sum["stylesheet"]/1024, code/1024, times[0], times[1], times[2], times[3])
		s.mu.Unlock()
		if s.sum["document"] == 0 || code == 0 {
			t.Fatalf("nothing was weighed: %v", s.sum)
		}
		if all > pageLimit || code > codeLimit {
			t.Errorf("%s weighs %.0f bytes, %.0f of them script", path, all, code)
		}
	}
}
