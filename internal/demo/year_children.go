package demo

import (
	"fmt"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// childCase is the plan of one case of child protection.
type childCase struct {
	n        int
	visits   int   // home visits
	referred place // where the child is referred, "" for nowhere
	measure  string
	plan     bool
}

// childrenOf2014 makes up the plans of 2014. NJMF published 30 cases managed, 15 family visits and 7 children referred to
// other structures.
func childrenOf2014() []childCase {
	out := make([]childCase, 30)
	for i := range out {
		out[i] = childCase{n: i, plan: i%4 == 1}
		if i%3 == 0 { // ten families are visited,
			out[i].visits = 1
		}
		if i%6 == 0 { // and five of them twice
			out[i].visits++
		}
		if i%4 == 2 { // seven: 2, 6, 10, 14, 18, 22, 26
			out[i].referred = []place{education, children, hospital, babies, needs}[i/4%5]
		}
		switch i % 7 {
		case 1:
			out[i].measure = "specialised_supervision"
		case 4:
			out[i].measure = "alternative_care"
		}
	}
	return out
}

func (w *world) tellChildren(year int, cases []childCase) {
	for i, c := range cases {
		slot := (i*7 + 2) % len(cases)
		name := fmt.Sprintf("child %d/%d", year, i+1)
		w.tell(name, w.slot(name, year, slot, len(cases)), c.plot)
	}
}

var childOpenings = []struct {
	by       place
	channel  string
	violence []handlers.Violence
}{
	{education, "school", []handlers.Violence{"neglect"}},
	{unit, "outreach", []handlers.Violence{"street_situation", "exploitation"}},
	{unit, "child_line_116", []handlers.Violence{"physical"}},
	{hospital, "medical_emergency", []handlers.Violence{"physical", "neglect"}},
	{police, "police_129", []handlers.Violence{"abandonment"}},
	{unit, "walk_in", []handlers.Violence{"psychological"}},
	{theDoor, "ngo", []handlers.Violence{"street_situation"}},
}

// serviceFor is what a child is referred for.
var serviceFor = map[place]string{education: "education_support", children: "residential_care", babies: "residential_care", hospital: "health", needs: "child_assessment"}

// elsewhere is who else gives the same, for when the first one cannot.
var elsewhere = map[place]place{education: theDoor, children: development, babies: development, hospital: babies, needs: needs}

func (c childCase) plot(s *story) {
	opening := childOpenings[c.n%len(childOpenings)]
	s.open(casefile.ChildProtection, opening.by, opening.channel, opening.violence, s.family()...)
	lead := s.lead()
	s.hours(2, 20)
	level := []string{casefile.Medium, casefile.Low, casefile.High}[c.n%3]
	factors := map[string][]handlers.Factor{casefile.High: {"violence_to_children", "weapons"}, casefile.Medium: {"violence_to_children", "alcohol_drugs", "economic_stress"}, casefile.Low: {"economic_stress"}}[level]
	if c.n%10 == 5 {
		factors = nil // then the level is the worker's own, with her reason
	}
	s.assess(lead, level, factors...)
	for range c.visits {
		s.days(2, 6)
		s.visited(lead, c.n)
	}
	measure := ""
	if c.measure != "" {
		s.days(1, 3)
		measure = s.protected(lead, c.measure)
	}
	if c.referred != "" {
		s.days(1, 3)
		ways[c.n/4%len(ways)](s, lead, ask{to: c.referred, service: serviceFor[c.referred]}, elsewhere[c.referred])
	}
	if c.plan {
		s.protectionPlan(lead)
	}
	s.days(10, 40)
	s.note(lead, "child")
	s.days(20, 50)
	s.assess(lead, casefile.Low, "economic_stress")
	if measure != "" {
		s.watched(lead, measure, "better")
	}
	s.days(20, 60)
	if measure != "" {
		s.do(lead, "measure.end", measure, nil)
	}
	s.close(pick(s.rng, []string{"goals_met", "risk_removed", "risk_removed", "moved_away"}))
}

// family is a child and a parent.
func (s *story) family() []human {
	return []human{
		{role: "child", relation: "self", sex: pick(s.rng, []string{person.Female, person.Male}), age: 2 + s.rng.IntN(14)},
		{role: "parent", relation: "parent", sex: pick(s.rng, []string{person.Female, person.Female, person.Male}), age: 24 + s.rng.IntN(22)},
	}
}

// visited is a home visit: planned and reported, or made at once and sometimes written down days later.
func (s *story) visited(lead handlers.Caller, n int) {
	outcome := "met"
	if n%12 == 0 {
		outcome = "not_at_home"
	}
	if n%2 == 0 {
		when := s.officeHour(3)
		visit := s.do(lead, "visit.plan", "", &handlers.PlanVisit{When: when})
		s.until(when.Add(3 * time.Hour))
		s.do(lead, "visit.report", visit, &handlers.RecordVisit{Outcome: handlers.VisitOutcome(outcome), Findings: s.findings()})
		return
	}
	if n%9 == 3 {
		s.days(3, 3)
		s.recalls(60 * time.Hour)
	}
	s.visit(lead, outcome)
}

// protectionPlan drafts the child's plan and lets everybody do what it asks, some of them late.
func (s *story) protectionPlan(lead handlers.Caller) {
	s.days(2, 6)
	ids := s.plan(task{"school_follow_up", education, 12}, task{"supervision", unit, 20})
	s.days(6, 15)
	s.done(education, ids[0])
	s.days(8, 20)
	s.done(unit, ids[1])
}
