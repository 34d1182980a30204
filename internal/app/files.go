package app

import (
	"context"
	"encoding/json"
	"path/filepath"

	"mkr/domain/casefile"
	"mkr/internal/blobs"
	"mkr/internal/eventlog"
)

// OpenFiles opens where the files of the cases are kept.
func OpenFiles(cfg Config) (blobs.Store, error) {
	dir := cfg.FilesDir
	if dir == "" {
		dir = filepath.Join(cfg.DataDir, "files")
	}
	return blobs.OpenFolder(dir)
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
