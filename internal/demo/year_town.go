package demo

import (
	"fmt"
	"time"

	"mkr/domain/application"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/handlers"
)

// tellAll tells everything that the demo holds, in no order: the stories find their time.
func (w *world) tellAll() {
	w.tellTheYear()
	w.tellYearsBetween()
	w.tellGuide()
	w.tellToday()
}

// tellTheYear tells of 2014, and of the shelter that opened the year after.
func (w *world) tellTheYear() {
	w.tellViolence(2014, violenceOf2014())
	w.tellChildren(2014, childrenOf2014())
	w.tellMeetings(2014, meeting.ETN, 3, 3)
	w.tellMeetings(2014, meeting.GTN, 8, 2)
	w.tellFosterAid()
	w.tellActivities(2014, []held{{"school_information", 2, 40, 0}, {"project", 1, 0, 0}, {"awareness_dv", 2, 60, 0}, {"sixteen_days", 4, 50, 0}})
	w.tell("shelter", shelterOpens, func(s *story) { s.err = s.settle(placeOf(shelter)) })
}

// between is what the years of the Area Social Plan, and those beside them, hold.
var between = []struct{ year, violence, children, etn, gtn int }{
	{2020, 6, 2, 0, 0}, {2021, 4, 2, 8, 26}, {2022, 4, 2, 9, 29}, {2023, 4, 2, 10, 30}, {2024, 4, 3, 10, 31}, {2025, 4, 3, 2, 4},
}

func (w *world) tellYearsBetween() {
	for _, y := range between {
		var violence []violenceCase
		for i := range y.violence {
			c := violenceCase{court: []string{twoOrders, counselled, oneOrder, counselled, refused, counselled}[i], way: i + y.year, months: 3, modern: i == 0}
			if i%2 == 1 {
				c.private = theDoor
			}
			violence = append(violence, c)
		}
		w.tellViolence(y.year, violence)
		var kids []childCase
		for i := range y.children {
			c := childCase{n: 6 + 5*i, visits: 1, measure: "specialised_supervision"}
			if i == 0 {
				c.referred = children
			}
			kids = append(kids, c)
		}
		w.tellChildren(y.year, kids)
		w.tellMeetings(y.year, meeting.ETN, y.etn, 0)
		w.tellMeetings(y.year, meeting.GTN, y.gtn, 0)
		w.tellActivities(y.year, activitiesOf(y.year))
	}
}

// held is a kind of activity: how many were held, and how many came to each.
type held struct {
	kind                   string
	n, came, organisations int
}

// activitiesOf stays near the plan's targets, a little below in the first years. The years beside the plan hold only what
// a yearly change is told from.
func activitiesOf(year int) []held {
	if year < 2021 || year > 2024 {
		return []held{{"awareness_dv", 4, 40, 0}, {"family_day", 5, 60, 0}, {"march_8", 9, 42, 0}}
	}
	less := max(0, 2022-year)
	return []held{
		{"awareness_children", 10 - less, 45, 0}, {"awareness_dv", 5, 40, 0}, {"sixteen_days", 4, 55, 0}, {"family_day", 7 - less, 60, 0},
		{"consultative_table", 12 - 2*less, 30, 25 - 3*less}, {"november_20", 3, 68, 0}, {"june_1", 5, 51, 0}, {"march_8", 17 - 3*less, 42, 0},
	}
}

var titles = map[string]string{
	"school_information": "Takim informues me shkollën", "project": "Projekt me partnerët e qytetit", "awareness_dv": "Takim ndërgjegjësues kundër dhunës",
	"sixteen_days": "16 ditët e aktivizmit", "awareness_children": "Të drejtat e fëmijëve", "family_day": "Dita e familjes",
	"consultative_table": "Tryeza konsultative", "november_20": "20 Nëntori, dita e të drejtave të fëmijëve", "june_1": "1 Qershori", "march_8": "8 Marsi",
}

// firstDay is when the first activity of a kind is held; the others follow within the days that it is spread over.
var firstDay = map[string]struct {
	month time.Month
	day   int
	over  int
}{
	"family_day": {5, 11, 7}, "sixteen_days": {11, 25, 15}, "march_8": {3, 4, 8}, "june_1": {5, 29, 5}, "november_20": {11, 18, 3},
}

func (w *world) tellActivities(year int, list []held) {
	for _, h := range list {
		when, fixed := firstDay[h.kind]
		if !fixed {
			when.month, when.day, when.over = 1, 20, 320
		}
		for i := range h.n {
			day := time.Date(year, when.month, when.day+i*when.over/h.n, 14, 0, 0, 0, time.UTC)
			name := fmt.Sprintf("%s %d/%d", h.kind, year, i+1)
			w.tell(name, day, func(s *story) { s.held(h, day, i+1) })
		}
	}
}

func (s *story) held(h held, day time.Time, n int) {
	by := structure
	if h.kind == "school_information" || h.kind == "awareness_children" || h.kind == "november_20" || h.kind == "june_1" {
		by = unit
	}
	came := h.came
	if came > 0 {
		came += s.rng.IntN(9) - 4
	}
	in := handlers.RecordActivity{Kind: handlers.ActivityKind(h.kind), On: day.Format(time.DateOnly), Title: fmt.Sprintf("%s (%d)", titles[h.kind], n), Participants: came, WomenGirls: came * 6 / 10, Organisations: h.organisations}
	if by == unit {
		in.Children = came
	}
	r, err := s.svc.RecordActivity(s.ctx, s.house.as(by), in, s.envelope())
	s.took("activity.record", r, err)
}

// tellFosterAid tells of the families who asked the commissions in 2014: five foster families receive aid, as published;
// one is refused, and two ask for something else.
func (w *world) tellFosterAid() {
	for i := range 8 {
		name := fmt.Sprintf("family %d", i+1)
		w.tell(name, time.Date(2014, time.Month(1+i/2), 10+i, 8, 30, 0, 0, time.UTC), func(s *story) { s.familyAsks(i) })
	}
}

func (s *story) familyAsks(i int) {
	c := s.house.as(unit)
	kind := application.FosterAid
	switch i {
	case 6:
		kind = application.Guardianship
	case 7:
		kind, c = application.NeedsAssessment, s.house.as(needs)
	}
	family := s.people.invent(s.rng, s.clock.Now(), human{role: "guardian", relation: "guardian", sex: person.Female, age: 35 + s.rng.IntN(25)})
	r, err := s.svc.SubmitApplication(s.ctx, c, handlers.SubmitApplication{Kind: handlers.ApplicationKind(kind), Family: family}, s.envelope())
	id := s.took("application.submit", r, err)
	s.days(12, 28)
	decision := handlers.DecideApplication{Outcome: application.Granted}
	if i == 5 {
		decision = handlers.DecideApplication{Outcome: application.Refused, Reason: "missing_documents"}
	}
	if s.err != nil {
		return
	}
	r, err = s.svc.DecideApplication(s.ctx, c, id, decision, s.envelope())
	s.took("application.decide", r, err)
	if i >= 5 {
		return
	}
	for range 5 { // aid is paid at the end of the month
		s.days(31, 33) // never twice in a month
		if s.err != nil {
			return
		}
		r, err = s.svc.PayAid(s.ctx, c, id, handlers.PayAid{Period: s.clock.Now().In(s.svc.Zone).Format("2006-01"), Lek: 9000}, s.envelope())
		s.took("application.pay_aid", r, err)
	}
}
