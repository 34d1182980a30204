package account

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/domain/person"
)

// Kinds of sessions.
const (
	Browser = "browser"
	Token   = "token"
	// Calendar is a secret address that gives dates in court and nothing else. An account has one at most.
	Calendar = "calendar"
)

// Reasons for which a session ends.
const (
	SignedOut       = "signed_out"
	Revoked         = "revoked"
	Idle            = "idle"
	Crowded         = "crowded" // there were too many, and it was the oldest
	PasswordChanged = "password_changed"
	AccountLocked   = "locked"
	ProviderEnded   = "provider" // the identity provider by whose word it began says that its holder has left
)

// Expired is the reason of a session that was tidied away after its time.
const Expired = "expired"

// EndReasons are those that a command may give; the others follow from something else.
var EndReasons = []string{SignedOut, Revoked, Idle}

// Languages of the house.
var Languages = []string{"sq", "en"}

// LockReasons are why an account is locked.
var LockReasons = []string{"left", "misuse", "too_many_tries", "on_leave", "other"}

// Codes of refusals. They are API.
const (
	CodeAlreadyOpened = "account.already_opened"
	CodeNotOpened     = "account.not_opened"
	CodeLocked        = "account.locked"
	CodeMissing       = "account.missing"
	CodeUnknownCode   = "account.unknown_code"
	CodeExpiry        = "account.expiry"
	CodeHash          = "account.password_hash"
	CodeTokenHash     = "account.token_hash"
	CodeNoPassword    = "account.no_password"
	CodeFirstPassword = "account.first_password"
)

// Codes lists them all.
var Codes = append([]string{CodeAlreadyOpened, CodeNotOpened, CodeLocked, CodeMissing, CodeUnknownCode, CodeExpiry, CodeHash, CodeTokenHash, CodeNoPassword, CodeFirstPassword, CodeNoOffer, CodeOwnOffer, CodeLastSecondStep}, slices.Concat(secondCodes, grantCodes, passkeyCodes, identityCodes)...)

// MaxLife bounds how long a session of a kind may stand.
var MaxLife = map[string]time.Duration{Browser: 12 * time.Hour, Token: 366 * 24 * time.Hour, Calendar: 366 * 24 * time.Hour}

// Command is something that somebody wants to happen to an account. This file, second.go, offer.go, grants.go, passkey.go, enrol.go, identity.go and knock.go list the whole vocabulary.
type Command interface{ command() }

type (
	// Open begins the stream.
	Open struct {
		Account, Institution, Role, Lookup, Language string
		Username, Display                            person.Sealed
	}
	// SetPassword stores a hash that the handler made, and ends every session. First: somebody else than the holder chose it.
	SetPassword struct {
		Hash  string
		First bool
	}
	// ChooseOwn stores the holder's own password in place of a first one, which From is the hash of.
	ChooseOwn struct{ From, Hash string }
	// Rehash stores the hash of the same password under other costs, if it still is the one from which it was checked.
	Rehash struct{ From, Hash string }
	// Lock keeps its holder out.
	Lock struct{ Reason string }
	// Unlock lets her in again.
	Unlock struct{}
	// ChooseLanguage is remembered for her.
	ChooseLanguage struct{ Language string }
	// StartSession lets in whoever holds the secret behind the hash. Wall is the holder's own time: sessions do not
	// follow a clock that runs fast.
	StartSession struct {
		Session, Kind, TokenHash, Label string
		Wall, ExpiresAt                 time.Time
		Proof                           Proof // for a browser's session, where a second factor is set
		// Grant is the granted role to act in, "" the account's own. From is the raised session that goes over into this one: it
		// was proved there who its holder is, and it ends.
		Grant, From string
		// SecondStep: nobody comes in by a password alone, or by the word of a provider that has asked for nothing more.
		SecondStep bool
	}
	// EndSession ends one.
	EndSession struct{ Session, Reason string }
	// EndProviderSessions ends those that began by a provider's word: of the one session of the provider's that At names, and all of
	// which the provider did not say where they belong; with "" all of them.
	EndProviderSessions struct{ Provider, At string }
)

func (Open) command()           {}
func (SetPassword) command()    {}
func (ChooseOwn) command()      {}
func (Rehash) command()         {}
func (Lock) command()           {}
func (Unlock) command()         {}
func (ChooseLanguage) command() {}
func (StartSession) command()   {}
func (EndSession) command()     {}

func (EndProviderSessions) command() {}

// Decide says what follows from a command. Refusals are *event.Refusal.
func Decide(s State, c Command, _ event.Moment) ([]event.Data, error) {
	if open, ok := c.(Open); ok {
		return decideOpen(s, open)
	}
	if s.Account == "" {
		return nil, event.Refuse(CodeNotOpened, "there is no such account")
	}
	switch c := c.(type) {
	case SetPassword:
		switch {
		case c.Hash == "":
			return nil, event.RefuseField(CodeMissing, "password", "a password is required")
		case c.Hash == s.Hash:
			return nil, nil
		case !strings.HasPrefix(c.Hash, "$argon2id$"): // a password that was not hashed must never reach the log
			return nil, event.RefuseField(CodeHash, "password", "not an argon2id hash in PHC form")
		}
		return append([]event.Data{PasswordSet(c)}, endAll(s, PasswordChanged)...), nil
	case ChooseOwn:
		switch {
		case s.Hash == c.Hash && !s.First:
			return nil, nil
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case !s.First || c.From != s.Hash || c.Hash == s.Hash:
			return nil, event.Refuse(CodeFirstPassword, "this is not the first password any more")
		case !strings.HasPrefix(c.Hash, "$argon2id$"):
			return nil, event.RefuseField(CodeHash, "password", "not an argon2id hash in PHC form")
		}
		return append([]event.Data{PasswordSet{Hash: c.Hash}}, endAll(s, PasswordChanged)...), nil
	case Rehash:
		switch {
		case c.From != s.Hash || c.Hash == s.Hash:
			return nil, nil
		case !strings.HasPrefix(c.Hash, "$argon2id$"):
			return nil, event.RefuseField(CodeHash, "password", "not an argon2id hash in PHC form")
		}
		return []event.Data{PasswordRehashed{Hash: c.Hash}}, nil
	case Lock:
		if s.Locked {
			return nil, nil
		}
		if !slices.Contains(LockReasons, c.Reason) {
			return nil, event.RefuseField(CodeUnknownCode, "reason", "not a known reason")
		}
		return append([]event.Data{Locked(c)}, endAll(s, AccountLocked)...), nil
	case Unlock:
		if !s.Locked {
			return nil, nil
		}
		return []event.Data{Unlocked{}}, nil
	case ChooseLanguage:
		if !slices.Contains(Languages, c.Language) {
			return nil, event.RefuseField(CodeUnknownCode, "language", "sq or en")
		}
		if s.Language == c.Language {
			return nil, nil
		}
		return []event.Data{LanguageChosen(c)}, nil
	case StartSession:
		return decideStart(s, c)
	case EndSession:
		i := slices.IndexFunc(s.Sessions, func(o Session) bool { return o.ID == c.Session })
		if i < 0 {
			return nil, nil
		}
		if !slices.Contains(EndReasons, c.Reason) {
			return nil, event.RefuseField(CodeUnknownCode, "reason", "not a known reason")
		}
		return []event.Data{SessionEnded{Session: c.Session, TokenHash: s.Sessions[i].TokenHash, Reason: c.Reason}}, nil
	case NoteFailed:
		return decideNote(s, c)
	case EndProviderSessions:
		return endWhere(s, ProviderEnded, func(o Session) bool {
			return c.Provider != "" && o.Provider == c.Provider && (c.At == "" || o.ProviderSession == "" || o.ProviderSession == c.At)
		}), nil
	case SetSecondFactor, RemoveSecondFactor, RaiseSession, AskRecovery, GrantRecovery, RefuseRecovery:
		return decideSecond(s, c)
	case OfferToken, TakeToken, EndOffer:
		return decideOffer(s, c)
	case AddPasskey, RefusePasskey, RemovePasskey:
		return decidePasskey(s, c)
	case Enrol:
		return decideEnrol(s, c)
	case LinkIdentity, UnlinkIdentity:
		return decideIdentity(s, c)
	case GrantRole, EndGrant, SetTerm:
		return decideGrant(s, c)
	}
	return nil, fmt.Errorf("account: command %T is not in the vocabulary", c)
}

func decideOpen(s State, c Open) ([]event.Data, error) {
	switch {
	case s.Account != "" && s.Institution == c.Institution && s.Role == c.Role && s.Lookup == c.Lookup:
		return nil, nil
	case s.Account != "":
		return nil, event.Refuse(CodeAlreadyOpened, "the account is open already, with other facts")
	case c.Account == "":
		return nil, event.RefuseField(CodeMissing, "account", "an id is required")
	case !slices.Contains(access.Roles, c.Role) || c.Role == access.System:
		return nil, event.RefuseField(CodeUnknownCode, "role", "not a known role")
	case c.Institution == "":
		return nil, event.RefuseField(CodeMissing, "institution", "an institution is required")
	case c.Lookup == "" || c.Username.IsZero():
		return nil, event.RefuseField(CodeMissing, "username", "a user name is required")
	case c.Display.IsZero():
		return nil, event.RefuseField(CodeMissing, "display", "a name is required")
	case !slices.Contains(Languages, c.Language):
		return nil, event.RefuseField(CodeUnknownCode, "language", "sq or en")
	}
	return []event.Data{Opened{Account: c.Account, Institution: c.Institution, Role: c.Role, Lookup: c.Lookup, Username: c.Username, Display: c.Display, Language: c.Language}}, nil
}

func decideStart(s State, c StartSession) ([]event.Data, error) {
	life, known := MaxLife[c.Kind]
	switch {
	case slices.ContainsFunc(s.Sessions, func(o Session) bool { return o.ID == c.Session }):
		return nil, nil
	case s.Locked:
		return nil, event.Refuse(CodeLocked, "the account is locked")
	case !known:
		return nil, event.RefuseField(CodeUnknownCode, "kind", "browser, token or calendar")
	case c.Session == "" || c.TokenHash == "":
		return nil, event.RefuseField(CodeMissing, "session", "an id and a secret are required")
	case !c.ExpiresAt.After(c.Wall) || c.ExpiresAt.Sub(c.Wall) > life:
		return nil, event.RefuseField(CodeExpiry, "expires_at", "not within the time such a session may stand")
	case !isSHA256(c.TokenHash): // a secret that was not hashed must never reach the log
		return nil, event.RefuseField(CodeTokenHash, "token_hash", "not a SHA-256 in hex")
	case c.Kind == Browser && s.Hash == "":
		return nil, event.Refuse(CodeNoPassword, "no password is set")
	case c.Kind == Browser && s.First:
		return nil, event.Refuse(CodeFirstPassword, "somebody else knows this password: its holder chooses her own first")
	}
	institution, role, until, err := s.right(c.Grant, c.Wall)
	if err != nil {
		return nil, err
	}
	if !until.IsZero() && until.Before(c.ExpiresAt) { // no session outlives the right that it rests on
		c.ExpiresAt = until
	}
	var events []event.Data
	provider, at := c.Proof.Identity.Provider, c.Proof.At
	switch {
	case c.From != "" && (!s.Live(c.From, c.Wall) || !s.Raised(c.From, c.Wall)):
		return nil, event.Refuse(CodeNotProved, "it was not proved a moment ago who asks")
	case c.From != "":
		i := slices.IndexFunc(s.Sessions, func(o Session) bool { return o.ID == c.From })
		if end := s.Sessions[i].ExpiresAt; end.Before(c.ExpiresAt) { // to go on in another role prolongs nothing
			c.ExpiresAt = end
		}
		provider, at = s.Sessions[i].Provider, s.Sessions[i].ProviderSession
		events = endWhere(s, Switched, func(o Session) bool { return o.ID == c.From })
	case c.Kind == Browser && c.SecondStep && !s.Second.IsSet() && c.Proof.Passkey == "" && (c.Proof.Identity == Identity{} || !c.Proof.SecondAsked):
		return nil, event.Refuse(CodeSecondFactor, "a second step is required here")
	case c.Kind == Browser:
		if events, err = s.prove(c.Proof); err != nil {
			return nil, err
		}
	}
	for _, g := range s.Grants {
		if !g.Until.After(c.Wall) {
			events = append(events, RoleGrantEnded{Grant: g.ID, Reason: GrantOver})
		}
	}
	for _, old := range s.Sessions { // tidy away what has run out, so that the list stays short
		if !old.ExpiresAt.After(c.Wall) {
			events = append(events, SessionEnded{Session: old.ID, TokenHash: old.TokenHash, Reason: Expired})
		} else if c.Kind == Calendar && old.Kind == Calendar { // the new address takes the place of the old one
			events = append(events, SessionEnded{Session: old.ID, TokenHash: old.TokenHash, Reason: Revoked})
		}
	}
	if c.Kind == Browser {
		events = append(events, crowded(s, events)...)
	}
	return append(events, SessionStarted{
		Session: c.Session, Kind: c.Kind, TokenHash: c.TokenHash, Label: c.Label, ExpiresAt: c.ExpiresAt,
		Account: s.Account, Institution: institution, Role: role, Grant: c.Grant, Provider: provider, ProviderSession: at,
	}), nil
}

// MostSessions is how many browsers an account may be signed in from at once: more than anybody sits at. One more ends the oldest, so that its
// holder is never kept out and the list stays short.
const MostSessions = 100

// crowded are the oldest browser sessions beyond what leaves room for one more, of those that an event ends anyhow none.
func crowded(s State, ending []event.Data) []event.Data {
	over := map[string]bool{}
	for _, e := range ending {
		if e, ok := e.(SessionEnded); ok {
			over[e.Session] = true
		}
	}
	var open []Session // in the order in which they began
	for _, o := range s.Sessions {
		if o.Kind == Browser && !over[o.ID] {
			open = append(open, o)
		}
	}
	var events []event.Data
	for len(open) >= MostSessions {
		events = append(events, SessionEnded{Session: open[0].ID, TokenHash: open[0].TokenHash, Reason: Crowded})
		open = open[1:]
	}
	return events
}

func endAll(s State, reason string) []event.Data {
	return endWhere(s, reason, func(Session) bool { return true })
}

func isSHA256(text string) bool {
	return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == ""
}
