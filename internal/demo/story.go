package demo

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// story is what happens in one case, or around several. Its methods either do something now or let time pass; after an
// error they do nothing, so that a plot reads straight on and the error is looked at once, by the world.
type story struct {
	*world
	name  string // its commands' keys derive from it
	rng   *rand.Rand
	yield func(time.Time) bool
	steps int
	err   error
	late  time.Duration // how long ago the next thing happened that is only recorded now
	fresh bool          // keys do not derive from the name: it is told once and never again

	kind     string // of its case
	id       string // of its case, "" before it is opened
	subject  string // person that the case is about
	busy     int    // tasks that a meeting gave out in the case and that are not done
	discreet bool   // no meeting speaks about it
	closed   bool
	level    string    // of risk, as it was judged last
	ends     time.Time // last day of the newest order
	visitID  string    // the visit that is planned next
}

var errStopped = errors.New("the replay was stopped")

// until lets time pass up to an instant; one that has passed costs nothing.
func (s *story) until(at time.Time) {
	if s.err == nil && at.After(s.clock.Now()) && !s.yield(at.UTC()) {
		s.err = errStopped
	}
}

// hours lets between a and b hours pass.
func (s *story) hours(a, b float64) {
	h := a + (b-a)*s.rng.Float64()
	s.until(s.clock.Now().Add(time.Duration(h * float64(time.Hour))))
}

// days lets between a and b days pass, up to an hour at which offices are open.
func (s *story) days(a, b int) { s.until(s.officeHour(a + s.rng.IntN(b-a+1))) }

// officeHour is an hour of a working day, n days from now or on the Monday after.
func (s *story) officeHour(n int) time.Time {
	now := s.clock.Now().In(s.svc.Zone)
	at := time.Date(now.Year(), now.Month(), now.Day()+n, 8, 15+s.rng.IntN(7*60), s.rng.IntN(60), 0, s.svc.Zone)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}

// ago lets time pass until some time before the replay's end.
func (s *story) ago(d time.Duration) { s.until(s.end.Add(-d)) }

// chance is true once in n times.
func (s *story) chance(n int) bool { return s.rng.IntN(n) == 0 }

// recalls says that what comes next happened some time ago and is only recorded now.
func (s *story) recalls(d time.Duration) { s.late = d }

// envelope gives the next command its key.
func (s *story) envelope() handlers.Envelope {
	s.steps++
	env := handlers.Envelope{Key: keyOf(s.seed, s.name, strconv.Itoa(s.steps))}
	if s.fresh {
		env.Key = handlers.NewKey()
	}
	if s.late > 0 {
		env.OccurredAt = s.clock.Now().Add(-s.late)
		s.late = 0
	}
	return env
}

// took notes what a command did and returns the id of what it made. A command that changed nothing is a mistake of the
// plot.
func (s *story) took(what string, r handlers.Receipt, err error) string {
	if err == nil && r.Duplicate {
		err = errors.New("nothing followed from it")
	}
	if err != nil {
		s.err = fmt.Errorf("%s: %w", what, err)
		return ""
	}
	s.wrote(r)
	return r.ID
}

// do carries out an action of the table on the story's case. A nil body is the action's own empty one.
func (s *story) do(c handlers.Caller, action, target string, in handlers.Input) string {
	if s.err != nil {
		return ""
	}
	a, ok := handlers.ActionNamed(action)
	if !ok {
		s.err = fmt.Errorf("%s: no such action", action)
		return ""
	}
	if in == nil {
		in = a.New()
	}
	r, err := s.svc.Do(s.ctx, c, s.id, a, target, in, s.envelope())
	return s.took(action, r, err)
}

// lead is whoever carries the case.
func (s *story) lead() handlers.Caller { return s.house.as(leads(s.kind)) }

// open opens the story's case, about the first of the people.
func (s *story) open(kind string, by place, channel string, violence []handlers.Violence, people ...human) {
	if s.err != nil {
		return
	}
	s.kind = kind
	in := handlers.OpenCase{Kind: handlers.Kind(kind), Channel: handlers.Channel(channel), Violence: violence}
	family := pick(s.rng, surnames)
	for _, h := range people {
		if h.family == "" {
			h.family = family
		}
		in.Persons = append(in.Persons, s.people.invent(s.rng, s.clock.Now(), h))
	}
	c := s.house.as(by)
	r, err := s.svc.OpenCase(s.ctx, c, in, s.envelope())
	if s.id = s.took("case.open", r, err); s.err != nil {
		return
	}
	view, err := s.svc.Case(s.ctx, c, s.id, handlers.At{})
	if err != nil {
		s.err = err
		return
	}
	s.subject = view.Subject
	if !slices.Contains(s.files, s) { // a story that opens two cases goes on with the second
		s.files = append(s.files, s)
	}
	if by == hospital { // Criminal Procedure Code 282
		s.measure(c, casefile.CrimeReported)
	}
}

// close waits for what meetings gave out, and closes the case.
func (s *story) close(reason string) {
	for s.busy > 0 && s.err == nil {
		s.days(2, 4)
	}
	in := &handlers.CloseCase{Reason: handlers.CloseReason(reason), Note: s.texts.tell("Rasti mbyllet pas vlerësimit të fundit të familjes")}
	s.answerCriteria(in)
	s.do(s.lead(), "case.close", "", in)
	s.closed = true
}

// answerCriteria says, for each criterion that a child's case does not meet, why it is closed all the same.
func (s *story) answerCriteria(in *handlers.CloseCase) {
	if s.err != nil {
		return
	}
	view, err := s.svc.Case(s.ctx, s.lead(), s.id, handlers.At{})
	if err != nil {
		s.err = err
		return
	}
	reasons := map[string]*handlers.CriterionReason{
		casefile.GoalsMet: &in.GoalsMet, casefile.RiskRemoved: &in.RiskRemoved, casefile.WatchedSafe: &in.WatchedSafe, casefile.TeamHeard: &in.TeamHeard,
	}
	for _, c := range view.Checklist() {
		if !c.Met {
			*reasons[c.Criterion] = "handled_elsewhere"
		}
	}
}

// assess judges the risk. A level other than the tool's comes with its reason.
func (s *story) assess(c handlers.Caller, level string, factors ...handlers.Factor) {
	in := &handlers.AssessRisk{Level: handlers.Level(level), Factors: factors}
	if toolLevel(factors) != level {
		in.Reason = s.texts.tell("Niveli ndryshohet pas bisedës me familjen dhe me fqinjët")
	}
	s.do(c, "risk.assess", "", in)
	s.level = level
}

func (s *story) measure(c handlers.Caller, kind string) string {
	return s.do(c, "measure.take", "", &handlers.TakeMeasure{Kind: handlers.MeasureKind(kind), Detail: s.texts.tell("Ndihma u dha në vend nga punonjësja e turnit")})
}

func (s *story) note(c handlers.Caller, section string) {
	s.do(c, "note.write", "", &handlers.WriteNote{Section: handlers.NoteSection(section), Text: s.texts.tell("Shënim pas bisedës: familja kërkon qetësi dhe pak kohë")})
}

func (s *story) visit(c handlers.Caller, outcome string) {
	s.do(c, "visit.record", "", &handlers.RecordVisit{Outcome: handlers.VisitOutcome(outcome), Findings: s.findings()})
}

// consents records the subject's consent to sharing with some institutions, or with any.
func (s *story) consents(c handlers.Caller, to ...place) string {
	in := &handlers.RecordConsent{Person: s.subject, Decision: "given", How: "written", Purposes: []handlers.Purpose{"safety", "shelter", "health", "legal", "psychosocial", "social_support", "education"}}
	for _, p := range to {
		in.Recipients = append(in.Recipients, s.house.id(p))
	}
	return s.do(c, "consent.record", "", in)
}

// drafts a plan with tasks for some places, and approves it.
func (s *story) plan(tasks ...task) []string {
	s.do(s.lead(), "plan.draft", "", nil)
	var ids []string
	for _, t := range tasks {
		ids = append(ids, s.assign(t))
	}
	s.do(s.lead(), "plan.approve", "", nil)
	return ids
}

// task is something that a plan asks a place to do within some days.
type task struct {
	what string
	by   place
	days int
}

func (s *story) assign(t task) string {
	return s.do(s.lead(), "plan.assign", "", &handlers.AssignAction{What: handlers.PlanActionCode(t.what), Institution: s.house.id(t.by), Due: s.officeHour(t.days), Detail: s.texts.tell("Detyrë e dhënë nga plani individual")})
}

func (s *story) done(by place, action string) { s.do(s.house.as(by), "plan.done", action, nil) }

func (s *story) incident(c handlers.Caller, before time.Duration, types ...handlers.Violence) {
	s.do(c, "incident.record", "", &handlers.RecordIncident{Types: types, On: s.clock.Now().Add(-before), ChildrenPresent: s.chance(2), Narrative: s.texts.tell("Rrëfimi i ngjarjes siç u tregua në bisedë")})
}

var findings = []string{"Banesa është e rregullt dhe fëmijët frekuentojnë shkollën", "Familja ka nevojë për ndihmë ekonomike dhe drutë e dimrit", "Biseda u bë veçmas me secilin prind", "Fqinjët thonë se zhurmat janë shtuar kohët e fundit"}

func (s *story) findings() (text plain) { return s.texts.tell(pick(s.rng, findings)) }
