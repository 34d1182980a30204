package orders

import (
	"time"

	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Rows derives one row an order. Those that were entered in error are in no register. Everybody with sight of the case
// may see its orders.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	parties := s.Parties()
	for _, o := range s.Orders {
		if o.InError {
			continue
		}
		i := item(s, o)
		row := d.Row(projections.Orders, s.ID+":"+o.ID)
		row.Institution, row.Status, row.Stage, row.Parties = o.Court, i.Status, o.Type, parties
		row.DueAt, row.SortAt = due(i), began(o)
		row.Doc = projections.Document(i)
		out = append(out, row)
	}
	return out
}

// due is by what the register stands: the end of an order that has one, else what is owed for it.
func due(i Item) time.Time {
	if i.Status == string(casefile.OrderInForce) && !i.ValidUntil.IsZero() {
		return i.ValidUntil
	}
	return i.Next.DueAt
}

func began(o casefile.Order) time.Time {
	if o.IssuedAt.IsZero() {
		return o.RequestedAt
	}
	return o.IssuedAt
}

func item(s casefile.State, o casefile.Order) Item {
	i := Item{
		Order: o.ID, Case: s.ID, Code: s.Code, CaseKind: s.Kind, Risk: s.Risk, Lead: s.Lead, Type: o.Type, Status: string(o.Status), Court: o.Court,
		Executor: o.Executor, Conditions: o.Conditions, RequestedAt: o.RequestedAt, IssuedAt: o.IssuedAt, UpheldAt: o.UpheldAt, ServedAt: o.ServedAt,
		ExecutedAt: o.ExecutedAt, ValidUntil: o.ValidUntil, EndedAt: o.EndedAt, ExtensionBy: s.ExtensionBy(o.ID), ExtensionRequested: o.ExtensionRequested,
		ExtensionRefused: o.ExtensionRefused, Extensions: o.Extensions, Warned: len(o.Warned), BreachesTotal: o.Breaches,
	}
	for _, c := range s.Deadlines {
		switch {
		case !c.Owed() || c.Target != o.ID:
		case c.IsWarning():
			i.NextWarning = c.DueAt
		case c.Kind == casefile.TargetOrder && (i.Next.DueAt.IsZero() || c.DueAt.Before(i.Next.DueAt)):
			i.Next = Next{Institution: c.Owner, Action: c.Action, DueAt: c.DueAt, Lapsed: c.Status == casefile.Lapsed}
		}
	}
	for _, b := range s.BreachesOf(o.ID) {
		i.Breaches = append(i.Breaches, Breach{Breach: b.ID, By: b.By, At: b.At, Told: len(b.Told), Silent: b.Silent()})
	}
	return i
}
