package logtest

import (
	"context"
	"errors"
	"math"
	"sync"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

var waitTests = []test{
	{"returns at once if the event is there", func(f *fixture) {
		f.append(f.name("a"), eventlog.NoStream, events(3)...)
		for _, after := range []eventlog.Position{0, f.start, f.all()[1].Position} {
			if err := f.log.Wait(f.ctx(), after); err != nil {
				f.Errorf("Wait(%d): %v", after, err)
			}
		}
	}},
	{"wakes every waiter on an append", func(f *fixture) {
		name := f.name("a")
		at := f.append(name, eventlog.NoStream, events(1)...).Position
		for i := range 30 {
			var waiters []<-chan error
			for range 5 {
				waiters = append(waiters, run(func() error { return f.log.Wait(f.ctx(), at) }))
			}
			res := f.append(name, eventlog.Expected(i), events(1)...)
			for _, w := range waiters {
				if err := soon(f, "Wait after an append", w); err != nil {
					f.Fatalf("Wait: %v", err)
				}
			}
			at = res.Position
		}
	}},
	{"does not return before there is an event", func(f *fixture) {
		name := f.name("a")
		at := f.append(name, eventlog.NoStream, events(1)...).Position
		// What Wait promises is that ReadAll finds something. It would fail here if Wait returned early.
		for i := range 30 {
			found := run(func() error {
				if err := f.log.Wait(f.ctx(), at); err != nil {
					return err
				}
				got, err := f.log.ReadAll(f.ctx(), at, 10)
				if err == nil && len(got) == 0 {
					err = errors.New("a wait returned, but ReadAll found nothing")
				}
				return err
			})
			res := f.append(name, eventlog.Expected(i), events(1)...)
			if err := soon(f, "waiter", found); err != nil {
				f.Fatal(err)
			}
			at = res.Position
		}
		// And with nothing to come it waits until its context ends, though others write below that position.
		ctx, cancel := context.WithCancel(f.ctx())
		far := run(func() error { return f.log.Wait(ctx, math.MaxInt64) })
		f.append(name, 30, events(1)...)
		select {
		case err := <-far:
			f.Fatalf("Wait for a far position returned %v", err)
		default:
		}
		cancel()
		if err := soon(f, "cancelled Wait", far); !errors.Is(err, context.Canceled) {
			f.Fatalf("cancelled Wait: %v", err)
		}
	}},
	{"serves tails that see every event once, in order, while writers write", tails},
}

// tails runs writers against readers that follow the log with ReadAll and Wait.
func tails(f *fixture) {
	const writers, appends, readers = 8, 30, 3
	type stored struct {
		stream string
		res    eventlog.Result
	}
	var (
		mu   sync.Mutex
		last = map[uuid.UUID]stored{} // the last event of each acknowledged append
		ids  = map[uuid.UUID]string{} // every acknowledged event, and its stream
	)
	shared := f.name("shared")
	var wg sync.WaitGroup
	for w := range writers {
		own := f.name("own")
		wg.Go(func() {
			ownAt, sharedAt := eventlog.NoStream, eventlog.NoStream
			for i := range appends {
				stream, at := own, &ownAt
				if i%3 == 0 {
					stream, at = shared, &sharedAt
				}
				evs := events(1 + (i+w)%4)
				for {
					res, err := f.log.Append(f.ctx(), stream, *at, evs...)
					var wrong *eventlog.WrongRevisionError
					if errors.As(err, &wrong) && stream == shared {
						*at = wrong.Actual
						continue
					}
					if err != nil {
						f.Errorf("writer %d: %v", w, err)
						return
					}
					*at = eventlog.At(res.Revision)
					mu.Lock()
					for _, e := range evs {
						ids[e.ID] = stream
					}
					last[evs[len(evs)-1].ID] = stored{stream, res}
					mu.Unlock()
					break
				}
			}
		})
	}

	seen := make([]<-chan []eventlog.Recorded, readers)
	for r := range readers {
		seen[r] = run(func() []eventlog.Recorded { return follow(f, []int{1, 7, 1000}[r%3]) })
	}
	wg.Wait()
	// A last event tells the tails that all is written: it is acknowledged after every other.
	mark := events(1)
	mark[0].Type = endOfTail
	end := f.append(f.name("end"), eventlog.NoStream, mark...)

	for r := range readers {
		got := soon(f, "tail", seen[r])
		if len(got) == 0 || got[len(got)-1].Position != end.Position {
			f.Fatalf("tail %d did not come to the end", r)
		}
		got = got[:len(got)-1]
		next := map[string]uint64{}
		once := map[uuid.UUID]bool{}
		for i, e := range got {
			switch {
			case i > 0 && e.Position <= got[i-1].Position:
				f.Fatalf("tail %d: position %d after %d", r, e.Position, got[i-1].Position)
			case once[e.ID]:
				f.Fatalf("tail %d saw event %s twice", r, e.ID)
			case ids[e.ID] != e.Stream:
				f.Fatalf("tail %d saw event %s in stream %q, stored in %q", r, e.ID, e.Stream, ids[e.ID])
			case e.Revision != next[e.Stream]:
				f.Fatalf("tail %d saw revision %d of a stream where %d was next", r, e.Revision, next[e.Stream])
			}
			once[e.ID] = true
			next[e.Stream]++
			if s, ok := last[e.ID]; ok && (s.res.Position != e.Position || s.res.Revision != e.Revision) {
				f.Fatalf("tail %d: receipt says revision %d at %d, the log %d at %d", r, s.res.Revision, s.res.Position, e.Revision, e.Position)
			}
		}
		if len(got) != len(ids) {
			f.Fatalf("tail %d saw %d of %d events", r, len(got), len(ids))
		}
	}
}

// endOfTail is the type of the event that tells a tail that it has seen everything.
const endOfTail = "tail.ended"

// follow reads the log as a projection does, up to the event that ends the tail.
func follow(f *fixture, max int) []eventlog.Recorded {
	var out []eventlog.Recorded
	after := f.start
	for {
		if err := f.log.Wait(f.ctx(), after); err != nil {
			f.Errorf("tail: Wait: %v", err)
			return out
		}
		got, err := f.log.ReadAll(f.ctx(), after, max)
		if err != nil || len(got) == 0 {
			f.Errorf("tail: ReadAll after Wait: %d events, %v", len(got), err)
			return out
		}
		out = append(out, got...)
		if got[len(got)-1].Type == endOfTail {
			return out
		}
		after = got[len(got)-1].Position
	}
}
