package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

func (t *decision) decideOrder(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case RequestOrder:
		return true, t.requestOrder(c)
	case IssueOrder:
		return true, t.issueOrder(c)
	case RefuseOrder:
		return true, t.refuseOrder(c)
	case UpholdOrder:
		return true, t.upholdOrder(c)
	case RevokeOrder:
		return true, t.revokeOrder(c)
	case ServeOrder:
		return true, t.serveOrder(c)
	case ExecuteOrder:
		return true, t.executeOrder(c)
	case ReportBreach:
		return true, t.reportBreach(c)
	case AcknowledgeBreach:
		return true, t.acknowledgeBreach(c)
	case RequestExtension:
		return true, t.requestExtension(c)
	case RefuseExtension:
		return true, t.refuseExtension(c)
	case AppealOrder:
		return true, t.appealOrder(c)
	case DecideAppeal:
		return true, t.decideAppeal(c)
	case ExtendOrder:
		return true, t.extendOrder(c)
	}
	return false, nil
}

func (t *decision) requestOrder(c RequestOrder) error {
	if err := t.fresh("order", c.Order); err != nil {
		return err
	}
	if err := coded("type", c.Type, OrderTypes); err != nil {
		return err
	}
	if c.Type == UMPMM {
		return event.RefuseField(CodeOrderWrongType, "type", "the police issue it themselves; nobody asks for it")
	}
	if err := validID("court", c.Court); err != nil {
		return err
	}
	t.join(c.Court, "court_proceedings")
	t.add(OrderRequested{Order: c.Order, Type: c.Type, Court: c.Court, By: t.by(), At: t.at()})
	t.settleOrders(rulePoliceFile)
	return nil
}

func (t *decision) issueOrder(c IssueOrder) error {
	o, known := t.s.Order(c.Order)
	if known && !o.InError && c.Type == "" {
		c.Type = o.Type // what was asked for; whoever issues it need not repeat it
	}
	if err := coded("type", c.Type, OrderTypes); err != nil {
		return err
	}
	if !known || o.InError {
		if err := t.fresh("order", c.Order); err != nil {
			return err
		}
		court, err := t.issueUnasked(c.Type)
		if err != nil {
			return err
		}
		o = Order{ID: c.Order, Type: c.Type, Court: court}
	} else {
		if o.Type != c.Type {
			return event.RefuseField(CodeOrderWrongType, "type", "another type of order was asked for")
		}
		if o.Status == OrderInForce && o.Executor == c.Executor && o.ValidUntil.Equal(c.ValidUntil) {
			return nil
		}
		if _, err := t.order(c.Order, issue); err != nil {
			return err
		}
	}
	conditions, err := codes("conditions", c.Conditions, OrderConditions)
	if err != nil {
		return err
	}
	if c.Type == UMM && has(conditions, func(l string) bool { return !slices.Contains(OrderConditions[:maxOrderConditions], l) }) {
		return event.RefuseField(CodeOrderWrongConditions, "conditions", "an immediate order may contain letters a to g only (law 9669 art. 10(3))")
	}
	if err := validID("executor", c.Executor); err != nil {
		return err
	}
	until, err := t.validUntil(c)
	if err != nil {
		return err
	}
	var ends []string
	for _, old := range t.s.Orders {
		if old.Status == OrderInForce && !old.InError && old.ID != c.Order && slices.Contains(replaces[c.Type], old.Type) {
			ends = append(ends, old.ID)
		}
	}
	t.join(c.Executor, "court_proceedings")
	t.add(OrderIssued{
		Order: c.Order, Type: c.Type, Court: o.Court, Executor: c.Executor, Conditions: conditions,
		ValidUntil: until, Replaces: ends, By: t.by(), At: t.at(),
	})
	t.settleOrders(ruleDecideMinor, ruleDecideUMM, ruleDecideUM, ruleConfirm, ruleRegister)
	return nil
}

// issueUnasked checks an order that nobody asked for in this case: the police's own, or the UM with which the court
// follows up a UMM that is in force. It returns the court.
func (t *decision) issueUnasked(kind string) (court string, err error) {
	if kind == UMPMM {
		return "", nil
	}
	umm, ok := find(t.s.Orders, func(o Order) bool { return o.Type == UMM && o.Status == OrderInForce && !o.InError })
	if kind != UM || !ok {
		return "", event.RefuseField(CodeOrderUnknown, "order", "was not asked for")
	}
	return umm.Court, nil
}

// validUntil checks how long an order is to hold: a UM needs an end, at most 12 months away (law 9669 art. 17(3)b).
func (t *decision) validUntil(c IssueOrder) (time.Time, error) {
	if c.ValidUntil.IsZero() && c.Type != UM {
		return zeroTime, nil
	}
	if err := t.ahead("valid_until", c.ValidUntil); err != nil {
		return zeroTime, err
	}
	until := instant(c.ValidUntil)
	if c.Type == UM && until.After(t.clock(ruleOrderValidity, t.at()).DueAt) {
		return zeroTime, event.RefuseField(CodeOrderTooLong, "valid_until", "lies more than 12 months away (law 9669 art. 17(3)b)")
	}
	return until, nil
}

func (t *decision) refuseOrder(c RefuseOrder) error {
	if o, ok := t.s.Order(c.Order); ok && !o.InError && o.Status == OrderIsRefused {
		return nil
	}
	if _, err := t.order(c.Order, refuseOrder); err != nil {
		return err
	}
	t.add(OrderRefused{Order: c.Order, At: t.at()})
	t.settleOrders(ruleDecideMinor, ruleDecideUMM, ruleDecideUM, ruleRegister)
	return nil
}

func (t *decision) upholdOrder(c UpholdOrder) error {
	o, err := t.order(c.Order, uphold)
	if err != nil || o.Upheld {
		return err
	}
	t.add(OrderUpheld{Order: c.Order, At: t.at()})
	t.settleOrders(ruleConfirm, rulePoliceFile, ruleEvaluation)
	return nil
}

func (t *decision) revokeOrder(c RevokeOrder) error {
	if o, ok := t.s.Order(c.Order); ok && !o.InError && o.Status == OrderIsRevoked {
		return nil
	}
	if _, err := t.order(c.Order, revoke); err != nil {
		return err
	}
	t.add(OrderRevoked{Order: c.Order, At: t.at()})
	t.settleOrders(ruleConfirm, ruleDecideChange, ruleDecideUM, ruleEvaluation)
	return nil
}

// serveOrder records that the court sent the copies. An order that is carried out has reached who carries it out, so
// nobody owes its copies any more; that they were sent may still be recorded.
func (t *decision) serveOrder(c ServeOrder) error {
	o, err := t.order(c.Order, serve)
	if err != nil || !o.ServedAt.IsZero() {
		return err
	}
	t.add(OrderServed{Order: c.Order, By: t.by(), At: t.at()})
	t.settleOrders(ruleCopiesUMM, ruleCopiesUM)
	return nil
}

func (t *decision) executeOrder(c ExecuteOrder) error {
	o, err := t.order(c.Order, execute)
	if err != nil || !o.ExecutedAt.IsZero() {
		return err
	}
	t.add(OrderExecuted{Order: c.Order, Type: o.Type, By: t.by(), At: t.at()})
	t.settleOrders(ruleExecute, ruleCopiesUMM, ruleCopiesUM)
	return nil
}

// requestExtension records the petition of law 9669 art. 22(4). One that comes less than 15 days before the end is still
// recorded: what the court makes of it is the court's.
func (t *decision) requestExtension(c RequestExtension) error {
	o, err := t.order(c.Order, requestExtension)
	if err != nil || o.ExtensionRequested {
		return err
	}
	if o.ExtensionRefused {
		return event.RefuseField(CodeOrderExtensionRefused, "order", "the court has refused to extend it")
	}
	if !t.at().Before(o.ValidUntil) {
		return event.RefuseField(CodeOrderEnded, "occurred_at", "lies after the order's last day")
	}
	t.add(OrderExtensionRequested{Order: c.Order, By: t.by(), At: t.at()})
	t.settleOrders(ruleAskExtension)
	return nil
}

// refuseExtension records the court's no to a petition. The order holds until its day, and nobody owes another petition:
// what remains is a new order, or the plan for the day after.
func (t *decision) refuseExtension(c RefuseExtension) error {
	o, err := t.order(c.Order, refuseExtension)
	if err != nil || o.ExtensionRefused {
		return err
	}
	if !o.ExtensionRequested {
		return event.RefuseField(CodeOrderNotAsked, "order", "nobody asked to extend it")
	}
	if err := t.notBefore(o.ExtensionRequestedAt); err != nil {
		return err
	}
	t.add(OrderExtensionRefused{Order: c.Order, At: t.at()})
	t.settleOrders(ruleDecideChange)
	return nil
}

// extendOrder gives an order a later end, at most 12 months after the one it had.
func (t *decision) extendOrder(c ExtendOrder) error {
	o, err := t.order(c.Order, extend)
	if err != nil {
		return err
	}
	until := instant(c.ValidUntil)
	if o.Extensions > 0 && o.ValidUntil.Equal(until) {
		return nil
	}
	if err := t.ahead("valid_until", c.ValidUntil); err != nil {
		return err
	}
	switch {
	case !t.at().Before(o.ValidUntil):
		return event.RefuseField(CodeOrderEnded, "occurred_at", "lies after the order's last day")
	case !until.After(o.ValidUntil):
		return event.RefuseField(CodeOutOfRange, "valid_until", "is not later than the end that the order has")
	case until.After(t.clock(ruleOrderValidity, o.ValidUntil).DueAt):
		return event.RefuseField(CodeOrderTooLong, "valid_until", "lies more than 12 months after the end that the order has (law 9669 art. 17(3)b)")
	}
	t.add(OrderExtended{Order: c.Order, ValidUntil: until, At: t.at()})
	t.settleOrders(ruleOrderValidity, ruleAskExtension, ruleDecideChange)
	return nil
}
