package casefile

import (
	"slices"
	"strconv"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/person"
)

// Silence climbs. Before a clock runs out the institution that owes it is warned; when it runs out the lapse is recorded;
// after that its officer on duty, the deputy, the head and at last the coordinator are told, at the times that were stored
// with the clock. Every step is an event, once, and stays when what was owed is done.

// lapseStep is the name of the step at which a clock runs out. A warning's is "warn-" and its minutes, a rung's its own.
const lapseStep = "lapse"

// Step is what the system does next about a clock, if nobody acts before.
type Step struct {
	Deadline string
	Name     string // the same for the same step, whoever asks: the command's id derives from it
	At       time.Time
}

// NextStep says what comes next, or false when nothing does: what was owed is done, or everybody has been told.
func (d Deadline) NextStep() (Step, bool) {
	switch d.Status {
	case Running:
		if n, ok := d.nextWarning(d.DueAt); ok {
			return Step{d.ID, "warn-" + strconv.Itoa(n), d.DueAt.Add(-deadline.Minutes(n))}, true
		}
		return Step{d.ID, lapseStep, d.DueAt}, true
	case Lapsed:
		if r, at, ok := d.nextRung(); ok {
			return Step{d.ID, r.To, at}, true
		}
	}
	return Step{}, false
}

// NextStep is the earliest of the case's steps.
func (s State) NextStep() (Step, bool) {
	var first Step
	for _, d := range s.Deadlines {
		if step, ok := d.NextStep(); ok && (first.Deadline == "" || step.At.Before(first.At)) {
			first = step
		}
	}
	return first, first.Deadline != ""
}

// nextWarning is the longest warning time that is not over: shorter than every one that was given, and no shorter than
// what the instant leaves, so that a server which slept warns once.
func (d Deadline) nextWarning(now time.Time) (minutes int, ok bool) {
	var due []int
	for _, n := range d.Ladder.Warn {
		if !slices.ContainsFunc(d.Warnings, func(w Warning) bool { return w.Before <= n }) {
			due = append(due, n)
		}
	}
	if len(due) == 0 {
		return 0, false
	}
	for i, n := range due { // falling: the last whose time has come
		if i+1 == len(due) || now.Before(d.DueAt.Add(-deadline.Minutes(due[i+1]))) || !now.Before(d.DueAt) {
			return n, true
		}
	}
	return 0, false
}

// nextRung is the first rung that nobody was told of, and when its time comes: an acknowledgement of the rung before it
// may have asked for some.
func (d Deadline) nextRung() (deadline.Rung, time.Time, bool) {
	if len(d.Reached) >= len(d.Ladder.Climb) {
		return deadline.Rung{}, zeroTime, false
	}
	r := d.Ladder.Climb[len(d.Reached)]
	at := d.DueAt.Add(deadline.Minutes(r.After))
	for _, a := range d.Acks {
		if a.Rung == d.Rung() && a.Until.After(at) {
			at = a.Until
		}
	}
	return r, at, true
}

// Rung is the highest rung that was told; "" if none was.
func (d Deadline) Rung() string {
	if n := len(d.Reached); n > 0 {
		return d.Reached[n-1].Rung
	}
	return ""
}

// lapse takes every step about a clock that is due, each once. What lapsed is still owed. The end of an order's validity
// is no silence of anybody: there the order ends by itself (law 9669 art. 22(4)); nor is a warning before
// it. A right that nobody used has passed.
func (t *decision) lapse(c LapseDeadline) error {
	d, ok := find(t.s.Deadlines, func(d Deadline) bool { return d.ID == c.Deadline })
	if !ok {
		return event.RefuseField(CodeClockUnknown, "deadline", "there is no such deadline")
	}
	if d.Status == Running {
		if t.m.Now.Before(d.DueAt) {
			return t.warn(d, c.Duty)
		}
		switch {
		case d.Kind == TargetOrder && d.Rule == ruleOrderValidity:
			t.expire(d)
			return nil
		case d.IsWarning():
			t.warnOfEnd(d)
			return nil
		case d.Right:
			t.add(DeadlineVoided{Deadline: d.ID, At: t.at()})
			return nil
		}
		t.add(DeadlineLapsed{
			Deadline: d.ID, Rule: d.Rule, Pack: d.Pack, Version: d.Version, Article: d.Article, Owner: d.Owner, DueAt: d.DueAt, At: t.at(),
			Late: int(t.m.Now.Sub(d.DueAt) / time.Second), Warned: d.Warnings,
		})
	}
	t.climb(c.Deadline, c.Duty)
	return nil
}

// warn tells the institution that owes something, before it is due.
func (t *decision) warn(d Deadline, duty []OnDuty) error {
	n, ok := d.nextWarning(t.m.Now)
	if !ok || t.m.Now.Before(d.DueAt.Add(-deadline.Minutes(n))) {
		return event.RefuseField(CodeClockNotDue, "deadline", "is not due yet")
	}
	t.add(DeadlineWarned{
		Deadline: d.ID, Rule: d.Rule, Version: d.Version, DueAt: d.DueAt,
		Warning: Warning{Institution: d.Owner, Account: standing(duty, d.Owner, deadline.Officer), Before: n, At: t.at()},
	})
	return nil
}

// climb tells every rung whose time has come.
func (t *decision) climb(id string, duty []OnDuty) {
	for {
		d, _ := find(t.s.Deadlines, func(d Deadline) bool { return d.ID == id })
		step, ok := d.NextStep()
		if !ok || t.m.Now.Before(step.At) {
			return
		}
		institution := d.Owner
		if step.Name == deadline.Coordinator {
			institution = t.s.Lead
		}
		t.add(DeadlineEscalated{
			Deadline: d.ID, Rule: d.Rule, Version: d.Version, DueAt: d.DueAt, StepAt: step.At,
			Told: Told{Rung: step.Name, Institution: institution, Account: standing(duty, institution, step.Name), At: t.at()},
		})
	}
}

// OnDuty is who stands on a rung of an institution now, by its roster.
type OnDuty struct{ Institution, Rung, Account string }

// standing finds the account on a rung. An institution that leads a case answers for its coordinator's rung by its officer.
func standing(duty []OnDuty, institution, rung string) string {
	if rung == deadline.Coordinator {
		rung = deadline.Officer
	}
	found, _ := find(duty, func(o OnDuty) bool { return o.Institution == institution && o.Rung == rung })
	return found.Account
}

// AckAnswers are what somebody who was told may answer.
var AckAnswers = []string{"acting", "waiting_for_others", "cannot", "passed_on"}

// AcknowledgeDeadline says that silence was heard: why, and until when whoever answers acts. It is evidence and does not
// do what is owed.
type AcknowledgeDeadline struct {
	Deadline, Answer string
	Until            time.Time // zero: at once
	Note             person.Sealed
}

func (AcknowledgeDeadline) command() {}

// acknowledge records an answer, one for each rung and institution. It keeps the next rung waiting until the time that it
// names, for as long as the ladder allows and no longer: a word does not end the climb.
func (t *decision) acknowledge(c AcknowledgeDeadline) error {
	d, ok := find(t.s.Deadlines, func(d Deadline) bool { return d.ID == c.Deadline })
	switch {
	case !ok:
		return event.RefuseField(CodeClockUnknown, "deadline", "there is no such deadline")
	case t.by() != d.Owner && !t.isLead():
		return event.RefuseField(CodeClockNotYours, "deadline", "only the institution that owes it, or the lead, answers for it")
	case !d.Owed():
		return event.RefuseField(CodeClockEnded, "deadline", "is owed no longer")
	case d.Status == Running && len(d.Warnings) == 0:
		return event.RefuseField(CodeClockNotDue, "deadline", "nobody has been told of it yet")
	}
	if err := coded("answer", c.Answer, AckAnswers); err != nil {
		return err
	}
	if has(d.Acks, func(a Ack) bool { return a.Rung == d.Rung() && a.By == t.by() }) {
		return event.RefuseField(CodeClockAnswered, "deadline", "was answered already since it was last told")
	}
	until := zeroTime
	if !c.Until.IsZero() {
		until = instant(c.Until)
		switch longest := t.m.Now.Add(deadline.Minutes(d.Ladder.Hold)); {
		case !until.After(t.at()):
			return event.RefuseField(CodeNotFuture, "until", "does not lie in the future")
		case until.After(longest):
			return event.RefuseField(CodeClockHold, "until", "lies later than an answer may keep the next one waiting")
		}
	}
	t.add(DeadlineAcknowledged{
		Deadline: d.ID, Rule: d.Rule, Note: c.Note,
		Ack: Ack{Rung: d.Rung(), Answer: c.Answer, Until: until, By: t.by(), Account: t.m.Actor.Account, At: t.at()},
	})
	return nil
}
