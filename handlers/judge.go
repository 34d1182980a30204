package handlers

import (
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
)

// judgeAction asks the policy about an action on a case, before the decider is asked. A case that the caller may
// not see answers as one that does not exist, and so does a target that the case does not have.
func (s *Service) judgeAction(c Caller, a CaseAction, target string, st casefile.State) (basis string, err error) {
	sight := s.judgeSight(c, st)
	if sight != nil && (!a.blind() || st.Status == casefile.NotOpened) {
		return "", sight
	}
	if !slices.Contains(targets(st, a.Target), target) {
		return "", ErrNotFound
	}
	facts := s.caseFacts(c, st)
	verdict := access.Verdict{}
	for _, p := range a.Policy {
		facts.Own = owns(c.Institution, p, a.Target, target, st)
		if verdict = access.Judge(c.Actor(), p, facts); verdict.Allow {
			return verdict.Basis, nil
		}
	}
	if sight != nil {
		return "", sight
	}
	return "", &DeniedError{Action: a.Name, Code: verdict.Code}
}

// judgeSight says whether the caller may see the case at all.
func (s *Service) judgeSight(c Caller, st casefile.State) error {
	if st.Status == casefile.NotOpened || !access.Judge(c.Actor(), access.ViewCase, s.caseFacts(c, st)).Allow {
		return ErrNotFound
	}
	return nil
}

// caseFacts describes the situation for the policy: what her institution is to the case now, what its consents cover, and
// whether her own account is kept out, named in a seal, or at work in an emergency. An emergency runs by the wall's clock.
func (s *Service) caseFacts(c Caller, st casefile.State) access.Facts {
	return caseFactsAt(c, st, s.Clock.Now(), s.Clock.Wall())
}

func caseFactsAt(c Caller, st casefile.State, now, wall time.Time) access.Facts {
	r := st.Restriction
	return access.Facts{
		Kind: st.Kind, Standing: st.StandingAt(c.Institution, now), Status: string(st.Status), Minor: st.SubjectMinor,
		Excluded: r.IsExcluded(c.Account), Sealed: r.Sealed, Admitted: r.IsAdmitted(c.Account),
		Glass:  access.FieldsNamed(r.Sections(c.Account, wall)),
		Covers: access.FieldsNamed(st.CoversOf(c.Institution, now)),
	}
}

// owns tells whether the thing acted on is the institution's own, in the sense of the action.
func owns(institution string, p access.Action, kind, id string, st casefile.State) bool {
	switch kind {
	case casefile.TargetReferral:
		r, ok := st.Referral(id)
		if !ok {
			return false
		}
		switch p {
		case access.AnswerReferral:
			return r.To == institution
		case access.RecordAnswer:
			return r.OffPlatform && r.From == institution
		default:
			return r.From == institution
		}
	case casefile.TargetDeadline:
		return slices.ContainsFunc(st.Deadlines, func(d casefile.Deadline) bool { return d.ID == id && d.Owner == institution })
	case casefile.TargetBreach:
		b, _ := st.Breach(id)
		return slices.ContainsFunc(b.Told, func(t casefile.BreachTold) bool { return t.Institution == institution })
	case casefile.TargetReturn:
		return slices.ContainsFunc(st.Returns, func(r casefile.Return) bool { return r.ID == id && r.Institution == institution })
	case casefile.TargetAction:
		return slices.ContainsFunc(st.Plan.Actions, func(a casefile.PlanAction) bool { return a.ID == id && a.Institution == institution })
	}
	if p == access.ReportPlanAction { // the plan as a whole: whoever was given a part in it
		return slices.ContainsFunc(st.Plan.Actions, func(a casefile.PlanAction) bool { return a.Institution == institution })
	}
	// What is named in the body, as a correction is: the decider checks whose entry it is.
	return p == access.MarkInError
}
