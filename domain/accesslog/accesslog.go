// Package accesslog is the vocabulary of the access streams (access-<session>): who looked at what, what was opened, and
// what was refused. Views are never written to a case's own stream.
//
// There is nothing to decide and no state: what was seen has been seen. The payloads guarantee that the log of access
// is no second copy of the data: they hold ids and codes, never a value that was shown.
package accesslog

import "mkr/domain/event"

type (
	// Refused is a command or a query that the policy or a decider said no to.
	Refused struct {
		Command string `json:"command"`          // the action's code
		Stream  string `json:"stream,omitempty"` // what it was about
		Code    string `json:"code"`             // of the refusal
	}
	// Opened says which sealed fields of a person were shown.
	Opened struct {
		Case   string   `json:"case,omitempty"` // the case it was opened in
		Person string   `json:"person"`
		Fields []string `json:"fields"` // names of the sealed fields
	}
	// Viewed is a page or an answer that showed one case, a meeting or an application, without opening anything.
	Viewed struct {
		View   string `json:"view"`             // code of the view: "case", "timeline", "replay"
		Stream string `json:"stream,omitempty"` // what it showed
		// AsOf is the log position the view was asked for, where it was an earlier one: that is what was seen then.
		AsOf uint64 `json:"as_of,omitempty"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Refused) EventType() string { return "access.refused" }
func (Opened) EventType() string  { return "access.opened" }
func (Viewed) EventType() string  { return "access.viewed" }

// Events lists the stored types of access streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Refused]("Somebody asked for what she may not have, or for what the rules forbid."),
		event.Type[Opened]("Sealed fields of a person were shown to somebody."),
		event.Type[Viewed]("A case, a meeting or an application was shown, with nothing sealed opened."),
	}
}

// Stream names the access stream of a session.
func Stream(session string) string { return event.StreamName(event.AccessCategory, session) }
