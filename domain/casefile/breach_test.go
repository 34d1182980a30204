package casefile

import (
	"slices"
	"testing"
	"time"

	"mkr/domain/event"
)

// Every institution that works on the case is told at once, save the one that reported; who is silent shows, and silence
// is made history. Whoever only looks back at a part that has ended owes nothing.
func TestABreachReachesEveryInstitutionOnTheCase(t *testing.T) {
	st := inForce(t, opened.AddDate(0, 6, 0)).
		do(muni, ask("r1", shelter, "shelter")).do(shelter, AcceptReferral{"r1"}).
		do(muni, AddParticipant{ngo, "technical_team"}).
		do(muni, ask("r2", other, "legal_aid")).do(other, AcceptReferral{"r2"}, CompleteReferral{Referral: "r2", Outcome: "helped"}).
		after(time.Hour).
		do(police, ReportBreach{Order: "m1", Detail: text})
	b, ok := st.s.Breach("b1")
	if !ok || b.By != police || b.Order != "m1" {
		t.Fatalf("%+v", b)
	}
	want := []string{court, muni, ngo, shelter}
	slices.Sort(want)
	if got := b.Silent(); !slices.Equal(got, want) {
		t.Fatalf("told %v, want %v", got, want)
	}
	for _, institution := range want {
		if !has(st.s.Deadlines, func(d Deadline) bool {
			return d.Owed() && d.Rule == "BREACH-ACKNOWLEDGE" && d.Owner == institution && d.DueAt.Equal(st.now.Add(24*time.Hour))
		}) {
			t.Errorf("%s owes nothing", institution)
		}
	}
	if ball := st.s.Ball(); ball.Rule != "CASE-RISK-BREACH" {
		t.Errorf("the ball: %+v", ball)
	}
	st.refused(shelter, AcknowledgeBreach{Breach: "b2"}, CodeBreachUnknown, "breach").
		refused(police, AcknowledgeBreach{Breach: "b1"}, CodeBreachNotTold, "institution").
		refused(shelter, AcknowledgeBreach{Breach: "b1", Institution: ngo}, CodeBreachNotYours, "institution").
		after(time.Hour).
		do(shelter, AcknowledgeBreach{Breach: "b1"}).then("breach.acknowledged deadline.met").
		nothing(shelter, AcknowledgeBreach{Breach: "b1"}).
		do(muni, AcknowledgeBreach{Breach: "b1", Institution: ngo}).then("breach.acknowledged deadline.met").
		// Whoever judges the risk because of it knows of it.
		do(muni, AssessRisk{Assessment: "a1", Factors: []string{"order_breached"}, Level: High}).
		then("risk.assessed breach.acknowledged deadline.met deadline.met deadline.set deadline.set deadline.set")
	if b, _ = st.s.Breach("b1"); !slices.Equal(b.Silent(), []string{court}) {
		t.Fatalf("silent: %v", b.Silent())
	}
	told := func(institution string) BreachTold {
		x, _ := find(b.Told, func(x BreachTold) bool { return x.Institution == institution })
		return x
	}
	if told(ngo).By != muni || told(shelter).By != shelter || told(shelter).At.IsZero() {
		t.Fatalf("%+v", b.Told)
	}
	last := func() Deadline {
		d, _ := find(st.s.Deadlines, func(d Deadline) bool { return d.Owed() && d.Kind == TargetBreach })
		return d
	}
	d := last()
	st.now = d.DueAt
	st.do(event.System, LapseDeadline{Deadline: d.ID}).then("deadline.lapsed deadline.escalated")
	if d = last(); d.Owner != court || d.Status != Lapsed {
		t.Fatalf("%+v", d)
	}
	st.do(court, AcknowledgeBreach{Breach: "b1"}).then("breach.acknowledged deadline.met")
}

// An institution that leaves the case need not know any more, and an order entered in error was never broken.
func TestNobodyOwesItsWordForNothing(t *testing.T) {
	st := inForce(t, opened.AddDate(0, 6, 0)).do(muni, AddParticipant{other, "coordinator_decision"}).
		do(police, ReportBreach{Order: "m1"}).
		do(muni, RemoveParticipant{other}).then("participant.removed deadline.voided").
		do(muni, MarkInError{TargetOrder, "m1", "wrong_case"})
	if d, owes := find(st.s.Deadlines, func(d Deadline) bool { return d.Owed() && d.Kind == TargetBreach }); owes {
		t.Fatalf("%+v", d)
	}
}

// The ladder before an order's end: each rung once, one clock at a time, counted in working days off the order's last day.
func TestTheEndOfAnOrderIsWarnedOf(t *testing.T) {
	until := opened.AddDate(0, 6, 0)
	st := inForce(t, until)
	for i, rule := range []string{"ORDER-END-FIRST", "ORDER-END-SECOND", "ORDER-END-LAST"} {
		d := st.clockOf(rule)
		if d.Kind != TargetOrderEnd || d.Target != "m1" {
			t.Fatalf("%+v", d)
		}
		st.refused(event.System, LapseDeadline{Deadline: d.ID}, CodeClockNotDue, "deadline")
		st.now = d.DueAt
		then := "order.expiry_warned deadline.met deadline.set"
		if i == 2 {
			then = "order.expiry_warned deadline.met"
		}
		st.do(event.System, LapseDeadline{Deadline: d.ID}).then(then).nothing(event.System, LapseDeadline{Deadline: d.ID})
		if o, _ := st.s.Order("m1"); len(o.Warned) != i+1 || o.Warned[i] != rule {
			t.Fatalf("warned %v", o.Warned)
		}
		if w := st.last[0].(OrderExpiryWarned); w.WorkingDays != []int{10, 5, 2}[i] {
			t.Fatalf("%+v", w)
		}
		if st.s.Ball().Kind == TargetOrderEnd {
			t.Fatal("a warning has the ball")
		}
	}
	// A later end is warned of anew.
	st.do(court, ExtendOrder{"m1", until.AddDate(0, 3, 0)})
	if d := st.clockOf("ORDER-END-FIRST"); !d.DueAt.After(until) {
		t.Fatalf("%+v", d)
	}
	if o, _ := st.s.Order("m1"); len(o.Warned) != 0 {
		t.Fatalf("warned %v", o.Warned)
	}
	st.do(court, RevokeOrder{"m1"})
	if d, owes := find(st.s.Deadlines, func(d Deadline) bool { return d.Owed() && d.IsWarning() }); owes {
		t.Fatalf("an order that has ended is still warned of: %+v", d)
	}
	// An order so short that the first rungs lie before it is warned of by those that are left.
	short := inForce(t, opened.AddDate(0, 0, 9))
	if d := short.clockOf("ORDER-END-SECOND"); d.DueAt.Before(opened) {
		t.Fatalf("%+v", d)
	}
}
