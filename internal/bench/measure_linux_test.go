package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// size reads a size from the environment.
func size(b *testing.B, name string, otherwise int) int {
	b.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		b.Fatalf("%s=%q is no size", name, s)
	}
	return n
}

// disk is the limit of everything durable: 1 KiB written to a growing file and flushed.
type disk struct {
	f     *os.File
	block []byte
}

func newDisk(b *testing.B) *disk {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "probe"))
	ok(b, err)
	b.Cleanup(func() { f.Close() })
	return &disk{f: f, block: make([]byte, 1024)}
}

func (d *disk) flush(b *testing.B) time.Duration {
	begin := time.Now()
	_, err := d.f.Write(d.block)
	ok(b, err)
	ok(b, syscall.Fdatasync(int(d.f.Fd())))
	return time.Since(begin)
}

// spans collects durations.
type spans []time.Duration

func (s *spans) add(d time.Duration) { *s = append(*s, d) }

func (s *spans) since(begin time.Time) { s.add(time.Since(begin)) }

// at is a percentile.
func (s spans) at(percent int) time.Duration {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

// report prints the median and a high percentile.
func (s spans) report(b *testing.B, name string, high int) {
	b.ReportMetric(micros(s.at(50)), name+"-p50-us")
	b.ReportMetric(micros(s.at(high)), name+"-p"+strconv.Itoa(high)+"-us")
}

// beside prints how many times the limit's median the median and the 99th percentile are.
func (s spans) beside(b *testing.B, name string, limit spans) {
	b.ReportMetric(micros(limit.at(50)), "fdatasync-p50-us")
	b.ReportMetric(float64(s.at(50))/float64(limit.at(50)), "x_"+name+"-p50")
	b.ReportMetric(float64(s.at(99))/float64(limit.at(50)), "x_"+name+"-p99")
}

// cpu is the processor time that this process has used. Unlike what a clock shows, it hardly depends on what else the
// machine does.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	ok(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func ok(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
