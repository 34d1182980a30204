package demo

import (
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// body fills in an action as a simulated partner would. ok is false for an action that partners leave to people.
func (p *partners) body(v handlers.CaseView, action, target string) (in handlers.Input, ok bool) {
	switch action {
	case "referral.decline":
		return &handlers.DeclineReferral{Reason: handlers.DeclineReason(pick(p.rng, []string{"no_capacity", "not_eligible", "wrong_service"})), Note: p.texts.tell("Nuk mundemi këtë javë")}, true
	case "referral.schedule":
		return &handlers.ScheduleReferral{Appointment: p.officeHour(1 + p.rng.IntN(3))}, true
	case "referral.hold":
		return &handlers.HoldReferral{Kind: "waitlisted", Note: p.texts.tell("Presim që të lirohet një vend")}, true
	case "referral.service":
		r, _ := v.Referral(target)
		return &handlers.ReportService{Service: handlers.ServiceCode(r.Service), Sessions: 1 + p.rng.IntN(3)}, true
	case "referral.complete":
		return ended(pick(p.rng, []string{"helped", "helped", "partly_helped"}), p.texts.tell("Shërbimi u krye")), true
	case "referral.fail":
		return &handlers.FailReferral{Reason: "could_not_contact", Note: p.texts.tell("Nuk u gjet në telefon")}, true
	case "referral.cancel":
		return &handlers.CancelReferral{Reason: "no_longer_needed"}, true
	case "referral.send_back":
		return &handlers.SendBackReferral{Note: p.texts.tell("Ju lutem shihjeni edhe një herë, rasti nuk pret")}, true
	case "referral.refuse_cancellation":
		return &handlers.RefuseCancellation{Note: p.texts.tell("Shërbimi ka nisur dhe vazhdon")}, true
	case "referral.settle":
		return &handlers.SettleReferral{Way: "other_help_found"}, true
	case "risk.assess":
		return p.assessment(), true
	case "order.request":
		return &handlers.RequestOrder{Type: casefile.UMM, Court: p.house.id(court)}, true
	case "order.issue":
		return p.issue(v, target), true
	case "order.extend":
		o, _ := v.Order(target)
		return &handlers.ExtendOrder{ValidUntil: o.ValidUntil.AddDate(0, 3, 0)}, true
	case "hearing.record":
		return &handlers.RecordHearing{Outcome: handlers.HearingOutcome(pick(p.rng, []string{"order_confirmed", "order_confirmed", "postponed"}))}, true
	case "hearing.schedule":
		in := &handlers.ScheduleHearing{Court: p.house.id(court), When: inCourt(p.officeHour(3+p.rng.IntN(5)), p.svc.Zone)}
		for _, o := range v.Orders {
			if o.Status == casefile.OrderAsked && !o.InError {
				in.Order = o.ID
			}
		}
		return in, true
	case "measure.take": // what an institution of medicine owes
		return &handlers.TakeMeasure{Kind: casefile.CrimeReported}, true
	case "visit.report":
		return &handlers.RecordVisit{Outcome: handlers.VisitOutcome(pick(p.rng, []string{"met", "met", "not_at_home"})), Findings: p.findings()}, true
	case "referral.acknowledge", "referral.confirm_decline", "referral.accept", "referral.start", "referral.no_show", "referral.send",
		"order.refuse", "order.uphold", "order.execute", "order.serve", "order.request_extension", "plan.done", "plan.draft", "measure.end":
		a, found := handlers.ActionNamed(action)
		if !found {
			return nil, false
		}
		return a.New(), true
	}
	return nil, false
}

// assessment judges mostly as the tool does.
func (p *partners) assessment() handlers.Input {
	factors := pick(p.rng, [][]handlers.Factor{graveFactors, someFactors, someFactors, fewFactors})
	in := &handlers.AssessRisk{Factors: factors, Level: handlers.Level(toolLevel(factors))}
	if in.Level == casefile.Medium && p.chance(5) {
		in.Level, in.Reason = casefile.High, p.texts.tell("Frika e saj peshon më shumë se pikët")
	}
	return in
}

// issue grants an order of the type that was asked for.
func (p *partners) issue(v handlers.CaseView, target string) handlers.Input {
	in := &handlers.IssueOrder{Executor: p.house.id(police), Conditions: []handlers.OrderCondition{"a", "b"}}
	if o, _ := v.Order(target); o.Type == casefile.UM {
		in.ValidUntil = p.clock.Now().AddDate(0, 6, 0).Truncate(24 * time.Hour)
	}
	return in
}
