package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// command seals what has become known under the person's own key, into her own record, and tells the case which details they were
// and what her day of birth makes of her.
func (in *ChangePerson) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	news := NewPerson{Name: in.Name, BirthDate: in.BirthDate, NationalID: in.NationalID, Phone: in.Phone, Address: in.Address, SafeContact: in.SafeContact}
	m := p.moment(p.caller, Envelope{})
	check := checkDetails
	if !in.Name.IsZero() {
		check = checkPerson
	}
	checked, err := check(m, news)
	if err != nil {
		return nil, err
	}
	checked = slices.DeleteFunc(checked, func(f checkedField) bool { return f.text.IsZero() })
	cmd := casefile.ChangePerson{Change: p.newID(), Person: in.Person}
	for _, f := range checked {
		cmd.Fields = append(cmd.Fields, f.field)
	}
	if len(cmd.Fields) == 0 {
		return nil, &InputError{Field: "birth_date", Code: "required", Text: "say what has become known"}
	}
	link, _ := p.state.Person(in.Person)
	cmd.Minor = link.Minor
	if born, err := time.Parse(time.DateOnly, strings.TrimSpace(in.BirthDate.Reveal())); err == nil {
		cmd.Minor = minorAt(news, p.Clock.Now())
		cmd.Under16 = p.Clock.Now().Before(born.AddDate(16, 0, 0))
	}
	// A trial first: nothing is stored of a change that the case refuses.
	if _, err := p.cases().Decide(p.state, cmd, m); err != nil {
		return nil, err
	}
	return cmd, p.writePerson(ctx, in.Person, checked, func(st person.State, sealed sealer) (person.Command, error) {
		if err := p.mayReplace(st.Details, checked); err != nil {
			return nil, err
		}
		details, err := sealed(person.Details{Sex: st.Sex})
		return person.ChangeDetails{Details: details}, err
	})
}

// mayReplace: what is known is replaced by whoever may read it. Anybody who works on the case adds what she has learnt; but a number at which
// the survivor is safely reached must not be exchanged by somebody from whom it is withheld.
func (p *preparation) mayReplace(known person.Details, news []checkedField) error {
	may := p.fieldsFor(p.caller, p.state)
	for _, f := range news {
		if !f.into(&known).IsZero() && !may.Has(access.GroupOf(f.field, "")) {
			return &InputError{Field: f.field, Code: "withheld", Text: "is known already, and withheld from you"}
		}
	}
	return nil
}
