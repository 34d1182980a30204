package handlers

import (
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/event"
)

// Caller is who asks: the account behind a session or a token. The zero Caller is nobody and may do nothing.
type Caller struct {
	Account     string
	Institution string
	Role        string
	Session     string // id of the session or token; names the access stream
	Language    string // "sq" or "en"
	// Until is when the session ends by itself, by the wall's clock: with its life, the account's time, or the role that it acts in.
	Until time.Time
}

// Actor is the caller as the domain knows it.
func (c Caller) Actor() event.Actor {
	return event.Actor{Account: c.Account, Institution: c.Institution, Role: c.Role}
}

// systemCaller acts for nobody: lapses and expiries.
var systemCaller = Caller{Account: event.System, Role: event.System, Session: "system"}

// Envelope is what comes with every command besides its body.
type Envelope struct {
	// Key is the idempotency key and the command's id. Never the nil UUID.
	Key uuid.UUID
	// Body is what was asked, in canonical form (see CanonicalBody): with it the same key with another body is
	// told from a retry. It is hashed with a key and never kept.
	Body []byte
	// IfMatch, when set, is the revision that the caller saw; an older one is refused with *StaleError.
	IfMatch *uint64
	// OccurredAt is when the caller says it happened; zero means now.
	OccurredAt time.Time
	// Causation names the event that led to it, when a process and not a person sends it.
	Causation string
}

// Receipt says what a command did. A command that found its outcome already there has no events.
type Receipt struct {
	ID        string   `json:"id,omitempty"`   // of the thing that was made: a referral, an order, a case ...
	Case      string   `json:"case,omitempty"` // case id
	Code      string   `json:"code,omitempty"` // DHF-2026-0031
	Stream    string   `json:"-"`
	Revision  uint64   `json:"revision"`
	Position  uint64   `json:"position"`
	Duplicate bool     `json:"duplicate"`
	Events    []string `json:"events"` // the stored names
}

// Shell is whoever has the machine's command line: an administrator, who may keep institutions and accounts and
// sees no case.
func Shell() Caller {
	return Caller{Account: "shell", Role: access.Administrator, Session: "shell", Language: "en"}
}
