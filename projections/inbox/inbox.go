// Package inbox derives, for every institution, what waits for it.
package inbox

import "time"

// Why a task is in the inbox.
const (
	Owed     = "owed"     // a clock runs for it
	Returned = "returned" // a referral it sent was declined or failed and has come back
	Asked    = "asked"    // a referral was sent to it and is still open
	Told     = "told"     // somebody shared without consent, on a ground of law: the lead is told
)

// Task is one thing that waits for an institution.
type Task struct {
	Task        string    `json:"task"` // stable key
	Why         string    `json:"why"`
	Institution string    `json:"institution"` // for whom it waits
	Case        string    `json:"case"`
	Code        string    `json:"code"`
	CaseKind    string    `json:"case_kind"`
	Risk        string    `json:"risk,omitempty"`
	Action      string    `json:"action"`
	Kind        string    `json:"kind"`   // what Target is: case, referral, order, ...
	Target      string    `json:"target"` // its id
	Deadline    string    `json:"deadline,omitempty"`
	Rule        string    `json:"rule,omitempty"`
	Article     string    `json:"article,omitempty"`
	Confidence  string    `json:"confidence,omitempty"`
	DueAt       time.Time `json:"due_at,omitzero"`
	Lapsed      bool      `json:"lapsed,omitempty"`
	Since       time.Time `json:"since"`
	From        string    `json:"from,omitempty"` // who sent the referral
	To          string    `json:"to,omitempty"`   // who was asked
	Service     string    `json:"service,omitempty"`
	Urgency     string    `json:"urgency,omitempty"`
	Status      string    `json:"status,omitempty"`    // of the referral
	Reason      string    `json:"reason,omitempty"`    // coded: why it was declined or failed
	Attention   string    `json:"attention,omitempty"` // the colleague whom the referral is meant for
}
