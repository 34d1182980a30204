package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/projections"
	"mkr/projections/hearings"
	"mkr/projections/orders"
)

// OrderRow is an order of the register, with what is left of it at the moment of asking.
type OrderRow struct {
	orders.Item
	WorkingDays int `json:"working_days,omitempty"` // left until its end, today among them; 0 when it has none or is over
}

// OrdersQuery filters and pages the register of orders.
type OrdersQuery struct {
	ListQuery
	Type  string // UMPMM, UMM, UM
	Watch string // one of orders.Watches: only those that need looking at so
}

// Orders is the register of protection orders, of the cases that the caller may see; those first whose day comes first.
func (s *Service) Orders(ctx context.Context, c Caller, q OrdersQuery) (List[OrderRow], error) {
	q.Stage = q.Type
	if q.Watch == "" {
		l, err := listOf[orders.Item](ctx, s, c, access.ViewCourt, projections.Orders, q.ListQuery)
		return s.orderRows(l), err
	}
	// What is watched for is no column of the rows: they are all read and looked at. A municipality has some hundreds.
	out := List[orders.Item]{Items: []orders.Item{}}
	all := q.ListQuery
	all.After, all.Limit, all.NoTotal = "", projections.MaxLimit, true
	for {
		l, err := listOf[orders.Item](ctx, s, c, access.ViewCourt, projections.Orders, all)
		if err != nil {
			return List[OrderRow]{}, err
		}
		for _, i := range l.Items {
			if i.Shows(q.Watch) {
				out.Items = append(out.Items, i)
			}
		}
		if out.Position == 0 { // of the first page: what is shown is never older
			out.Position = l.Position
		}
		if all.After = l.Next; all.After == "" {
			out.Total = len(out.Items)
			return s.orderRows(out), nil
		}
	}
}

func (s *Service) orderRows(l List[orders.Item]) List[OrderRow] {
	now := s.Clock.Now().UTC()
	out := List[OrderRow]{Items: make([]OrderRow, len(l.Items)), Next: l.Next, Total: l.Total, Position: l.Position}
	for n, i := range l.Items {
		out.Items[n].Item = i
		if i.Status == "in_force" && !i.ValidUntil.IsZero() {
			out.Items[n].WorkingDays = s.cases().Calendar.WorkingDays(now, i.ValidUntil)
		}
	}
	return out
}

// Hearings lists dates in court from one instant to before another, zero times for no bound, in their order.
func (s *Service) Hearings(ctx context.Context, c Caller, q ListQuery, from, until time.Time) (List[hearings.Item], error) {
	q.from, q.until = from, until
	return listOf[hearings.Item](ctx, s, c, access.ViewCourt, projections.Hearings, q)
}
