package casefile

import "mkr/domain/event"

// evolveWork applies what is planned and carried out: hearings, visits, the plan.
func evolveWork(w write, s State, e event.Data) State {
	hearing := func(id string, change func(*Hearing)) {
		s.Hearings = changed(w, s.Hearings, func(h Hearing) bool { return h.ID == id }, change)
	}
	visit := func(id string, change func(*Visit)) {
		s.Visits = changed(w, s.Visits, func(v Visit) bool { return v.ID == id }, change)
	}
	action := func(id string, change func(*PlanAction)) {
		s.Plan.Actions = changed(w, s.Plan.Actions, func(a PlanAction) bool { return a.ID == id }, change)
	}
	switch e := e.(type) {
	case HearingScheduled:
		s.Hearings = added(w, s.Hearings, Hearing{ID: e.Hearing, Order: e.Order, Court: e.Court, When: e.When, Status: Planned, By: e.By})
	case HearingHeld:
		hearing(e.Hearing, func(h *Hearing) { h.Status, h.Outcome = Done, e.Outcome })
	case HearingCancelled:
		hearing(e.Hearing, func(h *Hearing) { h.Status = Dropped })
	case VisitPlanned:
		s.Visits = added(w, s.Visits, Visit{ID: e.Visit, When: e.When, Status: Planned, By: e.By})
	case VisitMade:
		if !has(s.Visits, func(v Visit) bool { return v.ID == e.Visit }) {
			s.Visits = added(w, s.Visits, Visit{ID: e.Visit, When: e.At, Status: Done, Outcome: e.Outcome, Findings: e.Findings, By: e.By})
			break
		}
		visit(e.Visit, func(v *Visit) {
			v.When, v.Status, v.Outcome, v.Findings, v.By = e.At, Done, e.Outcome, e.Findings, e.By
		})
	case VisitCancelled:
		visit(e.Visit, func(v *Visit) { v.Status = Dropped })
	case PlanActionAssigned:
		if e.Meeting != "" && e.At.After(s.TeamAt) {
			s.TeamAt = e.At
		}
		s.Plan.Actions = added(w, s.Plan.Actions, PlanAction{ID: e.Action, What: e.What, Institution: e.Institution, Due: e.Due, Status: Planned, Detail: e.Detail, Meeting: e.Meeting, Goal: e.Goal})
	case PlanActionDone:
		action(e.Action, func(a *PlanAction) { a.Status, a.DoneAt = Done, e.At })
	case PlanActionCancelled:
		action(e.Action, func(a *PlanAction) { a.Status = Dropped })
	default:
		return evolvePlan(w, s, e)
	}
	return s
}

// markedInError takes an entry out of account, and what only it had brought about with it: the referral that it had
// replaced is a task again, the orders that it had ended apply again, and the risk is that of the assessments left.
func markedInError(w write, s State, e EntryMarkedInError) State {
	switch e.Kind {
	case TargetReferral:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Target },
			func(r *Referral) { r.Status, r.ChangedAt, r.Code = InError, e.At, e.Reason })
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReplacedBy == e.Target },
			func(r *Referral) { r.Settled, r.ReplacedBy = "", "" })
	case TargetOrder:
		s.Orders = orderInError(s.Orders, e.Target)
	case TargetRisk:
		s.Assessments = changed(w, s.Assessments, func(a Assessment) bool { return a.ID == e.Target }, func(a *Assessment) { a.InError = true })
		s.Risk = s.standingRisk()
	case TargetHearing:
		s.Hearings = changed(w, s.Hearings, func(h Hearing) bool { return h.ID == e.Target }, func(h *Hearing) { h.InError = true })
	case TargetVisit:
		s.Visits = changed(w, s.Visits, func(v Visit) bool { return v.ID == e.Target }, func(v *Visit) { v.InError = true })
	case TargetNote:
		s.Notes = changed(w, s.Notes, func(n Note) bool { return n.ID == e.Target }, func(n *Note) { n.InError = true })
	case TargetFile:
		s.Files = changed(w, s.Files, func(f File) bool { return f.ID == e.Target }, func(f *File) { f.InError = true })
	case TargetMeasure:
		s.Measures = changed(w, s.Measures, func(m Measure) bool { return m.ID == e.Target }, func(m *Measure) { m.InError = true })
	case TargetScreening:
		s.Screenings = changed(w, s.Screenings, func(v Screening) bool { return v.ID == e.Target }, func(v *Screening) { v.InError = true })
	case TargetIncident:
		s.Incidents = changed(w, s.Incidents, func(i Incident) bool { return i.ID == e.Target }, func(i *Incident) { i.InError = true })
	}
	return s
}
