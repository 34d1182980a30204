package pages

import (
	"maps"
	"slices"
	"testing"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/handlers"
	"mkr/projections/inbox"
)

// unanswered are the tasks of the rule packs that nothing on the page of a case does, and why.
var unanswered = map[string]string{
	"appeal":          "a party appeals at the court, which is no action of an institution here",
	"ask_evaluation":  "the survivor asks the court, herself",
	"convene_meeting": "a meeting has a page of its own",
	"hold_meeting":    "it is recorded on the meeting's page",
	"sign_minutes":    "they are signed on the meeting's page",
	"order_end_nears": "it warns of an end that no deed puts off; what can be done about it has clocks of its own",
}

// Whatever a rule may ask for has its answer, or a reason why it has none; and nothing is answered that nobody asks for.
// A clock without a button, or a button that leads nowhere, would otherwise be seen by nobody but the person in need of it.
func TestWhateverARuleAsksForIsAnsweredOrSaysWhyNot(t *testing.T) {
	v := testView(t)
	asked := map[string]bool{"record_answer": true, "report_referral": true, "note_ground": true} // the inbox's, where no clock says it
	packs, err := deadline.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs.All() {
		for _, r := range p.Rules {
			asked[r.Action] = true
		}
	}
	asked["carry_out_action"] = true // of a plan's day, which no pack knows
	for owed := range asked {
		_, answered := answers[owed]
		if why := unanswered[owed]; answered == (why != "") {
			t.Errorf("%s is answered: %t, and is said to have no answer because %q", owed, answered, why)
		}
	}
	for _, owed := range slices.AppendSeq(slices.Collect(maps.Keys(unanswered)), maps.Keys(answers)) {
		if !asked[owed] || v.Code("owed", owed) == owed {
			t.Errorf("nobody ever owes %s", owed)
		}
	}
	for owed, by := range answers {
		for _, a := range by {
			if _, found := handlers.ActionNamed(a.action); !found {
				t.Errorf("%s is answered by %s, which is no action", owed, a.action)
			}
		}
	}
}

// The court finds the button that sends the copies in its list of tasks.
func TestACourtMaySayAtOnceThatItSentTheCopies(t *testing.T) {
	v := testView(t)
	v.Caller = handlers.Caller{Account: "a", Institution: "court", Role: access.Court}
	got := v.taskActions(inbox.Task{Case: "c", CaseKind: string(casefile.DomesticViolence), Action: "send_copies", Kind: casefile.TargetOrder, Target: "o1"})
	if len(got) != 1 || got[0].Value != "/cases/c/do/order.serve?target=o1" {
		t.Errorf("the court is offered %v", got)
	}
}

// Whoever owes a meeting finds where it is called beside the task; who convenes none is not sent there.
func TestWhoOwesAMeetingFindsWhereItIsCalled(t *testing.T) {
	v := testView(t)
	owed := inbox.Task{Case: "c", CaseKind: string(casefile.DomesticViolence), Action: "convene_meeting", Kind: casefile.TargetCase}
	for role, want := range map[string]int{access.Coordinator: 1, access.NGO: 0} {
		v.Caller = handlers.Caller{Account: "a", Institution: "i", Role: role}
		got := v.taskActions(owed)
		if len(got) != want || want == 1 && got[0].Value != "/meetings/new" {
			t.Errorf("%s is offered %v", role, got)
		}
	}
}
