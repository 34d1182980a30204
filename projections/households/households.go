// Package households derives which cases are linked as of one household: two rows a link, one for each of its cases. They
// are on no socket and in no list; whoever asks for them judges both cases first.
package households

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/household"
	"mkr/projections"
)

// View is the name of the projection.
const View = "households"

// Row is one end of a link.
type Row struct {
	Case   string    `json:"case"`
	Other  string    `json:"other"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Projection folds links.
func Projection(version int) projections.Projection[household.State] {
	return projections.Projection[household.State]{
		Name: View, Version: version, Categories: []string{event.HouseholdCategory}, Topics: []string{projections.Households},
		Keys:  func(f event.Fact) []string { return []string{event.ID(f.Stream)} },
		Apply: func(s household.State, f event.Fact) household.State { return household.Evolve(s, f.Data) },
		Rows: func(key string, s household.State) []projections.Row {
			if !s.Stands {
				return nil
			}
			var out []projections.Row
			for i, id := range s.Cases {
				out = append(out, projections.Row{
					Topic: projections.Households, Key: id + ":" + key, Case: id, SortAt: s.At,
					Doc: projections.Document(Row{Case: id, Other: s.Cases[1-i], Reason: s.Reason, By: s.By, At: s.At}),
				})
			}
			return out
		},
	}
}
