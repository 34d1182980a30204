package handlers

import (
	"context"

	"mkr/domain/access"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// Colleague is somebody who works on cases in an institution, by the name that she signs her work with.
type Colleague struct {
	Account string `json:"account"`
	Role    string `json:"role"`
	Name    string `json:"name,omitempty"` // empty when it was erased
}

// Colleagues lists those of an institution, for whoever works on cases herself: a referral may be meant for one of them.
// Names are opened for this answer and kept nowhere.
func (s *Service) Colleagues(ctx context.Context, c Caller, institution string) (List[Colleague], error) {
	out := List[Colleague]{Items: []Colleague{}}
	if v := access.Judge(c.Actor(), access.ViewInbox, access.Facts{}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewInbox), Code: v.Code}
	}
	rows, err := s.colleagues(ctx, institution)
	if err != nil {
		return out, err
	}
	for _, row := range rows {
		st, err := s.accountState(ctx, row.Account)
		if err != nil {
			return out, err
		}
		name, err := s.openName(ctx, st.Display)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, Colleague{Account: row.Account, Role: row.Role, Name: name})
	}
	out.Total, out.Position = len(out.Items), s.Views.Position(projections.Accounts)
	return out, nil
}

// colleagues are the institution's accounts that work on cases and may sign in.
func (s *Service) colleagues(ctx context.Context, institution string) ([]accountview.Row, error) {
	page, err := s.Views.List(ctx, projections.Query{
		Topic: projections.Accounts, Institution: institution, Status: accountview.Active, Sort: projections.ByKey, Limit: projections.MaxLimit, NoTotal: true,
	})
	if err != nil {
		return nil, viewError(err)
	}
	var out []accountview.Row
	for _, r := range page.Rows {
		row, err := projections.As[accountview.Row](r)
		if err != nil {
			return nil, err
		}
		if institution != "" && access.Judge(Caller{Role: row.Role}.Actor(), access.ViewInbox, access.Facts{}).Allow {
			out = append(out, row)
		}
	}
	return out, nil
}
