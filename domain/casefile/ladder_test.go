package casefile

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

var rosters = []OnDuty{{shelter, deadline.Officer, "acc-night"}, {shelter, deadline.Deputy, "acc-deputy"}, {muni, deadline.Officer, "acc-coordinator"}}

// step lets the system do what is due about a clock.
func (st *story) step(id string) *story {
	st.t.Helper()
	return st.do(event.System, LapseDeadline{Deadline: id, Duty: rosters})
}

// The clock to acknowledge an urgent referral runs for 4 hours and has the quick ladder: a warning 15 minutes before, then
// the officer at once, the deputy after 30 minutes, the head after 60, the coordinator after 120.
func TestSilenceClimbs(t *testing.T) {
	st := tell(t).do(muni, ask("r1", shelter, "shelter"))
	ack := st.clockOf("REF-ACK-urgent")
	lapse := LapseDeadline{Deadline: ack.ID}
	st.now = ack.DueAt.Add(-16 * time.Minute)
	st.refused(event.System, lapse, CodeClockNotDue, "deadline")
	st.refused(shelter, AcknowledgeDeadline{Deadline: ack.ID, Answer: "acting"}, CodeClockNotDue, "deadline") // nobody was told
	st.now = ack.DueAt.Add(-10 * time.Minute)
	st.step(ack.ID).then("deadline.warned").refused(event.System, lapse, CodeClockNotDue, "deadline")
	if w := st.last[0].(DeadlineWarned); w.Institution != shelter || w.Account != "acc-night" || w.Before != 15 || !w.DueAt.Equal(ack.DueAt) {
		t.Fatalf("%+v", w)
	}
	st.now = ack.DueAt.Add(90 * time.Second)
	st.step(ack.ID).then("deadline.lapsed deadline.escalated").nothing(event.System, lapse)
	lapsed := st.last[0].(DeadlineLapsed)
	if lapsed.Pack != deadline.HousePack || lapsed.Version != 3 || lapsed.Late != 90 || len(lapsed.Warned) != 1 || lapsed.Warned[0].Account != "acc-night" {
		t.Fatalf("%+v", lapsed)
	}
	st.now = ack.DueAt.Add(29 * time.Minute)
	st.nothing(event.System, lapse).after(time.Minute)
	st.step(ack.ID).then("deadline.escalated").nothing(event.System, lapse)
	if told := st.last[0].(DeadlineEscalated); told.Rung != deadline.Deputy || told.Institution != shelter || told.Account != "acc-deputy" || !told.StepAt.Equal(st.now) {
		t.Fatalf("%+v", told)
	}
	st.now = ack.DueAt.Add(3 * time.Hour) // the server slept: both rungs, in order, each once
	st.step(ack.ID).then("deadline.escalated deadline.escalated").nothing(event.System, lapse)
	head, top := st.last[0].(DeadlineEscalated), st.last[1].(DeadlineEscalated)
	if head.Rung != deadline.Head || head.Account != "" || top.Rung != deadline.Coordinator || top.Institution != muni || top.Account != "acc-coordinator" {
		t.Fatalf("%+v %+v", head, top)
	}
	if _, more := st.s.Deadlines[1].NextStep(); more {
		t.Error("something is left to do when everybody was told")
	}
	st.do(shelter, AcceptReferral{"r1"}).nothing(event.System, lapse)
	if d := st.clockByID(ack.ID); len(d.Reached) != 4 || len(d.Warnings) != 1 || d.Status != Met {
		t.Errorf("what happened is gone once it is done: %+v", d)
	}
}

func (st *story) clockByID(id string) Deadline {
	d, _ := find(st.s.Deadlines, func(d Deadline) bool { return d.ID == id })
	return d
}

func TestWhoeverWasToldAnswers(t *testing.T) {
	st := tell(t).do(muni, ask("r1", shelter, "shelter"))
	ack := st.clockOf("REF-ACK-urgent")
	st.now = ack.DueAt
	st.step(ack.ID)
	answer := AcknowledgeDeadline{Deadline: ack.ID, Answer: "acting", Until: ack.DueAt.Add(45 * time.Minute), Note: text}
	for _, c := range []struct {
		who         string
		change      func(*AcknowledgeDeadline)
		code, field string
	}{
		{other, func(*AcknowledgeDeadline) {}, CodeClockNotYours, "deadline"},
		{shelter, func(c *AcknowledgeDeadline) { c.Deadline = "d99" }, CodeClockUnknown, "deadline"},
		{shelter, func(c *AcknowledgeDeadline) { c.Answer = "later" }, CodeUnknownCode, "answer"},
		{shelter, func(c *AcknowledgeDeadline) { c.Until = st.now }, CodeNotFuture, "until"},
		{shelter, func(c *AcknowledgeDeadline) { c.Until = st.now.Add(61 * time.Minute) }, CodeClockHold, "until"},
	} {
		wrong := answer
		c.change(&wrong)
		st.refused(c.who, wrong, c.code, c.field)
	}
	st.do(shelter, answer).then("deadline.acknowledged").
		refused(shelter, answer, CodeClockAnswered, "deadline")
	if a := st.last[0].(DeadlineAcknowledged); a.Rung != deadline.Officer || a.By != shelter || a.Account != "acc-"+shelter {
		t.Fatalf("%+v", a)
	}
	st.now = ack.DueAt.Add(40 * time.Minute) // the deputy's turn was at 30, and waits until 45
	st.nothing(event.System, LapseDeadline{Deadline: ack.ID}).after(5 * time.Minute)
	st.step(ack.ID).then("deadline.escalated")
	st.do(muni, AcknowledgeDeadline{Deadline: ack.ID, Answer: "passed_on"}).then("deadline.acknowledged") // the lead may too
	st.do(shelter, AcceptReferral{"r1"}).refused(shelter, answer, CodeClockEnded, "deadline")
	if len(st.clockByID(ack.ID).Acks) != 2 {
		t.Error("an answer is gone")
	}
}

// Whatever answers come and however long the system sleeps: every warning, the lapse and every rung come at most once and in
// order, none before its time, and once time enough has passed all rungs were told.
func TestEveryStepOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		urgency := rapid.SampledFrom(Urgencies).Draw(r, "urgency")
		st := &story{t: t, d: decider(t), now: opened}
		st.do(police, openDV).do(muni, CreateReferral{Referral: "r1", To: shelter, Service: "shelter", Urgency: urgency, Reason: text, Basis: "vital_interest"})
		id := st.clockOf("REF-ACK-" + urgency).ID
		steps := map[string]int{}
		for st.now.Before(opened.Add(40 * 24 * time.Hour)) {
			d := st.clockByID(id)
			if rapid.IntRange(0, 3).Draw(r, "answer") == 0 {
				c := AcknowledgeDeadline{Deadline: id, Answer: "acting", Until: st.now.Add(time.Duration(rapid.IntRange(1, d.Ladder.Hold).Draw(r, "hold")) * time.Minute)}
				if events, err := st.d.Decide(st.s, c, st.moment(shelter)); err == nil {
					st.apply(events)
				}
			}
			next, ok := st.clockByID(id).NextStep()
			events, err := st.d.Decide(st.s, LapseDeadline{Deadline: id}, st.moment(event.System))
			due := ok && !st.now.Before(next.At)
			if (err == nil && len(events) > 0) != due {
				r.Fatalf("next is %+v; at %s the system did %s, %v", next, st.now, names(events), err)
			}
			if err == nil {
				st.apply(events)
			}
			for _, e := range events {
				switch e := e.(type) {
				case DeadlineWarned:
					steps[fmt.Sprint("warn", e.Before)]++
					if !st.now.Before(d.DueAt) || st.now.Before(d.DueAt.Add(-deadline.Minutes(e.Before))) {
						r.Fatalf("warned %d minutes before %s at %s", e.Before, d.DueAt, st.now)
					}
				case DeadlineLapsed:
					steps["lapse"]++
				case DeadlineEscalated:
					steps[e.Rung]++
					if want := d.Ladder.Climb[len(steps)-1-steps["warn15"]-steps["warn120"]-steps["lapse"]]; want.To != e.Rung || st.now.Before(e.StepAt) {
						r.Fatalf("%s told of in the place of %s", e.Rung, want.To)
					}
				}
			}
			st.now = st.now.Add(time.Duration(rapid.IntRange(1, 48*60).Draw(r, "minutes")) * time.Minute)
		}
		for _, name := range append([]string{"lapse"}, deadline.Rungs...) {
			if steps[name] != 1 {
				r.Fatalf("%s: %d times: %v", name, steps[name], steps)
			}
		}
		for name, n := range steps {
			if n > 1 {
				r.Fatalf("%s: %d times", name, n)
			}
		}
	})
}
