package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/passkeys"
)

// A question to a passkey goes to the browser with what its answer is checked by, sealed: for the session that asks, or for the
// door of one browser. So any server may check it, nobody can answer another's, and the account's stream remembers which were
// answered: none is answered twice.

// PasskeyQuestion is what a browser's script hands to the device, and what comes back with its answer.
type PasskeyQuestion struct {
	Options json.RawMessage `json:"options"`
	Waiting string          `json:"waiting"`
}

// PasskeyAnswer is what the device has signed.
type PasskeyAnswer struct {
	Waiting string
	Answer  []byte
}

// PasskeyLine is one of the caller's keys.
type PasskeyLine struct {
	Passkey string    `json:"passkey"`
	Label   string    `json:"label"`
	AddedAt time.Time `json:"added_at"`
	UsedAt  time.Time `json:"used_at,omitzero"`
	Copied  bool      `json:"copied"` // it was seen twice, and lets nobody in any more
	Synced  bool      `json:"synced"` // its keeper may hold it on several devices
}

// ErrNoPasskeys: this installation has not said under which address it is known, without which there are no passkeys.
var ErrNoPasskeys = fmt.Errorf("passkeys need the address of this site: %w", ErrNotFound)

type waitingKey struct {
	State []byte    `json:"state"`
	Until time.Time `json:"until"`
}

func (s *Service) putKey(holder string, q passkeys.Question) (PasskeyQuestion, error) {
	body, err := json.Marshal(waitingKey{q.State, s.Clock.Wall().Add(account.ChallengeLife)})
	if err != nil {
		return PasskeyQuestion{}, err
	}
	sealed, err := s.sealFor(holder, body)
	return PasskeyQuestion{Options: q.Options, Waiting: sealed}, err
}

func (s *Service) takeKey(holder, waiting string) (w waitingKey, err error) {
	body, err := s.openFor(holder, waiting)
	if err != nil {
		return w, passkeys.ErrRefused
	}
	if err := json.Unmarshal(body, &w); err != nil || !s.Clock.Wall().Before(w.Until) {
		return w, passkeys.ErrRefused
	}
	return w, nil
}

// atTheDoorWithKey, forSession and forNewKey are whom a question is sealed for.
func atTheDoorWithKey(door string) string { return "passkey, at the door: " + door }
func forSession(c Caller) string          { return "passkey, session: " + c.Session }
func forNewKey(c Caller) string           { return "passkey, new: " + c.Session }

// HasPasskeys tells whether there may be passkeys here, and under which address.
func (s *Service) HasPasskeys() (origin string, ok bool) {
	if s.Passkeys == nil {
		return "", false
	}
	return s.Passkeys.Origin(), true
}

// keyHolder is an account as passkeys know it. Its name is opened for its holder's own device alone.
func keyHolder(st account.State, name string) (passkeys.User, error) {
	id, err := uuid.Parse(st.Account)
	u := passkeys.User{Handle: id[:], Name: name}
	for _, k := range st.Passkeys {
		u.Keys = append(u.Keys, passkeys.Key{ID: k.ID, PublicKey: k.PublicKey, Count: k.Count, Model: k.Model, Transports: k.Transports, BackupEligible: k.BackupEligible})
	}
	return u, err
}

// keyOf is a key that a device has made, as it is stored.
func keyOf(k passkeys.Key) account.Passkey {
	return account.Passkey{ID: k.ID, PublicKey: k.PublicKey, Count: k.Count, Model: k.Model, Transports: k.Transports, BackupEligible: k.BackupEligible}
}

// AskForPasskey asks, at the door, for anybody's key; door is a secret of the one browser that may answer.
func (s *Service) AskForPasskey(door string) (PasskeyQuestion, error) {
	if s.Passkeys == nil {
		return PasskeyQuestion{}, ErrNoPasskeys
	}
	q, err := s.Passkeys.Ask(nil)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	return s.putKey(atTheDoorWithKey(door), q)
}

// SignInPasskey lets in whoever's key has answered. Whatever is wrong with it, the answer is ErrNotSignedIn; that a key was seen
// twice is on record.
func (s *Service) SignInPasskey(ctx context.Context, door string, in PasskeyAnswer, remote string) (token string, c Caller, err error) {
	if s.Passkeys == nil {
		return "", Caller{}, ErrNoPasskeys
	}
	right, ok := s.signIn.tryUnnamed(remote)
	if !ok {
		s.knocked("", account.ByPasskey, account.TooMany, remote)
		return "", Caller{}, ErrTooManyTries
	}
	w, err := s.takeKey(atTheDoorWithKey(door), in.Waiting)
	if err != nil {
		s.knocked("", account.ByPasskey, account.Wrong, remote)
		return "", Caller{}, ErrNotSignedIn
	}
	var st account.State
	used, err := s.Passkeys.Check(w.State, in.Answer, func(handle []byte) (passkeys.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return passkeys.User{}, passkeys.ErrRefused
		}
		if st, err = s.accountState(ctx, id.String()); err != nil {
			return passkeys.User{}, err
		}
		return keyHolder(st, "")
	})
	switch {
	case errors.Is(err, passkeys.ErrRefused), errors.Is(err, ErrNotFound):
		s.knocked("", account.ByPasskey, account.Wrong, remote) // whose it says it is, anybody can say
		return "", Caller{}, ErrNotSignedIn
	case err != nil:
		return "", Caller{}, err
	}
	proof := s.proofOf(used, w)
	token, c, err = s.startSession(ctx, st, account.StartSession{Kind: account.Browser, Proof: proof}, BrowserLife)
	if refusal, refused := asRefusal(err); refused {
		s.knocked(st.Lookup, account.ByPasskey, account.Closed, remote)
		return "", Caller{}, errors.Join(ErrNotSignedIn, s.refuseCopied(ctx, st, refusal, proof))
	}
	if err == nil {
		right()
	}
	return token, c, err
}

func (s *Service) proofOf(used passkeys.Used, w waitingKey) account.Proof {
	return account.Proof{Passkey: used.Key, Count: used.Count, Challenge: account.Challenge{Hash: used.Challenge, Until: w.Until.UTC()}, Wall: s.Clock.Wall().UTC()}
}

// refuseCopied puts on record that a key was seen twice, so that neither of the two lets in any more.
func (s *Service) refuseCopied(ctx context.Context, st account.State, refusal *event.Refusal, proof account.Proof) error {
	if refusal.Code != account.CodeCopied {
		return nil
	}
	c := Caller{Account: st.Account, Institution: st.Institution, Role: st.Role}
	_, err := s.accountRun(ctx, c, st.Account, Envelope{Key: DeriveKey("passkey copied", st.Account, proof.Passkey)}.about("account.refuse_passkey", proof.Passkey), account.RefusePasskey{Passkey: proof.Passkey, Count: proof.Count})
	return err
}

// AskForOwnPasskey asks for one of the caller's keys, to raise her session; ok is false where she has none.
func (s *Service) AskForOwnPasskey(ctx context.Context, c Caller) (q PasskeyQuestion, ok bool, err error) {
	st, err := s.accountState(ctx, c.Account)
	if err != nil || s.Passkeys == nil || len(st.Passkeys) == 0 {
		return q, false, err
	}
	u, err := keyHolder(st, "")
	if err != nil {
		return q, false, err
	}
	asked, err := s.Passkeys.Ask(&u)
	if err != nil {
		return q, false, err
	}
	q, err = s.putKey(forSession(c), asked)
	return q, err == nil, err
}

// ownKeyProof is the caller's proof by a passkey of hers.
func (s *Service) ownKeyProof(ctx context.Context, c Caller, st account.State, in PasskeyAnswer) (account.Proof, error) {
	wrong := &InputError{Field: "passkey", Code: "wrong_passkey", Text: "this key does not prove who you are"}
	if s.Passkeys == nil {
		return account.Proof{}, ErrNoPasskeys
	}
	right, ok := s.signIn.try("passkey "+st.Lookup, "session "+c.Session)
	if !ok {
		s.knocked(st.Lookup, account.ByPasskey, account.TooMany, "")
		return account.Proof{}, ErrTooManyTries
	}
	w, err := s.takeKey(forSession(c), in.Waiting)
	if err != nil {
		return account.Proof{}, wrong
	}
	used, err := s.Passkeys.Check(w.State, in.Answer, func([]byte) (passkeys.User, error) { return keyHolder(st, "") })
	if errors.Is(err, passkeys.ErrRefused) {
		s.knocked(st.Lookup, account.ByPasskey, account.Wrong, "")
		return account.Proof{}, wrong
	}
	if err == nil {
		right()
	}
	return s.proofOf(used, w), err
}

// AskToAddPasskey asks the caller's device to make a key. She proves first who she is.
func (s *Service) AskToAddPasskey(ctx context.Context, c Caller) (PasskeyQuestion, error) {
	if s.Passkeys == nil {
		return PasskeyQuestion{}, ErrNoPasskeys
	}
	if err := s.NeedRaised(ctx, c); err != nil {
		return PasskeyQuestion{}, err
	}
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	name, err := s.openName(ctx, st.Username)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	u, err := keyHolder(st, name)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	q, err := s.Passkeys.AskToMake(u)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	return s.putKey(forNewKey(c), q)
}

// AddPasskey adds the key that the caller's device has made, under the name that she knows it by.
func (s *Service) AddPasskey(ctx context.Context, c Caller, label person.Plain, in PasskeyAnswer, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	if s.Passkeys == nil {
		return Receipt{}, ErrNoPasskeys
	}
	if strings.TrimSpace(label.Reveal()) == "" {
		return Receipt{}, &InputError{Field: "label", Code: "required", Text: "a name for the key is required"}
	}
	label, err := person.CheckLine("label", label)
	if err != nil {
		return Receipt{}, err
	}
	wrong := &InputError{Field: "passkey", Code: "wrong_passkey", Text: "the device has made no key that can be used here"}
	w, err := s.takeKey(forNewKey(c), in.Waiting)
	if err != nil {
		return Receipt{}, wrong
	}
	r, err := run(ctx, s, c, env.about("account.add_passkey", ""), decision[account.State]{
		stream: accountStream(c.Account), evolve: account.Evolve,
		judge: func(account.State) (string, error) { return v.Basis, s.NeedRaised(ctx, c) },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) {
			u, err := keyHolder(st, "")
			if err != nil {
				return nil, err
			}
			key, challenge, err := s.Passkeys.Make(u, w.State, in.Answer)
			if errors.Is(err, passkeys.ErrRefused) {
				return nil, wrong
			}
			if err != nil {
				return nil, err
			}
			cmd := account.AddPasskey{Challenge: account.Challenge{Hash: challenge, Until: w.Until.UTC()}, Wall: s.Clock.Wall().UTC(), Passkey: keyOf(key)}
			if cmd.Passkey.Label, err = s.seal(ctx, c.Account, env.Key, person.FieldTitle, label); err != nil {
				return nil, err
			}
			return account.Decide(st, cmd, m)
		},
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// RemovePasskey is the body; which key, the address says.
type RemovePasskey struct{}

// RemovePasskey ends a key of the caller's. She proves first who she is: else whoever finds the screen open keeps her out. One that
// is not hers is not there.
func (s *Service) RemovePasskey(ctx context.Context, c Caller, id string, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	r, err := run(ctx, s, c, env.about("account.remove_passkey", id), decision[account.State]{
		stream: accountStream(c.Account), evolve: account.Evolve,
		judge: func(account.State) (string, error) { return v.Basis, s.NeedRaised(ctx, c) },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) {
			if _, there := st.Passkey(id); !there {
				return nil, ErrNotFound
			}
			return account.Decide(st, account.RemovePasskey{Passkey: id, Stays: s.SecondStep}, m)
		},
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// MyPasskeys lists the caller's keys by the names that she gave them.
func (s *Service) MyPasskeys(ctx context.Context, c Caller) ([]PasskeyLine, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	facts, err := s.facts(ctx, accountStream(c.Account))
	if err != nil {
		return nil, err
	}
	var st account.State
	added, used := map[string]time.Time{}, map[string]time.Time{}
	for _, f := range facts {
		st = account.Evolve(st, f.Data)
		switch e := f.Data.(type) {
		case account.PasskeyAdded:
			added[e.Passkey] = f.RecordedAt
		case account.PasskeyUsed:
			used[e.Passkey] = f.RecordedAt
		}
	}
	out := []PasskeyLine{}
	for _, k := range st.Passkeys {
		line := PasskeyLine{Passkey: k.ID, AddedAt: added[k.ID], UsedAt: used[k.ID], Copied: k.Copied, Synced: k.BackupEligible}
		if line.Label, err = s.openName(ctx, k.Label); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}
