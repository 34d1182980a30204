package browsertest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/demo"
	"mkr/internal/password"
	"mkr/web/pages"
)

// visitDay is where the demo's year ends and the visits begin: a Friday at noon in Shkodër.
var visitDay = time.Date(2026, 11, 20, 11, 0, 0, 0, time.UTC)

// bed is the running service with the demo loaded, one for all tests of the package. Tests that change a case make
// one of their own; what they need of the demo they look for.
type bed struct {
	app  *app.App
	demo *demo.Demo
	dir  string
	logs *lines

	mu      sync.Mutex
	secrets *finder // personal texts that must be nowhere but on a page that somebody opened
	signed  int     // sign-ins past the door, each from an address of its own
	open    map[string]session
}

// session is an account that is signed in.
type session struct {
	token  string
	caller handlers.Caller
}

var theBed = sync.OnceValues(newBed)

// started is set with the bed, so that the end of the tests knows whether there is anything to look through.
var started *bed

func newBed() (*bed, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "mkr-browsertest-")
	if err != nil {
		return nil, err
	}
	b := &bed{dir: dir, logs: &lines{}, secrets: newFinder(), open: map[string]session{}}
	clock := app.NewSteppedClock(demo.Begin)
	work := clock.Clock()
	b.demo = demo.New(demo.Options{Seed: 1, Clock: clock, Now: visitDay})
	door := &pages.Demo{}
	b.app, err = app.New(app.Config{
		DataDir: filepath.Join(dir, "data"), Addr: "127.0.0.1:0", Origin: app.LocalOrigin, Speed: 1, Idle: handlers.BrowserLife, Clock: &work, Demo: door, Log: b.logs,
		Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2),
	})
	if err != nil {
		return nil, err
	}
	started = b
	b.app.StartViews()
	if err := b.app.Ready(ctx); err != nil {
		return nil, err
	}
	if err := b.demo.Load(ctx, b.app.Service()); err != nil {
		return nil, err
	}
	clock.Run(visitDay, 1)
	for _, s := range b.demo.SignIns {
		door.Accounts = append(door.Accounts, pages.DemoAccount{Role: s.Role, Institution: handlers.Text{SQ: s.Institution, EN: s.InstitutionEN}, Username: s.Username, Password: s.Password})
	}
	for _, text := range b.demo.PlainTexts() {
		b.secrets.add(text)
	}
	if err := b.app.Start(); err != nil {
		return nil, err
	}
	return b, b.app.Ready(ctx)
}

// use gives the bed, or fails.
func use(t *testing.T) *bed {
	t.Helper()
	b, err := theBed()
	ok(t, err)
	return b
}

// close stops the service and looks for personal texts in all that it has stored and said.
func (b *bed) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	defer os.RemoveAll(b.dir)
	if err := b.app.Stop(ctx); err != nil {
		return err
	}
	return b.kept()
}

// signIn opens a session past the door. Each comes from an address of its own, so that tests do not meet the limit on
// tries.
func (b *bed) signIn(t *testing.T, username string) session {
	t.Helper()
	b.mu.Lock()
	b.signed++
	remote := fmt.Sprint("test-", b.signed)
	b.mu.Unlock()
	i := slices.IndexFunc(b.demo.SignIns, func(s demo.SignIn) bool { return s.Username == username })
	if i < 0 {
		t.Fatalf("the demo has no account %s", username)
	}
	token, c, err := b.app.Service().SignIn(t.Context(), handlers.SignIn{Username: username, Password: person.PlainOf(b.demo.SignIns[i].Password)}, remote)
	ok(t, err)
	return session{token, c}
}

// raise lets the account's shared session pass, for five minutes, what asks once more who it is.
func (b *bed) raise(t *testing.T, username string) {
	t.Helper()
	i := slices.IndexFunc(b.demo.SignIns, func(s demo.SignIn) bool { return s.Username == username })
	_, err := b.app.Service().StepUp(t.Context(), b.as(t, username), handlers.StepUpProof{Password: person.PlainOf(b.demo.SignIns[i].Password)}, key())
	ok(t, err)
}

// sessionOf is the account's session that tests share.
func (b *bed) sessionOf(t *testing.T, username string) session {
	t.Helper()
	b.mu.Lock()
	s, there := b.open[username]
	b.mu.Unlock()
	if !there {
		s = b.signIn(t, username)
		b.mu.Lock()
		b.open[username] = s
		b.mu.Unlock()
	}
	return s
}

// as is a caller for what a test does past the pages.
func (b *bed) as(t *testing.T, username string) handlers.Caller {
	t.Helper()
	return b.sessionOf(t, username).caller
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lines is a log output that many goroutines write.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// Bytes is what was written so far.
func (l *lines) Bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.buf.Bytes())
}
