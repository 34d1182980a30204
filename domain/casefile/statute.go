package casefile

import (
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/deadline"
	"mkr/domain/event"
)

// Terms of law that a case as a whole, a measure or its plan runs under. Those of referrals and orders are said where
// their machines are. The risk's initial one is CASE-RISK-INITIAL, or CP-01 for a child.
const (
	ruleReportCrime  = "DV-04"      // medical staff report a crime that they learn of (Criminal Procedure Code 282)
	ruleEmergencyEnd = "DV-23"      // the emergency service of 72 hours (VKM 518/2018)
	ruleTeam         = "DV-25"      // the technical team looks at a case of high risk (VKM 327/2021)
	rulePlan         = "DV-27"      // the individual intervention plan (VKM 327/2021)
	ruleChildInitial = "CP-01-"     // and the level of the screening; until there is one, a child's risk counts as high (VKM 578/2018)
	ruleChildPlan    = "CP-04"      // full assessment and the child's individual protection plan (VKM 578/2018)
	ruleChildReview  = "CP-05-plan" // its review (VKM 578/2018)
	ruleClosing      = "CP-07"      // the decision to close a child's case that is ready for it (VKM 578/2018)
	ruleChildTeam    = "CP-06"      // the technical group looks at a child at high risk (VKM 111/2019)
)

// CrimeReported is the measure by which an institution tells that it has reported a crime to those who prosecute it.
const CrimeReported = "crime_reported"

// term is a term of law that runs as the case stands.
type term struct {
	rule, owner, kind, target string
	from                      time.Time
	latest                    time.Time // an earlier day that was agreed; zero for none
}

// terms says which of these terms a case is under as it stands now. It is the one place where that is said. A decision
// starts those that it brought about and ends those that it did away with; what an older case was never told to owe, a new
// version of the program does not make it owe.
func (s State) terms() []term {
	if s.Status != Open {
		return nil
	}
	var out []term
	owe := func(rule, owner, kind, target string, from time.Time) {
		out = append(out, term{rule: rule, owner: owner, kind: kind, target: target, from: from})
	}
	for _, o := range s.unreported() {
		owe(ruleReportCrime, o.by, TargetCase, s.ID, o.at)
	}
	for _, m := range s.Measures {
		if s.Kind == DomesticViolence && !m.InError && m.EndedAt.IsZero() && m.Kind == "safe_place" {
			owe(ruleEmergencyEnd, m.By, TargetMeasure, m.ID, m.At)
		}
	}
	team, plan := ruleTeam, rulePlan
	if s.Kind == ChildProtection {
		team, plan = ruleChildTeam, ruleChildPlan
	}
	if from, high := s.highSince(); high && s.TeamAt.Before(minute(from)) && s.Plan.DraftedAt.Before(minute(from)) {
		owe(team, s.Lead, TargetCase, s.ID, from)
	}
	switch from, judged := s.planSince(); {
	case s.Plan.ID == "" && judged:
		owe(plan, s.Lead, TargetCase, s.ID, from)
	case !s.Plan.ApprovedAt.IsZero():
		review := rulePlanReview
		if s.Kind == ChildProtection {
			review = ruleChildReview
		}
		owe(review, s.Lead, TargetCase, s.ID, later(s.Plan.LookedAt(), s.ReopenedAt))
		out[len(out)-1].latest = s.Plan.NextReview
	}
	if from, ripe := s.ripeSince(); ripe {
		owe(ruleClosing, s.Lead, TargetCase, s.ID, from)
	}
	return out
}

// learnt is that an institution's medical staff learnt of a crime.
type learnt struct {
	by string
	at time.Time
}

// unreported are the institutions whose medical staff learnt of violence, by telling of the case or by an examination, and
// have not reported it since: each from the first time. A referral on the basis of the duty to report is a report.
func (s State) unreported() []learnt {
	var out []learnt
	learn := func(by string, at time.Time) {
		if !at.Before(minute(s.ReopenedAt)) && !slices.ContainsFunc(out, func(o learnt) bool { return o.by == by }) && !s.reported(by, at) {
			out = append(out, learnt{by, at})
		}
	}
	if s.OpenedMedical {
		learn(s.OpenedBy, s.OpenedAt)
	}
	for _, m := range s.Measures {
		if m.Medical && m.Kind == "medical_exam" && !m.InError {
			learn(m.By, m.At)
		}
	}
	return out
}

func (s State) reported(by string, since time.Time) bool {
	since = minute(since)
	return has(s.Measures, func(m Measure) bool {
		return m.By == by && m.Kind == CrimeReported && !m.InError && !m.At.Before(since)
	}) || has(s.Referrals, func(r Referral) bool {
		return r.From == by && r.Basis == "kpp_282" && !r.SentAt.IsZero() && !r.SentAt.Before(since) && r.Status != InError
	})
}

// highSince is when the risk became high, if it is: the first of the last assessments in a row that say so.
func (s State) highSince() (from time.Time, high bool) {
	standing := s.judged()
	slices.SortStableFunc(standing, func(a, b Assessment) int { return a.At.Compare(b.At) })
	for _, a := range slices.Backward(standing) {
		if a.Level != High {
			break
		}
		from, high = a.At, true
	}
	return from, high
}

// judged are the assessments that stand, of what the case is about since it was last opened.
func (s State) judged() []Assessment {
	since := minute(s.ReopenedAt)
	return slices.DeleteFunc(slices.Clone(s.Assessments), func(a Assessment) bool { return a.InError || a.At.Before(since) })
}

// planSince is when a plan began to be owed: the first assessment that found more than a low risk, while it is not low.
func (s State) planSince() (from time.Time, owed bool) {
	for _, a := range s.judged() {
		if a.Level != Low && (!owed || a.At.Before(from)) {
			from, owed = a.At, true
		}
	}
	return from, owed && s.Risk != Low
}

// settleTerms starts the terms that a decision brought about, and ends those that it did away with: met by one of the
// events that their rule names, or owed no longer. What was computed once stays, even when the packs have changed since.
func (t *decision) settleTerms(before State) {
	was, is := before.terms(), t.s.terms()
	rules := map[string]bool{}
	for _, o := range was {
		rules[o.rule] = true
	}
	for _, d := range t.owed(func(d Deadline) bool { return rules[d.Rule] }) {
		if slices.ContainsFunc(is, func(o term) bool { return o.runs(d) }) || !slices.ContainsFunc(was, func(o term) bool { return o.runs(d) }) {
			continue
		}
		if t.meets(d) {
			t.add(DeadlineMet{Deadline: d.ID, At: t.at()})
		} else {
			t.add(DeadlineVoided{Deadline: d.ID, At: t.at()})
		}
	}
	for _, o := range is {
		if !slices.Contains(was, o) && !has(t.s.Deadlines, func(d Deadline) bool { return d.Owed() && o.runs(d) }) {
			t.set(o.capped(t.clock(o.rule, o.from)), o.from, o.owner, o.kind, o.target)
		}
	}
}

// runs tells whether the clock is the term's.
func (o term) runs(d Deadline) bool {
	return d.Rule == o.rule && d.Owner == o.owner && d.Kind == o.kind && d.Target == o.target && d.SetAt.Equal(o.from)
}

// capped is the term's clock, no later than the day that was agreed. A day that was over when it began counts no more.
func (o term) capped(c deadline.Clock) deadline.Clock {
	if o.latest.After(o.from) {
		return capped(c, o.latest)
	}
	return c
}

// meets tells whether the decision holds an event that meets the clock, by its rule.
func (t *decision) meets(d Deadline) bool {
	rule, _ := t.rule(d.Rule)
	return has(t.out, func(e event.Data) bool { return slices.Contains(rule.MetBy, e.EventType()) })
}

// byMedicine tells whether medical staff act.
func (t *decision) byMedicine() bool { return t.m.Actor.Role == access.Medical }

// initialRule is the term for the first look at the risk.
func (s State) initialRule() string {
	if s.Kind == ChildProtection {
		if v, ok := s.newestScreening(); ok {
			return ruleChildInitial + v.Level
		}
		return ruleChildInitial + High
	}
	return ruleRiskInitial
}

// orderRights are the times in which a court may be asked about an order, which nobody need use (law 9669 arts. 13/1, 21).
// One that is over is not owed again.
func (t *decision) orderRights(o Order) []owing {
	var out []owing
	may := func(rule string, from time.Time) {
		if c := t.clock(rule, from); c.DueAt.After(t.m.Now) {
			out = append(out, owing{c, TargetOrder, from, t.s.Lead})
		}
	}
	switch from, runs := o.appealTerm(t.m.Now); {
	case o.Status == OrderInForce && o.Type == UMPMM && !o.Upheld:
		may(ruleEvaluation, o.IssuedAt)
	case runs && o.Type == UM && (o.Status == OrderIsRefused || o.Status == OrderInForce): // art. 21 names no time to appeal about a UMM
		may(ruleAppeal, from)
	}
	return out
}

// The terms of orders that are rights, and the court's own register.
const (
	ruleEvaluation = "DV-06" // the victim may ask the court to evaluate the police's order
	ruleAppeal     = "DV-18" // the parties may appeal against a UM, or against the court's no
	ruleRegister   = "DV-07" // the court enters a petition in its register the same day (law 9669 art. 14(5))
)

// ruleAttendance is the programme's weekly report to the court, while an order sends somebody there (law 9669 art. 10(1)m).
const ruleAttendance = "DV-21"

// sentToProgramme tells whether an order in force sends the perpetrator to a programme: letter m of art. 10(1).
func (s State) sentToProgramme() bool {
	return has(s.Orders, func(o Order) bool {
		return !o.InError && o.Status == OrderInForce && slices.Contains(o.Conditions, "m")
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rule finds a rule as it holds on the day that is told of.
func (t *decision) rule(id string) (deadline.Rule, bool) { return t.rulesFor(id).Rule(id) }
