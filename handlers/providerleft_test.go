package handlers_test

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/account"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// lives tells whether a session lets its holder in still.
func (b *idBed) lives(c handlers.Caller) bool {
	b.t.Helper()
	list, err := b.MySessions(b.t.Context(), b.c)
	testbed.OK(b.t, err)
	return slices.ContainsFunc(list, func(o handlers.SessionLine) bool { return o.Session == c.Session })
}

func (b *idBed) entersAt(sid string) handlers.Caller {
	b.t.Helper()
	b.hospital.SID = sid
	c, err := b.enters(b.asked())
	testbed.OK(b.t, err)
	return c
}

// Whom an identity provider says to have left, her sessions that began by its word end, on record: the one that it names, or all.
// What she began by her password stands, and one token ends nothing twice.
func TestAProviderEndsTheSessionsThatItBegan(t *testing.T) {
	b := newIDBed(t)
	first, second, unnamed := b.entersAt("s-1"), b.entersAt("s-2"), b.entersAt("")
	leave := func(token string) error { return b.EndByProvider(t.Context(), "spitali", token, "provider") }

	// One session, named without its holder: that one ends, and the one of which it was not said where it belongs.
	testbed.OK(t, leave(b.hospital.LogoutToken(t, "", "s-1", nil)))
	if b.lives(first) || !b.lives(second) || !b.lives(b.c) {
		t.Errorf("of s-1: %v, s-2: %v, by password: %v", b.lives(first), b.lives(second), b.lives(b.c))
	}
	if b.lives(unnamed) { // better one too many than one too few
		t.Error("a session of hers stands of which it is not known that it is another of the provider's")
	}
	unnamed = b.entersAt("")
	ended := func() (n int) {
		for _, e := range b.Events() {
			if e.Type == (account.SessionEnded{}).EventType() {
				n++
			}
		}
		return n
	}
	if n := ended(); n != 2 {
		t.Errorf("%d ends on record", n)
	}

	// The holder, without a session: all that began there.
	all := b.hospital.LogoutToken(t, "subject-1", "", nil)
	testbed.OK(t, leave(all))
	if b.lives(second) || b.lives(unnamed) || !b.lives(b.c) {
		t.Errorf("s-2: %v, unnamed: %v, by password: %v", b.lives(second), b.lives(unnamed), b.lives(b.c))
	}
	again := b.entersAt("s-3")
	testbed.OK(t, leave(all))
	if !b.lives(again) {
		t.Error("a token that was heard before has ended what began after it")
	}

	// Both: the one session. Somebody else's subject, and one that nobody has linked, end nothing, and the answer is the same.
	nothing := b.hospital.LogoutToken(t, "nobody", "s-9", nil)
	testbed.OK(t, leave(nothing))
	later := b.entersAt("s-9")
	testbed.OK(t, leave(nothing)) // it had found nothing to end, and is as spent
	if !b.lives(later) || !b.lives(again) {
		t.Error("a token that was heard before has ended what began after it")
	}
	testbed.OK(t, leave(b.hospital.LogoutToken(t, "subject-1", "s-9", nil)))
	if b.lives(later) || !b.lives(again) {
		t.Errorf("s-9: %v, s-3: %v", b.lives(later), b.lives(again))
	}
}

// Where our own code is asked for beside the provider's word, the session is remembered as the provider's all the same: it ends with that one alone.
func TestAProviderEndsASessionThatAlsoTookACode(t *testing.T) {
	b := newIDBed(t)
	secret := b.secondStep()
	b.hospital.SID = "s-1"
	_, err := b.enters(b.asked())
	var needed *handlers.CodeNeededError
	if !errors.As(err, &needed) {
		t.Fatalf("without a code: %v", err)
	}
	b.Pass(time.Minute)
	_, c, err := b.SignInCode(t.Context(), needed.Pending, codeAt(t, secret, b.Now()), "desk")
	testbed.OK(t, err)
	testbed.OK(t, b.EndByProvider(t.Context(), "spitali", b.hospital.LogoutToken(t, "subject-1", "s-2", nil), "provider"))
	if !b.lives(c) {
		t.Error("another session of the provider's ended it")
	}
	testbed.OK(t, b.EndByProvider(t.Context(), "spitali", b.hospital.LogoutToken(t, "subject-1", "s-1", nil), "provider"))
	if b.lives(c) {
		t.Error("it stands though the provider's session is over")
	}
}

// A token that is not of this provider, for us, of now, about leaving, ends nothing.
func TestHostileLogoutTokens(t *testing.T) {
	b := newIDBed(t)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	testbed.OK(t, err)
	c := b.entersAt("s-1")
	with := func(forge func(map[string]any)) string { return b.hospital.LogoutToken(t, "subject-1", "s-1", forge) }
	claims := map[string]any{}
	with(func(m map[string]any) { claims = m })
	for name, token := range map[string]string{
		"nothing": "", "rubbish": "a.b.c",
		"another's key":      b.hospital.Sign(claims, other),
		"another provider's": b.shelter.LogoutToken(t, "subject-1", "s-1", nil),
		"another issuer":     with(func(m map[string]any) { m["iss"] = b.shelter.URL }),
		"another audience":   with(func(m map[string]any) { m["aud"] = "somebody" }),
		"a nonce":            with(func(m map[string]any) { m["nonce"] = "n" }),
		"an ID token":        with(func(m map[string]any) { delete(m, "events") }),
		"another event":      with(func(m map[string]any) { m["events"] = map[string]any{"http://example.org/other": map[string]any{}} }),
		"an event of nothing": with(func(m map[string]any) {
			m["events"] = map[string]any{"http://schemas.openid.net/event/backchannel-logout": nil}
		}),
		"no name of its own": with(func(m map[string]any) { delete(m, "jti") }),
		"no time":            with(func(m map[string]any) { delete(m, "iat") }),
		"old":                with(func(m map[string]any) { m["iat"] = b.Now().Add(-6 * time.Minute).Unix() }),
		"of tomorrow":        with(func(m map[string]any) { m["iat"] = b.Now().Add(2 * time.Minute).Unix() }),
		"expired":            with(func(m map[string]any) { m["exp"] = b.Now().Add(-time.Minute).Unix() }),
		"of nobody":          with(func(m map[string]any) { delete(m, "sub"); delete(m, "sid") }),
	} {
		if err := b.EndByProvider(t.Context(), "spitali", token, name); !errors.Is(err, handlers.ErrNotSignedIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := b.EndByProvider(t.Context(), "nowhere", with(nil), "desk"); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("a provider that there is none of: %v", err)
	}
	if !b.lives(c) {
		t.Error("the session has ended")
	}
	for range 40 { // rubbish is bounded by where it comes from
		err = b.EndByProvider(t.Context(), "spitali", "a.b.c", "10.9.8.7")
	}
	if !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("rubbish without end: %v", err)
	}
}
