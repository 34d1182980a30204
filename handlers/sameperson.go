package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/merge"
	"mkr/projections"
	"mkr/projections/people"
)

// SamePerson is another record of the same person, by its part in a case that the caller lists.
type SamePerson struct {
	PersonPart
	Reason string    `json:"reason"`
	By     string    `json:"by"` // institution that merged them
	At     time.Time `json:"at"`
	Direct bool      `json:"direct"`           // merged with this very record, and not only with one that is
	Kept   bool      `json:"kept,omitempty"`   // it stands for all of them
	Erased bool      `json:"erased,omitempty"` // nothing of it opens any more
	// Asked: its erasure was asked for in one with that of the record that the page is about, and waits.
	Asked bool `json:"asked,omitempty"`
}

// PartedPerson is a record that was taken for the same person once, by its part in a case that the caller lists.
type PartedPerson struct {
	PersonPart
	Reason    string    `json:"reason"`
	By        string    `json:"by"` // institution that merged them
	At        time.Time `json:"at"`
	PartedFor string    `json:"parted_for"`
	PartedBy  string    `json:"parted_by"` // institution that separated them
	PartedAt  time.Time `json:"parted_at"`
}

// partedPersons lists the merges of a person's record that were undone, the newest first.
func (s *Service) partedPersons(ctx context.Context, c Caller, id string) ([]PartedPerson, error) {
	out := []PartedPerson{}
	doc, err := s.personDoc(ctx, id)
	if err != nil {
		return out, err
	}
	for _, p := range slices.Backward(doc.Parted) {
		other, err := s.personDoc(ctx, p.Person)
		if err != nil {
			return out, err
		}
		parts, _, err := s.listedParts(ctx, c, other, p.Person)
		if err != nil {
			return out, err
		}
		if len(parts) > 0 {
			out = append(out, PartedPerson{PersonPart: parts[0], Reason: p.Reason, By: p.By, At: p.At, PartedFor: p.PartedFor, PartedBy: p.PartedBy, PartedAt: p.PartedAt})
		}
	}
	return out, nil
}

// reach follows the merges of a record through those that look follows: what lies behind one that is not followed is not
// there. It returns the records, this one first, and the links between them.
func reach(id string, look func(string) (same []people.Same, follow bool, err error)) (ids []string, links []merge.Link, err error) {
	same, follow, err := look(id)
	if err != nil || !follow {
		return []string{id}, nil, err
	}
	ids = []string{id}
	of := map[string][]people.Same{id: same}
	asked := map[string]bool{id: true}
	for n := 0; n < len(ids); n++ {
		for _, l := range of[ids[n]] {
			if !asked[l.Person] {
				asked[l.Person] = true
				if same, follow, err = look(l.Person); err != nil {
					return nil, nil, err
				}
				if follow {
					ids, of[l.Person] = append(ids, l.Person), same
				}
			}
			if _, shown := of[l.Person]; shown && l.Kept { // each link stands in both records: it is taken from the one that was not kept
				links = append(links, merge.Link{Kept: l.Person, Other: ids[n], At: l.At})
			}
		}
	}
	return ids, links, nil
}

// personDoc is what the view has of a person; of nobody it has nothing.
func (s *Service) personDoc(ctx context.Context, id string) (people.Doc, error) {
	doc, _, err := projections.Doc[people.Doc](ctx, s.Views, people.View, id)
	if errors.Is(err, projections.ErrNotFound) {
		return people.Doc{}, nil
	}
	if err != nil {
		return people.Doc{}, viewError(err)
	}
	return doc, nil
}

// listedParts are a person's parts in the cases that are on the caller's lists now, with these cases.
func (s *Service) listedParts(ctx context.Context, c Caller, doc people.Doc, id string) (parts []PersonPart, cases []casefile.State, err error) {
	for _, caseID := range doc.Cases {
		st, _, err := s.caseState(ctx, caseID, At{})
		if err != nil {
			return nil, nil, err
		}
		if link, ok := st.Person(id); ok && s.lists(c, st) {
			parts, cases = append(parts, partIn(st, link)), append(cases, st)
		}
	}
	return parts, cases, nil
}

func partIn(st casefile.State, link casefile.PersonLink) PersonPart {
	return PersonPart{Person: link.Person, Case: st.ID, Code: st.Code, Kind: st.Kind, Role: link.Role, Status: string(st.Status)}
}

// samePerson lists the other records that were merged with a person's, each by its first part in a case that the caller lists.
// They lead on only through records that she sees so; if this one is not, there are none.
func (s *Service) samePerson(ctx context.Context, c Caller, id string) ([]SamePerson, error) {
	out := []SamePerson{}
	docs, parts := map[string]people.Doc{}, map[string][]PersonPart{}
	ids, links, err := reach(id, func(of string) ([]people.Same, bool, error) {
		doc, err := s.personDoc(ctx, of)
		if err != nil || of == id && len(doc.Same) == 0 {
			return nil, false, err // as almost everybody
		}
		docs[of] = doc
		parts[of], _, err = s.listedParts(ctx, c, doc, of)
		return doc.Same, len(parts[of]) > 0, err
	})
	if err != nil || len(ids) == 1 {
		return out, err
	}
	kept := merge.Kept(ids, links)
	asked := docs[id].Erasure
	for _, other := range ids[1:] {
		one := SamePerson{PersonPart: parts[other][0], Kept: other == kept, Erased: docs[other].Erased}
		if e := docs[other].Erasure; e != nil && asked != nil {
			one.Asked = e.ID == asked.ID
		}
		for _, from := range ids[:slices.Index(ids, other)] {
			if n := slices.IndexFunc(docs[from].Same, func(l people.Same) bool { return l.Person == other }); n >= 0 {
				l := docs[from].Same[n]
				one.Reason, one.By, one.At, one.Direct = l.Reason, l.By, l.At, from == id
				break
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// SamePersons are the other records of the persons of a case, by person, for whoever lists a case of both: for everybody else
// there is nothing.
func (s *Service) SamePersons(ctx context.Context, c Caller, caseID string) (map[string][]SamePerson, error) {
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return nil, err
	}
	if err := s.judgeSight(c, st); err != nil {
		return nil, err
	}
	out := map[string][]SamePerson{}
	if !s.lists(c, st) {
		return out, nil
	}
	for _, link := range st.Persons {
		same, err := s.samePerson(ctx, c, link.Person)
		if err != nil {
			return nil, err
		}
		if len(same) > 0 {
			out[link.Person] = same
		}
	}
	return out, nil
}

// mergedCase is a case of a merged record in which the caller may do something about its data.
func (s *Service) mergedCase(ctx context.Context, c Caller, id string, action access.Action) (casefile.State, bool, error) {
	doc, err := s.personDoc(ctx, id)
	if err != nil {
		return casefile.State{}, false, err
	}
	_, cases, err := s.listedParts(ctx, c, doc, id)
	if err != nil {
		return casefile.State{}, false, err
	}
	for _, st := range cases {
		if s.judgeSight(c, st) == nil && access.Judge(c.Actor(), action, s.caseFacts(c, st)).Allow {
			return st, true, nil
		}
	}
	return casefile.State{}, false, nil
}
