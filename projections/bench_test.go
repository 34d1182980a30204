package projections_test

import (
	"context"
	"mkr/projections"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
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

// cpu is the processor time this process has used.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRebuild makes every view from nothing, from a log in memory: what the views themselves cost, decoding
// included.
func BenchmarkRebuild(b *testing.B) {
	n := benchEvents(b)
	for _, open := range []int{100, 2000} {
		b.Run("open="+strconv.Itoa(open), func(b *testing.B) {
			w, events := bulk(b, n, open)
			runtime.GC()
			used := cpu(b)
			for b.Loop() {
				r := w.run(b.TempDir())
				reach(r, w.head)
				b.StopTimer()
				r.stop()
				b.StartTimer()
			}
			// What it costs on all cores together: unlike the rate, it hardly depends on what else the machine does.
			b.ReportMetric(float64((cpu(b)-used).Microseconds())/float64(events)/float64(b.N), "cpu-us/event")
			b.ReportMetric(float64(events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkBoard lists the first page of the board, its total counted, with 10,000 open cases.
func BenchmarkBoard(b *testing.B) {
	w := newWorld(b, chance(42))
	w.make.Open = 10_000
	for range 10_000 {
		w.append(w.make.Next())
	}
	for range 30_000 {
		w.append(w.make.Next())
	}
	r := w.run(b.TempDir())
	r.reach(w.head)
	r.until(live)
	for name, q := range map[string]projections.Query{
		"all":          {Topic: projections.Board},
		"kind":         {Topic: projections.Board, Kind: "domestic_violence", Risk: "high"},
		"overdue":      {Topic: projections.Board, DueBefore: w.make.Now},
		"visible=ngo":  {Topic: projections.Board, Visible: "ngo"},
		"visible=none": {Topic: projections.Board, Visible: "nobody"},
		"newest":       {Topic: projections.Register, Visible: "ngo"},
		"inbox":        {Topic: projections.Inbox, Institution: "ngo"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := r.Views().List(context.Background(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLive measures from an acknowledged append to the batch in a subscriber's hands, beside 2,000 open cases, and
// in the same run what one write of 1 KiB with fdatasync takes: the limit that the goal is set against.
func BenchmarkLive(b *testing.B) {
	w := newWorld(b, chance(42))
	w.make.Open = 2000
	w.grow(6000)
	r := w.run(b.TempDir())
	r.reach(w.head)
	r.until(live)
	sub := r.Subscribe(10)
	probe, err := os.Create(filepath.Join(b.TempDir(), "probe"))
	if err != nil {
		b.Fatal(err)
	}
	defer probe.Close()
	var took, sync []time.Duration
	for b.Loop() {
		a := w.make.Next()
		w.append(a)
		begin := time.Now()
		<-sub.C()
		took = append(took, time.Since(begin))

		begin = time.Now()
		if _, err := probe.Write(make([]byte, 1024)); err != nil {
			b.Fatal(err)
		}
		if err := syscall.Fdatasync(int(probe.Fd())); err != nil {
			b.Fatal(err)
		}
		sync = append(sync, time.Since(begin))
	}
	slices.Sort(took)
	slices.Sort(sync)
	half, hundredth := len(took)/2, len(took)*99/100
	b.ReportMetric(float64(took[half].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[hundredth].Microseconds()), "p99-us")
	b.ReportMetric(float64(sync[half].Microseconds()), "fdatasync-p50-us")
	b.ReportMetric(float64(took[half])/float64(sync[half]), "p50/fdatasync")
}
