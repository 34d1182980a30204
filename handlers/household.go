package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/household"
	"mkr/projections"
	"mkr/projections/households"
)

// Bodies of what links cases of a household.
type (
	// LinkCase says that another case is of the same household.
	LinkCase struct {
		Code   string     `json:"code" required:"true" label:"case_code" description:"Code of the other case: MF-2026-0012."`
		Reason LinkReason `json:"reason" required:"true" label:"coded_reason"`
	}
	// UnlinkCase ends that.
	UnlinkCase struct {
		Code   string       `json:"code" required:"true" label:"case_code" description:"Code of the other case."`
		Reason UnlinkReason `json:"reason" required:"true" label:"coded_reason"`
	}
)

// Kin is another case of the household, as far as the caller sees it.
type Kin struct {
	Case   string    `json:"case"`
	Code   string    `json:"code"`
	Kind   string    `json:"kind"`
	Status string    `json:"status"`
	Reason string    `json:"reason"`
	By     string    `json:"by"` // institution that linked it
	At     time.Time `json:"at"`
	Direct bool      `json:"direct"` // linked with this very case, and not only with one that is
}

// HouseholdView are the other cases of a case's household. For whoever sees one case of a link alone it is what it would be
// if there were no link.
type HouseholdView struct {
	Items []Kin `json:"items"`
	Links bool  `json:"links"` // the caller may link and unlink this case
}

// Household lists the other cases of a case's household that the caller lists herself. A link leads on only through cases
// that she sees: what lies behind one that she does not see is not there.
func (s *Service) Household(ctx context.Context, c Caller, caseID string) (HouseholdView, error) {
	out := HouseholdView{Items: []Kin{}}
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return out, err
	}
	if err := s.judgeSight(c, st); err != nil {
		s.recordRefusal(ctx, c, string(access.ViewCase), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	if !s.lists(c, st) {
		return out, nil
	}
	out.Links = access.Judge(c.Actor(), access.LinkCases, s.caseFacts(c, st)).Allow
	known := []string{caseID}
	for n := 0; n < len(known); n++ {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Households, Case: known[n], Sort: projections.ByNewest, Limit: projections.MaxLimit, NoTotal: true})
		if err != nil {
			return out, viewError(err)
		}
		for _, r := range page.Rows {
			row, err := projections.As[households.Row](r)
			if err != nil {
				return out, err
			}
			if slices.Contains(known, row.Other) {
				continue
			}
			other, _, err := s.caseState(ctx, row.Other, At{})
			if err != nil {
				return out, err
			}
			if !s.lists(c, other) {
				continue
			}
			known = append(known, row.Other)
			out.Items = append(out.Items, Kin{Case: row.Other, Code: other.Code, Kind: other.Kind, Status: string(other.Status), Reason: row.Reason, By: row.By, At: row.At, Direct: n == 0})
		}
	}
	return out, nil
}

// lists tells whether the case is on the caller's lists now: a part that has ended, or an emergency, is not enough.
func (s *Service) lists(c Caller, st casefile.State) bool {
	return st.Status != casefile.NotOpened && access.Judge(c.Actor(), access.ListCase, s.caseFacts(c, st)).Allow
}

// LinkCase links a case with another of the household.
func (s *Service) LinkCase(ctx context.Context, c Caller, caseID string, in LinkCase, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.linkCases(ctx, c, "household.link", caseID, in.Code, env, func(a, b casefile.State) household.Command {
		return household.Link{
			Cases: [2]string{a.ID, b.ID}, Reason: string(in.Reason),
			Child: a.Kind == casefile.ChildProtection || b.Kind == casefile.ChildProtection,
		}
	})
}

// UnlinkCase ends a link.
func (s *Service) UnlinkCase(ctx context.Context, c Caller, caseID string, in UnlinkCase, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.linkCases(ctx, c, "household.unlink", caseID, in.Code, env, func(_, _ casefile.State) household.Command {
		return household.Unlink{Reason: string(in.Reason)}
	})
}

func (s *Service) linkCases(ctx context.Context, c Caller, name, caseID, code string, env Envelope, make func(a, b casefile.State) household.Command) (Receipt, error) {
	r, err := s.link(ctx, c, name, caseID, code, env, make)
	if err != nil {
		s.recordRefusal(ctx, c, name, event.StreamName(event.CaseCategory, caseID), env.Key, err)
	}
	return r, err
}

// pairStream names the stream of what links two things, whichever is named first.
func pairStream(category, one, other string) string {
	return event.StreamName(category, DeriveKey(category, min(one, other), max(one, other)).String())
}

func (s *Service) link(ctx context.Context, c Caller, name, caseID, code string, env Envelope, make func(a, b casefile.State) household.Command) (Receipt, error) {
	if _, err := uuid.Parse(caseID); err != nil {
		return Receipt{}, ErrNotFound
	}
	otherID, err := s.caseByCode(ctx, strings.ToUpper(strings.TrimSpace(code)))
	if err != nil {
		return Receipt{}, err
	}
	var a, b casefile.State
	d := decision[household.State]{stream: pairStream(event.HouseholdCategory, caseID, otherID), evolve: household.Evolve}
	d.judge = func(household.State) (basis string, err error) {
		if a, _, err = s.caseState(ctx, caseID, At{}); err != nil {
			return "", err
		}
		if b, _, err = s.caseState(ctx, otherID, At{}); err != nil {
			return "", err
		}
		if err := s.judgeSight(c, a); err != nil {
			return "", err
		}
		verdict := access.Judge(c.Actor(), access.LinkCases, s.caseFacts(c, a))
		if !verdict.Allow {
			return "", &DeniedError{Action: name, Code: verdict.Code}
		}
		if !s.lists(c, b) { // a case that is not hers is one that there is not
			return "", &InputError{Field: "code", Code: "unknown_case", Text: "no such case"}
		}
		if other := access.Judge(c.Actor(), access.LinkCases, s.caseFacts(c, b)); !other.Allow {
			return "", &DeniedError{Action: name, Code: other.Code}
		}
		return verdict.Basis, nil
	}
	d.decide = func(st household.State, m event.Moment) ([]event.Data, error) {
		return household.Decide(st, make(a, b), m)
	}
	r, err := run(ctx, s, c, env.about(name, caseID), d)
	r.Case = caseID
	return r, err
}
