package handlers

import (
	"context"
	"slices"
	"strings"

	"mkr/domain/access"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// StaffMember is an account by its holder's name, for whoever decides on who may see a case. The names are those of staff.
type StaffMember struct {
	Account     string `json:"account"`
	Name        string `json:"name"`
	Institution string `json:"institution"`
	Role        string `json:"role"`
}

// People lists the accounts that may be kept out of a case or let into it, by institution and name. Only those who guard
// the case are told.
func (s *Service) People(ctx context.Context, c Caller, caseID string) ([]StaffMember, error) {
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return nil, err
	}
	if err := s.judgeSight(c, st); err != nil {
		return nil, err
	}
	if !s.guards(c, st) {
		return nil, &DeniedError{Action: string(access.RestrictCase), Code: access.CodeNotForRole}
	}
	var out []StaffMember
	q := projections.Query{Topic: projections.Accounts, Sort: projections.ByKey, Limit: projections.MaxLimit, NoTotal: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return nil, viewError(err)
		}
		for _, r := range page.Rows {
			a, err := projections.As[accountview.Row](r)
			if err != nil {
				return nil, err
			}
			name, err := s.nameOf(ctx, a.Account)
			if err != nil {
				return nil, err
			}
			out = append(out, StaffMember{Account: a.Account, Name: name, Institution: a.Institution, Role: a.Role})
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	slices.SortFunc(out, func(a, b StaffMember) int {
		if a.Institution != b.Institution {
			return strings.Compare(a.Institution, b.Institution)
		}
		return strings.Compare(a.Name+a.Account, b.Name+b.Account)
	})
	return out, nil
}

// nameOf is the name of an account's holder, "" when it was erased or never given.
func (s *Service) nameOf(ctx context.Context, account string) (string, error) {
	return s.names.get(account, func() (string, error) {
		st, err := s.accountState(ctx, account)
		if err != nil {
			return "", err
		}
		return s.openName(ctx, st.Display)
	})
}
