package handlers

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"mkr/projections"
)

// Whoever asks for many moments at once waits: few are folded at a time, what is there is not folded again, and who gives up leaves.
func TestFewMomentsAreFoldedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, goOn := newPasts(), make(chan struct{})
		var running, folded atomic.Int32
		fold := func() (*projections.Past, error) {
			running.Add(1)
			<-goOn
			running.Add(-1)
			folded.Add(1)
			return &projections.Past{}, nil
		}
		ask := func(ctx context.Context, position uint64) error {
			_, err := k.get(ctx, position, projections.Board, fold)
			return err
		}
		for position := range uint64(20) {
			for range 3 {
				go func() { _ = ask(t.Context(), position%4) }()
			}
		}
		synctest.Wait()
		if n := running.Load(); n != pastsAtOnce {
			t.Errorf("%d are folded at once", n)
		}
		ctx, giveUp := context.WithCancel(t.Context())
		giveUp()
		if err := ask(ctx, 99); !errors.Is(err, context.Canceled) {
			t.Errorf("who has given up waits still: %v", err)
		}
		close(goOn)
		synctest.Wait()
		if n := folded.Load(); n > 4*pastsAtOnce {
			t.Errorf("4 moments that 60 asked for were folded %d times", n)
		}
	})
}
