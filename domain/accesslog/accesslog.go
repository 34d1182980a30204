// Package accesslog is the caller's own stream (access-<session>): what she looked at, what she opened, what she
// was refused. It is never written to the case's stream: reading a case must not change its history.
package accesslog

import (
	"time"

	"mkr/domain/event"
)

type (
	// Opened: sealed texts were read.
	Opened struct {
		Case    string   `json:"case"` // "" where the person is of none: a family that asks for aid
		Persons []string `json:"persons,omitempty"`
		Entries []string `json:"entries,omitempty"` // event ids
		Fields  []string `json:"fields"`            // names of the fields, never their texts
	}
	// Refused: a command or a look was not allowed, or made no sense.
	Refused struct {
		Action string `json:"action"`
		Target string `json:"target,omitempty"` // stream
		Code   string `json:"code"`
		Field  string `json:"field,omitempty"`
	}
	// DoorRefused: somebody tried to come in under a name that is no account's, or with what names none. It is in nobody's session: the
	// stream is that of one quarter of an hour of one server. The name stands nowhere: the print tells one from another, and only to whoever
	// holds the key and knows what to compare with.
	DoorRefused struct {
		Print  string    `json:"print,omitempty"` // "" where no name was given, or there were too many to tell apart
		Way    string    `json:"way"`
		Why    string    `json:"why"`
		Count  int       `json:"count"`
		Places int       `json:"places"` // networks that the tries came from
		From   time.Time `json:"from"`
		Until  time.Time `json:"until"`
	}
	// Viewed: a case's page was looked at.
	Viewed struct {
		Case string `json:"case"`
		What string `json:"what"` // Case and the other names below
	}
	// Reconstructed: what an account could see at a moment of the history was put together again.
	Reconstructed struct {
		Account  string `json:"account"`
		Position uint64 `json:"position"` // the moment
	}
	// Searched: persons were looked for by name. The name stands nowhere: the print tells one search from another, and only to
	// whoever holds the key and knows what to compare with.
	Searched struct {
		Print string `json:"print"`
		Words int    `json:"words"`
	}
	// Reported: what is kept of a person was put into a document for her.
	Reported struct {
		Case     string `json:"case"`
		Person   string `json:"person"`
		Identity string `json:"identity"` // how it was established who asked: one of Identities
	}
	// Exported: a case left the house as a bundle, with its proof.
	Exported struct {
		Case      string `json:"case"`
		Recipient string `json:"recipient,omitempty"` // institution that it was made for
		Position  uint64 `json:"position"`            // how far its history goes
		Events    uint64 `json:"events"`              // size of the checkpoint that it is proved under
	}
)

// What may be looked at, as it is stored.
const (
	Case       = "case"
	Timeline   = "timeline"
	Past       = "past"     // as it stood
	Looks      = "looks"    // who looked
	PersonPage = "person"   // what stands about a person's data
	Report     = "report"   // the report for the person
	Flags      = "flags"    // what the access sentinel found
	Followed   = "followed" // a page that stayed open was brought up to date by itself
)

// Identities are how it may be established that a person asks for herself, or who asks for her.
var Identities = []string{"papers", "known_in_person", "representative"}

// EventType is the stored name.
func (Opened) EventType() string { return "access.opened" }

// EventType is the stored name.
func (Refused) EventType() string { return "access.refused" }

// EventType is the stored name.
func (DoorRefused) EventType() string { return "access.door_refused" }

// EventType is the stored name.
func (Viewed) EventType() string { return "access.viewed" }

// EventType is the stored name.
func (Exported) EventType() string { return "access.exported" }

// EventType is the stored name.
func (Reconstructed) EventType() string { return "access.reconstructed" }

// EventType is the stored name.
func (Searched) EventType() string { return "access.searched" }

// EventType is the stored name.
func (Reported) EventType() string { return "access.reported" }

// Events lists the stored types for the registry.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Opened]("Sealed texts were opened for the caller."),
		event.Type[Refused]("The caller was refused."),
		event.Type[DoorRefused]("Tries to come in under names that are no account's failed; one event tells of all of a quarter of an hour."),
		event.Type[Viewed]("The caller looked at a case."),
		event.Type[Reconstructed]("The caller put together again what an account could see at a moment."),
		event.Type[Searched]("The caller looked for persons by name; the name is not stored."),
		event.Type[Reported]("What is kept of a person was put into a document for her."),
		event.Type[Exported]("The caller took a case out as a bundle with its proof."),
	}
}
