//go:build !unix

package sqlitelog

import (
	"fmt"
	"os"
	"runtime"

	"mkr/internal/eventlog"
)

// lockFile refuses: without a lock that dies with its process, two servers could write to one folder.
func lockFile(string) (*os.File, error) {
	return nil, fmt.Errorf("%w: the embedded log cannot lock its folder on %s; use EventStoreDB", eventlog.ErrUnavailable, runtime.GOOS)
}
