package demo

import (
	"slices"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// todayLinks are the open cases that lead beyond themselves: to another municipality, to another case of the same household,
// and to who is on duty out of hours.
var todayLinks = []scene{
	{"the family has moved: the file is with another municipality", 20 * day, func(s *story) {
		s.childJudged(education, "school", 10, casefile.Medium, "neglect")
		s.plan(task{"school_follow_up", education, 30}, task{"home_visit", unit, 35})
		s.ago(9 * day)
		tr := s.do(s.lead(), "transfer.propose", "", &handlers.ProposeTransfer{Municipality: "lezhe", Structure: "child_protection_unit", Reason: "family_moved", Contact: s.texts.tell("Punonjësja e njësisë atje, sipas bisedës në telefon")})
		s.ago(6 * day)
		s.do(s.lead(), "transfer.hand_over", tr, &handlers.HandOverTransfer{Parts: []handlers.TransferPart{"summary", "risk_assessments", "plan", "contacts"}, Means: "paper", Basis: "law_18_2017_best_interest"})
	}},
	{"the other municipality took the case on and has not said whether it has seen the child", 44 * day, func(s *story) {
		s.childJudged(education, "school", 9, casefile.Medium, "neglect")
		s.ago(36 * day)
		tr := s.do(s.lead(), "transfer.propose", "", &handlers.ProposeTransfer{Municipality: "durres", Structure: "child_protection_unit", Reason: "relatives_elsewhere", Contact: s.texts.tell("Punonjësja e njësisë atje, sipas bisedës në telefon")})
		s.ago(33 * day)
		s.do(s.lead(), "transfer.hand_over", tr, &handlers.HandOverTransfer{Parts: []handlers.TransferPart{"summary", "risk_assessments", "contacts"}, Means: "paper", Basis: "law_18_2017_best_interest"})
		s.ago(27 * day)
		s.do(s.lead(), "transfer.accept", tr, nil)
	}},
	{"an order that was appealed against", 28 * day, func(s *story) {
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.plan(task{"counselling", lightSteps, 45})
		um := s.direct(6)
		s.ago(11 * day)
		s.do(s.house.as(court), "order.serve", um, nil)
		s.ago(8 * day)
		s.do(s.lead(), "order.appeal", um, &handlers.AppealOrder{Party: "accused"})
	}},
	{"an order that the court refused, and the appeal against that", 24 * day, func(s *story) {
		s.judged(structure, "walk_in", casefile.Medium)
		s.plan(task{"counselling", lightSteps, 40})
		um := s.asks(s.lead(), casefile.UM)
		s.ago(13 * day)
		s.do(s.house.as(court), "order.refuse", um, nil)
		s.ago(10 * day)
		s.do(s.lead(), "order.appeal", um, &handlers.AppealOrder{Party: "survivor"})
	}},
	{"screened, and still to be assessed", 26 * hour, func(s *story) {
		s.child(education, "school", 7, "neglect")
		s.ago(23 * hour)
		s.do(s.lead(), "child.screen", "", &handlers.ScreenChild{Signs: []handlers.ScreeningSign{"left_alone", "needs_unmet", "out_of_school"}, Unknown: []handlers.ScreeningSign{"harmer_has_access"}, Level: casefile.Medium})
	}},
	{"a mother and her child, each with a case", 2 * day, func(s *story) {
		s.childJudged(structure, "hotline_400075", 6, casefile.Medium, "psychological")
		code := s.code()
		s.ago(40 * hour)
		s.judged(structure, "hotline_400075", casefile.Medium)
		s.links(code, "mother_and_child")
		s.roster(police)
	}},
}

// code is the code of the story's case.
func (s *story) code() string {
	if s.err != nil {
		return ""
	}
	view, err := s.svc.Case(s.ctx, s.lead(), s.id, handlers.At{})
	if err != nil {
		s.err = err
		return ""
	}
	return view.Code
}

// links joins another case to the household of the story's, by whoever lists both.
func (s *story) links(code, reason string) {
	if s.err != nil {
		return
	}
	r, err := s.svc.LinkCase(s.ctx, s.house.as(structure), s.id, handlers.LinkCase{Code: code, Reason: handlers.LinkReason(reason)}, s.envelope())
	s.took("household.link", r, err)
}

// roster says who is on duty at a place out of hours: whom silence reaches first, and second.
func (s *story) roster(at place) {
	c := s.house.as(at)
	week := []handlers.Weekday{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	for _, in := range []*handlers.SetShift{
		{Rung: "officer", Account: c.Account, Days: week, From: "16:00", Until: "08:00"},
		{Rung: "deputy", Days: week[:5], From: "16:00", Until: "08:00"},
	} {
		if s.err != nil {
			return
		}
		i := slices.IndexFunc(handlers.InstitutionActions, func(a handlers.InstitutionAction) bool { return a.Name == "institution.set_shift" })
		r, err := s.svc.DoInstitution(s.ctx, c, s.house.id(at), handlers.InstitutionActions[i], in, s.envelope())
		s.took("institution.set_shift", r, err)
	}
}
