package handlers

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/internal/idp"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// An institution's identity provider says who somebody is; whether that is somebody here, the account says, which its holder has
// linked herself. What a provider's answer is checked by waits in the browser that was sent there, sealed, and the account's stream
// remembers which were answered, as with passkeys.

// IdentityProvider is one that people may come in by.
type IdentityProvider struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// IdentityQuestion is where a browser goes, and what it keeps until it comes back.
type IdentityQuestion struct{ URL, Waiting string }

// IdentityAnswer is what it brings back, beside what it kept.
type IdentityAnswer struct{ Provider, State, Code, Issuer, Waiting string }

// IdentityLine is a provider of the caller's institution, or one whose identity she has linked.
type IdentityLine struct {
	Provider string    `json:"provider"`
	Name     Text      `json:"name"` // the id, where the provider is there no more
	Linked   bool      `json:"linked"`
	LinkedAt time.Time `json:"linked_at,omitzero"`
	UsedAt   time.Time `json:"used_at,omitzero"`
}

// ErrProviderAway: the identity provider does not answer. The other ways in are there.
var ErrProviderAway = errors.New("the identity provider does not answer")

const (
	atTheDoorWithIdentity = "identity provider, at the door"
	maxNext               = 1000 // of an address to which she goes on, in what her browser keeps
)

type waitingIdentity struct {
	State []byte    `json:"state"`
	Until time.Time `json:"until"`
	Next  string    `json:"next,omitempty"`
	Form  []byte    `json:"form,omitempty"` // what she had sent, packed
}

func forLink(c Caller) string { return "identity provider, session: " + c.Session }

// IdentityProviders lists those that the door offers.
func (s *Service) IdentityProviders() []IdentityProvider {
	if s.Identities == nil {
		return nil
	}
	var out []IdentityProvider
	for _, p := range s.Identities.List() {
		out = append(out, IdentityProvider{p.ID, Text(p.Name)})
	}
	return out
}

func (s *Service) askProvider(ctx context.Context, holder, provider, next string) (IdentityQuestion, error) {
	if s.Identities == nil {
		return IdentityQuestion{}, ErrNotFound
	}
	q, err := s.Identities.Ask(ctx, provider)
	if err != nil {
		return IdentityQuestion{}, s.providerError(provider, err)
	}
	return s.waits(holder, q, waitingIdentity{Next: next})
}

// waits is the question with what its answer is checked by, sealed.
func (s *Service) waits(holder string, q idp.Question, w waitingIdentity) (IdentityQuestion, error) {
	w.State, w.Until = q.State, s.Clock.Wall().Add(account.ChallengeLife)
	if len(w.Next) > maxNext {
		w.Next = ""
	}
	body, err := json.Marshal(w)
	if err != nil {
		return IdentityQuestion{}, err
	}
	sealed, err := s.sealFor(holder, body)
	return IdentityQuestion{URL: q.URL, Waiting: sealed}, err
}

// providerError is what people are told of what the provider did; why, the log knows, and it names nobody.
func (s *Service) providerError(provider string, err error) error {
	switch {
	case errors.Is(err, idp.ErrUnknown):
		return ErrNotFound
	case errors.Is(err, idp.ErrAway):
		s.Logger.Warn().Str("provider", provider).Msg("an identity provider does not answer")
		return ErrProviderAway
	case errors.Is(err, idp.ErrStale):
		s.Logger.Warn().Str("provider", provider).Msg("an identity provider was to ask afresh who it is, and has not, or does not say when it did")
		return &InputError{Field: "identity", Code: "not_asked_again", Text: "the provider has not asked again who you are"}
	case errors.Is(err, idp.ErrRefused):
		s.Logger.Warn().Str("provider", provider).Str("why", err.Error()).Msg("an identity provider's answer was refused")
		return ErrNotSignedIn
	}
	return err
}

func (s *Service) openWaiting(holder, waiting string) (w waitingIdentity, err error) {
	body, err := s.openFor(holder, waiting)
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal(body, &w)
}

// answered checks what a browser has brought back, for whom it was asked.
func (s *Service) answered(ctx context.Context, holder string, in IdentityAnswer) (who idp.Identity, w waitingIdentity, err error) {
	if s.Identities == nil {
		return who, w, ErrNotFound
	}
	if w, err = s.openWaiting(holder, in.Waiting); err != nil || !s.Clock.Wall().Before(w.Until) {
		return who, waitingIdentity{}, ErrNotSignedIn
	}
	who, err = s.Identities.Check(ctx, w.State, idp.Answer{Provider: in.Provider, State: in.State, Code: in.Code, Issuer: in.Issuer})
	if err != nil {
		return who, w, s.providerError(in.Provider, err)
	}
	return who, w, nil
}

// identityOf is what is stored of who somebody is: nobody can read the subject from it.
func (s *Service) identityOf(who idp.Identity) account.Identity {
	return account.Identity{Provider: who.Provider.ID, Hash: hex.EncodeToString(s.secret("identity", fmt.Sprintf("%d %s %s", len(who.Issuer), who.Issuer, who.Subject)))}
}

// accountsByIdentity finds who has linked it: nobody or one, but for the moment in which two do at once.
func (s *Service) accountsByIdentity(ctx context.Context, o account.Identity) ([]string, error) {
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Identities, Code: o.Hash, Sort: projections.ByKey, Limit: 2, NoTotal: true})
	if err != nil {
		return nil, viewError(err)
	}
	var out []string
	for _, row := range page.Rows {
		a, err := projections.As[accountview.Identity](row)
		if err != nil {
			return nil, err
		}
		out = append(out, a.Account)
	}
	return out, nil
}

// AskIdentity asks a provider, at the door, who this is; next is where she goes on.
func (s *Service) AskIdentity(ctx context.Context, provider, next string) (IdentityQuestion, error) {
	return s.askProvider(ctx, atTheDoorWithIdentity, provider, next)
}

// SignInIdentity lets in whom a provider names, if an account of its institution has linked that. Whatever is wrong, the answer is
// ErrNotSignedIn: it does not tell which accounts there are, and the attempt is on record. Where the holder has set a second factor
// that the provider has not asked for, the error is a *CodeNeededError, and SignInCode goes on; without one it may be as in SignIn.
func (s *Service) SignInIdentity(ctx context.Context, in IdentityAnswer, remote string) (token string, c Caller, next string, err error) {
	right, ok := s.signIn.tryUnnamed(remote)
	if !ok {
		s.knocked("", account.ByProvider, account.TooMany, remote)
		return "", Caller{}, "", ErrTooManyTries
	}
	who, w, err := s.answered(ctx, atTheDoorWithIdentity, in)
	if errors.Is(err, ErrNotSignedIn) {
		s.knocked("", account.ByProvider, account.Wrong, remote)
	}
	if err != nil {
		return "", Caller{}, "", err
	}
	said := s.identityOf(who)
	st, err := s.linkedAccount(ctx, who, said)
	if err != nil {
		return "", Caller{}, "", err
	}
	if st.Account == "" {
		return "", Caller{}, "", ErrNotSignedIn
	}
	now := s.Clock.Wall().UTC()
	proof := account.Proof{Identity: said, At: s.providerSession(who.Issuer, who.SID), SecondAsked: who.SecondStep, Challenge: account.Challenge{Hash: who.Challenge, Until: now.Add(account.ChallengeLife)}, Wall: now}
	if !st.Locked && !st.Over(now) && !st.First {
		if err := s.askSecond(ctx, st, &proof); err != nil {
			right()
			return "", Caller{}, w.Next, err
		}
	}
	token, c, err = s.startSession(ctx, st, account.StartSession{Kind: account.Browser, Proof: proof}, BrowserLife)
	if refusal, refused := asRefusal(err); refused {
		s.recordStranger(ctx, Caller{Account: st.Account, Institution: st.Institution, Role: st.Role}, refusal.Code)
		return "", Caller{}, "", ErrNotSignedIn
	}
	if err == nil {
		right()
	}
	return token, c, w.Next, err
}

// linkedAccount is the one account of the provider's institution that has linked the identity; the zero State if there is none.
func (s *Service) linkedAccount(ctx context.Context, who idp.Identity, said account.Identity) (account.State, error) {
	ids, err := s.accountsByIdentity(ctx, said)
	if err != nil {
		return account.State{}, err
	}
	if len(ids) != 1 { // what two have linked at once lets in neither
		s.recordStranger(ctx, Caller{Institution: who.Provider.Institution}, account.CodeNoIdentity)
		return account.State{}, nil
	}
	st, err := s.accountState(ctx, ids[0])
	if err != nil {
		return account.State{}, err
	}
	if st.Institution != who.Provider.Institution {
		s.recordStranger(ctx, Caller{Account: st.Account, Institution: st.Institution, Role: st.Role}, account.CodeNoIdentity)
		return account.State{}, nil
	}
	return st, nil
}

// recordStranger writes down that somebody whom a provider vouches for was not let in. It is nobody's session, so it has a stream of
// its own. How many there may be, the limits at the door say.
func (s *Service) recordStranger(ctx context.Context, c Caller, code string) {
	c.Session = NewKey().String()
	if err := s.recordAccess(context.WithoutCancel(ctx), c, accesslog.Refused{Action: "session.start", Target: event.AccountCategory, Code: code}); err != nil {
		s.Logger.Error().Err(err).Msg("a refusal could not be recorded")
	}
}

// AskToLink asks a provider of the caller's institution who she is there. She proves first who she is here. What she brings back
// within five minutes, into the same session, rests on that proof.
func (s *Service) AskToLink(ctx context.Context, c Caller, provider string) (IdentityQuestion, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return IdentityQuestion{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return IdentityQuestion{}, err
	}
	if s.Identities == nil {
		return IdentityQuestion{}, ErrNotFound
	}
	if p, there := s.Identities.Find(provider); !there || p.Institution != st.Institution {
		return IdentityQuestion{}, ErrNotFound
	}
	if err := s.NeedRaised(ctx, c); err != nil {
		return IdentityQuestion{}, err
	}
	return s.askProvider(ctx, forLink(c), provider, "")
}

// LinkIdentity links whom the provider has named. An identity that another account has linked stays that one's.
func (s *Service) LinkIdentity(ctx context.Context, c Caller, in IdentityAnswer) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	wrong := &InputError{Field: "identity", Code: "wrong_identity", Text: "the provider's answer cannot be used"}
	who, _, err := s.answered(ctx, forLink(c), in)
	if errors.Is(err, ErrNotSignedIn) {
		return Receipt{}, wrong
	}
	if err != nil {
		return Receipt{}, err
	}
	said := s.identityOf(who)
	env := Envelope{Key: DeriveKey("identity", c.Account, who.Challenge)}
	r, err := run(ctx, s, c, env.about("account.link_identity", said.Provider), decision[account.State]{
		stream: accountStream(c.Account), evolve: account.Evolve,
		judge: func(account.State) (string, error) { return v.Basis, nil },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) {
			if st.Institution != who.Provider.Institution {
				return nil, ErrNotFound
			}
			others, err := s.accountsByIdentity(ctx, said)
			if err != nil {
				return nil, err
			}
			for _, other := range others {
				if other != c.Account {
					return nil, &InputError{Field: "identity", Code: "identity_taken", Text: "another account has linked this identity"}
				}
			}
			now := s.Clock.Wall().UTC()
			return account.Decide(st, account.LinkIdentity{Identity: said, Challenge: account.Challenge{Hash: who.Challenge, Until: now.Add(account.ChallengeLife)}, Wall: now}, m)
		},
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// UnlinkIdentity is the body; of which provider, the address says.
type UnlinkIdentity struct{}

// UnlinkIdentity ends a link of the caller's. She proves first who she is. One that is not hers is not there.
func (s *Service) UnlinkIdentity(ctx context.Context, c Caller, provider string, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	r, err := run(ctx, s, c, env.about("account.unlink_identity", provider), decision[account.State]{
		stream: accountStream(c.Account), evolve: account.Evolve,
		judge: func(account.State) (string, error) { return v.Basis, s.NeedRaised(ctx, c) },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) {
			if _, there := st.Identity(provider); !there {
				return nil, ErrNotFound
			}
			return account.Decide(st, account.UnlinkIdentity{Provider: provider}, m)
		},
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// MyIdentities lists the providers of the caller's institution, and what she has linked.
func (s *Service) MyIdentities(ctx context.Context, c Caller) ([]IdentityLine, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	facts, err := s.facts(ctx, accountStream(c.Account))
	if err != nil {
		return nil, err
	}
	var st account.State
	linked, used := map[string]time.Time{}, map[string]time.Time{}
	for _, f := range facts {
		st = account.Evolve(st, f.Data)
		switch e := f.Data.(type) {
		case account.IdentityLinked:
			linked[e.Provider] = f.RecordedAt
			delete(used, e.Provider)
		case account.IdentityUsed:
			used[e.Provider] = f.RecordedAt
		}
	}
	out := []IdentityLine{}
	shown := map[string]bool{}
	if s.Identities != nil {
		for _, p := range s.Identities.List() {
			_, has := st.Identity(p.ID)
			if !has && p.Institution != st.Institution {
				continue
			}
			line := IdentityLine{Provider: p.ID, Name: Text(p.Name), Linked: has}
			if has {
				line.LinkedAt, line.UsedAt = linked[p.ID], used[p.ID]
			}
			out, shown[p.ID] = append(out, line), true
		}
	}
	for _, o := range st.Identities {
		if !shown[o.Provider] {
			out = append(out, IdentityLine{Provider: o.Provider, Name: Text{SQ: o.Provider, EN: o.Provider}, Linked: true, LinkedAt: linked[o.Provider], UsedAt: used[o.Provider]})
		}
	}
	return out, nil
}
