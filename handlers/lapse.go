package handlers

import (
	"context"
	"errors"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/deadlines"
)

// LapseEvery is how often the process looks for clocks that have run out.
const LapseEvery = time.Second

// RunLapses makes silence part of the history, until the context ends. There is no timer store to lose: a view
// lists the clocks that still run, and the decider writes the lapse only if it is still owed. The command's id
// derives from the deadline, so two servers, or one that restarts, lapse it once.
func (s *Service) RunLapses(ctx context.Context) error {
	for {
		if _, err := s.LapseDue(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("deadlines could not be lapsed; trying again")
		}
		if err := s.Clock.Sleep(ctx, LapseEvery); err != nil {
			return nil
		}
	}
}

// LapseDue lapses every clock that has run out by now and returns how many it did.
func (s *Service) LapseDue(ctx context.Context) (int, error) {
	n := 0
	now := s.Clock.Now().UTC()
	after := ""
	for {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Deadlines, Status: string(casefile.Running), DueBefore: now, Sort: projections.ByDue, After: after, Limit: projections.MaxLimit, NoTotal: true})
		if err != nil {
			return n, viewError(err)
		}
		for _, row := range page.Rows {
			item, err := projections.As[deadlines.Item](row)
			if err != nil {
				return n, err
			}
			lapsed, err := s.lapse(ctx, item)
			if err != nil {
				return n, err
			}
			if lapsed {
				n++
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

func (s *Service) lapse(ctx context.Context, item deadlines.Item) (bool, error) {
	d := s.caseDecision(item.Case)
	d.judge = func(st casefile.State) (string, error) {
		v := access.Judge(systemCaller.Actor(), access.LapseDeadline, access.Facts{Kind: st.Kind, Standing: access.None, Status: string(st.Status)})
		return v.Basis, v.Refusal()
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		return s.Cases.Decide(st, casefile.LapseDeadline{Deadline: item.Deadline}, m)
	}
	r, err := run(ctx, s, systemCaller, Envelope{Key: DeriveKey("lapse", item.Case, item.Deadline)}, d)
	var refusal *event.Refusal
	if errors.As(err, &refusal) { // met or voided in the meantime: the view was a moment behind
		return false, nil
	}
	return err == nil && !r.Duplicate, err
}
