package casefile

import (
	"time"

	"mkr/domain/person"
)

// Measure is help given on the spot, or a child's protection measure, which lasts.
type Measure struct {
	ID      string        `json:"id"`
	Kind    string        `json:"kind"`
	Detail  person.Sealed `json:"detail,omitzero"`
	By      string        `json:"by"`
	At      time.Time     `json:"at"`
	EndedAt time.Time     `json:"ended_at,omitzero"`
	InError bool          `json:"in_error,omitempty"`
	Medical bool          `json:"medical,omitempty"` // by medical staff

	Court       string    `json:"court,omitempty"` // asked to confirm it
	AskedAt     time.Time `json:"asked_at,omitzero"`
	DecidedAt   time.Time `json:"decided_at,omitzero"`
	Confirmed   bool      `json:"confirmed,omitempty"`
	Parents     string    `json:"parents,omitempty"` // their answer to specialised supervision
	Finding     string    `json:"finding,omitempty"` // of the newest report on the child
	MonitoredAt time.Time `json:"monitored_at,omitzero"`
	Monitored   int       `json:"monitored,omitempty"`
	ReviewedAt  time.Time `json:"reviewed_at,omitzero"`
}
