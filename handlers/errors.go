package handlers

import (
	"errors"
	"fmt"

	"mkr/domain/event"
)

// The errors that the web turns into answers. A *event.Refusal passes through as it is: 409, or 422 when it
// names a field.
var (
	// ErrNotFound is for what does not exist and for what is not yours alike: 404.
	ErrNotFound = errors.New("not found")
	// ErrUnavailable: the store cannot take it now; nothing acknowledged is lost: 503.
	ErrUnavailable = errors.New("the event log is unavailable")
	// ErrNotSignedIn: no valid session or token: 401.
	ErrNotSignedIn = errors.New("not signed in")
	// ErrTooManyTries: sign-in is rate limited: 429.
	ErrTooManyTries = errors.New("too many tries")
	// ErrKeyReused: the idempotency key came with another body before: 422.
	ErrKeyReused = errors.New("the idempotency key was used for another request")
	// ErrBusy: others changed the stream again and again while we tried: 503.
	ErrBusy = errors.New("the case is changing too quickly; try again")
)

// DeniedError says that the caller may see the thing but not do this: 403.
type DeniedError struct{ Action, Code string }

func (e *DeniedError) Error() string { return fmt.Sprintf("%s is not allowed: %s", e.Action, e.Code) }

// InputError names a field of the input that cannot be right: 422.
type InputError struct{ Field, Code, Text string }

func (e *InputError) Error() string { return e.Field + ": " + e.Text }

// StaleError says what changed since the caller looked: 412.
type StaleError struct {
	Revision uint64   // where the stream stands
	Changed  []Change // what happened since
}

// Change is one thing that happened in the meantime.
type Change struct {
	Revision    uint64 `json:"revision"`
	Type        string `json:"type"`
	Institution string `json:"institution"`
	OccurredAt  string `json:"occurred_at"`
}

func (e *StaleError) Error() string { return "the case has changed since you looked" }

func asRefusal(err error) (*event.Refusal, bool) {
	var r *event.Refusal
	ok := errors.As(err, &r)
	return r, ok
}
