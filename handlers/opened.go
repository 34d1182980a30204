package handlers

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/vault"
)

// Want names what the caller asks to read: persons of the case, and entries of its timeline by event id.
type Want struct {
	Persons []string `json:"persons,omitempty" maxItems:"50"`
	Entries []string `json:"entries,omitempty" maxItems:"200"`
}

// Opened is what she may read of it, in the clear. It is made for one answer to her and is kept nowhere.
type Opened struct {
	Persons []OpenedFields `json:"persons"`
	Entries []OpenedFields `json:"entries"`
}

// OpenedFields are the texts of one person or one entry, by field. A field that was erased says so.
type OpenedFields struct {
	ID     string            `json:"id"`
	Fields map[string]string `json:"fields"`
	Erased []string          `json:"erased,omitempty"`
}

// OpenFields opens sealed texts of a case: those that the policy grants to the caller's role and standing, and no
// others. The opening is recorded in her access stream before she reads a word; if it cannot be, nothing opens.
func (s *Service) OpenFields(ctx context.Context, c Caller, caseID string, want Want) (Opened, error) {
	out := Opened{Persons: []OpenedFields{}, Entries: []OpenedFields{}}
	st, facts, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return out, err
	}
	if err := s.judgeSight(c, st); err != nil {
		s.recordRefusal(ctx, c, string(access.OpenFields), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	granted := s.fieldsFor(c, st)
	if granted == 0 {
		err := &DeniedError{Action: string(access.OpenFields), Code: access.CodeNotForRole}
		s.recordRefusal(ctx, c, string(access.OpenFields), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	var sealed []sealedAt
	for _, id := range want.Persons {
		found, err := s.sealedOfPerson(ctx, st, id, granted)
		if err != nil {
			return out, err
		}
		sealed = append(sealed, found...)
	}
	for _, id := range want.Entries {
		i := slices.IndexFunc(facts, func(f event.Fact) bool { return f.ID == id })
		if i < 0 {
			return out, ErrNotFound
		}
		if !s.mayRead(c, st, facts[i]) {
			continue // not between these two, or not for her to know
		}
		sealed = append(sealed, sealedOfEntry(facts[i], granted)...)
	}
	names := make([]string, 0, len(sealed))
	for _, v := range sealed {
		names = append(names, v.path)
	}
	if err := s.recordAccess(ctx, c, accesslog.Opened{Case: caseID, Persons: want.Persons, Entries: want.Entries, Fields: names}); err != nil {
		return out, err
	}
	out.Persons, err = s.openAll(ctx, sealed, want.Persons)
	if err != nil {
		return out, err
	}
	out.Entries, err = s.openAll(ctx, sealed, want.Entries)
	return out, err
}

// sealedAt is one sealed value and where it stands.
type sealedAt struct {
	id, path string
	value    person.Sealed
	erased   bool
}

func (s *Service) sealedOfPerson(ctx context.Context, st casefile.State, id string, granted access.FieldSet) ([]sealedAt, error) {
	if !slices.ContainsFunc(st.Persons, func(p casefile.PersonLink) bool { return p.Person == id }) {
		return nil, ErrNotFound
	}
	ps, err := s.personState(ctx, id)
	if err != nil {
		return nil, err
	}
	return sealedOfDetails(id, ps, granted), nil
}

func sealedOfDetails(id string, ps person.State, granted access.FieldSet) (out []sealedAt) {
	if ps.Shredded { // her record holds nothing any more; that she had a name is no secret
		return []sealedAt{{id: id, path: person.FieldName, erased: true}}
	}
	eachSealed(reflect.ValueOf(ps.Details), func(path string, v person.Sealed) {
		if granted.Has(access.GroupOf(v.Field, "")) {
			out = append(out, sealedAt{id: id, path: path, value: v})
		}
	})
	return out
}

func sealedOfEntry(f event.Fact, granted access.FieldSet) []sealedAt {
	var out []sealedAt
	eachSealed(reflect.ValueOf(f.Data), func(path string, v person.Sealed) {
		// A value whose command is not this event's was moved here: it does not open.
		if v.Ref == f.Meta.CommandID && granted.Has(access.GroupOf(v.Field, sectionOf(f.Data))) {
			out = append(out, sealedAt{id: f.ID, path: path, value: v})
		}
	})
	return out
}

// sectionOf says in which section of the case an entry's texts stand.
func sectionOf(d event.Data) string {
	switch e := d.(type) {
	case casefile.NoteWritten:
		return e.Section
	case casefile.FileAttached:
		return e.Class
	case casefile.MeasureTaken:
		if e.Kind == "medical_exam" {
			return "health"
		}
	}
	return ""
}

// eachSealed visits every sealed value of a payload, by the name it has in JSON.
func eachSealed(v reflect.Value, visit func(path string, v person.Sealed)) {
	if v.Kind() != reflect.Struct {
		return
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		if sealed, ok := v.Field(i).Interface().(person.Sealed); ok {
			if !sealed.IsZero() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				visit(name, sealed)
			}
			continue
		}
		if f.Anonymous {
			eachSealed(v.Field(i), visit)
		}
	}
}

func (s *Service) openAll(ctx context.Context, sealed []sealedAt, ids []string) ([]OpenedFields, error) {
	out := make([]OpenedFields, 0, len(ids))
	for _, id := range ids {
		one := OpenedFields{ID: id, Fields: map[string]string{}}
		for _, v := range sealed {
			if v.id != id {
				continue
			}
			if v.erased {
				one.Erased = append(one.Erased, v.path)
				continue
			}
			text, err := s.Vault.Open(ctx, v.value)
			switch {
			case errors.Is(err, vault.ErrShredded):
				one.Erased = append(one.Erased, v.path)
			case err != nil:
				return nil, err
			default:
				one.Fields[v.path] = text
			}
		}
		out = append(out, one)
	}
	return out, nil
}
