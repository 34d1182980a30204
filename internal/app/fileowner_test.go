package app_test

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/idp"
	"mkr/internal/password"
)

// Files in an object store, while the machine before it is set back, replaced, or joined by another installation's. Nobody sweeps what
// is not his, and nobody sweeps by a log that has lost what the files were kept by; with the log back, or with --take-files, all goes on.
func TestFilesAreSweptByTheirOwnWholeLogOnly(t *testing.T) {
	t.Setenv("MKR_S3_ACCESS_KEY", "an-access-key")
	t.Setenv("MKR_S3_SECRET_KEY", "a-secret-that-nobody-reads")
	backend := s3mem.New()
	ok(t, backend.CreateBucket("files"))
	objects := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(objects.Close)
	place := strings.Replace(objects.URL, "http://", "s3+http://", 1) + "/files/one"
	clock := handlers.SystemClock()
	clock.Wall = func() time.Time { return time.Now().UTC().Add(48 * time.Hour) } // all that lies there is old
	config := func(dir string) app.Config {
		return app.Config{DataDir: dir, FilesDir: place, Addr: "127.0.0.1:0", Log: io.Discard, Clock: &clock, Passwords: password.New(password.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 2)}
	}
	// during starts a server, does something with it, and stops it.
	during := func(cfg app.Config, do func(s *handlers.Service)) {
		t.Helper()
		a, err := app.New(cfg)
		ok(t, err)
		ok(t, a.Start())
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		ok(t, a.Ready(ctx))
		if do != nil {
			do(a.Service())
		}
		ok(t, a.Stop(ctx))
	}
	swept := func(want int, why error) func(*handlers.Service) {
		return func(s *handlers.Service) {
			t.Helper()
			if n, err := s.SweepUploads(t.Context()); n != want || !errors.Is(err, why) || (err == nil) != (why == nil) {
				t.Errorf("%d were swept, want %d: %v, want %v", n, want, err, why)
			}
		}
	}
	copyOf := func(dir string) string {
		t.Helper()
		to := t.TempDir()
		ok(t, os.CopyFS(to, os.DirFS(dir)))
		keys, err := filepath.Glob(filepath.Join(to, "keys", "*"))
		ok(t, err)
		for _, key := range keys { // a copy is as private as what was copied
			ok(t, os.Chmod(key, 0o600))
		}
		return to
	}
	dir := t.TempDir()
	cfg := config(dir)
	upload := func() {
		t.Helper()
		store, err := app.OpenFiles(cfg)
		ok(t, err)
		_, err = store.Put(t.Context(), strings.NewReader("attached by an event that the backup does not have"))
		ok(t, err)
	}

	during(cfg, func(s *handlers.Service) { institution(t, s, directory.PoliceKind) })
	backup := copyOf(dir)
	during(cfg, func(s *handlers.Service) {
		institution(t, s, directory.MunicipalityDV)
		swept(0, nil)(s)
	})
	later := copyOf(dir)

	upload()
	during(config(backup), swept(0, handlers.ErrFilesKnowMore)) // its own checkpoint went back with it and sees nothing
	forked := copyOf(backup)                                    // as long as the mark, and not the same
	during(config(forked), func(s *handlers.Service) {
		for _, kind := range []string{directory.Medical, directory.Shelter} {
			institution(t, s, kind)
		}
		swept(0, handlers.ErrFilesKnowMore)(s)
	})
	another := config(t.TempDir())
	if a, err := app.New(another); !errors.Is(err, handlers.ErrFilesOfAnother) || !strings.Contains(err.Error(), "--take-files") {
		t.Errorf("another installation starts on them: %v, %v", a, err)
	}
	another.FilesDir += "-and-another"
	during(another, swept(0, nil))
	during(config(later), swept(1, nil))

	upload()
	ok(t, os.RemoveAll(filepath.Join(backup, "views")))
	lost := config(backup)
	lost.TakeFiles = true
	during(lost, swept(1, nil))
	during(config(backup), swept(0, nil))
	during(config(later), swept(0, nil)) // the log that was thought lost has all that the mark knows now
}

// A provider for an institution that there is not is told at the start, by its name: nobody could ever come in by it.
func TestAProviderOfNoInstitutionIsRefused(t *testing.T) {
	cfg := app.Config{
		DataDir: t.TempDir(), Log: io.Discard, Origin: "https://mkr.example.al",
		Providers: []idp.Config{{ID: "spitali", Institution: handlers.NewKey().String(), Issuer: "https://login.example.al", ClientID: "mkr", Secret: "x"}},
	}
	if _, err := app.New(cfg); err == nil || !strings.Contains(err.Error(), "spitali: institution") {
		t.Errorf("it starts: %v", err)
	}
}
