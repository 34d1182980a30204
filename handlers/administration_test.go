package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

func accountAction(t *testing.T, name string) handlers.AccountAction {
	t.Helper()
	for _, a := range handlers.AccountActions {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no action %s", name)
	return handlers.AccountAction{}
}

func newcomer(b *testbed.Bed, username string) handlers.OpenAccount {
	return handlers.OpenAccount{Institution: b.NGO, Role: access.NGO, Username: person.PlainOf(username), Display: person.PlainOf("Mira e Sajuar")}
}

// A secret is shown again to whoever asked for it, under the same command, for two minutes; after that, to somebody
// else and from another server it is not, and nothing is done twice.
func TestSecretsAreShownForAMoment(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	env := testbed.Key()
	first, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), env)
	testbed.OK(t, err)
	if first.Secret == "" || first.Duplicate {
		t.Fatalf("%+v", first)
	}
	b.CaughtUp()
	size := len(b.Events())
	b.Pass(time.Minute)
	again, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), env)
	testbed.OK(t, err)
	if again.Secret != first.Secret || !again.Duplicate || again.ID != first.ID {
		t.Errorf("a minute later: %+v", again)
	}
	other := b.Keeper()
	if r, err := b.AddAccount(t.Context(), other, newcomer(b, "mira"), env); !errors.Is(err, handlers.ErrKeyReused) || r.Secret != "" {
		t.Errorf("another administrator under the same key: %v", err)
	}
	b.Pass(time.Minute)
	late, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), env)
	testbed.OK(t, err)
	if late.Secret != "" || !late.Duplicate {
		t.Errorf("two minutes later: %+v", late)
	}
	_, err = b.DoAccount(t.Context(), admin, first.ID, accountAction(t, "account.ask_recovery"), &handlers.AskRecovery{}, testbed.Key())
	testbed.OK(t, err)
	_, coordinator := b.Token(access.Coordinator)
	grant, answer := accountAction(t, "account.grant_recovery"), testbed.Key()
	var secrets []string
	for _, wait := range []time.Duration{0, 0, 2 * time.Minute} {
		b.Pass(wait)
		r, err := b.DoAccount(t.Context(), coordinator, first.ID, grant, &handlers.GrantRecovery{}, answer)
		testbed.OK(t, err)
		if r.Duplicate != (len(secrets) > 0) {
			t.Errorf("the answer after %d others says duplicate %v", len(secrets), r.Duplicate)
		}
		secrets = append(secrets, r.Secret)
	}
	if secrets[0] == "" || secrets[1] != secrets[0] || secrets[2] != "" {
		t.Error("a new password is not shown twice and then no more")
	}
	stored := 0
	for _, e := range b.Events()[size:] {
		if e.Stream != event.StreamName(event.AccountCategory, first.ID) {
			continue
		}
		if strings.HasPrefix(e.Type, "account.") || strings.HasPrefix(e.Type, "session.started") {
			stored++
		}
	}
	if stored != 3 { // what was asked and granted, one password
		t.Errorf("%d events of the account", stored)
	}
}

// Two clicks at once open one account and show one password, which lets in.
func TestTwoClicksMakeOneAccount(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	env := testbed.Key()
	var clicks sync.WaitGroup
	got := make([]handlers.AccountReceipt, 8)
	for i := range got {
		clicks.Go(func() {
			r, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), env)
			if err != nil {
				t.Error(err)
			}
			got[i] = r
		})
	}
	clicks.Wait()
	b.CaughtUp()
	for _, r := range got {
		if r.Secret != got[0].Secret || r.Secret == "" || r.ID != got[0].ID {
			t.Errorf("%+v beside %+v", r.Receipt, got[0].Receipt)
		}
	}
	_, c := b.ComesIn("MIRA", got[0].Secret)
	if c.Role != access.NGO || c.Institution != b.NGO {
		t.Errorf("%+v", c)
	}
}

// What is stored of an account says who did it and why, and holds no name, no password and no token.
func TestWhatAdministrationStores(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	r, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira.e.sajuar"), testbed.Key())
	testbed.OK(t, err)
	_, err = b.DoAccount(t.Context(), admin, r.ID, accountAction(t, "account.offer_token"), &handlers.OfferToken{Label: "Sistemi", Days: 3}, testbed.Key())
	testbed.OK(t, err)
	_, err = b.DoAccount(t.Context(), admin, r.ID, accountAction(t, "account.lock"), &handlers.LockAccount{Reason: "left"}, testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	n := 0
	for _, e := range b.Events() {
		if e.Stream != event.StreamName(event.AccountCategory, r.ID) {
			continue
		}
		n++
		var meta event.Meta
		testbed.OK(t, json.Unmarshal(e.Meta, &meta))
		if meta.Basis != "administration" || meta.Actor != admin.Account {
			t.Errorf("%s: %s by %s", e.Type, meta.Basis, meta.Actor)
		}
	}
	if n != 4 { // opened, password, token offered, locked
		t.Errorf("%d events", n)
	}
	secrets := [][]byte{[]byte(r.Secret), []byte("mira.e.sajuar"), []byte("Mira e Sajuar")}
	testbed.OK(t, filepath.WalkDir(b.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for i, s := range secrets {
			if bytes.Contains(data, s) {
				t.Errorf("%s holds secret %d", filepath.Base(path), i)
			}
		}
		return err
	}))
	for i, s := range secrets {
		if bytes.Contains(b.Logs.Bytes(), s) {
			t.Errorf("the log holds secret %d", i)
		}
	}
}

// Only an administrator keeps accounts, and who tries is on record; everybody ends her own sessions and no others.
func TestOnlyAdministratorsKeepAccounts(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	r, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	var denied *handlers.DeniedError
	if _, err := b.AddAccount(t.Context(), police, newcomer(b, "tjetra"), testbed.Key()); !errors.As(err, &denied) {
		t.Errorf("the police opens an account: %v", err)
	}
	if _, err := b.DoAccount(t.Context(), police, r.ID, accountAction(t, "account.unlock"), &handlers.UnlockAccount{}, testbed.Key()); !errors.As(err, &denied) {
		t.Errorf("the police unlocks one: %v", err)
	}
	if _, err := b.Account(t.Context(), police, r.ID); !errors.As(err, &denied) {
		t.Errorf("the police looks at one: %v", err)
	}
	if _, err := b.AccountList(t.Context(), police, handlers.ListQuery{}); !errors.As(err, &denied) {
		t.Errorf("the police lists them: %v", err)
	}
	if got := b.AccessEvents(police); len(got) != 2 {
		t.Errorf("on record: %v", got)
	}
	if _, err := b.Account(t.Context(), admin, handlers.NewKey().String()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("an account that is not there: %v", err)
	}

	_, her := b.ComesIn("mira", r.Secret)
	token, _, err := b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(testbed.Password)}, "test")
	testbed.OK(t, err)
	open, err := b.MySessions(t.Context(), her)
	testbed.OK(t, err)
	if len(open) != 2 || open[0].Current || !open[1].Current || open[0].Kind != account.Browser || !open[0].StartedAt.Equal(testbed.Start) || !open[0].ExpiresAt.Equal(testbed.Start.Add(handlers.BrowserLife)) {
		t.Errorf("%+v", open)
	}
	_, stranger := b.Token(access.Court)
	_, err = b.EndMySession(t.Context(), stranger, handlers.EndSession{Session: open[0].Session}, testbed.Key())
	testbed.OK(t, err) // her own has none of that id: nothing to end
	if _, err := b.Authenticate(t.Context(), token); err != nil {
		t.Errorf("a stranger ended it: %v", err)
	}
	_, err = b.EndMySession(t.Context(), her, handlers.EndSession{Session: open[0].Session}, testbed.Key())
	testbed.OK(t, err)
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("what was ended lets in: %v", err)
	}
	b.Pass(handlers.BrowserLife)
	if open, err := b.MySessions(t.Context(), her); err != nil || len(open) != 0 {
		t.Errorf("what has run out is open: %v %v", open, err)
	}
}
