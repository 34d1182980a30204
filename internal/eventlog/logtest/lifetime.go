package logtest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"mkr/internal/eventlog"
)

var lifetimeTests = []test{
	{"reopened, keeps everything", func(f *fixture) {
		if !f.store.Reopens {
			f.Skip("this store cannot be reopened")
		}
		a, b := f.name("a"), f.name("b")
		var at eventlog.Result
		for i := range 3 {
			at = f.append(a, eventlog.Expected(2*i-1), events(2)...)
			f.append(b, eventlog.Expected(i-1), events(1)...)
			streamA, streamB, all := f.stream(a), f.stream(b), f.all()
			if err := f.log.Close(); err != nil {
				f.Fatalf("Close: %v", err)
			}
			f.log = f.store.Open(f)
			log := f.log
			f.Cleanup(func() { log.Close() })
			if d := cmp.Diff(streamA, f.stream(a)) + cmp.Diff(streamB, f.stream(b)) + cmp.Diff(all, f.all()); d != "" {
				f.Fatalf("after reopening (-before +after):\n%s", d)
			}
			if err := f.log.Wait(f.ctx(), at.Position); err != nil {
				f.Fatalf("Wait for an event of before: %v", err)
			}
		}
		// Expectations are checked against what was stored before, and positions go on rising.
		_, err := f.log.Append(f.ctx(), a, eventlog.NoStream, events(1)...)
		f.conflict(err, a, eventlog.NoStream, 5)
		if res := f.append(a, 5, events(1)...); res.Position <= at.Position {
			f.Fatalf("position %d follows %d of before", res.Position, at.Position)
		}
		f.all()
	}},
	{"closed, answers ErrClosed", func(f *fixture) {
		name := f.name("a")
		at := f.append(name, eventlog.NoStream, events(2)...).Position
		if err := f.log.Close(); err != nil {
			f.Fatalf("Close: %v", err)
		}
		for what, call := range map[string]func() error{
			"Append":                 func() error { _, err := f.log.Append(f.ctx(), name, 1, events(1)...); return err },
			"ReadStream":             func() error { _, err := f.log.ReadStream(f.ctx(), name, 0); return err },
			"ReadAll":                func() error { _, err := f.log.ReadAll(f.ctx(), f.start, 10); return err },
			"Wait":                   func() error { return f.log.Wait(f.ctx(), at) },
			"Wait for what is there": func() error { return f.log.Wait(f.ctx(), f.start) },
		} {
			if err := soon(f, what+" after Close", run(call)); !errors.Is(err, eventlog.ErrClosed) {
				f.Errorf("%s after Close: %v, want ErrClosed", what, err)
			}
		}
		if err := soon(f, "second Close", run(f.log.Close)); err != nil && !errors.Is(err, eventlog.ErrClosed) {
			f.Errorf("second Close: %v", err)
		}
	}},
	{"closed during a wait, ends it", func(f *fixture) {
		at := f.append(f.name("a"), eventlog.NoStream, events(1)...).Position
		var waiting []<-chan error
		for range 10 {
			began := make(chan struct{})
			waiting = append(waiting, run(func() error { close(began); return f.log.Wait(f.ctx(), at) }))
			<-began
		}
		// Whether a waiter already sleeps cannot be seen from outside; this makes it likely. Either way it must end.
		for range 100 {
			runtime.Gosched()
		}
		if err := f.log.Close(); err != nil {
			f.Fatalf("Close: %v", err)
		}
		for _, w := range waiting {
			if err := soon(f, "Wait during Close", w); !errors.Is(err, eventlog.ErrClosed) {
				f.Errorf("Wait during Close: %v, want ErrClosed", err)
			}
		}
	}},
	{"closed under load, loses nothing acknowledged", func(f *fixture) {
		const writers = 12
		var (
			wg   sync.WaitGroup
			mu   sync.Mutex
			busy = make(chan struct{}, 1)
			want = map[string]int{}
		)
		for range writers {
			name := f.name("w")
			wg.Go(func() {
				for n := 0; ; n++ {
					_, err := f.log.Append(f.ctx(), name, eventlog.Expected(n-1), events(1)...)
					if err != nil {
						if !errors.Is(err, eventlog.ErrClosed) {
							f.Errorf("append during Close: %v, want ErrClosed", err)
						}
						return
					}
					mu.Lock()
					want[name] = n + 1
					mu.Unlock()
					select {
					case busy <- struct{}{}:
					default:
					}
				}
			})
		}
		soon(f, "first append", busy)
		soon(f, "second append", busy)
		if err := f.log.Close(); err != nil {
			f.Fatalf("Close: %v", err)
		}
		soon(f, "writers", run(func() bool { wg.Wait(); return true }))
		if !f.store.Reopens {
			return
		}
		f.log = f.store.Open(f)
		log := f.log
		f.Cleanup(func() { log.Close() })
		for name, n := range want {
			// One append more may have been stored: the one that Close cut off.
			if got := len(f.stream(name)); got != n && got != n+1 {
				f.Errorf("stream %s has %d events, %d were acknowledged", name, got, n)
			}
		}
	}},
}

var clockTests = []test{
	{"stamps in UTC, never going back", func(f *fixture) {
		name := f.name("a")
		f.append(name, eventlog.NoStream, events(3)...)
		f.append(f.name("b"), eventlog.NoStream, events(2)...)
		f.append(name, 2, events(2)...)
		f.stamps(f.all())
		f.stamps(f.stream(name))
	}},
	{"stamps with the time it was given", func(f *fixture) {
		if f.store.SetNow == nil {
			f.Skip("this store has a clock of its own")
		}
		// A whole number of milliseconds in an odd zone: a store may round, but not by more than that.
		now := time.Date(2031, 3, 30, 2, 30, 0, 7e6, time.FixedZone("", 2*3600))
		f.store.SetNow(now)
		name := f.name("a")
		f.append(name, eventlog.NoStream, events(2)...)
		for _, r := range f.stream(name) {
			if !r.RecordedAt.Equal(now) {
				f.Errorf("stamped %s, the clock said %s", r.RecordedAt, now)
			}
		}
		f.stamps(f.stream(name))
		// The clock jumps back by an hour: the log does not.
		f.store.SetNow(now.Add(-time.Hour))
		f.append(name, 1, events(2)...)
		f.stamps(f.all())
		if f.store.Reopens {
			if err := f.log.Close(); err != nil {
				f.Fatal(err)
			}
			f.log = f.store.Open(f)
			log := f.log
			f.Cleanup(func() { log.Close() })
			f.append(name, 3, events(1)...)
			f.stamps(f.all())
		}
		f.store.SetNow(now.Add(time.Hour))
		f.append(f.name("b"), eventlog.NoStream, events(1)...)
		all := f.all()
		f.stamps(all)
		if got := all[len(all)-1].RecordedAt; !got.Equal(now.Add(time.Hour)) {
			f.Errorf("stamped %s after the clock went on, want %s", got, now.Add(time.Hour))
		}
	}},
}

func (f *fixture) stamps(got []eventlog.Recorded) {
	f.Helper()
	for i, r := range got {
		switch {
		case r.RecordedAt.IsZero():
			f.Errorf("event %d has no time", i)
		case r.RecordedAt.Location() != time.UTC:
			f.Errorf("event %d is stamped in %s, want UTC", i, r.RecordedAt.Location())
		case i > 0 && r.RecordedAt.Before(got[i-1].RecordedAt):
			f.Errorf("event %d is stamped %s, the one before it %s", i, r.RecordedAt, got[i-1].RecordedAt)
		}
	}
}

// ended reports whether err is what an append may answer when its outcome is open.
func ended(err error) bool {
	return errors.Is(err, eventlog.ErrUnavailable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
