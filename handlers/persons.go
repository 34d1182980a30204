package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
)

// registerPerson checks and seals a person's details under her own key, stores them in her own stream and
// returns her part in the case. A retry finds the stream it wrote before. A person whose case is refused in the
// end stays behind in a stream that nothing points to, sealed.
func (p *preparation) registerPerson(ctx context.Context, id string, in NewPerson) (casefile.PersonLink, error) {
	link := casefile.PersonLink{Person: id, Role: string(in.Role), Relation: string(in.Relation), Sex: string(in.Sex), Minor: minorAt(in, p.Clock.Now())}
	checked, err := checkPerson(p.moment(p.caller, Envelope{}), in)
	if err != nil {
		return link, err
	}
	return link, p.writePerson(ctx, id, checked, func(_ person.State, sealed sealer) (person.Command, error) {
		details, err := sealed(person.Details{Sex: string(in.Sex)})
		return person.Register{Person: id, Details: details}, err
	})
}

// sealer puts what was checked, sealed under the person's own key, into details.
type sealer func(person.Details) (person.Details, error)

// writePerson carries out a command on a person's own stream, as a part of the command on the case: bound to its key and to its content. So a
// retry finds what it wrote before, and the same key with another content is refused here as it would be in the case.
func (p *preparation) writePerson(ctx context.Context, id string, fields []checkedField, command func(person.State, sealer) (person.Command, error)) error {
	key := derive(p.key, "person/"+id)
	sealed := func(into person.Details) (person.Details, error) {
		for _, f := range fields {
			text, err := p.seal(ctx, id, key, f.field, f.text)
			if err != nil {
				return into, err
			}
			*f.into(&into) = text
		}
		return into, nil
	}
	_, err := run(ctx, p.Service, p.caller, Envelope{Key: key, Causation: p.key.String(), Body: p.body}, decision[person.State]{
		stream: event.StreamName(event.PersonCategory, id), evolve: person.Evolve,
		// Whoever may say what is known of the persons of the case was judged by the case's own decision.
		judge: func(person.State) (string, error) { return "part_in_case", nil },
		decide: func(st person.State, m event.Moment) ([]event.Data, error) {
			cmd, err := command(st, sealed)
			if err != nil {
				return nil, err
			}
			return person.Decide(st, cmd, m)
		},
	})
	return err
}

// minorAt tells whether a person is a minor: it was said, or her date of birth says so (law 18/2017, article 3: a child is
// younger than eighteen). A date that is none is refused by its own check.
func minorAt(in NewPerson, now time.Time) bool {
	if in.Minor {
		return true
	}
	born, err := time.Parse(time.DateOnly, strings.TrimSpace(in.BirthDate.Reveal()))
	return err == nil && now.Before(born.AddDate(18, 0, 0))
}

type checkedField struct {
	field string
	text  person.Plain
	into  func(*person.Details) *person.Sealed
}

// checkPerson checks every detail and names the field at fault.
func checkPerson(m event.Moment, in NewPerson) ([]checkedField, error) {
	name, err := person.CheckName(in.Name)
	if err != nil {
		return nil, err
	}
	rest, err := checkDetails(m, in)
	return append([]checkedField{{person.FieldName, name, func(r *person.Details) *person.Sealed { return &r.Name }}}, rest...), err
}

// checkDetails checks all but the name; what is empty is left so.
func checkDetails(m event.Moment, in NewPerson) ([]checkedField, error) {
	birth, err := person.CheckBirthDate(in.BirthDate, m.Now)
	if err != nil {
		return nil, err
	}
	nid := in.NationalID
	if !nid.IsZero() {
		var said person.NationalID
		if nid, said, err = person.CheckNationalID(in.NationalID); err != nil {
			return nil, err
		}
		if err := person.CheckAgreement(said, birth); err != nil {
			return nil, err
		}
	}
	phone, err := person.CheckPhone(in.Phone)
	if err != nil {
		return nil, err
	}
	address, err := person.CheckLine(person.FieldAddress, in.Address)
	if err != nil {
		return nil, err
	}
	contact, err := person.CheckLine(person.FieldSafeContact, in.SafeContact)
	if err != nil {
		return nil, err
	}
	return []checkedField{
		{person.FieldBirthDate, birth, func(r *person.Details) *person.Sealed { return &r.BirthDate }},
		{person.FieldNationalID, nid, func(r *person.Details) *person.Sealed { return &r.NationalID }},
		{person.FieldPhone, phone, func(r *person.Details) *person.Sealed { return &r.Phone }},
		{person.FieldAddress, address, func(r *person.Details) *person.Sealed { return &r.Address }},
		{person.FieldSafeContact, contact, func(r *person.Details) *person.Sealed { return &r.SafeContact }},
	}, nil
}

// personState folds a person's stream.
func (s *Service) personState(ctx context.Context, id string) (person.State, error) {
	if _, err := uuid.Parse(id); err != nil {
		return person.State{}, ErrNotFound
	}
	facts, err := s.facts(ctx, event.StreamName(event.PersonCategory, id))
	if err != nil {
		return person.State{}, err
	}
	var st person.State
	for _, f := range facts {
		st = person.Evolve(st, f.Data)
	}
	return st, nil
}
