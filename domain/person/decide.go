package person

import (
	"fmt"
	"slices"

	"mkr/domain/event"
)

// Command is something that somebody wants to happen to a person's record. This file and erasure.go list the whole
// vocabulary.
type Command interface{ command() }

type (
	// Register makes a person known. The name is required.
	Register struct {
		Person string // id chosen by the caller; a UUID in lower case
		Details
	}
	// ChangeDetails replaces the details that are given and removes those named in Clear. The name can be replaced, not
	// removed.
	ChangeDetails struct {
		Details
		Clear []string
	}
)

func (Register) command()      {}
func (ChangeDetails) command() {}

// State is a person's record. The zero State is of somebody who was never registered.
type State struct {
	Person   string // "" until registered
	Details         // none once erased
	Shredded bool
	Erasure  *Erasure // asked for and not answered yet
	Holds    []Hold   // duties to keep that stand
	Refused  string   // ground of the last refusal to erase
}

// The codes of refusals beside those of fields. They are part of the API.
const (
	CodeAlreadyRegistered = "person_already_registered"
	CodeNotRegistered     = "person_not_registered"
	CodeErased            = "person_erased"
	CodeMissealed         = "missealed" // the value is sealed for another person or as another field
	CodeUnknownValue      = "unknown_value"
)

// Decide says what follows from a command. Refusals are *event.Refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	switch c := c.(type) {
	case Register:
		return register(s, c, m)
	case ChangeDetails:
		return changeDetails(s, c, m)
	case RequestErasure:
		return requestErasure(s, c, m)
	case DecideErasure:
		return decideErasure(s, c, m)
	case PlaceHold:
		return placeHold(s, c, m)
	case LiftHold:
		return liftHold(s, c, m)
	default:
		return nil, fmt.Errorf("person: command %T is not in the vocabulary", c)
	}
}

func register(s State, c Register, m event.Moment) ([]event.Data, error) {
	switch {
	case s.Shredded:
		return nil, erased()
	case s.Person != "":
		return nil, event.Refuse(CodeAlreadyRegistered, "the person is registered already")
	case !ValidSubject(c.Person):
		return nil, event.RefuseField(CodeFormat, "person", "person is not a person id")
	case c.Name.IsZero():
		return nil, refuse(FieldName, CodeRequired)
	}
	if err := c.Details.check(c.Person); err != nil {
		return nil, err
	}
	return []event.Data{Registered{Person: c.Person, Details: c.Details, RecordedBy: m.Actor.Institution}}, nil
}

func changeDetails(s State, c ChangeDetails, m event.Moment) ([]event.Data, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	if err := c.Details.check(s.Person); err != nil {
		return nil, err
	}
	changed := DetailsChanged{RecordedBy: m.Actor.Institution}
	news, old, given := changed.Details.sealed(), s.Details.sealed(), c.Details.sealed()
	for i, g := range given {
		if !g.value.IsZero() && !g.value.Equal(*old[i].value) {
			*news[i].value = *g.value
		}
	}
	if c.Sex != s.Sex {
		changed.Sex = c.Sex
	}
	for _, field := range c.Clear {
		i := slices.IndexFunc(given, func(g sealedField) bool { return g.name == field })
		switch {
		case field == FieldName:
			return nil, refuse(FieldName, CodeRequired)
		case field == FieldSex && c.Sex != "", i >= 0 && !given[i].value.IsZero():
			return nil, refuse(field, CodeMismatch) // both replaced and removed
		case field != FieldSex && i < 0:
			return nil, event.RefuseField(CodeUnknownValue, "clear", "clear names a detail that there is not")
		case field == FieldSex && s.Sex == "", i >= 0 && old[i].value.IsZero(), slices.Contains(changed.Cleared, field):
			continue // holds already
		}
		changed.Cleared = append(changed.Cleared, field)
	}
	if changed.Details.isZero() && len(changed.Cleared) == 0 {
		return nil, nil
	}
	return []event.Data{changed}, nil
}

func (s State) known() error {
	switch {
	case s.Shredded:
		return erased()
	case s.Person == "":
		return event.Refuse(CodeNotRegistered, "the person is not registered")
	}
	return nil
}

func erased() error { return event.Refuse(CodeErased, "the person's data was erased") }

// Evolve folds one event. It applies no rules: what is stored has happened. Events of other streams change nothing.
func Evolve(s State, e event.Data) State {
	switch e := e.(type) {
	case Registered:
		s.Person, s.Details = e.Person, e.Details
	case DetailsChanged:
		current, news := s.Details.sealed(), e.Details.sealed()
		for i, n := range news {
			if !n.value.IsZero() {
				*current[i].value = *n.value
			}
			if slices.Contains(e.Cleared, n.name) {
				*current[i].value = Sealed{}
			}
		}
		if e.Sex != "" || slices.Contains(e.Cleared, FieldSex) {
			s.Sex = e.Sex
		}
	case ErasureRequested:
		s.Erasure = &Erasure{ID: e.Erasure, Basis: e.Basis, Case: e.Case, Account: e.Account, By: e.By, At: e.At}
	case ErasureRefused:
		s.Erasure, s.Refused = nil, e.Ground
	case HoldPlaced:
		s.Holds = append(slices.Clone(s.Holds), Hold{ID: e.Hold, Ground: e.Ground, By: e.By, At: e.At})
	case HoldLifted:
		s.Holds = slices.DeleteFunc(slices.Clone(s.Holds), func(h Hold) bool { return h.ID == e.Hold })
	case KeyShredded:
		s = State{Person: s.Person, Shredded: true}
	}
	return s
}

// sealedField is one sealed detail with the name of its field.
type sealedField struct {
	name  string
	value *Sealed
}

// sealed lists the sealed details, always in one order.
func (d *Details) sealed() []sealedField {
	return []sealedField{
		{FieldName, &d.Name}, {FieldBirthDate, &d.BirthDate}, {FieldNationalID, &d.NationalID},
		{FieldPhone, &d.Phone}, {FieldAddress, &d.Address}, {FieldSafeContact, &d.SafeContact},
	}
}

func (d Details) isZero() bool {
	return d.Sex == "" && !slices.ContainsFunc(d.sealed(), func(f sealedField) bool { return !f.value.IsZero() })
}

// check refuses values that would not open: sealed for somebody else, or as another field.
func (d Details) check(subject string) error {
	for _, f := range d.sealed() {
		v := *f.value
		if !v.IsZero() && (v.Subject != subject || v.Field != f.name || v.Ref == "" || len(v.Box) == 0) {
			return event.RefuseField(CodeMissealed, f.name, f.name+" is sealed for another person or as another field")
		}
	}
	if !ValidSex(d.Sex) {
		return event.RefuseField(CodeUnknownValue, FieldSex, "sex is not one of the known values")
	}
	return nil
}
