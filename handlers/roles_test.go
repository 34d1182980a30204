package handlers_test

import (
	"errors"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// enrol opens an account as an administrator and signs its holder in, with a fresh proof of who she is.
func enrol(t *testing.T, b *testbed.Bed, in handlers.NewAccount) (id, token string) {
	t.Helper()
	in.Display, in.Password = person.PlainOf("Mira e Sajuar"), person.PlainOf(testbed.Password)
	r, err := b.OpenAccount(t.Context(), b.Keeper(), in, testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	token, _ = enter(t, b, in.Username.Reveal())
	return r.ID, token
}

func enter(t *testing.T, b *testbed.Bed, username string) (string, handlers.Caller) {
	t.Helper()
	token, c, err := b.SignIn(t.Context(), handlers.SignIn{Username: username, Password: person.PlainOf(testbed.Password)}, "desk")
	testbed.OK(t, err)
	return token, c
}

func prove(t *testing.T, b *testbed.Bed, c handlers.Caller) {
	t.Helper()
	_, err := b.StepUp(t.Context(), c, handlers.StepUpProof{Password: person.PlainOf(testbed.Password)}, testbed.Key())
	testbed.OK(t, err)
}

// A police officer stands in for the coordinator: she sees what a coordinator sees from the first instant to the last, in a session
// that says so; at the end it is over by the clock alone, and nothing brings it back.
func TestAGrantedRoleEndsByTheClock(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	id, token := enrol(t, b, handlers.NewAccount{Institution: b.Education, Role: access.Provider, Username: person.PlainOf("mira")})
	caseID := b.Open()
	b.CaughtUp()
	c, err := b.Authenticate(t.Context(), token)
	testbed.OK(t, err)
	sees := func(c handlers.Caller, want bool) {
		t.Helper()
		if _, err := b.Case(t.Context(), c, caseID, handlers.At{}); (err == nil) != want {
			t.Errorf("%s sees the case: %v", c.Role, err)
		}
	}
	sees(c, false)

	wall := b.Clock.Wall()
	until := wall.Add(48 * time.Hour)
	grant := func(key handlers.Envelope) handlers.AccountReceipt {
		r, err := b.DoAccount(t.Context(), admin, id, accountAction(t, "account.grant_role"), &handlers.GrantRole{
			Institution: b.DV, Role: access.Coordinator, Reason: "stands_in", From: wall.Add(time.Hour), Until: until,
		}, key)
		testbed.OK(t, err)
		b.CaughtUp()
		return r
	}
	env := testbed.Key()
	if first, again := grant(env), grant(env); first.Duplicate || !again.Duplicate {
		t.Errorf("a retry: %+v", again)
	}
	mine, err := b.MyRoles(t.Context(), c)
	testbed.OK(t, err)
	if len(mine.Items) != 1 || mine.Items[0].InForce || mine.Acting {
		t.Fatalf("%+v", mine)
	}
	name := mine.Items[0].Grant
	if _, _, err := b.ActAs(t.Context(), c, name); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("without a proof: %v", err)
	}
	prove(t, b, c)
	if _, _, err := b.ActAs(t.Context(), c, name); codeOf(err) != account.CodeNoGrant {
		t.Errorf("before it begins: %v", err)
	}
	sees(c, false)

	b.Pass(47 * time.Hour) // near the end: the session would stand for ten hours
	_, c = enter(t, b, "mira")
	prove(t, b, c)
	token, acting, err := b.ActAs(t.Context(), c, name)
	testbed.OK(t, err)
	if acting.Role != access.Coordinator || acting.Institution != b.DV {
		t.Errorf("acts as %+v", acting)
	}
	acting, err = b.Authenticate(t.Context(), token)
	testbed.OK(t, err)
	if acting.Role != access.Coordinator || acting.Institution != b.DV || acting.Account != id || !acting.Until.Equal(until) {
		t.Errorf("signed in as %+v until %v, want %v", acting, acting.Until, until)
	}
	sees(acting, true)
	if seen, err := b.SeenAs(t.Context(), testbed.As(access.Auditor, b.DV), id, handlers.At{}); err != nil || len(seen.Roles) != 1 || len(seen.Cases) != 1 || seen.Cases[0].Role != access.Coordinator || seen.Role != access.Provider {
		t.Errorf("an auditor reads %+v, %v", seen, err)
	}

	b.Pass(until.Sub(b.Clock.Wall()) - time.Nanosecond)
	if _, err := b.Authenticate(t.Context(), token); err != nil {
		t.Errorf("in the last instant: %v", err)
	}
	b.Pass(time.Nanosecond)
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("after the end: %v", err)
	}
	_, c = enter(t, b, "mira")
	prove(t, b, c)
	if _, _, err := b.ActAs(t.Context(), c, name); codeOf(err) != account.CodeNoGrant {
		t.Errorf("taken up again: %v", err)
	}
	sees(c, false)
	if seen, err := b.SeenAs(t.Context(), testbed.As(access.Auditor, b.DV), id, handlers.At{}); err != nil || len(seen.Roles) != 0 {
		t.Errorf("after the end an auditor reads %+v, %v", seen.Roles, err)
	}
}

// An account with an end lets its holder in until then. To the door it is then as one that there is not.
func TestAnAccountEndsByTheClock(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	until := b.Clock.Wall().Add(time.Hour)
	id, token := enrol(t, b, handlers.NewAccount{Institution: b.NGO, Role: access.NGO, Username: person.PlainOf("mira"), Until: until})
	if c, err := b.Authenticate(t.Context(), token); err != nil || !c.Until.Equal(until) {
		t.Errorf("until %v, %v", c.Until, err)
	}
	b.Pass(time.Hour)
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("after the end: %v", err)
	}
	if _, _, err := b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(testbed.Password)}, "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("at the door: %v", err)
	}
	// It goes on by somebody's act alone, and that is on record.
	_, err := b.DoAccount(t.Context(), b.Keeper(), id, accountAction(t, "account.set_term"), &handlers.SetTerm{}, testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	enter(t, b, "mira")
}

// An institution's administrator keeps her own institution's people: not another's, whose accounts are not there for her, not those
// above her, and not herself.
func TestAStewardKeepsHerOwnPeople(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	_, steward := b.TokenAt(access.Steward, b.Police)
	in := func(institution, role, username string) handlers.OpenAccount {
		return handlers.OpenAccount{Institution: institution, Role: handlers.Role(role), Username: person.PlainOf(username), Display: person.PlainOf("Mira e Sajuar")}
	}
	opened, err := b.AddAccount(t.Context(), steward, in(b.Police, access.Police, "agjentja"), testbed.Key())
	testbed.OK(t, err)
	for name, o := range map[string]handlers.OpenAccount{
		"another institution": in(b.NGO, access.NGO, "tjetri"), "one like herself": in(b.Police, access.Steward, "tjetri"),
		"a coordinator": in(b.DV, access.Coordinator, "tjetri"), "an administrator of her own": in(b.Police, access.Administrator, "tjetri"),
	} {
		if _, err := b.AddAccount(t.Context(), steward, o, testbed.Key()); !isDenied(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	admin := b.Keeper()
	above, err := b.AddAccount(t.Context(), admin, in(b.Police, access.Steward, "drejtuesja"), testbed.Key())
	testbed.OK(t, err)
	other, err := b.AddAccount(t.Context(), admin, in(b.NGO, access.NGO, "ojf"), testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()

	list, err := b.AccountList(t.Context(), steward, handlers.ListQuery{})
	testbed.OK(t, err)
	if len(list.Items) != 1 || list.Items[0].Account != opened.ID {
		t.Errorf("she lists %+v", list.Items)
	}
	for _, q := range []handlers.ListQuery{{Institution: b.NGO}, {Kind: access.NGO}, {Kind: access.Steward}} {
		if list, err := b.AccountList(t.Context(), steward, q); err != nil || len(list.Items) != 0 {
			t.Errorf("%+v: %+v, %v", q, list.Items, err)
		}
	}
	nowhere := handlers.NewKey().String()
	for _, a := range handlers.AccountActions {
		for name, x := range map[string]struct {
			id    string
			there bool
		}{"another institution's": {other.ID, false}, "nobody's": {nowhere, false}, "one above her": {above.ID, true}} {
			_, err := b.DoAccount(t.Context(), steward, x.id, a, filled(a.New(), b), testbed.Key())
			if x.there && !isDenied(err) || !x.there && !errors.Is(err, handlers.ErrNotFound) && !isDenied(err) {
				t.Errorf("%s on %s: %v", a.Name, name, err)
			}
			if one, two := err, func() error {
				_, err := b.DoAccount(t.Context(), steward, nowhere, a, filled(a.New(), b), testbed.Key())
				return err
			}(); !x.there && one.Error() != two.Error() {
				t.Errorf("%s: %q is told from %q", a.Name, one, two)
			}
		}
	}
	if _, err := b.Service.Account(t.Context(), steward, other.ID); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("she opens another's page: %v", err)
	}
	if _, err := b.Service.Account(t.Context(), steward, above.ID); !isDenied(err) {
		t.Errorf("she opens the page of one above her: %v", err)
	}

	// A new password takes two: she is one of them, and another of her institution's, or the coordinator, is the second.
	ask, agree := accountAction(t, "account.ask_recovery"), accountAction(t, "account.grant_recovery")
	_, err = b.DoAccount(t.Context(), steward, opened.ID, ask, &handlers.AskRecovery{}, testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	if _, err := b.DoAccount(t.Context(), steward, opened.ID, agree, &handlers.GrantRecovery{}, testbed.Key()); codeOf(err) != account.CodeSamePerson {
		t.Errorf("alone: %v", err)
	}
	elsewhere := testbed.As(access.Steward, b.NGO)
	if _, err := b.DoAccount(t.Context(), elsewhere, opened.ID, agree, &handlers.GrantRecovery{}, testbed.Key()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("another institution's agrees: %v", err)
	}
	_, second := b.TokenAt(access.Steward, b.Police)
	if waiting, err := b.Recoveries(t.Context(), second); err != nil || len(waiting) != 1 {
		t.Errorf("the second finds %+v, %v", waiting, err)
	}
	if waiting, err := b.Recoveries(t.Context(), elsewhere); err != nil || len(waiting) != 0 {
		t.Errorf("another institution's finds %+v, %v", waiting, err)
	}

	// Somebody who may act elsewhere is not hers to let in while she may: a new password would open what is not the institution's.
	_, err = b.DoAccount(t.Context(), admin, opened.ID, accountAction(t, "account.grant_role"), &handlers.GrantRole{
		Institution: b.DV, Role: access.Coordinator, Reason: "leave", Until: b.Clock.Wall().Add(time.Hour),
	}, testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	if _, err := b.DoAccount(t.Context(), second, opened.ID, agree, &handlers.GrantRecovery{}, testbed.Key()); !isDenied(err) {
		t.Errorf("while she stands in for the coordinator: %v", err)
	}
	b.Pass(time.Hour)
	_, err = b.DoAccount(t.Context(), second, opened.ID, agree, &handlers.GrantRecovery{}, testbed.Key())
	testbed.OK(t, err)
}

// filled is a body with which nothing but the right decides.
func filled(in handlers.AccountInput, b *testbed.Bed) handlers.AccountInput {
	switch in := in.(type) {
	case *handlers.LockAccount:
		in.Reason = "left"
	case *handlers.EndSession:
		in.Session = "s"
	case *handlers.EndGrant:
		in.Grant = "g"
	case *handlers.WithdrawOffer:
		in.Offer = "o"
	case *handlers.OfferToken:
		in.Label, in.Days = "sistemi", 1
	case *handlers.GrantRole:
		*in = handlers.GrantRole{Institution: b.Police, Role: access.Police, Reason: "leave", Until: b.Clock.Wall().Add(time.Hour)}
	}
	return in
}

func isDenied(err error) bool {
	denied := (*handlers.DeniedError)(nil)
	return errors.As(err, &denied)
}
