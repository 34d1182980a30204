package blobs_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"mkr/internal/blobs"
)

func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	if err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What was stored comes back, and lies nowhere in the clear; two stores of one file look unlike.
func TestSealedFilesComeBack(t *testing.T) {
	dir := t.TempDir()
	store, err := blobs.OpenFolder(dir)
	ok(t, err)
	for _, size := range []int{0, 1, 64<<10 - 57, 64 << 10, 3<<20 + 7} {
		plain := make([]byte, size)
		_, _ = rand.Read(plain)
		one, err := blobs.Seal(t.Context(), store, bytes.NewReader(plain), 4<<20)
		ok(t, err)
		two, err := blobs.Seal(t.Context(), store, bytes.NewReader(plain), 4<<20)
		ok(t, err)
		if one.Hash == two.Hash || one.Size != size || !bytes.Equal(one.Plain, two.Plain) {
			t.Errorf("%d bytes: %+v beside %+v", size, one, two)
		}
		r, err := blobs.Open(t.Context(), store, one.Hash, one.Key)
		ok(t, err)
		got, err := io.ReadAll(r)
		ok(t, errors.Join(err, r.Close()))
		if !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back as %d", size, len(got))
		}
		ok(t, blobs.Check(t.Context(), store, one.Hash))
		if r, err := blobs.Open(t.Context(), store, one.Hash, two.Key); err == nil {
			if got, err := io.ReadAll(r); !errors.Is(err, blobs.ErrAltered) || len(got) > 0 {
				t.Errorf("another key reads %d bytes: %v", len(got), err)
			}
		}
		for _, path := range files(t, dir) {
			data, err := os.ReadFile(path)
			ok(t, err)
			if size > 40 && bytes.Contains(data, plain[:40]) {
				t.Error("it lies in the clear")
			}
		}
	}
}

// A changed, shortened or missing file is noticed, with the key and without it.
func TestAlteredFilesAreNoticed(t *testing.T) {
	dir := t.TempDir()
	store, err := blobs.OpenFolder(dir)
	ok(t, err)
	sealed, err := blobs.Seal(t.Context(), store, bytes.NewReader(make([]byte, 200<<10)), 1<<20)
	ok(t, err)
	path := filepath.Join(dir, sealed.Hash[:2], sealed.Hash)
	whole, err := os.ReadFile(path)
	ok(t, err)
	for name, spoil := range map[string]func([]byte) []byte{
		"a changed byte":   func(b []byte) []byte { b[150<<10] ^= 1; return b },
		"cut at a segment": func(b []byte) []byte { return b[:64<<10] },
		"cut at the end":   func(b []byte) []byte { return b[:len(b)-1] },
		"empty":            func([]byte) []byte { return nil },
	} {
		ok(t, os.WriteFile(path, spoil(bytes.Clone(whole)), 0o600))
		if err := blobs.Check(t.Context(), store, sealed.Hash); !errors.Is(err, blobs.ErrAltered) {
			t.Errorf("%s: %v", name, err)
		}
		r, err := blobs.Open(t.Context(), store, sealed.Hash, sealed.Key)
		if err == nil {
			_, err = io.ReadAll(r)
			_ = r.Close()
		}
		if !errors.Is(err, blobs.ErrAltered) {
			t.Errorf("%s opens: %v", name, err)
		}
	}
	ok(t, store.Delete(t.Context(), sealed.Hash))
	ok(t, store.Delete(t.Context(), sealed.Hash))
	if err := blobs.Check(t.Context(), store, sealed.Hash); !errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("removed: %v", err)
	}
	for _, name := range []string{"", "..", "../../etc/passwd", "AB" + sealed.Hash[2:]} {
		if _, err := store.Open(t.Context(), name); !errors.Is(err, blobs.ErrNotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

type broken struct{ n int }

func (b *broken) Read(p []byte) (int, error) {
	if b.n -= len(p); b.n < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	return len(p), nil
}

// What is too large or breaks off leaves nothing behind.
func TestNothingIsLeftOfWhatFails(t *testing.T) {
	dir := t.TempDir()
	store, err := blobs.OpenFolder(dir)
	ok(t, err)
	if _, err := blobs.Seal(t.Context(), store, bytes.NewReader(make([]byte, 1001)), 1000); !errors.Is(err, blobs.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := blobs.Seal(t.Context(), store, &broken{300 << 10}, 1<<20); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("broken off: %v", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	sealed, err := blobs.Seal(t.Context(), store, bytes.NewReader(make([]byte, 1000)), 1000)
	ok(t, err)
	if sealed.Size != 1000 {
		t.Errorf("%d bytes", sealed.Size)
	}
}
