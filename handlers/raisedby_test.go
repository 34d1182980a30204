package handlers_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// afresh is a question that is asked of the hospital's provider, and what it has answered.
func (b *idBed) afresh(c handlers.Caller) handlers.IdentityAnswer {
	b.t.Helper()
	q, err := b.AskToRaise(b.t.Context(), c, "spitali", handlers.WaitingRaise{Next: "/emergency", Form: []byte(`{"text":"Në urgjencë"}`)})
	testbed.OK(b.t, err)
	asked, err := url.Parse(q.URL)
	testbed.OK(b.t, err)
	if asked.Query().Get("prompt") != "login" || asked.Query().Get("max_age") != "0" {
		b.t.Errorf("it is not asked afresh: %s", q.URL)
	}
	return brings("spitali", q, b.hospital.SignsIn(b.t, q.URL))
}

func (b *idBed) notRaised(what string, c handlers.Caller, in handlers.IdentityAnswer, want string) {
	b.t.Helper()
	err := b.RaiseByIdentity(b.t.Context(), c, in)
	var (
		input   *handlers.InputError
		refusal *event.Refusal
	)
	if errors.As(err, &input) && input.Code != want || errors.As(err, &refusal) && refusal.Code != want || input == nil && refusal == nil {
		b.t.Errorf("%s: %v, not %s", what, err, want)
	}
	wantsStepUp(b.t, what, b.NeedRaised(b.t.Context(), c), true)
	b.Pass(2 * time.Minute) // the patience with tries
}

// Whoever came by her provider proves by it once more who she is: for five minutes and this session alone, and once.
func TestASignInAfreshAtTheProviderRaises(t *testing.T) {
	b := newIDBed(t)
	c, err := b.enters(b.asked())
	testbed.OK(t, err)
	b.Pass(10 * time.Minute) // she is remembered there
	ask, err := b.AskStepUp(t.Context(), c)
	testbed.OK(t, err)
	if len(ask.Providers) != 1 || ask.Providers[0].ID != "spitali" {
		t.Fatalf("where she may prove it: %+v", ask)
	}
	wantsStepUp(t, "before", b.NeedRaised(t.Context(), c), true)
	in := b.afresh(c)
	waits, ok := b.WaitsToRaise(c, in.Waiting)
	if !ok || waits.Next != "/emergency" || string(waits.Form) != `{"text":"Në urgjencë"}` {
		t.Errorf("what waits: %+v", waits)
	}
	if _, ok := b.WaitsToRaise(b.c, in.Waiting); ok {
		t.Error("another session of hers opens what waits")
	}
	testbed.OK(t, b.RaiseByIdentity(t.Context(), c, in))
	testbed.OK(t, b.NeedRaised(t.Context(), c))
	if got := b.types(b.id); !slices.Equal(got[len(got)-2:], []string{"account.identity_confirmed", "session.raised"}) {
		t.Errorf("how she was raised: %q", got)
	}
	b.Pass(time.Minute)
	var input *handlers.InputError
	if err := b.RaiseByIdentity(t.Context(), c, in); !errors.As(err, &input) || input.Code != "wrong_identity" {
		t.Errorf("the same answer twice: %v", err)
	}
	b.Pass(account.RaisedLife - time.Minute)
	wantsStepUp(t, "five minutes later", b.NeedRaised(t.Context(), c), true)

	if _, err := b.AskToRaise(t.Context(), c, "streha", handlers.WaitingRaise{}); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("a provider that she has not linked: %v", err)
	}
	var long handlers.WaitingRaise
	for range 200 { // nothing that could be made shorter
		long.Form = append(long.Form, handlers.NewKey().String()...)
	}
	if _, err := b.AskToRaise(t.Context(), c, "spitali", long); !errors.As(err, &input) || input.Code != "too_long_to_wait" {
		t.Errorf("more than a browser keeps: %v", err)
	}
	in = b.afresh(c)
	b.hospital.Close()
	if err := b.RaiseByIdentity(t.Context(), c, in); !errors.Is(err, handlers.ErrProviderAway) {
		t.Errorf("it is away: %v", err)
	}
}

// Nothing else than a sign-in of the same person, begun when it was asked for and told by the provider, raises a session.
func TestWhatDoesNotRaise(t *testing.T) {
	b := newIDBed(t)
	c, err := b.enters(b.asked())
	testbed.OK(t, err)
	b.Pass(time.Hour)

	b.hospital.Remembers = true
	b.notRaised("a provider that takes no notice of what it was asked", c, b.afresh(c), "not_asked_again")
	b.hospital.Remembers = false
	at := func(change func(map[string]any)) func(map[string]any) string {
		return func(c map[string]any) string { change(c); return "" }
	}
	for name, forge := range map[string]func(map[string]any) string{
		"it does not say when":   at(func(c map[string]any) { delete(c, "auth_time") }),
		"never":                  at(func(c map[string]any) { c["auth_time"] = 0 }),
		"a minute before it":     at(func(c map[string]any) { c["auth_time"] = b.Now().Add(-time.Minute).Unix() }),
		"a minute from now":      at(func(c map[string]any) { c["auth_time"] = b.Now().Add(time.Minute).Unix() }),
		"the year nine thousand": at(func(c map[string]any) { c["auth_time"] = 1e300 }),
	} {
		b.hospital.Forge = forge
		b.notRaised(name, c, b.afresh(c), "not_asked_again")
	}
	b.hospital.Forge = at(func(c map[string]any) { c["nonce"] = "x" })
	b.notRaised("another nonce", c, b.afresh(c), "wrong_identity")
	b.hospital.Forge = nil

	b.hospital.Subject = "subject-2"
	b.notRaised("a colleague at the same provider", c, b.afresh(c), "another_person")
	b.hospital.Subject = "subject-1"

	for name, change := range map[string]func(*handlers.IdentityAnswer){
		"another state":                    func(a *handlers.IdentityAnswer) { a.State += "x" },
		"another question's code":          func(a *handlers.IdentityAnswer) { a.Code = b.afresh(c).Code },
		"another question's state":         func(a *handlers.IdentityAnswer) { a.Waiting = b.afresh(c).Waiting },
		"nothing kept":                     func(a *handlers.IdentityAnswer) { a.Waiting = "" },
		"a question of the door":           func(a *handlers.IdentityAnswer) { *a = b.asked() },
		"a question for her other session": func(a *handlers.IdentityAnswer) { *a = b.afresh(b.c) },
		"another provider's return":        func(a *handlers.IdentityAnswer) { a.Provider = "streha" },
		"another issuer":                   func(a *handlers.IdentityAnswer) { a.Issuer = b.shelter.URL },
		"after five minutes":               func(*handlers.IdentityAnswer) { b.Pass(account.ChallengeLife) },
	} {
		in := b.afresh(c)
		change(&in)
		b.notRaised(name, c, in, "wrong_identity")
	}
	b.refused("a question for raising, at the door", b.afresh(c))

	for range 40 { // more than one may try at once
		err = b.RaiseByIdentity(t.Context(), c, handlers.IdentityAnswer{Provider: "spitali"})
	}
	if !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("after forty tries: %v", err)
	}
}

// Whoever has set a second step is not raised by less: the provider has to say that it asked for one, by a word that the file accepts.
func TestRaisingDoesNotReplaceTheSecondStep(t *testing.T) {
	b := newIDBed(t)
	c, err := b.enters(b.asked())
	testbed.OK(t, err)
	b.secondStep()
	b.Pass(time.Minute)
	b.hospital.AMR = []string{"pwd"}
	b.notRaised("a password there", c, b.afresh(c), account.CodeSecondFactor)
	b.hospital.AMR = []string{"pwd", "mfa"}
	testbed.OK(t, b.RaiseByIdentity(t.Context(), c, b.afresh(c)))
	testbed.OK(t, b.NeedRaised(t.Context(), c))
}
