package demo

import (
	"fmt"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/handlers"
)

// todayChildren are the children's open cases.
var todayChildren = []scene{
	{"intake from the child line", 5 * hour, func(s *story) {
		s.child(unit, "child_line_116", 9, "physical", "psychological")
	}},
	{"placed at once, the court has 24 hours", 20 * hour, func(s *story) {
		s.childJudged(police, "police_129", 2, casefile.High, "abandonment", "neglect")
		placed := s.measure(s.lead(), "emergency_placement")
		s.ago(15 * hour)
		s.brought(s.lead(), placed)
		s.asks(s.lead(), casefile.UMM)
		s.taken(s.lead(), ask{to: babies, service: "residential_care", urgency: casefile.Urgent})
		s.taken(s.lead(), ask{to: hospital, service: "health", urgency: casefile.Urgent})
		s.ago(3 * hour)
		s.refer(s.lead(), ask{to: babies, service: "health"})
	}},
	{"in the street, with a place to go by day", 25 * day, func(s *story) {
		s.childJudged(theDoor, "outreach", 11, casefile.Medium, "street_situation", "exploitation")
		s.ago(22 * day)
		r := s.refer(s.lead(), ask{to: theDoor, service: "education_support"})
		s.ago(21 * day)
		s.accepts(r)
		s.ago(20 * day)
		s.starts(r)
		s.ago(8 * day)
		s.gives(r, 3)
		s.ago(4 * day)
		s.parents(s.lead(), s.measure(s.lead(), "specialised_supervision"), casefile.ParentsRefuse)
		s.taken(s.lead(), ask{to: education, service: "education_support"})
		s.ago(8 * hour)
		s.refer(s.lead(), ask{to: children, service: "residential_care"})
	}},
	{"a visit tomorrow", 6 * day, func(s *story) {
		s.childJudged(education, "school", 12, casefile.Medium, "neglect")
		s.ago(26 * hour)
		s.do(s.lead(), "visit.plan", "", &handlers.PlanVisit{When: s.end.Add(22 * hour)})
		s.taken(s.lead(), ask{to: education, service: "education_support"})
	}},
	{"a protection plan with tasks", 23 * day, func(s *story) {
		s.childJudged(education, "school", 13, casefile.Medium, "physical")
		s.ago(18 * day)
		s.plan(task{"school_follow_up", education, 22}, task{"counselling", lightSteps, 20}, task{"supervision", unit, 30})
		s.visit(s.lead(), "met")
		s.assignBy("school_follow_up", education, s.end.Add(7*hour))
	}},
	{"no place for him, and a visit that nobody has reported", 7 * day, func(s *story) {
		s.childJudged(hospital, "medical_emergency", 8, casefile.Medium, "neglect")
		s.ago(6 * day)
		s.do(s.lead(), "visit.plan", "", &handlers.PlanVisit{When: s.end.Add(-60 * hour)})
		s.ago(2 * day)
		r := s.refer(s.lead(), ask{to: children, service: "residential_care"})
		s.ago(25 * hour)
		s.declines(r, "no_capacity")
		s.ago(20 * hour)
		s.taken(s.lead(), ask{to: children, service: "education_support"})
	}},
	{"an assessment with an appointment", 5 * day, func(s *story) {
		s.childJudged(unit, "outreach", 6, casefile.Medium, "street_situation")
		s.ago(3 * day)
		r := s.refer(s.lead(), ask{to: needs, service: "child_assessment"})
		s.ago(2 * day)
		s.accepts(r)
		s.schedules(r, s.end.Add(-2*hour))
		s.taken(s.lead(), ask{to: children, service: "residential_care"})
	}},
	{"in the infants' home", 28 * day, func(s *story) {
		s.childJudged(hospital, "medical_emergency", 1, casefile.Medium, "abandonment")
		s.ago(26 * day)
		r := s.refer(s.lead(), ask{to: babies, service: "residential_care", urgency: casefile.Urgent})
		s.ago(25 * day)
		s.accepts(r)
		s.starts(r)
		care := s.protected(s.lead(), "alternative_care")
		s.ago(6 * day)
		s.watched(s.house.as(babies), care, "better")
		s.ago(5 * day)
		s.recalls(40 * hour)
		s.visit(s.house.as(babies), "met")
		s.plan(task{"foster_placement", unit, 20}, task{"medical_follow_up", babies, 10})
	}},
}

func (s *story) child(by place, channel string, age int, violence ...handlers.Violence) {
	s.open(casefile.ChildProtection, by, channel, violence,
		human{role: "child", relation: "self", sex: pick(s.rng, []string{person.Female, person.Male}), age: age},
		human{role: "parent", relation: "parent", sex: person.Female, age: 24 + s.rng.IntN(20)})
}

func (s *story) childJudged(by place, channel string, age int, level string, violence ...handlers.Violence) {
	s.child(by, channel, age, violence...)
	s.hours(0.5, 2)
	s.assess(s.lead(), level, map[string][]handlers.Factor{casefile.High: {"violence_to_children", "weapons"}, casefile.Medium: {"violence_to_children", "alcohol_drugs", "economic_stress"}}[level]...)
	s.hours(0.1, 0.2)
}

// beds lets the shelter say how many of its beds are free.
func (s *story) beds(free int) {
	if s.err != nil {
		return
	}
	r, err := s.svc.InstitutionCommand(s.ctx, s.house.as(shelter), s.house.id(shelter), directory.ReportCapacity{Service: "shelter", Total: 5, Available: free}, s.envelope())
	s.took("capacity", r, err)
}

// counts lets a home say again how many places it has: a count of years ago tells nobody anything.
func (s *story) counts(at place, o offer) {
	s.until(s.officeHour(1))
	if s.err != nil {
		return
	}
	r, err := s.svc.InstitutionCommand(s.ctx, handlers.Shell(), s.house.id(at), directory.ReportCapacity{Service: o.service, Total: o.places, Available: 2 + s.rng.IntN(5)}, s.envelope())
	s.took("capacity", r, err)
}

// tellToday tells the last weeks.
func (w *world) tellToday() {
	for i, scenes := range [][]scene{todayViolence, todayChildren, todayPlans, todayLinks} {
		for j, sc := range scenes {
			w.tell(fmt.Sprintf("today %d/%d", i+1, j+1), w.end.Add(-sc.began), sc.plot)
		}
	}
	etn := gathering{kind: meeting.ETN, cases: 3, invited: []place{police, court, hospital, needs, lightSteps}}
	gtn := gathering{kind: meeting.GTN, cases: 2, invited: []place{education, hospital, needs, theDoor, children}}
	for _, p := range places {
		for _, o := range p.services {
			if o.places > 0 && p.place != shelter { // the shelter counts its beds in its own story
				w.tell("places of "+string(p.place), w.end.Add(-4*day), func(s *story) { s.counts(p.place, o) })
			}
		}
	}
	w.tell("team last week", w.end.Add(-12*day), func(s *story) { etn.met(s, w.end.Add(-8*day)) })
	now := gathering{kind: meeting.ETN, cases: 2, invited: []place{police, hospital, needs, shelter}}
	w.tell("team at this hour", w.end.Add(-30*hour), func(s *story) { now.sits(s, w.end.Add(-50*time.Minute)) })
	w.tell("team tomorrow", w.end.Add(-40*hour), func(s *story) { etn.called(s, w.end.Add(23*hour)) })
	w.tell("children's team in two days", w.end.Add(-30*hour), func(s *story) { gtn.called(s, w.end.Add(2*day)) })
}

// called is a meeting to come, with its agenda.
func (g gathering) called(s *story, at time.Time) {
	convener, m := s.convene(g, at)
	agenda := s.agenda(convener, m, g)
	s.hours(1, 3)
	for i, t := range agenda {
		if i == 0 { // of the first case somebody has said what it knows
			s.returned(convener, t, g.invited)
		}
		t.about.busy--
	}
}

// returned lets the first of those who were asked about a case file its return.
func (s *story) returned(convener handlers.Caller, t *topic, invited []place) {
	if s.err != nil {
		return
	}
	view, err := s.svc.Case(s.ctx, convener, t.about.id, handlers.At{})
	if err != nil {
		s.err = err
		return
	}
	for _, p := range invited {
		for _, r := range view.Returns {
			if r.Institution == s.house.id(p) && !r.Filed() {
				s.id, s.kind = t.about.id, t.about.kind
				s.do(s.house.as(p), "return.file", r.ID, &handlers.FileReturn{Finding: "concern", Text: s.findings(), Proposals: []handlers.PlanActionCode{"safety_plan"}})
				return
			}
		}
	}
}

// met is a meeting whose tasks are still to be done, and whose minutes are not signed yet.
func (g gathering) met(s *story, at time.Time) {
	convener, m := s.convene(g, at)
	agenda := s.agenda(convener, m, g)
	s.until(at.Add(100 * time.Minute))
	for i, p := range g.invited {
		came := meeting.Present
		if i == 3 {
			came = meeting.Excused
		}
		s.meet(convener, m, "meeting.record_attendance", &handlers.RecordAttendance{Institution: s.house.id(p), Attendance: handlers.Attendance(came)})
	}
	for _, t := range agenda {
		s.decide(convener, m, t)
	}
	s.meet(convener, m, "meeting.hold", &handlers.HoldMeeting{})
}
