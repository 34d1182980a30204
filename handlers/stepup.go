package handlers

import (
	"context"
	"errors"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/person"
)

// ErrStepUp: what was asked must not be done by whoever finds a screen open; the caller proves once more who she is, and asks
// again: 403 with its own code. Pages ask her by themselves and lose nothing of what she typed.
var ErrStepUp = errors.New("prove once more who you are")

// NeedRaised refuses with ErrStepUp a caller who has not proved within the last minutes who she is (StepUp). It is asked after
// the caller's right is judged, so that nobody is troubled for a no, and before anything is done. The shell has no session to raise: who has
// the machine has proved it there.
func (s *Service) NeedRaised(ctx context.Context, c Caller) error {
	if c == Shell() {
		return nil
	}
	st, err := s.accountState(ctx, c.Account)
	if errors.Is(err, ErrNotFound) {
		return ErrStepUp
	}
	if err != nil {
		return err
	}
	if !st.Raised(c.Session, s.Clock.Wall()) {
		return ErrStepUp
	}
	return nil
}

// needRaisedScreen is NeedRaised for what a partner's program may do by itself: a token has no screen that could be found open.
func (s *Service) needRaisedScreen(ctx context.Context, c Caller) error {
	st, err := s.accountState(ctx, c.Account)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	for _, o := range st.Sessions {
		if o.ID == c.Session && o.Kind != account.Browser {
			return nil
		}
	}
	return s.NeedRaised(ctx, c)
}

// StepUpAsk says how the caller proves who she is.
type StepUpAsk struct {
	Code bool // by a code of her second factor; else by her password
	// Providers may say it too: those that she has linked.
	Providers []IdentityProvider
}

// AskStepUp says what StepUp wants of the caller.
func (s *Service) AskStepUp(ctx context.Context, c Caller) (StepUpAsk, error) {
	st, err := s.accountState(ctx, c.Account)
	return StepUpAsk{Code: st.Second.IsSet(), Providers: s.raisedBy(st)}, err
}

// StepUp raises the caller's session for a few minutes: she gives a code of her second factor or, if she has set none, her
// password. Guesses are counted as at the door.
func (s *Service) StepUp(ctx context.Context, c Caller, proof StepUpProof, env Envelope) (until time.Time, err error) {
	r, err := s.raise(ctx, c, proof, env)
	return r.Until, err
}

func (s *Service) raise(ctx context.Context, c Caller, proof StepUpProof, env Envelope) (out Raised, err error) {
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return out, err
	}
	var shown account.Proof
	switch {
	case proof.Passkey != nil:
		shown, err = s.ownKeyProof(ctx, c, st, *proof.Passkey)
	case st.Second.IsSet():
		shown, err = s.ownProof(ctx, c, st, proof.Code)
	default:
		_, err = s.ownPassword(ctx, c, proof.Password)
	}
	if err != nil {
		return out, err
	}
	out.Until = s.Clock.Wall().UTC().Add(account.RaisedLife)
	if out.Receipt, err = s.raiseBy(ctx, c, st, shown, out.Until, env); err != nil {
		return Raised{}, err
	}
	return out, nil
}

// raiseBy raises the caller's session by a proof that was checked.
func (s *Service) raiseBy(ctx context.Context, c Caller, st account.State, shown account.Proof, until time.Time, env Envelope) (Receipt, error) {
	env.Body = nil // neither a password nor a code is part of a record, not even of a hash
	r, err := s.accountRun(ctx, c, c.Account, env.about("session.raise", ""), account.RaiseSession{Session: c.Session, Proof: shown, Wall: s.Clock.Wall().UTC(), Until: until})
	if refusal, refused := asRefusal(err); refused {
		err = errors.Join(err, s.refuseCopied(ctx, st, refusal, shown))
	}
	if err != nil {
		return Receipt{}, err
	}
	return r, s.Await(ctx, r.Position)
}

// StepUpProof is what the caller gives: one of the two, as AskStepUp says.
type StepUpProof struct {
	Password person.Plain `json:"password,omitempty"`
	Code     string       `json:"code,omitempty" maxLength:"40" description:"Of the second factor, where one is set; else the password is asked."`
	// Passkey takes the place of both; only a browser has one.
	Passkey *PasskeyAnswer `json:"-"`
}

// Raised says until when the caller's session stands raised.
type Raised struct {
	Receipt
	Until time.Time `json:"until"`
}

// RaiseMySession is StepUp for programs.
func (s *Service) RaiseMySession(ctx context.Context, c Caller, in StepUpProof, env Envelope) (Raised, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return Raised{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	out, err := s.raise(ctx, c, in, env)
	if wrong := (*InputError)(nil); errors.As(err, &wrong) && wrong.Field == "old" { // as forms name it
		err = &InputError{Field: "password", Code: wrong.Code, Text: wrong.Text}
	}
	return out, err
}
