package handlers_test

import (
	"slices"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
	"mkr/projections/inbox"
)

// asked lists who is asked for a return about a case, "institution: filed", "missing" or "dropped".
func (b *bed) asked(caseID string) map[string]string {
	b.TB.Helper()
	v, err := b.Case(b.TB.Context(), as("coordinator", b.dv), caseID, handlers.At{})
	testbed.OK(b.TB, err)
	out := map[string]string{}
	for _, r := range v.Returns {
		switch {
		case r.Filed():
			out[r.Institution] = "filed"
		case r.Dropped:
			out[r.Institution] = "dropped"
		default:
			out[r.Institution] = "missing"
		}
	}
	return out
}

// Who is invited and has a part in a case is asked what it knows, in its inbox and with a clock; who has none is not told
// that there is a case. Nothing is left waiting for a meeting that was held.
func TestReturnsAreAskedForBeforeAMeeting(t *testing.T) {
	b := newBed(t)
	id := b.open()
	coordinator, police := as("coordinator", b.dv), as("police", b.police)
	m, step := b.gather(id, b.police, b.ngo)
	if got := b.asked(id); len(got) != 1 || got[b.police] != "missing" {
		t.Fatalf("asked are %v", got)
	}
	b.CaughtUp()
	tasks, err := b.Inbox(t.Context(), police, handlers.ListQuery{Case: id})
	ok(t, err)
	i := slices.IndexFunc(tasks.Items, func(x inbox.Task) bool { return x.Action == "send_return" })
	if i < 0 {
		t.Fatalf("the inbox of the police has no return to file: %+v", tasks.Items)
	}
	target := tasks.Items[i].Target
	_, err = b.do(police, id, "return.file", target, &handlers.FileReturn{Finding: "danger", Text: person.PlainOf("Ka armë në shtëpi."), Proposals: []handlers.PlanActionCode{"safety_plan"}})
	ok(t, err)
	if _, err := b.do(as("ngo", b.ngo), id, "return.file", target, &handlers.FileReturn{Finding: "nothing_known"}); err == nil {
		t.Error("who was not asked filed a return")
	}
	if _, err := b.do(coordinator, id, "return.file", target, &handlers.FileReturn{Finding: "nothing_known"}); err == nil {
		t.Error("the coordinator filed the police's return")
	}

	// The NGO takes part from now on, and is asked once the meeting is looked at again: by the process, or by the next deed.
	_, err = b.do(coordinator, id, "participant.add", "", &handlers.AddParticipant{Institution: b.ngo, Reason: "technical_team"})
	ok(t, err)
	for range 2 {
		b.CaughtUp()
		ok(t, b.FollowUp(t.Context()))
	}
	if got := b.asked(id); got[b.ngo] != "missing" || b.count("return.asked") != 2 {
		t.Fatalf("asked are %v, %d times", got, b.count("return.asked"))
	}
	ok(t, step(coordinator, "meeting.postpone", &handlers.PostponeMeeting{To: b.Now().Add(100 * time.Hour), Reason: "other"}))
	v, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)
	if r := v.Returns[1]; !r.MeetingAt.Equal(b.Now().Add(100 * time.Hour)) {
		t.Errorf("the return waits for a meeting at %s", r.MeetingAt)
	}
	ok(t, step(coordinator, "meeting.remove_from_agenda", &handlers.RemoveFromAgenda{Case: id}))
	if got := b.asked(id); got[b.ngo] != "dropped" || got[b.police] != "filed" {
		t.Errorf("off the agenda: %v", got)
	}
	ok(t, step(coordinator, "meeting.add_to_agenda", &handlers.AddToAgenda{Case: id, Reason: "high_risk"}))
	if got := b.asked(id); got[b.ngo] != "missing" {
		t.Errorf("on it again: %v", got)
	}
	b.pass(101 * time.Hour)
	ok(t, step(coordinator, "meeting.record_attendance", &handlers.RecordAttendance{Institution: b.police, Attendance: "present"}))
	ok(t, step(coordinator, "meeting.hold", &handlers.HoldMeeting{}))
	if got := b.asked(id); got[b.ngo] != "dropped" || got[b.police] != "filed" {
		t.Errorf("after the meeting: %v", got)
	}
	after, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)
	if slices.ContainsFunc(after.Deadlines, func(d casefile.Deadline) bool { return d.Owed() && d.Kind == casefile.TargetReturn }) {
		t.Error("somebody still owes a return for a meeting that is over")
	}
	if _, err := b.Meeting(t.Context(), police, m); err != nil {
		t.Error(err)
	}
}

// What a process that ended left behind is asked for by the next.
func TestAReturnIsAskedForAfterTheProcessEnded(t *testing.T) {
	log := broken{at: "return.asked", armed: true}
	bd := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log.Log = l; return &log }})
	b := &bed{Bed: bd, dv: bd.DV, police: bd.Police}
	id := b.open()
	b.gather(id, b.police)
	if got := b.asked(id); len(got) != 0 {
		t.Fatalf("asked are %v", got)
	}
	log.armed = false
	b.CaughtUp()
	ok(t, b.FollowUp(t.Context()))
	if got := b.asked(id); got[b.police] != "missing" {
		t.Errorf("asked are %v", got)
	}
}
