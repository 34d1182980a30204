package app

import (
	"context"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/catalog"
)

// ViewsDir is where what the pages read is kept. The next start makes it anew from the log.
func ViewsDir(dataDir string) string { return filepath.Join(dataDir, "views") }

// VerifyViews compares the views of a data folder with what its log makes of them; see projections.VerifyViews.
func VerifyViews(ctx context.Context, cfg Config, log eventlog.Log) (position uint64, err error) {
	scratch, err := os.MkdirTemp("", "mkr-views-*")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(scratch) }() // what stays behind is a copy of what lies in the data folder
	zone, err := Zone()
	if err != nil {
		return 0, err
	}
	return projections.VerifyViews(ctx, projections.Options{
		Dir: ViewsDir(cfg.DataDir), Log: log, Registry: Registry(), Views: catalog.Views(zone), Logger: zerolog.Nop(),
	}, scratch)
}
