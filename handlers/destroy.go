package handlers

import (
	"context"
	"time"

	"github.com/google/uuid"

	"mkr/projections"
	"mkr/projections/people"
)

// DestroyEvery is how often the process looks for keys that an erasure has not reached.
const DestroyEvery = time.Minute

// RunErasures destroys the keys of the persons whose erasure is a stored fact, until the context ends. The command that
// decides on an erasure destroys the key by itself: this makes up for a crash in between, and for a backup of the keys that was
// restored, in which the erased have their keys again.
func (s *Service) RunErasures(ctx context.Context) error {
	done := map[string]bool{}
	for {
		if err := s.destroyErased(ctx, done); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("keys of erased persons could not be destroyed; trying again")
		}
		if err := s.Clock.Sleep(ctx, DestroyEvery); err != nil {
			return nil
		}
	}
}

// DestroyErased destroys the keys of all whose erasure is a stored fact, once.
func (s *Service) DestroyErased(ctx context.Context) error {
	return s.destroyErased(ctx, map[string]bool{})
}

// destroyErased destroys the keys that are left; done are those known to be gone.
func (s *Service) destroyErased(ctx context.Context, done map[string]bool) error {
	q := projections.Query{Topic: projections.Erasures, Status: people.Erased, Sort: projections.ByKey, Limit: projections.MaxLimit, NoTotal: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return viewError(err)
		}
		for _, row := range page.Rows {
			if done[row.Key] {
				continue
			}
			if err := s.destroy(ctx, row.Key); err != nil {
				return err
			}
			done[row.Key] = true
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}

// destroy makes a person's sealed values open for nobody, and forgets what the process knew of her. Doing it again is harmless.
func (s *Service) destroy(ctx context.Context, id string) error {
	if key, err := uuid.Parse(id); err == nil {
		s.index.forget(key)
	}
	return s.Vault.Shred(ctx, id)
}
