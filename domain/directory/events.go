package directory

import (
	"time"

	"mkr/domain/event"
)

type (
	// Registered begins the stream.
	Registered struct {
		Institution string `json:"institution"`
		Kind        string `json:"kind"`
		Sector      string `json:"sector"`
		Details
	}
	// DetailsChanged holds the new details as a whole.
	DetailsChanged struct{ Details }
	// ServiceOffered adds or renews a service.
	ServiceOffered struct{ Offer }
	// ServiceWithdrawn ends it.
	ServiceWithdrawn struct {
		Service string `json:"service"`
	}
	// CapacityReported says how many places a service has, and how many were free at a time. The oldest events have
	// no time of their own; for them it is when they occurred.
	CapacityReported struct {
		Service   string    `json:"service"`
		Total     int       `json:"total"`
		Available int       `json:"available"`
		At        time.Time `json:"at,omitzero"`
	}
	// Suspended takes the institution out of use for a time.
	Suspended struct {
		Reason string `json:"reason"`
	}
	// Reinstated ends a suspension.
	Reinstated struct{}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Registered) EventType() string       { return "institution.registered" }
func (DetailsChanged) EventType() string   { return "institution.details_changed" }
func (ServiceOffered) EventType() string   { return "institution.service_offered" }
func (ServiceWithdrawn) EventType() string { return "institution.service_withdrawn" }
func (CapacityReported) EventType() string { return "institution.capacity_reported" }
func (Suspended) EventType() string        { return "institution.suspended" }
func (Reinstated) EventType() string       { return "institution.reinstated" }

// Events lists the stored types of institution streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Registered]("An institution joined the directory."),
		event.Type[DetailsChanged]("The public facts of an institution changed; the event holds all of them."),
		event.Type[ServiceOffered]("An institution offers a service, or renewed what is said of it."),
		event.Type[ServiceWithdrawn]("A service is offered no more."),
		event.Type[CapacityReported]("How many places a service has, and how many are free."),
		event.Type[DutySet]("A shift stands on the duty roster of an institution."),
		event.Type[DutyEnded]("A shift stands on the duty roster no longer."),
		event.Type[Suspended]("An institution is offered to nobody for a time."),
		event.Type[Reinstated]("A suspension ended."),
	}
}
