// Package orders derives the register of protection orders: every order of every case, those that have ended too.
package orders

import "time"

// Item is one order. What is left of its validity is valid_until against the reader's clock.
type Item struct {
	Order      string   `json:"order"`
	Case       string   `json:"case"`
	Code       string   `json:"code"`
	CaseKind   string   `json:"case_kind"`
	Risk       string   `json:"risk,omitempty"`
	Lead       string   `json:"lead"`
	Type       string   `json:"type"`
	Status     string   `json:"status"`
	Court      string   `json:"court,omitempty"`
	Executor   string   `json:"executor,omitempty"`
	Conditions []string `json:"conditions,omitempty"` // letters of law 9669 art. 10(1)

	RequestedAt time.Time `json:"requested_at,omitzero"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	UpheldAt    time.Time `json:"upheld_at,omitzero"`
	ServedAt    time.Time `json:"served_at,omitzero"`
	ExecutedAt  time.Time `json:"executed_at,omitzero"`
	ValidUntil  time.Time `json:"valid_until,omitzero"`
	EndedAt     time.Time `json:"ended_at,omitzero"`

	ExtensionBy        time.Time `json:"extension_by,omitzero"` // by when an extension must be asked for, while it is still owed
	ExtensionRequested bool      `json:"extension_requested,omitempty"`
	ExtensionRefused   bool      `json:"extension_refused,omitempty"`
	Extensions         int       `json:"extensions,omitempty"`
	Warned             int       `json:"warned,omitempty"`         // warnings before its present end
	NextWarning        time.Time `json:"next_warning,omitzero"`    // when the next one comes
	Breaches           []Breach  `json:"breaches,omitempty"`       // reported, the first first
	BreachesTotal      int       `json:"breaches_total,omitempty"` // those too that were told of before there were notices
	Next               Next      `json:"next,omitzero"`            // what is owed for it first
}

// Breach is a report that it was broken, and who has not yet said that it knows.
type Breach struct {
	Breach string    `json:"breach"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Told   int       `json:"told"`
	Silent []string  `json:"silent,omitempty"`
}

// Next is what is owed for an order first.
type Next struct {
	Institution string    `json:"institution"`
	Action      string    `json:"action"`
	DueAt       time.Time `json:"due_at"`
	Lapsed      bool      `json:"lapsed,omitempty"`
}

// What a reader may watch for. Silent: an institution has not said that it knows of a breach.
const (
	Unserved   = "unserved"
	Unexecuted = "unexecuted"
	Breached   = "breached"
	Silent     = "silent"
	Ending     = "ending" // its end was warned of
)

// Watches lists them.
var Watches = []string{Ending, Breached, Silent, Unserved, Unexecuted}

// Shows tells whether an order is one of those watched for. What has ended needs no watch.
func (i Item) Shows(watch string) bool {
	inForce := i.Status == "in_force"
	switch watch {
	case Unserved:
		return inForce && i.Court != "" && i.ServedAt.IsZero() && i.ExecutedAt.IsZero()
	case Unexecuted:
		return inForce && i.ExecutedAt.IsZero()
	case Breached:
		return inForce && i.BreachesTotal > 0
	case Silent:
		for _, b := range i.Breaches {
			if len(b.Silent) > 0 {
				return true
			}
		}
	case Ending:
		return inForce && i.Warned > 0
	}
	return false
}
