package logtest

import (
	"errors"
	"sync"
	"testing"

	"mkr/internal/eventlog"
)

var faultTests = []test{
	{"leaves the truth in the stream, and the log in order", func(f *fixture) {
		f.eachFault(func(f *fixture, fault Fault) {
			name, other := f.name("a"), f.name("b")
			want := events(2)
			f.append(name, eventlog.NoStream, want...)
			for _, stream := range []string{name, f.name("new")} { // a stream that exists, and one that does not yet
				have := f.stream(stream)
				kept := events(len(have))
				for i, r := range have {
					kept[i] = eventlog.NewEvent{ID: r.ID, Type: r.Type, Data: r.Data, Meta: r.Meta}
				}
				at := eventlog.Expected(len(have) - 1)
				failing := events(3)
				fault.Arm()
				if _, err := f.log.Append(f.ctx(), stream, at, failing...); !errors.Is(err, eventlog.ErrUnavailable) {
					f.Fatalf("append into a fault: %v, want ErrUnavailable", err)
				}
				got := f.stream(stream)
				stored := len(got) > len(have)
				if fault.Outcome != Unknown && stored != (fault.Outcome == Stored) {
					f.Fatalf("stored: %t, want %t", stored, !stored)
				}
				if stored {
					kept = append(kept, failing...)
				}
				f.same(got, kept)
				// The next append at the revision that was read succeeds; the one that failed does not come again.
				more := events(2)
				f.append(stream, eventlog.Expected(len(got)-1), more...)
				f.same(f.stream(stream), append(kept, more...))
				_, err := f.log.Append(f.ctx(), stream, at, events(1)...)
				f.conflict(err, stream, at, eventlog.Expected(len(kept)+1))
			}
			f.append(other, eventlog.NoStream, events(1)...)
			if got, want := len(f.all()), len(f.stream(name))+1; got < want {
				f.Fatalf("%d events in the log, at least %d in the streams", got, want)
			}
		})
	}},
	{"wakes a tail if the events were stored", func(f *fixture) {
		f.eachFault(func(f *fixture, fault Fault) {
			name := f.name("a")
			at := f.append(name, eventlog.NoStream, events(1)...).Position
			tail := run(func() error { return f.log.Wait(f.ctx(), at) })
			fault.Arm()
			if _, err := f.log.Append(f.ctx(), name, 0, events(2)...); !errors.Is(err, eventlog.ErrUnavailable) {
				f.Fatalf("append into a fault: %v, want ErrUnavailable", err)
			}
			if len(f.stream(name)) == 1 {
				f.append(name, 0, events(1)...)
			}
			if err := soon(f, "tail across a fault", tail); err != nil {
				f.Fatal(err)
			}
		})
	}},
	{"among many writers harms nobody for long", func(f *fixture) {
		f.eachFault(func(f *fixture, fault Fault) {
			const writers, appends = 8, 20
			var wg sync.WaitGroup
			names := make([]string, writers)
			for w := range names {
				names[w] = f.name("w")
				wg.Go(func() {
					at := eventlog.NoStream
					for i := range appends {
						if i%5 == 2 && w == 0 {
							fault.Arm()
						}
						evs := events(1 + i%3)
						for {
							res, err := f.log.Append(f.ctx(), names[w], at, evs...)
							if err == nil {
								at = eventlog.At(res.Revision)
								break
							}
							conflict := errors.Is(err, eventlog.ErrWrongRevision)
							if !conflict && !ended(err) {
								f.Errorf("append among faults: %v", err)
								return
							}
							got, readErr := f.log.ReadStream(f.ctx(), names[w], 0)
							if readErr != nil {
								f.Errorf("read after a failed append: %v", readErr)
								return
							}
							if n := eventlog.Expected(len(got) - 1); n > at {
								at = n
								break // it was stored after all
							}
							if conflict {
								f.Errorf("%v, but it stands there", err)
								return
							}
						}
					}
				})
			}
			wg.Wait()
			total := 0
			for w, name := range names {
				want := 0
				for i := range appends {
					want += 1 + i%3
				}
				got := f.stream(name)
				if len(got) != want {
					f.Errorf("writer %d: %d events stored, want %d", w, len(got), want)
				}
				total += len(got)
			}
			if got := f.all(); len(got) != total {
				f.Errorf("%d events in the log, %d in the streams", len(got), total)
			}
		})
	}},
}

// eachFault runs a test for every fault, each on the fixture's log in a sub-test with streams of its own.
func (f *fixture) eachFault(do func(f *fixture, fault Fault)) {
	if len(f.store.Faults) == 0 {
		f.Skip("this store offers no faults to inject")
	}
	for _, fault := range f.store.Faults {
		f.Run(fault.Name, func(t *testing.T) {
			sub := &fixture{T: t, store: f.store, log: f.log, start: f.start}
			if old := sub.all(); len(old) > 0 {
				sub.start = old[len(old)-1].Position
			}
			do(sub, fault)
		})
	}
}
