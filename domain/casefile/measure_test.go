package casefile

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// tellChild begins a story with a child's case that the municipality leads.
func tellChild(t testing.TB) *story {
	st := &story{t: t, d: decider(t), now: opened}
	return st.do(ngo, openCP).after(time.Hour)
}

func TestAPlacementIsBroughtBeforeTheCourt(t *testing.T) {
	st := tellChild(t).do(muni, TakeMeasure{Measure: "m1", Kind: EmergencyPlacement}).
		then("measure.taken deadline.set deadline.set deadline.set").owes(TargetMeasure, "m1", "CP-02 inst-muni; MEASURE-MONITOR inst-muni; CP-05-measure inst-muni")
	if d := st.clockOf(ruleAskCourt); !d.DueAt.Equal(st.now.Add(48 * time.Hour)) {
		t.Errorf("the court must be asked by %s", d.DueAt)
	}
	st.refused(muni, ConfirmMeasure{"m1"}, CodeMeasureStatus, "measure")
	st.after(time.Hour).do(muni, AskCourtForMeasure{"m1", court}).
		then("participant.added measure.court_asked deadline.met deadline.set").owes(TargetMeasure, "m1", "MEASURE-MONITOR inst-muni; CP-05-measure inst-muni; CP-03 inst-court").
		nothing(muni, AskCourtForMeasure{"m1", court}).
		refused(muni, AskCourtForMeasure{"m1", other}, CodeMeasureStatus, "measure")
	st.after(time.Hour).do(court, ConfirmMeasure{"m1"}).then("measure.confirmed deadline.met").nothing(court, ConfirmMeasure{"m1"}).
		refused(court, RefuseMeasure{"m1"}, CodeMeasureStatus, "measure")
	if m := st.s.Measures[0]; m.Status() != MeasureIsConfirmed || !m.Runs() {
		t.Errorf("the measure is %s", m.Status())
	}
}

func TestWhatTheCourtDoesNotConfirmEnds(t *testing.T) {
	st := tellChild(t).do(muni, TakeMeasure{Measure: "m1", Kind: AlternativeCare}).after(time.Hour).do(muni, AskCourtForMeasure{"m1", court}).
		after(time.Hour).do(court, RefuseMeasure{"m1"}).then("measure.not_confirmed deadline.met deadline.voided deadline.voided").owes(TargetMeasure, "m1", "")
	if m := st.s.Measures[0]; m.Status() != MeasureRefused || m.Runs() {
		t.Errorf("the measure is %s", m.Status())
	}
	st.refused(muni, ReviewMeasure{"m1"}, CodeMeasureStatus, "measure").nothing(muni, EndMeasure{"m1"})
}

func TestSupervisionRestsOnTheParents(t *testing.T) {
	st := tellChild(t).do(muni, TakeMeasure{Measure: "m1", Kind: SpecialisedSupervision}).owes(TargetMeasure, "m1", "MEASURE-MONITOR inst-muni; CP-05-measure inst-muni").
		refused(muni, AskCourtForMeasure{"m1", court}, CodeMeasureNoCourt, "measure")
	st.do(muni, RecordParents{"m1", ParentsRefuse}).then("measure.parents_answered deadline.set").owes(TargetMeasure, "m1", "MEASURE-MONITOR inst-muni; CP-05-measure inst-muni; MEASURE-REPLACE inst-muni")
	// They come round, and refuse again: then another measure takes its place, and what was owed for it is done.
	st.after(time.Hour).do(muni, RecordParents{"m1", ParentsAgree}).then("measure.parents_answered deadline.voided")
	st.after(time.Hour).do(muni, RecordParents{"m1", ParentsRefuse}).after(time.Hour).do(muni, TakeMeasure{Measure: "m2", Kind: AlternativeCare}).
		then("measure.taken measure.ended deadline.met deadline.voided deadline.voided deadline.set deadline.set deadline.set").owes(TargetMeasure, "m1", "").
		refused(muni, RecordParents{"m2", ParentsAgree}, CodeMeasureNoParents, "measure")
}

func TestAMeasureIsWatched(t *testing.T) {
	st := tellChild(t).do(muni, TakeMeasure{Measure: "m1", Kind: SpecialisedSupervision}).after(20*24*time.Hour).
		do(ngo, MonitorMeasure{Measure: "m1", Finding: "better", Text: text}).then("measure.monitored deadline.met deadline.set").nothing(ngo, MonitorMeasure{Measure: "m1", Finding: "better"})
	if d := st.clockOf(ruleMeasureMonitor); !d.DueAt.After(st.now.AddDate(0, 0, 29)) {
		t.Errorf("the next report is due %s", d.DueAt)
	}
	st.after(time.Hour).do(muni, MonitorMeasure{Measure: "m1", Finding: "in_danger"}).then("measure.monitored deadline.met deadline.set deadline.voided deadline.set")
	if d := st.clockOf(ruleRiskDanger); d.Owner != muni || d.DueAt.After(st.now.Add(24*time.Hour)) {
		t.Errorf("after danger the risk is owed by %s until %s", d.Owner, d.DueAt)
	}
	st.after(time.Hour).do(muni, ReviewMeasure{"m1"}).then("measure.reviewed deadline.met deadline.set")
	st.refused(muni, MonitorMeasure{Measure: "m1", Finding: "fine"}, CodeUnknownCode, "finding")
}

func TestWhoTakesAProtectionMeasure(t *testing.T) {
	tell(t).refused(muni, TakeMeasure{Measure: "m1", Kind: EmergencyPlacement}, CodeMeasureChild, "kind")
	st := tellChild(t).refused(ngo, TakeMeasure{Measure: "m1", Kind: EmergencyPlacement}, CodeMeasureNotLead, "measure").
		do(ngo, TakeMeasure{Measure: "m0", Kind: "transport"}).then("measure.taken").
		do(muni, TakeMeasure{Measure: "m1", Kind: EmergencyPlacement}).
		refused(muni, TakeMeasure{Measure: "m2", Kind: EmergencyPlacement}, CodeMeasureRuns, "kind").
		refused(ngo, EndMeasure{"m1"}, CodeMeasureNotLead, "measure").
		refused(muni, MonitorMeasure{Measure: "m0", Finding: "better"}, CodeMeasureNotProtective, "measure")
	st.refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseHasMeasures, "").
		do(muni, EndMeasure{"m1"}).then("measure.ended deadline.voided deadline.voided deadline.voided").
		refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseCriteria, GoalsMet).do(muni, CloseCase{Reason: "goals_met", Excused: noCriteria})
}

func TestMeasureMatrix(t *testing.T) {
	var out bytes.Buffer
	fmt.Fprintln(&out, "# What a command does to a child's protection measure, by its kind and status. Written by go test -update; read it as the state machine.")
	for _, kind := range ProtectiveMeasures {
		for _, status := range MeasureStatuses {
			st := tellChild(t).do(muni, TakeMeasure{Measure: "m1", Kind: kind}).after(time.Hour)
			court := Measure{Kind: kind}.NeedsCourt()
			if court == (status == MeasureRunning) || !court && status != MeasureRunning && status != MeasureHasEnded {
				continue // no such thing
			}
			switch status {
			case MeasureAtCourt, MeasureIsConfirmed, MeasureRefused:
				st.do(muni, AskCourtForMeasure{"m1", "inst-court"}).after(time.Hour)
			}
			switch status {
			case MeasureIsConfirmed:
				st.do("inst-court", ConfirmMeasure{"m1"})
			case MeasureRefused:
				st.do("inst-court", RefuseMeasure{"m1"})
			case MeasureHasEnded:
				st.do(muni, EndMeasure{"m1"})
			}
			if m := st.s.Measures[0]; m.Status() != status {
				t.Fatalf("the measure is %s, not %s", m.Status(), status)
			}
			st.after(time.Hour)
			fmt.Fprintf(&out, "\n%s %s\n", kind, status)
			for _, c := range []Command{
				TakeMeasure{Measure: "m2", Kind: kind}, EndMeasure{"m1"}, AskCourtForMeasure{"m1", "inst-court"}, ConfirmMeasure{"m1"}, RefuseMeasure{"m1"},
				RecordParents{"m1", ParentsAgree}, RecordParents{"m1", ParentsRefuse}, MonitorMeasure{Measure: "m1", Finding: "better"},
				MonitorMeasure{Measure: "m1", Finding: "in_danger"}, ReviewMeasure{"m1"}, MarkInError{TargetMeasure, "m1", "wrong_data"},
			} {
				fmt.Fprintf(&out, "  %-28s %s\n", fmt.Sprintf("%T", c)[len("casefile."):], outcome(st, muni, c))
			}
		}
	}
	golden(t, "measures.golden", out.Bytes())
}
