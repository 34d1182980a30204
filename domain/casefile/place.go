package casefile

import "mkr/domain/capacity"

// Place is what a referral wants of the places of its receiver: a bed in a shelter, above all.
type Place int

// From the weakest.
const (
	NoPlace  Place = iota
	Promised       // it was sent, and a place is to be kept until the answer
	Given          // it was accepted: somebody comes, or is there
)

// Place says what the referral wants now. Who waits on a list has no place.
func (r Referral) Place() Place {
	if !capacity.Keeps(r.Service) {
		return NoPlace
	}
	switch r.Status {
	case Sent, Acknowledged:
		if r.ReferralContent.Place {
			return Promised
		}
	case Accepted, Scheduled, NoShow, InProgress, CancellationRequested:
		return Given
	case OnHold:
		if r.HoldKind != Waitlisted {
			return Given
		}
	}
	return NoPlace
}
