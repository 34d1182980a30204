package catalog_test

import (
	"context"
	"testing"
	"time"

	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/indicator"
	"mkr/domain/meeting"
	"mkr/projections"
	"mkr/projections/indicators"
)

// memory lists rows kept in memory.
type memory struct{ *projections.Memory }

func (m memory) List(_ context.Context, q projections.Query) (projections.Page, error) {
	page := projections.Page{Position: m.Position()}
	for _, r := range m.Rows(q.Topic) {
		if (q.Stage == "" || r.Stage == q.Stage) && (q.Kind == "" || r.Kind == q.Kind) {
			page.Rows = append(page.Rows, r)
		}
	}
	return page, nil
}

// at sets the clock: what is put next happens then.
func (s *story) at(rfc3339 string) *story {
	s.t.Helper()
	now, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		s.t.Fatal(err)
	}
	s.make.Now = now
	return s
}

func (s *story) position() uint64 { return s.facts[len(s.facts)-1].Position }

// count expects a figure of a year, at a position or (0) now, and as many things behind it.
func (s *story) count(year int, figure string, at uint64, want int) {
	s.t.Helper()
	views := memory{s.views()}
	values, err := indicators.Values(context.Background(), views, year, at, tirane(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	if got := values[figure].Value; got != want {
		s.t.Fatalf("%s in %d at %d: %d, want %d", figure, year, at, got, want)
	}
	sum := 0
	for _, n := range values[figure].Months {
		sum += n
	}
	if sum != want {
		s.t.Fatalf("the months of %s in %d are %v, not %d together", figure, year, values[figure].Months, want)
	}
	behind, err := indicators.Behind(context.Background(), views, year, figure, at)
	if err != nil {
		s.t.Fatal(err)
	}
	what := map[string]bool{}
	for _, row := range behind {
		what[row.What] = true
		if planned := figure[0] == '1'; !planned && row.Figure != figure || row.Year != year {
			s.t.Fatalf("behind %s in %d stands %+v", figure, year, row)
		}
	}
	if len(what) != want {
		s.t.Fatalf("behind %s: %d things, want %d", figure, len(what), want)
	}
}

// month expects the one thing that a figure counted in a month.
func (s *story) month(year int, figure string, in time.Month) {
	s.t.Helper()
	values, err := indicators.Values(context.Background(), memory{s.views()}, year, 0, tirane(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	var want indicators.Months
	want[in-1] = 1
	if got := values[figure].Months; got != want {
		s.t.Errorf("%s in %d by month: %v", figure, year, got)
	}
}

func blank(t *testing.T) *story {
	s := tell(t, casefile.ChildProtection)
	s.facts, s.heads = nil, map[string]int{}
	return s
}

func caseStream(id string) string { return event.StreamName(event.CaseCategory, id) }

func opened(id, kind string) casefile.CaseOpened {
	return casefile.CaseOpened{Case: id, Code: id, Kind: kind, Subject: "person-" + id, Lead: "muni"}
}

// TestTheYearEndsInTirane: half past eleven in the evening UTC on the last of December is the next year in Shkodër.
func TestTheYearEndsInTirane(t *testing.T) {
	s := blank(t)
	s.at("2014-12-31T22:30:00Z").put(caseStream("a"), opened("a", casefile.ChildProtection), casefile.VisitMade{Visit: "v1", Outcome: "met"})
	s.at("2014-12-31T23:30:00Z").put(caseStream("a"), casefile.VisitMade{Visit: "v2", Outcome: "met"})
	s.count(2014, indicators.FamilyVisits, 0, 1)
	s.count(2015, indicators.FamilyVisits, 0, 1)
	s.month(2014, indicators.FamilyVisits, time.December)
	s.month(2015, indicators.FamilyVisits, time.January)
	s.count(2014, indicators.CasesManaged, 0, 1)
	s.count(2015, indicators.CasesManaged, 0, 1)
}

// TestEnteredInErrorUncounts: what was marked as entered in error counts no more, but still counted when it had not
// been marked; what other entries support goes on counting.
func TestEnteredInErrorUncounts(t *testing.T) {
	s := blank(t)
	s.at("2014-05-05T08:00:00Z").put(caseStream("a"), opened("a", casefile.DomesticViolence),
		casefile.MeasureTaken{Measure: "m1", Kind: "safe_place"}, casefile.MeasureTaken{Measure: "m2", Kind: "transport"})
	s.count(2014, indicators.FamiliesAssisted, 0, 1)
	both := s.position()
	s.put(caseStream("a"), casefile.EntryMarkedInError{Kind: casefile.TargetMeasure, Target: "m1"})
	s.count(2014, indicators.FamiliesAssisted, 0, 1)
	s.put(caseStream("a"), casefile.EntryMarkedInError{Kind: casefile.TargetMeasure, Target: "m2"})
	s.count(2014, indicators.FamiliesAssisted, 0, 0)
	s.count(2014, indicators.FamiliesAssisted, both, 1)
	s.count(2014, indicators.FamiliesAssisted, 10, 0) // only the case was opened by then
	s.put(caseStream("a"), casefile.PlanActionDone{Action: "p1"})
	s.count(2014, indicators.FamiliesAssisted, 0, 1)
}

// TestWhatCountsWhere: each published figure, with what does not count beside what does.
func TestWhatCountsWhere(t *testing.T) {
	s := blank(t)
	sent := func(id, to string, private bool) casefile.ReferralSent {
		return casefile.ReferralSent{ReferralContent: casefile.ReferralContent{Referral: id, From: "muni", To: to, ToPrivate: private}}
	}
	s.at("2014-03-03T08:00:00Z")
	s.put(caseStream("child"), opened("child", casefile.ChildProtection), sent("r1", "ngo", true), sent("r2", "school", false),
		casefile.VisitMade{Visit: "v1", Outcome: "not_at_home"}, casefile.MeasureTaken{Measure: "m1", Kind: "alternative_care"})
	s.put(caseStream("violence"), opened("violence", casefile.DomesticViolence), sent("r3", "police", false),
		casefile.VisitMade{Visit: "v2", Outcome: "met"},
		casefile.OrderExecuted{Order: "o1", Type: casefile.UMM}, casefile.OrderExecuted{Order: "o2", Type: casefile.UM},
		casefile.OrderExecuted{Order: "o3", Type: casefile.UMPMM}, casefile.OrderExecuted{Order: "o1", Type: casefile.UMM})
	for figure, want := range map[string]int{
		indicators.CasesManaged: 1, indicators.ChildrenReferred: 1, indicators.FamilyVisits: 1, indicators.ChildrenWithMeasure: 1,
		indicators.OrdersImplemented: 2, indicators.VictimsReferred: 0, indicators.FamiliesAssisted: 0, indicators.CasesIdentified: 1,
		indicators.Beneficiaries: 0,
	} {
		s.count(2014, figure, 0, want)
	}
	s.put(caseStream("violence"), sent("r4", "ngo", true), casefile.ServiceGiven{Referral: "r4", Sessions: 1})
	s.count(2014, indicators.VictimsReferred, 0, 1)
	s.count(2014, indicators.FamiliesAssisted, 0, 1)

	s.put(caseStream("violence"), casefile.ReferralAccepted{Referral: "r4"}, casefile.ReferralAccepted{Referral: "r3"})
	s.count(2014, indicators.Beneficiaries, 0, 1)
	s.count(2014, "1.2.02", 0, 1)

	for i, kind := range []string{meeting.GTN, meeting.GTN, meeting.ETN} {
		s.put(event.StreamName(event.MeetingCategory, string(rune('a'+i))), meeting.Scheduled{Meeting: "m", Kind: kind, Convener: "muni"}, meeting.Held{Kind: kind, At: s.make.Now})
	}
	s.put(event.StreamName(event.MeetingCategory, "x"), meeting.Scheduled{Meeting: "x", Kind: meeting.ETN, Convener: "muni"}, meeting.Cancelled{Reason: "no_cases"})
	s.count(2014, indicators.GTNMeetings, 0, 2)
	s.count(2014, indicators.ETNMeetings, 0, 1)
	s.count(2014, "1.2.03", 0, 1)

	held := func(id, kind, on string) activity.Recorded {
		return activity.Recorded{What: activity.What{Activity: id, Kind: kind, On: on, Organiser: "muni"}}
	}
	s.put("activity-1", held("1", "school_information", "2014-10-01"))
	s.put("activity-2", held("2", "school_information", "2015-01-10"))
	s.put("activity-3", held("3", "project", "2014-10-01"), activity.EnteredInError{Reason: "duplicate"})
	s.put("activity-4", held("4", "june_1", "2014-06-01"))
	s.count(2014, indicators.SchoolMeetings, 0, 1)
	s.count(2015, indicators.SchoolMeetings, 0, 1)
	s.count(2014, indicators.ProjectsImplemented, 0, 0)
	s.count(2014, indicators.Activities+"june_1", 0, 1)

	paid := func(family, period string) application.AidPaid {
		return application.AidPaid{Kind: application.FosterAid, Subject: family, Period: period, Lek: 9000}
	}
	s.put("application-1", paid("f1", "2014-01"), paid("f1", "2014-02"))
	s.put("application-2", paid("f1", "2014-07")) // the same family, on a later application
	s.put("application-3", paid("f2", "2014-07"), application.PaymentTakenBack{Period: "2014-07"})
	s.put("application-4", paid("f3", "2013-12"))
	s.count(2014, indicators.FosterFamilies, 0, 1)
	s.count(2013, indicators.FosterFamilies, 0, 1)
}

// TestAmounts: people who came are added up; of organisations the largest meeting counts.
func TestAmounts(t *testing.T) {
	s := blank(t)
	table := func(id string, participants, organisations int) activity.Recorded {
		return activity.Recorded{
			What:    activity.What{Activity: id, Kind: "consultative_table", On: "2021-04-01", Organiser: "muni"},
			Turnout: activity.Turnout{Participants: participants, Organisations: organisations},
		}
	}
	s.at("2021-04-01T08:00:00Z").put("activity-1", table("1", 20, 11)).put("activity-2", table("2", 15, 25)).put("activity-3", table("3", 1, 0))
	values, err := indicators.Values(context.Background(), memory{s.views()}, 2021, 0, tirane(t))
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]int{"1.3.01": 3, "1.3.02": 25, "activities.consultative_table.participants": 36, "1.3.04": 0} {
		if got := values[code].Value; got != want {
			t.Errorf("%s: %d, want %d", code, got, want)
		}
	}
}

// TestEveryDefinitionIsAnswered: whatever the municipality counts has a figure here.
func TestEveryDefinitionIsAnswered(t *testing.T) {
	for _, d := range indicator.Definitions() {
		if !indicators.Answers(d.Code) {
			t.Errorf("%s (%s) is answered by nothing", d.Code, d.Name.EN)
		}
	}
	if indicators.Answers("9.9.99") {
		t.Error("answers what is not asked")
	}
}
