package handlers

import (
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
)

// past is what has happened to a stream, as one caller may know it. To whoever may not know who is kept out of a case or let
// into it, those events are not there: revisions are counted without them, or an attentive reader would see a number skipped
// and know that something was recorded about somebody.
type past struct {
	traces []trace
	blind  bool
}

func (p past) sees(eventType string) bool { return !p.blind || !casefile.Confidential(eventType) }

// revision is that of an event as she counts: of one that she may not know of it is the one's before.
func (p past) revision(stored uint64) uint64 {
	if !p.blind {
		return stored
	}
	n := uint64(0)
	for _, t := range p.traces {
		if t.revision <= stored && p.sees(t.eventType) {
			n++
		}
	}
	return max(n, 1) - 1 // the first event of a case is for everybody who sees it
}

// nothingNew is the receipt of a command whose outcome already holds.
func (p past) nothingNew(stream string) Receipt {
	r := Receipt{Stream: stream, Duplicate: true, Events: []string{}}
	for _, t := range p.traces {
		if p.sees(t.eventType) {
			r.Revision, r.Position = p.revision(t.revision), t.position
		}
	}
	return r
}

// match compares the revision that she saw with what has happened since, as far as she may know of it.
func (p past) match(want *uint64) error {
	if want == nil || len(p.traces) == 0 {
		return nil
	}
	stale, next := &StaleError{}, uint64(0)
	for _, t := range p.traces {
		if !p.sees(t.eventType) {
			continue
		}
		stale.Revision = next // as she counts
		next++
		if stale.Revision > *want && t.eventType != seenType { // that somebody looked is no change to what one decides on
			stale.Changed = append(stale.Changed, Change{Revision: stale.Revision, Type: t.eventType, Institution: t.institution, OccurredAt: t.occurredAt.Format(time.RFC3339)})
		}
	}
	if ahead := *want > stale.Revision; len(stale.Changed) == 0 && !ahead { // nobody can have seen what is ahead
		return nil
	}
	return stale
}

var seenType = casefile.ReferralSeen{}.EventType()

// known are the facts that a caller may know of, in order, their revisions counted as she may count them.
func known(facts []event.Fact, blind bool) []event.Fact {
	if !blind {
		return facts
	}
	out := make([]event.Fact, 0, len(facts))
	for _, f := range facts {
		if casefile.Confidential(f.Type) {
			continue
		}
		f.Revision = uint64(len(out))
		out = append(out, f)
	}
	return out
}
