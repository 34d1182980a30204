package casefile

import (
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
)

const hospital = "inst-hospital"

// as does something in the name of a role.
func (st *story) as(role, who string, c Command) *story {
	st.t.Helper()
	m := st.moment(who)
	m.Actor.Role = role
	events, err := st.d.Decide(st.s, c, m)
	if err != nil || len(events) == 0 {
		st.t.Fatalf("%s: %T: %s, %v", who, c, names(events), err)
	}
	st.apply(events)
	return st
}

func judge(id, level string) AssessRisk {
	return AssessRisk{Assessment: id, Level: level, Reason: text}
}

// status expects what became of the newest clock of a rule.
func (st *story) status(rule string, want Status) *story {
	st.t.Helper()
	if d := st.clockOf(rule); d.Status != want {
		st.t.Fatalf("%s is %s; want %s", rule, d.Status, want)
	}
	return st
}

func (st *story) none(rule string) *story {
	st.t.Helper()
	for _, d := range st.s.Deadlines {
		if d.Rule == rule {
			st.t.Fatalf("%s was set", rule)
		}
	}
	return st
}

// DV-04, Criminal Procedure Code 282: whoever of medicine learns of a crime reports it within 48 hours.
func TestMedicineReportsACrime(t *testing.T) {
	st := tell(t).none(ruleReportCrime)
	st.as(access.Police, police, TakeMeasure{Measure: "m0", Kind: "medical_exam"}).none(ruleReportCrime) // written down by another
	st.as(access.Medical, hospital, TakeMeasure{Measure: "m1", Kind: "medical_exam"})
	d := st.clockOf(ruleReportCrime)
	if d.Owner != hospital || !d.DueAt.Equal(opened.Add(48*time.Hour)) || d.Action != "report_crime" {
		t.Fatalf("%+v", d)
	}
	st.after(time.Hour).as(access.Medical, hospital, TakeMeasure{Measure: "m2", Kind: "medical_exam"})
	if again := st.clockOf(ruleReportCrime); again.ID != d.ID {
		t.Error("a second examination starts a second clock while the first report is owed")
	}
	st.do(police, TakeMeasure{Measure: "m3", Kind: CrimeReported}).status(ruleReportCrime, Running) // another's report
	st.as(access.Medical, hospital, TakeMeasure{Measure: "m4", Kind: CrimeReported}).status(ruleReportCrime, Met)
	st.as(access.Medical, hospital, MarkInError{TargetMeasure, "m4", "wrong_data"}).status(ruleReportCrime, Running)
	st.do(hospital, CreateReferral{Referral: "r1", To: police, Service: "police_protection", Urgency: Urgent, Reason: text, Basis: "kpp_282"}).
		status(ruleReportCrime, Met)

	st = &story{t: t, d: decider(t), now: opened}
	st.as(access.Medical, hospital, OpenCase{Case: "case3", Code: "DHF-2026-0003", Kind: DomesticViolence, Channel: "medical_emergency", Lead: muni, Opener: hospital, Persons: openDV.Persons})
	st.status(ruleReportCrime, Running).as(access.Medical, hospital, TakeMeasure{Measure: "m5", Kind: CrimeReported}).status(ruleReportCrime, Met)
}

// DV-25 and DV-27: a high risk calls the technical team, and any more than a low one a plan; each once.
func TestRiskCallsTheTeamAndAPlan(t *testing.T) {
	st := tell(t).do(police, judge("a1", Low)).none(ruleTeam).none(rulePlan)
	st.after(time.Hour).do(police, judge("a2", Medium)).status(rulePlan, Running).none(ruleTeam)
	st.after(time.Hour).do(police, judge("a3", High)).status(ruleTeam, Running)
	if team := st.clockOf(ruleTeam); team.Owner != muni || !team.DueAt.Equal(st.now.Add(72*time.Hour)) || team.Confidence != "placeholder" {
		t.Fatalf("%+v", team)
	}
	st.after(time.Hour).do(police, judge("a4", High)).then("risk.assessed risk.overridden deadline.met deadline.set") // high as before
	st.after(time.Hour).do(muni, AssignAction{Action: "x1", What: "shelter", Institution: ngo, Due: st.now.Add(100 * time.Hour)}).status(ruleTeam, Running)
	st.do(muni, AssignAction{Action: "x2", What: "shelter", Institution: ngo, Meeting: "meeting1"}).status(ruleTeam, Met)
	st.after(time.Hour).do(muni, DraftPlan{"p1"}).status(rulePlan, Met)
	st.after(time.Hour).do(muni, judge("a5", Medium)).after(time.Hour).do(muni, judge("a6", High)).status(ruleTeam, Running) // high anew
	st.after(time.Hour).do(muni, judge("a7", Low)).status(ruleTeam, Voided)

	tell(t).do(police, judge("a1", Medium)).after(time.Hour).do(police, judge("a2", Low)).status(rulePlan, Voided)
}

// DV-23: whoever takes her in for the 72 hours says when they are over.
func TestTheEmergencyServiceEnds(t *testing.T) {
	st := tell(t).do(shelter, TakeMeasure{Measure: "m1", Kind: "safe_place"}).owes(TargetMeasure, "m1", "DV-23 "+shelter)
	if d := st.clockOf(ruleEmergencyEnd); !d.DueAt.Equal(opened.Add(72 * time.Hour)) {
		t.Fatal(d.DueAt)
	}
	st.after(time.Hour).do(shelter, EndMeasure{"m1"}).status(ruleEmergencyEnd, Met)
}

// DV-06, DV-07 and DV-18: what is a right passes without anybody being late, and is nobody's ball.
func TestRightsPassQuietly(t *testing.T) {
	st := tell(t).do(police, IssueOrder{Order: "u1", Type: UMPMM, Executor: police}).status(ruleEvaluation, Running)
	right := st.clockOf(ruleEvaluation)
	if !right.Right || right.Owner != muni || !right.Ladder.IsZero() {
		t.Fatalf("%+v", right)
	}
	st.after(49*time.Hour).do(event.System, LapseDeadline{Deadline: right.ID}).then("deadline.voided").status(ruleEvaluation, Voided)
	st.do(muni, RequestOrder{"o1", UM, court}).status(ruleRegister, Running)
	if n := st.clockOf(ruleRegister); n.Owner != court || n.DueAt.Sub(st.now) > 24*time.Hour {
		t.Fatalf("%+v", n)
	}
	if st.clockOf(ruleEvaluation).ID != right.ID {
		t.Error("a right that has passed began again")
	}
	st.do(court, ScheduleHearing{Hearing: "h1", Order: "o1", Court: court, When: st.now.Add(48 * time.Hour)}).status(ruleRegister, Met)
	st.do(court, IssueOrder{Order: "o1", Executor: police, ValidUntil: st.now.AddDate(0, 6, 0)}).after(time.Hour).do(court, ServeOrder{"o1"})
	st.status(ruleAppeal, Running)
	for _, d := range st.s.Deadlines {
		if b := st.s.Ball(); b.Deadline == d.ID && d.Right {
			t.Error("a right is the ball")
		}
	}

	tell(t).do(police, IssueOrder{Order: "u1", Type: UMPMM, Executor: police}).after(time.Hour).do(court, UpholdOrder{"u1"}).status(ruleEvaluation, Met)
}

// DV-21: while an order sends somebody to a programme, it reports every week; without one the house's month holds.
func TestTheProgrammeReportsWeekly(t *testing.T) {
	programme := func(st *story) *story {
		return st.do(muni, CreateReferral{Referral: "r1", To: ngo, Service: "perpetrator_programme", Urgency: Routine, Reason: text, Basis: "court_order"}).
			do(ngo, AcceptReferral{"r1"}, StartReferral{"r1"})
	}
	programme(tell(t)).ball("r1", ngo+" report_service REF-REPORT")
	st := tell(t).do(muni, RequestOrder{"o1", UM, court}).
		do(court, IssueOrder{Order: "o1", Executor: police, Conditions: []string{"a", "m"}, ValidUntil: opened.AddDate(0, 6, 0)})
	programme(st).ball("r1", ngo+" report_attendance DV-21")
	first := st.clockOf(ruleAttendance)
	st.after(24*time.Hour).do(ngo, ReportService{"r1", "perpetrator_programme", 1}).ball("r1", ngo+" report_attendance DV-21")
	if next := st.clockOf(ruleAttendance); next.ID == first.ID || !next.SetAt.Equal(st.now) {
		t.Errorf("%+v", next)
	}
}

// CP-01, CP-04, CP-05 and CP-06: the same for a child, by the child's own law.
func TestTheTermsOfAChild(t *testing.T) {
	st := &story{t: t, d: decider(t), now: opened}
	st.do(ngo, openCP).status("CP-01-high", Running).none(ruleRiskInitial)
	st.do(muni, judge("a1", High)).status("CP-01-high", Met).status(ruleChildTeam, Running).status(ruleChildPlan, Running).none(ruleTeam).none(rulePlan)
	for _, rule := range []string{"CP-01-high", ruleChildTeam, ruleChildPlan} {
		if d := st.clockOf(rule); d.Confidence != "placeholder" || d.Pack != "AL-CP-18-2017" || d.Owner != muni {
			t.Errorf("%+v", d)
		}
	}
	st.after(time.Hour).do(muni, DraftPlan{"p1"}).status(ruleChildPlan, Met).status(ruleChildTeam, Met).none(ruleChildReview)
	st.after(time.Hour).do(muni, ApprovePlan{}).status(ruleChildReview, Running)
	first := st.clockOf(ruleChildReview)
	if got := first.DueAt.Sub(st.now); got < 89*24*time.Hour || got > 96*24*time.Hour {
		t.Errorf("the plan is reviewed after %s", got)
	}
	st.after(80*24*time.Hour).do(muni, DraftPlan{"p2"}).status(ruleChildReview, Met).after(time.Hour).do(muni, ApprovePlan{}).status(ruleChildReview, Running)
	if st.clockOf(ruleChildReview).ID == first.ID {
		t.Error("the new plan has no review")
	}
}

// A case that is reopened owes nothing for what was judged before it was closed.
func TestAReopenedCaseBeginsItsTermsAnew(t *testing.T) {
	st := tell(t).do(police, judge("a1", High)).after(time.Hour).do(muni, CloseCase{Reason: "risk_removed"}).status(ruleTeam, Voided).status(rulePlan, Voided)
	st.after(300*24*time.Hour).do(muni, ReopenCase{"new_incident"}).then("case.reopened deadline.set")
	st.after(time.Hour).do(muni, judge("a2", High)).status(ruleTeam, Running).status(rulePlan, Running)
	if d := st.clockOf(ruleTeam); !d.SetAt.Equal(st.now) {
		t.Error(d.SetAt)
	}
}
