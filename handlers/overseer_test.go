package handlers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/handlers"
)

// An institution that oversees others has no inbox: nothing is asked of it, by any form, and the error names the field.
func TestNothingIsAskedOfWhoOverseesOthers(t *testing.T) {
	b := newBed(t)
	id, coordinator := b.open(), as("coordinator", b.dv)
	agency := handlers.NewKey().String()
	_, err := b.InstitutionCommand(t.Context(), handlers.Shell(), agency, directory.Register{Institution: agency, Kind: directory.Oversight, Sector: directory.Public, Details: directory.Details{Name: directory.Text{SQ: "Agjencia", EN: "Agency"}, OnPlatform: true}}, key())
	ok(t, err)
	m, step := b.gather(id, b.police)
	before := b.size()
	due := b.Now().Add(48 * time.Hour)
	to := b.referral()
	to.To = agency
	_, assign := b.do(coordinator, id, "plan.assign", "", &handlers.AssignAction{What: "other", Institution: agency, Due: due})
	_, refer := b.do(coordinator, id, "referral.create", "", to)
	_, part := b.do(coordinator, id, "participant.add", "", &handlers.AddParticipant{Institution: agency, Reason: "coordinator_decision"})
	for field, err := range map[string]error{
		"institution": assign, "to": refer, "institution ": part,
		"owner": step(coordinator, "meeting.record_decision", &handlers.RecordDecision{Case: id, Action: "other", Owner: agency, Due: due}),
	} {
		var no *event.Refusal
		if !errors.As(err, &no) || no.Code != casefile.CodeNoInbox || no.Field != "institution" && no.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if b.count("plan.action_assigned")+b.count("referral.sent")+b.count("meeting.decision_recorded") > 0 || b.size() < before {
		t.Errorf("something was asked of it at the meeting %s or in the case", m)
	}
}

// In a sealed case nobody is kept out who is the last of an institution that owes something; where a holder leaves all the
// same, because of a conflict of her own or because her account is closed, whoever guards the case is told who sees nothing.
func TestADutyInASealedCaseIsSeenBySomebody(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, first, second := b.person("coordinator", b.dv), b.person("ngo", b.ngo), b.person("ngo", b.ngo)
	_, err := b.do(lead, id, "referral.create", "", b.referral())
	ok(t, err)
	_, err = b.do(lead, id, "case.seal", "", &handlers.SealCase{Reason: "life_in_danger", Accounts: []string{first.Account, second.Account}})
	ok(t, err)
	unseen := func() []string {
		t.Helper()
		v, err := b.Case(t.Context(), lead, id, handlers.At{})
		ok(t, err)
		return v.Unseen
	}
	_, err = b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: first.Account, Reason: "relative_of_accused"})
	ok(t, err)
	if _, err := b.do(lead, id, "exclusion.set", "", &handlers.Exclude{Account: second.Account, Reason: "relative_of_accused"}); !isRefusal(err, casefile.CodeSealOwes) {
		t.Errorf("the last of the NGO was kept out: %v", err)
	}
	if got := unseen(); len(got) > 0 {
		t.Errorf("somebody sees it at each: %v", got)
	}
	_, err = b.LockAccount(t.Context(), handlers.Shell(), second.Account, "left", key())
	ok(t, err)
	if got := unseen(); !slices.Equal(got, []string{b.ngo}) {
		t.Errorf("nobody sees it at %v, want the NGO", got)
	}
}

// What a team spoke of is noted in each case once, whether or not it decided anything, and answers the term to meet.
func TestWhatATeamSpokeOfIsNotedInTheCase(t *testing.T) {
	b := newBed(t)
	id, coordinator := b.open(), as("coordinator", b.dv)
	_, err := b.do(coordinator, id, "risk.assess", "", &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}})
	ok(t, err)
	m, step := b.gather(id, b.police)
	b.pass(time.Hour)
	ok(t, step(coordinator, "meeting.record_attendance", &handlers.RecordAttendance{Institution: b.police, Attendance: "present"}))
	ok(t, step(coordinator, "meeting.call_case", &handlers.CallCase{Case: id}))
	ok(t, step(coordinator, "meeting.hold", &handlers.HoldMeeting{}))
	b.CaughtUp()
	ok(t, b.FollowUp(t.Context()))
	ok(t, step(coordinator, "meeting.sign_minutes", &handlers.SignMinutes{}))
	v, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)
	if b.count("case.conferred") != 1 || !v.ConferredBy(m) {
		t.Errorf("noted %d times", b.count("case.conferred"))
	}
	i := slices.IndexFunc(v.Deadlines, func(d casefile.Deadline) bool { return d.Rule == "DV-25" })
	if i < 0 || v.Deadlines[i].Status != casefile.Met {
		t.Errorf("the team met about it, and DV-25 is %+v", v.Deadlines)
	}
}

// What is offered is tried on the case first; a trial that the decider could never take would hide the action from everybody.
func TestAPersonMayBeAddedByWhoLeads(t *testing.T) {
	b := newBed(t)
	v, err := b.Case(t.Context(), as("coordinator", b.dv), b.open(), handlers.At{})
	ok(t, err)
	if !slices.ContainsFunc(v.Actions, func(a handlers.OpenAction) bool { return a.Action == "person.add" }) {
		t.Error("nobody is ever offered to add a person")
	}
}
