package handlers_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// atScreen signs a new account in as a browser does.
func atScreen(b *testbed.Bed, role string) (handlers.Caller, string) {
	b.TB.Helper()
	r, err := b.AddAccount(b.TB.Context(), handlers.Shell(), handlers.OpenAccount{Institution: b.InstitutionOf(role), Role: handlers.Role(role), Username: person.PlainOf("n-" + handlers.NewKey().String()), Display: person.PlainOf("Punonjëse Prove")}, testbed.Key())
	testbed.OK(b.TB, err)
	b.CaughtUp()
	list, err := b.Accounts(b.TB.Context(), handlers.Shell())
	testbed.OK(b.TB, err)
	for _, a := range list {
		if a.Account == r.ID {
			_, c := b.ComesIn(a.Username, r.Secret)
			return c, testbed.Password
		}
	}
	b.TB.Fatal("the account is not listed")
	return handlers.Caller{}, ""
}

func wantsStepUp(t *testing.T, what string, err error, want bool) {
	t.Helper()
	if errors.Is(err, handlers.ErrStepUp) != want {
		t.Errorf("%s: %v, wants a second look: %v", what, err, want)
	}
}

// Whoever finds a screen open takes no emergency access, no bundle and no token: its holder proves once more who she is, for five
// minutes and this session alone.
func TestAnOpenScreenIsNotEnough(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	b.CaughtUp()
	doctor, password := atScreen(b, access.Medical)
	seen, err := b.Case(t.Context(), testbed.As(access.Coordinator, b.DV), id, handlers.At{})
	testbed.OK(t, err)
	glass := func(code string) error {
		_, err := b.BreakGlass(t.Context(), doctor, handlers.BreakGlass{Code: code, Reason: "medical_emergency", Text: person.PlainOf("x"), Sections: []handlers.DataClass{"identity"}, Minutes: "15"}, testbed.Key())
		return err
	}
	wantsStepUp(t, "a case that there is", glass(seen.Code), true)
	wantsStepUp(t, "a case that there is not", glass("DHF-2026-9999"), true)

	var input *handlers.InputError
	if _, err := b.StepUp(t.Context(), doctor, handlers.StepUpProof{Password: person.PlainOf("jo ky fjalëkalim")}, testbed.Key()); !errors.As(err, &input) || input.Field != "old" {
		t.Fatalf("a wrong password: %v", err)
	}
	wantsStepUp(t, "after a wrong password", glass(seen.Code), true)
	until, err := b.StepUp(t.Context(), doctor, handlers.StepUpProof{Password: person.PlainOf(password)}, testbed.Key())
	testbed.OK(t, err)
	if got := until.Sub(b.Now()); got != account.RaisedLife {
		t.Errorf("raised for %s", got)
	}
	b.Pass(account.RaisedLife - time.Second)
	testbed.OK(t, glass(seen.Code))
	b.Pass(time.Second)
	wantsStepUp(t, "five minutes later", glass(seen.Code), true)

	auditor, password := atScreen(b, access.Auditor)
	bundle := func(c handlers.Caller) error {
		_, err := b.Bundle(t.Context(), c, handlers.BundleAsk{Case: id}, func(handlers.BundleView) ([]byte, error) { return []byte("<!doctype html><body>"), nil })
		return err
	}
	wantsStepUp(t, "a bundle", bundle(auditor), true)
	_, program := b.Token(access.Auditor) // a program has no screen
	testbed.OK(t, bundle(program))
	_, err = b.StepUp(t.Context(), auditor, handlers.StepUpProof{Password: person.PlainOf(password)}, testbed.Key())
	testbed.OK(t, err)
	testbed.OK(t, bundle(auditor))

	coordinator, password := atScreen(b, access.Coordinator)
	report := func(c handlers.Caller) error {
		_, err := b.ReportPerson(t.Context(), c, id, seen.Subject, handlers.AskReport{Identity: "papers"})
		return err
	}
	wantsStepUp(t, "the report for a person", report(coordinator), true)
	if got := b.AccessEvents(coordinator); slices.Contains(got, "access.reported") {
		t.Errorf("a report that was not made is on record: %v", got)
	}
	_, program = b.Token(access.Coordinator)
	testbed.OK(t, report(program))
	_, err = b.StepUp(t.Context(), coordinator, handlers.StepUpProof{Password: person.PlainOf(password)}, testbed.Key())
	testbed.OK(t, err)
	testbed.OK(t, report(coordinator))
}

// No administrator can act as somebody else by a token: he offers it, and what he offers is worth nothing until its holder takes it.
func TestNobodyMakesATokenForAnother(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	_, admin := b.Token(access.Administrator)
	b.Raise(admin)
	holder, password := atScreen(b, access.Coordinator)
	offer := accountAction(t, "account.offer_token")
	r, err := b.DoAccount(t.Context(), admin, holder.Account, offer, &handlers.OfferToken{Label: "Sistemi", Days: 3}, testbed.Key())
	testbed.OK(t, err)
	if r.Secret != "" {
		t.Fatal("the administrator is shown a token")
	}
	if _, err := b.DoAccount(t.Context(), admin, admin.Account, offer, &handlers.OfferToken{Label: "Sistemi", Days: 3}, testbed.Key()); !isRefusal(err, account.CodeOwnOffer) {
		t.Errorf("he offers himself one: %v", err)
	}
	mine, err := b.MyOffers(t.Context(), holder)
	testbed.OK(t, err)
	if len(mine) != 1 || mine[0].Days != 3 {
		t.Fatalf("%+v", mine)
	}
	if _, err := b.TakeToken(t.Context(), admin, mine[0].Offer, testbed.Key()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("he takes it himself: %v", err)
	}
	env := testbed.Key()
	_, err = b.TakeToken(t.Context(), holder, mine[0].Offer, env)
	wantsStepUp(t, "a token", err, true)
	_, err = b.StepUp(t.Context(), holder, handlers.StepUpProof{Password: person.PlainOf(password)}, testbed.Key())
	testbed.OK(t, err)
	one, err := b.TakeToken(t.Context(), holder, mine[0].Offer, env)
	testbed.OK(t, err)
	two, err := b.TakeToken(t.Context(), holder, mine[0].Offer, env)
	testbed.OK(t, err)
	if one.Secret == "" || two.Secret != one.Secret || !two.Duplicate {
		t.Errorf("%+v, then %+v", one.Receipt, two.Receipt)
	}
	testbed.OK(t, b.Await(t.Context(), one.Position))
	c, err := b.AuthenticateBearer(t.Context(), one.Secret)
	testbed.OK(t, err)
	if c.Account != holder.Account {
		t.Errorf("the token is %s's", c.Account)
	}
	testbed.OK(t, filepath.WalkDir(b.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(one.Secret)) {
			t.Errorf("%s holds the token", filepath.Base(path))
		}
		return err
	}))
	if bytes.Contains(b.Logs.Bytes(), []byte(one.Secret)) {
		t.Error("the log holds the token")
	}
}
