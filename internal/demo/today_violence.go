package demo

import (
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// scene is an open case of the last weeks: when it began, and what happened in it up to the end.
type scene struct {
	name  string
	began time.Duration // before the end
	plot  func(*story)
}

// todayViolence are the open cases of domestic violence that a visitor finds. With todayChildren every stage has one, and
// every institution something to do.
var todayViolence = []scene{
	{"intake, nobody has judged the risk", 3 * hour, func(s *story) {
		s.violence(police, "police_129")
		s.incident(s.house.as(police), 5*hour, "physical", "psychological")
	}},
	{"intake, overdue", 31 * hour, func(s *story) { s.violence(hospital, "medical_emergency") }},
	{"assessed, nobody asked yet", 26 * hour, func(s *story) {
		s.violence(structure, "hotline_400075")
		s.ago(4 * hour)
		s.assess(s.lead(), casefile.Medium, someFactors...)
	}},
	{"a referral that nobody has answered, overdue", 3 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(27 * hour)
		s.refer(s.lead(), ask{to: lightSteps, service: "legal_aid", consent: s.consents(s.lead(), lightSteps)})
		s.taken(s.lead(), ask{to: employment, service: "employment"})
	}},
	{"a referral received, the answer due today", 2 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.ago(22 * hour)
		r := s.refer(s.lead(), ask{to: theDoor, service: "psychosocial", urgency: casefile.Urgent})
		s.ago(19 * hour)
		s.acknowledges(r)
	}},
	{"one accepted and not begun, one that could not be done", 6 * day, func(s *story) {
		s.judged(police, "police_129", casefile.Medium)
		s.ago(4 * day)
		r := s.refer(s.lead(), ask{to: employment, service: "employment"})
		s.ago(3 * day)
		s.acknowledges(r)
		s.ago(2 * day)
		s.accepts(r)
		s.taken(s.lead(), ask{to: needs, service: "economic_aid"})
		s.ago(44 * hour)
		failed := s.refer(s.lead(), ask{to: lightSteps, service: "psychosocial"})
		s.ago(30 * hour)
		s.accepts(failed)
		s.ago(9 * hour)
		s.fails(failed, "could_not_contact")
	}},
	{"an appointment tomorrow", 5 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(3 * day)
		r := s.refer(s.lead(), ask{to: lightSteps, service: "psychosocial", consent: s.consents(s.lead())})
		s.ago(2 * day)
		s.accepts(r)
		s.schedules(r, s.end.Add(21*hour))
	}},
	{"she did not come", 8 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(6 * day)
		r := s.refer(s.lead(), ask{to: theDoor, service: "perpetrator_programme"})
		s.ago(5 * day)
		s.accepts(r)
		s.schedules(r, s.end.Add(-20*hour))
		s.ago(17 * hour)
		s.noShow(r)
	}},
	{"help is being given; a referral made in error", 20 * day, func(s *story) {
		s.judged(lightSteps, "ngo", casefile.Medium)
		s.ago(18 * day)
		r := s.refer(s.lead(), ask{to: lightSteps, service: "psychosocial", consent: s.consents(s.lead())})
		s.ago(17 * day)
		s.accepts(r)
		s.ago(15 * day)
		s.starts(r)
		s.ago(6 * day)
		s.gives(r, 2)
		wrong := s.refer(s.lead(), ask{to: education, service: "education_support"})
		s.ago(140 * hour)
		s.do(s.lead(), "entry.mark_in_error", "", &handlers.MarkInError{Kind: casefile.TargetReferral, Target: wrong.id, Reason: "wrong_case"})
		s.visit(s.house.as(lightSteps), "met")
		s.ago(5 * hour)
		s.recalls(30 * hour)
		s.gives(r, 1)
	}},
	{"on a waiting list; a consent taken back, and no wish for counselling", 12 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		consent := s.consents(s.lead(), theDoor, lightSteps)
		unwanted := s.refer(s.lead(), ask{to: theDoor, service: "psychosocial", consent: consent})
		s.ago(11*day + 12*hour)
		s.answer(unwanted, "survivor_declines")
		s.ago(10 * day)
		s.refer(s.lead(), ask{to: lightSteps, service: "legal_aid", consent: consent})
		s.ago(9*day + 12*hour)
		s.do(s.lead(), "consent.withdraw", consent, nil)
		s.ago(9 * day)
		r := s.refer(s.lead(), ask{to: needs, service: "housing"})
		s.ago(8 * day)
		s.accepts(r)
		s.ago(6 * day)
		s.holds(r, "waitlisted")
	}},
	{"declined, back with the sender", 4 * day, func(s *story) {
		s.judged(police, "police_129", casefile.High)
		s.ago(9 * hour)
		r := s.refer(s.lead(), ask{to: shelter, service: "legal_aid", urgency: casefile.Urgent})
		s.ago(5 * hour)
		s.declines(r, "no_capacity")
	}},
	{"declined once, asked again elsewhere", 4 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(2 * day)
		r := s.refer(s.lead(), ask{to: theDoor, service: "housing"})
		s.ago(30 * hour)
		s.declines(r, "not_eligible")
		s.ago(20 * hour)
		s.taken(s.lead(), ask{to: needs, service: "housing", previous: r.id})
	}},
	{"a request to stop", 9 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.ago(5 * day)
		r := s.refer(s.lead(), ask{to: employment, service: "employment"})
		s.ago(4 * day)
		s.accepts(r)
		s.ago(3 * day)
		s.starts(r)
		s.ago(8 * hour)
		s.cancels(r, "survivor_request")
	}},
	{"UMPMM issued just now", 90 * time.Minute, func(s *story) {
		s.violence(police, "police_129")
		s.hours(0.2, 0.3)
		s.assess(s.house.as(police), casefile.High, graveFactors...)
		s.ago(35 * time.Minute)
		s.protects()
		s.ago(20 * time.Minute)
		s.refer(s.house.as(police), ask{to: shelter, service: "shelter", urgency: casefile.Immediate})
		s.refer(s.house.as(police), ask{to: hospital, service: "health", urgency: casefile.Immediate})
	}},
	{"UMPMM, not filed within 48 hours", 54 * hour, func(s *story) {
		s.violence(police, "police_129")
		s.hours(0.3, 0.5)
		s.assess(s.house.as(police), casefile.High, graveFactors...)
		s.hours(0.4, 0.6)
		order := s.protects()
		s.hours(1, 2)
		s.executes(s.house.as(police), order)
		s.ago(40 * hour)
		s.measure(s.lead(), "police_escort")
	}},
	{"UMM asked for, the court has 48 hours", 30 * hour, func(s *story) {
		s.judged(police, "police_129", casefile.High)
		order := s.protects()
		s.hours(1, 2)
		s.executes(s.house.as(police), order)
		s.ago(14 * hour)
		s.asks(s.house.as(police), casefile.UMM)
		s.measure(s.lead(), "accompaniment")
		s.taken(s.house.as(police), ask{to: shelter, service: "psychosocial"})
		s.ago(7 * hour)
		s.taken(s.house.as(police), ask{to: forensic, service: "forensic_exam", urgency: casefile.Urgent})
	}},
	{"UMM asked for a girl of sixteen, the court has 24 hours", 12 * hour, func(s *story) {
		s.open(casefile.DomesticViolence, structure, "child_line_116", []handlers.Violence{"physical", "psychological"},
			human{role: "survivor", relation: "self", sex: person.Female, age: 16}, human{role: "alleged_perpetrator", relation: "parent", sex: person.Male, age: 44})
		s.hours(0.4, 0.8)
		s.assess(s.lead(), casefile.High, graveFactors...)
		s.ago(9 * hour)
		s.asks(s.lead(), casefile.UMM)
		s.taken(s.lead(), ask{to: theDoor, service: "psychosocial", urgency: casefile.Urgent})
	}},
	{"UMM in force, not carried out yet", 5 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.High)
		order := s.protects()
		s.hours(1, 2)
		s.executes(s.house.as(police), order)
		umm := s.asks(s.house.as(police), casefile.UMM)
		s.ago(10 * hour)
		s.grants(s.house.as(court), umm, police, time.Time{}, "a", "b")
		s.taken(s.lead(), ask{to: police, service: "police_protection", urgency: casefile.Urgent})
		s.ago(6 * hour)
		s.refer(s.lead(), ask{to: hospital, service: "health"})
	}},
	{"UMM in force, the hearing is tomorrow", 18 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		umm := s.immediate(s.lead())
		s.hearing(s.house.as(court), umm, s.end.Add(20*hour))
	}},
	{"UM in force, little time left to ask for more", 75 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		um := s.asks(s.lead(), casefile.UM)
		s.ago(66 * day)
		s.grants(s.house.as(court), um, police, s.end.Add(17*day), "a", "c")
		s.hours(4, 9)
		s.executes(s.house.as(police), um)
		s.ago(46 * day)
		s.assess(s.lead(), casefile.Low, fewFactors...)
	}},
	{"UM broken yesterday", 40 * day, func(s *story) {
		s.judged(police, "police_129", casefile.High)
		um := s.asks(s.lead(), casefile.UM)
		s.ago(31 * day)
		s.grants(s.house.as(court), um, police, s.end.Add(150*day), "a", "b", "d")
		s.hours(4, 9)
		s.executes(s.house.as(police), um)
		s.ago(12 * day)
		s.assess(s.lead(), casefile.Medium, someFactors...)
		s.ago(19 * hour)
		s.recalls(3 * hour)
		s.do(s.house.as(police), "order.breach", um, &handlers.ReportBreach{Detail: s.texts.tell("Erdhi te dera e banesës pas mesnate")})
		s.refer(s.house.as(police), ask{to: prosecution, service: "court_petition", urgency: casefile.Urgent})
	}},
	{"UM, more time asked for", 100 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Low)
		um := s.asks(s.lead(), casefile.UM)
		s.ago(92 * day)
		s.grants(s.house.as(court), um, bailiff, s.end.Add(20*day), "a", "h")
		s.hours(4, 9)
		s.executes(s.lead(), um)
		s.ago(50 * day)
		s.assess(s.lead(), casefile.Low, fewFactors...)
		s.ago(3 * day)
		s.do(s.lead(), "order.request_extension", um, nil)
	}},
	{"a plan with tasks: done, due today, overdue", 24 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.ago(16 * day)
		ids := s.plan(task{"counselling", lightSteps, 12}, task{"employment", employment, 20}, task{"medical_follow_up", hospital, 25})
		s.assignBy("safety_plan", police, s.end.Add(5*hour))
		s.assignBy("economic_aid", needs, s.end.Add(-9*hour))
		s.ago(7 * day)
		s.done(lightSteps, ids[0])
	}},
	{"a plan being drafted", 6 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.measure(s.lead(), "counselling")
		s.ago(1 * day)
		s.do(s.lead(), "plan.draft", "", nil)
		s.assign(task{"legal_aid", lightSteps, 9})
		s.ago(3 * hour)
		s.refer(s.lead(), ask{to: needs, service: "economic_aid", urgency: casefile.Urgent})
	}},
	{"a referral in draft", 2 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.ago(2 * hour)
		s.refer(s.lead(), ask{to: lightSteps, service: "legal_aid", draft: true})
	}},
	{"closed and opened again", 60 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Low)
		s.measure(s.lead(), "orientation")
		s.ago(40 * day)
		s.close("goals_met")
		s.ago(20 * hour)
		s.do(s.lead(), "case.reopen", "", &handlers.ReopenCase{Reason: "new_incident"})
		s.closed = false
		s.incident(s.lead(), 26*hour, "psychological")
	}},
	{"in the shelter", 30 * hour, func(s *story) {
		s.judged(police, "police_129", casefile.High)
		r := s.refer(s.house.as(police), ask{to: shelter, service: "shelter", urgency: casefile.Immediate})
		s.hours(0.3, 0.7)
		s.accepts(r)
		s.hours(0.5, 1.5)
		s.starts(r)
		s.beds(2)
		s.ago(9 * hour)
		s.gives(r, 1)
	}},
}

// violence opens a case of domestic violence.
func (s *story) violence(by place, channel string) {
	s.open(casefile.DomesticViolence, by, channel, pick(s.rng, kindsOfViolence), s.couple()...)
}

// judged opens one and judges its risk within the hour.
func (s *story) judged(by place, channel, level string) {
	s.violence(by, channel)
	s.hours(0.4, 0.9)
	s.assess(s.lead(), level, map[string][]handlers.Factor{casefile.High: graveFactors, casefile.Medium: someFactors, casefile.Low: fewFactors}[level]...)
	s.hours(0.1, 0.2)
	if level == casefile.High {
		s.join(police)
	}
}

// taken sends a referral whose receiver says at once that it has come, and owes the answer.
func (s *story) taken(from handlers.Caller, a ask) {
	r := s.refer(from, a)
	s.hours(0.2, 0.7)
	s.acknowledges(r)
}

// assignBy gives out a task of the plan that is due at an instant.
func (s *story) assignBy(what string, by place, due time.Time) {
	s.do(s.lead(), "plan.assign", "", &handlers.AssignAction{What: handlers.PlanActionCode(what), Institution: s.house.id(by), Due: due, Detail: s.texts.tell("Detyrë me afat të caktuar nga koordinatorja")})
}
