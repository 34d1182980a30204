// Package capacity decides about the places of one service of one institution, a shelter's beds above all: the stream
// capacity-<institution>.<service>.
//
// It guarantees:
//
//   - A place is held by one referral at a time: promised to one that was sent, taken by one that was accepted, and free
//     again when the referral has ended or its promise has run out. No more places are held than there are.
//   - The last place is given once, whoever asks at the same moment on however many servers: every decision is appended at
//     the revision that it was made on.
//   - It knows referrals by their ids and no person.
package capacity

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/event"
)

// StreamID is the id of the stream of a service's places.
func StreamID(institution, service string) string { return institution + "." + service }

// OfStream takes the id of such a stream apart.
func OfStream(id string) (institution, service string) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return id, ""
	}
	return id[:i], id[i+1:]
}

// Kept lists the services whose places are given out one by one.
var Kept = []string{"shelter", "residential_care"}

// Keeps tells whether places of the service are given out one by one.
func Keeps(service string) bool { return slices.Contains(Kept, service) }

// Why a place is free again.
const (
	Ended   = "ended"   // its referral came to its end
	Waits   = "waits"   // its referral was put on the waiting list
	RanOut  = "ran_out" // it was promised and nobody answered in time
	NotUsed = "not_used"
)

// Reasons lists them.
var Reasons = []string{Ended, Waits, RanOut, NotUsed}

// Codes of refusals. They are API.
const (
	CodeFull    = "capacity.full"
	CodeNone    = "capacity.not_counted"
	CodeUnknown = "capacity.unknown_code"
)

// Codes lists them all.
var Codes = []string{CodeFull, CodeNone, CodeUnknown}

// Count is what the institution said of its places, and when: Free are those that nobody lives in and that are promised
// to nobody.
type Count struct {
	Total int       `json:"total"`
	Free  int       `json:"free"`
	At    time.Time `json:"at"`
}

// Command is something that somebody wants to happen to the places. This file lists the whole vocabulary. Each carries
// what the institution said last, a fact from its own stream, so that a count is never missed.
type Command interface{ command() }

type (
	// Recount takes in what the institution said last.
	Recount struct{ Count }
	// Reserve promises a place to a referral until an instant.
	Reserve struct {
		Count
		Referral, Case string
		Until          time.Time
	}
	// Confirm gives a referral the place that it was promised, or a free one.
	Confirm struct {
		Count
		Referral, Case string
	}
	// Release frees the place of a referral.
	Release struct {
		Count
		Referral, Why string
	}
)

func (Recount) command() {}
func (Reserve) command() {}
func (Confirm) command() {}
func (Release) command() {}

type (
	// Counted is what the institution said of its places.
	Counted struct{ Count }
	// Reserved promises a place to a referral.
	Reserved struct {
		Referral string    `json:"referral"`
		Case     string    `json:"case"`
		Until    time.Time `json:"until"`
		At       time.Time `json:"at"`
	}
	// Confirmed gives a referral its place.
	Confirmed struct {
		Referral string    `json:"referral"`
		Case     string    `json:"case"`
		At       time.Time `json:"at"`
	}
	// Released frees it.
	Released struct {
		Referral string    `json:"referral"`
		Why      string    `json:"why"`
		At       time.Time `json:"at"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Counted) EventType() string   { return "capacity.counted" }
func (Reserved) EventType() string  { return "capacity.reserved" }
func (Confirmed) EventType() string { return "capacity.confirmed" }
func (Released) EventType() string  { return "capacity.released" }

// Events lists the stored types of capacity streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Counted]("The places of a service were counted."),
		event.Type[Reserved]("A place was promised to a referral, until an instant."),
		event.Type[Confirmed]("A place was given to a referral."),
		event.Type[Released]("The place of a referral is free again."),
	}
}

// Place is one that a referral holds.
type Place struct {
	Referral  string    `json:"referral"`
	Case      string    `json:"case"`
	Confirmed bool      `json:"confirmed,omitempty"`
	Until     time.Time `json:"until,omitzero"` // of a promise
	At        time.Time `json:"at"`
}

// State of a service's places. The zero State is "never counted". States share nothing that is ever written again.
type State struct {
	Total     int       `json:"total"`
	Others    int       `json:"others"` // places that somebody has who did not come by a referral
	CountedAt time.Time `json:"counted_at,omitzero"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	Held      []Place   `json:"held,omitempty"` // in the order in which they were given
}

// Counted tells whether anybody has ever said how many there are.
func (s State) Counted() bool { return !s.CountedAt.IsZero() }

// news tells whether a count is newer than what is known.
func (s State) news(n Count) bool { return n.At.After(s.CountedAt) }

// Recounted is the state after the institution's newest count, whether or not a decision has taken it in yet.
func (s State) Recounted(n Count) State {
	if !s.news(n) {
		return s
	}
	return Evolve(s, Counted{n})
}

// Free is how many nobody has and nobody was promised.
func (s State) Free() int { return max(0, s.Total-s.Others-len(s.Held)) }

// Holds finds the place of a referral.
func (s State) Holds(referral string) (Place, bool) {
	i := slices.IndexFunc(s.Held, func(p Place) bool { return p.Referral == referral })
	if i < 0 {
		return Place{}, false
	}
	return s.Held[i], true
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Counted:
		s.Total, s.Others, s.CountedAt = e.Total, max(0, e.Total-e.Free-len(s.Held)), e.At
		s.ChangedAt = later(s.ChangedAt, e.At)
	case Reserved:
		s.Held = append(slices.Clip(s.Held), Place{Referral: e.Referral, Case: e.Case, Until: e.Until, At: e.At})
		s.ChangedAt = later(s.ChangedAt, e.At)
	case Confirmed:
		s.Held = append(without(s.Held, e.Referral), Place{Referral: e.Referral, Case: e.Case, Confirmed: true, At: e.At})
		s.ChangedAt = later(s.ChangedAt, e.At)
	case Released:
		s.Held = without(s.Held, e.Referral)
		s.ChangedAt = later(s.ChangedAt, e.At)
	}
	return s
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func without(list []Place, referral string) []Place {
	return slices.DeleteFunc(slices.Clone(list), func(p Place) bool { return p.Referral == referral })
}

// Decide answers a command with what happens, or with a refusal. What already holds is no event.
func Decide(s State, c Command, m event.Moment) (out []event.Data, err error) {
	add := func(e event.Data) {
		out = append(out, e)
		s = Evolve(s, e)
	}
	recount := func(n Count) {
		if s.news(n) {
			add(Counted{n})
		}
	}
	free := func() error {
		switch {
		case !s.Counted():
			return event.Refuse(CodeNone, "nobody has said how many places there are")
		case s.Free() == 0:
			return event.Refuse(CodeFull, "no place is free")
		}
		return nil
	}
	switch c := c.(type) {
	case Recount:
		recount(c.Count)
		return out, nil
	case Reserve:
		if _, held := s.Holds(c.Referral); held {
			return nil, nil
		}
		recount(c.Count)
		if err := free(); err != nil {
			return nil, err
		}
		add(Reserved{Referral: c.Referral, Case: c.Case, Until: c.Until.UTC().Round(0), At: m.Now})
		return out, nil
	case Confirm:
		p, held := s.Holds(c.Referral)
		if p.Confirmed {
			return nil, nil
		}
		recount(c.Count)
		if !held {
			if err := free(); err != nil {
				return nil, err
			}
		}
		add(Confirmed{Referral: c.Referral, Case: c.Case, At: m.Now})
		return out, nil
	case Release:
		if !slices.Contains(Reasons, c.Why) {
			return nil, event.RefuseField(CodeUnknown, "why", "is not one of the known codes")
		}
		if _, held := s.Holds(c.Referral); !held {
			return nil, nil
		}
		recount(c.Count) // before the place is free: what was counted did not count it
		add(Released{Referral: c.Referral, Why: c.Why, At: m.Now})
		return out, nil
	}
	return nil, event.Refuse(CodeUnknown, "unknown command")
}
