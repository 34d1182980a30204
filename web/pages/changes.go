package pages

import (
	"slices"
	"strings"

	"mkr/handlers"
)

// change says in words what an event changed in the picture of a case.
type change struct {
	What          string
	Before, After string // both empty: it is new
	Gone          bool
}

// reads is what a person reads of an item beside its title.
func (i item) reads(v view) string {
	parts := make([]string, 0, len(i.Tags)+len(i.Lines)+3)
	for _, t := range i.Tags {
		parts = append(parts, t.Text)
	}
	if i.Struck {
		parts = append(parts, v.Code("status", "entered_in_error"))
	}
	parts = append(parts, i.Aside, i.Turn, v.DateTime(i.Due))
	return join(append(parts, i.Lines...)...)
}

// changed marks every item that was not there before, or reads otherwise, and says what changed.
func (v view) changed(now, before []section, is, was handlers.CaseView) []change {
	var out []change
	add := func(what, before, after string) {
		if before != after {
			out = append(out, change{What: what, Before: before, After: after})
		}
	}
	add(v.T("part.risk"), v.levelWords(was.Risk), v.levelWords(is.Risk))
	add(v.T("replay.stage"), v.Code("stage", was.Stage), v.Code("stage", is.Stage))
	add(strings.TrimSuffix(v.T("ball.turn"), ":"), v.ballWords(was), v.ballWords(is))
	old := map[string]item{}
	for _, s := range before {
		for _, i := range s.Items {
			old[s.Key+" "+i.ID] = i
		}
	}
	for _, s := range now {
		for n := range s.Items {
			i := &s.Items[n]
			key := s.Key + " " + i.ID
			o, there := old[key]
			delete(old, key)
			i.Changed, i.New = !there || o.sign() != i.sign(), !there
			what := v.T("part."+s.Key) + ": " + i.Title
			switch {
			case !there:
				out = append(out, change{What: what})
			case i.Changed:
				a, b := apart(o.parts(v), i.parts(v))
				out = append(out, change{What: what, Before: a, After: b})
			}
		}
	}
	for _, s := range before { // in the order of the page
		for _, i := range s.Items {
			if _, gone := old[s.Key+" "+i.ID]; gone {
				out = append(out, change{What: v.T("part."+s.Key) + ": " + i.Title, Gone: true})
			}
		}
	}
	return out
}

func (i item) parts(v view) []string { return strings.Split(i.reads(v), " · ") }

// apart leaves out what reads the same on both sides.
func apart(a, b []string) (string, string) {
	left := slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
	right := slices.DeleteFunc(slices.Clone(b), func(s string) bool { return slices.Contains(a, s) })
	return join(left...), join(right...)
}

func (v view) levelWords(level string) string {
	if level == "" {
		level = "unassessed"
	}
	return v.Code("level", level)
}

func (v view) ballWords(c handlers.CaseView) string {
	if c.Ball.Closed {
		return v.T("ball.nobody")
	}
	return join(v.Who(c.Ball.Institution), v.Within("owed", c.Ball.Action), v.DateTime(c.Ball.DueAt))
}
