package deadlines

import (
	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Rows derives one row for every clock of a case that is still owed, running or lapsed. Everybody in the case may
// see who owes what.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	var out []projections.Row
	var parties []string
	for _, c := range s.Deadlines {
		if !c.Owed() || c.IsWarning() { // a warning is nobody's duty
			continue
		}
		if parties == nil {
			parties = s.Parties()
		}
		row := d.Row(projections.Deadlines, s.ID+":"+c.ID)
		row.Institution, row.Status, row.Stage, row.DueAt, row.SortAt, row.Parties = c.Owner, string(c.Status), stage(s, c), c.DueAt, c.SetAt, parties
		item := Item{
			Deadline: c.ID, Case: s.ID, Code: s.Code, CaseKind: s.Kind, Risk: s.Risk, Rule: c.Rule, Pack: c.Pack, Version: c.Version,
			Article: c.Article, Confidence: c.Confidence, Owner: c.Owner, Action: c.Action, Kind: c.Kind, Target: c.Target,
			SetAt: c.SetAt, DueAt: c.DueAt, Shift: c.Shift, Status: string(c.Status), Lapsed: c.Status == casefile.Lapsed, LapsedAt: c.LapsedAt,
			Right: c.Right,
		}
		if n := len(c.Warnings); n > 0 {
			item.WarnedAt = c.Warnings[n-1].At
		}
		if n := len(c.Reached); n > 0 {
			item.Rung, item.RungAt = c.Reached[n-1].Rung, c.Reached[n-1].At
		}
		if n := len(c.Acks); n > 0 {
			last := c.Acks[n-1]
			item.AckBy, item.Answer, item.AckAt, item.ActsBy = last.By, last.Answer, last.At, last.Until
		}
		row.Doc = projections.Document(item)
		out = append(out, row)
	}
	return out
}

// Stages of a row: whether a referral waits for its answer, or something else is owed.
const (
	Answer = "answer"
	Act    = "act"
)

func stage(s casefile.State, c casefile.Deadline) string {
	if c.Kind == casefile.TargetReferral {
		if r, ok := s.Referral(c.Target); ok && r.AwaitsAnswer() {
			return Answer
		}
	}
	return Act
}
