//go:build linux

package sqlitelog

import (
	"bufio"
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"mkr/internal/eventlog"
)

// The peers that the benchmarks measure the log beside: what the disk and a plain file allow.

// disk appends 1 KiB to a growing file and flushes it: the price of one durable write.
type disk struct{ f *os.File }

func newDisk(b *testing.B) *disk {
	b.Helper()
	return &disk{create(b)}
}

func (d *disk) engine() appender {
	block := make([]byte, 1024)
	return func(*eventlog.NewEvent) error {
		if _, err := d.f.Write(block); err != nil {
			return err
		}
		return syscall.Fdatasync(int(d.f.Fd()))
	}
}

func create(b *testing.B) *os.File {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}

// rawLog is the least that a log with group commit can be: records behind each other in one growing file.
type rawLog struct {
	f     *os.File
	queue chan rawRequest
}

type rawRequest struct {
	event *eventlog.NewEvent
	done  chan error
}

func newRawLog(b *testing.B) *rawLog {
	b.Helper()
	r := &rawLog{f: create(b), queue: make(chan rawRequest, queueLength)}
	b.Cleanup(func() { close(r.queue) })
	go r.run()
	return r
}

func (r *rawLog) run() {
	var buf []byte
	var batch []rawRequest
	for first := range r.queue {
		buf, batch = record(buf[:0], first.event), append(batch[:0], first)
	gather:
		for len(batch) < maxBatchEvents && len(buf) < maxBatchBytes {
			select {
			case next, ok := <-r.queue:
				if !ok {
					break gather
				}
				buf, batch = record(buf, next.event), append(batch, next)
			default:
				break gather
			}
		}
		_, err := r.f.Write(buf)
		if err == nil {
			err = syscall.Fdatasync(int(r.f.Fd()))
		}
		for _, req := range batch {
			req.done <- err
		}
	}
}

func (r *rawLog) engine() appender {
	return func(e *eventlog.NewEvent) error {
		req := rawRequest{e, make(chan error, 1)}
		r.queue <- req
		return <-req.done
	}
}

// record appends an event as length, CRC and content, with 60 bytes in place of stream, revision and time.
func record(buf []byte, e *eventlog.NewEvent) []byte {
	start := len(buf)
	buf = append(buf, make([]byte, 8+60)...)
	buf = append(buf, e.ID[:]...)
	buf = append(buf, e.Type...)
	buf = append(buf, e.Data...)
	buf = append(buf, e.Meta...)
	binary.LittleEndian.PutUint32(buf[start:], uint32(len(buf)-start-8))
	binary.LittleEndian.PutUint32(buf[start+4:], crc32.Checksum(buf[start+8:], castagnoli))
	return buf
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// flatFile holds a log's events as records, and where each stream's are.
type flatFile struct {
	f      *os.File
	count  int
	places map[string][]place
}

type place struct {
	at   int64
	size int
}

func newFlatFile(b *testing.B, l *Log) *flatFile {
	b.Helper()
	flat := &flatFile{f: create(b), places: map[string][]place{}}
	w := bufio.NewWriterSize(flat.f, 1<<20)
	var (
		after eventlog.Position
		at    int64
		buf   []byte
	)
	for {
		page, err := l.ReadAll(context.Background(), after, 4096)
		if err != nil {
			b.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			buf = record(buf[:0], &eventlog.NewEvent{ID: e.ID, Type: e.Type, Data: e.Data, Meta: e.Meta})
			if _, err := w.Write(buf); err != nil {
				b.Fatal(err)
			}
			flat.places[e.Stream] = append(flat.places[e.Stream], place{at, len(buf)})
			at += int64(len(buf))
			after = e.Position
		}
		flat.count += len(page)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	return flat
}

// whole returns the streams that have all their events.
func (flat *flatFile) whole() []string {
	var out []string
	for stream, places := range flat.places {
		if len(places) == eventsPerStream {
			out = append(out, stream)
		}
	}
	return out
}

// scan reads and checks every record and returns how many a second. If keep is set each record gets bytes of its own,
// as a log must give its readers; if not, one buffer serves all.
func (flat *flatFile) scan(b *testing.B, keep bool) float64 {
	began := time.Now()
	r := bufio.NewReaderSize(io.NewSectionReader(flat.f, 0, 1<<62), 1<<20)
	var head [8]byte
	var buf []byte
	count := 0
	for ; ; count++ {
		if _, err := io.ReadFull(r, head[:]); err == io.EOF {
			break
		} else if err != nil {
			b.Fatal(err)
		}
		n := int(binary.LittleEndian.Uint32(head[:]))
		if keep || cap(buf) < n {
			buf = make([]byte, n)
		}
		buf = buf[:n]
		if _, err := io.ReadFull(r, buf); err != nil {
			b.Fatal(err)
		}
		if crc32.Checksum(buf, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
			b.Fatal("record does not match its CRC")
		}
	}
	if count != flat.count {
		b.Fatalf("scanned %d records of %d", count, flat.count)
	}
	return float64(count) / time.Since(began).Seconds()
}

// read reads a stream's records one by one.
func (flat *flatFile) read(b *testing.B, stream string) int {
	places := flat.places[stream]
	for _, p := range places {
		if _, err := flat.f.ReadAt(make([]byte, p.size), p.at); err != nil {
			b.Fatal(err)
		}
	}
	return len(places)
}
