package projections_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/projections"
	"mkr/projections/catalog"
)

// stored copies a world's log into an embedded one, several streams at a time so that they share commits.
func stored(b *testing.B, w *world, dir string) (_ eventlog.Log, head eventlog.Position) {
	b.Helper()
	log, err := sqlitelog.Open(sqlitelog.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { log.Close() })
	const lanes = 64
	var all sync.WaitGroup
	var mu sync.Mutex
	var lane [lanes]chan []eventlog.Recorded
	for i := range lane {
		lane[i] = make(chan []eventlog.Recorded, 16)
		all.Go(func() {
			for events := range lane[i] {
				var add []eventlog.NewEvent
				for _, e := range events {
					add = append(add, eventlog.NewEvent{ID: e.ID, Type: e.Type, Data: e.Data, Meta: e.Meta})
				}
				result, err := log.Append(context.Background(), events[0].Stream, eventlog.Expected(events[0].Revision)-1, add...)
				if err != nil {
					b.Error(err)
				}
				mu.Lock()
				head = max(head, result.Position)
				mu.Unlock()
			}
		})
	}
	recorded, err := w.log.ReadAll(context.Background(), 0, 1<<30)
	if err != nil {
		b.Fatal(err)
	}
	number := map[string]int{}
	for len(recorded) > 0 {
		n := 1
		for n < len(recorded) && n < eventlog.MaxBatch && recorded[n].Stream == recorded[0].Stream {
			n++
		}
		at, known := number[recorded[0].Stream]
		if !known {
			at = len(number) % lanes
			number[recorded[0].Stream] = at
		}
		lane[at] <- recorded[:n]
		recorded = recorded[n:]
	}
	for _, c := range lane {
		close(c)
	}
	all.Wait()
	return log, head
}

// BenchmarkStored makes every view from nothing from MKR_BENCH_EVENTS events of the embedded log, and then opens log and views
// again: how long until they stand at its head, which is what a start costs. In the same run, decoding alone on one
// core: the peer that the rebuild is set beside.
func BenchmarkStored(b *testing.B) {
	n := benchEvents(b)
	w, events := bulk(b, n, 500)
	dir := b.TempDir()
	log, head := stored(b, w, dir)
	w.log = nil // its memory is not part of what follows
	runtime.GC()
	open := func(views string) *running {
		r, err := projections.Open(projections.Options{Dir: views, Log: log, Registry: w.reg, Views: catalog.Views(tirane(b)), Logger: zerolog.Nop()})
		if err != nil {
			b.Fatal(err)
		}
		return start(b, r)
	}
	var rebuilt, started, decoded []time.Duration
	var spent time.Duration
	for b.Loop() {
		views := b.TempDir()
		used := cpu(b)
		begin := time.Now()
		r := open(views)
		reach(r, head)
		rebuilt = append(rebuilt, time.Since(begin))
		spent += cpu(b) - used
		r.stop()
		if err := log.Close(); err != nil {
			b.Fatal(err)
		}

		begin = time.Now()
		again, err := sqlitelog.Open(sqlitelog.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		log = again
		r = open(views)
		reach(r, head)
		started = append(started, time.Since(begin))
		r.stop()

		decoded = append(decoded, decodeAll(b, w, log))
	}
	log.Close()
	rate := func(all []time.Duration) float64 { return float64(events) / median(all).Seconds() }
	b.ReportMetric(rate(rebuilt), "events/s")
	b.ReportMetric(rate(decoded), "decode-events/s")
	b.ReportMetric(rate(rebuilt)/rate(decoded), "x_decode")
	b.ReportMetric(float64(spent.Microseconds())/float64(events)/float64(len(rebuilt)), "cpu-us/event")
	b.ReportMetric(float64(median(started).Microseconds())/1000, "start-ms")
}

// reach waits for a position, however long a million events take.
func reach(r *running, head eventlog.Position) {
	r.t.Helper()
	if err := r.Views().WaitFor(r.t.Context(), uint64(head)); err != nil {
		r.t.Fatal(err)
	}
}

// decodeAll reads and decodes the whole log on one goroutine and returns what the decoding took.
func decodeAll(b *testing.B, w *world, log eventlog.Log) (took time.Duration) {
	b.Helper()
	for after := eventlog.Position(0); ; {
		block, err := log.ReadAll(context.Background(), after, 4096)
		if err != nil {
			b.Fatal(err)
		}
		if len(block) == 0 {
			return took
		}
		begin := time.Now()
		if _, err := projections.DecodeAll(w.reg, block); err != nil {
			b.Fatal(err)
		}
		took += time.Since(begin)
		after = block[len(block)-1].Position
	}
}

func median(all []time.Duration) time.Duration { return slices.Sorted(slices.Values(all))[len(all)/2] }
