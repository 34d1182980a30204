package casefile

import (
	"slices"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

// The rules of law 9669 that orders run under, and the house's for execution, to which the law gives no number.
const (
	rulePoliceFile     = "DV-05" // the police file at court within 48 hours of their order
	ruleDecideMinor    = "DV-09"
	ruleDecideUMM      = "DV-10"
	ruleCopiesUMM      = "DV-11" // the court sends the copies
	ruleCopiesUM       = "DV-15"
	ruleConfirm        = "DV-13"
	ruleDecideUM       = "DV-14"
	ruleOrderValidity  = "DV-16" // how long an order may hold; the running clock is that of its own end
	ruleAskExtension   = "DV-17"
	ruleDecideChange   = "DV-20"
	ruleExecute        = "ORDER-EXECUTE"
	maxOrderConditions = 10 // letters a to g of art. 10(1): all that a UMM may contain (art. 10(3))
)

// copiesRule says by which rule the court sends the copies of an order of its own.
var copiesRule = map[string]string{UMM: ruleCopiesUMM, UM: ruleCopiesUM}

// owing is a clock that an order should have running.
type owing struct {
	clock deadline.Clock
	kind  string // what of the order it is about
	from  time.Time
	owner string
}

// orderOwes says which clocks an order has as it stands now. It is the one place where that is said: what runs beyond it
// is ended, what is missing is started, after every decision that touches the order.
func (t *decision) orderOwes(o Order) []owing {
	var out []owing
	owe := func(rule string, from time.Time, owner string) {
		out = append(out, owing{t.clock(rule, from), TargetOrder, from, owner})
	}
	if o.InError {
		return nil
	}
	switch asked := later(o.RequestedAt, o.AskedAgainAt); {
	case o.Status == OrderAsked && o.Type == UMM && t.s.SubjectMinor:
		owe(ruleDecideMinor, asked, o.Court)
	case o.Status == OrderAsked && o.Type == UMM:
		owe(ruleDecideUMM, asked, o.Court)
	case o.Status == OrderAsked:
		owe(ruleDecideUM, asked, o.Court)
	}
	if o.AwaitsAppeal() {
		owe(ruleDecideAppeal, o.Appeal.At, o.Appeal.Court)
	}
	out = append(out, t.orderRights(o)...)
	if o.Status == OrderAsked && o.AskedAgainAt.IsZero() && !has(t.s.Hearings, func(h Hearing) bool { return h.Order == o.ID && !h.InError }) {
		owe(ruleRegister, o.RequestedAt, o.Court)
	}
	if o.Status != OrderInForce {
		return out
	}
	if o.ExecutedAt.IsZero() {
		owe(ruleExecute, o.IssuedAt, o.Executor)
	}
	if copies, sends := copiesRule[o.Type]; sends && o.ServedAt.IsZero() && o.ExecutedAt.IsZero() {
		owe(copies, o.IssuedAt, o.Court)
	}
	switch o.Type {
	case UMPMM:
		if !o.Upheld && !t.s.filed(o) {
			owe(rulePoliceFile, o.IssuedAt, o.By)
		}
	case UMM:
		switch {
		case !o.Upheld && !t.s.heard(o):
			owe(ruleConfirm, o.IssuedAt, o.Court)
		case o.Upheld && !t.s.followed(o):
			owe(ruleDecideUM, o.UpheldAt, o.Court) // a confirmed UMM needs the UM to follow
		}
	case UM:
		end := t.clock(ruleOrderValidity, o.IssuedAt)
		end.DueAt, end.Shift = o.ValidUntil, ""
		out = append(out, owing{end, TargetOrder, o.since(), t.s.Lead})
		switch ask := t.clock(ruleAskExtension, o.ValidUntil); {
		case o.ExtensionRequested:
			owe(ruleDecideChange, o.ExtensionRequestedAt, o.Court)
		case o.ExtensionRefused: // the court has spoken
		case ask.DueAt.After(o.since()): // an order shorter than the term leaves no time to ask
			out = append(out, owing{ask, TargetOrder, o.since(), t.s.Lead})
		}
		if next, ok := t.nextWarning(o); ok {
			out = append(out, next)
		}
	}
	return out
}

// since is when the present validity of an order began to run.
func (o Order) since() time.Time {
	if o.ExtendedAt.After(o.IssuedAt) {
		return o.ExtendedAt
	}
	return o.IssuedAt
}

// filed tells whether the court was asked for an order after the police issued theirs.
func (s State) filed(police Order) bool {
	return has(s.Orders, func(o Order) bool {
		return !o.InError && !o.RequestedAt.IsZero() && !o.RequestedAt.Before(minute(police.IssuedAt))
	})
}

// heard tells whether the hearing on an order was held and not put off.
func (s State) heard(order Order) bool {
	return has(s.Hearings, func(h Hearing) bool {
		return h.Order == order.ID && h.Status == Done && !h.InError && h.Outcome != "postponed"
	})
}

// followed tells whether the UM that a confirmed UMM needs was asked for on its own, or refused since.
func (s State) followed(umm Order) bool {
	return has(s.Orders, func(o Order) bool {
		return o.Type == UM && !o.InError && (o.Status == OrderAsked || (o.Status == OrderIsRefused && !o.EndedAt.Before(minute(umm.UpheldAt))))
	})
}

// settleOrders brings the clocks of every order in line with what it owes. A clock that ends is met when its rule is
// among those that the deed meets, and voided otherwise. A clock is known by its rule, its owner and what it is counted
// from, not by its due instant: what was computed once stays, even when the packs have changed since.
func (t *decision) settleOrders(met ...string) {
	for _, o := range t.s.Orders {
		needs := t.orderOwes(o)
		for _, d := range t.owed(func(d Deadline) bool { return (d.Kind == TargetOrder || d.Kind == TargetOrderEnd) && d.Target == o.ID }) {
			i := slices.IndexFunc(needs, func(n owing) bool {
				return n.clock.Rule == d.Rule && n.owner == d.Owner && n.from.Equal(d.SetAt)
			})
			switch {
			case i >= 0:
				needs = slices.Delete(needs, i, i+1)
			case slices.Contains(met, d.Rule):
				t.add(DeadlineMet{Deadline: d.ID, At: t.at()})
			default:
				t.add(DeadlineVoided{Deadline: d.ID, At: t.at()})
			}
		}
		for _, n := range needs {
			t.set(n.clock, n.from, n.owner, n.kind, o.ID)
		}
	}
}

// expire ends an order on its last day, when nobody had it extended.
func (t *decision) expire(d Deadline) {
	t.add(OrderExpired{Order: d.Target, At: t.at()})
	t.settleOrders(ruleOrderValidity)
}

// order finds an order and checks a deed against the table.
func (t *decision) order(id string, d orderDeed) (Order, error) {
	o, ok := t.s.Order(id)
	if !ok || o.InError {
		return o, event.RefuseField(CodeOrderUnknown, "order", "there is no such order")
	}
	if _, ok := orderTable[o.Type][o.Status][d]; ok {
		began := o.IssuedAt
		if began.IsZero() {
			began = o.RequestedAt
		}
		return o, t.notBefore(began)
	}
	for _, status := range orderTable[o.Type] {
		if _, ok := status[d]; ok {
			return o, event.RefuseField(CodeOrderWrongStatus, "order", "cannot "+string(d)+" an order that is "+string(o.Status))
		}
	}
	return o, event.RefuseField(CodeOrderWrongType, "order", "cannot "+string(d)+" an order of this type")
}
