package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// An appeal against a protection order suspends nothing (law 9669 art. 21): the order stays in force, and its execution and
// its end are owed as before, until the court of appeal has decided otherwise. A court's no may be appealed against too, to
// an order or to its extension; until the court of appeal has decided there is no order, and a no that falls puts the
// petition before the court anew.

// AppealParties are who may appeal.
var AppealParties = []string{"survivor", "accused", "prosecutor", "applicant"}

// What an appeal is against: the order itself, or a no of the court.
const (
	AgainstOrder            = "" // as stored before a no could be appealed against
	AgainstRefusal          = "refusal"
	AgainstExtensionRefusal = "extension_refusal"
)

// Outcomes of an appeal: three of one against an order, two of one against a no.
const (
	AppealStands   = "order_stands"
	AppealChanged  = "order_changed"
	AppealAnnulled = "order_annulled" // ends the order
	RefusalStands  = "refusal_stands"
	RefusalLifted  = "refusal_lifted" // the court decides on the petition anew
)

// AppealOutcomes lists them.
var AppealOutcomes = []string{AppealStands, AppealChanged, AppealAnnulled, RefusalStands, RefusalLifted}

// AppealOutcomesOf are those that an appeal may have, by what it is against.
func AppealOutcomesOf(against string) []string {
	if against == AgainstOrder {
		return AppealOutcomes[:3]
	}
	return AppealOutcomes[3:]
}

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
		// Against is what it is against: nothing for the order itself, or the court's no to it or to its extension.
		Against string `json:"against,omitempty"`
	}
	// OrderAppealDecided ends the order only where it was annulled, and brings a petition back only where its refusal fell.
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
	Against   string    `json:"against,omitempty"`
}

// Runs tells whether the court of appeal has still to decide.
func (a Appeal) Runs() bool { return !a.At.IsZero() && a.DecidedAt.IsZero() }

// AwaitsAppeal tells whether a court of appeal owes a decision that still means something: of an order that has ended by
// itself, only one about its extension.
func (o Order) AwaitsAppeal() bool {
	return o.Appeal.Runs() && !o.InError && (o.Status == OrderInForce || o.Status == OrderIsRefused || o.Status == OrderHasExpired && o.Appeal.Against == AgainstExtensionRefusal)
}

// appealable says which decision on the order may be appealed against, as it stood at an instant, and when that was made.
func (o Order) appealable(at time.Time) (against string, made time.Time) {
	switch {
	case o.Status == OrderIsRefused:
		return AgainstRefusal, o.EndedAt
	case o.ExtensionRefused && !at.Before(minute(o.ExtensionRefusedAt)):
		return AgainstExtensionRefusal, o.ExtensionRefusedAt
	}
	return AgainstOrder, o.IssuedAt
}

// appealed tells whether an appeal was made against that decision.
func (o Order) appealed(against string, made time.Time) bool {
	is := func(a Appeal) bool { return !a.At.IsZero() && a.Against == against && !a.At.Before(minute(made)) }
	return is(o.Appeal) || has(o.Appeals, is)
}

// appealTerm is what the time to appeal runs from, if it runs: from the notice of an order, from the day of a no.
func (o Order) appealTerm(now time.Time) (from time.Time, runs bool) {
	against, made := o.appealable(now)
	if from = made; against == AgainstOrder {
		from = o.ServedAt
	}
	return from, !from.IsZero() && !o.Appeal.Runs() && !o.appealed(against, made)
}

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
	against, made := o.appealable(t.at())
	if err := t.notBefore(made); err != nil {
		return err
	}
	switch {
	case o.Appeal.Runs() && o.Appeal.Party == c.Party && o.Appeal.Court == court && o.Appeal.Against == against:
		return nil
	case o.Appeal.Runs() || o.appealed(against, made):
		return event.RefuseField(CodeOrderAppealed, "order", "was appealed against already")
	}
	t.join(court, "court_proceedings")
	t.add(OrderAppealed{Order: c.Order, Party: c.Party, Court: court, Against: against, By: t.by(), At: t.at()})
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
	if !slices.Contains(AppealOutcomesOf(o.Appeal.Against), c.Outcome) {
		return event.RefuseField(CodeAppealOutcome, "outcome", "is none of an appeal against this decision")
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
