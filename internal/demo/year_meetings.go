package demo

import (
	"fmt"
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
)

// gathering is the plan of one meeting of a technical team.
type gathering struct {
	kind    string // etn or gtn
	cases   int    // how many open cases it speaks about, at most
	invited []place
}

var (
	teamETN = []place{police, court, hospital, employment, lightSteps, theDoor, needs}
	teamGTN = []place{police, education, hospital, needs, children, theDoor}
)

// tellMeetings tells of a year's meetings of one team, evenly from February to the beginning of December.
func (w *world) tellMeetings(year int, kind string, n, cases int) {
	team := teamETN
	if kind == meeting.GTN {
		team = teamGTN
	}
	if cases == 0 { // the years between are told in short
		team = team[:1]
	}
	for i := range n {
		at := time.Date(year, 2, 3, 9, 0, 0, 0, w.svc.Zone).AddDate(0, 0, i*300/n)
		for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			at = at.AddDate(0, 0, 1)
		}
		g := gathering{kind: kind, cases: cases, invited: team}
		w.tell(fmt.Sprintf("%s %d/%d", kind, year, i+1), at.AddDate(0, 0, -5), func(s *story) { g.plot(s, at) })
	}
}

func (g gathering) plot(s *story, at time.Time) {
	convener, m := s.convene(g, at)
	agenda := s.agenda(convener, m, g)
	s.until(at.Add(100 * time.Minute))
	for i, p := range g.invited {
		came := meeting.Present
		if i > 0 && s.chance(6) {
			came = pick(s.rng, []string{meeting.Excused, meeting.Absent})
		}
		s.meet(convener, m, "meeting.record_attendance", &handlers.RecordAttendance{Institution: s.house.id(p), Attendance: handlers.Attendance(came)})
	}
	for _, c := range agenda {
		s.decide(convener, m, c)
	}
	s.meet(convener, m, "meeting.hold", &handlers.HoldMeeting{})
	if g.cases > 0 {
		s.days(1, 4)
		s.meet(convener, m, "meeting.sign_minutes", &handlers.SignMinutes{})
	}
	s.tasksDone(agenda)
}

func (s *story) convene(g gathering, at time.Time) (handlers.Caller, string) {
	kind := casefile.DomesticViolence
	if g.kind == meeting.GTN {
		kind = casefile.ChildProtection
	}
	convener := s.house.as(leads(kind))
	in := handlers.ScheduleMeeting{Kind: handlers.MeetingKind(g.kind), When: at, Place: "municipality"}
	for _, p := range g.invited {
		in.Invited = append(in.Invited, s.house.id(p))
	}
	if s.err != nil {
		return convener, ""
	}
	r, err := s.svc.ScheduleMeeting(s.ctx, convener, in, s.envelope())
	return convener, s.took("meeting.schedule", r, err)
}

// meet does something to a meeting.
func (s *story) meet(c handlers.Caller, m, action string, in handlers.MeetingInput) {
	if s.err != nil {
		return
	}
	i := slices.IndexFunc(handlers.MeetingActions, func(a handlers.MeetingAction) bool { return a.Name == action })
	if i < 0 {
		s.err = fmt.Errorf("%s: no such action", action)
		return
	}
	r, err := s.svc.DoMeeting(s.ctx, c, m, handlers.MeetingActions[i], in, s.envelope())
	s.took(action, r, err)
}

// topic is a case on the agenda, with the task that it was given.
type topic struct {
	about  *story
	action string // id of the plan's action
	owner  place
}

// agenda puts the newest open cases of the team's kind on the agenda.
func (s *story) agenda(convener handlers.Caller, m string, g gathering) []*topic {
	kind := casefile.DomesticViolence
	if g.kind == meeting.GTN {
		kind = casefile.ChildProtection
	}
	var out []*topic
	for _, c := range slices.Backward(s.files) {
		if len(out) == g.cases {
			break
		}
		if c.kind != kind || c.closed || c.discreet {
			continue
		}
		c.busy++ // it stays open until the meeting's tasks are done
		out = append(out, &topic{about: c, owner: g.invited[len(out)%len(g.invited)]})
		reason := pick(s.rng, []string{"new_case", "high_risk", "plan_review"})
		if reason == "high_risk" && c.level != casefile.High {
			reason = "requested" // an agenda never says of a case what is not so
		}
		s.meet(convener, m, "meeting.add_to_agenda", &handlers.AddToAgenda{Case: c.id, Reason: handlers.AgendaReason(reason)})
	}
	return out
}

var tasks = map[place]string{police: "safety_plan", court: "other", hospital: "medical_follow_up", education: "school_follow_up", needs: "economic_aid"}

// decide gives a task out and finds the plan's action that it became.
func (s *story) decide(convener handlers.Caller, m string, t *topic) {
	what := tasks[t.owner]
	s.meet(convener, m, "meeting.record_decision", &handlers.RecordDecision{Case: t.about.id, Action: handlers.PlanActionCode(what), Owner: s.house.id(t.owner), Due: s.officeHour(10), Detail: s.texts.tell("Vendim i mbledhjes së grupit teknik")})
	if s.err != nil {
		return
	}
	view, err := s.svc.Case(s.ctx, convener, t.about.id, handlers.At{})
	if err != nil {
		s.err = err
		return
	}
	t.action = view.Plan.Actions[len(view.Plan.Actions)-1].ID
	s.position = max(s.position, view.Position)
}

// tasksDone lets the owners do what the meeting gave out.
func (s *story) tasksDone(agenda []*topic) {
	for _, t := range agenda {
		s.days(2, 5)
		s.id, s.kind = t.about.id, t.about.kind
		s.done(t.owner, t.action)
		t.about.busy--
	}
}
