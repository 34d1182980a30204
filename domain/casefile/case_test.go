package casefile

import (
	"testing"
	"time"

	"mkr/domain/event"
)

func TestOpening(t *testing.T) {
	st := tell(t).then("case.opened person.added person.added participant.added participant.added deadline.set")
	if b := st.s.Ball(); b.Institution != muni || b.Rule != "CASE-RISK-INITIAL" || !b.DueAt.Equal(opened.Add(24*time.Hour)) {
		t.Fatalf("the ball: %+v", b)
	}
	if st.s.Regime != "AL-DV-9669" || st.s.Stage() != StageIntake {
		t.Fatalf("regime %s, stage %s", st.s.Regime, st.s.Stage())
	}
	none := &story{t: t, d: decider(t), now: opened}
	change := func(f func(*OpenCase)) OpenCase {
		c := openDV
		f(&c)
		return c
	}
	for _, v := range []struct {
		code, field string
		c           OpenCase
	}{
		{CodeInvalidID, "case", change(func(c *OpenCase) { c.Case = "" })},
		{CodeInvalidID, "code", change(func(c *OpenCase) { c.Code = "Rasti i Anës" })},
		{CodeUnknownCode, "kind", change(func(c *OpenCase) { c.Kind = "theft" })},
		{CodeUnknownCode, "regime", change(func(c *OpenCase) { c.Regime = "AL-CP-18-2017" })},
		{CodeUnknownCode, "channel", change(func(c *OpenCase) { c.Channel = "dream" })},
		{CodeUnknownCode, "violence", change(func(c *OpenCase) { c.Violence = []string{"physical", "loud"} })},
		{CodeInvalidID, "lead", change(func(c *OpenCase) { c.Lead = "" })},
		{CodeRequired, "persons", change(func(c *OpenCase) { c.Persons = nil })},
		{CodeInvalidID, "persons", change(func(c *OpenCase) { c.Persons = []PersonLink{{Person: "Ana Hoxha", Role: Survivor}} })},
		{CodeCaseSubject, "persons", change(func(c *OpenCase) { c.Persons = []PersonLink{openDV.Persons[1], openDV.Persons[0]} })},
		{CodeCaseSubject, "persons", change(func(c *OpenCase) { c.Kind = ChildProtection })},
		{CodePersonLinked, "persons", change(func(c *OpenCase) { c.Persons = append(c.Persons[:1:1], c.Persons[0]) })},
	} {
		none.refused(police, v.c, v.code, v.field)
	}
	none.refused("", openDV, CodeNoInstitution, "")
	m := none.moment(police)
	m.OccurredAt = opened.Add(time.Second)
	none.refusedAt(m, openDV, CodeInFuture, "occurred_at")
	m.OccurredAt = time.Time{}
	none.refusedAt(m, openDV, CodeOutOfDates, "occurred_at")
}

func TestWhatHappenedBeforeTheOpening(t *testing.T) {
	st := tell(t)
	m := st.moment(police)
	m.OccurredAt = opened.Add(-72 * time.Hour)
	events, err := st.d.Decide(st.s, TakeMeasure{Measure: "m1", Kind: "police_escort"}, m)
	if err != nil || len(events) != 1 || !events[0].(MeasureTaken).At.Equal(m.OccurredAt) {
		t.Fatalf("%v, %v", events, err)
	}
	m.OccurredAt = m.OccurredAt.Add(-time.Second)
	st.refusedAt(m, TakeMeasure{Measure: "m1", Kind: "police_escort"}, CodeTooEarly, "occurred_at")
	// The incident itself may lie years back.
	st.do(police, RecordIncident{Incident: "i1", Types: []string{"social", "physical"}, On: opened.AddDate(-5, 0, 0)}).
		refused(police, RecordIncident{Incident: "i2", Types: []string{"physical"}, On: st.now.Add(time.Hour)}, CodeInFuture, "on").
		refused(police, RecordIncident{Incident: "i2", On: opened}, CodeRequired, "types")
}

func TestTheToolsLevelAndTheHumanOne(t *testing.T) {
	seven := []string{"escalation", "separation", "control_jealousy", "stalking", "alcohol_drugs", "suicide_threats", "pregnancy"}
	for _, v := range []struct {
		factors []string
		want    string
	}{{nil, Low}, {seven[:2], Low}, {seven[:3], Medium}, {seven[:6], Medium}, {seven, High}, {[]string{"weapons"}, High}} {
		if got := ToolLevel(v.factors); got != v.want {
			t.Errorf("%v: %s; want %s", v.factors, got, v.want)
		}
	}
	st := tell(t).
		refused(muni, AssessRisk{Assessment: "a1", Factors: []string{"weapons"}, Level: Medium}, CodeRiskReason, "reason").
		do(muni, AssessRisk{Assessment: "a1", Factors: []string{"weapons", "weapons"}, Level: Medium, Reason: text}).
		then("risk.assessed risk.overridden deadline.met deadline.set deadline.set")
	m := st.moment(police)
	m.OccurredAt = opened.Add(-time.Hour) // the police judged it before the municipality opened the case
	early, err := st.d.Decide(tell(t).s, AssessRisk{Assessment: "a0", Level: Low}, m)
	if err != nil || names(early) != "risk.assessed deadline.met deadline.set" {
		t.Fatalf("%s, %v", names(early), err)
	}
	if a := st.s.Assessments[0]; !a.Overrides || a.ToolLevel != High || len(a.Factors) != 1 || st.s.Risk != Medium {
		t.Fatalf("%+v, risk %s", a, st.s.Risk)
	}
	if b := st.s.Ball(); b.Rule != rulePlan {
		t.Fatalf("the ball: %+v", b)
	}
}

func TestAnAssessmentInErrorFallsBack(t *testing.T) {
	st := tell(t).
		do(muni, AssessRisk{Assessment: "a1", Level: Low}).after(48*time.Hour).
		do(police, AssessRisk{Assessment: "a0", Level: Low}, AssessRisk{Assessment: "a2", Factors: []string{"weapons"}, Level: High}).
		do(police, MarkInError{TargetRisk, "a0", "wrong_data"}).then("entry.marked_in_error"). // it did not stand
		refused(ngo, MarkInError{TargetRisk, "a2", "wrong_person"}, CodeEntryNotYours, "target").
		do(police, MarkInError{TargetRisk, "a2", "wrong_person"}).
		then("entry.marked_in_error deadline.voided deadline.set deadline.voided deadline.voided").
		nothing(police, MarkInError{TargetRisk, "a2", "wrong_person"})
	if d := st.clockOf("CASE-RISK-REVIEW-low"); st.s.Risk != Low || !d.SetAt.Equal(opened) || !d.Owed() {
		t.Fatalf("risk %s, clock %+v", st.s.Risk, d)
	}
	st.do(muni, MarkInError{TargetRisk, "a1", "wrong_case"})
	if b := st.s.Ball(); st.s.Risk != "" || b.Rule != "CASE-RISK-INITIAL" || !b.DueAt.Equal(st.now.Add(24*time.Hour)) {
		t.Fatalf("risk %q, ball %+v", st.s.Risk, b)
	}
}

func TestParticipants(t *testing.T) {
	tell(t).
		nothing(muni, AddParticipant{police, "technical_team"}).
		refused(muni, AddParticipant{ngo, "lead"}, CodeUnknownCode, "reason").
		refused(muni, RemoveParticipant{muni}, CodeParticipantLead, "institution").
		refused(muni, RemoveParticipant{ngo}, CodeParticipantUnknown, "institution").
		do(muni, ask("r1", ngo, "legal_aid")).
		refused(muni, RemoveParticipant{ngo}, CodeParticipantOwes, "institution").
		do(muni, CancelReferral{"r1", "other"}).
		do(muni, RemoveParticipant{ngo}).nothing(muni, RemoveParticipant{ngo}).
		do(muni, ask("r2", ngo, "legal_aid")).then("participant.added referral.sent deadline.set")
}

func TestVisitsHearingsNotesAndMeasures(t *testing.T) {
	soon := opened.Add(24 * time.Hour)
	tell(t).
		do(muni, PlanVisit{"v1", soon}).owes(TargetVisit, "v1", "VISIT-REPORT "+muni).
		refused(muni, PlanVisit{"v2", opened}, CodeNotFuture, "when").
		do(police, RecordVisit{Visit: "v1", Outcome: "met", Findings: text}).then("visit.made deadline.met").
		nothing(police, RecordVisit{Visit: "v1", Outcome: "met"}).
		refused(police, RecordVisit{Visit: "v1", Outcome: "refused_entry"}, CodeVisitWrongStatus, "visit").
		do(ngo, RecordVisit{Visit: "v2", Outcome: "not_at_home"}).then("visit.made").
		do(muni, PlanVisit{"v3", soon}, CancelVisit{"v3"}).then("visit.cancelled deadline.voided").nothing(muni, CancelVisit{"v3"}).
		refused(muni, RecordVisit{Visit: "v3", Outcome: "met"}, CodeVisitWrongStatus, "visit").
		do(muni, ScheduleHearing{Hearing: "h1", Court: court, When: soon}).owes(TargetHearing, "h1", "HEARING-OUTCOME "+muni).
		refused(muni, ScheduleHearing{Hearing: "h2", Order: "o9", Court: court, When: soon}, CodeOrderUnknown, "order").
		do(muni, CancelHearing{"h1"}).then("hearing.cancelled deadline.voided").nothing(muni, CancelHearing{"h1"}).
		refused(muni, RecordHearing{"h1", "other"}, CodeHearingWrongStatus, "hearing").
		do(ngo, WriteNote{Note: "n1", Section: "health", Text: text}).
		refused(ngo, WriteNote{Note: "n2", Section: "health"}, CodeRequired, "text").
		refused(police, MarkInError{TargetNote, "n1", "wrong_case"}, CodeEntryNotYours, "target").
		do(ngo, MarkInError{TargetNote, "n1", "wrong_case"}).
		do(police, TakeMeasure{Measure: "m1", Kind: "transport"}, EndMeasure{"m1"}).nothing(police, EndMeasure{"m1"}).
		refused(police, EndMeasure{"m2"}, CodeMeasureUnknown, "measure")
}

func TestThePlan(t *testing.T) {
	due := opened.Add(10 * 24 * time.Hour)
	st := tell(t).
		refused(muni, ApprovePlan{}, CodePlanUnknown, "plan").
		do(muni, AssignAction{Action: "x0", What: "counselling", Institution: ngo, Meeting: "m1"}). // a meeting may set no day
		owes(TargetAction, "x0", "MEETING-DECISION "+ngo).
		refused(muni, AssignAction{Action: "x1", What: "counselling", Institution: ngo}, CodeRequired, "due").
		do(muni, DraftPlan{"p1"}).nothing(muni, DraftPlan{"p1"}).
		refused(muni, DraftPlan{"p2"}, CodePlanNotApproved, "plan").
		do(muni, AssignAction{Action: "x1", What: "legal_aid", Institution: ngo, Due: due}).
		do(muni, AssignAction{Action: "x2", What: "housing", Institution: other, Due: due}).
		then("participant.added plan.action_assigned deadline.set").
		do(muni, ApprovePlan{}).nothing(muni, ApprovePlan{}).
		refused(police, CompleteAction{"x1"}, CodeActionNotAssignee, "action").
		do(ngo, CompleteAction{"x1"}).then("plan.action_done deadline.met").nothing(ngo, CompleteAction{"x1"}).
		refused(ngo, CancelAction{"x2"}, CodeActionNotLead, "action").
		do(muni, CancelAction{"x2"}).then("plan.action_cancelled deadline.voided").
		refused(muni, CompleteAction{"x2"}, CodeActionWrongStatus, "action").
		do(muni, DraftPlan{"p2"}) // a review
	if st.s.Plan.ID != "p2" || st.s.Plan.Kind != InterventionPlan || len(st.s.Plan.Actions) != 3 || !st.s.Plan.ApprovedAt.IsZero() {
		t.Fatalf("%+v", st.s.Plan)
	}
}

func TestClosingLeavesNothingBehind(t *testing.T) {
	done := CloseCase{Reason: "goals_met"}
	soon := opened.Add(24 * time.Hour)
	st := tell(t).
		do(muni, ask("r1", ngo, "legal_aid"), RequestOrder{"o1", UM, court}, ScheduleHearing{Hearing: "h1", Court: court, When: soon},
			AssignAction{Action: "x1", What: "housing", Institution: other, Due: soon}, PlanVisit{"v1", soon}).
		refused(muni, done, CodeCaseHasReferrals, "").
		do(ngo, DeclineReferral{Referral: "r1", Reason: "other"}).
		refused(muni, done, CodeCaseHasReferrals, ""). // it came back
		do(muni, SettleReferral{"r1", "accepted"}).
		do(muni, ask("rf", ngo, "health")).do(ngo, AcceptReferral{"rf"}, FailReferral{Referral: "rf", Reason: "moved_away"}).
		refused(muni, done, CodeCaseHasReferrals, "").
		do(muni, SettleReferral{"rf", "accepted"}).
		refused(muni, done, CodeCaseHasOrders, "").
		do(court, RefuseOrder{"o1"}).
		refused(muni, done, CodeCaseHasHearings, "").
		do(muni, CancelHearing{"h1"}).
		refused(muni, done, CodeCaseHasActions, "").
		do(other, CompleteAction{"x1"}).
		do(muni, done).then("visit.cancelled case.closed deadline.voided deadline.voided deadline.voided")
	if !st.s.Ball().Closed || st.s.Stage() != StageClosed {
		t.Fatalf("%+v", st.s.Ball())
	}
	// Corrected while it is closed, nothing is owed; reopened, what the correction uncovered is.
	again := ask("r3", shelter, "legal_aid")
	again.Previous = "r2"
	st.do(muni, ReopenCase{"new_incident"}).
		do(muni, ask("r2", police, "legal_aid")).do(police, DeclineReferral{Referral: "r2", Reason: "other"}).
		do(muni, again).do(shelter, AcceptReferral{"r3"}, CompleteReferral{Referral: "r3", Outcome: "helped"}).
		do(muni, done).
		do(muni, MarkInError{TargetReferral, "r3", "wrong_case"}).then("entry.marked_in_error").
		do(muni, ReopenCase{"closed_by_mistake"}).then("case.reopened deadline.set deadline.set deadline.set").
		ball("r2", muni+" settle_referral REF-SETTLE-urgent")
}

func TestFaultsAreNotRefusals(t *testing.T) {
	st := tell(t)
	for name, d := range map[string]Decider{"no packs": {Calendar: st.d.Calendar}, "no zone": {Rules: st.d.Rules}} {
		_, err := d.Decide(st.s, ask("r1", shelter, "shelter"), st.moment(muni))
		if _, no := err.(*event.Refusal); no || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := st.d.Decide(st.s, nil, st.moment(muni)); err == nil {
		t.Error("no command at all is decided")
	}
}
