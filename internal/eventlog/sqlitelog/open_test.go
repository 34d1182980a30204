package sqlitelog_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
)

func TestOpenRefusesASecondUser(t *testing.T) {
	r := newRig(t)
	first := r.open(t)
	if _, err := sqlitelog.Open(r.options()); !errors.Is(err, eventlog.ErrLocked) || !strings.Contains(err.Error(), r.dir) {
		t.Fatalf("second Open: %v, want ErrLocked naming the folder", err)
	}
	fill(t, first, "case-1", 3) // the first is not disturbed
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	r.open(t) // and the folder is free again
}

// A refused Open must give the lock back, else the folder stays locked until the process ends.
func TestOpenRefusedLeavesTheFolderFree(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log.db")
	if err := os.WriteFile(path, []byte("not a database at all, but long enough for a header"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := sqlitelog.Open(sqlitelog.Options{Dir: dir}); !errors.Is(err, eventlog.ErrCorrupt) {
			t.Fatalf("Open: %v, want ErrCorrupt", err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	l, err := sqlitelog.Open(sqlitelog.Options{Dir: dir})
	if err != nil {
		t.Fatalf("Open after the file was moved away: %v", err)
	}
	l.Close()
}

func TestOpenRefusesWhatIsNotAWholeLog(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, path string)
		want   error
		says   string
	}{
		{"foreign bytes", func(t *testing.T, path string) { write(t, path, []byte("%PDF-1.7 and so on and so forth")) }, eventlog.ErrCorrupt, "not a SQLite file"},
		{"a few bytes", func(t *testing.T, path string) { write(t, path, []byte("SQL")) }, eventlog.ErrCorrupt, "not a SQLite file"},
		{"another program's database", func(t *testing.T, path string) {
			write(t, path, nil)
			script(t, path, "CREATE TABLE notes (text TEXT)")
		}, eventlog.ErrCorrupt, "belongs to another program"},
		{"another program's id", func(t *testing.T, path string) { script(t, path, "PRAGMA application_id = 42") }, eventlog.ErrCorrupt, "belongs to another program"},
		{"a newer format", func(t *testing.T, path string) { script(t, path, "PRAGMA user_version = 99") }, eventlog.ErrUnavailable, "newer version"},
		{"a format that never was", func(t *testing.T, path string) { script(t, path, "PRAGMA user_version = 0") }, eventlog.ErrCorrupt, "never was"},
		{"cut off by a page", func(t *testing.T, path string) { cut(t, path, 16384) }, eventlog.ErrCorrupt, "restore the log"},
		{"cut off by a byte", func(t *testing.T, path string) { cut(t, path, 1) }, eventlog.ErrCorrupt, "cut off"},
		{"only the header left", func(t *testing.T, path string) { head(t, path, 100) }, eventlog.ErrCorrupt, "restore the log"},
		{"a header without sense", func(t *testing.T, path string) { overwrite(t, path, 16, make([]byte, 84)) }, eventlog.ErrCorrupt, "restore the log"},
		{"a first page of noise", func(t *testing.T, path string) { overwrite(t, path, 100, noise(16284)) }, eventlog.ErrCorrupt, "restore the log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			l := r.open(t)
			fill(t, l, "case-1", 200)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			c.damage(t, filepath.Join(r.dir, "log.db"))
			l, err := sqlitelog.Open(r.options())
			if err == nil {
				l.Close()
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("Open: %v\nwant %v saying %q", err, c.want, c.says)
			}
		})
	}
}

// An empty file is what a crash in the first moment of a log's life leaves.
func TestOpenBeginsInAnEmptyFile(t *testing.T) {
	r := newRig(t)
	write(t, filepath.Join(r.dir, "log.db"), nil)
	fill(t, r.open(t), "case-1", 1)
}

func TestDamageInsideTheFileIsReportedNotServed(t *testing.T) {
	r := newRig(t)
	l := r.open(t)
	fill(t, l, "case-1", 400)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(r.dir, "log.db")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// Every page but the first few (schema, roots) and the last: Open need not see it, a scan must.
	for off := int64(8 * 16384); off < info.Size()-2*16384; off += 16384 {
		overwrite(t, path, off, noise(512))
	}
	l, err = sqlitelog.Open(r.options())
	if err == nil {
		defer l.Close()
		_, err = l.ReadAll(context.Background(), 0, 10_000)
	}
	if !errors.Is(err, eventlog.ErrCorrupt) || !strings.Contains(err.Error(), "restore the log") {
		t.Fatalf("%v, want ErrCorrupt saying what to do", err)
	}
}

// The file itself refuses to be changed, whatever program tries.
func TestFileIsAppendOnly(t *testing.T) {
	r := newRig(t)
	fill(t, r.open(t), "case-1", 3)
	conn, err := sqlite.OpenConn(filepath.Join(r.dir, "log.db"), sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, query := range []string{
		"UPDATE events SET data = x'00'",
		"UPDATE events SET pos = pos + 100 WHERE rev = 2",
		"DELETE FROM events WHERE rev = 2",
		"UPDATE streams SET name = 'other'",
		"DELETE FROM streams",
	} {
		if err := sqlitex.ExecuteTransient(conn, query, nil); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v, want a refusal", query, err)
		}
	}
}

// fill appends n events to a new stream.
func fill(t testing.TB, l eventlog.Log, stream string, n int) {
	t.Helper()
	for i := 0; i < n; i += 100 {
		evs := make([]eventlog.NewEvent, min(100, n-i))
		for j := range evs {
			evs[j] = eventlog.NewEvent{ID: uuid.New(), Type: "thing.happened", Data: noise(600), Meta: noise(300)}
		}
		if _, err := l.Append(context.Background(), stream, eventlog.Expected(i-1), evs...); err != nil {
			t.Fatalf("Append: %v", err)
		}
	}
}

func noise(n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(i*i*31 + 7)
	}
	return out
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, path string, by int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	head(t, path, info.Size()-by)
}

func head(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, at); err != nil {
		t.Fatal(err)
	}
}

func script(t *testing.T, path, query string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := sqlitex.ExecuteScript(conn, query, nil); err != nil {
		t.Fatal(err)
	}
}
