package handlers_test

import (
	"errors"
	"testing"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// Whoever is asked for a service must have it in the directory; of one that lists none nobody has written it down yet.
func TestOnlyWhatIsListedMayBeAskedFor(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	id := b.Open()
	police := testbed.As(access.Police, b.Police)
	first := b.Referral()
	_, err := b.Act(police, id, "referral.create", "", first)
	testbed.OK(t, err)
	_, err = b.InstitutionCommand(t.Context(), handlers.Shell(), b.NGO, directory.OfferService{Offer: directory.Offer{Service: "legal_aid", AssuredAt: b.Now()}}, testbed.Key())
	testbed.OK(t, err)
	size := len(b.Events())
	other := b.Referral()
	other.Service = "employment"
	var wrong *handlers.InputError
	if _, err := b.Act(police, id, "referral.create", "", other); !errors.As(err, &wrong) || wrong.Field != "service" || wrong.Code != "not_offered" {
		t.Errorf("a service that is not listed: %v", err)
	}
	for _, e := range b.Events()[size:] {
		if e.Type != "access.refused" && e.Type != "access.viewed" {
			t.Errorf("stored all the same: %s", e.Type)
		}
	}
	other.Service = "legal_aid"
	if _, err := b.Act(police, id, "referral.create", "", other); err != nil {
		t.Errorf("a service that is listed: %v", err)
	}
}

func TestTheOtherSessionsEndAtOnce(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	admin := b.Keeper()
	r, err := b.AddAccount(t.Context(), admin, newcomer(b, "mira"), testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	in := handlers.SignIn{Username: "mira", Password: person.PlainOf(testbed.Password)}
	token, last := b.ComesIn("mira", r.Secret)
	tokens := []string{token}
	for range 2 {
		token, c, err := b.SignIn(t.Context(), in, "test")
		testbed.OK(t, err)
		tokens, last = append(tokens, token), c
	}
	partner, _, err := b.IssueToken(t.Context(), r.ID, "sistem", handlers.BrowserLife)
	testbed.OK(t, err)
	n, err := b.EndMyOtherSessions(t.Context(), last, testbed.Key())
	testbed.OK(t, err)
	if n != 2 {
		t.Errorf("%d ended", n)
	}
	for i, token := range append(tokens, partner) {
		if _, err := b.Authenticate(t.Context(), token); (err == nil) != (i >= 2) {
			t.Errorf("session %d: %v", i, err)
		}
	}
}
