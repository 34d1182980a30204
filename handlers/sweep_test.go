package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// blind is a log that cannot be read to its end, once it is told so.
type blind struct {
	eventlog.Log
	broken *bool
}

func (l blind) ReadAll(ctx context.Context, after eventlog.Position, n int) ([]eventlog.Recorded, error) {
	if *l.broken && after > 0 {
		return nil, eventlog.ErrUnavailable
	}
	return l.Log.ReadAll(ctx, after, n)
}

// An upload that nobody has attached is gone a day later; one that an event names stays, marked in error or not, as does one that could
// still be attached. When the log does not say what it names, nothing goes.
func TestUploadsThatNobodyAttachedAreSwept(t *testing.T) {
	broken := false
	b := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { return blind{l, &broken} }})
	id := b.Open()
	b.CaughtUp()
	police := testbed.As(access.Police, b.Police)
	named, err := attach(b, police, id, picture(10), "narrative")
	testbed.OK(t, err)
	wrong, err := attach(b, police, id, picture(11), "narrative")
	testbed.OK(t, err)
	_, err = b.Act(testbed.As(access.Coordinator, b.DV), id, "entry.mark_in_error", "", &handlers.MarkInError{Kind: "file", Target: wrong.ID, Reason: "wrong_case"})
	testbed.OK(t, err)
	_, err = b.UploadFile(t.Context(), police, id, "", bytes.NewReader(picture(12)))
	testbed.OK(t, err)
	lie := func(at time.Time) (n int) {
		t.Helper()
		testbed.OK(t, filepath.WalkDir(filepath.Join(b.Dir, "files"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && len(d.Name()) == 64 { // the mark is no file
				n++
				if !at.IsZero() {
					err = os.Chtimes(path, at, at)
				}
			}
			return err
		}))
		return n
	}
	sweep := func(want int) {
		t.Helper()
		swept, err := b.SweepUploads(t.Context())
		if err != nil || swept != want {
			t.Errorf("%d were swept, want %d: %v", swept, want, err)
		}
	}
	if n := lie(b.Clock.Wall()); n != 3 {
		t.Fatalf("%d files", n)
	}
	sweep(0)
	b.Pass(24 * time.Hour)
	sweep(0)
	b.Pass(time.Second)
	broken = true
	if _, err := b.SweepUploads(t.Context()); !errors.Is(err, handlers.ErrUnavailable) {
		t.Errorf("while the log cannot be read: %v", err)
	}
	if n := lie(time.Time{}); n != 3 {
		t.Fatalf("%d files are left of three", n)
	}
	broken = false
	sweep(1)
	sweep(0)
	if b.Swept() != 1 || lie(time.Time{}) != 2 {
		t.Errorf("%d were counted, %d files are left", b.Swept(), lie(time.Time{}))
	}
	if _, err := read(b, testbed.As(access.Coordinator, b.DV), id, named.ID); err != nil {
		t.Errorf("what an event names: %v", err)
	}
}
