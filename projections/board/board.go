// Package board derives the live board's rows from cases: one row an open case.
package board

import "time"

// Row is one open case on the board.
type Row struct {
	Case          string     `json:"case"`
	Code          string     `json:"code"`
	Kind          string     `json:"kind"`
	Channel       string     `json:"channel"`
	Risk          string     `json:"risk,omitempty"`
	Stage         string     `json:"stage"`
	Lead          string     `json:"lead"`
	Participants  []string   `json:"participants"` // institutions that take part now, sorted
	Ball          Ball       `json:"ball"`
	Next          []NextDate `json:"next,omitempty"` // what is in the diary, soonest first
	Orders        []Order    `json:"orders,omitempty"`
	OpenReferrals int        `json:"open_referrals"`
	Waiting       int        `json:"waiting"` // referrals that the receiver has not answered yet
	OpenedAt      time.Time  `json:"opened_at"`
	Last          Last       `json:"last"`
	Position      uint64     `json:"position"` // of Last
}

// Ball says who must act next, what and until when. Overdue is due_at against the reader's clock.
type Ball struct {
	Closed      bool      `json:"closed,omitempty"`
	Institution string    `json:"institution,omitempty"`
	Action      string    `json:"action,omitempty"`
	Kind        string    `json:"kind,omitempty"`   // what Target is: case, referral, order, ...
	Target      string    `json:"target,omitempty"` // its id
	Rule        string    `json:"rule,omitempty"`
	DueAt       time.Time `json:"due_at,omitzero"`
	Lapsed      bool      `json:"lapsed,omitempty"`
	Rung        string    `json:"rung,omitempty"`   // how far the silence has climbed: officer, deputy, head, coordinator
	AckBy       string    `json:"ack_by,omitempty"` // institution that answered last, since it was told
}

// NextDate is a date in the diary of a case.
type NextDate struct {
	Kind        string    `json:"kind"` // hearing, visit, appointment, plan_action
	Target      string    `json:"target"`
	At          time.Time `json:"at"`
	Institution string    `json:"institution,omitempty"`
}

// Order is a protection order that was asked for or is in force.
type Order struct {
	Order      string    `json:"order"`
	Type       string    `json:"type"`
	Status     string    `json:"status"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
	Executed   bool      `json:"executed,omitempty"`
}

// Last is the newest event of the case.
type Last struct {
	Type        string    `json:"type"`
	At          time.Time `json:"at"` // when it is said to have happened
	RecordedAt  time.Time `json:"recorded_at"`
	Institution string    `json:"institution,omitempty"`
}
