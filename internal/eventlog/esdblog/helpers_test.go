package esdblog_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// patience is what a test gives to something that should happen soon.
const patience = 20 * time.Second

func within(t testing.TB, limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

func events(n int) []eventlog.NewEvent {
	out := make([]eventlog.NewEvent, n)
	for i := range out {
		out[i] = eventlog.NewEvent{ID: uuid.Must(uuid.NewV7()), Type: "thing.happened", Data: fmt.Appendf(nil, `{"n":%d}`, i), Meta: []byte(`{}`)}
	}
	return out
}

func must(t testing.TB, log eventlog.Log, stream string, at eventlog.Expected, evs ...eventlog.NewEvent) eventlog.Result {
	t.Helper()
	res, err := log.Append(within(t, patience), stream, at, evs...)
	if err != nil {
		t.Fatalf("Append to %s at %d: %v", stream, at, err)
	}
	return res
}

// persist appends until the append is known to be stored, as a handler does: after an open outcome it reads.
func persist(ctx context.Context, log eventlog.Log, stream string, at eventlog.Expected, evs []eventlog.NewEvent) (eventlog.Expected, error) {
	for ctx.Err() == nil {
		res, err := log.Append(ctx, stream, at, evs...)
		if err == nil {
			return eventlog.At(res.Revision), nil
		}
		if !errors.Is(err, eventlog.ErrUnavailable) && !errors.Is(err, eventlog.ErrWrongRevision) {
			return at, err
		}
		for {
			got, err := log.ReadStream(ctx, stream, uint64(at+1))
			if errors.Is(err, eventlog.ErrUnavailable) {
				continue
			}
			if err != nil {
				return at, err
			}
			if len(got) > 0 && got[0].ID == evs[0].ID {
				return eventlog.At(got[len(got)-1].Revision), nil
			}
			if len(got) > 0 {
				return at, fmt.Errorf("stream %s holds an event that was not written to it", stream)
			}
			break
		}
	}
	return at, ctx.Err()
}

// follow reads the log as a projection does until it has n events of streams with the prefix; reads that fail are repeated.
func follow(ctx context.Context, log eventlog.Log, n int) ([]eventlog.Recorded, error) {
	var (
		out   []eventlog.Recorded
		after eventlog.Position
	)
	for len(out) < n {
		if err := log.Wait(ctx, after); err != nil {
			return out, fmt.Errorf("after %d of %d events: %w", len(out), n, err)
		}
		got, err := log.ReadAll(ctx, after, 10)
		if errors.Is(err, eventlog.ErrUnavailable) {
			continue
		}
		if err != nil {
			return out, err
		}
		for _, e := range got {
			if e.Position <= after {
				return out, fmt.Errorf("position %d follows %d", e.Position, after)
			}
			after = e.Position
		}
		out = append(out, got...)
	}
	return out, nil
}

// same fails unless the recorded events are these, each once; order is of the streams only.
func same(t testing.TB, got []eventlog.Recorded, want map[string][]eventlog.NewEvent) {
	t.Helper()
	next := map[string]int{}
	total := 0
	for _, e := range got {
		i := next[e.Stream]
		if i >= len(want[e.Stream]) || want[e.Stream][i].ID != e.ID || e.Revision != uint64(i) {
			t.Fatalf("event %s at revision %d of %s is not the one due there", e.ID, e.Revision, e.Stream)
		}
		next[e.Stream]++
	}
	for _, evs := range want {
		total += len(evs)
	}
	if len(got) != total {
		t.Fatalf("%d events, want %d", len(got), total)
	}
}
