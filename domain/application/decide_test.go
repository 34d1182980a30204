package application

import (
	"testing"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider   = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at        = decidertest.At()
	submitted = Submitted{Application: "app-1", Kind: FosterAid, Subject: "p-1", At: at.OccurredAt}
	yes       = Decided{Outcome: Granted, At: at.OccurredAt}
	no        = Decided{Outcome: Refused, Reason: "not_eligible", At: at.OccurredAt}
	paid      = AidPaid{Kind: FosterAid, Subject: "p-1", Period: "2026-04", Lek: 9000, At: at.OccurredAt}
	takenBack = PaymentTakenBack{"2026-04", "wrong_facts"}
	ended     = Ended{Reason: "of_age", At: at.OccurredAt}
	inError   = EnteredInError{"duplicate"}
)

func given(e ...event.Data) []event.Data { return e }

func TestSubmit(t *testing.T) {
	decider.Accepts(t, nil, Submit{"app-1", FosterAid, "p-1"}, at, submitted)
	decider.Refuses(t, nil, Submit{"", FosterAid, "p-1"}, at, CodeMissing, "application")
	decider.Refuses(t, nil, Submit{"app-1", "loan", "p-1"}, at, CodeUnknownCode, "kind")
	decider.Refuses(t, nil, Submit{"app-1", FosterAid, ""}, at, CodeMissing, "subject")
	decider.Refuses(t, given(submitted), Submit{"app-1", FosterAid, "p-2"}, at, CodeExists, "")
}

func TestDecision(t *testing.T) {
	decider.Accepts(t, given(submitted), DecideOn{Outcome: Granted}, at, yes)
	decider.Accepts(t, given(submitted), DecideOn{Refused, "not_eligible"}, at, no)
	decider.Refuses(t, given(submitted), DecideOn{Outcome: "maybe"}, at, CodeUnknownCode, "outcome")
	decider.Refuses(t, given(submitted), DecideOn{Outcome: Refused}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(submitted), DecideOn{Granted, "other"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(submitted, yes), DecideOn{Refused, "not_eligible"}, at, CodeDecided, "")
}

func TestAid(t *testing.T) {
	pay := PayAid{Period: "2026-04", Lek: 9000}
	decider.Accepts(t, given(submitted, yes), pay, at, paid)
	decider.Refuses(t, given(submitted), pay, at, CodeNotGranted, "")
	decider.Refuses(t, given(submitted, no), pay, at, CodeNotGranted, "")
	decider.Refuses(t, given(submitted, yes, ended), pay, at, CodeEnded, "")
	for period, code := range map[string]string{"": CodePeriod, "2026-13": CodePeriod, "April": CodePeriod, "2026-06": CodeFuture} {
		decider.Refuses(t, given(submitted, yes), PayAid{period, 9000}, at, code, "period")
	}
	for _, lek := range []int{0, -9000, maxLek + 1} {
		decider.Refuses(t, given(submitted, yes), PayAid{"2026-04", lek}, at, CodeAmount, "lek")
	}
	decider.Refuses(t, given(submitted, yes, paid), PayAid{"2026-04", 9500}, at, CodePaid, "period")
	decider.Accepts(t, given(submitted, yes, paid), TakeBackPayment(takenBack), at, takenBack)
	decider.Accepts(t, given(submitted, yes, paid, ended), TakeBackPayment(takenBack), at, takenBack)
	decider.Refuses(t, given(submitted, yes, paid), TakeBackPayment{"2026-04", "regret"}, at, CodeUnknownCode, "reason")
	corrected := paid
	corrected.Lek = 9500
	decider.Accepts(t, given(submitted, yes, paid, takenBack), PayAid{"2026-04", 9500}, at, corrected)

	needs := submitted
	needs.Kind = NeedsAssessment
	decider.Refuses(t, given(needs, yes), pay, at, CodeNoAid, "")
}

func TestEnds(t *testing.T) {
	decider.Accepts(t, given(submitted, yes), End{"of_age"}, at, ended)
	decider.Refuses(t, given(submitted, yes), End{"bored"}, at, CodeUnknownCode, "reason")
	decider.Accepts(t, given(submitted), MarkInError(inError), at, inError)
	decider.Refuses(t, given(submitted), MarkInError{"shy"}, at, CodeUnknownCode, "reason")
}

var commands = []Command{
	Submit{"app-1", FosterAid, "p-1"}, DecideOn{Outcome: Granted}, DecideOn{Refused, "not_eligible"}, PayAid{"2026-04", 9000}, PayAid{"2026-03", 9000},
	TakeBackPayment(takenBack), End{"of_age"}, MarkInError(inError),
}

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "not submitted"},
		{Name: "submitted", Given: given(submitted)},
		{Name: "granted", Given: given(submitted, yes)},
		{Name: "granted and paid", Given: given(submitted, yes, paid)},
		{Name: "refused", Given: given(submitted, no)},
		{Name: "ended", Given: given(submitted, yes, paid, ended)},
		{Name: "entered in error", Given: given(submitted, inError)},
	}, commands, at)
}

// Whatever the order of commands: aid is paid only while granted, and the sum paid is that of the payments not taken back.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		paidOut := map[string]int{}
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(commands)-1), 0, 30).Draw(t, "commands") {
			before := s
			events, _ := Decide(s, commands[i], at)
			for _, e := range events {
				switch e := e.(type) {
				case AidPaid:
					if before.Status != WasGranted || paidOut[e.Period] != 0 {
						t.Fatalf("aid was paid while %q, %v", before.Status, paidOut)
					}
					paidOut[e.Period] += e.Lek
				case PaymentTakenBack:
					delete(paidOut, e.Period)
				}
				s = Evolve(s, e)
			}
		}
		if len(paidOut) != len(s.Paid) {
			t.Fatalf("paid %v, the state says %v", paidOut, s.Paid)
		}
	})
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), submitted, no, paid, takenBack, ended, inError)
}
