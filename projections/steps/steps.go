// Package steps derives when the system itself must act on a case next: warn, record a lapse, tell the next rung. It is a
// list for the process that does so and never leaves the server.
package steps

import (
	"mkr/projections"
	"mkr/projections/casework"
)

// Item is nothing but the row's due time: the case itself says what is due.
type Item struct{}

// Rows derives one row for a case about which something will be due: at the earliest of its steps.
func Rows(d casework.Doc) []projections.Row {
	step, ok := d.State.NextStep()
	if !ok {
		return nil
	}
	row := d.Row(projections.Steps, d.State.ID)
	row.DueAt = step.At
	row.Doc = projections.Document(Item{})
	return []projections.Row{row}
}
