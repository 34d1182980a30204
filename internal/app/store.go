package app

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/sqlitelog"
)

// openLog opens the event log that store names: "" or "sqlite:PATH" (a folder) for the embedded one, a connection
// string for EventStoreDB.
func openLog(store, dataDir string, now func() time.Time, logger zerolog.Logger) (eventlog.Log, error) {
	switch {
	case store == "":
		return sqlitelog.Open(sqlitelog.Options{Dir: filepath.Join(dataDir, "log"), Now: now, Logger: logger})
	case strings.HasPrefix(store, "sqlite:"):
		return sqlitelog.Open(sqlitelog.Options{Dir: strings.TrimPrefix(store, "sqlite:"), Now: now, Logger: logger})
	case strings.HasPrefix(store, "esdb://"), strings.HasPrefix(store, "esdb+discover://"):
		return esdblog.Open(store, esdblog.WithLogger(logger))
	}
	return nil, fmt.Errorf("the store must be sqlite:FOLDER or esdb://..., not %q", scheme(store))
}

// scheme is the part of a store's name that may be shown: a connection string may hold a password.
func scheme(store string) string {
	s, _, _ := strings.Cut(store, ":")
	return s
}

// OpenLog opens only the log, for tools that copy it.
func OpenLog(cfg Config) (eventlog.Log, error) {
	return OpenLogAt(cfg, func() time.Time { return time.Now().UTC() })
}

// OpenLogAt does the same with a clock of the caller's.
func OpenLogAt(cfg Config, now func() time.Time) (eventlog.Log, error) {
	return openLog(cfg.Store, cfg.DataDir, now, zerolog.Nop())
}
