package casefile

import (
	"slices"

	"mkr/domain/event"
)

// ProtectiveMeasures are a child's protection measures (law 18/2017 arts. 56-58). They last, are watched, and belong in a
// child's case only; the other kinds are help given on the spot.
var ProtectiveMeasures = []string{EmergencyPlacement, SpecialisedSupervision, AlternativeCare}

// The protection measures. A child is parted from the family only with the court's confirmation; under specialised
// supervision it stays there, with the parents' cooperation.
const (
	EmergencyPlacement     = "emergency_placement"
	SpecialisedSupervision = "specialised_supervision"
	AlternativeCare        = "alternative_care"
)

// Answers of the parents to specialised supervision.
const (
	ParentsAgree  = "agree"
	ParentsRefuse = "refuse"
)

// ParentsAnswers lists them.
var ParentsAnswers = []string{ParentsAgree, ParentsRefuse}

// MonitorFindings are how a child is under a measure.
var MonitorFindings = []string{"better", "unchanged", "worse", "in_danger"}

// The clocks of a protection measure.
const (
	ruleAskCourt       = "CP-02"
	ruleCourtDecides   = "CP-03"
	ruleMeasureReview  = "CP-05-measure"
	ruleMeasureMonitor = "MEASURE-MONITOR"
	ruleMeasureReplace = "MEASURE-REPLACE"
)

// Statuses of a measure.
const (
	MeasureRunning      Status = "running"
	MeasureAtCourt      Status = "at_court"
	MeasureIsConfirmed  Status = "confirmed"
	MeasureRefused      Status = "not_confirmed"
	MeasureHasEnded     Status = "ended"
	MeasureAwaitsAsking Status = "unconfirmed" // the court has still to be asked
)

// MeasureStatuses lists them in the order of the work.
var MeasureStatuses = []Status{MeasureRunning, MeasureAwaitsAsking, MeasureAtCourt, MeasureIsConfirmed, MeasureRefused, MeasureHasEnded}

// Protects tells whether it is one of a child's protection measures.
func (m Measure) Protects() bool { return slices.Contains(ProtectiveMeasures, m.Kind) }

// NeedsCourt tells whether it parts the child from the family, which the court must confirm (law 18/2017 arts. 56, 59).
func (m Measure) NeedsCourt() bool { return m.Kind == EmergencyPlacement || m.Kind == AlternativeCare }

// Runs tells whether it has not ended.
func (m Measure) Runs() bool { return !m.InError && m.EndedAt.IsZero() }

// Status of the measure.
func (m Measure) Status() Status {
	switch {
	case !m.EndedAt.IsZero() && !m.DecidedAt.IsZero() && !m.Confirmed:
		return MeasureRefused
	case !m.EndedAt.IsZero():
		return MeasureHasEnded
	case m.Confirmed:
		return MeasureIsConfirmed
	case !m.AskedAt.IsZero():
		return MeasureAtCourt
	case m.NeedsCourt():
		return MeasureAwaitsAsking
	}
	return MeasureRunning
}

func (t *decision) decideMeasure(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case TakeMeasure:
		return true, t.takeMeasure(c)
	case EndMeasure:
		return true, t.endMeasure(c)
	case AskCourtForMeasure:
		return true, t.askCourt(c)
	case ConfirmMeasure:
		return true, t.courtDecides(c.Measure, true)
	case RefuseMeasure:
		return true, t.courtDecides(c.Measure, false)
	case RecordParents:
		return true, t.recordParents(c)
	case MonitorMeasure:
		return true, t.monitor(c)
	case ReviewMeasure:
		return true, t.reviewMeasure(c)
	}
	return false, nil
}

func (t *decision) takeMeasure(c TakeMeasure) error {
	if err := t.fresh("measure", c.Measure); err != nil {
		return err
	}
	if err := coded("kind", c.Kind, MeasureKinds); err != nil {
		return err
	}
	m := Measure{Kind: c.Kind}
	switch {
	case m.Protects() && t.s.Kind != ChildProtection:
		return event.RefuseField(CodeMeasureChild, "kind", "is taken in the child's own case")
	case m.Protects() && !t.isLead():
		return event.RefuseField(CodeMeasureNotLead, "measure", "only the lead of the case may take it")
	case m.Protects() && has(t.s.Measures, func(o Measure) bool { return o.Kind == c.Kind && o.Runs() }):
		return event.RefuseField(CodeMeasureRuns, "kind", "is in effect already")
	}
	t.add(MeasureTaken{Measure: c.Measure, Kind: c.Kind, Detail: c.Detail, By: t.by(), At: t.at(), Medical: t.byMedicine()})
	if !m.Protects() {
		return nil
	}
	t.replace(c.Measure)
	if m.NeedsCourt() {
		t.oweMeasure(ruleAskCourt, c.Measure, t.s.Lead)
	}
	t.oweMeasure(ruleMeasureMonitor, c.Measure, t.s.Lead)
	t.oweMeasure(ruleMeasureReview, c.Measure, t.s.Lead)
	return nil
}

// replace ends what the new measure takes the place of: a child is under one protection measure at a time.
func (t *decision) replace(by string) {
	for _, m := range t.s.Measures {
		if m.ID != by && m.Protects() && m.Runs() {
			t.endsMeasure(m.ID)
		}
	}
}

func (t *decision) endsMeasure(id string) {
	t.add(MeasureEnded{Measure: id, At: t.at()})
	t.meet(func(d Deadline) bool {
		return d.Kind == TargetMeasure && d.Target == id && d.Rule == ruleMeasureReplace
	})
	t.void(func(d Deadline) bool { return of(TargetMeasure, id)(d) && d.Rule != ruleEmergencyEnd }) // that one the end meets
}

// oweMeasure starts a clock of the measure; the one of the same rule that ran before is done with.
func (t *decision) oweMeasure(rule, measure, owner string) {
	t.set(t.clock(rule, t.at()), t.at(), owner, TargetMeasure, measure)
}

func (t *decision) measure(id string) (Measure, error) {
	m, ok := find(t.s.Measures, func(m Measure) bool { return m.ID == id })
	if !ok || m.InError {
		return m, event.RefuseField(CodeMeasureUnknown, "measure", "there is no such measure")
	}
	return m, t.notBefore(m.At)
}

// runningMeasure is a protection measure with which something can still be done.
func (t *decision) runningMeasure(id string) (Measure, error) {
	m, err := t.measure(id)
	switch {
	case err != nil:
		return m, err
	case !m.Protects():
		return m, event.RefuseField(CodeMeasureNotProtective, "measure", "is help on the spot, not a protection measure")
	case !m.EndedAt.IsZero():
		return m, event.RefuseField(CodeMeasureStatus, "measure", "is "+string(m.Status()))
	}
	return m, nil
}

func (t *decision) endMeasure(c EndMeasure) error {
	m, err := t.measure(c.Measure)
	switch {
	case err != nil || !m.EndedAt.IsZero():
		return err
	case m.Protects() && !t.isLead():
		return event.RefuseField(CodeMeasureNotLead, "measure", "only the lead of the case may end it")
	}
	t.endsMeasure(c.Measure)
	return nil
}

// askCourt files the request for confirmation (law 18/2017 art. 56).
func (t *decision) askCourt(c AskCourtForMeasure) error {
	if err := validID("court", c.Court); err != nil {
		return err
	}
	m, err := t.runningMeasure(c.Measure)
	switch {
	case err != nil:
		return err
	case !m.NeedsCourt():
		return event.RefuseField(CodeMeasureNoCourt, "measure", "needs no confirmation by the court")
	case m.Court == c.Court && !m.AskedAt.IsZero():
		return nil
	case !m.AskedAt.IsZero():
		return event.RefuseField(CodeMeasureStatus, "measure", "is "+string(m.Status()))
	}
	t.join(c.Court, "court_proceedings")
	t.add(MeasureCourtAsked{Measure: c.Measure, Court: c.Court, By: t.by(), At: t.at()})
	t.meetRule(ruleAskCourt, c.Measure)
	t.oweMeasure(ruleCourtDecides, c.Measure, c.Court)
	return nil
}

// courtDecides: what is not confirmed ends with the decision (law 18/2017 art. 59).
func (t *decision) courtDecides(id string, confirmed bool) error {
	m, err := t.measure(id)
	switch {
	case err != nil:
		return err
	case !m.DecidedAt.IsZero() && m.Confirmed == confirmed:
		return nil
	case m.Status() != MeasureAtCourt:
		return event.RefuseField(CodeMeasureStatus, "measure", "is "+string(m.Status()))
	}
	if err := t.notBefore(m.AskedAt); err != nil {
		return err
	}
	if confirmed {
		t.add(MeasureConfirmed{Measure: id, By: t.by(), At: t.at()})
		t.meetRule(ruleCourtDecides, id)
		return nil
	}
	t.add(MeasureNotConfirmed{Measure: id, By: t.by(), At: t.at()})
	t.meetRule(ruleCourtDecides, id)
	t.void(of(TargetMeasure, id))
	return nil
}

// recordParents: without the parents' cooperation the child cannot be protected in the family, so another measure is owed
// (law 18/2017 art. 58).
func (t *decision) recordParents(c RecordParents) error {
	if err := coded("answer", c.Answer, ParentsAnswers); err != nil {
		return err
	}
	m, err := t.runningMeasure(c.Measure)
	switch {
	case err != nil:
		return err
	case m.Kind != SpecialisedSupervision:
		return event.RefuseField(CodeMeasureNoParents, "measure", "does not rest on the parents' cooperation")
	case m.Parents == c.Answer:
		return nil
	}
	t.add(MeasureParentsAnswered{Measure: c.Measure, Answer: c.Answer, By: t.by(), At: t.at()})
	if c.Answer == ParentsRefuse {
		t.oweMeasure(ruleMeasureReplace, c.Measure, t.s.Lead)
	} else {
		t.voidRule(ruleMeasureReplace, c.Measure)
	}
	return nil
}

// monitor answers the periodic look at the child and starts the next one. A child in danger has the risk looked at anew.
func (t *decision) monitor(c MonitorMeasure) error {
	if err := coded("finding", c.Finding, MonitorFindings); err != nil {
		return err
	}
	m, err := t.runningMeasure(c.Measure)
	switch {
	case err != nil:
		return err
	case m.MonitoredAt.Equal(t.at()) && m.Finding == c.Finding:
		return nil
	case t.at().Before(m.MonitoredAt):
		return event.RefuseField(CodeTooEarly, "occurred_at", "lies before the last report")
	}
	t.add(MeasureMonitored{Measure: c.Measure, Finding: c.Finding, Text: c.Text, By: t.by(), At: t.at()})
	t.meetRule(ruleMeasureMonitor, c.Measure)
	t.oweMeasure(ruleMeasureMonitor, c.Measure, t.s.Lead)
	if c.Finding == "in_danger" {
		t.lookAgain(ruleRiskDanger)
	}
	return nil
}

// reviewMeasure lets it go on until the next review.
func (t *decision) reviewMeasure(c ReviewMeasure) error {
	m, err := t.runningMeasure(c.Measure)
	switch {
	case err != nil:
		return err
	case m.ReviewedAt.Equal(t.at()):
		return nil
	case t.at().Before(m.ReviewedAt):
		return event.RefuseField(CodeTooEarly, "occurred_at", "lies before the last review")
	}
	t.add(MeasureReviewed{Measure: c.Measure, By: t.by(), At: t.at()})
	t.meetRule(ruleMeasureReview, c.Measure)
	t.oweMeasure(ruleMeasureReview, c.Measure, t.s.Lead)
	return nil
}

func ofRule(rule, measure string) func(Deadline) bool {
	return func(d Deadline) bool { return d.Kind == TargetMeasure && d.Target == measure && d.Rule == rule }
}

func (t *decision) meetRule(rule, measure string) { t.meet(ofRule(rule, measure)) }
func (t *decision) voidRule(rule, measure string) { t.void(ofRule(rule, measure)) }

// settleMeasures owes again what a case that was opened anew owes for the measures that still hold.
func (t *decision) settleMeasures() {
	for _, m := range t.s.Measures {
		if !m.Runs() || !m.Protects() {
			continue
		}
		switch m.Status() {
		case MeasureAwaitsAsking:
			t.oweMeasure(ruleAskCourt, m.ID, t.s.Lead)
		case MeasureAtCourt:
			t.oweMeasure(ruleCourtDecides, m.ID, m.Court)
		}
		if m.Parents == ParentsRefuse {
			t.oweMeasure(ruleMeasureReplace, m.ID, t.s.Lead)
		}
		t.oweMeasure(ruleMeasureMonitor, m.ID, t.s.Lead)
		t.oweMeasure(ruleMeasureReview, m.ID, t.s.Lead)
	}
}
