// Package deadlines derives the clocks that still run, and those that ran out and are still owed.
package deadlines

import "time"

// Item is one obligation with its clock. Whether it is overdue is due_at against the reader's clock; Lapsed is the
// recorded fact that nobody had acted.
type Item struct {
	Deadline   string    `json:"deadline"`
	Case       string    `json:"case"`
	Code       string    `json:"code"`
	CaseKind   string    `json:"case_kind"`
	Risk       string    `json:"risk,omitempty"`
	Rule       string    `json:"rule"`
	Pack       string    `json:"pack"`
	Version    int       `json:"version"`
	Article    string    `json:"article,omitempty"`
	Confidence string    `json:"confidence"`
	Owner      string    `json:"owner"` // institution that must act
	Action     string    `json:"action"`
	Kind       string    `json:"kind"`   // what Target is: case, referral, order, ...
	Target     string    `json:"target"` // its id
	SetAt      time.Time `json:"set_at"`
	DueAt      time.Time `json:"due_at"`
	Shift      string    `json:"shift,omitempty"`
	Status     string    `json:"status"` // running or lapsed
	Lapsed     bool      `json:"lapsed,omitempty"`
	LapsedAt   time.Time `json:"lapsed_at,omitzero"`
}
