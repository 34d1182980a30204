package meeting

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/decidertest"
)

var (
	decider   = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at        = decidertest.At()
	scheduled = Scheduled{Meeting: "m-1", Kind: ETN, When: at.Now, Place: "municipality", Convener: "inst-dv"}
	agenda    = AgendaAdded{Case: "case-1", Reason: "high_risk"}
	invited   = InstitutionInvited{Institution: "inst-police"}
	present   = AttendanceRecorded{Institution: "inst-police", Attendance: Present}
	detail    = person.Sealed{Subject: "p-1", Field: person.FieldDecision, Ref: "cmd-1", Box: []byte{1, 2, 3}}
	decision  = DecisionRecorded{Decision: "d-1", Case: "case-1", Action: "home_visit", Owner: "inst-police", Due: at.Now.Add(72 * time.Hour), Detail: detail}
	held      = Held{Kind: ETN, At: at.Now, Cases: []string{"case-1"}, Invited: 1, Present: 1, Quorum: true}
	signed    = MinutesSigned{By: "inst-dv", At: at.Now}
	cancelled = Cancelled{Reason: "no_cases"}
	reopened  = MinutesReopened{By: "inst-police", Signed: 1, At: at.Now}
)

// record is the command that makes a decision.
func record(d DecisionRecorded) RecordDecision {
	return RecordDecision{Decision: d.Decision, Case: d.Case, Action: d.Action, Owner: d.Owner, Due: d.Due, Detail: d.Detail}
}

// chair is the moment at which the convener acts.
func chair() event.Moment {
	m := at
	m.Actor.Institution = scheduled.Convener
	return m
}

func given(e ...event.Data) []event.Data { return e }

func TestSchedule(t *testing.T) {
	decider.Accepts(t, nil, Schedule(scheduled), at, scheduled)
	refuse := func(field, code string, change func(*Schedule)) {
		t.Helper()
		c := Schedule(scheduled)
		change(&c)
		decider.Refuses(t, nil, c, at, code, field)
	}
	refuse("meeting", CodeMissing, func(c *Schedule) { c.Meeting = "" })
	refuse("kind", CodeUnknownCode, func(c *Schedule) { c.Kind = "kd" })
	refuse("when", CodeMissing, func(c *Schedule) { c.When = time.Time{} })
	refuse("place", CodeUnknownCode, func(c *Schedule) { c.Place = "Rruga e Parë 1" })
	refuse("convener", CodeMissing, func(c *Schedule) { c.Convener = "" })
	other := Schedule(scheduled)
	other.Kind = GTN
	decider.Refuses(t, given(scheduled), other, at, CodeAlreadyScheduled, "")
}

func TestAgendaAndInvitations(t *testing.T) {
	decider.Accepts(t, given(scheduled), AddToAgenda(agenda), at, agenda)
	decider.Refuses(t, given(scheduled), AddToAgenda{Case: "case-1", Reason: "curious"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(scheduled), AddToAgenda{Reason: "high_risk"}, at, CodeMissing, "case")
	decider.Accepts(t, given(scheduled, agenda), RemoveFromAgenda{"case-1"}, at, AgendaRemoved{"case-1"})
	decider.Refuses(t, given(scheduled, agenda, decision), RemoveFromAgenda{"case-1"}, at, CodeDecided, "case")
	decider.Accepts(t, given(scheduled), Invite(invited), at, invited)
	decider.Refuses(t, given(scheduled), Invite{}, at, CodeMissing, "institution")
	decider.Accepts(t, given(scheduled, invited), RecordAttendance(present), at, present)
	decider.Accepts(t, given(scheduled, invited, present), RecordAttendance{"inst-police", Excused}, at, AttendanceRecorded{"inst-police", Excused})
	decider.Refuses(t, given(scheduled), RecordAttendance(present), at, CodeNotInvited, "institution")
	decider.Refuses(t, given(scheduled, invited), RecordAttendance{"inst-police", ""}, at, CodeUnknownCode, "attendance")
}

func TestDecisions(t *testing.T) {
	decider.Accepts(t, given(scheduled, agenda), record(decision), at, decision)
	decider.Accepts(t, given(scheduled, agenda, invited, present, held), record(decision), at, decision)
	refuse := func(field, code string, change func(*RecordDecision)) {
		t.Helper()
		c := record(decision)
		change(&c)
		decider.Refuses(t, given(scheduled, agenda), c, at, code, field)
	}
	refuse("decision", CodeMissing, func(c *RecordDecision) { c.Decision = "" })
	refuse("case", CodeNotOnAgenda, func(c *RecordDecision) { c.Case = "case-2" })
	refuse("action", CodeUnknownCode, func(c *RecordDecision) { c.Action = "arrest" })
	refuse("owner", CodeMissing, func(c *RecordDecision) { c.Owner = "" })
	refuse("due", CodeMissing, func(c *RecordDecision) { c.Due = time.Time{} })
	refuse("due", CodeDue, func(c *RecordDecision) { c.Due = at.OccurredAt })
	other := record(decision)
	other.Owner = "inst-ngo"
	decider.Refuses(t, given(scheduled, agenda, decision), other, at, CodeDecisionExists, "decision")
}

func TestHold(t *testing.T) {
	decider.Accepts(t, given(scheduled, agenda, invited, present), Hold{}, at, held)
	decider.Refuses(t, given(scheduled, agenda, invited), Hold{}, at, CodeNobodyPresent, "")

	later := scheduled
	later.When = at.Now.Add(slack)
	decider.Accepts(t, given(later, agenda, invited, present), Hold{}, at, held)
	later.When = later.When.Add(time.Second)
	decider.Refuses(t, given(later, agenda, invited, present), Hold{}, at, CodeTooEarly, "occurred_at")

	// Two of four are not more than half.
	second, third, fourth := InstitutionInvited{"b"}, InstitutionInvited{"c"}, InstitutionInvited{"d"}
	half := given(scheduled, invited, second, third, fourth, present, AttendanceRecorded{"b", Present}, AttendanceRecorded{"c", Excused})
	decider.Accepts(t, half, Hold{}, at, Held{Kind: ETN, At: at.Now, Invited: 4, Present: 2})
	decider.Accepts(t, append(half, AttendanceRecorded{"c", Present}), Hold{}, at, Held{Kind: ETN, At: at.Now, Invited: 4, Present: 3, Quorum: true})
}

func TestEnds(t *testing.T) {
	closed := given(scheduled, agenda, invited, present, held)
	decider.Accepts(t, closed, SignMinutes{}, chair(), signed)
	decider.Refuses(t, given(scheduled), SignMinutes{}, at, CodeNotHeld, "")
	decider.Accepts(t, given(scheduled), Cancel(cancelled), at, cancelled)
	decider.Refuses(t, given(scheduled), Cancel{"rain"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, closed, Cancel(cancelled), at, CodeAlreadyHeld, "")
	to := Postponed{To: at.Now.Add(24 * time.Hour), Reason: "no_quorum"}
	decider.Accepts(t, given(scheduled), Postpone(to), at, to)
	decider.Refuses(t, given(scheduled), Postpone{Reason: "no_quorum"}, at, CodeMissing, "to")
	decider.Refuses(t, given(scheduled), Postpone{To: to.To, Reason: "rain"}, at, CodeUnknownCode, "reason")
	decider.Refuses(t, given(scheduled, cancelled), Postpone(to), at, CodeCancelled, "")
}

func allCommands() []Command {
	return []Command{
		Schedule(scheduled), AddToAgenda{Case: "case-2", Reason: "new_case"}, RemoveFromAgenda{"case-1"}, Invite{"inst-ngo"},
		RecordAttendance{"inst-police", Excused}, RecordAttendance(present), record(decision), Hold{}, SignMinutes{}, CallCase{"case-1"}, WithdrawDecision{"d-1", "not_feasible"}, CarryDecision{"d-1", Assigned, ""}, CarryDecision{"d-1", Dropped, ""}, Cancel(cancelled),
		Postpone{To: at.Now.Add(time.Hour), Reason: "other"},
	}
}

func TestMatrix(t *testing.T) {
	closed := given(scheduled, agenda, invited, present, held)
	decider.Matrix(t, []decidertest.Row{
		{Name: "not scheduled"},
		{Name: "planned", Given: given(scheduled)},
		{Name: "planned, agenda and invitations", Given: given(scheduled, agenda, invited)},
		{Name: "planned, attendance and decision", Given: given(scheduled, agenda, invited, present, decision)},
		{Name: "held", Given: closed},
		{Name: "held, a decision carried", Given: append(slices.Clone(closed), decision, DecisionCarried{"d-1", Assigned, ""})},
		{Name: "minutes signed", Given: append(slices.Clone(closed), decision, signed)},
		{Name: "reopened", Given: append(slices.Clone(closed), decision, signed, reopened)},
		{Name: "cancelled", Given: given(scheduled, agenda, invited, cancelled)},
	}, allCommands(), at)
}

// Whatever happens in whatever order: nobody decides about a case that is not on the agenda, and what is held stays held.
func TestRandomHistories(t *testing.T) {
	commands := allCommands()
	rapid.Check(t, func(t *rapid.T) {
		var s State
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(commands)-1), 0, 30).Draw(t, "commands") {
			before := s
			events, err := Decide(s, commands[i], at)
			if err != nil && len(events) > 0 {
				t.Fatalf("%T both happened and was refused", commands[i])
			}
			for _, e := range events {
				s = Evolve(s, e)
			}
			if again, err := Decide(s, commands[i], at); err == nil && len(events) > 0 && len(again) > 0 {
				t.Fatalf("%T happened twice", commands[i])
			}
			if (before.Status == WasHeld || before.Status == Signed) && (s.Quorum != before.Quorum || s.Present() != before.Present() || s.Status == Planned) {
				t.Fatalf("%T changed who was there", commands[i])
			}
			if (s.Status == Signed) != hasSigned(s, s.Convener) || s.Reopened < before.Reopened {
				t.Fatalf("%T left minutes that are %s, signed by %v", commands[i], s.Status, s.Signatures)
			}
			for n, d := range s.Decisions {
				if n < len(before.Decisions) && before.Decisions[n].Step == Dropped && d.Step != Dropped {
					t.Fatalf("%T brought back a decision that was dropped", commands[i])
				}
				if !s.OnAgenda(d.Case) {
					t.Fatalf("%T left a decision about a case that is not on the agenda", commands[i])
				}
			}
		}
	})
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), scheduled, agenda, AgendaRemoved{"case-1"}, invited, present, decision, held, MinutesSigned{By: "inst-police", At: at.Now}, cancelled,
		Postponed{To: at.Now, Reason: "no_quorum"}, CaseCalled{"case-1", at.Now}, DecisionWithdrawn{"d-1", "changed", "d-2", "inst-dv", at.Now},
		DecisionCarried{"d-1", Assigned, "case.closed"}, MembersMissing{[]string{"education"}}, CasesDiscussed{ETN, []string{"case-1"}},
		MinutesApproved{"inst-police", at.Now}, reopened)
}
