// Package casework is the one fold over a case's stream that every list of cases derives from.
package casework

import (
	"time"

	"mkr/domain/casefile"
)

// Doc is a case as the lists need it: the case's own state, as its decider folds it, and where it stands in the log.
type Doc struct {
	State    casefile.State `json:"state"`
	Revision uint64         `json:"revision"` // of the newest event
	Position uint64         `json:"position"` // of the newest event
	Last     Last           `json:"last,omitzero"`
}

// Last is the newest event of a case.
type Last struct {
	Type        string    `json:"type"`
	OccurredAt  time.Time `json:"occurred_at"`
	RecordedAt  time.Time `json:"recorded_at"`
	Institution string    `json:"institution,omitempty"`
}

// View is the name of the projection, for projections.Doc.
const View = "casework"
