// Package directory derives the institutions with their services.
package directory

import (
	"maps"
	"slices"
	"time"

	"mkr/domain/capacity"
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
	Held       int       `json:"held,omitempty"`       // places that referrals hold: promised or given
	ReportedAt time.Time `json:"reported_at,omitzero"` // when the places were counted
}

// Statuses of a row.
const (
	Active    = "active"
	Suspended = "suspended"
)

// Doc is an institution with the places that referrals hold, by service.
type Doc struct {
	directory.State
	Places map[string]capacity.State `json:",omitempty"`
}

// Projection folds institutions, and the places that referrals hold in them.
func Projection(version int) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.InstitutionCategory, event.CapacityCategory}, Topics: []string{projections.Institutions},
		Keys: func(f event.Fact) []string {
			institution, _ := ofStream(f.Stream)
			return []string{institution}
		},
		Apply: apply, Rows: rows,
	}
}

// With is the document with other places of a service; d is not changed.
func (d Doc) With(service string, places capacity.State) Doc {
	d.Places = maps.Clone(d.Places)
	if d.Places == nil {
		d.Places = map[string]capacity.State{}
	}
	d.Places[service] = places
	return d
}

// ofStream names the institution of a stream, and the service of a stream of places.
func ofStream(stream string) (institution, service string) {
	if event.Category(stream) == event.CapacityCategory {
		return capacity.OfStream(event.ID(stream))
	}
	return event.ID(stream), ""
}

func apply(d Doc, f event.Fact) Doc {
	if _, service := ofStream(f.Stream); service != "" {
		if d.Places == nil {
			d.Places = map[string]capacity.State{}
		}
		d.Places[service] = capacity.Evolve(d.Places[service], f.Data)
		return d
	}
	e, counted := f.Data.(directory.CapacityReported)
	if !counted {
		d.State = directory.Evolve(d.State, f.Data)
		return d
	}
	if e.At.IsZero() { // of before it was in the event itself
		e.At = f.Meta.OccurredAt
	}
	d.State = directory.Evolve(d.State, e)
	if p, held := d.Places[e.Service]; held { // the stream of places takes it in with its next decision
		d.Places[e.Service] = p.Recounted(capacity.Count{Total: e.Total, Free: e.Available, At: e.At})
	}
	return d
}

func rows(key string, s Doc) []projections.Row {
	if !s.Registered() {
		return nil
	}
	doc := Row{Institution: s.Institution, Kind: s.Kind, Sector: s.Sector, Details: s.Details, Suspended: s.Suspended, Reason: s.Reason}
	var assured time.Time
	for _, code := range slices.Sorted(maps.Keys(s.Services)) {
		c, reports := s.Capacity[code]
		offered := Service{Offer: s.Services[code], Capacity: reports, Total: c.Total, Available: c.Available, ReportedAt: c.At}
		if p := s.Places[code]; reports && p.Counted() {
			offered.Total, offered.Available, offered.Held, offered.ReportedAt = p.Total, p.Free(), len(p.Held), p.ChangedAt
		}
		doc.Services = append(doc.Services, offered)
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
