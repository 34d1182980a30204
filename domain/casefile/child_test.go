package casefile

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

// noCriteria answers for every criterion of a child's case that is not met.
var noCriteria = map[string]string{GoalsMet: "not_needed", RiskRemoved: "handled_elsewhere", WatchedSafe: "other", TeamHeard: "other"}

func TestTheScreeningTool(t *testing.T) {
	for _, v := range []struct {
		signs, unknown []string
		want           string
	}{
		{nil, nil, Low}, {[]string{"injuries"}, nil, Low}, {[]string{"injuries", "left_alone"}, nil, Medium},
		{ScreeningSigns[5:10], nil, High}, {[]string{"no_safe_adult"}, nil, High},
		{nil, []string{"trafficking_suspected"}, Medium}, {nil, []string{"known_before"}, Low},
	} {
		if got := ScreeningLevel(v.signs, v.unknown); got != v.want {
			t.Errorf("%v, not known %v: %s, want %s", v.signs, v.unknown, got, v.want)
		}
	}
}

// The term of the first assessment follows the level that the screening found, counted from the report (CP-01).
func TestAScreeningSetsTheTermOfTheAssessment(t *testing.T) {
	due := func(st *story, rule string, want time.Duration) {
		t.Helper()
		if d := st.clockOf(rule); !d.Owed() || d.DueAt.Sub(opened).Round(24*time.Hour) != want {
			t.Errorf("%s is due %s after the report, want %s", rule, d.DueAt.Sub(opened), want)
		}
	}
	st := tellChild(t)
	due(st, "CP-01-high", 24*time.Hour)
	st.refused(ngo, ScreenChild{Screening: "s1", Signs: []string{"no_safe_adult"}, Level: Low}, CodeRiskReason, "reason").
		refused(ngo, ScreenChild{Screening: "s1", Signs: []string{"injuries"}, Unknown: []string{"injuries"}, Level: Low}, CodeScreeningBoth, "unknown").
		do(ngo, ScreenChild{Screening: "s1", Signs: []string{"left_alone", "out_of_school"}, Level: Medium}).then("child.screened deadline.voided deadline.set")
	if v := st.s.Screenings[0]; v.Tool != ScreeningTool || v.Version != ScreeningVersion || v.ToolLevel != Medium {
		t.Errorf("%+v", v)
	}
	due(st, "CP-01-medium", 72*time.Hour)
	// A graver finding counts from when it was found and gains nobody time.
	st.after(70*time.Hour).do(muni, ScreenChild{Screening: "s2", Signs: []string{"life_in_danger"}, Level: High})
	due(st, "CP-01-high", 72*time.Hour)
	// One entered in error leaves what was found before.
	st.do(muni, MarkInError{TargetScreening, "s2", "wrong_case"})
	due(st, "CP-01-medium", 72*time.Hour)
	// Silence is not undone by looking afterwards.
	d := st.clockOf("CP-01-medium")
	st.now = d.DueAt
	st.do("", LapseDeadline{Deadline: d.ID}).after(time.Hour).do(muni, ScreenChild{Screening: "s3", Level: Low}).then("child.screened")
	st.do(muni, AssessRisk{Assessment: "a1", Level: Low}).then("risk.assessed deadline.met deadline.set")
	// Once the risk was assessed there is no first term to set.
	st.after(time.Hour).do(muni, ScreenChild{Screening: "s4", Signs: []string{"life_in_danger"}, Level: High}).then("child.screened")
	tell(t).refused(muni, ScreenChild{Screening: "s1", Level: Low}, CodeScreeningChild, "screening")
}

// A child's case is closed when each criterion is met, or with a coded reason for each that is not.
func TestAChildsCaseIsClosedByCriteria(t *testing.T) {
	st := tellChild(t).do(muni, AssessRisk{Assessment: "a1", Level: Low}).
		refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseCriteria, GoalsMet).
		refused(muni, CloseCase{Reason: "goals_met", Excused: map[string]string{GoalsMet: "mood"}}, CodeUnknownCode, GoalsMet).
		do(muni, DraftPlan{"p1"}, SetGoal{"g1", GoalDomains[0], text}).after(time.Hour).do(muni, ApprovePlan{})
	st.after(time.Hour).do(muni, EndGoal{"g1", "reached"}).then("plan.goal_ended deadline.set")
	if d := st.clockOf(ruleClosing); d.Owner != muni || !d.Owed() || d.Confidence != deadline.Placeholder {
		t.Errorf("whoever leads owes the decision to close: %+v", d)
	}
	// What makes the case unready again ends the clock; what makes it ready starts it.
	st.do(muni, SetGoal{"g2", GoalDomains[0], text}).then("plan.goal_set deadline.voided").after(time.Hour).do(muni, EndGoal{"g2", "dropped"}).then("plan.goal_ended deadline.set")
	st.refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseCriteria, WatchedSafe).
		do(muni, RecordVisit{Visit: "v1", Outcome: "met"}).
		refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseCriteria, TeamHeard).
		do(muni, ConferCase{"m1"}).do(muni, CloseCase{Reason: "goals_met"})
	for _, c := range st.s.Closing {
		if !c.Met || c.Reason != "" {
			t.Errorf("%+v", c)
		}
	}
	// Of a child who is not here any more nothing is asked, and the record says why.
	gone := tellChild(t).do(muni, CloseCase{Reason: "child_of_age"})
	if c := gone.s.Closing; len(c) != len(ClosingCriteria) || c[0].Met || c[0].Reason != "child_of_age" {
		t.Errorf("%+v", c)
	}
	if tell(t).do(muni, CloseCase{Reason: "goals_met"}); len(tell(t).s.Checklist()) > 0 {
		t.Error("an adult's case has no checklist")
	}
}

func proposed(t *testing.T) *story {
	return tellChild(t).do(muni, ProposeTransfer{Transfer: "t1", Municipality: "tirane", Structure: "child_protection_unit", Reason: "family_moved"}).
		then("transfer.proposed deadline.set").owes(TargetTransfer, "t1", "TRANSFER-HANDOVER "+muni)
}

var handed = HandOverTransfer{"t1", "paper", "law_18_2017_best_interest", TransferParts}

// A transfer: everything that is owed stays owed here until the other side accepts; then nothing is owed here.
func TestATransferToAnotherMunicipality(t *testing.T) {
	st := proposed(t).
		refused(ngo, handed, CodeTransferNotLead, "transfer").
		refused(muni, AcceptTransfer{"t1"}, CodeTransferStatus, "transfer").
		refused(muni, ProposeTransfer{Transfer: "t2", Municipality: "tirane", Structure: "child_protection_unit", Reason: "family_moved"}, CodeTransferOpen, "transfer").
		refused(muni, CloseCase{Reason: "goals_met", Excused: noCriteria}, CodeCaseHasTransfer, "").
		refused(muni, CloseCase{Reason: "transferred"}, CodeTransferFirst, "reason")
	if b := st.s.Ball(); b.Institution != muni || b.Rule != "CP-01-high" {
		t.Fatalf("what was owed stays owed: %+v", b)
	}
	st.do(muni, AssessRisk{Assessment: "a1", Level: Low}, TakeMeasure{Measure: "m1", Kind: SpecialisedSupervision}, ask("r1", ngo, "psychosocial")).after(time.Hour).
		refused(muni, HandOverTransfer{"t1", "paper", "law_18_2017_best_interest", []string{"summary", "risk_assessments"}}, CodeTransferIncomplete, "parts").
		refused(muni, HandOverTransfer{"t1", "paper", "", TransferParts}, CodeRequired, "basis").
		do(muni, handed).then("transfer.handed_over deadline.met deadline.set").owes(TargetTransfer, "t1", "TRANSFER-ANSWER "+muni).nothing(muni, handed)
	st.after(time.Hour).refused(muni, AcceptTransfer{"t1"}, CodeCaseHasReferrals, "").
		do(muni, CancelReferral{"r1", "other"}).do(muni, AcceptTransfer{"t1"})
	if st.s.Status != Closed || st.s.CloseReason != "transferred" || st.s.Transfers[0].Status != TransferIsAccepted || !st.s.Measures[0].Runs() {
		t.Fatalf("%s %s, transfer %s", st.s.Status, st.s.CloseReason, st.s.Transfers[0].Status)
	}
	if b := st.s.Ball(); b.Rule != ruleConfirmed || b.Institution != muni {
		t.Fatalf("the case is closed, and that the child was seen there is still to be heard: %+v", b)
	}
	st.owes(TargetTransfer, "t1", "TRANSFER-CONFIRM "+muni)
	st.after(time.Hour).do(muni, ConfirmTransfer{"t1"}).then("transfer.confirmed deadline.met").nothing(muni, ConfirmTransfer{"t1"})
	if !st.s.Ball().Closed {
		t.Errorf("nobody owes anything any more: %+v", st.s.Ball())
	}
}

// When no word comes from where the child went, the silence lapses and climbs in the closed case, and can be answered for.
// Whoever opens the case here anew waits for no word any more.
func TestAConfirmationThatNeverComes(t *testing.T) {
	st := proposed(t).do(muni, handed).after(time.Hour).do(muni, AcceptTransfer{"t1"})
	for _, want := range []string{"deadline.warned", "deadline.warned", "deadline.lapsed deadline.escalated", "deadline.escalated", "deadline.escalated", "deadline.escalated"} {
		step, ok := st.s.NextStep()
		if !ok {
			t.Fatalf("nothing comes next, want %s", want)
		}
		st.now = step.At
		st.do("", LapseDeadline{Deadline: step.Deadline}).then(want)
	}
	if d := st.clockOf(ruleConfirmed); d.Rung() != deadline.Coordinator || d.Status != Lapsed {
		t.Errorf("the silence has climbed to the end: %+v", d)
	}
	st.do(muni, AcknowledgeDeadline{Deadline: st.clockOf(ruleConfirmed).ID, Answer: AckAnswers[0]}).then("deadline.acknowledged")
	back := *st
	st.after(time.Hour).do(muni, ConfirmTransfer{"t1"}).then("transfer.confirmed deadline.met")
	back.after(time.Hour).do(muni, ReopenCase{"new_information"}).then("case.reopened deadline.voided deadline.set").owes(TargetTransfer, "t1", "")
}

// A hearing of a case that was handed over is the other municipality's. Where the case comes back, so does the question what came of it.
func TestAHearingComesBackWithItsCase(t *testing.T) {
	st := proposed(t)
	soon := ScheduleHearing{Hearing: "h1", Court: court, When: st.now.Add(time.Hour)}
	late := ScheduleHearing{Hearing: "h2", Court: court, When: st.now.Add(30 * 24 * time.Hour)}
	st.do(muni, soon).do(muni, late).do(muni, handed).after(time.Hour).do(muni, AcceptTransfer{"t1"}).owes(TargetHearing, "h1", "").owes(TargetHearing, "h2", "")
	st.after(48*time.Hour).do(muni, ReopenCase{"new_information"}).
		owes(TargetHearing, "h1", "HEARING-OUTCOME "+muni).owes(TargetHearing, "h2", "HEARING-OUTCOME "+muni)
	due := map[string]time.Time{}
	for _, d := range st.s.Deadlines {
		if d.Owed() && d.Kind == TargetHearing {
			due[d.Target] = d.DueAt
		}
	}
	if !due["h1"].Equal(st.now.Add(24*time.Hour)) || !due["h2"].Equal(late.When.Add(24*time.Hour)) {
		t.Errorf("due %v", due)
	}
}

// A no of the other side leaves everything as it was, and another may be asked.
func TestATransferThatIsDeclined(t *testing.T) {
	st := proposed(t).do(muni, handed).after(time.Hour).
		refused(muni, DeclineTransfer{"t1", "mood"}, CodeUnknownCode, "reason").
		do(muni, DeclineTransfer{"t1", "not_found_there"}).then("transfer.declined deadline.met").owes(TargetTransfer, "t1", "").
		refused(muni, WithdrawTransfer{"t1"}, CodeTransferStatus, "transfer").
		do(muni, ProposeTransfer{Transfer: "t2", Municipality: "durres", Structure: "social_services", Reason: "family_moved"}).
		do(muni, WithdrawTransfer{"t2"}).then("transfer.withdrawn deadline.voided")
	if st.s.Status != Open || st.s.Ball().Rule != "CP-01-high" {
		t.Errorf("%s, %+v", st.s.Status, st.s.Ball())
	}
}

func TestTransferMatrix(t *testing.T) {
	var out bytes.Buffer
	fmt.Fprintln(&out, "# What a command does to a transfer, by its status. Written by go test -update; read it as the state machine.")
	for _, status := range TransferStatuses {
		st := proposed(t)
		if status != TransferIsProposed && status != TransferIsWithdrawn {
			st.do(muni, handed)
		}
		switch status {
		case TransferIsAccepted, TransferIsConfirmed:
			st.do(muni, AcceptTransfer{"t1"})
		case TransferIsDeclined:
			st.do(muni, DeclineTransfer{"t1", "other"})
		case TransferIsWithdrawn:
			st.do(muni, WithdrawTransfer{"t1"})
		}
		if status == TransferIsConfirmed {
			st.do(muni, ConfirmTransfer{"t1"})
		}
		if tr := st.s.Transfers[0]; tr.Status != status {
			t.Fatalf("the transfer is %s, not %s", tr.Status, status)
		}
		st.after(time.Hour)
		fmt.Fprintf(&out, "\n%s\n", status)
		for _, c := range []Command{handed, AcceptTransfer{"t1"}, DeclineTransfer{"t1", "other"}, WithdrawTransfer{"t1"}, ConfirmTransfer{"t1"}, CloseCase{Reason: "died"}, ReopenCase{"new_information"}} {
			fmt.Fprintf(&out, "  %-28s %s\n", fmt.Sprintf("%T", c)[len("casefile."):], outcome(st, muni, c))
		}
	}
	golden(t, "transfers.golden", out.Bytes())
}

// An appeal suspends nothing (law 9669 art. 21); the court of appeal owes its decision.
func TestAnAppealAgainstAnOrder(t *testing.T) {
	st := orderIn(t, UM, OrderInForce).do(court, ServeOrder{"o1"})
	if d := st.clockOf(ruleAppeal); !d.Owed() || !d.Right {
		t.Fatalf("the time to appeal runs: %+v", d)
	}
	st.after(time.Hour).refused(muni, DecideAppeal{"o1", "order_stands"}, CodeOrderNotAppealed, "order").
		do(muni, AppealOrder{"o1", "accused", other}).then("participant.added order.appealed deadline.met deadline.set").
		nothing(muni, AppealOrder{"o1", "accused", other}).
		refused(muni, AppealOrder{"o1", "survivor", other}, CodeOrderAppealed, "order")
	if d := st.clockOf(ruleDecideAppeal); d.Owner != other || d.DueAt.Before(st.now.AddDate(0, 0, 14)) {
		t.Errorf("the court of appeal owes its decision: %+v", d)
	}
	if o, _ := st.s.Order("o1"); o.Status != OrderInForce {
		t.Errorf("an appeal suspends nothing: %s", o.Status)
	}
	stands := *st
	stands.after(time.Hour).do(other, DecideAppeal{"o1", "order_stands"}).then("order.appeal_decided deadline.met").nothing(other, DecideAppeal{"o1", "order_stands"})
	if o, _ := stands.s.Order("o1"); o.Status != OrderInForce {
		t.Errorf("it stands: %s", o.Status)
	}
	st.after(time.Hour).do(other, DecideAppeal{"o1", AppealAnnulled})
	if o, _ := st.s.Order("o1"); o.Status != OrderIsRevoked || st.clockOf(ruleOrderValidity).Owed() {
		t.Errorf("it ended: %s", o.Status)
	}
	orderIn(t, UMM, OrderInForce).refused(muni, AppealOrder{"o1", "accused", court}, CodeOrderWrongStatus, "order") // art. 21: none against a UMM
}

// The court's no may be appealed against: until the court of appeal has spoken there is no order; when the no falls the
// petition is before the court anew, with the term that a petition has, and a second no may be appealed against again.
func TestAnAppealAgainstARefusal(t *testing.T) {
	for kind, decides := range map[string]string{UM: "DV-14", UMM: "DV-10"} {
		st := orderIn(t, kind, OrderIsRefused)
		if d, runs := find(st.s.Deadlines, func(d Deadline) bool { return d.Rule == ruleAppeal }); runs != (kind == UM) || runs && !(d.Owed() && d.Right) {
			t.Fatalf("%s: the time to appeal against a no to a UM runs from the no: %+v", kind, d)
		}
		st.after(time.Hour).do(muni, AppealOrder{"o1", "survivor", other}).
			nothing(muni, AppealOrder{"o1", "survivor", other}).
			refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseHasOrders, "").
			refused(other, DecideAppeal{"o1", AppealAnnulled}, CodeAppealOutcome, "outcome").
			owes(TargetOrder, "o1", "DV-18-decide "+other)
		stands := *st
		stands.after(time.Hour).do(other, DecideAppeal{"o1", RefusalStands}).then("order.appeal_decided deadline.met").
			refused(muni, AppealOrder{"o1", "survivor", other}, CodeOrderAppealed, "order").owes(TargetOrder, "o1", "")
		st.after(5*24*time.Hour).do(other, DecideAppeal{"o1", RefusalLifted}).then("order.appeal_decided deadline.met deadline.set").
			owes(TargetOrder, "o1", decides+" "+court)
		if d := st.clockOf(decides); !d.SetAt.Equal(st.now) {
			t.Errorf("%s: the court's term is counted from %s, not from when the no fell", kind, d.SetAt)
		}
		st.after(time.Hour).do(court, RefuseOrder{"o1"}).do(muni, AppealOrder{"o1", "prosecutor", other})
		if o, _ := st.s.Order("o1"); len(o.Appeals) != 1 || o.Appeals[0].Outcome != RefusalLifted || o.Appeal.Party != "prosecutor" || !o.Appeal.Runs() {
			t.Errorf("%s: %+v", kind, o)
		}
	}
}

// Whoever takes a case on elsewhere is told of the appeal that still runs against the court's no: the file goes with its orders.
func TestAFileGoesWithTheAppealThatRuns(t *testing.T) {
	st := orderIn(t, UM, OrderIsRefused)
	if slices.Contains(st.s.RequiredParts(), "orders") {
		t.Error("a no that nobody appealed against must go with the file")
	}
	st.after(time.Hour).do(muni, AppealOrder{"o1", "survivor", other})
	if !slices.Contains(st.s.RequiredParts(), "orders") {
		t.Errorf("a running appeal stays behind: %v", st.s.RequiredParts())
	}
}

// A no to an extension is appealed against while the order holds, and the court of appeal still owes its decision when the
// order has ended meanwhile.
func TestAnAppealAgainstARefusedExtension(t *testing.T) {
	until := opened.AddDate(0, 6, 0)
	told := func() *story {
		st := inForce(t, until).do(court, ServeOrder{"m1"}).do(muni, AppealOrder{"m1", "accused", other}).after(24*time.Hour).
			do(other, DecideAppeal{"m1", AppealStands}).after(100*24*time.Hour).
			do(muni, RequestExtension{"m1"}).do(court, RefuseExtension{"m1"})
		if d := st.clockOf(ruleAppeal); !d.Owed() || !d.SetAt.Equal(st.now) {
			t.Fatalf("the time to appeal runs from the no: %+v", d)
		}
		return st.after(time.Hour).do(muni, AppealOrder{"m1", "survivor", other})
	}
	st := told()
	if o, _ := st.s.Order("m1"); o.Appeal.Against != AgainstExtensionRefusal || len(o.Appeals) != 1 || o.Status != OrderInForce {
		t.Errorf("%+v", o)
	}
	st.after(24*time.Hour).do(other, DecideAppeal{"m1", RefusalLifted}).owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-20 "+court)
	late := told()
	end := late.clockOf("DV-16")
	late.now = end.DueAt
	late.do(event.System, LapseDeadline{Deadline: end.ID}).owes(TargetOrder, "m1", "DV-18-decide "+other)
	late.do(other, DecideAppeal{"m1", RefusalLifted}).owes(TargetOrder, "m1", "")
	if o, _ := late.s.Order("m1"); o.Status != OrderHasExpired {
		t.Errorf("what has ended stays so: %s", o.Status)
	}
}

// childCommand draws what is done to a child's first look, and to a transfer.
func childCommand(r *rapid.T, s State, fresh string) Command {
	from := func(what string, list []string) string { return pick(r, what, list) }
	tr := id(r, mostly(r, s.Transfers, Transfer.Open), func(v Transfer) string { return v.ID }, "")
	return oneOf(r, "command", []Command{
		ScreenChild{Screening: fresh, Signs: some(r, "signs", ScreeningSigns), Unknown: some(r, "unknown", ScreeningSigns), Level: from("level", Levels), Reason: sealed(r)}, ConferCase{"m1"},
		ProposeTransfer{Transfer: fresh, Municipality: from("municipality", Municipalities), Structure: from("structure", TransferStructures), Reason: from("reason", TransferReasons)},
		HandOverTransfer{tr, from("means", Means), from("basis", LegalBases), TransferParts}, HandOverTransfer{tr, Means[0], LegalBases[0], some(r, "parts", TransferParts)},
		AcceptTransfer{tr}, AcceptTransfer{tr}, DeclineTransfer{tr, from("reason", TransferDeclineReasons)}, WithdrawTransfer{tr}, ConfirmTransfer{tr},
	})
}
