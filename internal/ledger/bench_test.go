package ledger_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
	"mkr/internal/ledger"
)

// fill appends n events of the usual size, 500 at a time.
func fill(b *testing.B, log eventlog.Log, n int) {
	b.Helper()
	data, meta := bytes.Repeat([]byte("d"), 400), bytes.Repeat([]byte("m"), 200)
	for i := 0; i < n; i += eventlog.MaxBatch {
		var batch []eventlog.NewEvent
		for range eventlog.MaxBatch {
			batch = append(batch, eventlog.NewEvent{ID: uuid.New(), Type: "case.noted", Data: data, Meta: meta})
		}
		_, err := log.Append(context.Background(), fmt.Sprintf("case-%d", i), eventlog.NoStream, batch...)
		ok(b, err)
	}
}

// The whole log is held against its checkpoint: how many events a second.
func BenchmarkVerify(b *testing.B) {
	const n = 300_000
	log := openLog(b, filepath.Join(b.TempDir(), "log"))
	defer log.Close()
	fill(b, log, n)
	stands, err := ledger.Verify(b.Context(), log, ledger.Checkpoint{}, "", nil)
	ok(b, err)
	for b.Loop() {
		_, err := ledger.Verify(b.Context(), log, stands, "", nil)
		ok(b, err)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// A lone writer's append, beside a ledger that follows and without one, in turns, because machines drift: medians, and their ratio.
func BenchmarkAppendBesideALedger(b *testing.B) {
	const round = 400
	var with, without []time.Duration
	log := openLog(b, filepath.Join(b.TempDir(), "log"))
	defer log.Close()
	fill(b, log, 10_000)
	dir := b.TempDir()
	l, err := ledger.Open(ledger.Options{Log: log, Dir: dir, Checkpoint: filepath.Join(dir, "checkpoint"), Key: keyOf(b)})
	ok(b, err)
	defer l.Close()
	data, meta := bytes.Repeat([]byte("d"), 400), bytes.Repeat([]byte("m"), 200)
	revision := eventlog.NoStream
	appends := func(into *[]time.Duration) {
		for range round {
			begin := time.Now()
			r, err := log.Append(context.Background(), "case-lone", revision, eventlog.NewEvent{ID: uuid.New(), Type: "case.noted", Data: data, Meta: meta})
			ok(b, err)
			*into = append(*into, time.Since(begin))
			revision = eventlog.At(r.Revision)
		}
	}
	for b.Loop() {
		appends(&without)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		<-l.Verdict()
		appends(&with)
		stop()
		ok(b, <-ended)
	}
	median := func(d []time.Duration) float64 { slices.Sort(d); return float64(d[len(d)/2]) }
	b.ReportMetric(median(without)/1e6, "ms-without")
	b.ReportMetric(median(with)/1e6, "ms-with")
	b.ReportMetric(median(with)/median(without), "ratio")
}
