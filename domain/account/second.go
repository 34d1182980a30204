package account

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// A second factor: a code that the holder's own device makes from a shared secret and the time (TOTP, RFC 6238), or one of
// a few recovery codes on paper, each good once. Whoever has set one is let in by no password alone.
type (
	// SecondFactorSet holds the shared secret, sealed under the account's own key, and the SHA-256 of the recovery codes.
	SecondFactorSet struct {
		Secret   person.Sealed `json:"secret"`
		Recovery []string      `json:"recovery"`
	}
	// SecondFactorUsed remembers the time step of a code, so that no code is good twice (RFC 6238, 5.2).
	SecondFactorUsed struct {
		Step int64 `json:"step"`
	}
	// RecoveryCodeUsed strikes one off.
	RecoveryCodeUsed struct {
		Code string `json:"code"`
	}
	// SecondFactorRemoved: a password is enough again.
	SecondFactorRemoved struct {
		Reason string `json:"reason"`
	}
	// SessionRaised: its holder proved once more who she is, for what must not be done by whoever finds a screen open.
	SessionRaised struct {
		Session string    `json:"session"`
		Until   time.Time `json:"until"`
	}
	// RecoveryAsked: one of two people says that the holder cannot get in any more.
	RecoveryAsked struct {
		By string `json:"by"`
	}
	// RecoveryGranted: another one agrees. A new first password follows, and the second factor is gone.
	RecoveryGranted struct {
		By string `json:"by"`
	}
	// RecoveryRefused: it was no such case, or the time for it is over.
	RecoveryRefused struct {
		By string `json:"by"`
	}
)

// EventType is the stored name.
func (SecondFactorSet) EventType() string { return "account.second_factor_set" }

// EventType is the stored name.
func (SecondFactorUsed) EventType() string { return "account.second_factor_used" }

// EventType is the stored name.
func (RecoveryCodeUsed) EventType() string { return "account.recovery_code_used" }

// EventType is the stored name.
func (SecondFactorRemoved) EventType() string { return "account.second_factor_removed" }

// EventType is the stored name.
func (SessionRaised) EventType() string { return "session.raised" }

// EventType is the stored name.
func (RecoveryAsked) EventType() string { return "account.recovery_asked" }

// EventType is the stored name.
func (RecoveryGranted) EventType() string { return "account.recovery_granted" }

// EventType is the stored name.
func (RecoveryRefused) EventType() string { return "account.recovery_refused" }

// SecondFactor is what is known of the holder's device.
type SecondFactor struct {
	Secret   person.Sealed
	Recovery []string // SHA-256 of the codes that are left
	Step     int64    // newest time step that was used
}

// IsSet tells whether a password is not enough.
func (f SecondFactor) IsSet() bool { return !f.Secret.IsZero() }

// Proof is what was shown beside the password: the time step of a code that is right, or the hash of a recovery code; or, in the
// place of both, what a passkey has signed. That the code or the signature is right is the handler's to find out.
type Proof struct {
	Step     int64
	Recovery string

	Passkey   string
	Count     uint32 // what the key counts
	Challenge Challenge
	Wall      time.Time

	Identity    Identity // what an institution's provider has said, in the place of the password
	SecondAsked bool     // the provider says that it asked for a second factor itself
	At          string   // a keyed hash of what the provider calls its session, "" if it calls it nothing
}

// Reasons for which a second factor goes.
const (
	OwnWish   = "own_wish"
	Recovered = "recovered"
)

// RaisedLife bounds how long a session stays raised.
const RaisedLife = 5 * time.Minute

// RecoveryCodes is how many recovery codes a second factor has.
const RecoveryCodes = 8

// Codes of refusals. They are API.
const (
	CodeSecondFactor = "account.second_factor_needed"
	CodeCodeUsed     = "account.code_used"
	CodeNotSet       = "account.second_factor_not_set"
	CodeRecovery     = "account.recovery_codes"
	CodeNoSession    = "account.no_such_session"
	CodeSamePerson   = "account.same_person"
	CodeNotAsked     = "account.recovery_not_asked"
)

var secondCodes = []string{CodeSecondFactor, CodeCodeUsed, CodeNotSet, CodeRecovery, CodeNoSession, CodeSamePerson, CodeNotAsked}

type (
	// SetSecondFactor needs the proof that the device makes right codes.
	SetSecondFactor struct {
		Secret   person.Sealed
		Recovery []string
		Proof    Proof
	}
	// RemoveSecondFactor needs the proof too. Stays: a second step is required, and the last one is not taken away.
	RemoveSecondFactor struct {
		Proof Proof
		Stays bool
	}
	// RaiseSession proves once more who holds the session.
	RaiseSession struct {
		Session string
		Proof   Proof
		Wall    time.Time
		Until   time.Time
	}
	// AskRecovery and GrantRecovery are two people's: neither may be the other, nor the holder.
	AskRecovery struct{ By string }
	// GrantRecovery stores the hash of a new first password.
	GrantRecovery struct{ By, Hash string }
	// RefuseRecovery ends what was asked.
	RefuseRecovery struct{ By string }
)

func (SetSecondFactor) command()    {}
func (RemoveSecondFactor) command() {}
func (RaiseSession) command()       {}
func (AskRecovery) command()        {}
func (GrantRecovery) command()      {}
func (RefuseRecovery) command()     {}

func secondEvents() []event.Entry {
	return []event.Entry{
		event.Type[SecondFactorSet]("A second factor was set."),
		event.Type[SecondFactorUsed]("A code of the second factor was used."),
		event.Type[RecoveryCodeUsed]("A recovery code was used."),
		event.Type[SecondFactorRemoved]("The second factor was removed."),
		event.Type[SessionRaised]("The holder of a session proved once more who she is."),
		event.Type[RecoveryAsked]("Somebody asked to let the holder in again by a new password."),
		event.Type[RecoveryGranted]("A second person agreed to it."),
		event.Type[RecoveryRefused]("It was refused, or withdrawn."),
	}
}

// evolveSecond applies what has happened to the second factor.
func evolveSecond(s State, d event.Data) State {
	switch e := d.(type) {
	case SecondFactorSet:
		s.Second = SecondFactor{Secret: e.Secret, Recovery: e.Recovery, Step: s.Second.Step}
	case SecondFactorUsed:
		s.Second.Step = e.Step
	case RecoveryCodeUsed:
		s.Second.Recovery = slices.DeleteFunc(slices.Clone(s.Second.Recovery), func(c string) bool { return c == e.Code })
	case SecondFactorRemoved:
		s.Second = SecondFactor{Step: s.Second.Step}
	case SessionRaised:
		s.Sessions = slices.Clone(s.Sessions)
		for i := range s.Sessions {
			if s.Sessions[i].ID == e.Session {
				s.Sessions[i].RaisedUntil = e.Until
			}
		}
	case RecoveryAsked:
		s.RecoveryBy = e.By
	case RecoveryGranted, RecoveryRefused:
		s.RecoveryBy = ""
	}
	return s
}

func decideSecond(s State, c Command) ([]event.Data, error) {
	switch c := c.(type) {
	case SetSecondFactor:
		switch {
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case c.Secret.IsZero():
			return nil, event.RefuseField(CodeMissing, "code", "a secret is required")
		case s.Second.Secret.Equal(c.Secret):
			return nil, nil
		case len(c.Recovery) != RecoveryCodes || slices.ContainsFunc(c.Recovery, func(h string) bool { return !isSHA256(h) }):
			return nil, event.RefuseField(CodeRecovery, "recovery", "eight SHA-256 in hex")
		case c.Proof.Step <= s.Second.Step:
			return nil, event.RefuseField(CodeCodeUsed, "code", "this code was used already: wait for the next one")
		}
		return []event.Data{SecondFactorSet{Secret: c.Secret, Recovery: c.Recovery}, SecondFactorUsed{Step: c.Proof.Step}}, nil
	case RemoveSecondFactor:
		if !s.Second.IsSet() {
			return nil, nil
		}
		used, err := s.prove(c.Proof)
		if err != nil {
			return nil, err
		}
		return s.keep(c.Stays, append(used, SecondFactorRemoved{Reason: OwnWish}))
	case RaiseSession:
		i := slices.IndexFunc(s.Sessions, func(o Session) bool { return o.ID == c.Session })
		switch {
		case i < 0 || !s.Live(c.Session, c.Wall):
			return nil, event.Refuse(CodeNoSession, "the session has ended")
		case !c.Until.After(c.Wall) || c.Until.Sub(c.Wall) > RaisedLife:
			return nil, event.RefuseField(CodeExpiry, "until", "not within the time that a session may stay raised")
		case !c.Until.After(s.Sessions[i].RaisedUntil):
			return nil, nil
		}
		prove := s.prove
		if c.Proof.Identity != (Identity{}) {
			prove = s.confirmIdentity
		}
		used, err := prove(c.Proof)
		if err != nil {
			return nil, err
		}
		return append(used, SessionRaised{Session: c.Session, Until: c.Until}), nil
	case AskRecovery:
		switch {
		case c.By == "" || c.By == s.Account:
			return nil, event.Refuse(CodeSamePerson, "somebody else has to ask")
		case s.RecoveryBy != "":
			return nil, nil
		}
		return []event.Data{RecoveryAsked(c)}, nil
	case GrantRecovery:
		switch {
		case s.RecoveryBy == "" && c.Hash != "" && c.Hash == s.Hash:
			return nil, nil
		case s.RecoveryBy == "":
			return nil, event.Refuse(CodeNotAsked, "nobody has asked for it")
		case c.By == "" || c.By == s.RecoveryBy || c.By == s.Account:
			return nil, event.Refuse(CodeSamePerson, "a second person has to agree: neither who asked, nor the holder")
		case !strings.HasPrefix(c.Hash, "$argon2id$"):
			return nil, event.RefuseField(CodeHash, "password", "not an argon2id hash in PHC form")
		}
		events := []event.Data{RecoveryGranted{By: c.By}, PasswordSet{Hash: c.Hash, First: true}}
		if s.Second.IsSet() {
			events = append(events, SecondFactorRemoved{Reason: Recovered})
		}
		events = append(events, s.dropPasskeys()...)
		events = append(events, s.dropIdentities()...)
		return append(events, endAll(s, PasswordChanged)...), nil
	case RefuseRecovery:
		if s.RecoveryBy == "" {
			return nil, nil
		}
		return []event.Data{RecoveryRefused(c)}, nil
	}
	return nil, nil
}

// prove says what follows from a proof, or refuses it. Without a second factor there is nothing to prove here: the
// handler has seen the password.
func (s State) prove(p Proof) ([]event.Data, error) {
	switch {
	case p.Passkey != "":
		return s.provePasskey(p)
	case p.Identity != Identity{}:
		return s.proveIdentity(p)
	}
	return s.proveSecond(p)
}

func (s State) proveSecond(p Proof) ([]event.Data, error) {
	switch {
	case !s.Second.IsSet():
		return nil, nil
	case p.Recovery != "":
		if !slices.Contains(s.Second.Recovery, p.Recovery) {
			return nil, event.RefuseField(CodeCodeUsed, "code", "this code is not among those that are left")
		}
		return []event.Data{RecoveryCodeUsed{Code: p.Recovery}}, nil
	case p.Step == 0:
		return nil, event.RefuseField(CodeSecondFactor, "code", "a code of the second factor is required")
	case p.Step <= s.Second.Step:
		return nil, event.RefuseField(CodeCodeUsed, "code", "this code was used already: wait for the next one")
	}
	return []event.Data{SecondFactorUsed{Step: p.Step}}, nil
}
