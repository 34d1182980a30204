// Package looks derives who looked at what: one row a look, an opening or a refused attempt, out of the callers' own
// streams. Cases' streams hold none of it.
package looks

import (
	"time"

	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/projections"
)

// View is the name of the projection.
const View = "looks"

// What a caller did.
const (
	Viewed   = "viewed"
	Opened   = "opened"
	Refused  = "refused"
	Exported = "exported"
)

// Row is one of them. It says which fields were opened and never what they hold.
type Row struct {
	Event       string    `json:"event"`
	Case        string    `json:"case,omitempty"`
	Account     string    `json:"account"`
	Institution string    `json:"institution,omitempty"`
	Role        string    `json:"role"`
	At          time.Time `json:"at"`
	What        string    `json:"what"`             // viewed, opened, refused or exported
	Part        string    `json:"part,omitempty"`   // case, timeline, past, looks; of a refusal the action
	Fields      []string  `json:"fields,omitempty"` // that were opened
	Persons     []string  `json:"persons,omitempty"`
	Entries     []string  `json:"entries,omitempty"`
	Code        string    `json:"code,omitempty"` // of the refusal
}

// Projection tells every look by itself: a token's stream may hold very many.
func Projection(version int) projections.Projection[Row] {
	return projections.Projection[Row]{
		Name: View, Version: version, Categories: []string{event.AccessCategory}, Topics: []string{projections.Looks},
		Keys:  func(f event.Fact) []string { return []string{f.ID} },
		Apply: func(_ Row, f event.Fact) Row { return rowOf(f) },
		Rows: func(key string, r Row) []projections.Row {
			if r.What == "" {
				return nil
			}
			return []projections.Row{{
				Topic: projections.Looks, Key: r.Case + ":" + key, Case: r.Case, Institution: r.Institution, Kind: r.Role, Status: r.What, SortAt: r.At,
				Doc: projections.Document(r),
			}}
		},
	}
}

func rowOf(f event.Fact) Row {
	r := Row{Event: f.ID, Account: f.Meta.Actor, Institution: f.Meta.Institution, Role: f.Meta.Role, At: f.Meta.OccurredAt}
	switch d := f.Data.(type) {
	case accesslog.Viewed:
		r.What, r.Case, r.Part = Viewed, d.Case, d.What
	case accesslog.Opened:
		r.What, r.Case, r.Fields, r.Persons, r.Entries = Opened, d.Case, d.Fields, d.Persons, d.Entries
	case accesslog.Reported:
		r.What, r.Case, r.Persons, r.Part = Exported, d.Case, []string{d.Person}, accesslog.Report
	case accesslog.Exported:
		r.What, r.Case = Exported, d.Case
	case accesslog.Refused:
		r.What, r.Part, r.Code = Refused, d.Action, d.Code
		if event.Category(d.Target) == event.CaseCategory {
			r.Case = event.ID(d.Target)
		}
	}
	return r
}
