package logtest

import (
	"errors"
	"math"
	"sync"

	"mkr/internal/eventlog"
)

var appendTests = []test{
	{"answers where the last event stands", func(f *fixture) {
		name := f.name("a")
		want := events(6)
		first := f.append(name, eventlog.NoStream, want[:1]...)
		second := f.append(name, eventlog.At(0), want[1:5]...)
		third := f.append(name, eventlog.At(4), want[5])
		got := f.stream(name)
		f.same(got, want)
		for _, c := range []struct {
			res  eventlog.Result
			last int
		}{{first, 0}, {second, 4}, {third, 5}} {
			if r := got[c.last]; r.Position != c.res.Position || r.Revision != c.res.Revision {
				f.Errorf("receipt says revision %d at %d, read back revision %d at %d",
					c.res.Revision, c.res.Position, r.Revision, r.Position)
			}
		}
		all := f.all()
		f.same(all, want)
		for i := range all {
			if all[i].Position != got[i].Position || all[i].Revision != got[i].Revision || all[i].Stream != name {
				f.Errorf("ReadAll shows event %d as %s/%d at %d, ReadStream as %s/%d at %d", i,
					all[i].Stream, all[i].Revision, all[i].Position, got[i].Stream, got[i].Revision, got[i].Position)
			}
		}
	}},
	{"is readable as soon as it is acknowledged", func(f *fixture) {
		name, other := f.name("a"), f.name("b")
		at := f.start
		for i := range 50 {
			one, two := events(1), events(1)
			f.append(name, eventlog.Expected(i-1), one...)
			f.same(f.page(at, 10), one)
			at = f.append(other, eventlog.Expected(i-1), two...).Position
			got, err := f.log.ReadStream(f.ctx(), other, uint64(i))
			if err != nil {
				f.Fatal(err)
			}
			f.same(got, two)
			if err := f.log.Wait(f.ctx(), got[0].Position-1); err != nil {
				f.Fatalf("Wait before an event that is already there: %v", err)
			}
		}
	}},
	{"refuses every other revision and says the true one", func(f *fixture) {
		name, missing := f.name("a"), f.name("missing")
		want := events(3)
		f.append(name, eventlog.NoStream, want...)
		for _, c := range []struct {
			stream           string
			expected, actual eventlog.Expected
		}{
			{name, eventlog.NoStream, 2},
			{name, 0, 2},
			{name, 1, 2},
			{name, 3, 2},
			{name, 1000, 2},
			{name, math.MaxInt64, 2},
			{missing, 0, eventlog.NoStream},
			{missing, 7, eventlog.NoStream},
			{missing, math.MaxInt64, eventlog.NoStream},
		} {
			_, err := f.log.Append(f.ctx(), c.stream, c.expected, events(2)...)
			f.conflict(err, c.stream, c.expected, c.actual)
		}
		f.same(f.stream(name), want)
		f.same(f.stream(missing), nil)
		f.same(f.all(), want)
		// The refusals left no mark: both streams go on where they stood.
		f.append(name, 2, events(1)...)
		f.append(missing, eventlog.NoStream, events(1)...)
	}},
	{"stores all of a batch or none", func(f *fixture) {
		name := f.name("a")
		want := events(eventlog.MaxBatch)
		f.append(name, eventlog.NoStream, want...)
		if _, err := f.log.Append(f.ctx(), name, 0, events(eventlog.MaxBatch)...); !errors.Is(err, eventlog.ErrWrongRevision) {
			f.Fatalf("append at an old revision: %v", err)
		}
		bad := events(20)
		bad[19].Type = ""
		if _, err := f.log.Append(f.ctx(), name, eventlog.MaxBatch-1, bad...); !errors.Is(err, eventlog.ErrInvalid) {
			f.Fatalf("append with a bad last event: %v", err)
		}
		f.same(f.stream(name), want)
		f.same(f.all(), want)
	}},
	{"never stores a repeated append twice", func(f *fixture) {
		name := f.name("a")
		want := events(3)
		first := f.append(name, eventlog.NoStream, want...)
		res, err := f.log.Append(f.ctx(), name, eventlog.NoStream, want...)
		switch {
		case err == nil && res != first:
			f.Errorf("the repeat was answered %+v, the first %+v", res, first)
		case err != nil:
			f.conflict(err, name, eventlog.NoStream, 2)
		}
		f.same(f.stream(name), want)
		f.same(f.all(), want)
	}},
	{"lets exactly one of many racers win", func(f *fixture) {
		const racers, rounds = 16, 10
		name := f.name("a")
		var want []eventlog.NewEvent
		for round := range rounds {
			expected := eventlog.Expected(len(want) - 1)
			var (
				mu   sync.Mutex
				wins [][]eventlog.NewEvent
				wg   sync.WaitGroup
				gate = make(chan struct{})
			)
			for i := range racers {
				wg.Go(func() {
					evs := events(1 + (i+round)%3)
					<-gate
					_, err := f.log.Append(f.ctx(), name, expected, evs...)
					mu.Lock()
					defer mu.Unlock()
					var wrong *eventlog.WrongRevisionError
					switch {
					case err == nil:
						wins = append(wins, evs)
					case !errors.As(err, &wrong):
						f.Errorf("racer: %v", err)
					case wrong.Actual <= expected:
						f.Errorf("racer lost at %d, but was told that the stream stands at %d", expected, wrong.Actual)
					}
				})
			}
			close(gate)
			wg.Wait()
			if len(wins) != 1 {
				f.Fatalf("round %d: %d racers won", round, len(wins))
			}
			want = append(want, wins[0]...)
		}
		f.same(f.stream(name), want)
		f.same(f.all(), want)
	}},
	{"keeps streams apart", func(f *fixture) {
		const streams = 40
		var want [streams][]eventlog.NewEvent
		names := make([]string, streams)
		for i := range names {
			names[i] = f.name("s")
		}
		for range 3 {
			for i, name := range names {
				evs := events(1 + i%3)
				f.append(name, eventlog.Expected(len(want[i])-1), evs...)
				want[i] = append(want[i], evs...)
			}
		}
		for i, name := range names {
			f.same(f.stream(name), want[i])
		}
	}},
}

// conflict fails unless err is the conflict described.
func (f *fixture) conflict(err error, stream string, expected, actual eventlog.Expected) {
	f.Helper()
	var wrong *eventlog.WrongRevisionError
	if !errors.As(err, &wrong) || !errors.Is(err, eventlog.ErrWrongRevision) {
		f.Errorf("append at %d of a stream at %d: %v, want a conflict", expected, actual, err)
		return
	}
	if want := (eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}); *wrong != want {
		f.Errorf("conflict says %+v, want %+v", *wrong, want)
	}
}
