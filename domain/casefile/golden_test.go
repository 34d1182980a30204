package casefile

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; if that is meant, run go test -update and read the diff\n%s", path, diffLines(want, got))
	}
}

func diffLines(want, got []byte) string {
	var out bytes.Buffer
	w, g := bytes.Split(want, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range max(len(w), len(g)) {
		var a, b []byte
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if !bytes.Equal(a, b) {
			fmt.Fprintf(&out, "line %d\n- %s\n+ %s\n", i+1, a, b)
		}
	}
	return out.String()
}

// outcome says in one line what a command leads to.
func outcome(st *story, who string, c Command) string {
	events, err := st.d.Decide(st.s, c, st.moment(who))
	var no *event.Refusal
	switch {
	case errors.As(err, &no):
		return "no: " + no.Code
	case err != nil:
		return "FAULT: " + err.Error()
	case len(events) == 0:
		return "nothing"
	}
	return names(events)
}

// deeds are one command of every kind about a referral.
func deeds(id string, appointment time.Time) []struct {
	deed deed
	c    Command
} {
	return []struct {
		deed deed
		c    Command
	}{
		{send, SendReferral{id}}, {acknowledge, AcknowledgeReferral{id}}, {accept, AcceptReferral{id}},
		{decline, DeclineReferral{Referral: id, Reason: "no_capacity"}}, {refuse, SurvivorDeclines{id}},
		{hold, HoldReferral{Referral: id, Kind: "waitlisted"}}, {schedule, ScheduleReferral{id, appointment}},
		{noShow, ReportNoShow{id}}, {start, StartReferral{id}}, {report, ReportService{id, "shelter", 2}},
		{complete, CompleteReferral{Referral: id, Outcome: "helped"}}, {fail, FailReferral{Referral: id, Reason: "moved_away"}},
		{cancel, CancelReferral{id, "no_longer_needed"}}, {settle, SettleReferral{id, "accepted"}}, {sendBack, SendBackReferral{id, text}}, {confirmNo, ConfirmDecline{id}},
		{goesOn, RefuseCancellation{Referral: id}}, {"reroute", RerouteReferral{Referral: "r9", Previous: id, To: court, Reason: text}},
		{"see", SeeReferral{id}}, {"address", AddressReferral{id, "acc1"}}, {"message", WriteMessage{"w1", id, text}},
	}
}

// referralIn tells the story of a referral of the NGO to the shelter up to a status.
func referralIn(t *testing.T, status Status) *story {
	st := tell(t)
	c := ask("r1", shelter, "shelter")
	c.Draft = status == Drafted
	st.do(ngo, c).after(time.Hour)
	yes := func() *story { return st.do(shelter, AcceptReferral{"r1"}) }
	switch status {
	case Drafted, Sent:
	case Acknowledged:
		st.do(shelter, AcknowledgeReferral{"r1"})
	case Accepted:
		yes()
	case Scheduled:
		yes().do(shelter, ScheduleReferral{"r1", st.now.Add(time.Hour)})
	case NoShow:
		yes().do(shelter, ScheduleReferral{"r1", st.now.Add(time.Hour)}).after(2*time.Hour).do(shelter, ReportNoShow{"r1"})
	case InProgress:
		yes().do(shelter, StartReferral{"r1"})
	case OnHold:
		yes().do(shelter, HoldReferral{Referral: "r1", Kind: "on_hold"})
	case CancellationRequested:
		yes().do(ngo, CancelReferral{"r1", "no_longer_needed"})
	case Declined:
		st.do(shelter, DeclineReferral{Referral: "r1", Reason: "not_eligible"})
	case DeclinedBySurvivor:
		st.do(ngo, SurvivorDeclines{"r1"})
	case Completed:
		yes().do(shelter, CompleteReferral{Referral: "r1", Outcome: "not_helped", Why: "means_lacking"})
	case Failed:
		yes().do(shelter, FailReferral{Referral: "r1", Reason: "other"})
	case Cancelled:
		st.do(ngo, CancelReferral{"r1", "no_longer_needed"})
	case InError:
		st.do(ngo, MarkInError{TargetReferral, "r1", "wrong_case"})
	}
	if r, _ := st.s.Referral("r1"); r.Status != status {
		t.Fatalf("the referral is %s, not %s", r.Status, status)
	}
	return st.after(time.Hour)
}

func TestReferralMatrix(t *testing.T) {
	parties := []struct{ name, inst string }{{"sender", ngo}, {"receiver", shelter}, {"lead", muni}, {"other", other}}
	var out bytes.Buffer
	fmt.Fprintln(&out, "# What a command does to a referral, by its status and by who gives it. Written by go test -update; read it as the state machine.")
	for _, status := range ReferralStatuses {
		st := referralIn(t, status)
		fmt.Fprintf(&out, "\n%s   (ball: %s)\n", status, show(st.s.ReferralBall("r1")))
		for _, d := range append(deeds("r1", st.now.Add(48*time.Hour)), struct {
			deed deed
			c    Command
		}{"mark_in_error", MarkInError{TargetReferral, "r1", "wrong_data"}}) {
			byOutcome := map[string][]string{}
			var order []string
			for _, p := range parties {
				o := outcome(st, p.inst, d.c)
				if byOutcome[o] == nil {
					order = append(order, o)
				}
				byOutcome[o] = append(byOutcome[o], p.name)
			}
			for _, o := range order {
				fmt.Fprintf(&out, "  %-18s %-30s %s\n", d.deed, join(byOutcome[o], len(parties)), o)
			}
		}
	}
	golden(t, "referrals.golden", out.Bytes())
}

func join(list []string, all int) string {
	if len(list) == all {
		return "anybody"
	}
	return fmt.Sprint(list)
}

// orderIn tells the story of an order up to a status.
func orderIn(t *testing.T, kind string, status Status) *story {
	st := tell(t)
	year := func() time.Time { return st.now.AddDate(0, 6, 0) }
	switch {
	case status == NotOpened:
		return st
	case kind == UMPMM:
		st.do(police, IssueOrder{Order: "o1", Type: UMPMM, Executor: police})
	default:
		st.do(police, RequestOrder{"o1", kind, court}).after(time.Hour)
		if status == OrderInForce || status == OrderIsRevoked || status == OrderReplaced || status == OrderHasExpired {
			st.do(court, IssueOrder{Order: "o1", Type: kind, Executor: police, ValidUntil: year()})
		}
	}
	st.after(time.Hour)
	switch status {
	case OrderIsRefused:
		st.do(court, RefuseOrder{"o1"})
	case OrderIsRevoked:
		st.do(court, RevokeOrder{"o1"})
	case OrderReplaced:
		st.do(police, RequestOrder{"o2", UM, court}).do(court, IssueOrder{Order: "o2", Type: UM, Executor: police, ValidUntil: year()})
	case OrderHasExpired:
		end := st.clockOf(ruleOrderValidity)
		st.now = end.DueAt
		st.do(event.System, LapseDeadline{Deadline: end.ID})
	}
	if o, _ := st.s.Order("o1"); o.Status != status {
		t.Fatalf("the order is %s, not %s", o.Status, status)
	}
	return st.after(time.Hour)
}

func TestOrderMatrix(t *testing.T) {
	var out bytes.Buffer
	fmt.Fprintln(&out, "# What a command does to a protection order, by its type and status. Written by go test -update; read it as the state machine.")
	for _, kind := range OrderTypes {
		for _, status := range []Status{NotOpened, OrderAsked, OrderInForce, OrderIsRefused, OrderIsRevoked, OrderReplaced, OrderHasExpired} {
			switch {
			case kind == UMPMM && (status == OrderAsked || status == OrderIsRefused || status == OrderHasExpired),
				kind == UMM && status == OrderHasExpired, kind == UM && status == OrderReplaced:
				continue // no such thing
			}
			st := orderIn(t, kind, status)
			name := status
			if name == NotOpened {
				name = "none yet"
			}
			fmt.Fprintf(&out, "\n%s %s\n", kind, name)
			for _, c := range []Command{
				RequestOrder{"o1", kind, court}, IssueOrder{Order: "o1", Type: kind, Executor: shelter, ValidUntil: st.now.AddDate(0, 3, 0)},
				RefuseOrder{"o1"}, UpholdOrder{"o1"}, RevokeOrder{"o1"}, ExecuteOrder{"o1"}, ReportBreach{Order: "o1"}, RequestExtension{"o1"},
				ExtendOrder{"o1", st.now.AddDate(0, 9, 0)}, RefuseExtension{"o1"}, ServeOrder{"o1"}, AppealOrder{"o1", "accused", court}, DecideAppeal{"o1", AppealAnnulled}, MarkInError{TargetOrder, "o1", "wrong_data"},
			} {
				fmt.Fprintf(&out, "  %-28s %s\n", fmt.Sprintf("%T", c)[len("casefile."):], outcome(st, muni, c))
			}
		}
	}
	golden(t, "orders.golden", out.Bytes())
}

// everyCommand is one sensible command of every kind, about things that the case does not have yet.
func everyCommand(now time.Time) []Command {
	out := []Command{
		openDV, AddPerson{PersonLink{Person: cela, Role: Child, Minor: true}}, ChangePerson{Change: "x", Person: ana, Fields: []string{"birth_date"}, Minor: true}, AddParticipant{court, "court_proceedings"}, RemoveParticipant{police},
		RecordIncident{Incident: "x", Types: []string{"physical"}, On: now.AddDate(-1, 0, 0)},
		RecordConsent{Consent: "x", Person: ana, Decision: "given", How: "written"}, WithdrawConsent{"x"},
		AssessRisk{Assessment: "x", Factors: []string{"weapons"}, Level: High}, ask("x", shelter, "shelter"),
	}
	for _, d := range deeds("x", now.Add(time.Hour)) {
		out = append(out, d.c)
	}
	return append(out,
		TakeMeasure{Measure: "x", Kind: "transport"}, EndMeasure{"x"}, AskCourtForMeasure{"x", court}, ConfirmMeasure{"x"}, RefuseMeasure{"x"}, AskReturn{"x", "m1", police, now.AddDate(0, 0, 5)}, FileReturn{Return: "x", Finding: "nothing_known"}, DropReturn{"x"}, RecordParents{"x", ParentsAgree},
		MonitorMeasure{Measure: "x", Finding: "better"}, ReviewMeasure{"x"}, RequestOrder{"x", UMM, court}, IssueOrder{Order: "x", Type: UMPMM, Executor: police},
		RefuseOrder{"x"}, UpholdOrder{"x"}, RevokeOrder{"x"}, ExecuteOrder{"x"}, ReportBreach{Order: "x"}, ServeOrder{"x"}, RequestExtension{"x"}, RefuseExtension{"x"}, ExtendOrder{"x", now.AddDate(0, 1, 0)},
		ScheduleHearing{Hearing: "x", Court: court, When: now.Add(time.Hour)}, RecordHearing{"x", "other"}, CancelHearing{"x"},
		PlanVisit{"x", now.Add(time.Hour)}, RecordVisit{Visit: "x", Outcome: "met"}, CancelVisit{"x"}, WriteNote{Note: "x", Section: "general", Text: text}, AttachFile{File: "x", Kind: "letter", Class: "narrative", Media: "image/png", Size: 1, Hash: strings.Repeat("a", 64), Key: text},
		DraftPlan{"x"}, ApprovePlan{}, AssignAction{Action: "x", What: "counselling", Institution: ngo, Due: now.Add(time.Hour)}, CompleteAction{"x"}, CancelAction{"x"},
		ScreenChild{Screening: "x", Level: Low}, ConferCase{"m1"}, ProposeTransfer{Transfer: "x", Municipality: "tirane", Structure: TransferStructures[0], Reason: TransferReasons[0]},
		HandOverTransfer{"x", Means[0], LegalBases[0], TransferParts}, AcceptTransfer{"x"}, DeclineTransfer{"x", "other"}, WithdrawTransfer{"x"}, ConfirmTransfer{"x"}, AppealOrder{"x", "accused", court}, DecideAppeal{"x", AppealOutcomes[0]},
		CloseCase{Reason: "goals_met"}, ReopenCase{"new_incident"}, MarkInError{TargetNote, "x", "wrong_case"}, LapseDeadline{Deadline: "d1"})
}

func TestCaseMatrix(t *testing.T) {
	none := &story{t: t, d: decider(t), now: opened}
	open := tell(t).after(time.Hour)
	closed := tell(t).do(muni, CloseCase{Reason: "goals_met"}).after(time.Hour)
	reopened := tell(t).do(muni, CloseCase{Reason: "goals_met"}).do(muni, ReopenCase{"new_incident"}).after(time.Hour)
	var out bytes.Buffer
	fmt.Fprintln(&out, "# What every command does to a case, by its status. Written by go test -update.")
	for _, c := range everyCommand(open.now) {
		fmt.Fprintf(&out, "\n%s\n", fmt.Sprintf("%T", c)[len("casefile."):])
		for _, v := range []struct {
			name string
			st   *story
		}{{"not opened", none}, {"open", open}, {"closed", closed}, {"reopened", reopened}} {
			fmt.Fprintf(&out, "  %-11s %s\n", v.name, outcome(v.st, muni, c))
		}
	}
	golden(t, "cases.golden", out.Bytes())
}

// TestTheTablesAreWhole: every status of a referral is in the tables that say what may follow and who owes what.
func TestTheTablesAreWhole(t *testing.T) {
	final := []Status{DeclinedBySurvivor, Completed, Cancelled, InError}
	for _, s := range ReferralStatuses {
		_, moves := referralTable[s]
		_, owes := referralDuties[s]
		if open := !slices.Contains(final, s); moves != open || owes != open {
			t.Errorf("%s: moves %v, owes %v; want both %v", s, moves, owes, open)
		}
		if r := (Referral{Status: s}); r.IsOpen() != owes {
			t.Errorf("%s: open %v, owes %v", s, r.IsOpen(), owes)
		}
	}
	d := decider(t)
	for _, duty := range referralDuties {
		rules := []string{duty.rule}
		if duty.byUrgency {
			rules = []string{duty.rule + Immediate, duty.rule + Urgent, duty.rule + Routine}
		}
		for _, rule := range rules {
			if _, err := d.Rules.For("AL-CP-18-2017").Clock(rule, opened, d.Calendar); err != nil {
				t.Error(err)
			}
		}
	}
}
