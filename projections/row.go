package projections

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Topics are the lists that rows belong to.
const (
	Board        = "board"        // one row an open case
	Inbox        = "inbox"        // what waits for an institution
	Outbox       = "outbox"       // every referral an institution sent
	Deadlines    = "deadlines"    // every clock that still runs or was missed
	Register     = "register"     // every case, closed ones too
	Orders       = "orders"       // every protection order, ended ones too
	Hearings     = "hearings"     // every date in court
	Institutions = "institutions" // the directory
	Meetings     = "meetings"     // technical-team meetings
	Activities   = "activities"   // awareness and school activities, projects
	Aid          = "aid"          // applications and what was decided
	Indicators   = "indicators"   // one row a counted thing
	Accounts     = "accounts"     // for handlers only: the hub never sends it
	Sessions     = "sessions"     // for handlers only: the hub never sends it
	Identities   = "identities"   // for handlers only: whom an identity provider names
	Steps        = "steps"        // when the system must act on a case next; for its process only
	Reviews      = "reviews"      // emergency accesses that nobody has answered for yet
	Expiries     = "expiries"     // consents that will run out
	Looks        = "looks"        // who looked at what; on no socket
	Erasures     = "erasures"     // persons whose erasure was asked for, and those erased; on no socket
	Retention    = "retention"    // persons in closed cases, by when these were closed; on no socket
	Households   = "households"   // for handlers only: which cases are linked
	Flags        = "flags"        // what the access sentinel found
)

// Private lists the topics that never leave the server: handlers read them to sign people in, and to know what is due.
var Private = []string{Accounts, Sessions, Identities, Steps, Households}

// Row is one line of one list. It holds coded values, pseudonymous ids and times only, never a personal value,
// sealed or not. The columns are what lists filter and sort by; Doc is what the API and the pages show.
type Row struct {
	Topic       string    // one of the Topics
	Key         string    // unique in its topic and stable: the same thing keeps its key
	Case        string    // case id, "" if the row belongs to none
	Code        string    // what a person types to find it: "DHF-2026-0031"
	Institution string    // who must act (board: has the ball; inbox, deadlines), who sent (outbox), who leads (register)
	Kind        string    // kind of the case, of the meeting, of the institution, ...
	Status      string    // status of the thing the row is about
	Risk        string    // risk level of the case
	Stage       string    // stage of the case
	DueAt       time.Time // UTC, zero if nothing is due
	SortAt      time.Time // UTC, what "newest first" means for the topic
	Parties     []string  // institutions that may see the row at all, sorted; the policy may still allow others
	// Shut says which accounts the row is not for, whatever their institution may see: see ShutTo. "" is the rule.
	Shut string
	// Position is that of the newest event of the document the row derives from. It says as of when the row is
	// known and is no part of the row's content: a row whose content stays equal has not changed.
	Position uint64
	Doc      json.RawMessage // the typed document of the topic's package
}

// Same tells whether both rows show the same, whatever their Position.
func (r Row) Same(o Row) bool {
	return r.Topic == o.Topic && r.Key == o.Key && r.Case == o.Case && r.Code == o.Code &&
		r.Institution == o.Institution && r.Kind == o.Kind && r.Status == o.Status && r.Risk == o.Risk &&
		r.Stage == o.Stage && r.DueAt.Equal(o.DueAt) && r.SortAt.Equal(o.SortAt) &&
		slices.Equal(r.Parties, o.Parties) && r.Shut == o.Shut && bytes.Equal(r.Doc, o.Doc)
}

// As reads a row's document as the topic's type.
func As[T any](r Row) (T, error) {
	var v T
	if err := unmarshal(r.Doc, &v); err != nil {
		return v, fmt.Errorf("projections: row %s %s: %w", r.Topic, r.Key, err)
	}
	return v, nil
}

// Document writes a row's document. What Rows functions show are structs of plain values, so it cannot fail; if a
// programming error makes it fail it panics, which stops that view and no other.
func Document(v any) json.RawMessage {
	b, err := marshal(v)
	if err != nil {
		panic(fmt.Sprintf("projections: a row of %T cannot be written: %v", v, err))
	}
	return b
}
