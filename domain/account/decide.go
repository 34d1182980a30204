package account

import (
	"regexp"
	"slices"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/domain/internal/check"
)

var (
	phcHash   = regexp.MustCompile(`^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]{16,}\$[A-Za-z0-9+/]{32,}$`)
	sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)
	labelCode = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)
)

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	if c, ok := c.(Open); ok {
		return open(s, c)
	}
	if !s.IsOpen() {
		return nil, event.Refuse(CodeNotOpened, "no such account")
	}
	switch c := c.(type) {
	case SetPassword:
		return setPassword(s, c, m)
	case Lock:
		return lock(s, c, m)
	case Unlock:
		if !s.Locked {
			return nil, nil
		}
		return one(Unlocked{})
	case ChooseLanguage:
		if s.Language == c.Language {
			return nil, nil
		}
		if err := check.OneOf(CodeUnknownCode, "language", c.Language, Languages); err != nil {
			return nil, err
		}
		return one(LanguageChosen(c))
	case StartSession:
		return startSession(s, c, m)
	case EndSession:
		if _, ok := s.Session(c.Session); !ok {
			return nil, nil
		}
		if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, EndReasons); err != nil {
			return nil, err
		}
		return one(SessionEnded(c))
	}
	return nil, event.Refuse(CodeUnknownCode, "unknown command")
}

func one(d event.Data) ([]event.Data, error) { return []event.Data{d}, nil }

func open(s State, c Open) ([]event.Data, error) {
	if s.IsOpen() {
		if s.Institution == c.Institution && s.Role == c.Role && s.LookupKey == c.LookupKey {
			return nil, nil
		}
		return nil, event.Refuse(CodeExists, "the account is open already, with other facts")
	}
	err := check.First(
		check.Given(CodeMissing, "account", c.Account),
		check.Given(CodeMissing, "institution", c.Institution),
		check.That(slices.Contains(access.RolesOf(c.InstitutionKind), c.Role), CodeRole, "role", "people of this institution cannot have this role"),
		check.That(!c.Username.IsZero(), CodeMissing, "username", "username is missing"),
		check.That(!c.Name.IsZero(), CodeMissing, "name", "name is missing"),
		check.Given(CodeMissing, "lookup_key", c.LookupKey),
		check.OneOf(CodeUnknownCode, "language", c.Language, Languages),
	)
	if err != nil {
		return nil, err
	}
	return one(Opened{
		Account: c.Account, Institution: c.Institution, Role: c.Role, Username: c.Username, Name: c.Name,
		LookupKey: c.LookupKey, Language: c.Language,
	})
}

func setPassword(s State, c SetPassword, m event.Moment) ([]event.Data, error) {
	if s.Hash == c.Hash && s.Hash != "" {
		return nil, nil
	}
	if err := check.That(phcHash.MatchString(string(c.Hash)), CodeHash, "hash", "hash is not an argon2id hash in PHC form"); err != nil {
		return nil, err
	}
	return append([]event.Data{PasswordSet{Hash: c.Hash}}, endAll(s, m, PasswordChanged, c.Keep)...), nil
}

func lock(s State, c Lock, m event.Moment) ([]event.Data, error) {
	if s.Locked {
		return nil, nil
	}
	if err := check.OneOf(CodeUnknownCode, "reason", c.Reason, LockReasons); err != nil {
		return nil, err
	}
	return append([]event.Data{Locked(c)}, endAll(s, m, AccountLocked, "")...), nil
}

// endAll ends every live session but one. Tokens end with a lock only: a partner system has no password of its own.
func endAll(s State, m event.Moment, reason, keep string) []event.Data {
	var out []event.Data
	for _, o := range s.Sessions {
		spared := o.Session == keep || reason == PasswordChanged && o.Kind == Token
		if !spared && o.ExpiresAt.After(m.Now) {
			out = append(out, SessionEnded{Session: o.Session, Reason: reason})
		}
	}
	return out
}

func startSession(s State, c StartSession, m event.Moment) ([]event.Data, error) {
	if had, ok := s.Session(c.Session); ok {
		if had.TokenHash == c.TokenHash && had.Kind == c.Kind && had.Label == c.Label && had.ExpiresAt.Equal(c.ExpiresAt) {
			return nil, nil
		}
		return nil, event.RefuseField(CodeSessionExists, "session", "another session has this id")
	}
	longest := MaxBrowser
	if c.Kind == Token {
		longest = MaxToken
	}
	err := check.First(
		check.That(!s.Locked, CodeLocked, "", "the account is locked"),
		check.Given(CodeMissing, "session", c.Session),
		check.That(sha256Hex.MatchString(c.TokenHash), CodeToken, "token_hash", "token_hash is not a SHA-256 in hex"),
		check.OneOf(CodeUnknownCode, "kind", c.Kind, SessionKinds),
		check.That((c.Kind == Token) == (c.Label != ""), CodeMissing, "label", "a token has a label, a browser session has none"),
		check.That(c.Label == "" || labelCode.MatchString(c.Label), CodeUnknownCode, "label", "label is not a code"),
		check.That(c.Kind != Browser || s.Hash != "", CodeNoPassword, "", "no password is set"),
		check.That(c.ExpiresAt.After(m.Now) && !c.ExpiresAt.After(m.Now.Add(longest)), CodeLifetime, "expires_at", "expires_at is not within the longest life of a session"),
	)
	if err != nil {
		return nil, err
	}
	return one(SessionStarted{
		Session: c.Session, TokenHash: c.TokenHash, Kind: c.Kind, Label: c.Label, At: m.Now, ExpiresAt: c.ExpiresAt,
	})
}
