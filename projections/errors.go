package projections

import (
	"errors"
	"fmt"
)

// ErrNotFound says that there is no such row or document.
var ErrNotFound = errors.New("projections: not found")

// ErrCursor says that Query.After is no cursor of this list.
var ErrCursor = errors.New("projections: the cursor is not one of this list")

// ErrTopic says that there is no such topic.
var ErrTopic = errors.New("projections: no such topic")

// StoppedError says that a view met an event it cannot take in and stands before it until a newer build can.
type StoppedError struct{ State State }

func (e *StoppedError) Error() string {
	return fmt.Sprintf("projections: view %s stopped before the event at %d (%s): %s", e.State.View, e.State.StoppedAt, e.State.Type, e.State.Reason)
}

// Codes of a view that is not ready.
const (
	CatchingUp = "catching_up"
	Rebuilding = "rebuilding"
	InTrouble  = "trouble"
	Stopped    = "stopped" // of a StoppedError
)

// NotReadyError says why a view cannot be relied upon now. Its Text is for the log; what anybody may read is View and Code.
type NotReadyError struct{ View, Code, Text string }

func (e *NotReadyError) Error() string {
	return fmt.Sprintf("projections: view %s: %s: %s", e.View, e.Code, e.Text)
}

// State is how a view stands. Pages show it ("as of event 8,123; stopped at 8,124"), readyz reports it.
type State struct {
	View     string `json:"view"`
	Version  int    `json:"version"`
	Position uint64 `json:"position"` // of the newest event taken in
	Live     bool   `json:"live"`     // has caught up with the log since the start

	Stopped   bool   `json:"stopped,omitempty"`
	StoppedAt uint64 `json:"stopped_at,omitempty"` // position of the event that could not be taken in
	Type      string `json:"type,omitempty"`       // its type
	Reason    string `json:"reason,omitempty"`     // why; never holds payload

	Building bool   `json:"building,omitempty"` // an older copy serves while the new one is built
	Built    uint64 `json:"built,omitempty"`    // how far the new copy has got
	Trouble  string `json:"trouble,omitempty"`  // the views file or the log cannot be used now; being tried again
}
