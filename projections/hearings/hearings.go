// Package hearings derives the calendar of dates in court.
package hearings

import (
	"time"

	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Item is one hearing.
type Item struct {
	Hearing   string    `json:"hearing"`
	Case      string    `json:"case"`
	Code      string    `json:"code"`
	CaseKind  string    `json:"case_kind"`
	Risk      string    `json:"risk,omitempty"`
	Order     string    `json:"order,omitempty"`
	OrderType string    `json:"order_type,omitempty"`
	Court     string    `json:"court"`
	When      time.Time `json:"when"`
	Status    string    `json:"status"`
	Outcome   string    `json:"outcome,omitempty"`
}

// Rows derives one row a hearing; DueAt is when it is. Those that were entered in error took place on no day.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	var parties []string
	for _, h := range s.Hearings {
		if h.InError {
			continue
		}
		if parties == nil {
			parties = s.Parties()
		}
		i := Item{
			Hearing: h.ID, Case: s.ID, Code: s.Code, CaseKind: s.Kind, Risk: s.Risk, Order: h.Order, Court: h.Court, When: h.When,
			Status: string(h.Status), Outcome: h.Outcome,
		}
		if o, ok := s.Order(h.Order); ok && !o.InError {
			i.OrderType = o.Type
		}
		row := d.Row(projections.Hearings, s.ID+":"+h.ID)
		row.Institution, row.Status, row.Stage, row.DueAt, row.SortAt, row.Parties = h.Court, i.Status, i.OrderType, h.When, h.When, parties
		row.Doc = projections.Document(i)
		out = append(out, row)
	}
	return out
}

// Planned tells whether it is still to be held.
func (i Item) Planned() bool { return i.Status == string(casefile.Planned) }
