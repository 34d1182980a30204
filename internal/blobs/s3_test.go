package blobs_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"mkr/internal/blobs"
)

// objects is an object store in the test's own process, with faults.
type objects struct {
	*httptest.Server
	busy  atomic.Int32 // so many requests are answered with 503
	cut   atomic.Bool  // answers to GET break off in the middle
	asked atomic.Int32
}

func newObjects(t *testing.T) *objects {
	t.Helper()
	backend := s3mem.New()
	ok(t, backend.CreateBucket("files"))
	inner, o := gofakes3.New(backend).Server(), &objects{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.asked.Add(1)
		if o.busy.Add(-1) >= 0 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		if o.cut.Load() && r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") > 2 {
			w.Header().Set("Content-Length", "200000")
			w.Header().Set("ETag", `"0123456789abcdef0123456789abcdef"`)
			w.Header().Set("Last-Modified", "Mon, 16 Nov 2026 09:00:00 GMT")
			_, _ = w.Write(make([]byte, 1000))
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(w, r)
	}))
	o.Server.Config.ErrorLog = nil
	t.Cleanup(o.Close)
	return o
}

func (o *objects) options(t *testing.T) blobs.S3Options {
	return blobs.S3Options{Place: strings.Replace(o.URL, "http://", "s3+http://", 1) + "/files/mkr", Access: "an-access-key", Secret: "a-secret-that-nobody-reads", Region: "us-east-1", Spool: t.TempDir()}
}

// TestStores: every store keeps what it promises, whatever it is made of. MKR_TEST_S3 (s3+https://host/bucket/folder, with the key in
// MKR_TEST_S3_ACCESS and MKR_TEST_S3_SECRET) has a real one tried too; what is stored there is removed.
func TestStores(t *testing.T) {
	folder, err := blobs.OpenFolder(t.TempDir())
	ok(t, err)
	fake, err := blobs.OpenS3(t.Context(), newObjects(t).options(t))
	ok(t, err)
	stores := map[string]blobs.Store{"folder": folder, "objects": fake}
	if place := os.Getenv("MKR_TEST_S3"); place != "" {
		stores["real"], err = blobs.OpenS3(t.Context(), blobs.S3Options{Place: place, Access: os.Getenv("MKR_TEST_S3_ACCESS"), Secret: os.Getenv("MKR_TEST_S3_SECRET"), Spool: t.TempDir()})
		ok(t, err)
	}
	for name, store := range stores {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 64 << 10, 6<<20 + 7} { // no ciphertext is empty
				plain := make([]byte, size)
				_, _ = rand.Read(plain)
				hash, err := store.Put(t.Context(), bytes.NewReader(plain))
				ok(t, err)
				if sum := sha256.Sum256(plain); hash != hex.EncodeToString(sum[:]) {
					t.Fatalf("%d bytes lie under %s", size, hash)
				}
				again, err := store.Put(t.Context(), bytes.NewReader(plain))
				ok(t, err)
				if again != hash {
					t.Errorf("the same is stored as another")
				}
				r, err := store.Open(t.Context(), hash)
				ok(t, err)
				got, err := io.ReadAll(r)
				ok(t, errors.Join(err, r.Close()))
				if !bytes.Equal(got, plain) {
					t.Errorf("%d bytes came back as %d", size, len(got))
				}
				ok(t, blobs.Check(t.Context(), store, hash))
				found := 0
				ok(t, store.Walk(t.Context(), func(h string, stored time.Time) error {
					if h == hash {
						found++
						if time.Since(stored).Abs() > time.Hour {
							t.Errorf("it was stored at %v", stored)
						}
					}
					return nil
				}))
				if found != 1 {
					t.Errorf("a walk tells of it %d times", found)
				}
				ok(t, store.Delete(t.Context(), hash))
				ok(t, store.Delete(t.Context(), hash))
				if _, err := store.Open(t.Context(), hash); !errors.Is(err, blobs.ErrNotFound) {
					t.Errorf("after it was removed: %v", err)
				}
			}
			for _, want := range []string{"", "one", "another that is longer"} {
				if want != "" {
					ok(t, store.SetMark(t.Context(), []byte(want)))
				}
				if got, err := store.Mark(t.Context()); err != nil || string(got) != want && name != "real" {
					t.Errorf("the mark is %q and not %q: %v", got, want, err)
				}
			}
			sealed, err := blobs.Seal(t.Context(), store, strings.NewReader("vendim gjyqi"), 1<<20)
			ok(t, err)
			r, err := blobs.Open(t.Context(), store, sealed.Hash, sealed.Key)
			ok(t, err)
			if got, err := io.ReadAll(r); err != nil || string(got) != "vendim gjyqi" {
				t.Errorf("%q, %v", got, err)
			}
			ok(t, r.Close())
			broken := errors.New("broken off")
			if err := store.Walk(t.Context(), func(string, time.Time) error { return broken }); !errors.Is(err, broken) {
				t.Errorf("a walk goes on after an error: %v", err)
			}
			ok(t, store.Delete(t.Context(), sealed.Hash))
			if _, err := blobs.Seal(t.Context(), store, bytes.NewReader(make([]byte, 1001)), 1000); !errors.Is(err, blobs.ErrTooLarge) {
				t.Errorf("too large: %v", err)
			}
			ok(t, store.Walk(t.Context(), func(hash string, _ time.Time) error { t.Errorf("%s is left", hash); return nil }))
			for _, name := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64)} {
				if _, err := store.Open(t.Context(), name); !errors.Is(err, blobs.ErrNotFound) {
					t.Errorf("%q: %v", name, err)
				}
			}
		})
	}
}

// A store that is busy is asked again, a few times; one that stays so is told of, and nothing is taken for stored. A line that breaks
// is no altered file. No error says the secret, and nothing is left on the way.
func TestAnObjectStoreWithFaults(t *testing.T) {
	o := newObjects(t)
	options := o.options(t)
	store, err := blobs.OpenS3(t.Context(), options)
	ok(t, err)
	quiet := func(err error) error {
		t.Helper()
		if err != nil && strings.Contains(err.Error(), options.Secret) {
			t.Errorf("an error tells the secret: %v", err)
		}
		return err
	}
	o.busy.Store(2)
	sealed, err := blobs.Seal(t.Context(), store, bytes.NewReader(make([]byte, 200<<10)), 1<<20)
	ok(t, quiet(err))
	ok(t, blobs.Check(t.Context(), store, sealed.Hash))

	o.cut.Store(true)
	r, err := blobs.Open(t.Context(), store, sealed.Hash, sealed.Key)
	if err == nil {
		_, err = io.ReadAll(r)
		_ = r.Close()
	}
	if quiet(err) == nil || errors.Is(err, blobs.ErrAltered) || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("a line that broke: %v", err)
	}
	o.cut.Store(false)

	o.busy.Store(1000)
	o.asked.Store(0)
	if _, err := store.Put(t.Context(), strings.NewReader("x")); quiet(err) == nil {
		t.Error("it is taken for stored")
	}
	if n := o.asked.Load(); n < 2 || n > 12 {
		t.Errorf("asked %d times", n)
	}
	if _, err := store.Open(t.Context(), sealed.Hash); quiet(err) == nil || errors.Is(err, blobs.ErrNotFound) {
		t.Errorf("a busy store says that there is no such file: %v", err)
	}
	if text, err := store.Mark(t.Context()); quiet(err) == nil {
		t.Errorf("a busy store says whose the files are: %q", text)
	}
	o.busy.Store(0)
	if left := files(t, options.Spool); len(left) > 0 {
		t.Errorf("left on the way: %v", left)
	}
}

func TestPlacesOfObjects(t *testing.T) {
	o := newObjects(t)
	good := o.options(t)
	for name, change := range map[string]func(*blobs.S3Options){
		"no bucket":                   func(s *blobs.S3Options) { s.Place = strings.TrimSuffix(s.Place, "/files/mkr") },
		"a bucket that there is not":  func(s *blobs.S3Options) { s.Place = strings.Replace(s.Place, "/files/", "/none/", 1) },
		"a key in the address":        func(s *blobs.S3Options) { s.Place = strings.Replace(s.Place, "s3+http://", "s3+http://key:secret@", 1) },
		"another scheme":              func(s *blobs.S3Options) { s.Place = "ftp://localhost/files" },
		"no secret":                   func(s *blobs.S3Options) { s.Secret = "" },
		"another machine without TLS": func(s *blobs.S3Options) { s.Place, s.RequireTLS = "s3+http://192.0.2.1/files/mkr", true },
		"something behind the folder": func(s *blobs.S3Options) { s.Place += "?x=1" },
	} {
		s := good
		change(&s)
		if _, err := blobs.OpenS3(t.Context(), s); err == nil || strings.Contains(err.Error(), good.Secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
