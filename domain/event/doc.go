// Package event is the common language of the deciders: what an event is, how it is stored by name and
// version, and how a decision says no.
//
// Everything here is pure. Payloads are plain property bags; they are never checked when they are read back,
// because what is stored has happened.
package event

import (
	"strconv"
	"time"
)

// Data is the payload of an event. EventType is its stored name: dotted, past tense, written by hand and
// never derived from the Go type's name, so that renaming a type does not break history.
type Data interface{ EventType() string }

// Meta is the envelope that travels beside every payload. It holds pseudonymous ids only: no personal data.
type Meta struct {
	Schema        int       `json:"schema"`
	OccurredAt    time.Time `json:"occurred_at"` // what the actor claims; may lie days before it was recorded
	Actor         string    `json:"actor"`       // account id, or "system"
	Institution   string    `json:"institution"` // institution id of the actor, "" for the system
	Role          string    `json:"role"`
	CommandID     string    `json:"command_id"`
	Fingerprint   string    `json:"fingerprint,omitempty"` // keyed hash of the command's body: tells a retry from a misuse of its id
	CorrelationID string    `json:"correlation_id,omitempty"`
	CausationID   string    `json:"causation_id,omitempty"`
	Basis         string    `json:"basis,omitempty"`  // why it was allowed, as judged then
	Policy        string    `json:"policy,omitempty"` // the policy's version, as judged then
}

// Fact is a stored event, decoded. Order is by Position, always.
type Fact struct {
	Position   uint64
	Stream     string
	Revision   uint64
	ID         string // UUID
	Type       string
	RecordedAt time.Time
	Meta       Meta
	Data       Data
}

// Refusal is a business "no". Code is API and never changes; Field names the input at fault when there is one.
// Text is English for logs and developers; people see the translation of the code.
type Refusal struct {
	Code  string
	Field string
	Text  string
}

func (r *Refusal) Error() string { return "refused: " + r.Code + ": " + r.Text }

// Refuse makes a refusal.
func Refuse(code, text string) error { return &Refusal{Code: code, Text: text} }

// RefuseField makes a refusal that names the field at fault.
func RefuseField(code, field, text string) error {
	return &Refusal{Code: code, Field: field, Text: text}
}

// Stream names. The category before the first dash says which decider owns the stream.
const (
	CaseCategory        = "case"
	PersonCategory      = "person"
	MeetingCategory     = "meeting"
	InstitutionCategory = "institution"
	ActivityCategory    = "activity"
	ApplicationCategory = "application"
	AccountCategory     = "account"
	AccessCategory      = "access"
	RegisterCategory    = "register"
	RulesCategory       = "rules"
	CapacityCategory    = "capacity"
	HouseholdCategory   = "household"
	FlagCategory        = "flag"
	MergeCategory       = "merge"
)

// StreamName joins a category and an id: "case-5f0c...".
func StreamName(category, id string) string { return category + "-" + id }

// Category returns the part of a stream's name before the first dash, and ID the rest.
func Category(stream string) string { c, _ := split(stream); return c }

// ID returns the part of a stream's name after the first dash.
func ID(stream string) string { _, id := split(stream); return id }

func split(stream string) (category, id string) {
	for i := range len(stream) {
		if stream[i] == '-' {
			return stream[:i], stream[i+1:]
		}
	}
	return stream, ""
}

// System is the actor of what no person did: lapses, expiries.
const System = "system"

// Late tells by how much an event was recorded after it is said to have happened.
func (f Fact) Late() time.Duration { return f.RecordedAt.Sub(f.Meta.OccurredAt) }

// Key is the fact's place as text, for error messages.
func (f Fact) Key() string { return f.Stream + "@" + strconv.FormatUint(f.Revision, 10) }
