package demo

import (
	"fmt"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// The court's part in a case of domestic violence.
const (
	twoOrders  = "two"    // a UMM, and the UM that follows it: two orders are carried out
	oneOrder   = "one"    // a UM asked for directly: one order is carried out
	refused    = "none"   // a UMM that the court refused
	counselled = "advice" // help without an order
	toldOnly   = "told"   // told and noted; the family wants no help
)

// violenceCase is the plan of one case.
type violenceCase struct {
	court   string
	private place // where the victim is referred among the private institutions, "" for nowhere
	way     int   // of its referrals, an index of ways
	months  int   // that its UM holds
	modern  bool  // after 2018: the police issue their own order first
}

// violenceOf2014 makes up the plans of 2014. The structure published 39 orders carried out (15 x 2 + 9), 32 families
// assisted (15 + 9 + 3 + 5) and 6 victims referred to private institutions.
func violenceOf2014() []violenceCase {
	var out []violenceCase
	for _, group := range []struct {
		court string
		n     int
	}{{twoOrders, 15}, {oneOrder, 9}, {refused, 3}, {counselled, 5}, {toldOnly, 4}} {
		for i := range group.n {
			c := violenceCase{court: group.court, way: len(out), months: []int{6, 9, 12}[i%3]}
			switch {
			case group.court == twoOrders && i < 4, group.court == counselled && i < 2:
				c.private = []place{lightSteps, theDoor}[i%2]
			}
			out = append(out, c)
		}
	}
	return out
}

// tellViolence tells the cases of a year, spread from January to the beginning of November, so that what the court
// decides is carried out before the year ends.
func (w *world) tellViolence(year int, cases []violenceCase) {
	// A step that shares no factor with the number of cases mixes the kinds without chance.
	for i, c := range cases {
		slot := (i*7 + 3) % len(cases)
		name := fmt.Sprintf("violence %d/%d", year, i+1)
		w.tell(name, w.slot(name, year, slot, len(cases)), c.plot)
	}
}

// slot is the instant at which the nth of a year's cases begins.
func (w *world) slot(name string, year, n, of int) time.Time {
	jitter := time.Duration(hashOf(name)%(36*60)) * time.Minute
	return time.Date(year, 1, 7, 7, 0, 0, 0, time.UTC).Add(time.Duration(n) * 303 * 24 * time.Hour / time.Duration(of)).Add(jitter)
}

var violenceOpenings = []struct {
	by      place
	channel string
}{{structure, "hotline_400075"}, {police, "police_129"}, {structure, "walk_in"}, {police, "police_129"}, {hospital, "medical_emergency"}, {lightSteps, "ngo"}, {structure, "hotline_400075"}}

var (
	kindsOfViolence = [][]handlers.Violence{{"physical", "psychological"}, {"psychological"}, {"physical", "economic"}, {"psychological", "economic"}, {"physical", "psychological", "sexual"}}
	graveFactors    = []handlers.Factor{"threats_to_kill", "escalation", "victims_fear", "alcohol_drugs"}
	someFactors     = []handlers.Factor{"control_jealousy", "economic_stress", "separation", "victims_fear"}
	fewFactors      = []handlers.Factor{"economic_stress", "control_jealousy"}
)

func (c violenceCase) plot(s *story) {
	s.discreet = c.court == toldOnly
	opening := violenceOpenings[c.way%len(violenceOpenings)]
	s.open(casefile.DomesticViolence, opening.by, opening.channel, pick(s.rng, kindsOfViolence), s.couple()...)
	s.hours(0.3, 3)
	if c.court == toldOnly {
		s.justTold()
		return
	}
	lead := s.lead()
	c.firstHelp(s, lead)
	switch c.court {
	case twoOrders:
		umm := s.immediate(lead)
		s.lookBack(lead)
		um := s.confirmed(umm, c.months)
		c.referrals(s, lead)
		s.followUp(lead)
		if c.way%5 == 2 {
			s.extended(um)
		}
		s.runsOut()
	case oneOrder:
		s.direct(c.months)
		c.referrals(s, lead)
		s.followUp(lead)
		s.runsOut()
	case refused:
		umm := s.asks(lead, casefile.UMM)
		s.hours(12, 44)
		s.do(s.decides(), "order.refuse", umm, nil)
		c.referrals(s, lead)
		s.followUp(lead)
	default:
		c.referrals(s, lead)
		s.followUp(lead)
	}
	s.close(pick(s.rng, []string{"risk_removed", "goals_met"}))
}

// couple is a woman, whoever is violent to her, and sometimes a child.
func (s *story) couple() []human {
	out := []human{
		{role: "survivor", relation: "self", sex: person.Female, age: 22 + s.rng.IntN(35)},
		{role: "alleged_perpetrator", relation: pick(s.rng, []string{"spouse", "former_spouse", "cohabitant", "in_law"}), sex: person.Male, age: 26 + s.rng.IntN(35)},
	}
	if s.chance(3) {
		out = append(out, human{role: "child", relation: "child", sex: pick(s.rng, []string{person.Female, person.Male}), age: 4 + s.rng.IntN(12)})
	}
	return out
}

func (s *story) justTold() {
	s.assess(s.lead(), casefile.Low, fewFactors...)
	s.days(1, 6)
	s.note(s.lead(), "general")
	s.days(12, 40)
	s.close(pick(s.rng, []string{"not_in_need", "survivor_request"}))
}

// firstHelp is what the first day brings: what was told, the risk, help on the spot, and today the police's own order.
func (c violenceCase) firstHelp(s *story, lead handlers.Caller) {
	level, factors := casefile.Medium, someFactors
	if c.court == twoOrders || c.modern {
		level, factors = casefile.High, graveFactors
	}
	if c.way%6 == 4 { // a level other than the tool's, with the reason
		level, factors = casefile.High, fewFactors
	}
	if c.way%3 == 0 {
		s.incident(lead, 30*time.Hour, "physical")
	}
	s.assess(lead, level, factors...)
	if c.modern {
		s.join(police)
		s.hours(0.2, 2)
		order := s.protects()
		s.hours(0.5, 3)
		s.executes(s.house.as(police), order)
	}
	if c.way%4 == 1 { // help by night, written down the day after
		s.recalls(9 * time.Hour)
	}
	s.measure(lead, pick(s.rng, []string{"counselling", "legal_information", "orientation", "accompaniment", "transport"}))
	s.hours(0.5, 2)
}

// join lets a place take part that was not asked yet.
func (s *story) join(p place) {
	view, err := s.svc.Case(s.ctx, s.lead(), s.id, handlers.At{})
	if err != nil && s.err == nil {
		s.err = err
	}
	if s.err == nil && !view.Participates(s.house.id(p)) {
		s.do(s.lead(), "participant.add", "", &handlers.AddParticipant{Institution: s.house.id(p), Reason: "coordinator_decision"})
	}
}

// lookBack records days later what somebody else did, as it came in by letter.
func (s *story) lookBack(lead handlers.Caller) {
	if s.chance(3) {
		s.days(3, 5)
		s.recalls(50 * time.Hour)
		s.note(lead, "legal")
	}
}

// publicNeeds are what public institutions are asked for, and where the need goes after a no: to who else gives it, or once more to the same.
var publicNeeds = []struct {
	to, again place
	service   string
}{{needs, needs, "economic_aid"}, {employment, employment, "employment"}, {hospital, hospital, "health"}, {forensic, hospital, "forensic_exam"}, {police, police, "police_protection"}, {needs, theDoor, "housing"}}

// referrals of a case: the private one if it is planned, and a public one in every second case.
func (c violenceCase) referrals(s *story, lead handlers.Caller) {
	s.days(1, 3)
	if c.private != "" {
		again := lightSteps
		if c.private == lightSteps {
			again = theDoor
		}
		consent := s.consents(lead)
		s.hours(0.2, 1)
		// The victims who were referred were also helped: the ways that end with help.
		ways[[]int{0, 1, 2, 3, 4}[c.way%5]](s, lead, ask{to: c.private, service: "psychosocial", consent: consent, urgency: casefile.Urgent}, again)
		return
	}
	if c.way%2 == 0 || c.modern {
		need := publicNeeds[c.way/2%len(publicNeeds)]
		ways[c.way/2%len(ways)](s, lead, ask{to: need.to, service: need.service}, need.again)
	}
}

// followUp looks at the risk again, and at some homes.
func (s *story) followUp(lead handlers.Caller) {
	if s.chance(2) {
		s.days(4, 12)
		s.visit(lead, pick(s.rng, []string{"met", "met", "not_at_home"}))
	}
	s.days(8, 25)
	s.assess(lead, casefile.Low, fewFactors...)
}
