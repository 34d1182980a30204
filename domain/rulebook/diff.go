package rulebook

import (
	"fmt"

	"mkr/domain/deadline"
)

// Change is one difference between a version of a pack and the one before it.
type Change struct {
	Rule   string `json:"rule,omitempty"` // "" for the pack itself
	Field  string `json:"field"`          // "rule" when the whole rule is new
	Before string `json:"before,omitempty"`
	After  string `json:"after"`
}

// Diff says what a version changed, in the order of its rules.
func Diff(before, after deadline.Pack) []Change {
	var out []Change
	note := func(rule, field, was, is string) {
		if was != is {
			out = append(out, Change{rule, field, was, is})
		}
	}
	note("", "valid_from", before.ValidFrom, after.ValidFrom)
	note("", "source", before.Source, after.Source)
	note("", "source_sq", before.SourceSQ, after.SourceSQ)
	note("", "governs", fmt.Sprint(before.Governs), fmt.Sprint(after.Governs))
	for _, name := range deadline.LadderNames {
		note("", "ladders."+name, ladder(before.Ladders[name]), ladder(after.Ladders[name]))
	}
	old := map[string]deadline.Rule{}
	for _, r := range before.Rules {
		old[r.ID] = r
	}
	for _, r := range after.Rules {
		o, there := old[r.ID]
		if !there {
			note(r.ID, "rule", "", term(r.Term))
			continue
		}
		note(r.ID, "article", o.Article, r.Article)
		note(r.ID, "title.sq", o.Title.SQ, r.Title.SQ)
		note(r.ID, "title.en", o.Title.EN, r.Title.EN)
		note(r.ID, "term", term(o.Term), term(r.Term))
		note(r.ID, "owner", o.Owner, r.Owner)
		note(r.ID, "action", o.Action, r.Action)
		note(r.ID, "met_by", fmt.Sprint(o.MetBy), fmt.Sprint(r.MetBy))
		note(r.ID, "confidence", o.Confidence, r.Confidence)
		note(r.ID, "ladder", o.Ladder, r.Ladder)
		note(r.ID, "right", fmt.Sprint(o.Right), fmt.Sprint(r.Right))
		note(r.ID, "note", o.Note, r.Note)
	}
	return out
}

func term(t deadline.Term) string {
	words := fmt.Sprintf("%d %s", t.Count, t.Unit)
	if t.Unshifted {
		words += ", unshifted"
	}
	return words
}

func ladder(l deadline.Ladder) string {
	if l.IsZero() {
		return ""
	}
	return fmt.Sprintf("warn %v, climb %v, hold %d", l.Warn, l.Climb, l.Hold)
}
