package handlers

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"io"
	"slices"

	"mkr/domain/account"
	"mkr/internal/idp"
)

// Whoever comes in by an institution's provider may prove there, too, once more who she is. What counts is a sign-in that the
// provider began when it was asked, and not that it remembers her browser (decision 26).

// WaitingRaise is what waits in her browser while she is away at her provider: the page that she wanted, or the form that she sent.
type WaitingRaise struct {
	Next string
	Form []byte
}

const (
	maxWaiting = 3500    // bytes, sealed: what a browser keeps under one name is little more
	maxForm    = 1 << 20 // unpacked
)

func forRaise(c Caller) string { return "identity provider, raise, session: " + c.Session }

// raisedBy lists the providers by which the holder may raise a session: those that she has linked, of her institution, and where she
// has set a second factor only those that can say that they asked for one.
func (s *Service) raisedBy(st account.State) (out []IdentityProvider) {
	if s.Identities == nil {
		return nil
	}
	for _, p := range s.Identities.List() {
		if _, linked := st.Identity(p.ID); linked && p.Institution == st.Institution && (!st.Second.IsSet() || s.Identities.TellsSecondStep(p.ID)) {
			out = append(out, IdentityProvider{p.ID, Text(p.Name)})
		}
	}
	return out
}

// AskToRaise asks a provider to ask the caller afresh who she is. What she brings back within five minutes, into the same session,
// RaiseByIdentity takes; until then w waits in her browser. A form too long to wait there is refused before she leaves.
func (s *Service) AskToRaise(ctx context.Context, c Caller, provider string, w WaitingRaise) (IdentityQuestion, error) {
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return IdentityQuestion{}, err
	}
	if !slices.ContainsFunc(s.raisedBy(st), func(p IdentityProvider) bool { return p.ID == provider }) {
		return IdentityQuestion{}, ErrNotFound
	}
	asked, err := s.Identities.AskAfresh(ctx, provider)
	if err != nil {
		return IdentityQuestion{}, s.providerError(provider, err)
	}
	form, err := packed(w.Form)
	if err != nil {
		return IdentityQuestion{}, err
	}
	q, err := s.waits(forRaise(c), asked, waitingIdentity{Next: w.Next, Form: form})
	if err == nil && len(q.Waiting) > maxWaiting {
		return IdentityQuestion{}, &InputError{Field: "identity", Code: "too_long_to_wait", Text: "what was filled in is too long to wait in the browser"}
	}
	return q, err
}

// WaitsToRaise opens what waits in the caller's browser; ok is false if nothing does that AskToRaise has put there for this session.
// It is hers also when the time to answer is over.
func (s *Service) WaitsToRaise(c Caller, waiting string) (w WaitingRaise, ok bool) {
	kept, err := s.openWaiting(forRaise(c), waiting)
	if err != nil {
		return w, false
	}
	form, err := unpacked(kept.Form)
	return WaitingRaise{kept.Next, form}, err == nil
}

// RaiseByIdentity raises the caller's session for a few minutes, as StepUp does, by the word of a provider that has just asked her
// who she is: the one that her account has linked, and the same person. Where she has set a second factor, the provider must have
// asked for one. No answer counts twice.
func (s *Service) RaiseByIdentity(ctx context.Context, c Caller, in IdentityAnswer) error {
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return err
	}
	right, ok := s.signIn.try("identity "+st.Lookup, "session "+c.Session)
	if !ok {
		s.knocked(st.Lookup, account.ByProvider, account.TooMany, "")
		return ErrTooManyTries
	}
	who, _, err := s.answered(ctx, forRaise(c), in)
	if errors.Is(err, ErrNotSignedIn) {
		s.knocked(st.Lookup, account.ByProvider, account.Wrong, "")
		return &InputError{Field: "identity", Code: "wrong_identity", Text: "the provider's answer cannot be used"}
	}
	if err != nil {
		return err
	}
	said, err := s.ownIdentity(ctx, st, who)
	if err != nil {
		return err
	}
	now := s.Clock.Wall().UTC()
	proof := account.Proof{Identity: said, SecondAsked: who.SecondStep, Challenge: account.Challenge{Hash: who.Challenge, Until: now.Add(account.ChallengeLife)}, Wall: now}
	if _, err := s.raiseBy(ctx, c, st, proof, now.Add(account.RaisedLife), Envelope{Key: NewKey()}); err != nil {
		return err
	}
	right()
	return nil
}

// ownIdentity is whom a provider has named, if that is the account's holder and nobody else's.
func (s *Service) ownIdentity(ctx context.Context, st account.State, who idp.Identity) (account.Identity, error) {
	said := s.identityOf(who)
	holders, err := s.accountsByIdentity(ctx, said)
	if err != nil {
		return said, err
	}
	if !slices.Equal(holders, []string{st.Account}) {
		s.knocked(st.Lookup, account.ByProvider, account.Wrong, "")
		return said, &InputError{Field: "identity", Code: "another_person", Text: "the provider has named somebody else"}
	}
	return said, nil
}

// packed makes a form small enough to wait in a cookie.
func packed(form []byte) ([]byte, error) {
	if len(form) == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(form)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

func unpacked(form []byte) ([]byte, error) {
	if len(form) == 0 {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(form)), maxForm))
}
