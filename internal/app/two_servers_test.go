package app_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/eventlog/esdblog/esdbtest"
	"mkr/internal/password"
	"mkr/web/pages"
)

// testServer starts an app that stops with the test.
func testServer(t *testing.T, cfg app.Config) *app.App {
	t.Helper()
	cfg.DataDir, cfg.Addr, cfg.Log = t.TempDir(), "127.0.0.1:0", io.Discard
	cfg.Passwords = password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)
	a, err := app.New(cfg)
	ok(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	ok(t, a.Start())
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ok(t, a.Ready(ctx))
	return a
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func institution(t *testing.T, s *handlers.Service, kind string) string {
	t.Helper()
	id := handlers.DeriveKey("two servers", kind)
	r, err := s.InstitutionCommand(t.Context(), handlers.Shell(), id.String(), directory.Register{Institution: id.String(), Kind: kind, Sector: directory.Public, Details: directory.Details{Name: directory.Text{SQ: kind, EN: kind}, OnPlatform: true}}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	ok(t, s.Await(t.Context(), r.Position))
	return id.String()
}

// Two servers stand on one EventStoreDB (an in-process server of its protocol here): who signed in on one is known
// to the other, what happens on one is pushed by the other, a name sealed by one opens on the other, and a clock
// that runs out lapses once.
func TestTwoServersOnOneStore(t *testing.T) {
	store := esdbtest.Start(t, esdbtest.NewStore())
	keys := t.TempDir()
	hands := app.NewSteppedClock(time.Now().UTC())
	clock := hands.Clock()
	one := testServer(t, app.Config{Store: store.URL(), KeysDir: keys, Clock: &clock})
	two := testServer(t, app.Config{Store: store.URL(), KeysDir: keys, Clock: &clock})
	ctx := t.Context()

	police := institution(t, one.Service(), directory.PoliceKind)
	dv := institution(t, one.Service(), directory.MunicipalityDV)
	secret := person.PlainOf("nje fjalekalim i gjate")
	r, err := one.Service().OpenAccount(ctx, handlers.Shell(), handlers.NewAccount{Institution: dv, Role: "coordinator", Username: person.PlainOf("koordinatore"), Display: person.PlainOf("Koordinatore Prove"), Password: secret}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	ok(t, one.Service().Await(ctx, r.Position+1))
	token, coordinator, err := one.Service().SignIn(ctx, handlers.SignIn{Username: "koordinatore", Password: secret}, "here")
	ok(t, err)
	ok(t, two.Service().Await(ctx, r.Position+2))
	eventually(t, "the session is known to the other server", func() bool {
		who, err := two.Service().Authenticate(ctx, token)
		return err == nil && who == coordinator
	})

	header := http.Header{"Cookie": {pages.SessionCookie(false) + "=" + token}}
	socket, _, err := (&websocket.Dialer{Subprotocols: []string{"mkr.v1.json"}}).DialContext(ctx, "ws"+two.URL()[len("http"):]+"/api/v1/live", header)
	ok(t, err)
	defer socket.Close()
	ok(t, socket.WriteJSON(map[string]any{"type": "subscribe", "topics": []string{"board"}}))

	officer := handlers.Caller{Account: handlers.NewKey().String(), Institution: police, Role: "police", Session: handlers.NewKey().String()}
	opened, err := one.Service().OpenCase(ctx, officer, handlers.OpenCase{Kind: "domestic_violence", Channel: "police_129", Persons: []handlers.NewPerson{{Role: "survivor", Name: person.PlainOf("Provë Dykuptimi")}}}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	ok(t, socket.SetReadDeadline(time.Now().Add(20*time.Second)))
	for {
		var frame struct{ Type, Topic, Key string }
		ok(t, socket.ReadJSON(&frame))
		if frame.Type == "change" && frame.Topic == "board" && frame.Key == opened.Case {
			break
		}
	}

	v, err := two.Service().Case(ctx, coordinator, opened.Case, handlers.At{})
	ok(t, err)
	read, err := two.Service().OpenFields(ctx, coordinator, opened.Case, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	if read.Persons[0].Fields["name"] != "Provë Dykuptimi" {
		t.Error("a name that one server sealed does not open on the other")
	}

	lapses := func(s *handlers.Service, id string) (n int) {
		tl, err := s.Timeline(ctx, coordinator, id, handlers.At{})
		ok(t, err)
		for _, e := range tl.Entries {
			if e.Type == "deadline.lapsed" {
				n++
			}
		}
		return n
	}
	// Many more that run out at the same moment, so that the two servers meet at some of them.
	cases := []string{opened.Case}
	for range 11 {
		more, err := one.Service().OpenCase(ctx, officer, handlers.OpenCase{Kind: "domestic_violence", Channel: "police_129", Persons: []handlers.NewPerson{{Role: "survivor", Name: person.PlainOf("Provë Tjetër")}}}, handlers.Envelope{Key: handlers.NewKey()})
		ok(t, err)
		cases, r = append(cases, more.Case), more
	}
	for _, s := range []*handlers.Service{one.Service(), two.Service()} {
		ok(t, s.Await(ctx, r.Position))
	}
	hands.Set(hands.Now().Add(25 * time.Hour)) // each first risk assessment was due within 24
	var both sync.WaitGroup
	for _, s := range []*handlers.Service{one.Service(), two.Service()} { // beside their own processes
		both.Go(func() {
			for range 3 {
				if _, err := s.LapseDue(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	for _, id := range cases {
		eventually(t, "the lapse is in the case's history", func() bool { return lapses(two.Service(), id) > 0 })
		if n := lapses(one.Service(), id); n != 1 {
			t.Errorf("one clock lapsed %d times", n)
		}
	}
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-deadline.C:
			t.Fatalf("not in time: %s", what)
		case <-tick.C:
		}
	}
}
