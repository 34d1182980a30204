package pages

import (
	"strconv"

	"mkr/domain/casefile"
	"mkr/domain/deadline"
)

// clocks tells of every term that is owed, with the rule it is counted by, and of those over that somebody had to be told
// of: what was done late stays to be seen.
func (s summarizer) clocks() section {
	out := section{Key: "clocks"}
	for _, d := range s.c.Deadlines {
		if !d.Owed() && len(d.Reached)+len(d.Warnings) == 0 {
			continue
		}
		i := item{ID: "deadline-" + d.ID, Title: s.Code("owed", d.Action), Aside: s.about(s.c, d), Done: !d.Owed(), Open: s.todos(casefile.TargetDeadline, d.ID)}
		if d.Owed() {
			i.Due, i.Turn = d.DueAt, s.Who(d.Owner)
		} else {
			i.Tags = append(i.Tags, tag{s.Code("status", string(d.Status)), ""})
			i.Lines = append(i.Lines, s.Who(d.Owner))
		}
		if rung := d.Rung(); rung != "" && d.Owed() {
			i.Tags = append(i.Tags, tag{s.Code("rung", rung), "bad"})
		}
		if d.Confidence == deadline.Placeholder {
			i.Tags = append(i.Tags, tag{s.Code("confidence", d.Confidence), "warn"})
		}
		i.Lines = append(i.Lines, s.ruleOf(d), s.counted(d))
		i.Lines = append(i.Lines, s.told(d)...)
		out.Items = append(out.Items, i)
	}
	return out
}

// ruleOf names the rule as it was when the clock was set: its title, number, version and article, and how sure it is.
func (s summarizer) ruleOf(d casefile.Deadline) string {
	return join(s.Rule(d.Rule), s.T("clock.rule", "rule", d.Rule, "pack", d.Pack, "version", strconv.Itoa(d.Version)), d.Article, s.Code("confidence", d.Confidence))
}

// counted says from when to when it runs, and why its last day moved.
func (s summarizer) counted(d casefile.Deadline) string {
	words := s.T("clock.runs", "from", s.DateTime(d.SetAt), "until", s.DateTime(d.DueAt))
	if d.Shift != "" {
		words = join(words, s.T("deadlines.shifted"))
	}
	if d.Right {
		words = join(words, s.T("clock.right"))
	}
	return words
}

// told says who was told when, and what they answered, in the order in which it happened.
func (s summarizer) told(d casefile.Deadline) []string {
	var out []string
	for _, w := range d.Warnings {
		out = append(out, s.T("clock.warned", "who", s.Who(w.Institution), "when", s.DateTime(w.At)))
	}
	acks := d.Acks
	answered := func(rung string) {
		for len(acks) > 0 && acks[0].Rung == rung {
			a := acks[0]
			words := s.T("clock.answered", "who", s.Who(a.By), "when", s.DateTime(a.At), "answer", s.Within("ack_answer", a.Answer))
			if !a.Until.IsZero() {
				words = join(words, s.T("clock.acts_by", "when", s.DateTime(a.Until)))
			}
			out, acks = append(out, words), acks[1:]
		}
	}
	answered("")
	if !d.LapsedAt.IsZero() {
		out = append(out, s.T("clock.lapsed", "when", s.DateTime(d.LapsedAt)))
	}
	for _, r := range d.Reached {
		line := s.T("clock.told", "rung", s.Within("rung", r.Rung), "who", s.Who(r.Institution), "when", s.DateTime(r.At))
		if r.Account != "" { // by the roster of then
			line = join(line, s.colleague(r.Institution, r.Account))
		}
		out = append(out, line)
		answered(r.Rung)
	}
	return out
}
