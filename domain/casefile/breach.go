package casefile

import (
	"slices"
	"strconv"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
)

const ruleBreachTold = "BREACH-ACKNOWLEDGE"

// Breach is one report that an order was broken, and who of the institutions on the case knows of it.
type Breach struct {
	ID    string       `json:"id"` // b1, b2, ... within the case
	Order string       `json:"order"`
	By    string       `json:"by"`
	At    time.Time    `json:"at"`
	Told  []BreachTold `json:"told,omitempty"`
}

// BreachTold is an institution that was told. Silence shows: At stays zero until it says that it knows.
type BreachTold struct {
	Institution string    `json:"institution"`
	At          time.Time `json:"at,omitzero"`
	By          string    `json:"by,omitempty"` // who recorded it: itself, or the lead for one that it told by phone
}

// Silent lists who was told and has not yet said that it knows.
func (b Breach) Silent() []string {
	var out []string
	for _, t := range b.Told {
		if t.At.IsZero() {
			out = append(out, t.Institution)
		}
	}
	return out
}

// Breach finds a breach by its id.
func (s State) Breach(id string) (Breach, bool) {
	return find(s.Breaches, func(b Breach) bool { return b.ID == id })
}

// BreachesOf are the breaches of an order that count, the first first.
func (s State) BreachesOf(order string) []Breach {
	var out []Breach
	for _, b := range s.Breaches {
		if b.Order == order {
			out = append(out, b)
		}
	}
	return out
}

// working are the institutions that work on the case now: whoever only looks back at a part that has ended need not act.
func (s State) working() []string {
	return slices.DeleteFunc(s.Parties(), func(institution string) bool {
		return s.StandingOf(institution) == access.PastRecipient
	})
}

// reportBreach makes the lead look at the risk again, and tells every institution on the case at once; acting against
// an order is a crime (Criminal Code 321(2)).
func (t *decision) reportBreach(c ReportBreach) error {
	o, err := t.order(c.Order, breach)
	if err != nil || (o.Breaches > 0 && o.BreachedAt.Equal(t.at())) {
		return err
	}
	id := "b" + strconv.Itoa(len(t.s.Breaches)+1)
	told := slices.DeleteFunc(t.s.working(), func(institution string) bool { return institution == t.by() })
	t.add(OrderBreached{Order: c.Order, Detail: c.Detail, By: t.by(), At: t.at()})
	t.add(BreachNotified{Breach: id, Order: c.Order, Told: told, By: t.by(), At: t.at()})
	t.lookAgain(ruleRiskBreach)
	clock := t.clock(ruleBreachTold, t.at())
	for _, institution := range told {
		t.set(clock, t.at(), institution, TargetBreach, id)
	}
	return nil
}

// acknowledgeBreach records that an institution knows of a breach. It says so itself; for one that the lead has reached
// by phone, the lead does.
func (t *decision) acknowledgeBreach(c AcknowledgeBreach) error {
	b, ok := t.s.Breach(c.Breach)
	if !ok {
		return event.RefuseField(CodeBreachUnknown, "breach", "there is no such breach")
	}
	who := c.Institution
	if who == "" {
		who = t.by()
	}
	if who != t.by() && !t.isLead() {
		return event.RefuseField(CodeBreachNotYours, "institution", "only the lead may say it for another institution")
	}
	told, ok := find(b.Told, func(x BreachTold) bool { return x.Institution == who })
	switch {
	case !ok:
		return event.RefuseField(CodeBreachNotTold, "institution", "was not told of this breach")
	case !told.At.IsZero():
		return nil
	}
	if err := t.notBefore(b.At); err != nil {
		return err
	}
	t.knows(b, who)
	return nil
}

func (t *decision) knows(b Breach, institution string) {
	t.add(BreachAcknowledged{Breach: b.ID, Order: b.Order, Institution: institution, By: t.by(), At: t.at()})
	t.meet(func(d Deadline) bool { return d.Kind == TargetBreach && d.Target == b.ID && d.Owner == institution })
}

// answered: whoever has judged the risk after a breach knows of it, and need not say so besides.
func (t *decision) answered() {
	for _, b := range t.s.Breaches {
		if slices.Contains(b.Silent(), t.by()) && !t.at().Before(minute(b.At)) {
			t.knows(b, t.by())
		}
	}
}

// forgetBreaches ends what is owed for the breaches of an order that was entered in error.
func (t *decision) forgetBreaches(order string) {
	for _, b := range t.s.BreachesOf(order) {
		t.void(of(TargetBreach, b.ID))
	}
}

func evolveBreach(w write, s State, e event.Data) State {
	switch e := e.(type) {
	case BreachNotified:
		told := make([]BreachTold, len(e.Told))
		for i, institution := range e.Told {
			told[i].Institution = institution
		}
		s.Breaches = added(w, s.Breaches, Breach{ID: e.Breach, Order: e.Order, By: e.By, At: e.At, Told: told})
	case BreachAcknowledged:
		s.Breaches = changed(w, s.Breaches, func(b Breach) bool { return b.ID == e.Breach }, func(b *Breach) {
			b.Told = slices.Clone(b.Told) // which another state may share
			for i := range b.Told {
				if b.Told[i].Institution == e.Institution {
					b.Told[i].At, b.Told[i].By = e.At, e.By
				}
			}
		})
	}
	return s
}
