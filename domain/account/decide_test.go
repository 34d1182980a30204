package account

import (
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
	first  = "$argon2id$v=19$m=65536,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$Zmlyc3RoYXNoZmlyc3RoYXNoZmlyc3RoYXNoZmlyc3Q"
	second = "$argon2id$v=19$m=65536,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$c2Vjb25kaGFzaHNlY29uZGhhc2hzZWNvbmRoYXNoc2Vj"
)

func sealed(field string) person.Sealed {
	return person.Sealed{Subject: "acc-1", Field: field, Ref: "cmd-1", Box: []byte{1, 2, 3}}
}

func session(id, kind, label string) SessionStarted {
	return SessionStarted{
		Session: id, Kind: kind, TokenHash: strings.Repeat("ab", 32), Label: label, ExpiresAt: at.Now.Add(8 * time.Hour),
		Account: "acc-1", Institution: "inst-police", Role: access.Police,
	}
}

func start(s SessionStarted) StartSession {
	return StartSession{Session: s.Session, Kind: s.Kind, TokenHash: s.TokenHash, Label: s.Label, Wall: at.Now, ExpiresAt: s.ExpiresAt}
}

func ended(s SessionStarted, reason string) SessionEnded {
	return SessionEnded{Session: s.Session, TokenHash: s.TokenHash, Reason: reason}
}

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	opened  = Opened{
		Account: "acc-1", Institution: "inst-police", Role: access.Police, Lookup: "mac",
		Username: sealed("username"), Display: sealed(person.FieldDisplay), Language: "sq",
	}
	opening = Open{
		Account: "acc-1", Institution: "inst-police", Role: access.Police, Lookup: "mac",
		Username: sealed("username"), Display: sealed(person.FieldDisplay), Language: "sq",
	}
	passwordSet = PasswordSet{Hash: first}
	locked      = Locked{"misuse"}
	desk, phone = session("s-1", Browser, ""), session("s-2", Browser, "")
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
	refuse("role", CodeUnknownCode, func(c *Open) { c.Role = "root" })
	refuse("role", CodeUnknownCode, func(c *Open) { c.Role = access.System })
	refuse("username", CodeMissing, func(c *Open) { c.Username = person.Sealed{} })
	refuse("username", CodeMissing, func(c *Open) { c.Lookup = "" })
	refuse("display", CodeMissing, func(c *Open) { c.Display = person.Sealed{} })
	refuse("language", CodeUnknownCode, func(c *Open) { c.Language = "xx" })
	other := opening
	other.Institution = "inst-2"
	decider.Refuses(t, given(opened), other, at, CodeAlreadyOpened, "")
}

func TestPassword(t *testing.T) {
	decider.Accepts(t, given(opened), SetPassword{Hash: first}, at, passwordSet)
	decider.Accepts(t, given(opened, passwordSet, desk, phone), SetPassword{Hash: second}, at,
		PasswordSet{Hash: second}, ended(desk, PasswordChanged), ended(phone, PasswordChanged))
	decider.Accepts(t, given(opened, passwordSet, desk), Rehash{From: first, Hash: second}, at, PasswordRehashed{second})
	decider.Accepts(t, given(opened, PasswordSet{Hash: second}), Rehash{From: first, Hash: second}, at)
	decider.Refuses(t, given(opened, passwordSet), Rehash{From: first, Hash: "secret"}, at, CodeHash, "password")
	decider.Refuses(t, given(opened), SetPassword{Hash: "secret"}, at, CodeHash, "password")
	decider.Refuses(t, given(opened), SetPassword{}, at, CodeMissing, "password")
}

func TestLock(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet, desk, partner), Lock{"misuse"}, at,
		locked, ended(desk, AccountLocked), ended(partner, AccountLocked))
	decider.Refuses(t, given(opened), Lock{"mood"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(opened, passwordSet, locked), start(desk), at, CodeLocked, "")
	decider.Accepts(t, given(opened, locked), Unlock{}, at, Unlocked{})
}

func TestSessions(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet), start(desk), at, desk)
	decider.Accepts(t, given(opened), start(partner), at, partner)
	decider.Refuses(t, given(opened), start(desk), at, CodeNoPassword, "")
	refuse := func(field, code string, change func(*StartSession)) {
		t.Helper()
		c := start(desk)
		change(&c)
		decider.Refuses(t, given(opened, passwordSet), c, at, code, field)
	}
	refuse("session", CodeMissing, func(c *StartSession) { c.Session = "" })
	refuse("session", CodeMissing, func(c *StartSession) { c.TokenHash = "" })
	refuse("token_hash", CodeTokenHash, func(c *StartSession) { c.TokenHash = strings.Repeat("zz", 32) })
	refuse("token_hash", CodeTokenHash, func(c *StartSession) { c.TokenHash = "the token itself" })
	refuse("kind", CodeUnknownCode, func(c *StartSession) { c.Kind = "telnet" })
	refuse("expires_at", CodeExpiry, func(c *StartSession) { c.ExpiresAt = at.Now })
	refuse("expires_at", CodeExpiry, func(c *StartSession) { c.ExpiresAt = at.Now.Add(MaxLife[Browser] + 1) })

	// What has run out is tidied away with the next sign-in.
	old := desk
	old.ExpiresAt = at.Now
	decider.Accepts(t, given(opened, passwordSet, old), start(phone), at, ended(old, Expired), phone)

	decider.Accepts(t, given(opened, passwordSet, desk, phone), EndSession{"s-1", SignedOut}, at, ended(desk, SignedOut))
	decider.Refuses(t, given(opened, passwordSet, desk), EndSession{"s-1", "bored"}, at, CodeUnknownCode, "reason")
	decider.Accepts(t, given(opened), ChooseLanguage{"en"}, at, LanguageChosen{"en"})
	decider.Refuses(t, given(opened), ChooseLanguage{"xx"}, at, CodeUnknownCode, "language")
}

func TestLive(t *testing.T) {
	s := decider.Fold(opened, passwordSet, desk)
	for _, c := range []struct {
		name string
		s    State
		id   string
		now  time.Time
		want bool
	}{
		{"started", s, "s-1", at.Now, true},
		{"to the last instant", s, "s-1", desk.ExpiresAt.Add(-1), true},
		{"expired", s, "s-1", desk.ExpiresAt, false},
		{"unknown", s, "s-9", at.Now, false},
		{"locked", Evolve(s, locked), "s-1", at.Now, false},
		{"ended", Evolve(s, ended(desk, Revoked)), "s-1", at.Now, false},
	} {
		if got := c.s.Live(c.id, c.now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if len(s.Sessions) != 1 {
		t.Error("evolving changed the state it came from")
	}
}

var commands = []Command{
	NoteFailed{failed},
	opening, SetPassword{Hash: first}, SetPassword{Hash: second}, SetPassword{Hash: first, First: true}, ChooseOwn{From: first, Hash: second}, Lock{"misuse"}, Unlock{}, ChooseLanguage{"en"}, start(desk), start(partner), EndSession{"s-1", Revoked},
	with(start(desk), Proof{Step: 101}), SetSecondFactor{Secret: device.Secret, Recovery: codes, Proof: Proof{Step: 100}}, RemoveSecondFactor{Proof: Proof{Step: 102}},
	RaiseSession{Session: "s-1", Wall: at.Now, Until: at.Now.Add(RaisedLife), Proof: Proof{Step: 103}}, AskRecovery{"admin-1"}, GrantRecovery{"admin-2", second}, RefuseRecovery{"admin-2"},
	Rehash{From: first, Hash: second}, offerToken, TakeToken{"offer-1", "s-3", strings.Repeat("ab", 32), at.Now}, EndOffer{"offer-1", OfferRefused},
}

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "not opened"},
		{Name: "opened", Given: given(opened)},
		{Name: "with a password", Given: given(opened, passwordSet)},
		{Name: "signed in", Given: given(opened, passwordSet, desk)},
		{Name: "locked", Given: given(opened, passwordSet, desk, locked, ended(desk, AccountLocked))},
		{Name: "with a second factor", Given: append(append([]event.Data{}, guarded...), desk)},
		{Name: "a token offered", Given: given(opened, passwordSet, tokenOffered)},
		{Name: "recovery asked", Given: append(append([]event.Data{}, guarded...), desk, RecoveryAsked{"admin-1"})},
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
			if s.Account == "" && (s.Hash != "" || len(s.Sessions) > 0) {
				t.Fatal("something happened to an account that is not there")
			}
		}
	})
}

func TestStoredForm(t *testing.T) {
	labelled := partner
	labelled.Grant, labelled.Provider, labelled.ProviderSession = "grant-1", hospital.Provider, hospital.Hash
	decidertest.Samples(t, Events(), opened, PasswordSet{Hash: first, First: true}, locked, Unlocked{}, LanguageChosen{"en"}, labelled, ended(desk, SignedOut),
		linked, usedIdentity, IdentityConfirmed(usedIdentity), IdentityUnlinked{hospital.Provider, hospital.Hash, OwnWish},
		added, usedKey, PasskeyRefused{"key-1", 7, Copied}, PasskeyRemoved{"key-1", OwnWish}, granted, RoleGrantEnded{"grant-1", GrantWithdrawn}, TermSet{Until: until, By: "admin-1"},
		device, used, RecoveryCodeUsed{codes[0]}, SecondFactorRemoved{OwnWish}, SessionRaised{"s-1", at.Now.Add(RaisedLife)}, RecoveryAsked{"admin-1"}, RecoveryGranted{"admin-2"}, RecoveryRefused{"admin-2"},
		PasswordRehashed{second}, tokenOffered, TokenOfferEnded{"offer-1", OfferTaken}, failed)
}

// A first password lets nobody in by itself: its holder chooses another one, once.
func TestAFirstPasswordIsChanged(t *testing.T) {
	handedOver := PasswordSet{Hash: first, First: true}
	decider.Accepts(t, given(opened), SetPassword{Hash: first, First: true}, at, handedOver)
	decider.Refuses(t, given(opened, handedOver), start(desk), at, CodeFirstPassword, "")
	decider.Refuses(t, given(opened, handedOver), ChooseOwn{From: first, Hash: first}, at, CodeFirstPassword, "")
	decider.Refuses(t, given(opened, handedOver), ChooseOwn{From: second, Hash: second}, at, CodeFirstPassword, "")
	decider.Refuses(t, given(opened, handedOver), ChooseOwn{From: first, Hash: "in the clear"}, at, CodeHash, "password")
	decider.Refuses(t, given(opened, handedOver, locked), ChooseOwn{From: first, Hash: second}, at, CodeLocked, "")
	decider.Accepts(t, given(opened, handedOver), ChooseOwn{From: first, Hash: second}, at, PasswordSet{Hash: second})
	decider.Accepts(t, given(opened, handedOver, PasswordSet{Hash: second}), ChooseOwn{From: first, Hash: second}, at)
	decider.Refuses(t, given(opened, handedOver, PasswordSet{Hash: second}), ChooseOwn{From: first, Hash: first}, at, CodeFirstPassword, "")
	decider.Accepts(t, given(opened, handedOver, PasswordSet{Hash: second}), start(desk), at, desk)
	decider.Refuses(t, given(opened, passwordSet), ChooseOwn{From: first, Hash: second}, at, CodeFirstPassword, "")
}
