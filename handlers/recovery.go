package handlers

import (
	"context"

	"mkr/domain/access"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

func (a AccountAction) policy() access.Action {
	if a.Policy == "" {
		return access.ManageAccounts
	}
	return a.Policy
}

// Recoveries lists the accounts whose holders somebody asked to let in again, for those who may agree to it.
func (s *Service) Recoveries(ctx context.Context, c Caller) ([]AccountRow, error) {
	if v := access.Judge(c.Actor(), access.AgreeToRecovery, access.Facts{Own: keepsOwn(c, access.AgreeToRecovery)}); !v.Allow {
		return nil, &DeniedError{Action: string(access.AgreeToRecovery), Code: v.Code}
	}
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Accounts, Stage: accountview.RecoveryAsked, Sort: projections.ByKey, Limit: projections.MaxLimit, NoTotal: true})
	if err != nil {
		return nil, viewError(err)
	}
	var out []AccountRow
	for _, r := range page.Rows {
		known, err := projections.As[accountview.Row](r)
		if err != nil {
			return nil, err
		}
		st, err := s.accountState(ctx, known.Account)
		if err != nil {
			return nil, err
		}
		if st.RecoveryBy == "" { // answered a moment ago
			continue
		}
		if keeps, err := s.keeps(ctx, c, access.AgreeToRecovery, st); err != nil {
			return nil, err
		} else if !keeps { // another institution's
			continue
		}
		row, err := s.accountRow(ctx, c, st)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// AccountActionNamed finds an action by its code.
func AccountActionNamed(name string) (AccountAction, bool) {
	for _, a := range AccountActions {
		if a.Name == name {
			return a, true
		}
	}
	return AccountAction{}, false
}
