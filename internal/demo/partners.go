package demo

import (
	"slices"
	"time"

	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
	directoryview "mkr/projections/directory"
	"mkr/projections/inbox"
)

// choice is an action and how likely it is among those that are open.
type choice struct {
	action string
	weight int
}

// duties says what partners do about a task, by the action that its clock asks for.
var duties = map[string][]choice{
	"acknowledge_referral": {{"referral.acknowledge", 14}, {"referral.accept", 6}, {"referral.decline", 2}, {"referral.hold", 1}},
	"answer_referral":      {{"referral.accept", 5}, {"referral.decline", 1}},
	"start_service":        {{"referral.start", 5}, {"referral.schedule", 3}, {"referral.hold", 1}},
	"report_appointment":   {{"referral.start", 4}, {"referral.no_show", 1}},
	"reschedule":           {{"referral.schedule", 3}, {"referral.start", 1}},
	"report_service":       {{"referral.service", 3}, {"referral.complete", 3}, {"referral.fail", 1}},
	"review_hold":          {{"referral.start", 4}, {"referral.hold", 1}},
	"answer_cancellation":  {{"referral.cancel", 4}, {"referral.complete", 1}, {"referral.refuse_cancellation", 2}},
	"send_referral":        {{"referral.send", 1}},
	"settle_referral":      {{"referral.reroute", 3}, {"referral.settle", 1}},
	"review_decline":       {{"referral.confirm_decline", 3}, {"referral.send_back", 1}},
	"record_answer":        {{"referral.acknowledge", 2}, {"referral.accept", 3}, {"referral.start", 3}, {"referral.complete", 3}},
	"assess_risk":          {{"risk.assess", 1}},
	"decide_order":         {{"order.issue", 7}, {"order.refuse", 1}, {"order.extend", 7}},
	"hold_hearing":         {{"order.uphold", 1}},
	"execute_order":        {{"order.execute", 1}},
	"send_copies":          {{"order.serve", 1}},
	"request_order":        {{"order.request", 1}},
	"register_petition":    {{"hearing.schedule", 1}},
	"convene_meeting":      {{"plan.draft", 1}},
	"draft_plan":           {{"plan.draft", 1}},
	"review_plan":          {{"plan.draft", 1}},
	"report_attendance":    {{"referral.service", 1}},
	"report_crime":         {{"measure.take", 1}},
	"end_emergency":        {{"measure.end", 1}},
	"request_extension":    {{"order.request_extension", 1}},
	"record_hearing":       {{"hearing.record", 1}},
	"record_visit":         {{"visit.report", 1}},
	"carry_out_action":     {{"plan.done", 1}},
	"carry_out_decision":   {{"plan.done", 1}},
}

// soon is how long before its due time a task is taken up for sure; earlier ones are taken up once in a while.
const soon = 24 * time.Hour

// clearInbox takes up one of the tasks that wait for some institution.
func (p *partners) clearInbox() {
	s := pick(p.rng, workers)
	c := p.house.as(s.place)
	list, err := p.svc.Inbox(p.ctx, c, handlers.ListQuery{Limit: 40})
	if err != nil {
		p.err = err
		return
	}
	if len(list.Items) == 0 {
		return
	}
	t := pick(p.rng, list.Items)
	now := p.clock.Now()
	if !t.DueAt.IsZero() && t.DueAt.Sub(now) > soon && !p.chance(6) {
		return
	}
	v, ok := p.look(c, t.Case)
	if !ok || !ripe(v, t, now) {
		return
	}
	if action, target, found := p.pickOpen(v, duties[t.Action], t.Target); found {
		p.perform(c, v, action, target, t)
	}
}

var workers = slices.DeleteFunc(slices.Clone(seats), func(s seat) bool { return !s.works() })

// ripe tells whether the thing can be told of: appointments, hearings and visits must have taken place.
func ripe(v handlers.CaseView, t inbox.Task, now time.Time) bool {
	switch t.Kind {
	case casefile.TargetReferral:
		r, _ := v.Referral(t.Target)
		return r.Status != casefile.Scheduled || !r.Appointment.After(now)
	case casefile.TargetHearing:
		i := slices.IndexFunc(v.Hearings, func(h casefile.Hearing) bool { return h.ID == t.Target })
		return i >= 0 && !v.Hearings[i].When.After(now)
	case casefile.TargetVisit:
		i := slices.IndexFunc(v.Visits, func(o casefile.Visit) bool { return o.ID == t.Target })
		return i >= 0 && !v.Visits[i].When.After(now)
	case casefile.TargetOrder:
		return t.Action != "hold_hearing" || t.DueAt.Sub(now) < 10*day
	}
	return true
}

// pickOpen draws among the choices that are open to the caller now, on the target or on none.
func (p *partners) pickOpen(v handlers.CaseView, choices []choice, target string) (action, on string, ok bool) {
	total := 0
	var open []choice
	for _, c := range choices {
		if slices.ContainsFunc(v.Actions, func(a handlers.OpenAction) bool { return a.Action == c.action && (a.ID == target || a.ID == "") }) {
			open = append(open, c)
			total += c.weight
		}
	}
	if total == 0 {
		return "", "", false
	}
	n := p.rng.IntN(total)
	for _, c := range open {
		if n -= c.weight; n < 0 {
			action = c.action
			break
		}
	}
	if a, _ := handlers.ActionNamed(action); a.Target != "" {
		on = target
	}
	return action, on, true
}

// perform does it, with a body that makes sense.
func (p *partners) perform(c handlers.Caller, v handlers.CaseView, action, target string, t inbox.Task) {
	if (action == "referral.accept" || action == "referral.start") && p.full(v, target) {
		action = "referral.hold" // on the waiting list, until a bed is free
	}
	if action == "referral.reroute" {
		p.askElsewhere(c, v, t.Target)
		return
	}
	if in, ok := p.body(v, action, target); ok {
		p.do(c, action, target, in)
	}
}

// askElsewhere sends a need on after a no, or says that it is met otherwise.
func (p *partners) askElsewhere(c handlers.Caller, v handlers.CaseView, previous string) {
	r, ok := v.Referral(previous)
	if !ok {
		return
	}
	for _, to := range p.offering(r.Service) {
		if id := p.house.id(to); id != c.Institution && r.Round < 3 && !asked(v, id, r.Service) && !saidNo(v, r, id) {
			p.do(c, "referral.reroute", previous, &handlers.RerouteReferral{To: id, Basis: handlers.LegalBasis(basisOf(v.Kind))})
			return
		}
	}
	p.do(c, "referral.settle", previous, &handlers.SettleReferral{Way: "other_help_found"})
}

// full tells whether a referral would need a place of its receiver, who has none.
func (p *partners) full(v handlers.CaseView, referral string) bool {
	r, _ := v.Referral(referral)
	if r.Place() == casefile.Given {
		return false
	}
	house, err := p.svc.Institution(p.ctx, r.To)
	if err != nil {
		p.err = err
		return false
	}
	return slices.ContainsFunc(house.Services, func(s directoryview.Service) bool {
		return s.Service == r.Service && capacity.Keeps(s.Service) && s.Capacity && s.Available == 0
	})
}

// saidNo tells whether a chain of referrals has been there before.
func saidNo(v handlers.CaseView, r casefile.Referral, institution string) bool {
	for r.To != institution && r.Previous != "" {
		r, _ = v.Referral(r.Previous)
	}
	return r.To == institution
}

// asked tells whether a referral for the service is open there.
func asked(v handlers.CaseView, institution, service string) bool {
	return slices.ContainsFunc(v.Referrals, func(r casefile.Referral) bool { return r.IsOpen() && r.To == institution && r.Service == service })
}

// offering lists who offers a service, in an order that changes.
func (p *partners) offering(service string) []place {
	var out []place
	for _, i := range places {
		if slices.ContainsFunc(i.services, func(o offer) bool { return o.service == service }) {
			out = append(out, i.place)
		}
	}
	p.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// carryOn lets a lead take the next step in one of its cases.
func (p *partners) carryOn() {
	row, lead, ok := p.anyCase(casefile.StageIntake, casefile.StageAssessed, casefile.StageMonitoring, casefile.StagePlan, casefile.StageProtection)
	if !ok {
		return
	}
	v, ok := p.look(lead, row.Case)
	if !ok {
		return
	}
	open := func(action string) bool {
		return slices.ContainsFunc(v.Actions, func(a handlers.OpenAction) bool { return a.Action == action })
	}
	switch {
	case v.Risk == "" && open("risk.assess"):
		p.judge(lead, v)
	case v.Risk == casefile.High && row.Stage == casefile.StageAssessed && v.Kind == casefile.DomesticViolence && open("order.request"):
		p.asks(lead, casefile.UMM)
	case v.Plan.ID == "" && len(v.Referrals) > 0 && p.chance(3) && open("plan.draft"):
		p.do(lead, "plan.draft", "", nil)
	case v.Plan.ID != "" && v.Plan.ApprovedAt.IsZero() && len(v.Plan.Actions) < 2 && open("plan.assign"):
		t := pick(p.rng, []task{{"counselling", lightSteps, 10}, {"economic_aid", needs, 8}, {"medical_follow_up", hospital, 6}, {"home_visit", unit, 5}})
		p.assign(t)
	case v.Plan.ID != "" && v.Plan.ApprovedAt.IsZero() && open("plan.approve"):
		p.do(lead, "plan.approve", "", nil)
	case len(v.Referrals) < 3 && p.chance(2) && open("referral.create"):
		p.askSomebody(lead, v)
	case p.chance(2) && open("visit.record"):
		p.visit(lead, pick(p.rng, []string{"met", "met", "met", "not_at_home"}))
	case open("measure.take"):
		p.measure(lead, pick(p.rng, []string{"counselling", "orientation", "legal_information", "accompaniment", "emergency_aid"}))
	}
}

// judge assesses a case's risk.
func (p *partners) judge(c handlers.Caller, v handlers.CaseView) {
	if in, ok := p.body(v, "risk.assess", ""); ok {
		p.do(c, "risk.assess", "", in)
	}
}

// askSomebody sends a referral that suits the kind of case.
func (p *partners) askSomebody(lead handlers.Caller, v handlers.CaseView) {
	services := []string{"psychosocial", "legal_aid", "health", "economic_aid", "employment", "forensic_exam", "police_protection"}
	if v.Kind == casefile.ChildProtection {
		services = []string{"psychosocial", "education_support", "child_assessment", "health", "economic_aid"}
	}
	service := pick(p.rng, services)
	for _, to := range p.offering(service) {
		if id := p.house.id(to); id != lead.Institution && !asked(v, id, service) {
			p.refer(lead, ask{to: to, service: service, urgency: pick(p.rng, []string{casefile.Routine, casefile.Urgent}), via: pick(p.rng, []string{"", "", "", "", "phone"})})
			return
		}
	}
}

// windDown closes a case in which nothing is owed any more. The fuller the board, the younger it may be.
func (p *partners) windDown() {
	row, lead, ok := p.anyCase(casefile.StageMonitoring, casefile.StagePlan, casefile.StageAssessed)
	if !ok || p.clock.Now().Sub(row.OpenedAt) < 2*day {
		return
	}
	if p.openCases() < quiet {
		return
	}
	v, ok := p.look(lead, row.Case)
	if ok && slices.ContainsFunc(v.Actions, func(a handlers.OpenAction) bool { return a.Action == "case.close" }) {
		p.close(pick(p.rng, []string{"goals_met", "risk_removed"}))
	}
}

// newCase lets somebody tell of a new case.
func (p *partners) newCase() {
	if p.openCases() >= enough {
		return
	}
	if p.chance(3) {
		o := pick(p.rng, childOpenings)
		p.story.open(casefile.ChildProtection, o.by, o.channel, o.violence, p.family()...)
		return
	}
	o := pick(p.rng, violenceOpenings)
	p.violence(o.by, o.channel)
	if o.by == police && p.chance(2) { // the officer judges and orders on the spot
		p.assess(p.house.as(police), casefile.High, graveFactors...)
		p.protects()
	}
}

// teamWork keeps the meetings: attendance, minutes, the next one.
func (p *partners) teamWork() {
	kind := pick(p.rng, meeting.Kinds)
	g := gathering{kind: kind, cases: 2, invited: teamETN[:4]}
	convener := p.house.as(structure)
	if kind == meeting.GTN {
		g.invited, convener = teamGTN[:4], p.house.as(unit)
	}
	list, err := p.svc.Meetings(p.ctx, convener, handlers.ListQuery{Kind: kind, Limit: 5})
	if err != nil {
		p.err = err
		return
	}
	for _, m := range list.Items {
		if p.keep(convener, m.Meeting) {
			return
		}
	}
	if len(list.Items) == 0 || list.Items[0].When.Before(p.clock.Now()) {
		at := p.officeHour(2 + p.rng.IntN(3))
		p.convene(g, at)
	}
}

// keep does the next thing for a meeting, if there is one.
func (p *partners) keep(c handlers.Caller, id string) bool {
	m, err := p.svc.Meeting(p.ctx, c, id)
	if err != nil || m.Convener != c.Institution {
		return false
	}
	switch {
	case m.Status == meeting.WasHeld:
		p.meet(c, id, "meeting.sign_minutes", &handlers.SignMinutes{})
		return true
	case m.Status != meeting.Planned || m.When.After(p.clock.Now()):
		return false
	}
	for _, i := range m.Invited {
		if i.Attendance == "" {
			came := meeting.Present
			if m.Present() > 0 && p.chance(5) {
				came = meeting.Excused
			}
			p.meet(c, id, "meeting.record_attendance", &handlers.RecordAttendance{Institution: i.Institution, Attendance: handlers.Attendance(came)})
			return true
		}
	}
	if m.Present() > 0 {
		p.meet(c, id, "meeting.hold", &handlers.HoldMeeting{})
		return true
	}
	return false
}
