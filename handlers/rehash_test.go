package handlers_test

import (
	"slices"
	"testing"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/password"
	"mkr/internal/testbed"
)

// A password that was stored under other costs is stored under today's when its holder comes in; once, and her other sessions stand.
func TestAPasswordIsStoredUnderTodaysCosts(t *testing.T) {
	b := testbed.New(t, testbed.Options{})
	c, secret := atScreen(b, access.NGO)
	list, err := b.Accounts(t.Context(), handlers.Shell())
	testbed.OK(t, err)
	name := list[slices.IndexFunc(list, func(a handlers.AccountLine) bool { return a.Account == c.Account })].Username
	rehashed := func() (n int) {
		stored, err := b.Log.ReadStream(t.Context(), event.StreamName(event.AccountCategory, c.Account), 0)
		testbed.OK(t, err)
		for _, e := range stored {
			if e.Type == "account.password_rehashed" {
				n++
			}
		}
		return n
	}
	enter := func() {
		t.Helper()
		_, _, err := b.SignIn(t.Context(), handlers.SignIn{Username: name, Password: person.PlainOf(secret)}, "test")
		testbed.OK(t, err)
	}
	enter()
	if rehashed() != 0 {
		t.Error("it is stored anew under the same costs")
	}
	b.Passwords = password.New(password.Params{MemoryKiB: 16, Passes: 1, Lanes: 1}, 2)
	enter()
	enter()
	if n := rehashed(); n != 1 {
		t.Errorf("stored anew %d times", n)
	}
	sessions, err := b.MySessions(t.Context(), c)
	testbed.OK(t, err)
	if len(sessions) != 4 {
		t.Errorf("%d sessions stand, not 4", len(sessions))
	}
}
