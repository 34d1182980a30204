package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// broken is a log that ends the process, as far as it can be seen from here: an append of these events fails, before or
// after it was stored.
type broken struct {
	eventlog.Log
	at    string // type of the event
	after bool
	armed bool
}

var errEnded = errors.New("the process ended")

func (l *broken) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if !l.armed || !slices.ContainsFunc(events, func(e eventlog.NewEvent) bool { return e.Type == l.at }) {
		return l.Log.Append(ctx, stream, expected, events...)
	}
	if l.after {
		if _, err := l.Log.Append(ctx, stream, expected, events...); err != nil {
			return eventlog.Result{}, err
		}
	}
	return eventlog.Result{}, errEnded
}

// gather calls a meeting of the ETN with a case on its agenda.
func (b *bed) gather(caseID string, invited ...string) (id string, step func(c handlers.Caller, name string, in handlers.MeetingInput) error) {
	b.TB.Helper()
	m, err := b.ScheduleMeeting(b.TB.Context(), as("coordinator", b.dv), handlers.ScheduleMeeting{Kind: "etn", When: b.Now().Add(time.Hour), Place: "municipality", Invited: invited}, key())
	testbed.OK(b.TB, err)
	step = func(c handlers.Caller, name string, in handlers.MeetingInput) error {
		i := slices.IndexFunc(handlers.MeetingActions, func(a handlers.MeetingAction) bool { return a.Name == name })
		_, err := b.DoMeeting(b.TB.Context(), c, m.ID, handlers.MeetingActions[i], in, key())
		return err
	}
	if caseID != "" {
		testbed.OK(b.TB, step(as("coordinator", b.dv), "meeting.add_to_agenda", &handlers.AddToAgenda{Case: caseID, Reason: "new_case"}))
	}
	return m.ID, step
}

// A decision reaches its case exactly once, wherever the process ends between the two streams.
func TestADecisionReachesItsCaseOnceWhereverTheProcessEnds(t *testing.T) {
	for _, where := range []broken{{at: "plan.action_assigned"}, {at: "plan.action_assigned", after: true}, {at: "meeting.decision_carried"}, {at: "meeting.decision_carried", after: true}} {
		log := where
		bd := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log.Log = l; return &log }})
		b := &bed{Bed: bd, dv: bd.DV, cp: bd.CP, police: bd.Police, ngo: bd.NGO}
		id := b.open()
		coordinator := as("coordinator", b.dv)
		m, step := b.gather(id, b.police)
		log.armed = true
		decision := &handlers.RecordDecision{Case: id, Action: "home_visit", Owner: b.police, Due: b.Now().Add(48 * time.Hour), Detail: person.PlainOf("E vizitojmë nesër.")}
		ok(t, step(coordinator, "meeting.record_decision", decision)) // it is stored, whatever comes after
		log.armed = false
		for range 2 { // the process is started again, and once more
			b.CaughtUp()
			ok(t, b.FollowUp(t.Context()))
		}
		v, err := b.Meeting(t.Context(), coordinator, m)
		ok(t, err)
		c, err := b.Case(t.Context(), coordinator, id, handlers.At{})
		ok(t, err)
		if len(c.Plan.Actions) != 1 || len(v.Pending()) != 0 || v.Decisions[0].Step != meeting.Assigned || c.Plan.Actions[0].ID != v.Decisions[0].Decision {
			t.Fatalf("%+v: the meeting's decisions are %+v, the plan's actions %+v", where, v.Decisions, c.Plan.Actions)
		}
		// What was said opens in the case too: the words were filed with the command that both streams name.
		opened, err := b.OpenFields(t.Context(), coordinator, id, handlers.Want{Entries: []string{b.entry(id, "plan.action_assigned")}})
		ok(t, err)
		if got := opened.Entries[0].Fields["detail"]; got != "E vizitojmë nesër." {
			t.Errorf("the task says %q", got)
		}

		// Taken back, it leaves the plan, once too.
		log.armed, log.at = true, map[string]string{"plan.action_assigned": "plan.action_cancelled"}[where.at]
		if log.at == "" {
			log.at = where.at
		}
		ok(t, step(coordinator, "meeting.withdraw_decision", &handlers.WithdrawDecision{Decision: v.Decisions[0].Decision, Reason: "not_feasible"}))
		log.armed = false
		b.CaughtUp()
		ok(t, b.FollowUp(t.Context()))
		v, err = b.Meeting(t.Context(), coordinator, m)
		ok(t, err)
		c, err = b.Case(t.Context(), coordinator, id, handlers.At{})
		ok(t, err)
		if c.Plan.Actions[0].Status != "cancelled" || len(v.Pending()) != 0 || b.count("plan.action_cancelled") != 1 {
			t.Errorf("%+v: taken back, the task is %s and the meeting waits for %v", where, c.Plan.Actions[0].Status, v.Pending())
		}
	}
}

// A plan is approved by a meeting that has the case on its agenda: no other is offered, and naming another is refused where
// it was named.
func TestAPlanIsApprovedByAMeetingThatSpokeOfIt(t *testing.T) {
	b := newBed(t)
	id, coordinator := b.open(), as("coordinator", b.dv)
	elsewhere, _ := b.gather(b.open(), b.police)
	cancelled, step := b.gather(id, b.police)
	ok(t, step(coordinator, "meeting.cancel", &handlers.CancelMeeting{Reason: "other"}))
	here, _ := b.gather(id, b.police)
	b.CaughtUp()
	offered, err := b.MeetingsOn(t.Context(), coordinator, id)
	ok(t, err)
	if len(offered) != 1 || offered[0].Meeting != here {
		t.Errorf("offered are %+v, want the one meeting that has the case on its agenda", offered)
	}
	do := func(name string, in handlers.Input) error {
		a, _ := handlers.ActionNamed(name)
		if in == nil {
			in = a.New()
		}
		_, err := b.Do(t.Context(), coordinator, id, a, "", in, key())
		return err
	}
	ok(t, do("plan.draft", nil))
	for _, m := range []string{elsewhere, cancelled} {
		var no *handlers.InputError
		if err := do("plan.approve", &handlers.ApprovePlan{Meeting: m}); !errors.As(err, &no) || no.Field != "meeting" || no.Code != "meeting_without_case" {
			t.Errorf("a meeting that did not speak of the case approved its plan: %v", err)
		}
	}
	ok(t, do("plan.approve", &handlers.ApprovePlan{Meeting: here}))
}

func (b *bed) count(eventType string) (n int) {
	for _, e := range b.Events() {
		if e.Type == eventType {
			n++
		}
	}
	return n
}

// entry finds the id of a case's newest event of a type.
func (b *bed) entry(caseID, eventType string) string {
	b.TB.Helper()
	all := b.Events()
	for _, e := range slices.Backward(all) {
		if e.Type == eventType && e.Stream == event.StreamName(event.CaseCategory, caseID) {
			return e.ID.String()
		}
	}
	b.TB.Fatalf("no %s in the case", eventType)
	return ""
}

// A decision that its case does not take any more is not lost in silence: the meeting shows the case's no.
func TestADecisionThatItsCaseRefusesSaysSo(t *testing.T) {
	log := broken{at: "plan.action_assigned", armed: true}
	bd := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log.Log = l; return &log }})
	b := &bed{Bed: bd, dv: bd.DV, cp: bd.CP, police: bd.Police}
	id := b.open()
	coordinator := as("coordinator", b.dv)
	m, step := b.gather(id, b.police)
	ok(t, step(coordinator, "meeting.record_decision", &handlers.RecordDecision{Case: id, Action: "home_visit", Owner: b.police, Due: b.Now().Add(48 * time.Hour)}))
	log.armed = false
	_, err := b.do(coordinator, id, "case.close", "", &handlers.CloseCase{Reason: "goals_met"})
	ok(t, err)
	b.CaughtUp()
	ok(t, b.FollowUp(t.Context()))
	v, err := b.Meeting(t.Context(), coordinator, m)
	ok(t, err)
	if d := v.Decisions[0]; d.Refused != "access.case_closed" || len(v.Pending()) != 0 {
		t.Errorf("the decision is %+v", d)
	}
}

// Who is invited sees the agenda's cases that it has a part in, and of the others nothing: not on the meeting's page, not in
// a list, not on a socket.
func TestAnInvitedInstitutionSeesOnlyItsCases(t *testing.T) {
	b := newBed(t)
	mine, other := b.open(), b.open()
	coordinator, police, ngo := as("coordinator", b.dv), as("police", b.police), as("ngo", b.ngo)
	r, err := b.do(coordinator, mine, "referral.create", "", b.referral())
	ok(t, err)
	_, err = b.do(ngo, mine, "referral.accept", r.ID, nil)
	ok(t, err)
	m, step := b.gather(mine, b.police, b.ngo)
	ok(t, step(coordinator, "meeting.add_to_agenda", &handlers.AddToAgenda{Case: other, Reason: "high_risk"}))
	for _, id := range []string{mine, other} {
		ok(t, step(coordinator, "meeting.record_decision", &handlers.RecordDecision{Case: id, Action: "safety_plan", Owner: b.police, Due: b.Now().Add(48 * time.Hour)}))
	}
	ok(t, step(coordinator, "meeting.call_case", &handlers.CallCase{Case: other}))
	b.CaughtUp()
	for _, x := range []struct {
		who   handlers.Caller
		cases int
		now   string
	}{{coordinator, 2, other}, {police, 2, other}, {ngo, 1, ""}} {
		v, err := b.Meeting(t.Context(), x.who, m)
		ok(t, err)
		if len(v.Agenda) != x.cases || len(v.Decisions) != x.cases || len(v.Discussed) != x.cases || v.Now != x.now {
			t.Errorf("%s sees the agenda %v, decisions %v, discussed %v, now %q", x.who.Role, v.Agenda, v.Decisions, v.Discussed, v.Now)
		}
	}
	list, err := b.Meetings(t.Context(), ngo, handlers.ListQuery{})
	ok(t, err)
	row, err := b.Views.Get(t.Context(), "meetings", m)
	ok(t, err)
	if len(list.Items) != 1 || bytes.Contains(row.Doc, []byte(other)) || bytes.Contains(row.Doc, []byte(mine)) {
		t.Errorf("the row of the meeting names its cases: %s", row.Doc)
	}
	if _, err := b.Meeting(t.Context(), as("court", b.court), m); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("who is not invited is told: %v", err)
	}
	// Who was there signs; who was not, and who may not see the meeting, does not.
	b.pass(2 * time.Hour)
	ok(t, step(coordinator, "meeting.record_attendance", &handlers.RecordAttendance{Institution: b.police, Attendance: meeting.Present}))
	ok(t, step(coordinator, "meeting.record_attendance", &handlers.RecordAttendance{Institution: b.ngo, Attendance: meeting.Excused}))
	ok(t, step(coordinator, "meeting.hold", &handlers.HoldMeeting{}))
	ok(t, step(police, "meeting.sign_minutes", &handlers.SignMinutes{}))
	for _, who := range []handlers.Caller{ngo, as("court", b.court), as("auditor", b.dv)} {
		if err := step(who, "meeting.sign_minutes", &handlers.SignMinutes{}); err == nil {
			t.Errorf("%s signed the minutes", who.Role)
		}
	}
	for _, name := range []string{"meeting.hold", "meeting.call_case"} {
		in := map[string]handlers.MeetingInput{"meeting.hold": &handlers.HoldMeeting{}, "meeting.call_case": &handlers.CallCase{Case: mine}}[name]
		var denied *handlers.DeniedError
		if err := step(police, name, in); !errors.As(err, &denied) {
			t.Errorf("the police: %s: %v", name, err)
		}
	}
	v, err := b.Meeting(t.Context(), coordinator, m)
	ok(t, err)
	if want := []string{"social_services", "health", "justice", "civil_society"}; len(v.Vacant) == 0 || slices.Contains(v.Vacant, "police") || slices.Contains(v.Vacant, want[0]) {
		t.Errorf("missing were %v", v.Vacant)
	}
}

// Who called a meeting keeps it. Another who calls meetings, invited or not, sees it and can do nothing to it but sign.
func TestAMeetingIsKeptByWhoCalledIt(t *testing.T) {
	b := newBed(t)
	m, step := b.gather(b.open(), b.cp)
	other := as("child_protection_worker", b.cp)
	for name, in := range map[string]handlers.MeetingInput{"meeting.cancel": &handlers.CancelMeeting{Reason: "other"}, "meeting.invite": &handlers.Invite{Institution: b.police}, "meeting.hold": &handlers.HoldMeeting{}} {
		if err := step(other, name, in); !errors.As(err, new(*handlers.DeniedError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := b.AgendaProposals(t.Context(), other, m); !errors.As(err, new(*handlers.DeniedError)) {
		t.Errorf("what to put on its agenda: %v", err)
	}
	v, err := b.Meeting(t.Context(), other, m)
	ok(t, err)
	if handlers.KeepsMeeting(other, v.State) || !handlers.KeepsMeeting(as("coordinator", b.dv), v.State) {
		t.Error("the page would offer it to the wrong one")
	}
	ok(t, step(as("coordinator", b.dv), "meeting.invite", &handlers.Invite{Institution: b.police}))
}
