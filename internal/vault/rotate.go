package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// rewrapAtOnce bounds how long a rotation keeps other writers of keys.db waiting.
const rewrapAtOnce = 500

// Rotated says what a rotation did.
type Rotated struct {
	KeyID uint32 // of the deployment key that wraps every key now
	Keys  int    // keys of persons that were wrapped anew
}

// Rotate replaces the deployment key: a new one is made, every key in keys.db is wrapped anew under it, and the old one
// leaves the key file. Servers on the folder need not stop: each takes up the new key file when it next meets a key that
// its own does not open, and nothing is wrapped under the old key once the rotation has begun. The keys of persons stay what
// they are, so that every sealed value opens as before.
//
// At every moment the key file opens every key that is stored. A rotation that a crash or an error has interrupted is
// finished by the next. Backups of keys.db from before it open only with a backup of the key file from before it.
func Rotate(ctx context.Context, o Options) (Rotated, error) {
	v, err := Open(o)
	if err != nil {
		return Rotated{}, err
	}
	r, err := v.rotate(ctx)
	return r, errors.Join(err, v.Close())
}

func (v *Vault) rotate(ctx context.Context) (r Rotated, err error) {
	if err := v.acquire(ctx); err != nil {
		return r, err
	}
	defer v.release()
	if err := v.store.change("beginning a rotation", v.beginRotation); err != nil {
		return r, err
	}
	r.KeyID = v.deployment.keyID
	for {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		n := 0
		err := v.store.change("wrapping keys anew", func() (err error) {
			n, err = v.rewrap(rewrapAtOnce)
			return err
		})
		if err != nil {
			return r, err
		}
		if n == 0 {
			break
		}
		r.Keys += n
	}
	if err := v.store.change("ending a rotation", v.endRotation); err != nil {
		return r, err
	}
	// The keys as the old one wrapped them lie in the file's gaps: whoever holds the old key would open them.
	if err := v.store.sweep(); err != nil && !errors.Is(err, ErrUnavailable) {
		return r, err
	}
	return r, nil // where another process keeps the store busy, the sweep is due and done at the next start
}

// beginRotation puts a new primary into the key file, unless an interrupted rotation did, and wraps the first key of the store
// under it: by that row every other process knows which key is the primary. It holds the store's write lock, which keeps two
// rotations apart.
func (v *Vault) beginRotation() error {
	handle, err := readKeyset(v.keyPath)
	if err != nil {
		return err
	}
	if handle.Len() == 1 {
		manager := keyset.NewManagerFromHandle(handle)
		id, err := manager.Add(aead.AES256GCMKeyTemplate())
		if err == nil {
			err = manager.SetPrimary(id)
		}
		if err != nil {
			return fmt.Errorf("vault: making a deployment key: %w", err)
		}
		if handle, err = manager.Handle(); err != nil {
			return fmt.Errorf("vault: making a deployment key: %w", err)
		}
		if err := replaceKeyset(v.keyPath, handle); err != nil {
			return err
		}
	}
	if v.deployment, err = deploymentOf(v.keyPath, handle); err != nil {
		return err
	}
	wrapped, err := v.store.deploymentKey("mac")
	if err != nil {
		return err
	}
	mac, err := v.deployment.unwrap(wrapped, lengthPrefixed(macKeyLabel))
	if err != nil {
		return fmt.Errorf("%w: keys.db was made under another one", ErrWrongKey)
	}
	if wrapped, err = v.deployment.wrap(mac, lengthPrefixed(macKeyLabel)); err != nil {
		return err
	}
	return sqlitex.Execute(v.store.conn, "UPDATE deployment_keys SET wrapped = ?, wrapped_by = ? WHERE name = 'mac'",
		&sqlitex.ExecOptions{Args: []any{wrapped, int64(v.deployment.keyID)}})
}

// rewrap wraps up to most keys of persons under the primary and tells how many it found.
func (v *Vault) rewrap(most int) (int, error) {
	found := map[string][]byte{}
	err := sqlitex.Execute(v.store.conn, "SELECT subject, wrapped FROM subject_keys WHERE wrapped IS NOT NULL AND wrapped_by <> ? LIMIT ?", &sqlitex.ExecOptions{
		Args: []any{int64(v.deployment.keyID), most},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			wrapped := make([]byte, stmt.ColumnLen(1))
			stmt.ColumnBytes(1, wrapped)
			found[stmt.ColumnText(0)] = wrapped
			return nil
		},
	})
	if err != nil {
		return 0, err
	}
	for subject, wrapped := range found {
		label := lengthPrefixed(subjectKeyLabel, subject)
		handle, err := v.deployment.unwrap(wrapped, label)
		if err != nil {
			return 0, fmt.Errorf("%w: the key of %s cannot be unwrapped", ErrCorrupt, subject)
		}
		if wrapped, err = v.deployment.wrap(handle, label); err != nil {
			return 0, err
		}
		err = sqlitex.Execute(v.store.conn, "UPDATE subject_keys SET wrapped = ?, wrapped_by = ? WHERE subject = ?",
			&sqlitex.ExecOptions{Args: []any{wrapped, int64(v.deployment.keyID), subject}})
		if err != nil {
			return 0, err
		}
	}
	return len(found), nil
}

// endRotation takes the old keys out of the key file: nothing is wrapped under them any more, and nothing will be.
func (v *Vault) endRotation() error {
	handle, err := readKeyset(v.keyPath)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(handle)
	for _, k := range handle.KeysetInfo().GetKeyInfo() {
		if k.GetKeyId() == v.deployment.keyID {
			continue
		}
		if err := manager.Delete(k.GetKeyId()); err != nil {
			return fmt.Errorf("vault: ending a rotation: %w", err)
		}
	}
	if handle, err = manager.Handle(); err != nil {
		return fmt.Errorf("vault: ending a rotation: %w", err)
	}
	if err := replaceKeyset(v.keyPath, handle); err != nil {
		return err
	}
	if v.deployment, err = deploymentOf(v.keyPath, handle); err != nil {
		return err
	}
	return sqlitex.Execute(v.store.conn, "INSERT OR IGNORE INTO sweep_due (one) VALUES (1)", nil)
}

// follow takes up the key file when another process has begun a rotation. The caller holds the store, and before it wraps
// anything its write lock.
func (v *Vault) follow() error {
	primary, err := v.store.primary()
	if err != nil || primary == v.deployment.keyID {
		return err
	}
	d, err := loadDeployment(v.keyPath)
	if err != nil {
		return err
	}
	v.deployment = d
	return nil
}

// primary is the id of the deployment key that new keys are wrapped by.
func (s *store) primary() (id uint32, err error) {
	err = sqlitex.Execute(s.conn, "SELECT wrapped_by FROM deployment_keys WHERE name = 'mac'", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { id = uint32(stmt.ColumnInt64(0)); return nil },
	})
	if err != nil {
		return 0, storeError("reading which key is the primary", err)
	}
	return id, nil
}

// replaceKeyset makes a keyset durable under a temporary name and gives it its name: whoever reads the file reads the
// old set or the new one, whole.
func replaceKeyset(path string, handle *keyset.Handle) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("vault: replacing the deployment key (its folder must be writable): %w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }()
	err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(f))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("vault: replacing the deployment key: %w", err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("vault: replacing the deployment key: %w", err)
	}
	return syncFile(dir)
}

// readKeyset reads a keyset file. Its errors never hold any of the file's content.
func readKeyset(path string) (*keyset.Handle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("vault: reading the deployment key: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %s is not a Tink keyset in JSON", ErrWrongKey, path)
	}
	return handle, nil
}

func deploymentOf(path string, handle *keyset.Handle) (deployment, error) {
	a, err := aead.New(handle)
	if err != nil {
		return deployment{}, fmt.Errorf("%w: %s holds no AEAD keyset", ErrWrongKey, path)
	}
	return deployment{aead: a, keyID: handle.KeysetInfo().GetPrimaryKeyId()}, nil
}
