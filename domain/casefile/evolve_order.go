package casefile

import (
	"slices"

	"mkr/domain/event"
)

func evolveOrder(w write, s State, e event.Data) State {
	edit := func(id string, change func(*Order)) State {
		s.Orders = changed(w, s.Orders, func(o Order) bool { return o.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case OrderRequested:
		s.Orders = added(w, s.Orders, Order{ID: e.Order, Type: e.Type, Status: OrderAsked, Court: e.Court, RequestedAt: e.At, By: e.By})
	case OrderIssued:
		return issued(s, e)
	case OrderRefused:
		return edit(e.Order, func(o *Order) { o.Status, o.EndedAt = OrderIsRefused, e.At })
	case OrderUpheld:
		return edit(e.Order, func(o *Order) { o.Upheld, o.UpheldAt = true, e.At })
	case OrderRevoked:
		return edit(e.Order, func(o *Order) { o.Status, o.EndedAt = OrderIsRevoked, e.At })
	case OrderServed:
		return edit(e.Order, func(o *Order) { o.ServedAt = e.At })
	case OrderExecuted:
		return edit(e.Order, func(o *Order) { o.ExecutedAt = e.At })
	case OrderBreached:
		return edit(e.Order, func(o *Order) { o.Breaches++; o.BreachedAt = e.At })
	case BreachNotified, BreachAcknowledged:
		return evolveBreach(w, s, e)
	case OrderExpiryWarned:
		return edit(e.Order, func(o *Order) { o.Warned = append(slices.Clone(o.Warned), e.Rule) })
	case OrderExtensionRequested:
		return edit(e.Order, func(o *Order) { o.ExtensionRequested, o.ExtensionRequestedAt = true, e.At })
	case OrderExtensionRefused:
		return edit(e.Order, func(o *Order) {
			o.ExtensionRequested, o.ExtensionRequestedAt = false, zeroTime
			o.ExtensionRefused, o.ExtensionRefusedAt = true, e.At
		})
	case OrderExtended:
		return edit(e.Order, func(o *Order) {
			o.ValidUntil, o.ExtendedAt, o.Warned = e.ValidUntil, e.At, nil
			o.ExtensionRequested, o.ExtensionRequestedAt = false, zeroTime
			o.ExtensionRefused, o.ExtensionRefusedAt = false, zeroTime
			o.Extensions++
		})
	case OrderAppealed:
		return edit(e.Order, func(o *Order) {
			if !o.Appeal.At.IsZero() {
				o.Appeals = append(slices.Clone(o.Appeals), o.Appeal)
			}
			o.Appeal = Appeal{Party: e.Party, Court: e.Court, At: e.At, Against: e.Against}
		})
	case OrderAppealDecided:
		return edit(e.Order, func(o *Order) {
			o.Appeal.Outcome, o.Appeal.DecidedAt = e.Outcome, e.At
			switch {
			case e.Outcome == AppealAnnulled && o.Status == OrderInForce:
				o.Status, o.EndedAt = OrderIsRevoked, e.At
			case e.Outcome == RefusalLifted && o.Status == OrderIsRefused:
				o.Status, o.EndedAt, o.AskedAgainAt = OrderAsked, zeroTime, e.At
			case e.Outcome == RefusalLifted && o.Status == OrderInForce && o.ExtensionRefused:
				o.ExtensionRefused, o.ExtensionRefusedAt = false, zeroTime
				o.ExtensionRequested, o.ExtensionRequestedAt = true, e.At
			}
		})
	case OrderExpired:
		return edit(e.Order, func(o *Order) { o.Status, o.EndedAt = OrderHasExpired, e.At })
	}
	return s
}

// issued puts an order in force, one that was asked for or a new one, and ends those it takes the place of.
func issued(s State, e OrderIssued) State {
	orders := slices.Clone(s.Orders)
	i := slices.IndexFunc(orders, func(o Order) bool { return o.ID == e.Order })
	if i < 0 {
		orders, i = append(orders, Order{ID: e.Order, By: e.By}), len(orders)
	}
	o := &orders[i]
	o.Type, o.Status, o.Executor, o.Conditions, o.ValidUntil, o.IssuedAt = e.Type, OrderInForce, e.Executor, e.Conditions, e.ValidUntil, e.At
	if e.Court != "" {
		o.Court = e.Court
	}
	for j := range orders {
		if slices.Contains(e.Replaces, orders[j].ID) {
			orders[j].Status, orders[j].ReplacedBy, orders[j].EndedAt = OrderReplaced, e.Order, e.At
		}
	}
	s.Orders = orders
	return s
}

// orderInError takes an order out of account. What it had ended applies again, unless a later order ended it too.
func orderInError(list []Order, id string) []Order {
	wrong, ok := find(list, func(o Order) bool { return o.ID == id })
	if !ok {
		return list
	}
	orders := slices.Clone(list)
	for i := range orders {
		o := &orders[i]
		switch {
		case o.ID == id:
			o.InError = true
		case o.ReplacedBy == id && wrong.ReplacedBy != "":
			o.ReplacedBy = wrong.ReplacedBy
		case o.ReplacedBy == id:
			o.Status, o.ReplacedBy, o.EndedAt = OrderInForce, "", zeroTime
		}
	}
	return orders
}
