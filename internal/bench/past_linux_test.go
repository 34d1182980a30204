package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/handlers"
)

// BenchmarkPast: a case as it stood at a random event of its own, with its timeline up to there, as the replay asks for it.
func BenchmarkPast(b *testing.B) {
	w := newWorld(b)
	for _, n := range []int{200, 2000} {
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			w.b = b
			id := w.open(n)
			w.grow(id, n)
			events, err := w.events.ReadStream(b.Context(), event.StreamName(event.CaseCategory, id), 0)
			ok(b, err)
			me := w.as(access.Coordinator)
			var state, timeline spans
			used := cpu(b)
			for b.Loop() {
				at := handlers.At{Position: uint64(events[rand.IntN(len(events))].Position)}
				begin := time.Now()
				_, err := w.service.Case(b.Context(), me, id, at)
				ok(b, err)
				state.since(begin)
				begin = time.Now()
				_, err = w.service.Timeline(b.Context(), me, id, at)
				ok(b, err)
				timeline.since(begin)
			}
			b.ReportMetric(float64(len(events)), "events")
			b.ReportMetric(micros(cpu(b)-used)/float64(b.N), "cpu-us/op") // of both
			state.report(b, "state", 95)
			timeline.report(b, "timeline", 95)
		})
	}
}
