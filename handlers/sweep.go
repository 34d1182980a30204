package handlers

import (
	"context"
	"encoding/json"
	"time"

	"mkr/domain/casefile"
)

// What is uploaded and never attached stays as a ciphertext whose key nobody has. It is swept after a day: an upload can be attached
// for an hour only, so that what is older and named by no event can be named by none any more.
const (
	sweepAge   = 24 * time.Hour
	sweepEvery = 24 // looks at whose the files are, an hour between two
	sweepLook  = time.Hour
	sweepFirst = 10 * time.Minute // after the start: a server that is started every day sweeps too
	sweepPage  = 2000
)

// RunSweep sweeps once a day until the context ends, and has the mark beside the files follow the log once an hour. A store that does
// not answer is tried again the next time.
func (s *Service) RunSweep(ctx context.Context) error {
	wait := sweepFirst
	for looks := 0; ; looks-- { // until the next sweep
		if err := s.Clock.Sleep(ctx, wait); err != nil {
			return nil
		}
		wait = sweepLook
		var err error
		if looks > 0 {
			err = s.ownFiles(ctx)
		} else if _, err = s.SweepUploads(ctx); err == nil {
			looks = sweepEvery
		}
		if err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("uploads that were never attached cannot be swept; trying again")
		}
	}
}

// SweepUploads removes the uploads that were never attached and can be attached no more, and says how many there were; the log and
// the metrics say so too. Nothing that an event names is ever removed, and when the log cannot be read to its end nothing is.
func (s *Service) SweepUploads(ctx context.Context) (swept int, err error) {
	if err := s.ownFiles(ctx); err != nil {
		return 0, err
	}
	before := s.Clock.Wall().Add(-sweepAge)
	old := map[string]bool{}
	if err := s.Files.Walk(ctx, func(hash string, stored time.Time) error {
		if stored.Before(before) {
			old[hash] = true
		}
		return nil
	}); err != nil || len(old) == 0 {
		return 0, err
	}
	if err := s.attached(ctx, func(hash string) { delete(old, hash) }); err != nil {
		return 0, err
	}
	for hash := range old {
		if err := s.Files.Delete(ctx, hash); err != nil {
			return swept, err
		}
		swept++
		s.swept.Add(1)
	}
	if swept > 0 {
		s.Logger.Info().Int("uploads", swept).Time("before", before).Msg("uploads that were never attached were swept")
	}
	return swept, nil
}

// attached tells of every file that an event names, also of those that were marked in error: history keeps them.
func (s *Service) attached(ctx context.Context, each func(hash string)) error {
	name := casefile.FileAttached{}.EventType()
	for after := uint64(0); ; {
		page, err := s.Log.ReadAll(ctx, asPosition(after), sweepPage)
		if err != nil || len(page) == 0 {
			return logError(err)
		}
		for _, e := range page {
			after = uint64(e.Position)
			if e.Type != name {
				continue
			}
			var f casefile.FileAttached
			if err := json.Unmarshal(e.Data, &f); err != nil {
				return err
			}
			each(f.Hash)
		}
	}
}

// Swept is how many uploads this server has removed because nobody attached them.
func (s *Service) Swept() int64 { return s.swept.Load() }
