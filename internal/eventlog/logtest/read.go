package logtest

import (
	"errors"
	"math"

	"mkr/internal/eventlog"
)

var readTests = []test{
	{"finds nothing where nothing was written", func(f *fixture) {
		for _, from := range []uint64{0, 1, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
			got, err := f.log.ReadStream(f.ctx(), f.name("missing"), from)
			if err != nil || len(got) != 0 {
				f.Errorf("ReadStream of a missing stream from %d: %d events, %v", from, len(got), err)
			}
		}
		f.same(f.all(), nil)
		if got, err := f.log.ReadStream(f.ctx(), "", 0); err != nil || len(got) != 0 {
			f.Errorf("ReadStream of the empty name: %d events, %v", len(got), err)
		}
	}},
	{"starts a stream at any revision", func(f *fixture) {
		name := f.name("a")
		want := events(25)
		f.append(name, eventlog.NoStream, want...)
		for from := range want {
			got, err := f.log.ReadStream(f.ctx(), name, uint64(from))
			if err != nil {
				f.Fatal(err)
			}
			if got[0].Revision != uint64(from) {
				f.Errorf("read from %d begins at %d", from, got[0].Revision)
			}
			f.same(got, want[from:])
		}
		for _, from := range []uint64{25, 26, 1 << 40, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
			if got, err := f.log.ReadStream(f.ctx(), name, from); err != nil || len(got) != 0 {
				f.Errorf("read from %d, past the end: %d events, %v", from, len(got), err)
			}
		}
	}},
	{"returns a long stream whole", func(f *fixture) {
		name := f.name("long")
		var want []eventlog.NewEvent
		for len(want) < 3*eventlog.MaxBatch {
			evs := events(eventlog.MaxBatch)
			f.append(name, eventlog.Expected(len(want)-1), evs...)
			want = append(want, evs...)
		}
		f.same(f.stream(name), want)
	}},
	{"pages through the log at every size", func(f *fixture) {
		var want []eventlog.NewEvent
		a, b := f.name("a"), f.name("b")
		for i := range 10 {
			one, three := events(1), events(3)
			f.append(a, eventlog.Expected(i-1), one...)
			f.append(b, eventlog.Expected(3*i-1), three...)
			want = append(append(want, one...), three...)
		}
		for max := 1; max <= len(want)+1; max++ {
			f.same(f.page(f.start, max), want)
		}
		for _, max := range []int{5000, math.MaxInt32, math.MaxInt} {
			f.same(f.page(f.start, max), want)
		}
	}},
	{"goes on after any position", func(f *fixture) {
		want := events(20)
		f.append(f.name("a"), eventlog.NoStream, want[:10]...)
		f.append(f.name("b"), eventlog.NoStream, want[10:]...)
		all := f.all()
		for i, r := range all {
			f.same(f.page(r.Position, 7), want[i+1:])
			// Positions are sparse: one that no event has is as good a place to go on from.
			f.same(f.page(r.Position-1, 7), want[i:])
		}
		for _, after := range []eventlog.Position{math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
			f.same(f.page(after, 7), nil)
		}
	}},
	{"refuses to read no events", func(f *fixture) {
		f.append(f.name("a"), eventlog.NoStream, events(1)...)
		for _, max := range []int{0, -1, math.MinInt} {
			if _, err := f.log.ReadAll(f.ctx(), f.start, max); !errors.Is(err, eventlog.ErrInvalid) {
				f.Errorf("ReadAll with max %d: %v, want ErrInvalid", max, err)
			}
		}
	}},
}
