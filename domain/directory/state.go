package directory

import (
	"maps"
	"slices"
	"time"

	"mkr/domain/event"
)

// Capacity of one service, and when it was so.
type Capacity struct {
	Total, Available int
	At               time.Time
}

// State of an institution. The zero State is "not registered". States share nothing that is ever written again.
type State struct {
	Institution string
	Kind        string
	Sector      string
	Details     Details
	Services    map[string]Offer    // by service code
	Capacity    map[string]Capacity // by service code
	Suspended   bool
	Reason      string  // of the suspension
	Duty        []Shift // the roster, in the order in which it was filed
}

// Registered tells whether the institution is there at all.
func (s State) Registered() bool { return s.Institution != "" }

// Offers tells whether the institution can be sent somebody for this service now.
func (s State) Offers(service string) bool {
	_, ok := s.Services[service]
	return ok && !s.Suspended
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Registered:
		s.Institution, s.Kind, s.Sector, s.Details = e.Institution, e.Kind, e.Sector, e.Details
	case DetailsChanged:
		s.Details = e.Details
	case ServiceOffered:
		s.Services = with(s.Services, e.Service, e.Offer)
	case ServiceWithdrawn:
		s.Services = without(s.Services, e.Service)
		s.Capacity = without(s.Capacity, e.Service)
	case CapacityReported:
		s.Capacity = with(s.Capacity, e.Service, Capacity{Total: e.Total, Available: e.Available, At: e.At})
	case DutySet:
		s.Duty = append(slices.Clip(s.Duty), e.Shift)
	case DutyEnded:
		s.Duty = slices.DeleteFunc(slices.Clone(s.Duty), func(h Shift) bool { return h.Shift == e.Shift })
	case Suspended:
		s.Suspended, s.Reason = true, e.Reason
	case Reinstated:
		s.Suspended, s.Reason = false, ""
	}
	return s
}

// with and without copy, because older states may still be in use.
func with[V any](m map[string]V, key string, value V) map[string]V {
	next := make(map[string]V, len(m)+1)
	maps.Copy(next, m)
	next[key] = value
	return next
}

func without[V any](m map[string]V, key string) map[string]V {
	next := maps.Clone(m)
	delete(next, key)
	return next
}

// HasInbox tells whether the institution works on cases. One that oversees others reads figures and proofs; nobody there has
// tasks, so nothing may be asked of it.
func (s State) HasInbox() bool { return s.Kind != Oversight }
