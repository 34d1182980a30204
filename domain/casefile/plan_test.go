package casefile

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// planIn tells the story of a plan up to a status.
func planIn(t *testing.T, status string) *story {
	st := tell(t)
	if status == "none" {
		return st
	}
	st.do(muni, DraftPlan{"p1"}, SetGoal{"g1", "safety", text})
	if status == "approved" {
		st.after(time.Hour).do(muni, ApprovePlan{Meeting: "m1"})
	}
	return st.after(time.Hour)
}

// TestPlanMatrix prints the plan's machine: every command in every status.
func TestPlanMatrix(t *testing.T) {
	var out bytes.Buffer
	for _, status := range []string{"none", "drafted", "approved"} {
		fmt.Fprintf(&out, "plan %s\n", status)
		st := planIn(t, status)
		soon := st.now.Add(48 * time.Hour)
		for _, c := range []Command{
			DraftPlan{"p2"}, SetGoal{"g2", "housing", text}, EndGoal{"g1", "reached"}, ApprovePlan{}, ApprovePlan{Next: soon}, AgreePlan{},
			ReviewPlan{Review: "v1", Result: "goes_on"}, ReviewPlan{Review: "v1", Result: "goes_on", Next: soon},
			AssignAction{Action: "a1", What: "housing", Institution: ngo, Due: soon, Goal: "g1"}, CloseCase{Reason: "goals_met"},
		} {
			name := fmt.Sprintf("%T", c)
			fmt.Fprintf(&out, "  %-24s %s\n", name[len("casefile."):], outcome(st, muni, c))
		}
		fmt.Fprintln(&out)
	}
	golden(t, "plans.golden", out.Bytes())
}

func TestAPlanFromItsGoalsToItsNextVersion(t *testing.T) {
	st := tell(t).
		refused(muni, SetGoal{"g1", "safety", text}, CodePlanUnknown, "plan").
		do(muni, DraftPlan{"p1"}).
		refused(muni, SetGoal{"g1", "magic", text}, CodeUnknownCode, "domain").
		do(muni, SetGoal{"g1", "safety", text}, SetGoal{"g2", "housing", text}).
		refused(muni, AssignAction{Action: "a1", What: "housing", Institution: ngo, Due: opened.AddDate(0, 0, 9), Goal: "g9"}, CodeGoalUnknown, "goal").
		do(muni, AssignAction{Action: "a1", What: "housing", Institution: ngo, Due: opened.AddDate(0, 0, 9), Goal: "g2"}).
		refused(muni, ReviewPlan{Review: "v1", Result: "goes_on"}, CodePlanNotApproved, "plan").
		do(ngo, AgreePlan{}).then("plan.agreed").nothing(ngo, AgreePlan{}).
		after(24*time.Hour).
		do(muni, ApprovePlan{Meeting: "m1"}).then("plan.approved deadline.set").nothing(muni, ApprovePlan{}).
		status(rulePlanReview, Running)
	if p := st.s.Plan; p.ApprovedBy != muni || p.Meeting != "m1" || len(p.Agreed) != 1 || len(p.Goals) != 2 || p.Actions[0].Goal != "g2" {
		t.Fatalf("%+v", p)
	}
	first := st.clockOf("PLAN-REVIEW")
	// A review meets the clock and starts the next, on the day that was agreed, at the latest by the term.
	st.after(30*24*time.Hour).
		refused(muni, ReviewPlan{Review: "v1", Result: "goes_on", Next: st.now}, CodeNotFuture, "next").
		do(muni, ReviewPlan{Review: "v1", Result: "goes_on", Next: st.now.AddDate(0, 1, 0)}).then("plan.reviewed deadline.met deadline.set")
	if d := st.clockOf("PLAN-REVIEW"); d.ID == first.ID || !d.DueAt.Equal(st.now.AddDate(0, 1, 0)) {
		t.Fatalf("%+v", d)
	}
	st.after(time.Hour).do(muni, ReviewPlan{Review: "v2", Result: "to_be_changed", Next: st.now.AddDate(1, 0, 0)})
	if d := st.clockOf("PLAN-REVIEW"); d.DueAt.After(st.now.AddDate(0, 3, 5)) {
		t.Fatalf("a day beyond the term: %+v", d)
	}
	st.do(muni, EndGoal{"g1", "reached"}).then("plan.goal_ended").nothing(muni, EndGoal{"g1", "reached"}).
		refused(muni, EndGoal{"g1", "dropped"}, CodeGoalEnded, "goal").
		refused(muni, EndGoal{"g7", "dropped"}, CodeGoalUnknown, "goal").
		do(muni, DraftPlan{"p2"}).then("plan.drafted deadline.met").status(rulePlanReview, Met)
	p := st.s.Plan
	if len(p.Earlier) != 1 || p.Earlier[0].ID != "p1" || p.Earlier[0].Meeting != "m1" || len(p.Agreed) != 0 || !p.ApprovedAt.IsZero() || len(p.Goals) != 2 || len(p.Reviews) != 2 {
		t.Fatalf("%+v", p)
	}
	// A closed case owes no review; a reopened one does again.
	st.do(muni, ApprovePlan{}, CancelAction{"a1"}, CloseCase{Reason: "goals_met"}).status(rulePlanReview, Voided).
		do(muni, ReopenCase{"new_information"}).status(rulePlanReview, Running)
}

func TestASafetyPlan(t *testing.T) {
	st := tell(t).
		refused(muni, ReviewSafetyPlan{}, CodeSafetyUnknown, "safety_plan").
		refused(shelter, WriteSafetyPlan{"s1", nil, text}, CodeRequired, "items").
		refused(shelter, WriteSafetyPlan{"s1", []string{"luck"}, text}, CodeUnknownCode, "items").
		do(shelter, WriteSafetyPlan{"s1", []string{"way_out", "code_word", "way_out"}, text}).then("safety_plan.written").
		after(time.Hour).
		do(muni, ReviewSafetyPlan{}).then("safety_plan.reviewed").nothing(muni, ReviewSafetyPlan{})
	if p := st.s.Safety; len(p.Items) != 2 || p.By != shelter || p.ReviewedBy != muni || !p.ReviewedAt.Equal(st.now) {
		t.Fatalf("%+v", p)
	}
	st.after(time.Hour).do(ngo, WriteSafetyPlan{SafetyPlan: "s2", Items: []string{"money_and_keys"}})
	if p := st.s.Safety; p.ID != "s2" || p.Versions != 2 || p.ReviewedBy != ngo {
		t.Fatalf("%+v", p)
	}
}

// The next visit is planned in the same breath as one is recorded, or neither is.
func TestTheNextVisitIsPlannedWithTheReport(t *testing.T) {
	st := tell(t).do(muni, PlanVisit{"v1", opened.Add(time.Hour)}).after(2*time.Hour).
		refused(muni, RecordVisit{Visit: "v1", Outcome: "met", Following: "v2", FollowingWhen: opened}, CodeNotFuture, "following_when").
		refused(muni, RecordVisit{Visit: "v1", Outcome: "met", Following: "v1", FollowingWhen: opened.AddDate(0, 0, 7)}, CodeTaken, "following").
		do(muni, RecordVisit{Visit: "v1", Outcome: "met", Following: "v2", FollowingWhen: opened.AddDate(0, 0, 7)}).
		then("visit.made deadline.met visit.planned deadline.set").
		owes(TargetVisit, "v1", "").owes(TargetVisit, "v2", "VISIT-REPORT "+muni)
	if events, err := st.d.Decide(st.s, RecordVisit{Visit: "v1", Outcome: "met"}, st.moment(muni)); err != nil || len(events) > 0 {
		t.Fatalf("%s, %v", names(events), err)
	}
}
