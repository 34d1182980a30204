package handlers

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// step is a referral's or order's step that needs no words beside the path.
func step(make func(target string) casefile.Command) (func() Input, func(probe) casefile.Command) {
	return func() Input { return &Nothing{make: make} }, func(p probe) casefile.Command { return make(p.target) }
}

// simple makes the action of such a step.
func simple(name, path, target string, policy []access.Action, make func(target string) casefile.Command) CaseAction {
	in, try := step(make)
	return CaseAction{Name: name, Path: path, Target: target, Policy: policy, New: in, probe: try}
}

// elsewhere is a receiver that nobody is: probes need one that is not the caller.
const elsewhere = "00000000-0000-0000-0000-000000000000"

// somebodyElse is a person whom nobody is. The id of nothing at all would be refused as no person's.
const somebodyElse = "00000000-0000-4000-8000-000000000000"

const day = 24 * time.Hour

// What the policy judges: any one of these allows the action.
var (
	answerReferral   = []access.Action{access.AnswerReferral, access.RecordAnswer}
	withdrawReferral = []access.Action{access.WithdrawReferral}
	cancelReferral   = []access.Action{access.WithdrawReferral, access.AnswerReferral}                      // the receiver confirms a request to cancel
	talkReferral     = []access.Action{access.WithdrawReferral, access.AnswerReferral, access.RecordAnswer} // either side
	decideOrder      = []access.Action{access.DecideOrder, access.RecordDecision}
	writeNote        = []access.Action{access.WriteNote, access.WriteHealthNote}
)

func one(a access.Action) []access.Action { return []access.Action{a} }

// CaseActions is the table of all that can be done to an open case, in the order in which a page offers it.
var CaseActions = slices.Concat(referralsAndRisk, measureActions, transferActions, ordersAndWork, returnActions, guardActions)

var referralsAndRisk = []CaseAction{
	simple("referral.acknowledge", "referrals/{id}/acknowledge", casefile.TargetReferral, answerReferral, func(id string) casefile.Command { return casefile.AcknowledgeReferral{Referral: id} }),
	simple("referral.accept", "referrals/{id}/accept", casefile.TargetReferral, answerReferral, func(id string) casefile.Command { return casefile.AcceptReferral{Referral: id} }),
	{"referral.decline", "referrals/{id}/decline", casefile.TargetReferral, answerReferral, func() Input { return &DeclineReferral{} }, func(p probe) casefile.Command {
		return casefile.DeclineReferral{Referral: p.target, Reason: casefile.DeclineReasons[0]}
	}},
	{"referral.schedule", "referrals/{id}/schedule", casefile.TargetReferral, answerReferral, func() Input { return &ScheduleReferral{} }, func(p probe) casefile.Command {
		return casefile.ScheduleReferral{Referral: p.target, Appointment: p.now.Add(day)}
	}},
	simple("referral.start", "referrals/{id}/start", casefile.TargetReferral, answerReferral, func(id string) casefile.Command { return casefile.StartReferral{Referral: id} }),
	{"referral.hold", "referrals/{id}/hold", casefile.TargetReferral, answerReferral, func() Input { return &HoldReferral{} }, func(p probe) casefile.Command {
		return casefile.HoldReferral{Referral: p.target, Kind: casefile.HoldKinds[0]}
	}},
	simple("referral.no_show", "referrals/{id}/no-show", casefile.TargetReferral, answerReferral, func(id string) casefile.Command { return casefile.ReportNoShow{Referral: id} }),
	{"referral.service", "referrals/{id}/services", casefile.TargetReferral, answerReferral, func() Input { return &ReportService{} }, func(p probe) casefile.Command {
		return casefile.ReportService{Referral: p.target, Service: casefile.Services[0], Sessions: 1}
	}},
	{"referral.complete", "referrals/{id}/complete", casefile.TargetReferral, answerReferral, func() Input { return &CompleteReferral{} }, func(p probe) casefile.Command {
		return casefile.CompleteReferral{Referral: p.target, Outcome: casefile.Outcomes[0]}
	}},
	{"referral.fail", "referrals/{id}/fail", casefile.TargetReferral, answerReferral, func() Input { return &FailReferral{} }, func(p probe) casefile.Command {
		return casefile.FailReferral{Referral: p.target, Reason: casefile.FailReasons[0]}
	}},
	simple("referral.survivor_declines", "referrals/{id}/survivor-declines", casefile.TargetReferral, answerReferral, func(id string) casefile.Command { return casefile.SurvivorDeclines{Referral: id} }),
	simple("referral.send", "referrals/{id}/send", casefile.TargetReferral, withdrawReferral, func(id string) casefile.Command { return casefile.SendReferral{Referral: id} }),
	simple("referral.confirm_decline", "referrals/{id}/confirm-decline", casefile.TargetReferral, withdrawReferral, func(id string) casefile.Command { return casefile.ConfirmDecline{Referral: id} }),
	{"referral.reroute", "referrals/{id}/reroute", casefile.TargetReferral, one(access.CreateReferral), func() Input { return &RerouteReferral{} }, func(p probe) casefile.Command {
		return casefile.RerouteReferral{Referral: elsewhere, Previous: p.target, To: elsewhere, Reason: probeText, Basis: casefile.LegalBases[0]}
	}},
	{"referral.settle", "referrals/{id}/settle", casefile.TargetReferral, withdrawReferral, func() Input { return &SettleReferral{} }, func(p probe) casefile.Command {
		return casefile.SettleReferral{Referral: p.target, Way: "accepted"}
	}},
	{"referral.send_back", "referrals/{id}/send-back", casefile.TargetReferral, withdrawReferral, func() Input { return &SendBackReferral{} }, func(p probe) casefile.Command {
		return casefile.SendBackReferral{Referral: p.target, Note: probeText}
	}},
	{"referral.refuse_cancellation", "referrals/{id}/refuse-cancellation", casefile.TargetReferral, answerReferral, func() Input { return &RefuseCancellation{} }, func(p probe) casefile.Command {
		return casefile.RefuseCancellation{Referral: p.target}
	}},
	{"referral.address", "referrals/{id}/address", casefile.TargetReferral, talkReferral, func() Input { return &AddressReferral{} }, func(p probe) casefile.Command {
		return casefile.AddressReferral{Referral: p.target, Attention: elsewhere}
	}},
	{"referral.message", "referrals/{id}/messages", casefile.TargetReferral, talkReferral, func() Input { return &WriteMessage{} }, func(p probe) casefile.Command {
		return casefile.WriteMessage{Message: elsewhere, Referral: p.target, Text: probeText}
	}},
	{"referral.cancel", "referrals/{id}/cancel", casefile.TargetReferral, cancelReferral, func() Input { return &CancelReferral{} }, func(p probe) casefile.Command {
		return casefile.CancelReferral{Referral: p.target, Reason: casefile.CancelReasons[0]}
	}},
	{"referral.create", "referrals", "", one(access.CreateReferral), func() Input { return &CreateReferral{} }, func(p probe) casefile.Command {
		return casefile.CreateReferral{Referral: elsewhere, To: p.receiver(), Service: "case_management", Urgency: casefile.Routine, Reason: probeText, Basis: casefile.LegalBases[0]}
	}},

	{"risk.assess", "risk-assessments", "", one(access.AssessRisk), func() Input { return &AssessRisk{} }, func(probe) casefile.Command {
		return casefile.AssessRisk{Assessment: elsewhere, Level: casefile.Low}
	}},
}

var ordersAndWork = []CaseAction{
	{"order.issue_umpmm", "orders/umpmm", "", one(access.IssuePolice), func() Input { return &IssueUMPMM{} }, func(p probe) casefile.Command {
		return casefile.IssueOrder{Order: elsewhere, Type: casefile.UMPMM, Executor: p.me}
	}},
	{"order.request", "orders", "", one(access.RequestOrder), func() Input { return &RequestOrder{} }, func(p probe) casefile.Command {
		return casefile.RequestOrder{Order: elsewhere, Type: casefile.UM, Court: p.receiver()}
	}},
	{"order.issue", "orders/{id}/issue", casefile.TargetOrder, decideOrder, func() Input { return &IssueOrder{} }, func(p probe) casefile.Command {
		return casefile.IssueOrder{Order: p.target, Executor: p.receiver(), ValidUntil: p.now.Add(90 * day)}
	}},
	simple("order.refuse", "orders/{id}/refuse", casefile.TargetOrder, decideOrder, func(id string) casefile.Command { return casefile.RefuseOrder{Order: id} }),
	simple("order.uphold", "orders/{id}/uphold", casefile.TargetOrder, decideOrder, func(id string) casefile.Command { return casefile.UpholdOrder{Order: id} }),
	simple("order.revoke", "orders/{id}/revoke", casefile.TargetOrder, decideOrder, func(id string) casefile.Command { return casefile.RevokeOrder{Order: id} }),
	simple("order.serve", "orders/{id}/serve", casefile.TargetOrder, decideOrder, func(id string) casefile.Command { return casefile.ServeOrder{Order: id} }),
	simple("order.execute", "orders/{id}/execute", casefile.TargetOrder, one(access.ExecuteOrder), func(id string) casefile.Command { return casefile.ExecuteOrder{Order: id} }),
	{"order.breach", "orders/{id}/breach", casefile.TargetOrder, one(access.ReportBreach), func() Input { return &ReportBreach{} }, func(p probe) casefile.Command {
		return casefile.ReportBreach{Order: p.target}
	}},
	simple("breach.acknowledge", "breaches/{id}/acknowledge", casefile.TargetBreach, one(access.AckBreach), func(id string) casefile.Command { return casefile.AcknowledgeBreach{Breach: id} }),
	{"breach.acknowledge_for", "breaches/{id}/acknowledge-for", casefile.TargetBreach, one(access.ManageParts), func() Input { return &AcknowledgeBreachFor{} }, func(p probe) casefile.Command {
		b, _ := p.state.Breach(p.target)
		for _, institution := range b.Silent() {
			if institution != p.me {
				return casefile.AcknowledgeBreach{Breach: p.target, Institution: institution}
			}
		}
		return nil
	}},
	simple("order.request_extension", "orders/{id}/request-extension", casefile.TargetOrder, one(access.ExtendOrder), func(id string) casefile.Command { return casefile.RequestExtension{Order: id} }),
	simple("order.refuse_extension", "orders/{id}/refuse-extension", casefile.TargetOrder, decideOrder, func(id string) casefile.Command { return casefile.RefuseExtension{Order: id} }),
	{"order.extend", "orders/{id}/extend", casefile.TargetOrder, decideOrder, func() Input { return &ExtendOrder{} }, func(p probe) casefile.Command {
		o, _ := p.state.Order(p.target)
		return casefile.ExtendOrder{Order: p.target, ValidUntil: o.ValidUntil.Add(day)}
	}},
	{"order.appeal", "orders/{id}/appeal", casefile.TargetOrder, one(access.RequestOrder), func() Input { return &AppealOrder{} }, func(p probe) casefile.Command {
		return casefile.AppealOrder{Order: p.target, Party: casefile.AppealParties[0]}
	}},
	{"order.decide_appeal", "orders/{id}/appeal/decide", casefile.TargetOrder, decideOrder, func() Input { return &DecideAppeal{} }, func(p probe) casefile.Command {
		o, _ := p.state.Order(p.target)
		return casefile.DecideAppeal{Order: p.target, Outcome: casefile.AppealOutcomesOf(o.Appeal.Against)[0]}
	}},

	{"hearing.schedule", "hearings", "", one(access.RecordHearing), func() Input { return &ScheduleHearing{} }, func(p probe) casefile.Command {
		return casefile.ScheduleHearing{Hearing: elsewhere, Court: p.receiver(), When: p.now.Add(day)}
	}},
	{"hearing.record", "hearings/{id}/record", casefile.TargetHearing, one(access.RecordHearing), func() Input { return &RecordHearing{} }, func(p probe) casefile.Command {
		return casefile.RecordHearing{Hearing: p.target, Outcome: "postponed"}
	}},
	simple("hearing.cancel", "hearings/{id}/cancel", casefile.TargetHearing, one(access.RecordHearing), func(id string) casefile.Command { return casefile.CancelHearing{Hearing: id} }),

	{"visit.plan", "visits/planned", "", one(access.RecordVisit), func() Input { return &PlanVisit{} }, func(p probe) casefile.Command {
		return casefile.PlanVisit{Visit: elsewhere, When: p.now.Add(day)}
	}},
	{"visit.record", "visits", "", one(access.RecordVisit), func() Input { return &RecordVisit{} }, func(probe) casefile.Command {
		return casefile.RecordVisit{Visit: elsewhere, Outcome: casefile.VisitOutcomes[0]}
	}},
	{"visit.report", "visits/{id}/report", casefile.TargetVisit, one(access.RecordVisit), func() Input { return &RecordVisit{} }, func(p probe) casefile.Command {
		return casefile.RecordVisit{Visit: p.target, Outcome: casefile.VisitOutcomes[0]}
	}},
	simple("visit.cancel", "visits/{id}/cancel", casefile.TargetVisit, one(access.RecordVisit), func(id string) casefile.Command { return casefile.CancelVisit{Visit: id} }),

	simpleMade("plan.draft", "plan", one(access.EditPlan), func(id string) casefile.Command { return casefile.DraftPlan{Plan: id} }),
	{"plan.approve", "plan/approve", "", one(access.EditPlan), func() Input { return &ApprovePlan{} }, func(probe) casefile.Command { return casefile.ApprovePlan{} }},
	{"plan.goal", "plan/goals", "", one(access.EditPlan), func() Input { return &SetGoal{} }, func(probe) casefile.Command {
		return casefile.SetGoal{Goal: elsewhere, Domain: casefile.GoalDomains[0], Text: probeText}
	}},
	{"plan.goal_end", "plan/goals/{id}/end", casefile.TargetGoal, one(access.EditPlan), func() Input { return &EndGoal{} }, func(p probe) casefile.Command {
		return casefile.EndGoal{Goal: p.target, Outcome: casefile.GoalOutcomes[0]}
	}},
	simple("plan.agree", "plan/agree", "", one(access.ReportPlanAction), func(string) casefile.Command { return casefile.AgreePlan{} }),
	{"plan.review", "plan/reviews", "", one(access.EditPlan), func() Input { return &ReviewPlan{} }, func(probe) casefile.Command {
		return casefile.ReviewPlan{Review: elsewhere, Result: casefile.ReviewResults[0]}
	}},
	{"safety_plan.write", "safety-plan", "", one(access.TakeMeasure), func() Input { return &WriteSafetyPlan{} }, func(probe) casefile.Command {
		return casefile.WriteSafetyPlan{SafetyPlan: elsewhere, Items: casefile.SafetyItems[:1]}
	}},
	simple("safety_plan.review", "safety-plan/review", "", one(access.TakeMeasure), func(string) casefile.Command { return casefile.ReviewSafetyPlan{} }),
	{"plan.assign", "plan/actions", "", one(access.EditPlan), func() Input { return &AssignAction{} }, func(p probe) casefile.Command {
		return casefile.AssignAction{Action: elsewhere, What: "other", Institution: p.me, Due: p.now.Add(day)}
	}},
	simple("plan.done", "plan/actions/{id}/done", casefile.TargetAction, one(access.ReportPlanAction), func(id string) casefile.Command { return casefile.CompleteAction{Action: id} }),
	simple("plan.cancel", "plan/actions/{id}/cancel", casefile.TargetAction, one(access.EditPlan), func(id string) casefile.Command { return casefile.CancelAction{Action: id} }),

	{"note.write", "notes", "", writeNote, func() Input { return &WriteNote{} }, func(probe) casefile.Command {
		return casefile.WriteNote{Note: elsewhere, Section: casefile.NoteSections[0], Text: probeText}
	}},
	{"file.attach", "files", "", writeNote, func() Input { return &AttachFile{} }, func(probe) casefile.Command {
		return casefile.AttachFile{File: elsewhere, Kind: "other", Class: "narrative", Media: casefile.FileTypes[0], Size: 1, Hash: strings.Repeat("0", 64), Key: probeText}
	}},
	{"incident.record", "incidents", "", one(access.RecordIncident), func() Input { return &RecordIncident{} }, func(p probe) casefile.Command {
		return casefile.RecordIncident{Incident: elsewhere, Types: casefile.ViolenceTypes[:1], On: p.now}
	}},
	{"consent.record", "consents", "", one(access.RecordConsent), func() Input { return &RecordConsent{} }, func(p probe) casefile.Command {
		return casefile.RecordConsent{Consent: elsewhere, Person: p.state.Subject, Decision: casefile.ConsentDecisions[0], How: casefile.ConsentHow[0]}
	}},
	simple("consent.withdraw", "consents/{id}/withdraw", targetConsent, one(access.RecordConsent), func(id string) casefile.Command { return casefile.WithdrawConsent{Consent: id} }),
	{"person.add", "persons", "", one(access.AddPerson), func() Input { return &AddPerson{} }, func(probe) casefile.Command {
		return casefile.AddPerson{PersonLink: casefile.PersonLink{Person: somebodyElse, Role: "witness"}}
	}},
	{"person.change", "persons/change", "", one(access.AddPerson), func() Input { return &ChangePerson{} }, func(p probe) casefile.Command {
		return casefile.ChangePerson{Change: elsewhere, Person: p.state.Subject, Fields: []string{person.FieldPhone}, Minor: p.state.SubjectMinor}
	}},
	{"participant.add", "participants", "", one(access.ManageParts), func() Input { return &AddParticipant{} }, func(probe) casefile.Command {
		return casefile.AddParticipant{Institution: elsewhere, Reason: "coordinator_decision"}
	}},
	{"participant.remove", "participants/remove", "", one(access.ManageParts), func() Input { return &RemoveParticipant{} }, func(p probe) casefile.Command {
		for _, one := range p.state.Participants {
			if !one.Removed && one.Institution != p.state.Lead {
				return casefile.RemoveParticipant{Institution: one.Institution}
			}
		}
		return nil
	}},
	{"entry.mark_in_error", "corrections", "", one(access.MarkInError), func() Input { return &MarkInError{} }, func(p probe) casefile.Command {
		for _, kind := range correctable {
			for _, id := range targets(p.state, kind) {
				return casefile.MarkInError{Kind: kind, Target: id, Reason: casefile.ErrorReasons[0]}
			}
		}
		return nil
	}},
	{"deadline.acknowledge", "deadlines/{id}/acknowledge", casefile.TargetDeadline, one(access.AnswerDeadline), func() Input { return &AcknowledgeDeadline{} }, func(p probe) casefile.Command {
		return casefile.AcknowledgeDeadline{Deadline: p.target, Answer: casefile.AckAnswers[0]}
	}},
	{"case.close", "close", "", one(access.CloseCase), func() Input { return &CloseCase{} }, func(probe) casefile.Command {
		excused := map[string]string{}
		for _, c := range casefile.ClosingCriteria {
			excused[c] = casefile.CriterionReasons[0]
		}
		return casefile.CloseCase{Reason: casefile.CloseReasons[0], Excused: excused}
	}},
	{"case.reopen", "reopen", "", one(access.ReopenCase), func() Input { return &ReopenCase{} }, func(probe) casefile.Command {
		return casefile.ReopenCase{Reason: casefile.ReopenReasons[0]}
	}},
}

// correctable lists what a page offers to mark as entered in error.
var correctable = []string{casefile.TargetReferral, casefile.TargetOrder, casefile.TargetHearing, casefile.TargetVisit, casefile.TargetMeasure}

// simpleMade is a step without words that makes a thing.
func simpleMade(name, path string, policy []access.Action, make func(id string) casefile.Command) CaseAction {
	return CaseAction{Name: name, Path: path, Policy: policy,
		New:   func() Input { return &Made{make: make} },
		probe: func(probe) casefile.Command { return make(elsewhere) }}
}

// ActionNamed finds an action by its code.
func ActionNamed(name string) (CaseAction, bool) {
	for _, a := range CaseActions {
		if a.Name == name {
			return a, true
		}
	}
	return CaseAction{}, false
}

func (a CaseAction) href(caseID, id string) string {
	return "/api/v1/cases/" + caseID + "/" + strings.ReplaceAll(a.Path, "{id}", id)
}
