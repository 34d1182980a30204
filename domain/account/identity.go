package account

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// An identity is what an institution's own identity provider says of somebody: an issuer, and a subject that the issuer never gives
// to anybody else. Here stands only a keyed hash of the two, by which sign-in finds the account; nobody can read the subject from it.
type (
	// IdentityLinked: whom the provider names so may come in as the holder. Challenge is the SHA-256 of what the provider was asked:
	// nothing is answered twice.
	IdentityLinked struct {
		Provider       string    `json:"provider"`
		Identity       string    `json:"identity"`
		Challenge      string    `json:"challenge"`
		ChallengeUntil time.Time `json:"challenge_until"`
	}
	// IdentityUsed is how the session came to be that begins with it.
	IdentityUsed struct {
		Provider       string    `json:"provider"`
		Identity       string    `json:"identity"`
		Challenge      string    `json:"challenge"`
		ChallengeUntil time.Time `json:"challenge_until"`
	}
	// IdentityConfirmed: the provider asked its holder afresh who she is, for the session that is raised with it.
	IdentityConfirmed struct {
		Provider       string    `json:"provider"`
		Identity       string    `json:"identity"`
		Challenge      string    `json:"challenge"`
		ChallengeUntil time.Time `json:"challenge_until"`
	}
	// IdentityUnlinked: it lets nobody in any more.
	IdentityUnlinked struct {
		Provider string `json:"provider"`
		Identity string `json:"identity"`
		Reason   string `json:"reason"`
	}
)

// EventType is the stored name.
func (IdentityLinked) EventType() string { return "account.identity_linked" }

// EventType is the stored name.
func (IdentityUsed) EventType() string { return "account.identity_used" }

// EventType is the stored name.
func (IdentityConfirmed) EventType() string { return "account.identity_confirmed" }

// EventType is the stored name.
func (IdentityUnlinked) EventType() string { return "account.identity_unlinked" }

// Codes of refusals. They are API.
const (
	CodeNoIdentity     = "account.no_such_identity"
	CodeIdentityExists = "account.provider_linked"
)

var identityCodes = []string{CodeNoIdentity, CodeIdentityExists}

// Identity is one that is linked. An account has one at most of each provider.
type Identity struct{ Provider, Hash string }

// Identity finds the one of a provider.
func (s State) Identity(provider string) (Identity, bool) {
	i := slices.IndexFunc(s.Identities, func(o Identity) bool { return o.Provider == provider })
	if i < 0 {
		return Identity{}, false
	}
	return s.Identities[i], true
}

type (
	// LinkIdentity is its holder's, who has just proved who she is.
	LinkIdentity struct {
		Identity  Identity
		Challenge Challenge
		Wall      time.Time
	}
	// UnlinkIdentity is its holder's.
	UnlinkIdentity struct{ Provider string }
)

func (LinkIdentity) command()   {}
func (UnlinkIdentity) command() {}

func identityEvents() []event.Entry {
	return []event.Entry{
		event.Type[IdentityLinked]("An identity at an institution's identity provider was linked."),
		event.Type[IdentityUsed]("A session began by an identity provider."),
		event.Type[IdentityConfirmed]("An identity provider asked its holder afresh who she is, and a session was raised."),
		event.Type[IdentityUnlinked]("An identity was unlinked."),
	}
}

func evolveIdentity(s State, d event.Data) State {
	switch e := d.(type) {
	case IdentityLinked:
		s.Identities = append(slices.Clip(s.Identities), Identity{e.Provider, e.Identity})
		s.answered(Challenge{e.Challenge, e.ChallengeUntil})
	case IdentityUsed:
		s.answered(Challenge{e.Challenge, e.ChallengeUntil})
	case IdentityConfirmed:
		s.answered(Challenge{e.Challenge, e.ChallengeUntil})
	case IdentityUnlinked:
		s.Identities = slices.DeleteFunc(slices.Clone(s.Identities), func(o Identity) bool { return o.Provider == e.Provider })
	}
	return s
}

func decideIdentity(s State, c Command) ([]event.Data, error) {
	switch c := c.(type) {
	case LinkIdentity:
		there, linked := s.Identity(c.Identity.Provider)
		switch {
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case linked && there == c.Identity:
			return nil, nil
		case linked:
			return nil, event.Refuse(CodeIdentityExists, "another identity of this provider is linked: unlink it first")
		case c.Identity.Provider == "" || !isSHA256(c.Identity.Hash): // a subject that was not hashed must never reach the log
			return nil, event.Refuse(CodeNoIdentity, "there is no identity")
		}
		if err := s.fresh(c.Challenge, c.Wall); err != nil {
			return nil, err
		}
		return []event.Data{IdentityLinked{Provider: c.Identity.Provider, Identity: c.Identity.Hash, Challenge: c.Challenge.Hash, ChallengeUntil: c.Challenge.Until}}, nil
	case UnlinkIdentity:
		o, there := s.Identity(c.Provider)
		if !there {
			return nil, nil
		}
		return []event.Data{IdentityUnlinked{Provider: o.Provider, Identity: o.Hash, Reason: OwnWish}}, nil
	}
	return nil, nil
}

// proveIdentity says what follows from a provider's word, which the handler has checked, or refuses it. It takes the place of the
// password; it takes that of the second factor too only where the provider has said that it asked for one.
func (s State) proveIdentity(p Proof) ([]event.Data, error) {
	return s.sayIdentity(p, IdentityUsed{Provider: p.Identity.Provider, Identity: p.Identity.Hash, Challenge: p.Challenge.Hash, ChallengeUntil: p.Challenge.Until})
}

// confirmIdentity is proveIdentity for a session that is open: that the provider has asked afresh, the handler has checked.
func (s State) confirmIdentity(p Proof) ([]event.Data, error) {
	return s.sayIdentity(p, IdentityConfirmed{Provider: p.Identity.Provider, Identity: p.Identity.Hash, Challenge: p.Challenge.Hash, ChallengeUntil: p.Challenge.Until})
}

func (s State) sayIdentity(p Proof, word event.Data) ([]event.Data, error) {
	if o, there := s.Identity(p.Identity.Provider); !there || o != p.Identity {
		return nil, event.Refuse(CodeNoIdentity, "there is no such identity")
	}
	if err := s.fresh(p.Challenge, p.Wall); err != nil {
		return nil, err
	}
	if p.SecondAsked {
		return []event.Data{word}, nil
	}
	second, err := s.proveSecond(p)
	return append([]event.Data{word}, second...), err
}

// dropIdentities unlinks them all: who could not get in any more does not know who else can.
func (s State) dropIdentities() []event.Data {
	var out []event.Data
	for _, o := range s.Identities {
		out = append(out, IdentityUnlinked{Provider: o.Provider, Identity: o.Hash, Reason: Recovered})
	}
	return out
}
