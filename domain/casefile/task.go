package casefile

// HasTask tells whether an institution has something to do in the case now: it carries it or carried it to its end, owes an answer, sent or received a
// referral that is open, has a part in the plan that is not done, or watches over an order that is asked for or in force, or a
// date in court. That it once took part is not enough.
func (s State) HasTask(institution string) bool {
	is := func(who ...string) bool {
		return institution != "" && has(who, func(w string) bool { return w == institution })
	}
	return is(s.Lead) ||
		has(s.Deadlines, func(d Deadline) bool { return d.Owed() && is(d.Owner) }) ||
		has(s.Referrals, func(r Referral) bool { return r.IsOpen() && is(r.From, r.To) }) ||
		has(s.Plan.Actions, func(a PlanAction) bool { return a.Status == Planned && is(a.Institution) }) ||
		has(s.Orders, func(o Order) bool {
			return !o.InError && (o.Status == OrderAsked || o.Status == OrderInForce) && is(o.Court, o.Executor, o.By)
		}) ||
		has(s.Hearings, func(h Hearing) bool { return !h.InError && h.Status == Planned && is(h.Court) })
}
