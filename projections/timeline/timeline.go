// Package timeline tells a case's stream as a story. It is never stored: a case's history is its stream.
package timeline

import "time"

// LateAfter is how long after it happened a thing may be recorded before its entry is marked as late.
const LateAfter = 24 * time.Hour

// Entry is one event of the case.
type Entry struct {
	Position    uint64    `json:"position"`
	Revision    uint64    `json:"revision"`
	EventID     string    `json:"event_id"`
	Type        string    `json:"type"`
	OccurredAt  time.Time `json:"occurred_at"`
	RecordedAt  time.Time `json:"recorded_at"`
	Institution string    `json:"institution,omitempty"`
	Actor       string    `json:"actor"`
	Role        string    `json:"role,omitempty"`
	Basis       string    `json:"basis,omitempty"`
	Late        bool      `json:"late,omitempty"` // recorded more than LateAfter after it happened
	Kind        string    `json:"kind,omitempty"` // what Target is: case, referral, order, ...
	Target      string    `json:"target,omitempty"`
	InError     bool      `json:"in_error,omitempty"` // the thing it tells of was later marked as entered in error
	// Values are the coded values and ids of the event's payload, for its summary. No personal value is among them.
	Values map[string]any `json:"values,omitempty"`
	// Sealed names the payload's fields that are sealed; opening one is a query of its own, which is recorded.
	Sealed []string `json:"sealed,omitempty"`
	// Opens says that the reader may open some of them now. It is about her: whoever reads it to her fills it in.
	Opens bool `json:"opens,omitempty"`
	// Clocks are the deadlines that the same command set, met or voided; on the entry of a lapse, the one that lapsed.
	Clocks []Clock `json:"clocks,omitempty"`

	command string // by which an entry and its clocks belong together
}

// Clock is a deadline as an entry changed it.
type Clock struct {
	Op         string    `json:"op"` // set, met, voided, lapsed
	Deadline   string    `json:"deadline"`
	Rule       string    `json:"rule,omitempty"`
	Article    string    `json:"article,omitempty"`
	Confidence string    `json:"confidence,omitempty"`
	Owner      string    `json:"owner,omitempty"`
	Action     string    `json:"action,omitempty"`
	Kind       string    `json:"kind,omitempty"`
	Target     string    `json:"target,omitempty"`
	DueAt      time.Time `json:"due_at,omitzero"`
}
