package inbox

import (
	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Rows derives the tasks of a case for every institution: each clock that an institution owes, and each referral
// that waits for it with no clock running. What a clock already says is not said twice.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	type duty struct{ institution, referral string }
	said := map[duty]bool{}
	for _, c := range s.Deadlines {
		if !c.Owed() || c.IsWarning() {
			continue
		}
		t := begin(s, c.Owner, Owed, c.Action, c.Kind, c.Target)
		t.Task = s.ID + ":" + c.ID
		t.Deadline, t.Rule, t.Article, t.Confidence = c.ID, c.Rule, c.Article, c.Confidence
		t.DueAt, t.Lapsed, t.Since = c.DueAt, c.Status == casefile.Lapsed, c.SetAt
		if c.Kind == casefile.TargetReferral {
			said[duty{c.Owner, c.Target}] = true
			if r, ok := s.Referral(c.Target); ok {
				t.about(r)
			}
		}
		out = append(out, row(d, t))
	}
	for _, r := range s.Referrals {
		waits, why, action := waiting(r)
		id := r.ReferralContent.Referral
		if waits == "" || said[duty{waits, id}] {
			continue
		}
		t := begin(s, waits, why, action, casefile.TargetReferral, id)
		t.Task, t.Since = s.ID+":"+id, r.ChangedAt
		t.about(r)
		out = append(out, row(d, t))
	}
	return append(out, told(d)...)
}

// told are the referrals that rest on no consent and that the case's lead has not seen yet.
func told(d casework.Doc) []projections.Row {
	s := d.State
	if s.Status != casefile.Open {
		return nil
	}
	var out []projections.Row
	for _, r := range s.Referrals {
		if !r.IsOpen() || !r.ToldLead(s.Lead) {
			continue
		}
		id := r.ReferralContent.Referral
		t := begin(s, s.Lead, Told, "note_ground", casefile.TargetReferral, id)
		t.Task, t.Since = s.ID+":told:"+id, r.SentAt
		t.about(r)
		t.Why = Told
		out = append(out, row(d, t))
	}
	return out
}

// waiting tells for whom an open referral waits when no clock says so.
func waiting(r casefile.Referral) (institution, why, action string) {
	switch {
	case !r.IsOpen():
		return "", "", ""
	case r.Status == casefile.Declined && r.Settled != "":
		return r.Review, Returned, "review_decline"
	case r.Status == casefile.Declined || r.Status == casefile.Failed:
		return r.From, Returned, "settle_referral"
	case r.Status == casefile.Drafted:
		return r.From, Asked, "send_referral"
	case r.OffPlatform:
		return r.From, Asked, "record_answer" // the receiver does not use mkr
	default:
		return r.To, Asked, "report_referral"
	}
}

func begin(s casefile.State, institution, why, action, kind, target string) Task {
	return Task{
		Why: why, Institution: institution, Case: s.ID, Code: s.Code, CaseKind: s.Kind, Risk: s.Risk, Action: action,
		Kind: kind, Target: target,
	}
}

func (t *Task) about(r casefile.Referral) {
	t.From, t.To, t.Service, t.Urgency, t.Status = r.From, r.To, r.Service, r.Urgency, string(r.Status)
	if t.Institution == r.To {
		t.Attention = r.Attention
	}
	if r.Status == casefile.Declined || r.Status == casefile.Failed {
		t.Why, t.Reason = Returned, r.Code
	}
}

func row(d casework.Doc, t Task) projections.Row {
	r := d.Row(projections.Inbox, t.Task)
	r.Institution, r.Status, r.Stage, r.DueAt, r.SortAt = t.Institution, t.Why, d.State.Stage(), t.DueAt, t.Since
	r.Parties = []string{t.Institution}
	r.Doc = projections.Document(t)
	return r
}
