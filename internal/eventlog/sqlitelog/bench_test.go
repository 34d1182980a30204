//go:build linux

package sqlitelog

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// The benchmarks measure the log beside its limits, in the same run and in turns, because machines differ and drift: one
// iteration is one round in which every engine gets a slice of time, and what is reported are medians over the rounds,
// as rates and as ratios within a round. Run them with -benchtime=5x or more. MKR_BENCH_EVENTS says how large the large log is.

const (
	slice           = 300 * time.Millisecond // an engine's turn in a round
	eventsPerStream = 40
	openStreams     = 500 // streams interleaved in a loaded log
)

func benchEvents(b *testing.B) int {
	s := os.Getenv("MKR_BENCH_EVENTS")
	if s == "" {
		return 100_000
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		b.Fatalf("MKR_BENCH_EVENTS=%q is no number of events", s)
	}
	return n
}

// appender stores one event durably. An engine hands one to each writer.
type appender func(e *eventlog.NewEvent) error

// benchEvent is the typical event: 599 bytes of data, 295 of metadata.
func benchEvent() eventlog.NewEvent {
	e := eventlog.NewEvent{ID: uuid.Must(uuid.NewV7()), Type: "referral.acknowledged-by", Data: make([]byte, 599), Meta: make([]byte, 295)}
	for i := range e.Data {
		e.Data[i] = byte('a' + i%26)
	}
	copy(e.Meta, e.Data)
	return e
}

// writeFor lets writers append for a slice of time and returns the rate and the latencies.
func writeFor(b *testing.B, writers int, engine func() appender) (rate float64, p50 time.Duration) {
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		took  []time.Duration
		stop  atomic.Bool
		began = time.Now()
	)
	timer := time.AfterFunc(slice, func() { stop.Store(true) })
	defer timer.Stop()
	for range writers {
		store := engine()
		wg.Go(func() {
			var own []time.Duration
			for !stop.Load() {
				e := benchEvent()
				t := time.Now()
				if err := store(&e); err != nil {
					b.Error(err)
					return
				}
				own = append(own, time.Since(t))
			}
			mu.Lock()
			took = append(took, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	elapsed := time.Since(began)
	if len(took) == 0 {
		b.Fatal("nothing was appended")
	}
	slices.Sort(took)
	return float64(len(took)) / elapsed.Seconds(), took[len(took)/2]
}

// logEngine appends to a log: each writer its own streams, one after the other.
func logEngine(l *Log) func() appender {
	return func() appender {
		stream, at := "", eventlog.NoStream
		return func(e *eventlog.NewEvent) error {
			if stream == "" || int(at) == eventsPerStream-1 {
				stream, at = "case-"+uuid.NewString(), eventlog.NoStream
			}
			res, err := l.Append(context.Background(), stream, at, *e)
			at = eventlog.At(res.Revision)
			return err
		}
	}
}

// openLog opens a log with n events in it, and counts its commits.
func openLog(b *testing.B, n int) (l *Log, commits *atomic.Int64) {
	b.Helper()
	commits = new(atomic.Int64)
	l, err := Open(Options{Dir: b.TempDir(), Fault: func(s Step) error {
		if s == AfterCommit {
			commits.Add(1)
		}
		return nil
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	load(b, n, func(stream string, at eventlog.Expected, evs []eventlog.NewEvent) error {
		_, err := l.Append(context.Background(), stream, at, evs...)
		return err
	})
	return l, commits
}

// load makes n events in interleaved streams and stores them, several appends at a time so that they share commits.
func load(b *testing.B, n int, store func(stream string, at eventlog.Expected, evs []eventlog.NewEvent) error) {
	b.Helper()
	const atATime = 8 // events of one stream in one append
	names := make([]string, openStreams)
	for stored, round := 0, 0; stored < n; round++ {
		var wg sync.WaitGroup
		for i := range names {
			if round%(eventsPerStream/atATime) == 0 {
				names[i] = "case-" + uuid.NewString()
			}
			evs := make([]eventlog.NewEvent, min(atATime, n-stored))
			for j := range evs {
				evs[j] = benchEvent()
			}
			if stored += len(evs); len(evs) == 0 {
				break
			}
			wg.Go(func() {
				if err := store(names[i], eventlog.Expected(round%(eventsPerStream/atATime)*atATime-1), evs); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		if b.Failed() {
			b.FailNow()
		}
	}
}

// measures collects figures by name, one a round.
type measures map[string][]float64

func (m measures) add(name string, v float64) { m[name] = append(m[name], v) }

// report prints medians, and for ratios the range as well.
func (m measures) report(b *testing.B) {
	b.ReportMetric(0, "ns/op") // a round takes what it takes
	for name, values := range m {
		slices.Sort(values)
		b.ReportMetric(values[len(values)/2], name)
		if len(values) > 1 && name[0] == 'x' {
			b.ReportMetric(values[0], name+":min")
			b.ReportMetric(values[len(values)-1], name+":max")
		}
	}
}

// BenchmarkAppend: durable appends of single events beside a raw group-commit log with the same writers, beside bare
// SQLite with the same schema (one goroutine, as many events a commit as there are writers), and beside 1 KiB append+fdatasync.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			l, commits := openLog(b, 20_000)
			raw := newRawLog(b)
			bare := newBare(b, writers)
			disk := newDisk(b)
			m := measures{}
			for b.Loop() {
				before := commits.Load()
				rate, p50 := writeFor(b, writers, logEngine(l))
				m.add("log_ev/s", rate)
				m.add("ev/commit", rate*slice.Seconds()/float64(commits.Load()-before))
				rawRate, _ := writeFor(b, writers, raw.engine)
				bareRate, bareP50 := writeFor(b, 1, bare.engine)
				diskRate, diskP50 := writeFor(b, 1, disk.engine)
				bareRate *= float64(writers) // each of its appends is a commit of so many events
				m.add("raw_ev/s", rawRate)
				m.add("bare_ev/s", bareRate)
				m.add("fdatasync/s", diskRate)
				m.add("x_raw", rate/rawRate)
				m.add("x_bare", rate/bareRate)
				m.add("p50_us", float64(p50.Microseconds()))
				if writers == 1 {
					m.add("x_fdatasync_p50", float64(p50)/float64(diskP50))
					m.add("x_bare_p50", float64(p50)/float64(bareP50))
				}
			}
			m.report(b)
		})
	}
}

// BenchmarkAppendAtScale: 64 writers on a log of MKR_BENCH_EVENTS beside one of 20,000.
func BenchmarkAppendAtScale(b *testing.B) {
	large, _ := openLog(b, benchEvents(b))
	small, _ := openLog(b, 20_000)
	m := measures{}
	for b.Loop() {
		smallRate, _ := writeFor(b, 64, logEngine(small))
		largeRate, _ := writeFor(b, 64, logEngine(large))
		m.add("small_ev/s", smallRate)
		m.add("large_ev/s", largeRate)
		m.add("x_small", largeRate/smallRate)
	}
	m.report(b)
}

// BenchmarkScan: the whole log in order, in pages of 4,096, beside a flat file of the same records, buffered and checked
// by CRC: once through one buffer, once with bytes for each record to keep, as the log gives them.
func BenchmarkScan(b *testing.B) {
	n := benchEvents(b)
	l, _ := openLog(b, n)
	flat := newFlatFile(b, l)
	scan := func() float64 {
		began, seen := time.Now(), 0
		var after eventlog.Position
		for {
			page, err := l.ReadAll(context.Background(), after, 4096)
			if err != nil {
				b.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			seen, after = seen+len(page), page[len(page)-1].Position
		}
		if seen != n {
			b.Fatalf("scanned %d events of %d", seen, n)
		}
		return float64(n) / time.Since(began).Seconds()
	}
	scan() // warm
	flat.scan(b, false)
	m := measures{}
	for b.Loop() {
		log, raw, kept := scan(), flat.scan(b, false), flat.scan(b, true)
		m.add("log_ev/s", log)
		m.add("flat_ev/s", raw)
		m.add("flat-kept_ev/s", kept)
		m.add("x_flat", log/raw)
		m.add("x_flat-kept", log/kept)
	}
	m.report(b)
}

// BenchmarkReadStream: one stream of 40 events spread over some 20,000 positions, beside pread of the same records.
func BenchmarkReadStream(b *testing.B) {
	n := max(benchEvents(b), openStreams*eventsPerStream)
	l, _ := openLog(b, n)
	flat := newFlatFile(b, l)
	streams := flat.whole()
	run := func(read func(stream string) int) float64 {
		began := time.Now()
		count := 0
		for ; time.Since(began) < slice; count++ {
			if got := read(streams[count*7919%len(streams)]); got != eventsPerStream {
				b.Fatalf("read %d events of %d", got, eventsPerStream)
			}
		}
		return float64(count) / time.Since(began).Seconds()
	}
	readLog := func(stream string) int {
		got, err := l.ReadStream(context.Background(), stream, 0)
		if err != nil {
			b.Fatal(err)
		}
		return len(got)
	}
	readRaw := func(stream string) int { return flat.read(b, stream) }
	run(readLog) // warm
	run(readRaw)
	m := measures{}
	for b.Loop() {
		log, raw := run(readLog), run(readRaw)
		m.add("log_reads/s", log)
		m.add("pread_reads/s", raw)
		m.add("x_pread", log/raw)
	}
	m.report(b)
}

// bare is SQLite with the log's schema and settings and nothing around it.
type bare struct {
	w     *writer
	batch int
}

func newBare(b *testing.B, batch int) *bare {
	b.Helper()
	path := filepath.Join(b.TempDir(), fileName)
	conn, err := openFile(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { conn.Close() })
	w := &writer{log: &Log{path: path, tail: newTail()}, conn: conn, now: time.Now,
		fault: func(Step) error { return nil }, heads: newCache[string, head](maxHeads)}
	return &bare{w: w, batch: batch}
}

func (s *bare) engine() appender {
	requests := make([]*request, s.batch)
	at := eventlog.Expected(math.MaxInt64)
	return func(e *eventlog.NewEvent) error {
		fresh := at >= eventsPerStream-1
		if fresh {
			at = eventlog.NoStream
		}
		for i := range requests {
			if fresh {
				requests[i] = &request{stream: "case-" + uuid.NewString(), events: make([]eventlog.NewEvent, 1)}
			}
			requests[i].expected, requests[i].events[0] = at, *e
		}
		at++
		if _, err := s.w.commit(requests); err != nil {
			return err
		}
		s.w.checkpoint()
		return nil
	}
}
