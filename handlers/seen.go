package handlers

import (
	"context"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
)

// see records that the receiver of a referral has opened it: one fact for each referral, whoever looks and how often.
// Looks themselves are in the readers' own streams (see recordLook); this one the sender waits for. It tells whether
// the case has changed meanwhile. What she may see she is shown even if this cannot be written now; that is logged.
func (s *Service) see(ctx context.Context, c Caller, st casefile.State) (changed bool) {
	if c.Session == "" || st.Status != casefile.Open {
		return false
	}
	cases, err := s.decider(ctx)
	if err != nil {
		s.Logger.Error().Err(err).Msg("that a referral was seen could not be recorded")
		return false
	}
	for _, r := range st.Referrals {
		if r.To != c.Institution || r.Status != casefile.Sent || !r.SeenAt.IsZero() {
			continue
		}
		id := r.ReferralContent.Referral
		d := s.caseDecision(c, st.ID)
		d.judge = func(st casefile.State) (string, error) {
			v := access.Judge(c.Actor(), access.ViewCase, s.caseFacts(c, st))
			if !v.Allow {
				return "", ErrNotFound
			}
			return v.Basis, nil
		}
		d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
			return cases.Decide(st, casefile.SeeReferral{Referral: id}, m)
		}
		_, err := run(context.WithoutCancel(ctx), s, c, Envelope{Key: DeriveKey("seen", id, c.Account)}, d)
		if err != nil {
			s.Logger.Error().Err(err).Msg("that a referral was seen could not be recorded")
			continue
		}
		changed = true // by her, or by a colleague who was faster
	}
	return changed
}
