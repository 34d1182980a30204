package handlers

import (
	"context"
	"errors"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
)

// LapseEvery is how often the process looks for clocks that have run out.
const LapseEvery = time.Second

// RunLapses makes silence part of the history, until the context ends. There is no timer store to lose: a view lists the
// cases about which something is due, and the decider takes each step only if its turn has come and nobody took it. The
// command's id derives from the step, so two servers, or one that restarts, take it once.
func (s *Service) RunLapses(ctx context.Context) error {
	for {
		if _, err := s.LapseDue(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("deadlines could not be lapsed; trying again")
		}
		if _, err := s.ExpireDue(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("consents could not be ended; trying again")
		}
		if _, err := s.ClimbDue(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("flags that nobody answers could not climb; trying again")
		}
		if err := s.Clock.Sleep(ctx, LapseEvery); err != nil {
			return nil
		}
	}
}

// LapseDue takes every step that is due by now - warnings, lapses, rungs - and returns how many clocks it did so for.
func (s *Service) LapseDue(ctx context.Context) (int, error) {
	if _, err := s.learnRules(ctx); err != nil {
		return 0, err
	}
	n := 0
	now := s.Clock.Now().UTC()
	after := ""
	for {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Steps, DueBefore: now.Add(1), Sort: projections.ByDue, After: after, Limit: projections.MaxLimit, NoTotal: true, EvenShut: true})
		if err != nil {
			return n, viewError(err)
		}
		for _, row := range page.Rows {
			took, err := s.stepsOf(ctx, row.Key, now)
			n += took
			if err != nil {
				return n, err
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

// stepsOf takes the steps of one case that are due.
func (s *Service) stepsOf(ctx context.Context, caseID string, now time.Time) (int, error) {
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return 0, err
	}
	n := 0
	for _, d := range st.Deadlines {
		step, ok := d.NextStep()
		if !ok || now.Before(step.At) {
			continue
		}
		took, err := s.step(ctx, caseID, step)
		if err != nil {
			return n, err
		}
		if took {
			n++
		}
	}
	return n, nil
}

func (s *Service) step(ctx context.Context, caseID string, step casefile.Step) (bool, error) {
	cases, err := s.decider(ctx)
	if err != nil {
		return false, err
	}
	d := s.caseDecision(systemCaller, caseID)
	d.judge = func(st casefile.State) (string, error) {
		v := access.Judge(systemCaller.Actor(), access.LapseDeadline, access.Facts{Kind: st.Kind, Standing: access.None, Status: string(st.Status)})
		return v.Basis, v.Refusal()
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		duty, err := s.dutyFor(ctx, st, step.Deadline)
		if err != nil {
			return nil, err
		}
		return cases.Decide(st, casefile.LapseDeadline{Deadline: step.Deadline, Duty: duty}, m)
	}
	r, err := run(ctx, s, systemCaller, Envelope{Key: DeriveKey("lapse", caseID, step.Deadline, step.Name)}, d)
	var refusal *event.Refusal
	if errors.As(err, &refusal) { // met or voided in the meantime: the view was a moment behind
		return false, nil
	}
	return err == nil && !r.Duplicate, err
}
