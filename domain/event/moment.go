package event

import "time"

// Actor is who acts, by pseudonymous ids only: never a name.
type Actor struct {
	Account     string // account id, or System
	Institution string // institution id, "" for the system and for whoever belongs to none
	Role        string // role code of the access policy
}

// IsSystem tells whether no person acted: a lapse, an expiry.
func (a Actor) IsSystem() bool { return a.Account == System }

// Moment is who acts and when. A handler fills it; deciders have no clock of their own.
type Moment struct {
	// Now is when the decision is recorded, UTC.
	Now time.Time
	// OccurredAt is when the actor says it happened, UTC. It may lie days before Now and is never after it.
	OccurredAt time.Time
	Actor      Actor
}

// Late tells by how much the record comes after what it tells of.
func (m Moment) Late() time.Duration { return m.Now.Sub(m.OccurredAt) }
