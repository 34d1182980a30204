package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mkr/internal/ledger"
	"mkr/internal/vault"
)

// checkWithin is how long a start waits for the whole log to be held against its checkpoint. A longer check goes on behind
// the running server, and ends it if it must.
const checkWithin = 2 * time.Second

// signingKey is the file of the key under which checkpoints are signed, beside the keys of persons: it has their backup.
const signingKey = "signing.key"

// CheckpointFile is where a data folder keeps the checkpoint that only goes forward.
func CheckpointFile(dataDir string) string { return filepath.Join(dataDir, "checkpoint") }

// LedgerDir is where it keeps what the ledger can make again.
func LedgerDir(dataDir string) string { return filepath.Join(dataDir, "ledger") }

func (c Config) keysDir() string {
	if c.KeysDir != "" {
		return c.KeysDir
	}
	return filepath.Join(c.DataDir, "keys")
}

// SigningKey loads the key that signs checkpoints; fs.ErrNotExist if there is none yet.
func SigningKey(cfg Config) (*ledger.Signer, error) {
	return ledger.LoadKey(filepath.Join(cfg.keysDir(), signingKey))
}

// RotateKeys replaces the deployment key of a folder of keys, whether servers run on it or not. Where there are no keys yet
// there is nothing to replace.
func RotateKeys(ctx context.Context, c Config) (vault.Rotated, error) {
	if !vault.Present(c.keysDir()) {
		return vault.Rotated{}, fmt.Errorf("there are no keys in %s", c.keysDir())
	}
	return vault.Rotate(ctx, vault.Options{Dir: c.keysDir(), KeyFile: c.KeyFile})
}

// openLedger opens the tree of the log. A checkpoint without the key that signed it is refused, as a log without its keys is.
func (a *App) openLedger() error {
	file := CheckpointFile(a.cfg.DataDir)
	key, err := SigningKey(a.cfg)
	if errors.Is(err, fs.ErrNotExist) {
		if _, e := os.Stat(file); e == nil && !a.cfg.NewKeys {
			return fmt.Errorf("%s was signed with a key that is not in %s: restore %s from its backup; if it is lost for ever, see docs/runbooks/altered-log.md", file, a.cfg.keysDir(), signingKey)
		}
		if err := SetAside(a.cfg.DataDir); err != nil {
			return err
		}
		key, err = ledger.CreateKey(filepath.Join(a.cfg.keysDir(), signingKey), ledger.NewLogKey)
	}
	if err != nil {
		return err
	}
	a.ledger, err = ledger.Open(ledger.Options{
		Log: a.events, Dir: LedgerDir(a.cfg.DataDir), Checkpoint: file, Key: key, Witnesses: a.cfg.Witnesses, Logger: a.logger,
	})
	if err == nil {
		a.defers(a.ledger.Close)
	}
	return err
}

// SetAside renames a checkpoint, so that the next start begins a new one, and drops what rests on it.
func SetAside(dataDir string) error {
	file := CheckpointFile(dataDir)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.before-%d", file, n)
		if _, err := os.Stat(aside); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return errors.Join(os.RemoveAll(LedgerDir(dataDir)), os.Rename(file, aside))
	}
}

// followLog holds the log against what was signed, and then follows it until the app stops. It answers once the log is
// known to be good or bad, or after a while that it is not known yet.
func (a *App) followLog() error {
	a.goes("ledger", func() error { return a.ledger.Run(a.run) })
	patience := time.NewTimer(checkWithin)
	defer patience.Stop()
	select {
	case <-a.ledger.Verdict():
		return a.ledger.Bad()
	case <-patience.C:
		a.logger.Info().Msg("ledger: the check of the log goes on while mkr serves")
		return nil
	}
}

// signLast publishes what was stored until now: the next start holds the log against all of it.
func (a *App) signLast(ctx context.Context) {
	if _, err := a.ledger.Publish(ctx); err != nil && !errors.Is(err, ledger.ErrChecking) {
		a.logger.Warn().Err(err).Msg("ledger: the last events could not be signed; they are at the next start")
	}
}

// SetKeyAside renames the signing key, so that the next start makes a new one: a new history has a new name, and nobody can take it for
// the old one. It answers the name under which the old one is kept.
func SetKeyAside(cfg Config) (string, error) {
	file := filepath.Join(cfg.keysDir(), signingKey)
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.before-%d", file, n)
		if _, err := os.Stat(aside); errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(file, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
			return aside, nil
		}
	}
}
