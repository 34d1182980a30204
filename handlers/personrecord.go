package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/retention"
)

// PersonRecord is what stands about a person's data: nothing that she is known by.
type PersonRecord struct {
	Person  string          `json:"person"`
	Case    string          `json:"case"`
	Code    string          `json:"code"`
	Role    string          `json:"role"`
	Sex     string          `json:"sex,omitempty"`
	Minor   bool            `json:"minor,omitempty"`
	Cases   []PersonCase    `json:"cases"`  // those that the caller answers for
	Same    []SamePerson    `json:"same"`   // other records of the same person, of cases that the caller lists
	Parted  []PartedPerson  `json:"parted"` // what was taken for the same person once, of cases that the caller lists
	Merges  bool            `json:"merges"` // she may merge other records with it
	Holds   []person.Hold   `json:"holds"`
	Erasure *person.Erasure `json:"erasure,omitempty"`
	Refused string          `json:"refused,omitempty"` // ground of the last refusal
	Erased  bool            `json:"erased"`
	// KeptUntil is when the schedule lets go of the data; zero while a case that the caller answers for is open.
	KeptUntil time.Time      `json:"kept_until,omitzero"`
	Term      retention.Term `json:"term"`
	Actions   []string       `json:"actions"` // names of PersonActions that are open to the caller now
	Reports   bool           `json:"reports"` // she may make the report for the person
	Position  uint64         `json:"position"`
}

// PersonCase is one case that the person has a part in.
type PersonCase struct {
	Case     string    `json:"case"`
	Code     string    `json:"code"`
	Kind     string    `json:"kind"`
	Role     string    `json:"role"`
	Status   string    `json:"status"`
	OpenedAt time.Time `json:"opened_at"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
}

// Person is what stands about a person's data.
func (s *Service) Person(ctx context.Context, c Caller, caseID, id string) (PersonRecord, error) {
	st, _, err := s.judgePerson(ctx, c, caseID, id, access.KeepPerson)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.KeepPerson), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return PersonRecord{}, err
	}
	s.recordLook(ctx, c, caseID, accesslog.PersonPage, 0)
	ps, err := s.personState(ctx, id)
	if err != nil {
		return PersonRecord{}, err
	}
	link, _ := st.Person(id)
	out := PersonRecord{
		Person: id, Case: st.ID, Code: st.Code, Role: link.Role, Sex: link.Sex, Minor: link.Minor, Cases: []PersonCase{}, Actions: []string{},
		Holds: append([]person.Hold{}, ps.Holds...), Erasure: ps.Erasure, Refused: ps.Refused, Erased: ps.Shredded,
		Term: s.Retention.Of(st.Kind, link.Role), Position: s.Views.Position(""),
	}
	states, err := s.casesOf(ctx, st, id)
	if err != nil {
		return out, err
	}
	open := false
	for _, of := range states {
		if s.judgeSight(c, of) != nil || !access.Judge(c.Actor(), access.KeepPerson, s.caseFacts(c, of)).Allow {
			continue // it is not there for her
		}
		part, _ := of.Person(id)
		out.Cases = append(out.Cases, PersonCase{Case: of.ID, Code: of.Code, Kind: of.Kind, Role: part.Role, Status: string(of.Status), OpenedAt: of.OpenedAt, ClosedAt: of.ClosedAt})
		open = open || of.Status != casefile.Closed
		if term := s.Retention.Of(of.Kind, part.Role); of.Status == casefile.Closed && term.Until(of.ClosedAt).After(out.KeptUntil) {
			out.KeptUntil, out.Term = term.Until(of.ClosedAt), term
		}
	}
	if open {
		out.KeptUntil = time.Time{}
	}
	if out.Same, err = s.samePerson(ctx, c, id); err != nil {
		return out, err
	}
	if out.Parted, err = s.partedPersons(ctx, c, id); err != nil {
		return out, err
	}
	facts := s.caseFacts(c, st)
	out.Merges = !ps.Shredded && s.lists(c, st) && access.Judge(c.Actor(), access.MergePersons, facts).Allow
	out.Reports = !ps.Shredded && access.Judge(c.Actor(), access.ReportPerson, facts).Allow
	for _, a := range PersonActions {
		if access.Judge(c.Actor(), a.policy, facts).Allow && offered(ps, a.Name, c.Account) {
			out.Actions = append(out.Actions, a.Name)
		}
	}
	return out, nil
}

// offered tells which actions make sense now; the decider has the last word.
func offered(ps person.State, action, account string) bool {
	switch action {
	case "erasure.request":
		return !ps.Shredded && ps.Erasure == nil
	case "erasure.decide":
		return ps.Erasure != nil && ps.Erasure.Account != account
	case "hold.lift":
		return len(ps.Holds) > 0
	}
	return !ps.Shredded && len(ps.Holds) < len(person.HoldGrounds)
}
