package demo

import (
	"mkr/domain/casefile"
	"mkr/handlers"
)

// protected takes a child's protection measure and sees it through what it needs first: the court's confirmation, or the
// parents' word.
func (s *story) protected(lead handlers.Caller, kind string) string {
	m := s.measure(lead, kind)
	if kind == casefile.SpecialisedSupervision {
		s.parents(lead, m, casefile.ParentsAgree)
		return m
	}
	s.hours(4, 30)
	s.brought(lead, m)
	s.hours(20, 60)
	s.do(s.house.as(court), "measure.confirm", m, nil)
	return m
}

// brought asks the court to confirm a measure.
func (s *story) brought(lead handlers.Caller, m string) {
	s.do(lead, "measure.ask_court", m, &handlers.AskCourt{Court: s.house.id(court)})
}

func (s *story) parents(lead handlers.Caller, m, answer string) {
	s.do(lead, "measure.parents", m, &handlers.RecordParents{Answer: handlers.ParentsAnswer(answer)})
}

// watched reports how the child is under a measure.
func (s *story) watched(by handlers.Caller, m, finding string) {
	s.do(by, "measure.monitor", m, &handlers.MonitorMeasure{Finding: handlers.MonitorFinding(finding), Text: s.findings()})
}
