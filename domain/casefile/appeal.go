package casefile

import (
	"time"

	"mkr/domain/event"
)

// An appeal against a protection order suspends nothing (law 9669 art. 21): the order stays in force, and its execution and
// its end are owed as before, until the court of appeal has decided otherwise.

// AppealParties are who may appeal.
var AppealParties = []string{"survivor", "accused", "prosecutor", "applicant"}

// Outcomes of an appeal. Only the last ends the order.
var AppealOutcomes = []string{"order_stands", "order_changed", AppealAnnulled}

// AppealAnnulled ends the order.
const AppealAnnulled = "order_annulled"

const ruleDecideAppeal = "DV-18-decide"

type (
	// AppealOrder tells that a party appealed, and to which court; none named is the court of the order.
	AppealOrder struct{ Order, Party, Court string }
	// DecideAppeal is what that court said.
	DecideAppeal struct{ Order, Outcome string }
)

func (AppealOrder) command()  {}
func (DecideAppeal) command() {}

type (
	// OrderAppealed does not change whether it is in force.
	OrderAppealed struct {
		Order string    `json:"order"`
		Party string    `json:"party"`
		Court string    `json:"court"` // the institution that must decide
		By    string    `json:"by"`
		At    time.Time `json:"at"`
	}
	// OrderAppealDecided ends it only where it was annulled.
	OrderAppealDecided struct {
		Order   string    `json:"order"`
		Outcome string    `json:"outcome"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
)

// The stored names.
func (OrderAppealed) EventType() string      { return "order.appealed" }
func (OrderAppealDecided) EventType() string { return "order.appeal_decided" }

// Appeal is what became of the right to appeal against an order.
type Appeal struct {
	Party     string    `json:"party,omitempty"`
	Court     string    `json:"court,omitempty"`
	At        time.Time `json:"at,omitzero"`
	Outcome   string    `json:"outcome,omitempty"`
	DecidedAt time.Time `json:"decided_at,omitzero"`
}

// Runs tells whether the court of appeal has still to decide.
func (a Appeal) Runs() bool { return !a.At.IsZero() && a.DecidedAt.IsZero() }

func (t *decision) appealOrder(c AppealOrder) error {
	if err := coded("party", c.Party, AppealParties); err != nil {
		return err
	}
	o, err := t.order(c.Order, appeal)
	if err != nil {
		return err
	}
	court := c.Court
	if court == "" {
		court = o.Court
	}
	if err := validID("court", court); err != nil {
		return err
	}
	switch {
	case o.Appeal.Runs() && o.Appeal.Party == c.Party && o.Appeal.Court == court:
		return nil
	case !o.Appeal.At.IsZero():
		return event.RefuseField(CodeOrderAppealed, "order", "was appealed against already")
	}
	t.join(court, "court_proceedings")
	t.add(OrderAppealed{Order: c.Order, Party: c.Party, Court: court, By: t.by(), At: t.at()})
	t.settleOrders(ruleAppeal)
	return nil
}

func (t *decision) decideAppeal(c DecideAppeal) error {
	if err := coded("outcome", c.Outcome, AppealOutcomes); err != nil {
		return err
	}
	o, ok := t.s.Order(c.Order)
	if ok && !o.InError && !o.Appeal.DecidedAt.IsZero() && o.Appeal.Outcome == c.Outcome {
		return nil
	}
	if _, err := t.order(c.Order, decideAppeal); err != nil {
		return err
	}
	if !o.Appeal.Runs() {
		return event.RefuseField(CodeOrderNotAppealed, "order", "has no appeal that waits for a decision")
	}
	if err := t.notBefore(o.Appeal.At); err != nil {
		return err
	}
	t.add(OrderAppealDecided{Order: c.Order, Outcome: c.Outcome, By: t.by(), At: t.at()})
	t.settleOrders(ruleDecideAppeal)
	return nil
}

// CaseConferred: a technical team spoke of the case, whether or not it decided anything (the duty of DV-25 and CP-06).
type CaseConferred struct {
	Meeting string    `json:"meeting"`
	At      time.Time `json:"at"`
}

// EventType is the stored name.
func (CaseConferred) EventType() string { return "case.conferred" }

// Conferral is that a team spoke of the case.
type Conferral struct {
	Meeting string    `json:"meeting"`
	At      time.Time `json:"at"`
}

// ConferredBy tells whether a meeting spoke of the case.
func (s State) ConferredBy(meeting string) bool {
	return has(s.Conferred, func(v Conferral) bool { return v.Meeting == meeting })
}

// ConferCase notes it in the case, once a meeting.
type ConferCase struct{ Meeting string }

func (ConferCase) command() {}

func (t *decision) conferCase(c ConferCase) error {
	if err := validID("meeting", c.Meeting); err != nil {
		return err
	}
	if t.s.ConferredBy(c.Meeting) {
		return nil
	}
	t.add(CaseConferred{Meeting: c.Meeting, At: t.at()})
	return nil
}
