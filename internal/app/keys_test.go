package app_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"mkr/internal/app"
	"mkr/internal/eventlog"
)

// A log whose keys are not there is not served with new ones: that would look well until the old ones come back.
func TestALogWithoutItsKeysIsRefused(t *testing.T) {
	cfg := app.Config{DataDir: t.TempDir(), Log: io.Discard}
	log, err := app.OpenLog(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.Append(t.Context(), "institution-1", eventlog.NoStream, eventlog.NewEvent{ID: uuid.New(), Type: "institution.registered", Data: []byte("{}"), Meta: []byte("{}")}); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	opens := func() error {
		a, err := app.New(cfg)
		if err != nil {
			return err
		}
		return a.Stop(t.Context())
	}
	if err := opens(); err == nil || !strings.Contains(err.Error(), "restore keys.db") {
		t.Fatalf("without its keys: %v", err)
	}
	if _, err := os.Stat(filepath.Join(cfg.DataDir, "keys")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder of keys was made all the same: %v", err)
	}
	cfg.NewKeys = true
	if err := opens(); err != nil {
		t.Fatalf("new keys, as asked for: %v", err)
	}
	cfg.NewKeys = false
	if err := opens(); err != nil {
		t.Errorf("with the new keys: %v", err)
	}
}
