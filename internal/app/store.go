package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/internal/vault"
)

// openLog opens the event log that store names: "" or "sqlite:PATH" (a folder) for the embedded one, a connection
// string for EventStoreDB.
func openLog(cfg Config, now func() time.Time, logger zerolog.Logger) (eventlog.Log, error) {
	store := cfg.Store
	switch {
	case store == "":
		return sqlitelog.Open(sqlitelog.Options{Dir: filepath.Join(cfg.DataDir, "log"), Now: now, Logger: logger})
	case strings.HasPrefix(store, "sqlite:"):
		return sqlitelog.Open(sqlitelog.Options{Dir: strings.TrimPrefix(store, "sqlite:"), Now: now, Logger: logger})
	case strings.HasPrefix(store, "esdb://"), strings.HasPrefix(store, "esdb+discover://"):
		options := []esdblog.Option{esdblog.WithLogger(logger)}
		if cfg.RequireTLS {
			options = append(options, esdblog.WithTLSRequired())
		}
		return esdblog.Open(store, options...)
	}
	return nil, fmt.Errorf("the store must be sqlite:FOLDER or esdb://..., not %q", scheme(store))
}

// keysOrNothing refuses a log without its keys: a folder that is not mounted, or was forgotten by a restore, would
// else be filled with new keys, that open no name of before and that the return of the old ones would take away again.
func keysOrNothing(events eventlog.Log, keys string, anew bool) error {
	if anew || vault.Present(keys) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	first, err := events.ReadAll(ctx, 0, 1)
	if err != nil {
		return err
	}
	if len(first) > 0 {
		return fmt.Errorf("the log holds events, and %s does not hold their keys: restore keys.db and deployment.key from their backup, or say where they are (--keys); "+
			"if they are lost for ever, begin with new ones (mkr key --new), under which no name of before opens", keys)
	}
	return nil
}

// scheme is the part of a store's name that may be shown: a connection string may hold a password.
func scheme(store string) string {
	s, _, _ := strings.Cut(store, ":")
	return s
}

// HasLog tells whether there is a log to read: an embedded one is made where none is, and a mistyped folder would be a
// log without events.
func HasLog(cfg Config) bool {
	dir, embedded := strings.CutPrefix(cfg.Store, "sqlite:")
	switch {
	case cfg.Store == "":
		dir = filepath.Join(cfg.DataDir, "log")
	case !embedded:
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "log.db"))
	return !errors.Is(err, fs.ErrNotExist)
}

// OpenLog opens only the log, for tools that copy it.
func OpenLog(cfg Config) (eventlog.Log, error) {
	return OpenLogAt(cfg, func() time.Time { return time.Now().UTC() })
}

// OpenLogAt does the same with a clock of the caller's.
func OpenLogAt(cfg Config, now func() time.Time) (eventlog.Log, error) {
	return openLog(cfg, now, zerolog.Nop())
}
