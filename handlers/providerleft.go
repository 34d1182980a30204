package handlers

import (
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"mkr/domain/account"
	"mkr/internal/idp"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// providerSession is what is stored of a provider's name for its own session: nobody can read the name from it.
func (s *Service) providerSession(issuer, sid string) string {
	if sid == "" {
		return ""
	}
	return hex.EncodeToString(s.secret("provider session", fmt.Sprintf("%d %s %s", len(issuer), issuer, sid)))
}

// EndByProvider ends the sessions of whom an identity provider says to have left: those that began by its word, and no others. The
// same token ends nothing twice, also not what began after it. Whether there was anything to end, the answer does not tell. A token
// that does not hold is ErrNotSignedIn.
func (s *Service) EndByProvider(ctx context.Context, provider, token, remote string) error {
	if s.Identities == nil {
		return ErrNotFound
	}
	right, ok := s.signIn.tryUnnamed(remote)
	if !ok {
		return ErrTooManyTries
	}
	left, err := s.Identities.CheckLogout(ctx, provider, token)
	if err != nil {
		return s.providerError(provider, err)
	}
	right()
	now := s.Clock.Wall()
	if s.heard.before(left.Token, now) {
		return nil
	}
	ids, err := s.accountsThatLeft(ctx, left)
	if err != nil {
		return err
	}
	at := s.providerSession(left.Issuer, left.SID)
	for _, id := range ids {
		c := systemCaller
		c.Institution = left.Provider.Institution
		r, err := s.accountRunOn(ctx, c, "identity_provider", id, Envelope{Key: DeriveKey("left", left.Token, id)}, account.EndProviderSessions{Provider: left.Provider.ID, At: at})
		if err != nil {
			return err
		}
		if err := s.Await(ctx, r.Position); err != nil {
			return err
		}
	}
	s.heard.keep(left.Token, now)
	return nil
}

// heard are the logout tokens of the last minutes. What a token has ended its trace in the account's stream remembers; this is for
// one that found nothing to end, and must not end what begins after it.
type heard struct {
	mu   sync.Mutex
	when map[string]time.Time
}

func (h *heard) before(token string, now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.when, func(_ string, at time.Time) bool { return now.Sub(at) > 2*idp.TokenAge })
	_, known := h.when[token]
	return known
}

func (h *heard) keep(token string, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.when == nil {
		h.when = map[string]time.Time{}
	}
	h.when[token] = now
}

// accountsThatLeft are those that have linked the subject, and those that a session of the provider's let in.
func (s *Service) accountsThatLeft(ctx context.Context, left idp.Left) (ids []string, err error) {
	if left.Subject != "" {
		if ids, err = s.accountsByIdentity(ctx, s.identityOf(idp.Identity{Provider: left.Provider, Issuer: left.Issuer, Subject: left.Subject})); err != nil {
			return nil, err
		}
	}
	if left.SID == "" {
		return ids, nil
	}
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Sessions, Stage: s.providerSession(left.Issuer, left.SID), Sort: projections.ByKey, Limit: projections.MaxLimit, NoTotal: true})
	if err != nil {
		return nil, viewError(err)
	}
	for _, row := range page.Rows {
		o, err := projections.As[accountview.Session](row)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, o.Account) {
			ids = append(ids, o.Account)
		}
	}
	return ids, nil
}
