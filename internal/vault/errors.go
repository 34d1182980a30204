package vault

import (
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"
)

// The errors that callers tell apart with errors.Is. Their texts name subjects by id only.
var (
	ErrShredded    = errors.New("vault: the key of this person was destroyed")
	ErrUnknownKey  = errors.New("vault: there is no key of this person here")
	ErrTampered    = errors.New("vault: the sealed value was changed or moved")
	ErrInvalid     = errors.New("vault: not something that can be sealed")
	ErrWrongKey    = errors.New("vault: the deployment key does not fit the stored keys")
	ErrUnavailable = errors.New("vault: the key store is unavailable")
	ErrCorrupt     = errors.New("vault: the key store is damaged")
	ErrClosed      = errors.New("vault: closed")
)

// storeError sorts an error of SQLite into ErrCorrupt or ErrUnavailable. doing says what was tried.
func storeError(doing string, err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return fmt.Errorf("%w: %s: %w (restore keys.db from its backup)", ErrCorrupt, doing, err)
	default:
		return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
	}
}
