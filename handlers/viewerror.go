package handlers

import (
	"errors"
	"fmt"

	"mkr/projections"
)

// viewError turns the views' errors into ours.
func viewError(err error) error {
	if errors.Is(err, projections.ErrCursor) {
		return &InputError{Field: "after", Code: "invalid", Text: "not a cursor that a page gave"}
	}
	return fmt.Errorf("views: %w", err)
}
