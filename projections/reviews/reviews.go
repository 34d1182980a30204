// Package reviews derives the emergency accesses that somebody still has to answer for.
package reviews

import (
	"time"

	"mkr/projections"
	"mkr/projections/casework"
)

// Row is one emergency access without a review.
type Row struct {
	Glass       string    `json:"glass"`
	Case        string    `json:"case"`
	Code        string    `json:"code"`
	Kind        string    `json:"kind"`
	Sealed      bool      `json:"sealed,omitempty"`
	Account     string    `json:"account"`
	Institution string    `json:"institution"`
	Role        string    `json:"role"`
	Reason      string    `json:"reason"`
	Sections    []string  `json:"sections"`
	At          time.Time `json:"at"`
	Until       time.Time `json:"until"`
}

// Rows derives a case's rows, of a closed one too. They are for those who guard the case: a seal does not hide them, since
// whoever answers for an emergency access need not be let into the case; whoever is kept out does not learn of them.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	for _, g := range s.Restriction.Glasses {
		if !g.ToReview() {
			continue
		}
		row := d.Row(projections.Reviews, s.ID+":"+g.ID)
		row.SortAt, row.Parties, row.Status = g.At, []string{s.Lead}, g.Reason
		row.Shut = casework.Kept(s.Restriction)
		row.Doc = projections.Document(Row{
			Glass: g.ID, Case: s.ID, Code: s.Code, Kind: s.Kind, Sealed: s.Restriction.Sealed, Account: g.Account, Institution: g.Institution, Role: g.Role,
			Reason: g.Reason, Sections: g.Sections, At: g.At, Until: g.Until,
		})
		out = append(out, row)
	}
	return out
}
