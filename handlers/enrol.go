package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/internal/passkeys"
)

// An installation may ask a second step of everybody (Deps.SecondStep). Whoever has none is let in to nothing but the door where she sets
// one: it and the session that rests on it are stored together, so nobody is in without one, and nobody has set one whom it does not let in.

// PasskeyNeededError: the password is right, or a provider has said who it is, and the account has a passkey and no codes. The key lets its
// holder in by itself, so nothing has to be handed back.
type PasskeyNeededError struct{}

func (*PasskeyNeededError) Error() string { return "the account's passkey is needed" }

// EnrolmentNeededError: the password is right, or a provider has said who it is, and she has no second step, which is required here.
type EnrolmentNeededError struct{ Enrolment Enrolment }

func (*EnrolmentNeededError) Error() string { return "a second step has to be chosen" }

// Enrolment is what the holder chooses from, on her own screen only.
type Enrolment struct {
	Secret, URI string          // of a device that makes codes, as in SecondFactorSetup
	Passkey     json.RawMessage // what a device that makes keys is asked; nil where there are no passkeys
	Waiting     string          // handed back with the answer
}

const toEnrol = "second step, to be chosen at the door"

type enrolment struct {
	Account string         `json:"account"`
	Hash    string         `json:"hash"` // of the hash of the password that was shown
	Secret  string         `json:"secret"`
	Key     []byte         `json:"key,omitempty"` // what an answer of a device that makes keys is checked by
	KeyTill time.Time      `json:"key_till"`
	Until   time.Time      `json:"until"`
	Proof   *account.Proof `json:"proof,omitempty"` // what stands in the place of the password: a provider's word
}

// askSecond says what more is asked of whoever has shown the password, or is whom a provider has said (said); nil if nothing is.
func (s *Service) askSecond(ctx context.Context, st account.State, said *account.Proof) error {
	switch {
	case said != nil && said.SecondAsked:
		return nil
	case st.Second.IsSet():
		return s.codeNeeded(st, said)
	case !s.SecondStep:
		return nil
	case st.Guarded():
		return &PasskeyNeededError{}
	}
	secret, err := newSecondSecret()
	if err != nil {
		return err
	}
	e, err := s.enrolment(ctx, st, enrolment{Account: st.Account, Hash: hashToken(st.Hash), Secret: secret, Until: s.Clock.Wall().Add(setupLife), Proof: said})
	if err != nil {
		return err
	}
	return &EnrolmentNeededError{Enrolment: e}
}

// enrolment puts a question to both kinds of devices; the code's secret stays the same when it is asked again.
func (s *Service) enrolment(ctx context.Context, st account.State, w enrolment) (out Enrolment, err error) {
	if s.Passkeys != nil {
		name, err := s.openName(ctx, st.Username)
		if err != nil {
			return out, err
		}
		u, err := keyHolder(st, name)
		if err != nil {
			return out, err
		}
		q, err := s.Passkeys.AskToMake(u)
		if err != nil {
			return out, err
		}
		out.Passkey, w.Key, w.KeyTill = q.Options, q.State, s.Clock.Wall().Add(account.ChallengeLife)
	}
	body, err := json.Marshal(w)
	if err != nil {
		return out, err
	}
	out.Secret, out.URI = grouped(w.Secret, 4, " "), otpauth(w.Account, w.Secret)
	out.Waiting, err = s.sealFor(toEnrol, body)
	return out, err
}

// openEnrolment finds who waits at the door: ErrNotSignedIn when she has waited too long, or something was set or changed meanwhile.
func (s *Service) openEnrolment(ctx context.Context, waiting string) (w enrolment, st account.State, err error) {
	body, err := s.openFor(toEnrol, waiting)
	if err != nil {
		return w, st, ErrNotSignedIn
	}
	if err := json.Unmarshal(body, &w); err != nil || !s.Clock.Wall().Before(w.Until) {
		return w, st, ErrNotSignedIn
	}
	if st, err = s.accountState(ctx, w.Account); err != nil {
		return w, st, err
	}
	if st.Guarded() || hashToken(st.Hash) != w.Hash || st.First || st.Locked || st.Over(s.Clock.Wall()) {
		return w, st, ErrNotSignedIn
	}
	return w, st, nil
}

// AgainEnrolment asks once more, after an answer that was wrong.
func (s *Service) AgainEnrolment(ctx context.Context, waiting string) (Enrolment, error) {
	w, st, err := s.openEnrolment(ctx, waiting)
	if err != nil {
		return Enrolment{}, err
	}
	return s.enrolment(ctx, st, w)
}

// EnrolCode sets the codes of the device that has made a right first one, and lets its holder in. The recovery codes are in this answer
// alone. A wrong code is refused by its field; a door that has waited too long, or was gone through before, is ErrNotSignedIn.
func (s *Service) EnrolCode(ctx context.Context, waiting, code, remote string) (recovery []string, token string, c Caller, err error) {
	w, st, err := s.openEnrolment(ctx, waiting)
	if err != nil {
		return nil, "", c, err
	}
	right, ok := s.signIn.try("enrol "+st.Lookup, remote)
	if !ok {
		return nil, "", c, ErrTooManyTries
	}
	step, ok := stepOf(w.Secret, plainCode(code), s.Clock.Wall())
	if !ok {
		return nil, "", c, &InputError{Field: "code", Code: "wrong_code", Text: "this is not the code that the device shows now"}
	}
	token, c, err = s.enrol(ctx, w, st, func(key uuid.UUID, cmd *account.Enrol) (err error) {
		cmd.Second.Proof.Step = step
		if cmd.Second.Secret, err = s.seal(ctx, st.Account, key, person.FieldSecond, person.PlainOf(w.Secret)); err != nil {
			return err
		}
		recovery, cmd.Second.Recovery = s.recoveryCodes(key)
		return nil
	})
	if err != nil {
		return nil, "", c, err
	}
	right()
	return recovery, token, c, nil
}

// EnrolPasskey adds the key that the device has made, under the name that its holder knows it by, and lets her in. An answer that cannot be
// used and a name that is missing are refused by their fields; else as EnrolCode.
func (s *Service) EnrolPasskey(ctx context.Context, waiting string, label person.Plain, answer []byte, remote string) (token string, c Caller, err error) {
	w, st, err := s.openEnrolment(ctx, waiting)
	if err != nil {
		return "", c, err
	}
	if s.Passkeys == nil || w.Key == nil {
		return "", c, ErrNoPasskeys
	}
	if strings.TrimSpace(label.Reveal()) == "" {
		return "", c, &InputError{Field: "label", Code: "required", Text: "a name for the key is required"}
	}
	if label, err = person.CheckLine("label", label); err != nil {
		return "", c, err
	}
	right, ok := s.signIn.try("enrol "+st.Lookup, remote)
	if !ok {
		return "", c, ErrTooManyTries
	}
	u, err := keyHolder(st, "")
	if err != nil {
		return "", c, err
	}
	now := s.Clock.Wall()
	made, challenge, err := s.Passkeys.Make(u, w.Key, answer)
	if errors.Is(err, passkeys.ErrRefused) || err == nil && !now.Before(w.KeyTill) {
		return "", c, &InputError{Field: "passkey", Code: "wrong_passkey", Text: "the device has made no key that can be used here"}
	}
	if err != nil {
		return "", c, err
	}
	token, c, err = s.enrol(ctx, w, st, func(key uuid.UUID, cmd *account.Enrol) (err error) {
		cmd.Passkey = account.AddPasskey{Passkey: keyOf(made), Challenge: account.Challenge{Hash: challenge, Until: w.KeyTill.UTC()}, Wall: now.UTC()}
		cmd.Passkey.Passkey.Label, err = s.seal(ctx, st.Account, key, person.FieldTitle, label)
		return err
	})
	if err == nil {
		right()
	}
	return token, c, err
}

// enrol stores what fill says together with the session that it begins.
func (s *Service) enrol(ctx context.Context, w enrolment, st account.State, fill func(uuid.UUID, *account.Enrol) error) (token string, c Caller, err error) {
	start := account.StartSession{Kind: account.Browser}
	if w.Proof != nil {
		// The provider was asked before she began to choose, which takes longer than an answer may: it is good once, since nobody enrols twice.
		now := s.Clock.Wall().UTC()
		start.Proof = *w.Proof
		start.Proof.Wall, start.Proof.Challenge.Until = now, now.Add(account.ChallengeLife)
	}
	token, c, err = s.startSessionBy(ctx, st, start, BrowserLife, func(key uuid.UUID, start account.StartSession) (account.Command, error) {
		cmd := account.Enrol{From: st.Hash, Start: start}
		err := fill(key, &cmd)
		return cmd, err
	})
	if _, refused := asRefusal(err); refused { // somebody was faster, or it was locked meanwhile: told to nobody at the door
		return "", Caller{}, ErrNotSignedIn
	}
	return token, c, err
}
