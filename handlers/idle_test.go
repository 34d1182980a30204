package handlers_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
)

// A session that nobody touches ends on record, and its end is the idle one; a touch in time puts that off, and a mark of
// another session does not.
func TestAnUntouchedSessionEndsOnRecord(t *testing.T) {
	b := newBed(t)
	r, err := b.OpenAccount(t.Context(), handlers.Shell(), newAccount(b, "police", b.police), key())
	ok(t, err)
	ok(t, b.Await(t.Context(), r.Position+1))
	token, c, err := b.SignIn(t.Context(), handlers.SignIn{Username: "oficer.prove", Password: person.PlainOf("fjalekalim i gjate 7")}, "192.0.2.1")
	ok(t, err)
	if _, err := b.AuthenticateBearer(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("the secret of a browser is a bearer token, that nothing ends: %v", err)
	}
	b.pass(handlers.IdleLife - time.Second)
	mark := b.Touch(c)
	if got, err := b.AuthenticateBrowser(t.Context(), token, ""); err != nil || got != c {
		t.Fatalf("in time, without a mark: %+v, %v", got, err)
	}
	b.pass(handlers.IdleLife - time.Second)
	if _, err := b.AuthenticateBrowser(t.Context(), token, mark); err != nil {
		t.Fatalf("touched in time: %v", err)
	}
	if err := b.endings(t); len(err) != 0 {
		t.Fatalf("ended before its time: %v", err)
	}
	other := c
	other.Session = "another"
	if _, err := b.AuthenticateBrowser(t.Context(), token, b.Touch(other)); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Fatalf("a mark of another session: %v", err)
	}
	if got := b.endings(t); len(got) != 1 || got[0] != account.Idle {
		t.Errorf("on record: %v", got)
	}
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("the session outlives its end: %v", err)
	}
}

func (b *bed) endings(t *testing.T) (reasons []string) {
	t.Helper()
	var e account.SessionEnded
	for _, r := range b.Events() {
		if r.Type != e.EventType() {
			continue
		}
		ok(t, json.Unmarshal(r.Data, &e))
		reasons = append(reasons, e.Reason)
	}
	return reasons
}
