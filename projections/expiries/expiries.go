// Package expiries derives the consents that will run out, for the process that writes it down when they have.
package expiries

import (
	"mkr/projections"
	"mkr/projections/casework"
)

// Row is one consent that stands until a day.
type Row struct {
	Case    string `json:"case"`
	Consent string `json:"consent"`
}

// Rows derives a case's rows, of a closed one too.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	for _, c := range s.Consents {
		if c.Decision != "given" || c.Withdrawn || c.Expired || c.Until.IsZero() {
			continue
		}
		row := d.Row(projections.Expiries, s.ID+":"+c.ID)
		row.DueAt, row.Doc = c.Until, projections.Document(Row{Case: s.ID, Consent: c.ID})
		out = append(out, row)
	}
	return out
}
