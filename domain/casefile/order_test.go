package casefile

import (
	"testing"
	"time"

	"mkr/domain/event"
)

func TestFromThePoliceToTheProtectionOrder(t *testing.T) {
	st := tell(t).
		do(police, IssueOrder{Order: "p1", Type: UMPMM, Executor: police, Conditions: []string{"b", "a", "a"}}).
		then("order.issued deadline.set deadline.set deadline.set").
		owes(TargetOrder, "p1", "DV-06 "+muni+"; ORDER-EXECUTE "+police+"; DV-05 "+police).
		do(police, ExecuteOrder{"p1"}).nothing(police, ExecuteOrder{"p1"}).
		after(10*time.Hour).
		do(police, RequestOrder{"u1", UMM, court}).
		then("participant.added order.requested deadline.met deadline.set deadline.set").
		owes(TargetOrder, "p1", "DV-06 "+muni).owes(TargetOrder, "u1", "DV-10 "+court+"; DV-07 "+court).
		after(20*time.Hour).
		refused(court, IssueOrder{Order: "u1", Type: UMM, Executor: police, Conditions: []string{"m"}}, CodeOrderWrongConditions, "conditions").
		refused(court, IssueOrder{Order: "u1", Type: UM, Executor: police, ValidUntil: opened.AddDate(0, 6, 0)}, CodeOrderWrongType, "type").
		refused(court, IssueOrder{Order: "u0", Executor: police}, CodeRequired, "type").
		do(court, IssueOrder{Order: "u1", Executor: police}). // of the type that was asked for
		then("order.issued deadline.voided deadline.met deadline.met deadline.set deadline.set deadline.set").
		owes(TargetOrder, "u1", "ORDER-EXECUTE "+police+"; DV-11 "+court+"; DV-13 "+court).
		do(court, ServeOrder{"u1"}).then("order.served deadline.met").nothing(court, ServeOrder{"u1"}).
		do(muni, ScheduleHearing{Hearing: "h1", Order: "u1", Court: court, When: opened.AddDate(0, 0, 10)})
	if p, _ := st.s.Order("p1"); p.Status != OrderReplaced || p.ReplacedBy != "u1" || len(p.Conditions) != 2 {
		t.Fatalf("the police's order: %+v", p)
	}
	st.refused(court, RecordHearing{"h1", "order_confirmed"}, CodeHearingTooEarly, "occurred_at") // it is nine days off
	st.after(9*24*time.Hour).
		do(court, RecordHearing{"h1", "order_confirmed"}).then("hearing.held deadline.met deadline.met").
		owes(TargetOrder, "u1", "ORDER-EXECUTE "+police).
		do(court, UpholdOrder{"u1"}).
		owes(TargetOrder, "u1", "ORDER-EXECUTE "+police+"; DV-14 "+court). // a confirmed UMM needs the UM to follow
		refused(court, IssueOrder{Order: "m1", Type: UM, Executor: police}, CodeRequired, "valid_until").
		refused(court, IssueOrder{Order: "m1", Type: UM, Executor: police, ValidUntil: st.now.AddDate(0, 13, 0)}, CodeOrderTooLong, "valid_until").
		do(court, IssueOrder{Order: "m1", Type: UM, Executor: police, ValidUntil: st.now.AddDate(0, 12, 0)}).
		owes(TargetOrder, "u1", "").
		owes(TargetOrder, "m1", "ORDER-EXECUTE "+police+"; DV-15 "+court+"; DV-16 "+muni+"; DV-17 "+muni)
	if u, _ := st.s.Order("u1"); u.Status != OrderReplaced {
		t.Fatalf("the immediate order is %s", u.Status)
	}
	if m, _ := st.s.Order("m1"); m.Court != court {
		t.Fatalf("the court is %q", m.Court)
	}
	// The UM was entered in error: what it had ended applies again, with what is owed for it.
	st.do(muni, MarkInError{TargetOrder, "m1", "wrong_case"}).
		owes(TargetOrder, "m1", "").
		owes(TargetOrder, "u1", "ORDER-EXECUTE "+police+"; DV-14 "+court)
}

func TestAMinorsOrderIsDecidedWithinADay(t *testing.T) {
	st := &story{t: t, d: decider(t), now: opened}
	st.do(ngo, openCP).do(police, RequestOrder{"u1", UMM, court}).owes(TargetOrder, "u1", "DV-09 "+court+"; DV-07 "+court)
	if d := st.clockOf("DV-09"); !d.DueAt.Equal(opened.Add(24*time.Hour)) || d.Pack != "AL-DV-9669" {
		t.Fatalf("%s of %s is due %v", d.Rule, d.Pack, d.DueAt)
	}
	st.do(court, RefuseOrder{"u1"}).then("order.refused deadline.met deadline.met").
		do(police, RequestOrder{"u2", UM, court}).owes(TargetOrder, "u2", "DV-14 "+court+"; DV-07 "+court)
}

// inForce tells the story up to a UM in force until a day.
func inForce(t *testing.T, until time.Time) *story {
	return tell(t).do(police, RequestOrder{"m1", UM, court}).
		do(court, IssueOrder{Order: "m1", Type: UM, Executor: police, ValidUntil: until}).
		do(police, ExecuteOrder{"m1"})
}

// An order that was carried out has reached those who carry it out: its copies are owed no more.
func TestCopiesAreOwedUntilServedOrCarriedOut(t *testing.T) {
	st := tell(t).do(police, RequestOrder{"m1", UM, court}).
		do(court, IssueOrder{Order: "m1", Type: UM, Executor: police, ValidUntil: opened.AddDate(0, 6, 0)})
	if d := st.clockOf("DV-15"); !d.DueAt.Equal(st.now.Add(24*time.Hour)) || d.Owner != court || d.Action != "send_copies" {
		t.Fatalf("%+v", d)
	}
	st.do(police, ExecuteOrder{"m1"}).then("order.executed deadline.met deadline.met").
		owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-17 "+muni).
		do(court, ServeOrder{"m1"}).then("order.served deadline.set") // the time to appeal
	tell(t).do(police, IssueOrder{Order: "p1", Type: UMPMM, Executor: police}).
		refused(court, ServeOrder{"p1"}, CodeOrderWrongType, "order")
}

func TestAnOrderEndsByItselfOnItsLastDay(t *testing.T) {
	until := opened.AddDate(0, 6, 0)
	st := inForce(t, until).owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-17 "+muni)
	ask, end := st.clockOf("DV-17"), st.clockOf("DV-16")
	if !end.DueAt.Equal(until) || ask.DueAt.After(until.AddDate(0, 0, -14)) || ask.Action != "request_extension" {
		t.Fatalf("ask by %v, ends %v", ask.DueAt, end.DueAt)
	}
	st.now = ask.DueAt
	st.do(event.System, LapseDeadline{Deadline: ask.ID}).then("deadline.lapsed deadline.escalated").
		refused(event.System, LapseDeadline{Deadline: end.ID}, CodeClockNotDue, "deadline")
	st.now = until
	st.refused(muni, RequestExtension{"m1"}, CodeOrderEnded, "occurred_at").
		do(event.System, LapseDeadline{Deadline: end.ID}).
		then("order.expired deadline.met deadline.voided deadline.voided").
		nothing(event.System, LapseDeadline{Deadline: end.ID}).
		owes(TargetOrder, "m1", "")
}

func TestAnExtensionMovesTheEnd(t *testing.T) {
	until := opened.AddDate(0, 6, 0)
	st := inForce(t, until).after(90*24*time.Hour).
		do(muni, RequestExtension{"m1"}).nothing(muni, RequestExtension{"m1"}).
		owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-20 "+court).
		refused(court, ExtendOrder{"m1", until}, CodeOutOfRange, "valid_until").
		refused(court, ExtendOrder{"m1", until.AddDate(0, 13, 0)}, CodeOrderTooLong, "valid_until").
		do(court, ExtendOrder{"m1", until.AddDate(0, 12, 0)}).
		nothing(court, ExtendOrder{"m1", until.AddDate(0, 12, 0)}).
		owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-17 "+muni)
	if d := st.clockOf("DV-16"); !d.DueAt.Equal(until.AddDate(0, 12, 0)) {
		t.Fatalf("ends %v", d.DueAt)
	}
}

// The court's no ends what the petition started: nobody owes another one, and the order holds until its day.
func TestARefusedExtension(t *testing.T) {
	until := opened.AddDate(0, 6, 0)
	inForce(t, until).after(90*24*time.Hour).
		refused(court, RefuseExtension{"m1"}, CodeOrderNotAsked, "order").
		do(muni, RequestExtension{"m1"}).
		do(court, RefuseExtension{"m1"}).then("order.extension_refused deadline.met deadline.set").
		nothing(court, RefuseExtension{"m1"}).
		owes(TargetOrder, "m1", "DV-16 "+muni+"; DV-18 "+muni).
		refused(muni, RequestExtension{"m1"}, CodeOrderExtensionRefused, "order")
}

func TestABreachReopensTheRisk(t *testing.T) {
	st := inForce(t, opened.AddDate(0, 6, 0)).
		do(muni, AssessRisk{Assessment: "a1", Factors: []string{"stalking"}, Level: Low}).
		after(5*24*time.Hour).
		do(police, ReportBreach{Order: "m1", Detail: text}).
		then("order.breached breach.notified deadline.voided deadline.set deadline.set deadline.set").
		nothing(police, ReportBreach{Order: "m1", Detail: text})
	if b := st.s.Ball(); b.Rule != "CASE-RISK-BREACH" || b.Institution != muni || !b.DueAt.Equal(st.now.Add(24*time.Hour)) {
		t.Fatalf("the ball: %+v", b)
	}
	// An assessment made before the breach and entered after it does not answer it.
	m := st.moment(police)
	m.OccurredAt = st.now.Add(-time.Hour)
	events, err := st.d.Decide(st.s, AssessRisk{Assessment: "a2", Level: Low}, m)
	if err != nil || names(events) != "risk.assessed" {
		t.Fatalf("%s, %v", names(events), err)
	}
	st.apply(events)
	// A second breach does not push the look at the risk away.
	first := st.clockOf("CASE-RISK-BREACH").DueAt
	st.after(10*time.Hour).do(police, ReportBreach{Order: "m1"})
	if d := st.clockOf("CASE-RISK-BREACH"); !d.DueAt.Equal(first) {
		t.Fatalf("due %v; want %v", d.DueAt, first)
	}
	st.do(muni, AssessRisk{Assessment: "a3", Factors: []string{"order_breached"}, Level: High}).
		then("risk.assessed breach.acknowledged deadline.met breach.acknowledged deadline.met deadline.met deadline.set deadline.set deadline.set")
}

// chain tells of the police's order, replaced by the UMM, replaced by the UM.
func chain(t *testing.T) *story {
	return tell(t).do(police, IssueOrder{Order: "p1", Type: UMPMM, Executor: police}, RequestOrder{"u1", UMM, court}).
		do(court, IssueOrder{Order: "u1", Type: UMM, Executor: police}).
		do(court, IssueOrder{Order: "m1", Type: UM, Executor: police, ValidUntil: opened.AddDate(0, 6, 0)})
}

func TestAnOrderInErrorUncoversOnlyWhatItCovered(t *testing.T) {
	st := chain(t).do(muni, MarkInError{TargetOrder, "u1", "wrong_case"})
	if p, _ := st.s.Order("p1"); p.Status != OrderReplaced || p.ReplacedBy != "m1" {
		t.Fatalf("the police's order: %+v", p)
	}
	st.do(muni, MarkInError{TargetOrder, "m1", "wrong_case"})
	if p, _ := st.s.Order("p1"); p.Status != OrderInForce {
		t.Fatalf("the police's order: %+v", p)
	}
	st.owes(TargetOrder, "p1", "DV-06 "+muni+"; ORDER-EXECUTE "+police+"; DV-05 "+police)

	// In a closed case nothing is owed; reopened, what the correction uncovered is.
	chain(t).do(court, RevokeOrder{"m1"}).do(muni, CloseCase{Reason: "goals_met"}).
		do(muni, MarkInError{TargetOrder, "m1", "wrong_case"}).then("entry.marked_in_error").
		do(muni, ReopenCase{"closed_by_mistake"}).
		owes(TargetOrder, "u1", "ORDER-EXECUTE "+police+"; DV-11 "+court+"; DV-13 "+court)
}
