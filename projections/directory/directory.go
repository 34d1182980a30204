// Package directory derives the institutions with their services.
package directory

import (
	"maps"
	"slices"
	"time"

	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/projections"
)

// View is the name of the projection.
const View = "directory"

// Row is one institution.
type Row struct {
	Institution string `json:"institution"`
	Kind        string `json:"kind"`
	Sector      string `json:"sector"`
	directory.Details
	Services  []Service `json:"services,omitempty"` // by service code
	Suspended bool      `json:"suspended,omitempty"`
	Reason    string    `json:"reason,omitempty"` // of the suspension
}

// Service is one that the institution offers.
type Service struct {
	directory.Offer
	Capacity   bool      `json:"capacity,omitempty"` // it reports places
	Total      int       `json:"total,omitempty"`
	Available  int       `json:"available,omitempty"`
	ReportedAt time.Time `json:"reported_at,omitzero"` // when the places were counted
}

// Statuses of a row.
const (
	Active    = "active"
	Suspended = "suspended"
)

// Projection folds institutions.
func Projection(version int) projections.Projection[directory.State] {
	return projections.Projection[directory.State]{
		Name: View, Version: version, Categories: []string{event.InstitutionCategory}, Topics: []string{projections.Institutions},
		Apply: func(s directory.State, f event.Fact) directory.State {
			if e, ok := f.Data.(directory.CapacityReported); ok && e.At.IsZero() { // of before it was in the event itself
				e.At = f.Meta.OccurredAt
				return directory.Evolve(s, e)
			}
			return directory.Evolve(s, f.Data)
		},
		Rows: rows,
	}
}

func rows(key string, s directory.State) []projections.Row {
	if !s.Registered() {
		return nil
	}
	doc := Row{Institution: s.Institution, Kind: s.Kind, Sector: s.Sector, Details: s.Details, Suspended: s.Suspended, Reason: s.Reason}
	var assured time.Time
	for _, code := range slices.Sorted(maps.Keys(s.Services)) {
		c, reports := s.Capacity[code]
		doc.Services = append(doc.Services, Service{Offer: s.Services[code], Capacity: reports, Total: c.Total, Available: c.Available, ReportedAt: c.At})
		if at := s.Services[code].AssuredAt; at.After(assured) {
			assured = at
		}
	}
	row := projections.Row{
		Topic: projections.Institutions, Key: key, Institution: key, Kind: s.Kind, Status: Active, Stage: s.Sector, SortAt: assured,
		Doc: projections.Document(doc),
	}
	if s.Suspended {
		row.Status = Suspended
	}
	return []projections.Row{row}
}
