// Package register derives the register of cases: every case, closed ones too.
package register

import "time"

// Entry is one case in the register.
type Entry struct {
	Case         string    `json:"case"`
	Code         string    `json:"code"`
	Kind         string    `json:"kind"`
	Channel      string    `json:"channel"`
	Status       string    `json:"status"`
	Stage        string    `json:"stage"`
	Risk         string    `json:"risk,omitempty"`
	Lead         string    `json:"lead"`
	Participants []string  `json:"participants"` // institutions that take part now, sorted
	OpenedAt     time.Time `json:"opened_at"`
	ClosedAt     time.Time `json:"closed_at,omitzero"`
	CloseReason  string    `json:"close_reason,omitempty"`
	Reopened     int       `json:"reopened,omitempty"`
	Referrals    int       `json:"referrals"` // all ever sent that stand
}
