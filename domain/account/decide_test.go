package account

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/decidertest"
)

const (
	first  = Hash("$argon2id$v=19$m=65536,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$Zmlyc3RoYXNoZmlyc3RoYXNoZmlyc3RoYXNoZmlyc3Q")
	second = Hash("$argon2id$v=19$m=65536,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$c2Vjb25kaGFzaHNlY29uZGhhc2hzZWNvbmRoYXNoc2Vj")
)

func sealed(field string) person.Sealed {
	return person.Sealed{Subject: "acc-1", Field: field, Ref: "cmd-1", Box: []byte{1, 2, 3}}
}

func session(id, kind, label string) SessionStarted {
	return SessionStarted{
		Session: id, TokenHash: strings.Repeat("ab", 32), Kind: kind, Label: label, At: at.Now, ExpiresAt: at.Now.Add(8 * time.Hour),
	}
}

func start(s SessionStarted) StartSession {
	return StartSession{Session: s.Session, TokenHash: s.TokenHash, Kind: s.Kind, Label: s.Label, ExpiresAt: s.ExpiresAt}
}

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	opening = Open{
		Account: "acc-1", Institution: "inst-police", InstitutionKind: "police", Role: access.Police,
		Username: sealed("username"), Name: sealed(person.FieldDisplay), LookupKey: "mac", Language: "sq",
	}
	opened = Opened{
		Account: "acc-1", Institution: "inst-police", Role: access.Police,
		Username: sealed("username"), Name: sealed(person.FieldDisplay), LookupKey: "mac", Language: "sq",
	}
	passwordSet = PasswordSet{first}
	locked      = Locked{"administrator"}
	one1, two2  = session("s-1", Browser, ""), session("s-2", Browser, "")
	partner     = session("s-3", Token, "revalb_bridge")
)

func given(e ...event.Data) []event.Data { return e }

func TestOpen(t *testing.T) {
	decider.Accepts(t, nil, opening, at, opened)
	refuse := func(field, code string, change func(*Open)) {
		t.Helper()
		c := opening
		change(&c)
		decider.Refuses(t, nil, c, at, code, field)
	}
	refuse("account", CodeMissing, func(c *Open) { c.Account = "" })
	refuse("institution", CodeMissing, func(c *Open) { c.Institution = "" })
	refuse("role", CodeRole, func(c *Open) { c.Role = access.Coordinator })
	refuse("role", CodeRole, func(c *Open) { c.Role = access.System })
	refuse("role", CodeRole, func(c *Open) { c.InstitutionKind = "" })
	refuse("username", CodeMissing, func(c *Open) { c.Username = person.Sealed{} })
	refuse("name", CodeMissing, func(c *Open) { c.Name = person.Sealed{} })
	refuse("lookup_key", CodeMissing, func(c *Open) { c.LookupKey = "" })
	refuse("language", CodeUnknownCode, func(c *Open) { c.Language = "xx" })
	other := opening
	other.Institution = "inst-2"
	decider.Refuses(t, given(opened), other, at, CodeExists, "")
}

func TestPassword(t *testing.T) {
	decider.Accepts(t, given(opened), SetPassword{Hash: first}, at, passwordSet)
	decider.Refuses(t, given(opened), SetPassword{Hash: "secret"}, at, CodeHash, "hash")
	decider.Refuses(t, given(opened), SetPassword{}, at, CodeHash, "hash")
	// All browser sessions end but the one it was changed in; a partner's token stays.
	decider.Accepts(t, given(opened, passwordSet, one1, two2, partner), SetPassword{Hash: second, Keep: "s-2"}, at,
		PasswordSet{second}, SessionEnded{"s-1", PasswordChanged})
}

func TestLock(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet, one1, partner), Lock{"administrator"}, at,
		locked, SessionEnded{"s-1", AccountLocked}, SessionEnded{"s-3", AccountLocked})
	decider.Refuses(t, given(opened), Lock{"mood"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(opened, passwordSet, locked), start(one1), at, CodeLocked, "")
	decider.Accepts(t, given(opened, locked), Unlock{}, at, Unlocked{})

	// What has expired needs no ending.
	later := at
	later.Now = one1.ExpiresAt
	decider.Accepts(t, given(opened, passwordSet, one1), Lock{"left"}, later, Locked{"left"})
}

func TestSessions(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet), start(one1), at, one1)
	decider.Accepts(t, given(opened), start(partner), at, partner)
	decider.Refuses(t, given(opened), start(one1), at, CodeNoPassword, "")
	refuse := func(field, code string, change func(*StartSession)) {
		t.Helper()
		c := start(one1)
		change(&c)
		decider.Refuses(t, given(opened, passwordSet), c, at, code, field)
	}
	refuse("session", CodeMissing, func(c *StartSession) { c.Session = "" })
	refuse("token_hash", CodeToken, func(c *StartSession) { c.TokenHash = "the token itself" })
	refuse("kind", CodeUnknownCode, func(c *StartSession) { c.Kind = "telnet" })
	refuse("label", CodeMissing, func(c *StartSession) { c.Label = "x" })
	refuse("label", CodeMissing, func(c *StartSession) { c.Kind = Token })
	refuse("label", CodeUnknownCode, func(c *StartSession) { c.Kind, c.Label = Token, "Gjergj" })
	refuse("expires_at", CodeLifetime, func(c *StartSession) { c.ExpiresAt = at.Now })
	refuse("expires_at", CodeLifetime, func(c *StartSession) { c.ExpiresAt = at.Now.Add(MaxBrowser + 1) })

	other := start(one1)
	other.TokenHash = strings.Repeat("cd", 32)
	decider.Refuses(t, given(opened, passwordSet, one1), other, at, CodeSessionExists, "session")

	decider.Accepts(t, given(opened, passwordSet, one1, two2), EndSession{"s-1", SignedOut}, at, SessionEnded{"s-1", SignedOut})
	decider.Refuses(t, given(opened, passwordSet, one1), EndSession{"s-1", "bored"}, at, CodeUnknownCode, "reason")
	decider.Accepts(t, given(opened), ChooseLanguage{"en"}, at, LanguageChosen{"en"})
	decider.Refuses(t, given(opened), ChooseLanguage{"xx"}, at, CodeUnknownCode, "language")
}

func TestLive(t *testing.T) {
	s := decider.Fold(opened, passwordSet, one1)
	for _, c := range []struct {
		name string
		s    State
		id   string
		now  time.Time
		want bool
	}{
		{"started", s, "s-1", at.Now, true},
		{"to the last instant", s, "s-1", one1.ExpiresAt.Add(-1), true},
		{"expired", s, "s-1", one1.ExpiresAt, false},
		{"unknown", s, "s-9", at.Now, false},
		{"locked", Evolve(s, locked), "s-1", at.Now, false},
		{"ended", Evolve(s, SessionEnded{"s-1", Revoked}), "s-1", at.Now, false},
	} {
		if got := c.s.Live(c.id, c.now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	next := two2
	next.At = one1.ExpiresAt
	if grown := Evolve(s, next); len(grown.Sessions) != 1 || len(s.Sessions) != 1 || s.Sessions[0].Session != "s-1" {
		t.Errorf("expired sessions are kept, or an older state was changed: %+v, %+v", grown.Sessions, s.Sessions)
	}
}

func TestAHashIsNotPrinted(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if got := fmt.Sprintf(verb, SetPassword{Hash: first}); strings.Contains(got, "argon2id") || strings.Contains(got, "617267") {
			t.Errorf("%s prints the hash: %s", verb, got)
		}
	}
	if data, err := json.Marshal(passwordSet); err != nil || !strings.Contains(string(data), string(first)) {
		t.Errorf("the event must hold it: %s, %v", data, err)
	}
}

var commands = []Command{
	opening, SetPassword{Hash: first}, SetPassword{Hash: second}, Lock{"administrator"}, Unlock{}, ChooseLanguage{"en"}, start(one1), start(partner), EndSession{"s-1", Revoked},
}

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "not opened"},
		{Name: "opened", Given: given(opened)},
		{Name: "with a password", Given: given(opened, passwordSet)},
		{Name: "signed in", Given: given(opened, passwordSet, one1)},
		{Name: "locked", Given: given(opened, passwordSet, one1, locked, SessionEnded{"s-1", AccountLocked})},
	}, commands, at)
}

// Whatever happens: nobody is in while the account is locked.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(commands)-1), 0, 30).Draw(t, "commands") {
			events, _ := Decide(s, commands[i], at)
			for _, e := range events {
				s = Evolve(s, e)
			}
			if s.Locked && len(s.Sessions) > 0 {
				t.Fatalf("after %T the account is locked and has %d sessions", commands[i], len(s.Sessions))
			}
			if !s.IsOpen() && (s.Hash != "" || len(s.Sessions) > 0) {
				t.Fatal("something happened to an account that is not there")
			}
		}
	})
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), opened, passwordSet, locked, Unlocked{}, LanguageChosen{"en"}, partner, SessionEnded{"s-1", SignedOut})
}
