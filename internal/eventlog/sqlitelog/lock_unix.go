//go:build unix

package sqlitelog

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"mkr/internal/eventlog"
)

// lockFile takes the folder's lock for as long as the file it returns stays open. The kernel gives it back when the process
// dies, however it dies. flock belongs to the open file, so a second Open in this process is refused as well.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: open the lock file: %w", eventlog.ErrUnavailable, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s (stop the other one, or use another folder)", eventlog.ErrLocked, filepath.Dir(path))
		}
		return nil, fmt.Errorf("%w: lock %s: %w", eventlog.ErrUnavailable, path, err)
	}
	return f, nil
}
