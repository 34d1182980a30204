package handlers

import (
	"context"
	"errors"

	"mkr/domain/event"
	"mkr/domain/person"
)

// PersonOf is a person by a case that she has a part in.
type PersonOf struct{ Case, Person string }

// PersonRefused is one of many that could not be done, and why.
type PersonRefused struct {
	PersonOf
	Code string
}

// EachPerson asks for the erasure of many persons, or decides on it: to each is done what would be done to her alone, in the caller's
// name, judged and recorded anew, and what one is refused keeps no other. A retry under the same key does nothing twice. What was done is
// counted; a fault ends it, and sent again it goes on.
func (s *Service) EachPerson(ctx context.Context, c Caller, a PersonAction, of []PersonOf, in PersonInput, env Envelope) (done int, refused []PersonRefused, last Receipt, err error) {
	for _, p := range of {
		each := env
		each.Key = derive(env.Key, "person/"+p.Case+"/"+p.Person)
		r, err := s.DoPerson(ctx, c, p.Case, p.Person, a, in, each)
		switch code, _ := codeOf(err); {
		case err == nil:
			done++
			if r.Position > last.Position {
				last = r
			}
		case errors.Is(err, ErrStepUp), code == "": // nobody's refusal: who asks proves who she is, or the house is at fault
			return done, refused, last, err
		default:
			if refusal := (*event.Refusal)(nil); errors.As(err, &refusal) {
				code = refusal.Code
			}
			refused = append(refused, PersonRefused{p, code})
		}
	}
	return done, refused, last, nil
}

// ScheduleOver is the request that rests on the schedule; Granted is the decision that erases.
func ScheduleOver() PersonInput { return &RequestErasure{Basis: person.BasisRetention} }

// Granted erases.
func Granted() PersonInput { return &DecideErasure{Outcome: EraseData} }
