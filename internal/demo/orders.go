package demo

import (
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// asks petitions the court for an order.
func (s *story) asks(c handlers.Caller, kind string) string {
	return s.do(c, "order.request", "", &handlers.RequestOrder{Type: handlers.OrderType(kind), Court: s.house.id(court)})
}

// grants puts an order in force. until is zero for one that holds until the court decides.
func (s *story) grants(c handlers.Caller, order string, executor place, until time.Time, conditions ...handlers.OrderCondition) {
	s.ends = until
	s.do(c, "order.issue", order, &handlers.IssueOrder{Executor: s.house.id(executor), Conditions: conditions, ValidUntil: until})
}

// protects is the police's own order.
func (s *story) protects() string {
	return s.do(s.house.as(police), "order.issue_umpmm", "", &handlers.IssueUMPMM{Executor: s.house.id(police), Conditions: []handlers.OrderCondition{"a", "b", "c"}})
}

func (s *story) executes(c handlers.Caller, order string) { s.do(c, "order.execute", order, nil) }

func (s *story) hearing(c handlers.Caller, order string, at time.Time) string {
	return s.do(c, "hearing.schedule", "", &handlers.ScheduleHearing{Order: order, Court: s.house.id(court), When: inCourt(at, s.svc.Zone)})
}

// inCourt is the same time or the nearest at which courts sit: a working day between nine and three.
func inCourt(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	hour := min(max(local.Hour(), 9), 14)
	sits := time.Date(local.Year(), local.Month(), local.Day(), hour, local.Minute(), local.Second(), 0, zone)
	for sits.Weekday() == time.Saturday || sits.Weekday() == time.Sunday {
		sits = sits.AddDate(0, 0, 1)
	}
	return sits.UTC()
}

func (s *story) heard(c handlers.Caller, hearing, outcome string) {
	s.do(c, "hearing.record", hearing, &handlers.RecordHearing{Outcome: handlers.HearingOutcome(outcome)})
}

// months is a day some months from now, at the end of the local day.
func (s *story) months(n int) time.Time {
	now := s.clock.Now().In(s.svc.Zone)
	return time.Date(now.Year(), now.Month()+time.Month(n), now.Day(), 0, 0, 0, 0, s.svc.Zone).UTC()
}

// immediate asks for a UMM, has it granted and carried out, and returns it.
func (s *story) immediate(petitioner handlers.Caller) string {
	umm := s.asks(petitioner, casefile.UMM)
	s.hours(6, 40)
	s.grants(s.decides(), umm, police, time.Time{}, "a", "b", "d")
	s.hours(1, 20)
	s.carriedOut(umm, police)
	return umm
}

// confirmed hears the parties within the law's 20 days, turns a UMM into a UM for some months, and has it carried out.
func (s *story) confirmed(umm string, months int) string {
	at := s.officeHour(6 + s.rng.IntN(8))
	hearing := s.hearing(s.lead(), umm, at)
	s.until(at.Add(2 * time.Hour))
	s.heard(s.lead(), hearing, "order_confirmed")
	s.hours(1, 4)
	s.do(s.decides(), "order.uphold", umm, nil)
	s.hours(1, 20)
	um := s.asks(s.lead(), casefile.UM)
	s.hours(20, 60)
	executor := pick(s.rng, executors)
	s.grants(s.decides(), um, executor, s.months(months), "a", "b", "d", "gj", "h")
	s.hours(2, 20)
	s.carriedOut(um, executor)
	return um
}

// direct asks for a UM without a UMM before it, and has it granted and carried out.
func (s *story) direct(months int) string {
	um := s.asks(s.lead(), casefile.UM)
	at := s.officeHour(5 + s.rng.IntN(5))
	hearing := s.hearing(s.lead(), um, at)
	s.until(at.Add(2 * time.Hour))
	s.heard(s.lead(), hearing, "order_issued")
	s.hours(1, 20)
	executor := pick(s.rng, executors)
	s.grants(s.decides(), um, executor, s.months(months), "a", "c", "h")
	s.hours(2, 22)
	s.carriedOut(um, executor)
	return um
}

// executors are who carries orders out.
var executors = []place{police, bailiff}

// decides is who records the court's decision: mostly the coordinator on its behalf, as in 2014.
func (s *story) decides() handlers.Caller {
	if s.chance(4) {
		return s.house.as(court)
	}
	return s.lead()
}

// carriedOut records that an order was carried out: by the police, or by the coordinator for a bailiff who does not use
// mkr, sometimes days after.
func (s *story) carriedOut(order string, executor place) {
	c := s.lead()
	if executor == police && s.chance(2) {
		c = s.house.as(police)
	} else if s.chance(3) {
		s.days(2, 4)
		s.recalls(26 * time.Hour)
	}
	s.executes(c, order)
}

// runsOut waits for the last day of the newest order, which then ends by itself, and for a few days more.
func (s *story) runsOut() {
	s.until(s.ends.Add(2 * time.Hour))
	s.days(2, 9)
}

// extended asks for three more months before the newest order ends, and gets them.
func (s *story) extended(um string) {
	s.until(s.ends.AddDate(0, 0, -30-s.rng.IntN(10)))
	s.do(s.lead(), "order.request_extension", um, nil)
	s.days(6, 10)
	s.ends = s.ends.AddDate(0, 3, 0)
	s.do(s.decides(), "order.extend", um, &handlers.ExtendOrder{ValidUntil: s.ends})
}
