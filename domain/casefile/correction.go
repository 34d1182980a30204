package casefile

import (
	"strings"

	"mkr/domain/event"
)

// correctable are the kinds of entries that can be marked as entered in error.
var correctable = []string{TargetReferral, TargetNote, TargetRisk, TargetOrder, TargetHearing, TargetVisit, TargetMeasure, TargetIncident, TargetFile, TargetScreening}

// entry finds an entry: who made it, and whether it is marked already.
func (s State) entry(kind, id string) (by string, inError, ok bool) {
	switch kind {
	case TargetReferral:
		v, ok := s.Referral(id)
		return v.From, v.Status == InError, ok
	case TargetNote:
		v, ok := find(s.Notes, func(v Note) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetFile:
		v, ok := s.File(id)
		return v.By, v.InError, ok
	case TargetRisk:
		v, ok := find(s.Assessments, func(v Assessment) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetOrder:
		v, ok := s.Order(id)
		return v.By, v.InError, ok
	case TargetHearing:
		v, ok := find(s.Hearings, func(v Hearing) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetVisit:
		v, ok := find(s.Visits, func(v Visit) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetMeasure:
		v, ok := find(s.Measures, func(v Measure) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetScreening:
		v, ok := find(s.Screenings, func(v Screening) bool { return v.ID == id })
		return v.By, v.InError, ok
	case TargetIncident:
		v, ok := find(s.Incidents, func(v Incident) bool { return v.ID == id })
		return v.By, v.InError, ok
	}
	return "", false, false
}

// markInError takes an entry out of account by a compensating event; the entry itself stays in the history. It may be
// done in a closed case too, where it starts no clock.
func (t *decision) markInError(c MarkInError) error {
	if err := coded("kind", c.Kind, correctable); err != nil {
		return err
	}
	if err := coded("reason", c.Reason, ErrorReasons); err != nil {
		return err
	}
	by, inError, ok := t.s.entry(c.Kind, c.Target)
	switch {
	case !ok:
		return event.RefuseField(CodeEntryUnknown, "target", "there is no such entry")
	case t.by() != by && !t.isLead():
		return event.RefuseField(CodeEntryNotYours, "target", "only the institution that made the entry, or the lead, may mark it")
	case inError:
		return nil
	}
	before := t.s
	t.add(EntryMarkedInError{Kind: c.Kind, Target: c.Target, Reason: c.Reason, By: t.by(), At: t.at()})
	t.void(of(c.Kind, c.Target))
	if t.s.Status != Open {
		return nil
	}
	switch c.Kind {
	case TargetReferral:
		// The referral that this one had replaced is a task of its sender again.
		for _, r := range before.Referrals {
			if r.ReplacedBy == c.Target {
				t.oblige(r.ReferralContent.Referral)
			}
		}
	case TargetRisk:
		t.fallBack(before)
	case TargetScreening:
		t.initialTerm()
	case TargetOrder:
		t.forgetBreaches(c.Target)
	}
	t.settleOrders()
	return nil
}

// fallBack corrects the lead's risk clock when an assessment is taken out of account. If it was the one that stood, the
// review that it started is owed by the assessment before it, counted from then; if there is none, an initial one is owed.
// A clock that a breach or a reopening started stays.
func (t *decision) fallBack(before State) {
	was, _ := before.newestAssessment()
	now, stands := t.s.newestAssessment()
	if was.ID == now.ID {
		return
	}
	for _, d := range t.owed(Deadline.IsRiskClock) {
		if !strings.HasPrefix(d.Rule, ruleRiskReview) {
			return
		}
	}
	t.void(Deadline.IsRiskClock)
	if stands {
		t.setRisk(ruleRiskReview+now.Level, now.At)
	} else {
		t.setRisk(t.s.initialRule(), t.at())
	}
}
