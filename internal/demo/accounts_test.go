package demo

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/password"
)

func TestEveryRoleHasAnAccountThatSignsIn(t *testing.T) {
	b := theWhole(t)
	roles := map[string]bool{}
	if len(b.demo.SignIns) != len(seats) {
		t.Fatalf("%d sign-ins for %d seats", len(b.demo.SignIns), len(seats))
	}
	for i, s := range b.demo.SignIns {
		ok(t, password.Check(s.Password, s.Username))
		_, c, err := b.Service.SignIn(t.Context(), handlers.SignIn{Username: s.Username, Password: person.PlainOf(s.Password)}, s.Username)
		if err != nil {
			t.Errorf("%s: %v", s.Username, err)
			continue
		}
		if c.Role != s.Role || c.Institution != b.demo.house.id(seats[i].place) {
			t.Errorf("%s signs in as %s of %s", s.Username, c.Role, c.Institution)
		}
		roles[s.Role] = true
	}
	for _, r := range access.Roles {
		if r != access.System && !roles[r] {
			t.Errorf("nobody is %s", r)
		}
	}
}

func TestAccountsFile(t *testing.T) {
	b := theWhole(t)
	path := filepath.Join(t.TempDir(), "accounts.json")
	ok(t, b.demo.WriteAccounts(path))
	info, err := os.Stat(path)
	ok(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	first := readBack(t, path)
	for i, a := range first {
		c, err := b.Authenticate(t.Context(), a.Token)
		if err != nil || c.Role != a.Role || c.Institution != a.Institution || a.InstitutionName == "" || a.Password != b.demo.SignIns[i].Password {
			t.Errorf("%s: %+v, %v", a.Account, c, err)
		}
	}
	again := New(Options{Seed: 1, Clock: b.clock, Now: visitDay})
	ok(t, again.Load(t.Context(), b.Service))
	ok(t, again.WriteAccounts(path))
	for i, a := range readBack(t, path) {
		if a != first[i] {
			t.Errorf("%s has another entry after a restart", a.Account)
		}
	}
	// A file that is not whole is written anew.
	ok(t, os.WriteFile(path, []byte(`[{"role":`), 0o600))
	ok(t, again.WriteAccounts(path))
	if a := readBack(t, path); a[0].Token == first[0].Token || len(a) != len(first) {
		t.Error("a broken file was kept")
	}
}

func TestAccountsAreNotWrittenBeforeTheyAreThere(t *testing.T) {
	if err := New(Options{Seed: 1, Now: visitDay}).WriteAccounts(filepath.Join(t.TempDir(), "accounts.json")); err == nil {
		t.Error("written")
	}
}

func TestGreetingNamesEveryAccount(t *testing.T) {
	d := New(Options{Seed: 1, Now: visitDay})
	text := d.Greeting("http://127.0.0.1:8080", "accounts.json")
	for _, s := range d.SignIns {
		if !strings.Contains(text, s.Username) || !strings.Contains(text, s.Password) {
			t.Errorf("%s is missing", s.Username)
		}
	}
	if !strings.Contains(text, "http://127.0.0.1:8080") {
		t.Error("the address is missing")
	}
}

func readBack(t *testing.T, path string) []Account {
	t.Helper()
	text, err := os.ReadFile(path)
	ok(t, err)
	var list []Account
	ok(t, json.Unmarshal(text, &list))
	if len(list) != len(seats) {
		t.Fatalf("%d accounts", len(list))
	}
	return list
}
