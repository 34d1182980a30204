// Package outbox derives, for every institution, the referrals it sent with what became of them.
package outbox

import (
	"time"

	"mkr/projections/asks"
	"mkr/projections/board"
)

// Item is one referral as its sender sees it.
type Item struct {
	Referral    string     `json:"referral"`
	Case        string     `json:"case"`
	Code        string     `json:"code"`
	CaseKind    string     `json:"case_kind"`
	Risk        string     `json:"risk,omitempty"`
	From        string     `json:"from"`
	To          string     `json:"to"`
	ToPrivate   bool       `json:"to_private,omitempty"`
	OffPlatform bool       `json:"off_platform,omitempty"`
	Service     string     `json:"service"`
	Urgency     string     `json:"urgency"`
	Round       int        `json:"round"`
	Previous    string     `json:"previous,omitempty"`
	ReplacedBy  string     `json:"replaced_by,omitempty"`
	Status      string     `json:"status"`
	HoldKind    string     `json:"hold_kind,omitempty"`
	Open        bool       `json:"open"`
	Reason      string     `json:"reason,omitempty"` // coded: reason or outcome, by status
	Settled     string     `json:"settled,omitempty"`
	Sessions    int        `json:"sessions,omitempty"`
	Review      string     `json:"review,omitempty"` // who still has to review a no
	Via         string     `json:"via,omitempty"`    // made outside mkr
	SentAt      time.Time  `json:"sent_at,omitzero"`
	SeenAt      time.Time  `json:"seen_at,omitzero"`
	AnsweredAt  time.Time  `json:"answered_at,omitzero"`
	ChangedAt   time.Time  `json:"changed_at"`
	Appointment time.Time  `json:"appointment,omitzero"`
	RespondBy   time.Time  `json:"respond_by,omitzero"`
	Ball        board.Ball `json:"ball"`
	Asks        []asks.Ask `json:"asks,omitempty"` // each time that the receiver was asked, with its answer
}
