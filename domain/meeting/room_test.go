package meeting

import (
	"slices"
	"testing"
	"time"
)

func hasSigned(s State, institution string) bool {
	_, signed := s.SignedBy(institution)
	return signed
}

func TestTheTeamTurnsToACase(t *testing.T) {
	called := CaseCalled{Case: "case-1", At: at.Now}
	decider.Accepts(t, given(scheduled, agenda), CallCase{"case-1"}, at, called)
	decider.Refuses(t, given(scheduled, agenda), CallCase{"case-2"}, at, CodeNotOnAgenda, "case")
	decider.Refuses(t, given(scheduled, agenda), CallCase{}, at, CodeMissing, "case")
	decider.Refuses(t, given(scheduled, agenda, cancelled), CallCase{"case-1"}, at, CodeCancelled, "")
	later := scheduled
	later.When = at.Now.Add(slack + time.Minute)
	decider.Refuses(t, given(later, agenda), CallCase{"case-1"}, at, CodeTooEarly, "occurred_at")
	if s := decider.Fold(later, agenda); s.Near(at.Now) || !s.Near(at.Now.Add(time.Minute)) {
		t.Error("it is near when it may be held, and not before")
	}

	// What was called or decided on was discussed; what only stood on the agenda was not.
	second, third := AgendaAdded{"case-2", "overdue"}, AgendaAdded{"case-3", "overdue"}
	decision := decision
	decision.Case = "case-3"
	held := held
	held.Cases = []string{"case-1", "case-2", "case-3"}
	decider.Accepts(t, given(scheduled, agenda, second, third, invited, present, called, decision), Hold{Missing: []string{"health"}}, at,
		held, MembersMissing{[]string{"health"}}, CasesDiscussed{ETN, []string{"case-1", "case-3"}})
}

func TestADecisionIsChangedInTheOpen(t *testing.T) {
	next := decision
	next.Decision, next.Owner = "d-2", "inst-ngo"
	change := record(next)
	change.Replaces = "d-1"
	withdrawn := DecisionWithdrawn{"d-1", "changed", "d-2", "inst-police", at.Now}
	decider.Accepts(t, given(scheduled, agenda, decision), change, at, withdrawn, next)
	decider.Refuses(t, given(scheduled, agenda), change, at, CodeDecisionUnknown, "replaces")
	decider.Refuses(t, given(scheduled, agenda, decision, withdrawn), change, at, CodeDecisionGone, "replaces")

	// After signatures the minutes are opened again, which everybody sees, and are signed again.
	closed := given(scheduled, agenda, invited, present, decision, held)
	approved := MinutesApproved{"inst-police", at.Now}
	decider.Accepts(t, append(slices.Clone(closed), signed, approved), change, at, MinutesReopened{"inst-police", 2, at.Now}, withdrawn, next)
	decider.Accepts(t, append(slices.Clone(closed), approved), WithdrawDecision{"d-1", "not_feasible"}, at,
		MinutesReopened{"inst-police", 1, at.Now}, DecisionWithdrawn{"d-1", "not_feasible", "", "inst-police", at.Now})
	again := decider.Fold(append(slices.Clone(closed), signed, approved, reopened)...)
	if again.Status != WasHeld || len(again.Signatures) != 0 || again.Reopened != 1 {
		t.Errorf("reopened minutes are %s, signed by %v", again.Status, again.Signatures)
	}
	decider.Accepts(t, append(slices.Clone(closed), signed, reopened), SignMinutes{}, chair(), signed)
	decider.Refuses(t, given(scheduled, agenda, decision), WithdrawDecision{"d-1", "why_not"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(scheduled, agenda), WithdrawDecision{"d-1", "changed"}, at, CodeDecisionUnknown, "decision")
}

func TestWhoSigns(t *testing.T) {
	closed := given(scheduled, agenda, invited, present, held)
	decider.Accepts(t, closed, SignMinutes{}, at, MinutesApproved{"inst-police", at.Now})
	stranger := at
	stranger.Actor.Institution = "inst-ngo"
	decider.Refuses(t, closed, SignMinutes{}, stranger, CodeNotSigner, "")
	excused := given(scheduled, agenda, InstitutionInvited{"inst-ngo"}, AttendanceRecorded{"inst-ngo", Excused}, invited, present, held)
	decider.Refuses(t, excused, SignMinutes{}, stranger, CodeNotSigner, "")
}

func TestADecisionIsCarriedOnce(t *testing.T) {
	carried := DecisionCarried{"d-1", Assigned, ""}
	decider.Accepts(t, given(scheduled, agenda, decision), CarryDecision(carried), at, carried)
	decider.Refuses(t, given(scheduled, agenda), CarryDecision(carried), at, CodeDecisionUnknown, "decision")
	decider.Refuses(t, given(scheduled, agenda, decision), CarryDecision{"d-1", "somehow", ""}, at, CodeUnknownCode, "step")
	withdrawn := DecisionWithdrawn{"d-1", "changed", "d-2", "inst-police", at.Now}
	for _, x := range []struct {
		name string
		s    State
		want bool
	}{
		{"decided", decider.Fold(scheduled, agenda, decision), true},
		{"assigned", decider.Fold(scheduled, agenda, decision, carried), false},
		{"taken back before it was carried", decider.Fold(scheduled, agenda, decision, withdrawn), true},
		{"taken back after", decider.Fold(scheduled, agenda, decision, carried, withdrawn), true},
		{"dropped", decider.Fold(scheduled, agenda, decision, carried, withdrawn, DecisionCarried{"d-1", Dropped, ""}), false},
	} {
		if got := len(x.s.Pending()) > 0; got != x.want {
			t.Errorf("%s: pending %v", x.name, got)
		}
	}
}

func TestMissingMembers(t *testing.T) {
	kinds := map[string]string{"njmf": "municipality_cp", "police": "police", "court": "court", "school": "education", "hospital": "medical", "ngo": "ngo", "forensic": "forensic"}
	s := State{Kind: GTN, Convener: "njmf", Invited: []Invitation{{"police", Present}, {"court", ""}, {"school", Excused}, {"hospital", Absent}, {"forensic", Present}}}
	got := s.Missing(func(id string) string { return kinds[id] })
	if want := []Gap{{"education", Excused}, {"justice", NotRecorded}, {"civil_society", NotInvited}}; !slices.Equal(got, want) {
		t.Errorf("missing are %v, want %v", got, want)
	}
	if !Mandatory(GTN) || Mandatory(ETN) {
		t.Error("attendance is a duty in the GTN, and in the GTN only")
	}
}
