package casefile

import (
	"testing"
	"time"
)

func TestAReturnIsOwedBeforeTheMeeting(t *testing.T) {
	st := tell(t).after(time.Hour)
	at := st.now.AddDate(0, 0, 7)
	asked := AskReturn{"r-1", "m-1", police, at}
	st.do(muni, asked).then("return.asked deadline.set").owes(TargetReturn, "r-1", "MEETING-RETURNS inst-police").nothing(muni, asked).
		refused(muni, AskReturn{"r-2", "m-1", shelter, at}, CodeReturnNoPart, "institution").
		refused(muni, AskReturn{"r-2", "m-1", police, st.now}, CodeNotFuture, "meeting_at")
	if d := st.clockOf(ruleMeetingReturns); !d.DueAt.Before(at) || !d.DueAt.After(at.AddDate(0, 0, -4)) {
		t.Errorf("it is due %s for a meeting on %s", d.DueAt, at)
	}
	st.refused(muni, FileReturn{Return: "r-1", Finding: "nothing_known"}, CodeReturnNotYours, "return").
		refused(police, FileReturn{Return: "r-1", Finding: "concern"}, CodeRequired, "text").
		refused(police, FileReturn{Return: "r-1", Finding: "gossip"}, CodeUnknownCode, "finding").
		refused(police, FileReturn{Return: "r-9", Finding: "nothing_known"}, CodeReturnUnknown, "return")
	// The meeting moves, and the clock with it.
	moved := asked
	moved.MeetingAt = at.AddDate(0, 0, 7)
	st.do(muni, moved).then("return.asked deadline.voided deadline.set").owes(TargetReturn, "r-1", "MEETING-RETURNS inst-police")
	st.do(police, FileReturn{Return: "r-1", Finding: "danger", Proposals: []string{"safety_plan"}, Text: text}).then("return.filed deadline.met").owes(TargetReturn, "r-1", "")
	// It may be filed again until the meeting; a meeting that moves once more does not ask again for what is there.
	st.do(police, FileReturn{Return: "r-1", Finding: "concern", Text: text}).then("return.filed").do(muni, asked).then("return.asked").owes(TargetReturn, "r-1", "")
	st.do(muni, DropReturn{"r-1"}).then("return.dropped").nothing(muni, DropReturn{"r-1"}).
		refused(police, FileReturn{Return: "r-1", Finding: "nothing_known"}, CodeReturnLate, "return").
		refused(muni, DropReturn{"r-9"}, CodeReturnUnknown, "return")
}

func TestAMeetingAtShortNotice(t *testing.T) {
	st := tell(t).after(time.Hour)
	at := st.now.Add(20 * time.Hour)
	st.do(muni, AskReturn{"r-1", "m-1", police, at})
	if d := st.clockOf(ruleMeetingReturns); !d.DueAt.Equal(at) {
		t.Errorf("it is due %s, the meeting begins %s", d.DueAt, at)
	}
	st.do(muni, DropReturn{"r-1"}).then("return.dropped deadline.voided").owes(TargetReturn, "r-1", "")
	if r := st.s.Returns[0]; r.Filed() {
		t.Error("what never came is filed")
	}
	// Asked again, it is owed again.
	st.do(muni, AskReturn{"r-1", "m-1", police, at}).then("return.asked deadline.set")
}
