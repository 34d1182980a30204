package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/internal/blobs"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
)

// opensWithin is how long an object store may take to answer at the start.
const opensWithin = 30 * time.Second

// OpenFiles opens where the files of the cases are kept: a folder, or an object store (decision 30).
func OpenFiles(cfg Config) (blobs.Store, error) {
	if strings.HasPrefix(cfg.FilesDir, "s3+") {
		access, secret, err := cfg.s3Keys()
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), opensWithin)
		defer cancel()
		return blobs.OpenS3(ctx, blobs.S3Options{Place: cfg.FilesDir, Access: access, Secret: secret, Region: os.Getenv("MKR_S3_REGION"), RequireTLS: cfg.RequireTLS, Spool: filepath.Join(cfg.DataDir, "files-on-their-way")})
	}
	dir := cfg.FilesDir
	if dir == "" {
		dir = filepath.Join(cfg.DataDir, "files")
	}
	return blobs.OpenFolder(dir)
}

// claimFiles refuses to start on another installation's files. Who begins with new keys has said already that the old ones are lost.
func claimFiles(cfg Config, files blobs.Store, key ledger.Verifier) error {
	ctx, cancel := context.WithTimeout(context.Background(), opensWithin)
	defer cancel()
	if err := handlers.ClaimFiles(ctx, files, key, cfg.TakeFiles || cfg.NewKeys); err != nil {
		return fmt.Errorf("files: %w", err)
	}
	return nil
}

// s3Keys come from a file of two lines, or from the environment: what stands on a command line is in every list of processes.
func (cfg Config) s3Keys() (access, secret string, err error) {
	if cfg.S3KeyFile == "" {
		return os.Getenv("MKR_S3_ACCESS_KEY"), os.Getenv("MKR_S3_SECRET_KEY"), nil
	}
	text, err := os.ReadFile(cfg.S3KeyFile)
	if err != nil {
		return "", "", fmt.Errorf("keys of the object store: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) != 2 {
		return "", "", fmt.Errorf("keys of the object store: %s: the access key and its secret, a line each", cfg.S3KeyFile)
	}
	return lines[0], lines[1], nil
}

// CheckFiles reads every file that the log names and tells of each that is missing or not what was stored. It needs no key: a file is
// found by the hash of its ciphertext, and that hash is in its event.
func CheckFiles(ctx context.Context, log eventlog.Log, files blobs.Store, bad func(event eventlog.Recorded, err error)) (checked int, err error) {
	name := casefile.FileAttached{}.EventType()
	for after := eventlog.Position(0); ; {
		page, err := log.ReadAll(ctx, after, 2000)
		if err != nil || len(page) == 0 {
			return checked, err
		}
		for _, e := range page {
			after = e.Position
			if e.Type != name {
				continue
			}
			var f casefile.FileAttached
			if err := json.Unmarshal(e.Data, &f); err != nil {
				return checked, err
			}
			checked++
			if err := blobs.Check(ctx, files, f.Hash); err != nil {
				bad(e, err)
			}
		}
	}
}
