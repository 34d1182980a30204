package projections_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"
)

// benchEvents is how many events the rebuild reads: MKR_BENCH_EVENTS, or 100,000.
func benchEvents(b *testing.B) int {
	n := 100_000
	if s := os.Getenv("MKR_BENCH_EVENTS"); s != "" {
		v, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal("MKR_BENCH_EVENTS: ", err)
		}
		n = v
	}
	return n
}

// bulk makes a world of at least n events with so many cases worked on at a time.
func bulk(b *testing.B, n, open int) (w *world, events int) {
	b.Helper()
	w = newWorld(b, chance(42))
	w.make.Open = open
	for events < n {
		a := w.make.Next()
		w.append(a)
		events += len(a.Events)
	}
	return w, events
}

// BenchmarkRebuild makes every view from nothing, from a log in memory: what the views themselves cost, decoding
// included.
func BenchmarkRebuild(b *testing.B) {
	n := benchEvents(b)
	for _, open := range []int{100, 2000} {
		b.Run("open="+strconv.Itoa(open), func(b *testing.B) {
			w, events := bulk(b, n, open)
			runtime.GC()
			for b.Loop() {
				r := w.run(b.TempDir())
				r.reach(w.head)
				b.StopTimer()
				r.stop()
				b.StartTimer()
			}
			b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
