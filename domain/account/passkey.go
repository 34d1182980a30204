package account

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// A passkey is a key that a device holds and that signs what it is asked, for this site alone and after it has made sure who holds
// it: what one has and what one is or knows, in one movement. It lets its holder in by itself. Only the public half is here.
type (
	// PasskeyAdded: a key of the holder's, by the name that she knows it by. Challenge is the SHA-256 of what was asked: nothing is
	// answered twice.
	PasskeyAdded struct {
		Passkey        string        `json:"passkey"`
		PublicKey      []byte        `json:"public_key"`
		Count          uint32        `json:"count"`
		Model          string        `json:"model"`
		Transports     []string      `json:"transports"`
		BackupEligible bool          `json:"backup_eligible"`
		Label          person.Sealed `json:"label"`
		Challenge      string        `json:"challenge"`
		ChallengeUntil time.Time     `json:"challenge_until"`
	}
	// PasskeyUsed remembers what it counts and what was asked.
	PasskeyUsed struct {
		Passkey        string    `json:"passkey"`
		Count          uint32    `json:"count"`
		Challenge      string    `json:"challenge"`
		ChallengeUntil time.Time `json:"challenge_until"`
		At             time.Time `json:"at,omitzero"` // by the wall's clock
	}
	// PasskeyRefused: it counted no further than before, so that there are two of it. Neither is let in any more.
	PasskeyRefused struct {
		Passkey string `json:"passkey"`
		Count   uint32 `json:"count"`
		Reason  string `json:"reason"`
	}
	// PasskeyRemoved: it lets nobody in any more.
	PasskeyRemoved struct {
		Passkey string `json:"passkey"`
		Reason  string `json:"reason"`
	}
)

// EventType is the stored name.
func (PasskeyAdded) EventType() string { return "account.passkey_added" }

// EventType is the stored name.
func (PasskeyUsed) EventType() string { return "account.passkey_used" }

// EventType is the stored name.
func (PasskeyRefused) EventType() string { return "account.passkey_refused" }

// EventType is the stored name.
func (PasskeyRemoved) EventType() string { return "account.passkey_removed" }

// Copied is why a passkey is refused.
const Copied = "copied"

const (
	// MaxPasskeys is how many an account may have.
	MaxPasskeys = 10
	// ChallengeLife is how long a challenge may be answered.
	ChallengeLife = 5 * time.Minute
)

// Codes of refusals. They are API.
const (
	CodeNoPasskey     = "account.no_such_passkey"
	CodeCopied        = "account.passkey_copied"
	CodeChallenge     = "account.challenge_used"
	CodePasskeys      = "account.too_many_passkeys"
	CodePasskeyExists = "account.passkey_exists"
)

var passkeyCodes = []string{CodeNoPasskey, CodeCopied, CodeChallenge, CodePasskeys, CodePasskeyExists}

// Passkey is one that was not removed.
type Passkey struct {
	ID             string
	PublicKey      []byte
	Count          uint32
	Model          string
	Transports     []string
	BackupEligible bool
	Label          person.Sealed
	Copied         bool      // it lets nobody in: it was seen twice
	UsedAt         time.Time // last, by the wall's clock; zero if it was not, or before that was kept
}

// Challenge is one that was answered. It is remembered for as long as it could be answered again.
type Challenge struct {
	Hash  string
	Until time.Time
}

// Passkey finds one.
func (s State) Passkey(id string) (Passkey, bool) {
	i := slices.IndexFunc(s.Passkeys, func(k Passkey) bool { return k.ID == id })
	if i < 0 {
		return Passkey{}, false
	}
	return s.Passkeys[i], true
}

type (
	// AddPasskey is its holder's, who has just proved who she is.
	AddPasskey struct {
		Passkey   Passkey
		Challenge Challenge
		Wall      time.Time
	}
	// RefusePasskey records that a key was seen twice.
	RefusePasskey struct {
		Passkey string
		Count   uint32
	}
	// RemovePasskey is its holder's. Stays: a second step is required, and the last one is not taken away.
	RemovePasskey struct {
		Passkey string
		Stays   bool
	}
)

func (AddPasskey) command()    {}
func (RefusePasskey) command() {}
func (RemovePasskey) command() {}

func passkeyEvents() []event.Entry {
	return []event.Entry{
		event.Type[PasskeyAdded]("A passkey of the holder's was added."),
		event.Type[PasskeyUsed]("A passkey was used."),
		event.Type[PasskeyRefused]("A passkey was refused, since there are two of it."),
		event.Type[PasskeyRemoved]("A passkey was removed."),
	}
}

func evolvePasskey(s State, d event.Data) State {
	change := func(id string, f func(*Passkey)) {
		s.Passkeys = slices.Clone(s.Passkeys)
		for i := range s.Passkeys {
			if s.Passkeys[i].ID == id {
				f(&s.Passkeys[i])
			}
		}
	}
	switch e := d.(type) {
	case PasskeyAdded:
		s.Passkeys = append(slices.Clip(s.Passkeys), Passkey{
			ID: e.Passkey, PublicKey: e.PublicKey, Count: e.Count, Model: e.Model, Transports: e.Transports, BackupEligible: e.BackupEligible, Label: e.Label,
		})
		s.answered(Challenge{e.Challenge, e.ChallengeUntil})
	case PasskeyUsed:
		change(e.Passkey, func(k *Passkey) { k.Count, k.UsedAt = e.Count, e.At })
		s.answered(Challenge{e.Challenge, e.ChallengeUntil})
	case PasskeyRefused:
		change(e.Passkey, func(k *Passkey) { k.Copied = true })
	case PasskeyRemoved:
		s.Passkeys = slices.DeleteFunc(slices.Clone(s.Passkeys), func(k Passkey) bool { return k.ID == e.Passkey })
	}
	return s
}

// answered remembers a challenge. One that ended before this one began can be answered no more, and is forgotten.
func (s *State) answered(c Challenge) {
	began := c.Until.Add(-ChallengeLife)
	kept := slices.DeleteFunc(slices.Clone(s.Challenges), func(o Challenge) bool { return o.Until.Before(began) })
	s.Challenges = append(kept, c)
}

// fresh refuses a challenge that was answered before, or whose time is over.
func (s State) fresh(c Challenge, wall time.Time) error {
	switch {
	case !isSHA256(c.Hash):
		return event.Refuse(CodeChallenge, "what was asked is not known")
	case !wall.Before(c.Until) || c.Until.Sub(wall) > ChallengeLife:
		return event.Refuse(CodeChallenge, "the time to answer is over")
	case slices.ContainsFunc(s.Challenges, func(o Challenge) bool { return o.Hash == c.Hash }):
		return event.Refuse(CodeChallenge, "this was answered before")
	}
	return nil
}

func decidePasskey(s State, c Command) ([]event.Data, error) {
	switch c := c.(type) {
	case AddPasskey:
		k := c.Passkey
		switch _, there := s.Passkey(k.ID); {
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case there && slices.ContainsFunc(s.Challenges, func(o Challenge) bool { return o.Hash == c.Challenge.Hash }):
			return nil, nil // sent again
		case there:
			return nil, event.Refuse(CodePasskeyExists, "this key is there already")
		case k.ID == "" || len(k.PublicKey) == 0:
			return nil, event.Refuse(CodeNoPasskey, "there is no key")
		case k.Label.IsZero():
			return nil, event.RefuseField(CodeMissing, "label", "a name for it is required")
		case len(s.Passkeys) >= MaxPasskeys:
			return nil, event.Refuse(CodePasskeys, "there are ten already: remove one that is not used")
		}
		if err := s.fresh(c.Challenge, c.Wall); err != nil {
			return nil, err
		}
		return []event.Data{PasskeyAdded{
			Passkey: k.ID, PublicKey: k.PublicKey, Count: k.Count, Model: k.Model, Transports: k.Transports, BackupEligible: k.BackupEligible, Label: k.Label,
			Challenge: c.Challenge.Hash, ChallengeUntil: c.Challenge.Until,
		}}, nil
	case RefusePasskey:
		if k, there := s.Passkey(c.Passkey); !there || k.Copied {
			return nil, nil
		}
		return []event.Data{PasskeyRefused{Passkey: c.Passkey, Count: c.Count, Reason: Copied}}, nil
	case RemovePasskey:
		if _, there := s.Passkey(c.Passkey); !there {
			return nil, nil
		}
		return s.keep(c.Stays, []event.Data{PasskeyRemoved{Passkey: c.Passkey, Reason: OwnWish}})
	}
	return nil, nil
}

// provePasskey says what follows from a passkey's signature, which the handler has checked, or refuses it. A key that counts must
// count further (WebAuthn level 3, 6.1.1): else there are two of it.
func (s State) provePasskey(p Proof) ([]event.Data, error) {
	k, there := s.Passkey(p.Passkey)
	if !there {
		return nil, event.Refuse(CodeNoPasskey, "there is no such key")
	}
	if err := s.fresh(p.Challenge, p.Wall); err != nil { // first: an answer that comes twice is not a key that there is twice
		return nil, err
	}
	if behind := (p.Count != 0 || k.Count != 0) && p.Count <= k.Count; k.Copied || behind {
		// Two questions that waited at once may be answered in one order and arrive in the other. What was asked before the newest answer
		// came says nothing of a copy: it lets in nobody, and she tries again. A copy that is asked afterwards is told from her own key.
		if !k.Copied && p.Challenge.Until.Add(-ChallengeLife).Before(k.UsedAt) {
			return nil, event.Refuse(CodeChallenge, "this was asked before a newer answer came: ask again")
		}
		return nil, event.Refuse(CodeCopied, "there are two of this key: neither lets in any more")
	}
	return []event.Data{PasskeyUsed{Passkey: k.ID, Count: p.Count, Challenge: p.Challenge.Hash, ChallengeUntil: p.Challenge.Until, At: p.Wall}}, nil
}

// dropPasskeys removes them all: who could not get in any more does not know who else can.
func (s State) dropPasskeys() []event.Data {
	var out []event.Data
	for _, k := range s.Passkeys {
		out = append(out, PasskeyRemoved{Passkey: k.ID, Reason: Recovered})
	}
	return out
}
