package casefile

import (
	"slices"
	"time"

	"mkr/domain/deadline"
)

// endWarnings are the rungs of the ladder that warns of an order's end, the earliest first. How many working days before
// the end each stands is data of the house's pack.
var endWarnings = []string{"ORDER-END-FIRST", "ORDER-END-SECOND", "ORDER-END-LAST"}

// nextWarning is the clock of the next rung. One whose time had passed when the order's present validity began is no
// warning any more. There is one at a time: the next begins to run when the one before has warned.
func (t *decision) nextWarning(o Order) (next owing, ok bool) {
	for _, rule := range endWarnings {
		if slices.Contains(o.Warned, rule) {
			continue
		}
		if clock := t.clock(rule, o.ValidUntil); clock.DueAt.After(o.since()) {
			clock.Ladder = deadline.Ladder{} // it is itself a warning: nobody is warned of it, and nobody told that it passed
			return owing{clock: clock, kind: TargetOrderEnd, from: o.since(), owner: t.s.Lead}, true
		}
	}
	return next, false
}

// warnOfEnd makes it part of the history that the end of an order nears: what everybody on the case was shown, and when.
// It is no silence of anybody, so nothing lapses.
func (t *decision) warnOfEnd(d Deadline) {
	o, _ := t.s.Order(d.Target)
	t.add(OrderExpiryWarned{
		Order: o.ID, Rule: d.Rule, WorkingDays: t.decider.Calendar.WorkingDays(t.at(), o.ValidUntil), ValidUntil: o.ValidUntil,
		ExtensionRequested: o.ExtensionRequested, At: t.at(),
	})
	t.settleOrders(d.Rule)
}

// ExtensionBy is until when the extension of an order must be asked for (law 9669 art. 22(4)): the clock's own instant.
// Zero when nobody owes it.
func (s State) ExtensionBy(order string) time.Time {
	d, _ := find(s.Deadlines, func(d Deadline) bool {
		return d.Owed() && d.Kind == TargetOrder && d.Target == order && d.Rule == ruleAskExtension
	})
	return d.DueAt
}

// IsWarning tells whether the clock only warns: nobody has to act by it.
func (d Deadline) IsWarning() bool { return d.Kind == TargetOrderEnd }
