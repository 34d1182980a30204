package year

import (
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
)

// gathering is the meeting that a structure prepares or holds; no id is none.
type gathering struct {
	id    string
	when  time.Time
	cases []string // that were put on its agenda
}

// gather lets a structure do the next thing about its team's meeting: call it, put a case on its agenda, and once its time
// has come write down who is there, decide, hold it and sign. What is decided reaches the cases' plans.
func (w *county) gather() {
	n := w.rng.IntN(2)
	g, c := &w.teams[n], w.somebody(w.posts[n])
	kind := []string{meeting.ETN, meeting.GTN}[n]
	if g.id == "" {
		in := handlers.ScheduleMeeting{Kind: handlers.MeetingKind(kind), When: w.clock.now().Add(time.Duration(24+w.rng.IntN(96)) * time.Hour).Truncate(time.Minute), Place: "municipality"}
		for range 4 {
			if p := w.worker(); !slices.Contains(in.Invited, p.id) {
				in.Invited = append(in.Invited, p.id)
			}
		}
		r, err := w.svc.ScheduleMeeting(w.tb.Context(), c, in, w.envelope())
		if w.outcome("meeting.schedule", r, err) {
			*g = gathering{id: r.ID, when: in.When}
		}
		return
	}
	switch early := w.clock.now().Before(g.when); {
	case early && len(g.cases) < 4:
		if v, ok := w.anyCase(c); ok && v.Status == casefile.Open {
			if w.meet(c, g, "meeting.add_to_agenda", &handlers.AddToAgenda{Case: v.ID, Reason: "requested"}) {
				g.cases = append(g.cases, v.ID)
			}
		}
	case early && w.chance(12):
		w.meet(c, g, "meeting.cancel", &handlers.CancelMeeting{Reason: handlers.MeetingCancel(meeting.CancelReasons[0])})
		*g = gathering{}
	case !early:
		w.hold(c, g)
		*g = gathering{}
	}
}

// worker is an institution where somebody works on cases: those that oversee others have no tasks.
func (w *county) worker() post {
	for {
		if p := pick(w, w.posts[2:]); p.role != access.Auditor {
			return p
		}
	}
}

// hold holds a meeting from who is there to the signature.
func (w *county) hold(c handlers.Caller, g *gathering) {
	m, err := w.svc.Meeting(w.tb.Context(), c, g.id)
	if errors.Is(err, handlers.ErrNotFound) {
		w.fail("the meeting %s is not there for its convener", g.id)
	}
	w.ok(err)
	for _, i := range m.Invited {
		w.meet(c, g, "meeting.record_attendance", &handlers.RecordAttendance{Institution: i.Institution, Attendance: handlers.Attendance(pick(w, meeting.Attendances))})
	}
	for _, id := range g.cases {
		w.clock.pass(time.Duration(1+w.rng.IntN(20)) * time.Minute)
		if w.chance(8) { // it ran out of time
			continue
		}
		w.meet(c, g, "meeting.call_case", &handlers.CallCase{Case: id})
		w.meet(c, g, "meeting.record_decision", &handlers.RecordDecision{
			Case: id, Action: handlers.PlanActionCode(pick(w, casefile.PlanActions)), Owner: w.worker().id, Due: w.clock.now().AddDate(0, 0, 1+w.rng.IntN(20)),
		})
	}
	if w.meet(c, g, "meeting.hold", &handlers.HoldMeeting{}) {
		w.meet(c, g, "meeting.sign_minutes", &handlers.SignMinutes{})
	}
}

// meet does something to a meeting, now and then twice, and looks at the cases of its agenda afterwards.
func (w *county) meet(c handlers.Caller, g *gathering, action string, in handlers.MeetingInput) bool {
	i := slices.IndexFunc(handlers.MeetingActions, func(a handlers.MeetingAction) bool { return a.Name == action })
	env := w.envelope()
	w.await() // what follows from it is read from the views, which are to be as far in every run
	r, err := w.svc.DoMeeting(w.tb.Context(), c, g.id, handlers.MeetingActions[i], in, env)
	done := w.outcome(action, r, err)
	if done && w.chance(6) {
		again, err := w.svc.DoMeeting(w.tb.Context(), c, g.id, handlers.MeetingActions[i], in, env)
		w.ok(err)
		if !again.Duplicate {
			w.fail("%s, sent twice, was done twice", action)
		}
	}
	w.newest() // the system carries decisions, and asks for returns, in the cases' own streams
	for _, id := range g.cases {
		w.check(id)
	}
	return done
}
