package demo

import (
	"time"

	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
)

// todayPlans are the cases in which plans live: goals that are reached or not, parts that were agreed to, reviews, visits
// that follow one another, and what she does when it becomes dangerous.
var todayPlans = []scene{
	{"a plan halfway: goals, parts agreed to, one review, a visit next week", 70 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(66 * day)
		s.safety("code_word", "emergency_numbers", "trusted_person", "bag_and_documents", "phone_and_accounts")
		s.ago(64 * day)
		s.do(s.lead(), "plan.draft", "", nil)
		calm, work, school := s.goal("psychological"), s.goal("economic"), s.goal("education")
		talks := s.towards(calm, task{"counselling", lightSteps, 20})
		s.towards(work, task{"employment", employment, 75})
		s.towards(work, task{"economic_aid", needs, 80})
		s.towards(school, task{"school_follow_up", education, 90})
		s.ago(60 * day)
		s.do(s.lead(), "plan.approve", "", &handlers.ApprovePlan{Next: s.end.Add(-20 * day)})
		for _, p := range []place{lightSteps, employment, education} {
			s.hours(2, 20)
			s.do(s.house.as(p), "plan.agree", "", nil)
		}
		s.ago(48 * day)
		s.visits(s.end.Add(-30 * day))
		s.ago(45 * day)
		s.done(lightSteps, talks)
		s.ago(30*day - 2*hour)
		s.reports("met", s.end.Add(6*day))
		s.ago(21 * day)
		s.assess(s.lead(), casefile.Low, fewFactors...)
		s.do(s.lead(), "plan.goal_end", calm, &handlers.EndGoal{Outcome: "reached"})
		s.reviews("goes_on", s.end.Add(10*day))
		s.do(s.lead(), "safety_plan.review", "", nil)
	}},
	{"a plan that a review sent back: its second version is being drafted", 50 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.High)
		s.ago(46 * day)
		s.safety("way_out", "safe_place", "children_know", "money_and_keys")
		s.do(s.lead(), "plan.draft", "", nil)
		home := s.goal("housing")
		s.towards(home, task{"housing", needs, 60})
		s.ago(44 * day)
		s.do(s.lead(), "plan.approve", "", nil)
		s.ago(40 * day)
		s.assess(s.lead(), casefile.Medium, someFactors...)
		s.ago(12 * day)
		s.assess(s.lead(), casefile.Medium, someFactors...)
		s.ago(3 * day)
		s.do(s.lead(), "plan.goal_end", home, &handlers.EndGoal{Outcome: "not_reached"})
		s.reviews("to_be_changed", time.Time{})
		s.ago(26 * hour)
		s.do(s.lead(), "plan.draft", "", nil)
		s.towards(s.goal("safety"), task{"safety_plan", police, 8})
		s.goal("housing")
	}},
	{"a plan whose review is overdue, and a visit of today", 110 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.ago(104 * day)
		s.do(s.lead(), "plan.draft", "", nil)
		aid := s.towards(s.goal("legal"), task{"legal_aid", lightSteps, 60})
		s.ago(100 * day)
		s.do(s.lead(), "plan.approve", "", &handlers.ApprovePlan{Next: s.end.Add(-3 * day)})
		s.ago(50 * day)
		s.done(lightSteps, aid)
		s.assess(s.lead(), casefile.Low, fewFactors...)
		s.ago(9 * day)
		s.visits(s.end.Add(-2 * day))
		s.ago(2*day - 3*hour)
		s.reports("not_at_home", s.end.Add(3*hour))
	}},
	{"a child's plan that the parents drew too, with visits every fortnight", 75 * day, func(s *story) {
		s.childJudged(education, "school", 9, casefile.Medium, "neglect")
		s.ago(68 * day)
		s.do(s.lead(), "plan.draft", "", nil)
		school, parents := s.goal("education"), s.goal("parenting")
		s.towards(school, task{"school_follow_up", education, 100})
		s.towards(parents, task{"counselling", theDoor, 80})
		s.ago(64 * day)
		s.do(s.lead(), "plan.approve", "", nil)
		for _, p := range []place{education, theDoor} {
			s.hours(3, 30)
			s.do(s.house.as(p), "plan.agree", "", nil)
		}
		s.ago(50 * day)
		s.assess(s.lead(), casefile.Low, fewFactors...)
		s.visits(s.end.Add(-36 * day))
		for back := 36; back > 0; back -= 14 {
			s.ago(time.Duration(back)*day - 2*hour)
			s.reports("met", s.end.Add(-time.Duration(back-14)*day))
		}
		s.ago(5 * day)
		s.do(s.lead(), "plan.goal_end", school, &handlers.EndGoal{Outcome: "partly_reached"})
	}},
}

// goals are what plans are to reach, by the part of life that they are about.
var goals = map[string]string{
	"psychological": "Të flejë pa frikë dhe të mos mbetet vetëm me atë që i ka ndodhur",
	"economic":      "Të ketë të ardhurat e veta deri në pranverë",
	"education":     "Të shkojë në shkollë çdo ditë dhe të ndihet mirë atje",
	"housing":       "Një banesë ku ai nuk e gjen, me qira që e përballon",
	"legal":         "Të dijë të drejtat e saj dhe të mos jetë vetëm në gjyq",
	"safety":        "Të dijë çfarë bën natën kur ai kthehet",
	"parenting":     "Prindërit të flasin me fëmijën pa bërtitur",
}

// goal sets one for the plan that is being drafted.
func (s *story) goal(domain string) string {
	return s.do(s.lead(), "plan.goal", "", &handlers.SetGoal{Domain: handlers.GoalDomain(domain), Text: s.texts.tell(goals[domain])})
}

// towards gives out a task that serves a goal.
func (s *story) towards(goal string, t task) string {
	return s.do(s.lead(), "plan.assign", "", &handlers.AssignAction{
		What: handlers.PlanActionCode(t.what), Institution: s.house.id(t.by), Due: s.officeHour(t.days), Goal: goal,
		Detail: s.texts.tell("Detyrë që i shërben objektivit"),
	})
}

// reviews looks at how far the plan has got; no next date leaves it to the term.
func (s *story) reviews(result string, next time.Time) {
	s.do(s.lead(), "plan.review", "", &handlers.ReviewPlan{Result: handlers.ReviewResult(result), Next: next, Text: s.texts.tell("U pa me familjen çfarë ka ecur dhe çfarë jo")})
}

// safety writes what she does when it becomes dangerous.
func (s *story) safety(items ...handlers.SafetyItem) {
	s.do(s.lead(), "safety_plan.write", "", &handlers.WriteSafetyPlan{Items: items, Text: s.texts.tell("Motra e di fjalën; çanta është te fqinja e katit të parë")})
}

// visits plans the first of visits that follow one another.
func (s *story) visits(at time.Time) {
	s.visitID = s.do(s.lead(), "visit.plan", "", &handlers.PlanVisit{When: at})
}

// reports tells of the visit that was planned, and plans the next with it.
func (s *story) reports(outcome string, next time.Time) {
	s.do(s.lead(), "visit.report", s.visitID, &handlers.RecordVisit{Outcome: handlers.VisitOutcome(outcome), Findings: s.findings(), NextWhen: next})
	if s.err != nil {
		return
	}
	view, err := s.svc.Case(s.ctx, s.lead(), s.id, handlers.At{})
	if err != nil {
		s.err = err
		return
	}
	for _, v := range view.Visits {
		if v.Status == casefile.Planned {
			s.visitID = v.ID
		}
	}
}

// sits is a meeting that is being held now: who came is written down, the first case has its decision, the second is on
// the screen.
func (g gathering) sits(s *story, at time.Time) {
	convener, m := s.convene(g, at)
	agenda := s.agenda(convener, m, g)
	for _, t := range agenda {
		for range g.invited[1:] { // one has said nothing, and the screen says so
			s.returned(convener, t, g.invited)
		}
		t.about.busy--
	}
	s.until(at.Add(5 * time.Minute))
	for _, p := range g.invited {
		s.meet(convener, m, "meeting.record_attendance", &handlers.RecordAttendance{Institution: s.house.id(p), Attendance: meeting.Present})
	}
	for i, t := range agenda {
		s.hours(0.1, 0.2)
		s.meet(convener, m, "meeting.call_case", &handlers.CallCase{Case: t.about.id})
		if i == 0 {
			s.hours(0.1, 0.15)
			s.decide(convener, m, t)
		}
	}
}
