package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// deployment is the key that wraps all keys of persons. It is a keyset, so that it can be rotated: new keys are wrapped
// by the primary, old ones are unwrapped by whichever key of the set wrapped them.
type deployment struct {
	aead  tink.AEAD
	keyID uint32 // of the primary key
}

// loadDeployment reads a keyset file. Its errors never hold any of the file's content.
func loadDeployment(path string) (deployment, error) {
	handle, err := readKeyset(path)
	if err != nil {
		return deployment{}, err
	}
	return deploymentOf(path, handle)
}

// createDeployment makes a new keyset file, readable by its owner only, unless there is one already: of several that
// try at once, exactly one makes it.
func createDeployment(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("vault: making a deployment key: %w", err)
	}
	return createOnce(path, func(temp string) error {
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		err = insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(f))
		return errors.Join(err, f.Close())
	})
}

// refuseOpenMode refuses a key file that others than its owner can read.
func refuseOpenMode(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("vault: reading the deployment key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("vault: others can read the deployment key (mode %04o): chmod 600 %s", mode, path)
	}
	return nil
}

// createOnce lets fill write a file under a temporary name in the same folder, makes it durable and gives it its name,
// all or nothing. If path exists by then it stays as it is.
func createOnce(path string, fill func(temp string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("vault: creating %s: %w", path, err)
	}
	temp := f.Name()
	defer func() { _ = os.Remove(temp) }()
	_ = f.Close()
	if err := fill(temp); err != nil {
		return fmt.Errorf("vault: creating %s: %w", path, err)
	}
	if err := syncFile(temp); err != nil {
		return fmt.Errorf("vault: creating %s: %w", path, err)
	}
	// A hard link, unlike a rename, never replaces what another process made meanwhile.
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("vault: creating %s: %w", path, err)
	}
	return syncFile(dir)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
