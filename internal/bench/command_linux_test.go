package bench

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"mkr/handlers"
	"mkr/internal/eventlog"
)

// stamped is a log that remembers when its last append was acknowledged, and how long it took.
type stamped struct {
	eventlog.Log
	acked atomic.Int64 // nanoseconds since begin
	took  atomic.Int64
	begin time.Time
}

func (s *stamped) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	begin := time.Now()
	r, err := s.Log.Append(ctx, stream, expected, events...)
	s.took.Store(int64(time.Since(begin)))
	s.acked.Store(int64(time.Since(s.begin)))
	return r, err
}

// BenchmarkCommand: a whole command as a person gives it (fold, judge, seal, decide, append), one after the other, beside 1 KiB
// append+fdatasync in turns. Each waits until the views have taken in the one before, as somebody alone at work would. Cases grow to
// some sixty events and are then left.
func BenchmarkCommand(b *testing.B) {
	for _, kind := range []string{"note", "referral"} {
		b.Run(kind, func(b *testing.B) {
			w := newWorld(b)
			log := &stamped{Log: w.events, begin: time.Now()}
			w.service.Log = log
			probe := newDisk(b)
			var whole, appends, limit spans
			caseID, referral := w.open(0), ""
			used := cpu(b)
			for i := 0; b.Loop(); i++ {
				if i%42 == 0 { // a multiple of the loop
					caseID = w.open(i)
				}
				var r handlers.Receipt
				begin := time.Now()
				if kind == "note" {
					r = w.note(caseID)
				} else if r = w.step(i%len(loop), caseID, referral); i%len(loop) == 0 {
					referral = r.ID
				}
				whole.since(begin)
				appends.add(time.Duration(log.took.Load()))
				ok(b, w.service.Views.WaitFor(b.Context(), r.Position))
				limit.add(probe.flush(b))
			}
			b.ReportMetric(micros(cpu(b)-used)/float64(b.N), "cpu-us/op") // views and probe included
			whole.report(b, "command", 99)
			appends.report(b, "append", 99)
			whole.beside(b, "command", limit)
		})
	}
}

// BenchmarkCommandAtScale: what a command costs depends on its case, not on the log: the same commands beside 1,000
// events and beside MKR_BENCH_EVENTS, and the first command on a case that nobody has touched since the start.
func BenchmarkCommandAtScale(b *testing.B) {
	for _, n := range scales(b) {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			w := newWorld(b)
			w.fill(n)
			probe := newDisk(b)
			const cases = 50
			ids := make([]string, cases)
			for i := range ids {
				ids[i] = w.open(i)
				w.grow(ids[i], 40)
			}
			w.caughtUp()
			// A service without a memory over the same log: its first command on each case reads the whole stream.
			cold := handlers.New(w.service.Deps)
			var warm, first, limit spans
			used := cpu(b)
			for i := 0; b.Loop(); i++ {
				if i%cases == 0 {
					cold = handlers.New(w.service.Deps)
				}
				for service, took := range map[*handlers.Service]*spans{w.service: &warm, cold: &first} {
					usual := w.service
					w.service = service
					begin := time.Now()
					r := w.note(ids[i%cases])
					took.since(begin)
					w.service = usual
					ok(b, w.service.Views.WaitFor(b.Context(), r.Position))
					limit.add(probe.flush(b))
				}
			}
			b.ReportMetric(micros(cpu(b)-used)/float64(b.N), "cpu-us/op") // of one of each, views and probes included
			warm.report(b, "warm", 99)
			first.report(b, "first", 99)
			warm.beside(b, "warm", limit)
		})
	}
}

// scales are the sizes of the log, up to MKR_BENCH_EVENTS.
func scales(b *testing.B) []int {
	most := size(b, "MKR_BENCH_EVENTS", 20_000)
	var out []int
	for n := 1000; n < most; n *= 10 {
		out = append(out, n)
	}
	return append(out, most)
}
