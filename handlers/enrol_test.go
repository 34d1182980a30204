package handlers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/passkeys"
	"mkr/internal/testbed"
)

// asksAll is a bed whose installation asks a second step of everybody, with the holder of an account who has none and a session of hers from
// before it did.
func asksAll(t *testing.T) (b *testbed.Bed, id string, before handlers.Caller) {
	t.Helper()
	site, err := passkeys.New(origin)
	testbed.OK(t, err)
	b = testbed.New(t, testbed.Options{})
	b.Service.Passkeys = site
	id, _ = enrol(t, b, handlers.NewAccount{Institution: b.NGO, Role: access.NGO, Username: person.PlainOf("mira")})
	_, before = enter(t, b, "mira")
	b.SecondStep = true
	return b, id, before
}

func tries(b *testbed.Bed, code string) (string, handlers.Caller, error) {
	b.TB.Helper()
	return b.SignIn(b.TB.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(testbed.Password), Code: code}, "desk")
}

// toChoose is what waits behind her password.
func toChoose(b *testbed.Bed) handlers.Enrolment {
	b.TB.Helper()
	token, _, err := tries(b, "")
	var needed *handlers.EnrolmentNeededError
	if !errors.As(err, &needed) || token != "" {
		b.TB.Fatalf("a password alone: %v", err)
	}
	return needed.Enrolment
}

func lastTypes(b *testbed.Bed, id string, n int) []string {
	b.TB.Helper()
	var out []string
	for _, e := range b.Events() {
		if e.Stream == event.StreamName(event.AccountCategory, id) {
			out = append(out, e.Type)
		}
	}
	return out[len(out)-n:]
}

func wrongField(t *testing.T, err error, field, code string) {
	t.Helper()
	var wrong *handlers.InputError
	if !errors.As(err, &wrong) || wrong.Field != field || wrong.Code != code {
		t.Errorf("%s %s: %v", field, code, err)
	}
}

// Where a second step is required, a password alone opens nothing but the door where its holder chooses one: codes, here.
func TestCodesAreSetAtTheDoor(t *testing.T) {
	b, id, before := asksAll(t)
	if open, err := b.MySessions(t.Context(), before); err != nil || !slices.ContainsFunc(open, func(o handlers.SessionLine) bool { return o.Current }) {
		t.Errorf("what began before goes on to its end: %+v, %v", open, err)
	}
	e, other := toChoose(b), toChoose(b)
	if e.Secret == other.Secret || len(e.Passkey) == 0 {
		t.Errorf("what is offered: %+v", e)
	}
	if _, err := b.Authenticate(t.Context(), e.Waiting); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("what waits is a session: %v", err)
	}
	if _, _, err := b.SignInCode(t.Context(), e.Waiting, codeAt(t, e.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("what waits for a choice answers for a code that is set: %v", err)
	}
	_, _, _, err := b.EnrolCode(t.Context(), e.Waiting, "000000", "desk")
	wrongField(t, err, "code", "wrong_code")
	again, err := b.AgainEnrolment(t.Context(), e.Waiting)
	testbed.OK(t, err)
	if again.Secret != e.Secret || again.URI != e.URI {
		t.Error("after a wrong code her device is asked for another secret")
	}
	if _, _, _, err := b.EnrolCode(t.Context(), e.Waiting+"x", codeAt(t, e.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a door that nobody opened: %v", err)
	}
	recovery, token, c, err := b.EnrolCode(t.Context(), again.Waiting, codeAt(t, e.Secret, b.Now()), "desk")
	testbed.OK(t, err)
	if who, err := b.Authenticate(t.Context(), token); err != nil || who.Account != id || c.Account != id || len(recovery) != account.RecoveryCodes {
		t.Fatalf("she is %+v with %d codes, %v", who, len(recovery), err)
	}
	if got := lastTypes(b, id, 3); !slices.Equal(got, []string{"account.second_factor_set", "account.second_factor_used", "session.started"}) {
		t.Errorf("on record: %q", got)
	}
	// It is gone through once, by whoever was first.
	for _, waiting := range []handlers.Enrolment{e, other} {
		if _, _, _, err := b.EnrolCode(t.Context(), waiting.Waiting, codeAt(t, waiting.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
			t.Errorf("the door opens twice: %v", err)
		}
	}
	b.CaughtUp()
	if _, _, err := tries(b, ""); !errors.As(err, new(*handlers.CodeNeededError)) {
		t.Errorf("the next time: %v", err)
	}
	if _, _, err := tries(b, codeAt(t, e.Secret, b.Now())); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("the code that set it lets in once more: %v", err)
	}
	if _, _, err := tries(b, recovery[0]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
}

// The door waits for a quarter of an hour, for whoever knows the password of today, and tries are counted.
func TestTheDoorOfEnrolmentCloses(t *testing.T) {
	b, _, before := asksAll(t)
	late := toChoose(b)
	b.Pass(20 * time.Minute)
	if _, _, _, err := b.EnrolCode(t.Context(), late.Waiting, codeAt(t, late.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a door that waited too long: %v", err)
	}
	if _, err := b.AgainEnrolment(t.Context(), late.Waiting); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("and asks again: %v", err)
	}
	old := toChoose(b)
	testbed.OK(t, b.ChangePassword(t.Context(), before, person.PlainOf(testbed.Password), person.PlainOf("një tjetër fjalëkalim i gjatë 58"), testbed.Key()))
	if _, _, _, err := b.EnrolCode(t.Context(), old.Waiting, codeAt(t, old.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("by the password of before: %v", err)
	}
}

// Tries at the door are counted as guesses are.
func TestTriesToEnrolAreCounted(t *testing.T) {
	b, _, _ := asksAll(t)
	e := toChoose(b)
	for n := 0; ; n++ {
		if _, _, _, err := b.EnrolCode(t.Context(), e.Waiting, "000000", "desk"); errors.Is(err, handlers.ErrTooManyTries) {
			return
		} else if n > 50 {
			t.Fatalf("they are not: %v", err)
		}
	}
}

// A passkey may be chosen instead: from then on it lets in, and the password alone does not.
func TestAPasskeyIsSetAtTheDoor(t *testing.T) {
	b, id, _ := asksAll(t)
	d := newDevice(t)
	answer := func(e handlers.Enrolment) []byte {
		return d.made(t, handlers.PasskeyQuestion{Options: e.Passkey}).Answer
	}
	chooses := func(e handlers.Enrolment, label string, answer []byte) (string, handlers.Caller, error) {
		return b.EnrolPasskey(t.Context(), e.Waiting, person.PlainOf(label), answer, "desk")
	}
	e := toChoose(b)
	_, _, err := chooses(e, " ", answer(e))
	wrongField(t, err, "label", "required")
	_, _, err = chooses(e, "telefoni", []byte("{}"))
	wrongField(t, err, "passkey", "wrong_passkey")
	_, _, err = chooses(e, "telefoni", answer(toChoose(b)))
	wrongField(t, err, "passkey", "wrong_passkey")
	slow := answer(e)
	b.Pass(account.ChallengeLife)
	_, _, err = chooses(e, "telefoni", slow)
	wrongField(t, err, "passkey", "wrong_passkey")
	e, err = b.AgainEnrolment(t.Context(), e.Waiting)
	testbed.OK(t, err)
	token, c, err := chooses(e, "telefoni", answer(e))
	testbed.OK(t, err)
	if who, err := b.Authenticate(t.Context(), token); err != nil || who.Account != id || c.Account != id {
		t.Fatalf("she is %+v, %v", who, err)
	}
	if got := lastTypes(b, id, 2); !slices.Equal(got, []string{"account.passkey_added", "session.started"}) {
		t.Errorf("on record: %q", got)
	}
	b.CaughtUp()
	if _, _, err := tries(b, ""); !errors.As(err, new(*handlers.PasskeyNeededError)) {
		t.Errorf("the password alone, beside a passkey: %v", err)
	}
	key := &keyBed{Bed: b, t: t, id: id, c: c, d: d}
	testbed.OK(t, key.enters(d.signs(t, key.asked())))

	// It stays for as long as it is the only one; codes may take its place.
	raise := func() {
		t.Helper()
		q, _, err := b.AskForOwnPasskey(t.Context(), c)
		testbed.OK(t, err)
		proof := d.signs(t, q)
		_, err = b.StepUp(t.Context(), c, handlers.StepUpProof{Passkey: &proof}, testbed.Key())
		testbed.OK(t, err)
	}
	raise()
	last := func(want bool) {
		t.Helper()
		if got, err := b.LastSecondStep(t.Context(), c); err != nil || got != want {
			t.Errorf("she has one only: %v, %v", got, err)
		}
	}
	last(true)
	_, err = b.Service.RemovePasskey(t.Context(), c, b64(d.id), testbed.Key())
	refusedBy(t, err, account.CodeLastSecondStep)
	setup, err := b.BeginSecondFactor(t.Context(), c, person.PlainOf(testbed.Password))
	testbed.OK(t, err)
	secret := setup.Secret
	_, _, err = b.ConfirmSecondFactor(t.Context(), c, setup.Sealed, codeAt(t, secret, b.Now()), testbed.Key())
	testbed.OK(t, err)
	last(false)
	_, err = b.Service.RemovePasskey(t.Context(), c, b64(d.id), testbed.Key())
	testbed.OK(t, err)
	last(true)
	b.Pass(time.Minute)
	err = b.RemoveSecondFactor(t.Context(), c, person.PlainOf(testbed.Password), codeAt(t, secret, b.Now()), testbed.Key())
	refusedBy(t, err, account.CodeLastSecondStep)
	b.Pass(account.RaisedLife)
	if _, err := b.BeginSecondFactor(t.Context(), c, person.PlainOf(testbed.Password)); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("the password alone exchanges what is asked beside it: %v", err)
	}
	b.SecondStep = false
	testbed.OK(t, b.RemoveSecondFactor(t.Context(), c, person.PlainOf(testbed.Password), codeAt(t, secret, b.Now()), testbed.Key()))
	if _, _, err := tries(b, ""); err != nil {
		t.Errorf("where it is offered only: %v", err)
	}
}

func refusedBy(t *testing.T, err error, code string) {
	t.Helper()
	var r *event.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%v, want %s", err, code)
	}
}

// A first password leads to the choice of one's own and from there to that of a second step; so does a recovery by two people.
func TestAFirstPasswordLeadsToTheSecondStep(t *testing.T) {
	b, id, _ := asksAll(t)
	admin := b.Keeper()
	_, coordinator := b.Token(access.Coordinator)
	e := toChoose(b)
	_, _, _, err := b.EnrolCode(t.Context(), e.Waiting, codeAt(t, e.Secret, b.Now()), "desk")
	testbed.OK(t, err)
	_, err = b.DoAccount(t.Context(), admin, id, accountAction(t, "account.ask_recovery"), &handlers.AskRecovery{}, testbed.Key())
	testbed.OK(t, err)
	again, err := b.DoAccount(t.Context(), coordinator, id, accountAction(t, "account.grant_recovery"), &handlers.GrantRecovery{}, testbed.Key())
	testbed.OK(t, err)
	_, _, err = b.SignIn(t.Context(), handlers.SignIn{Username: "mira", Password: person.PlainOf(again.Secret)}, "desk")
	var first *handlers.OwnPasswordNeededError
	if !errors.As(err, &first) {
		t.Fatalf("after a recovery: %v", err)
	}
	token, _, err := b.SignInFirst(t.Context(), first.Pending, person.PlainOf("një tjetër fjalëkalim i gjatë 58"), "desk")
	var needed *handlers.EnrolmentNeededError
	if !errors.As(err, &needed) || token != "" {
		t.Fatalf("her own password: %v", err)
	}
	b.Pass(time.Minute)
	_, token, _, err = b.EnrolCode(t.Context(), needed.Enrolment.Waiting, codeAt(t, needed.Enrolment.Secret, b.Now()), "desk")
	testbed.OK(t, err)
	_, err = b.Authenticate(t.Context(), token)
	testbed.OK(t, err)
}

// A program's token is no browser: it goes on, and is issued, as before.
func TestProgramsHaveNoSecondStep(t *testing.T) {
	b, _, _ := asksAll(t)
	token, c := b.Token(access.NGO)
	if who, err := b.AuthenticateBearer(t.Context(), token); err != nil || who.Account != c.Account {
		t.Errorf("%+v, %v", who, err)
	}
}

// A provider's word is enough where it says that a second step was asked there; else ours is, and is chosen at the door.
func TestAProvidersWordAndTheRequiredSecondStep(t *testing.T) {
	b := newIDBed(t)
	b.SecondStep = true
	b.hospital.AMR = []string{"pwd", "mfa"}
	_, err := b.enters(b.asked())
	testbed.OK(t, err)
	b.hospital.AMR = []string{"pwd"}
	_, err = b.enters(b.asked())
	var needed *handlers.EnrolmentNeededError
	if !errors.As(err, &needed) {
		t.Fatalf("a password at the provider: %v", err)
	}
	if needed.Enrolment.Passkey != nil {
		t.Error("a passkey is offered where there are none")
	}
	b.Pass(10 * time.Minute) // longer than the provider's own answer may take
	_, token, c, err := b.EnrolCode(t.Context(), needed.Enrolment.Waiting, codeAt(t, needed.Enrolment.Secret, b.Now()), "desk")
	testbed.OK(t, err)
	if who, err := b.Authenticate(t.Context(), token); err != nil || who.Account != b.id || c.Account != b.id {
		t.Fatalf("she is %+v, %v", who, err)
	}
	if got := b.types(b.id); !slices.Equal(got[len(got)-4:], []string{"account.second_factor_set", "account.second_factor_used", "account.identity_used", "session.started"}) {
		t.Errorf("on record: %q", got)
	}
	if _, err := b.enters(b.asked()); !errors.As(err, new(*handlers.CodeNeededError)) {
		t.Errorf("the next time: %v", err)
	}
	if _, _, _, err := b.EnrolCode(t.Context(), needed.Enrolment.Waiting, codeAt(t, needed.Enrolment.Secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("one word of the provider's for two sessions: %v", err)
	}
}
