package handlers

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/merge"
	"mkr/domain/person"
)

// Coded inputs about records of one person.
type (
	MergeReason   string
	UnmergeReason string
)

// Enum lists the values of a coded input.
func (MergeReason) Enum() []any   { return values(merge.Reasons) }
func (UnmergeReason) Enum() []any { return values(merge.UnmergeReasons) }

// Bodies of what merges records of persons.
type (
	// MergePerson says that another record is of the same person; this one stands for both.
	MergePerson struct {
		Person string      `json:"person" required:"true" ask:"same" label:"same_person" description:"Id of the other record: that of a person of a case that I list."`
		Reason MergeReason `json:"reason" required:"true" label:"merge_reason"`
	}
	// UnmergePerson ends that.
	UnmergePerson struct {
		Person string        `json:"person" required:"true" ask:"same" label:"same_person" description:"Id of the other record."`
		Reason UnmergeReason `json:"reason" required:"true" label:"unmerge_reason"`
	}
)

// MergePerson merges another record with this one.
func (s *Service) MergePerson(ctx context.Context, c Caller, caseID, id string, in MergePerson, env Envelope) (Receipt, error) {
	return s.mergeRecords(ctx, c, access.MergePersons, caseID, id, in.Person, in, env, func() (merge.Command, error) {
		cmd := merge.Merge{Kept: id, Other: in.Person, Reason: string(in.Reason)}
		same, err := s.samePerson(ctx, c, id)
		if err != nil {
			return nil, err
		}
		cmd.Already = slices.ContainsFunc(same, func(o SamePerson) bool { return o.Person == in.Person })
		for _, of := range []string{id, in.Person} {
			ps, err := s.personState(ctx, of)
			if err != nil {
				return nil, err
			}
			cmd.Erased = cmd.Erased || ps.Shredded
		}
		return cmd, nil
	})
}

// UnmergePerson ends a merge with this record.
func (s *Service) UnmergePerson(ctx context.Context, c Caller, caseID, id string, in UnmergePerson, env Envelope) (Receipt, error) {
	return s.mergeRecords(ctx, c, access.UnmergePersons, caseID, id, in.Person, in, env, func() (merge.Command, error) {
		return merge.Unmerge{Reason: string(in.Reason)}, nil
	})
}

func (s *Service) mergeRecords(ctx context.Context, c Caller, action access.Action, caseID, id, other string, in any, env Envelope, command func() (merge.Command, error)) (Receipt, error) {
	r, err := s.mergePair(ctx, c, action, caseID, id, other, in, env, command)
	if err != nil {
		s.recordRefusal(ctx, c, string(action), event.StreamName(event.CaseCategory, caseID), env.Key, err)
	}
	return r, err
}

func (s *Service) mergePair(ctx context.Context, c Caller, action access.Action, caseID, id, other string, in any, env Envelope, command func() (merge.Command, error)) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	var cmd merge.Command
	d := decision[merge.State]{stream: pairStream(event.MergeCategory, id, other), evolve: merge.Evolve}
	d.judge = func(merge.State) (string, error) {
		st, basis, err := s.judgePerson(ctx, c, caseID, id, action)
		if err != nil {
			return "", err
		}
		if !s.lists(c, st) { // a part that has ended and an emergency show it; they are not enough
			return "", ErrNotFound
		}
		unknown := &InputError{Field: "person", Code: "unknown_person", Text: "no such person"}
		if _, err := uuid.Parse(other); err != nil {
			return "", unknown
		}
		if _, ok, err := s.mergedCase(ctx, c, other, action); err != nil || !ok { // a person of a case that is not hers is one that there is not
			if err == nil {
				err = unknown
			}
			return "", err
		}
		cmd, err = command()
		return basis, err
	}
	d.decide = func(st merge.State, m event.Moment) ([]event.Data, error) { return merge.Decide(st, cmd, m) }
	r, err := run(ctx, s, c, env.about(string(action), caseID+"/"+id), d)
	r.Case = caseID
	return r, err
}

// Candidates are records that may be of the same person.
type Candidates struct {
	Items []PersonPart `json:"items"`
	// Building: the register of names is still being read after a start; somebody may be missing.
	Building bool `json:"building,omitempty"`
}

// MergeCandidates lists records that may be of the same person, of cases that the caller lists: those of a like name, the
// likest first, or, where she names a case by its code, the persons of that case. She is told their parts and no name, and that
// she asked by a name is on record as any search is.
func (s *Service) MergeCandidates(ctx context.Context, c Caller, caseID, id, code string) (Candidates, error) {
	out := Candidates{Items: []PersonPart{}}
	st, _, err := s.judgePerson(ctx, c, caseID, id, access.MergePersons)
	if err == nil && !s.lists(c, st) {
		err = ErrNotFound
	}
	if err != nil {
		s.recordRefusal(ctx, c, string(access.MergePersons), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	same, err := s.samePerson(ctx, c, id)
	if err != nil {
		return out, err
	}
	known := func(of string) bool {
		return of == id || slices.ContainsFunc(same, func(o SamePerson) bool { return o.Person == of })
	}
	if code = strings.ToUpper(strings.TrimSpace(code)); code != "" {
		return s.personsOfCode(ctx, c, code, known)
	}
	if !s.fieldsFor(c, st).Has(access.Identity) {
		return out, nil // what does not open for her is not compared for her
	}
	ps, err := s.personState(ctx, id)
	if err != nil || ps.Shredded || ps.Name.IsZero() {
		return out, err
	}
	name, err := s.Vault.Open(ctx, ps.Name)
	if err != nil {
		return out, err
	}
	folded := person.Fold(name)
	if err := s.maySearch(c); err != nil {
		return out, err
	}
	sum := s.Vault.MAC("search", []byte(folded))
	if err := s.recordAccess(ctx, c, accesslog.Searched{Print: hex.EncodeToString(sum[len(sum)-16:]), Words: len(strings.Fields(folded))}); err != nil {
		return out, err
	}
	out.Building = !s.index.ready()
	looked := 0
	for _, f := range s.index.search(folded, mostLookedAt) {
		parts, err := s.partsOf(ctx, c, f.person.String())
		if err != nil {
			return out, err
		}
		looked++
		if !known(f.person.String()) && parts.listed && len(out.Items) < mostFound {
			out.Items = append(out.Items, parts.shown...)
		}
	}
	for _, of := range s.index.others(alikeLong - looked) { // the same work for a name that nobody else bears: see alikeLong
		if _, err := s.partsOf(ctx, c, of.String()); err != nil {
			return out, err
		}
	}
	return out, nil
}

// personsOfCode are the persons of a case by its code; of a case that the caller does not list there are none.
func (s *Service) personsOfCode(ctx context.Context, c Caller, code string, known func(string) bool) (Candidates, error) {
	out := Candidates{Items: []PersonPart{}}
	id, err := s.caseByCode(ctx, code)
	if err != nil {
		return out, err
	}
	st, _, err := s.caseState(ctx, id, At{})
	if err != nil {
		return out, err
	}
	if !s.lists(c, st) {
		return out, &InputError{Field: "code", Code: "unknown_case", Text: "no such case"}
	}
	out.Items = append(out.Items, partsIn(st, known)...)
	return out, nil
}

func partsIn(st casefile.State, known func(string) bool) []PersonPart {
	var out []PersonPart
	for _, link := range st.Persons {
		if !known(link.Person) {
			out = append(out, partIn(st, link))
		}
	}
	return out
}
