package account

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// Session is one that has not been ended; whether it has expired is against the reader's clock.
type Session struct {
	ID, Kind, TokenHash, Label string
	Institution, Role, Grant   string // what it lets its holder act as; Grant is "" for the account's own role
	Provider, ProviderSession  string // by whose word it began, and a hash of what that provider calls its session; "" for none
	ExpiresAt                  time.Time
	RaisedUntil                time.Time // until then its holder has proved once more who she is
}

// Raised tells whether the holder of a session has lately proved once more who she is.
func (s State) Raised(id string, wall time.Time) bool {
	return slices.ContainsFunc(s.Sessions, func(o Session) bool { return o.ID == id && wall.Before(o.RaisedUntil) })
}

// State of an account. The zero State is "not opened". States share nothing that is ever written again.
type State struct {
	Account, Institution, Role, Lookup, Language string
	Username, Display                            person.Sealed
	Hash                                         string // PHC, "" until a password is set
	First                                        bool   // somebody else knows the password: it lets in nobody until its holder has chosen her own
	Locked                                       bool
	Second                                       SecondFactor
	RecoveryBy                                   string // who asked for a new password in the holder's place; "" if nobody
	Sessions                                     []Session
	Offers                                       []Offer   // tokens that wait for the holder's answer
	Until                                        time.Time // when the account's time is over; zero: never
	Grants                                       []Grant   // roles beside its own that were not ended
	Passkeys                                     []Passkey
	Identities                                   []Identity
	Challenges                                   []Challenge    // that passkeys and providers answered lately
	Failed                                       []SignInFailed // the newest tries to come in as the holder that failed, oldest first
}

// Live tells whether a session lets its holder in at this instant of her own time.
func (s State) Live(id string, wall time.Time) bool {
	return !s.Locked && slices.ContainsFunc(s.Sessions, func(o Session) bool { return o.ID == id && wall.Before(o.ExpiresAt) })
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Opened:
		s.Account, s.Institution, s.Role, s.Lookup, s.Language = e.Account, e.Institution, e.Role, e.Lookup, e.Language
		s.Username, s.Display = e.Username, e.Display
	case PasswordSet:
		s.Hash, s.First = e.Hash, e.First
	case PasswordRehashed:
		s.Hash = e.Hash
	case Locked:
		s.Locked = true
	case Unlocked:
		s.Locked = false
	case LanguageChosen:
		s.Language = e.Language
	case SessionStarted:
		s.Sessions = append(slices.Clip(s.Sessions), Session{ID: e.Session, Kind: e.Kind, TokenHash: e.TokenHash, Label: e.Label, Institution: e.Institution, Role: e.Role, Grant: e.Grant, Provider: e.Provider, ProviderSession: e.ProviderSession, ExpiresAt: e.ExpiresAt})
	case SessionEnded:
		s.Sessions = slices.DeleteFunc(slices.Clone(s.Sessions), func(o Session) bool { return o.ID == e.Session })
	case SignInFailed:
		return s.withFailed(e)
	case TokenOffered, TokenOfferEnded:
		return evolveOffer(s, d)
	case PasskeyAdded, PasskeyUsed, PasskeyRefused, PasskeyRemoved:
		return evolvePasskey(s, d)
	case IdentityLinked, IdentityUsed, IdentityConfirmed, IdentityUnlinked:
		return evolveIdentity(s, d)
	case RoleGranted, RoleGrantEnded, TermSet:
		return evolveGrant(s, d)
	default:
		return evolveSecond(s, d)
	}
	return s
}
