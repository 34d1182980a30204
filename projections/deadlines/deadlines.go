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
	Right      bool      `json:"right,omitempty"`    // time that may be used and need not
	WarnedAt   time.Time `json:"warned_at,omitzero"` // the owner was last warned
	Rung       string    `json:"rung,omitempty"`     // the highest that was told: officer, deputy, head, coordinator
	RungAt     time.Time `json:"rung_at,omitzero"`   // when
	AckBy      string    `json:"ack_by,omitempty"`   // institution that answered last
	Answer     string    `json:"answer,omitempty"`   // what it said
	AckAt      time.Time `json:"ack_at,omitzero"`    // when
	ActsBy     time.Time `json:"acts_by,omitzero"`   // until when it says it acts
}
