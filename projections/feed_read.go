package projections

import (
	"context"

	"golang.org/x/sync/errgroup"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// item is one event on its way to the views.
type item struct {
	fact event.Fact // without Data when err is set
	err  error      // why it cannot be read
}

// block is what one read of the log gave.
type block struct {
	items []item
	full  bool // there is more to read at once
}

// read is the way of events from the log to the views: one goroutine reads, one decodes, and the caller of next
// applies. On two cores a rebuild spends about as much in decoding as in the rest. It is the same way for catching
// up and for living: a live read is just a short block.
func read(ctx context.Context, g *errgroup.Group, log eventlog.Log, registry *event.Registry, needed func(stream string) bool, after eventlog.Position, size int) <-chan block {
	raw := make(chan []eventlog.Recorded, 4)
	out := make(chan block, 4)
	g.Go(func() error {
		defer close(raw)
		for {
			recorded, err := log.ReadAll(ctx, after, size)
			if err != nil {
				return err
			}
			select {
			case raw <- recorded:
			case <-ctx.Done():
				return ctx.Err()
			}
			if len(recorded) > 0 {
				after = recorded[len(recorded)-1].Position
			}
			if len(recorded) < size {
				if err := log.Wait(ctx, after); err != nil {
					return err
				}
			}
		}
	})
	g.Go(func() error {
		defer close(out)
		for recorded := range raw {
			b := block{items: make([]item, len(recorded)), full: len(recorded) == size}
			for i, rec := range recorded {
				if b.full && !needed(rec.Stream) {
					// While catching up nobody is told of single facts, so what no view reads needs no decoding.
					b.items[i].fact = event.Fact{Position: uint64(rec.Position), Stream: rec.Stream, RecordedAt: rec.RecordedAt}
					continue
				}
				b.items[i].fact, b.items[i].err = Decode(registry, rec)
			}
			select {
			case out <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return out
}
