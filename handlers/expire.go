package handlers

import (
	"context"
	"errors"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/expiries"
)

// ExpireDue writes down every consent that has run out by now and returns how many there were. Rights do not wait for it:
// what a consent carries is judged by the clock; but lists and screens follow events.
func (s *Service) ExpireDue(ctx context.Context) (int, error) {
	n, now, after := 0, s.Clock.Now().UTC(), ""
	for {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Expiries, DueBefore: now.Add(1), Sort: projections.ByDue, After: after, Limit: projections.MaxLimit, NoTotal: true, EvenShut: true})
		if err != nil {
			return n, viewError(err)
		}
		for _, row := range page.Rows {
			item, err := projections.As[expiries.Row](row)
			if err != nil {
				return n, err
			}
			expired, err := s.expire(ctx, item)
			if err != nil {
				return n, err
			}
			if expired {
				n++
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

func (s *Service) expire(ctx context.Context, item expiries.Row) (bool, error) {
	d := s.caseDecision(systemCaller, item.Case)
	d.judge = func(st casefile.State) (string, error) {
		v := access.Judge(systemCaller.Actor(), access.LapseDeadline, access.Facts{Kind: st.Kind, Standing: access.None, Status: string(st.Status)})
		return v.Basis, v.Refusal()
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		return s.Cases.Decide(st, casefile.ExpireConsent{Consent: item.Consent}, m)
	}
	r, err := run(ctx, s, systemCaller, Envelope{Key: DeriveKey("expire", item.Case, item.Consent)}, d)
	var refusal *event.Refusal
	if errors.As(err, &refusal) { // withdrawn in the meantime: the view was a moment behind
		return false, nil
	}
	return err == nil && !r.Duplicate, err
}
