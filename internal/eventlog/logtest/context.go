package logtest

import (
	"context"
	"errors"
	"time"

	"mkr/internal/eventlog"
)

var contextTests = []test{
	{"cancelled before an append stores nothing", func(f *fixture) {
		name := f.name("a")
		want := events(1)
		f.append(name, eventlog.NoStream, want...)
		gone, cancel := context.WithCancel(context.Background())
		cancel()
		late, cancelLate := context.WithDeadline(context.Background(), time.Unix(0, 0))
		defer cancelLate()
		for range 20 {
			for ctx, cause := range map[context.Context]error{gone: context.Canceled, late: context.DeadlineExceeded} {
				err := soon(f, "Append with a dead context", run(func() error {
					_, err := f.log.Append(ctx, name, 0, events(1)...)
					return err
				}))
				if !errors.Is(err, cause) {
					f.Errorf("Append: %v, want %v", err, cause)
				}
			}
		}
		f.same(f.stream(name), want)
		f.append(name, 0, events(1)...)
	}},
	{"cancelled before a read ends it", func(f *fixture) {
		name := f.name("a")
		at := f.append(name, eventlog.NoStream, events(1)...).Position
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for what, read := range map[string]func() error{
			"ReadStream": func() error { _, err := f.log.ReadStream(ctx, name, 0); return err },
			"ReadAll":    func() error { _, err := f.log.ReadAll(ctx, f.start, 10); return err },
			"Wait":       func() error { return f.log.Wait(ctx, at) },
		} {
			if err := soon(f, what+" with a dead context", run(read)); !errors.Is(err, context.Canceled) {
				f.Errorf("%s: %v, want context.Canceled", what, err)
			}
		}
		f.append(name, 0, events(1)...)
	}},
	{"ended during a wait ends it", func(f *fixture) {
		at := f.append(f.name("a"), eventlog.NoStream, events(1)...).Position
		for range 20 {
			ctx, cancel := context.WithCancel(f.ctx())
			waiting := run(func() error { return f.log.Wait(ctx, at) })
			cancel()
			if err := soon(f, "cancelled Wait", waiting); !errors.Is(err, context.Canceled) {
				f.Fatalf("Wait: %v, want context.Canceled", err)
			}
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		if err := soon(f, "Wait", run(func() error { return f.log.Wait(ctx, at) })); !errors.Is(err, context.DeadlineExceeded) {
			f.Fatalf("Wait: %v, want context.DeadlineExceeded", err)
		}
	}},
	{"ended during an append leaves all or nothing, and nobody else harmed", func(f *fixture) {
		names := []string{f.name("a"), f.name("b")}
		for i := range 40 {
			// The context of a ends at a moment of its own; b is appended beside it and must not notice.
			ctx, cancel := context.WithCancel(f.ctx())
			before := f.stream(names[0])
			mine, other := events(3), events(2)
			a := run(func() error {
				_, err := f.log.Append(ctx, names[0], eventlog.Expected(len(before)-1), mine...)
				return err
			})
			b := run(func() error {
				_, err := f.log.Append(f.ctx(), names[1], eventlog.Expected(2*i-1), other...)
				return err
			})
			cancel()
			errA, errB := soon(f, "cancelled Append", a), soon(f, "Append beside it", b)
			if errB != nil {
				f.Fatalf("the append beside it: %v", errB)
			}
			if errA != nil && !errors.Is(errA, context.Canceled) {
				f.Fatalf("cancelled append: %v", errA)
			}
			// The store may still be busy with it; an append at the true revision settles which way it went.
			for {
				after := f.stream(names[0])
				if errA == nil && len(after) == len(before) {
					f.Fatalf("acknowledged, but not stored")
				}
				_, err := f.log.Append(f.ctx(), names[0], eventlog.Expected(len(after)-1), events(1)...)
				if errors.Is(err, eventlog.ErrWrongRevision) {
					continue
				}
				if err != nil {
					f.Fatalf("append after a cancelled one: %v", err)
				}
				break
			}
			switch got := f.stream(names[0])[len(before):]; len(got) {
			case 1:
			case 4:
				f.same(got[:3], mine)
			default:
				f.Fatalf("%d events of a cancelled append of 3 are stored", len(got)-1)
			}
		}
	}},
}
