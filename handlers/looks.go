package handlers

import (
	"context"
	"errors"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/looks"
)

// Look is one look at a case, by the name of who looked: the name of a member of staff.
type Look struct {
	looks.Row
	Name string `json:"name,omitempty"`
}

// Looks lists who looked at a case, what they opened and what they were refused, the newest first: for those who guard the
// case and for auditors. Asking for it is a look itself, and on record like every other.
func (s *Service) Looks(ctx context.Context, c Caller, caseID string, q ListQuery) (List[Look], error) {
	out := List[Look]{Items: []Look{}}
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return out, err
	}
	if err := s.judgeSight(c, st); err != nil {
		s.recordRefusal(ctx, c, string(access.ViewLooks), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	if v := access.Judge(c.Actor(), access.ViewLooks, s.caseFacts(c, st)); !v.Allow {
		err := &DeniedError{Action: string(access.ViewLooks), Code: v.Code}
		s.recordRefusal(ctx, c, string(access.ViewLooks), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	s.recordLook(ctx, c, caseID, accesslog.Looks, 0)
	list, err := rowsOf[looks.Row](ctx, s, projections.Query{Topic: projections.Looks, Case: caseID, Status: q.Status, Sort: projections.ByNewest, After: q.After, Limit: q.Limit, Account: c.Account})
	if err != nil {
		return out, err
	}
	out.Next, out.Total, out.Position = list.Next, list.Total, list.Position
	for _, row := range list.Items {
		name, err := s.nameOf(ctx, row.Account)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return out, err
		}
		out.Items = append(out.Items, Look{Row: row, Name: name})
	}
	return out, nil
}
