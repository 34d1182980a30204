package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// Options say where a vault lives.
type Options struct {
	// Dir is the folder of keys.db, and of deployment.key unless KeyFile says otherwise. It is created when missing.
	Dir string
	// KeyFile is where the deployment key lies when not in Dir, for example on a mounted secret. Its protection is
	// then the operator's matter; a key file in Dir must be readable by its owner only.
	KeyFile string
	// CacheSize is how many opened keys are kept ready. 0 means 4096 (a few kilobytes each).
	CacheSize int
}

func (o Options) keyPath() string {
	if o.KeyFile != "" {
		return o.KeyFile
	}
	return filepath.Join(o.Dir, "deployment.key")
}

const defaultCacheSize = 4096

// Vault holds the keys of persons. All methods may be called from many goroutines.
type Vault struct {
	keyPath string // of the deployment key's file
	mac     tink.MAC

	lock       chan struct{} // held by whoever uses what follows; a channel, so that waiting ends with a context
	deployment deployment    // as last read: another process may rotate it, see follow
	store      *store        // nil once closed
	cache      *cache
	queue      []*creation // keys asked for, until the next holder of lock makes them
	queued     sync.Mutex  // guards queue
}

// Open opens the vault in a folder, or makes it on first start. It fails when the deployment key is missing while keys
// are stored, or does not fit them (ErrWrongKey), and when the store is damaged (ErrCorrupt) or unavailable.
func Open(o Options) (*Vault, error) {
	if o.CacheSize <= 0 {
		o.CacheSize = defaultCacheSize
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	d, err := openDeployment(o)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.Dir, "keys.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := createStore(path, d); err != nil {
			return nil, err
		}
	}
	s, err := openStore(path)
	if err != nil {
		return nil, err
	}
	v := &Vault{keyPath: o.keyPath(), deployment: d, lock: make(chan struct{}, 1), store: s, cache: newCache(o.CacheSize)}
	if err := v.prepare(); err != nil {
		_ = s.close()
		return nil, err
	}
	return v, nil
}

// Present tells whether a folder holds keys. Open makes new ones where it holds none.
func Present(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "keys.db"))
	return !errors.Is(err, fs.ErrNotExist)
}

// openDeployment loads the deployment key, and makes one if there are no stored keys that need another.
func openDeployment(o Options) (deployment, error) {
	path := o.keyPath()
	// keys.db is looked for first: whoever makes both makes the deployment key before it.
	_, dbErr := os.Stat(filepath.Join(o.Dir, "keys.db"))
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if dbErr == nil {
			return deployment{}, fmt.Errorf("%w: %s is missing, and without it the keys in %s cannot be used: restore it from its backup",
				ErrWrongKey, path, filepath.Join(o.Dir, "keys.db"))
		}
		if err := createDeployment(path); err != nil {
			return deployment{}, err
		}
	}
	if o.KeyFile == "" {
		if err := refuseOpenMode(path); err != nil {
			return deployment{}, err
		}
	}
	return loadDeployment(path)
}

// prepare checks that the deployment key fits and ends a sweep that a crash has interrupted.
func (v *Vault) prepare() error {
	wrapped, err := v.store.deploymentKey("mac")
	if errors.Is(err, ErrUnknownKey) {
		return fmt.Errorf("%w: keys.db lacks its first key (restore it from its backup)", ErrCorrupt)
	}
	if err != nil {
		return err
	}
	if v.mac, err = v.deployment.macKey(wrapped); err != nil { // rotated since the key file was read?
		if err := v.follow(); err != nil {
			return err
		}
		if v.mac, err = v.deployment.macKey(wrapped); err != nil {
			return err
		}
	}
	due, err := v.store.sweepDue()
	if err == nil && due {
		err = v.store.sweep()
	}
	return err
}

// Close releases the files. Calls after it answer ErrClosed, except MAC and VerifyMAC, which need none.
func (v *Vault) Close() error {
	v.lock <- struct{}{}
	defer v.release()
	if v.store == nil {
		return nil
	}
	err := v.store.close()
	v.store = nil
	v.cache.clear()
	if err != nil {
		return storeError("closing", err)
	}
	return nil
}

// acquire takes the store. Whoever gets nil must release it.
func (v *Vault) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case v.lock <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if v.store == nil {
		v.release()
		return ErrClosed
	}
	return nil
}

func (v *Vault) release() { <-v.lock }
