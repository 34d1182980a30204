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

// A first password, which whoever made it knows, lets in nobody: it opens one door, once, in which its holder chooses her own. The new
// password that two people give after a recovery is one too.
func TestAFirstPasswordLetsInNobody(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	r, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	known := func(want bool) {
		t.Helper()
		if v, err := b.Account(t.Context(), admin, r.ID); err != nil || v.FirstPassword != want {
			t.Errorf("its keeper is told that nobody has come in yet: %v, %v", v.FirstPassword, err)
		}
	}
	door := func(first string) string {
		t.Helper()
		token, _, err := b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(first)}, "test")
		var own *handlers.OwnPasswordNeededError
		if !errors.As(err, &own) || token != "" {
			t.Fatalf("a first password lets in: %v", err)
		}
		return own.Pending
	}
	choose := func(pending, own string) error {
		_, _, err := b.SignInFirst(t.Context(), pending, person.PlainOf(own), "test")
		return err
	}
	field := func(err error, code string) {
		t.Helper()
		var wrong *handlers.InputError
		if !errors.As(err, &wrong) || wrong.Field != "password" || wrong.Code != code {
			t.Errorf("%s: %v", code, err)
		}
	}
	known(true)
	waiting, late := door(r.Secret), door(r.Secret)
	field(choose(waiting, "shkurt"), "password_too_short")
	field(choose(waiting, r.Secret), "password_known")
	field(choose(waiting, "mira-mira-mira"), "password_too_simple")
	if err := choose(waiting+"x", testbed.Password); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a door that nobody opened: %v", err)
	}
	known(true)
	testbed.OK(t, choose(waiting, testbed.Password))
	known(false)
	if err := choose(late, "një tjetër fjalëkalim i gjatë 58"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("the door opens twice: %v", err)
	}
	if _, _, err := b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(r.Secret)}, "test"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("whoever made the first password: %v", err)
	}
	_, _, err = b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(testbed.Password)}, "test")
	testbed.OK(t, err)

	_, err = b.DoAccount(t.Context(), admin, r.ID, accountAction(t, "account.ask_recovery"), &handlers.AskRecovery{}, testbed.Key())
	testbed.OK(t, err)
	_, coordinator := b.Token(access.Coordinator)
	again, err := b.DoAccount(t.Context(), coordinator, r.ID, accountAction(t, "account.grant_recovery"), &handlers.GrantRecovery{}, testbed.Key())
	testbed.OK(t, err)
	known(true)
	late = door(again.Secret)
	b.Pass(20 * time.Minute)
	if err := choose(late, "një tjetër fjalëkalim i gjatë 58"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a door that waited too long: %v", err)
	}
	b.Pass(time.Hour)
	waiting = door(again.Secret)
	for n := 0; ; n++ { // whoever knows it cannot have passwords hashed for ever
		if err := choose(waiting, again.Secret); errors.Is(err, handlers.ErrTooManyTries) {
			break
		} else if n > 50 {
			t.Fatalf("tries are not counted: %v", err)
		}
	}
	b.Pass(time.Hour)
	b.ComesIn("mira", again.Secret)
}

// What gives somebody power is not done from a screen that was found open, and what takes it away is: nobody waits for a proof to lock
// an account. A program with a token has no screen.
func TestPowerIsNotGivenFromAnOpenScreen(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin, password := atScreen(b, access.Administrator)
	holder, _ := atScreen(b, access.NGO)
	b.CaughtUp()
	wall := b.Clock.Wall()
	acts := map[string]func() error{
		"an account": func() error {
			_, err := b.AddAccount(t.Context(), admin, newcomer(b, "tjetra"), testbed.Key())
			return err
		},
		"a rule pack": func() error {
			_, err := b.LoadPack(t.Context(), admin, handlers.LoadPack{Pack: "{}"}, testbed.Key())
			return err
		},
		"holidays": func() error {
			_, err := b.LoadCalendar(t.Context(), admin, handlers.LoadCalendar{Calendar: "{}"}, testbed.Key())
			return err
		},
		"an institution": func() error {
			_, err := b.RegisterInstitution(t.Context(), admin, handlers.RegisterInstitution{Kind: "ngo", Sector: "private", InstitutionDetails: handlers.InstitutionDetails{NameSQ: "Provë", NameEN: "Trial"}}, testbed.Key())
			return err
		},
	}
	for name, in := range map[string]handlers.AccountInput{
		"account.grant_role":   &handlers.GrantRole{Institution: b.NGO, Role: access.Steward, Reason: "leave", Until: wall.Add(time.Hour)},
		"account.set_term":     &handlers.SetTerm{Until: wall.Add(24 * time.Hour)},
		"account.offer_token":  &handlers.OfferToken{Label: "Sistemi", Days: 3},
		"account.ask_recovery": &handlers.AskRecovery{},
		"account.unlock":       &handlers.UnlockAccount{},
	} {
		acts[name] = func() error {
			_, err := b.DoAccount(t.Context(), admin, holder.Account, accountAction(t, name), in, testbed.Key())
			return err
		}
	}
	for name, act := range acts {
		wantsStepUp(t, name, act(), true)
	}
	_, err := b.DoAccount(t.Context(), admin, holder.Account, accountAction(t, "account.lock"), &handlers.LockAccount{Reason: handlers.LockReason(account.LockReasons[0])}, testbed.Key())
	testbed.OK(t, err)
	_, err = b.StepUp(t.Context(), admin, handlers.StepUpProof{Password: person.PlainOf(password)}, testbed.Key())
	testbed.OK(t, err)
	for name, act := range acts {
		wantsStepUp(t, name+", once it is proved who asks", act(), false)
	}
	_, program := b.Token(access.Administrator)
	_, err = b.AddAccount(t.Context(), program, newcomer(b, "e-treta"), testbed.Key())
	testbed.OK(t, err)
}
