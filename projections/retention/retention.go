// Package retention derives the parts that persons had in closed cases, by when these were closed: what the schedule of
// keeping is held against.
package retention

import (
	"time"

	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Row is one person's part in one closed case.
type Row struct {
	Case     string    `json:"case"`
	Code     string    `json:"code"`
	Kind     string    `json:"kind"`
	Person   string    `json:"person"`
	Role     string    `json:"role"`
	ClosedAt time.Time `json:"closed_at"`
}

// Rows derives a closed case's rows. They fall due by when it was closed: how long after that the data is kept is
// configuration, and no part of a view.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	if s.Status != casefile.Closed {
		return nil
	}
	var out []projections.Row
	for _, p := range s.Persons {
		row := d.Row(projections.Retention, s.ID+":"+p.Person)
		row.Status, row.DueAt, row.SortAt, row.Parties = p.Role, s.ClosedAt, s.ClosedAt, []string{s.Lead}
		row.Doc = projections.Document(Row{Case: s.ID, Code: s.Code, Kind: s.Kind, Person: p.Person, Role: p.Role, ClosedAt: s.ClosedAt})
		out = append(out, row)
	}
	return out
}
