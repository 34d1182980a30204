package casefile

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// The first look at a child who was reported. No text of a national tool was to be had: the texts that were read say that a
// risk level is assessed and do not name what is asked (see domain facts, 4.3). So the questions and the scale are the
// house's, marked as such wherever they are shown, and every screening carries the tool's name and version: a later tool
// changes nothing of what was found with this one.
const (
	ScreeningTool    = "MKR-CHILD-SCREENING"
	ScreeningVersion = 1
)

// TargetScreening is the kind of a screening as an entry that can be marked as in error.
const TargetScreening = "screening"

// ScreeningSigns are the questions of version 1; each is answered yes, not known, or, when it is in neither list, no.
var ScreeningSigns = []string{
	"life_in_danger", "sexual_abuse_suspected", "trafficking_suspected", "no_safe_adult", "harmer_has_access",
	"injuries", "afraid_of_home", "left_alone", "needs_unmet", "out_of_school", "works_or_begs", "sees_violence", "carer_unable", "disability_unsupported", "known_before",
}

// GraveSigns alone put the tool's level at high; one of them that nobody could answer keeps it from being low.
var GraveSigns = ScreeningSigns[:5]

// Screening is the answers, what the tool makes of them, and what the person judged.
type Screening struct {
	ID        string        `json:"id"`
	Tool      string        `json:"tool"`
	Version   int           `json:"version"`
	Signs     []string      `json:"signs,omitempty"`
	Unknown   []string      `json:"unknown,omitempty"`
	ToolLevel string        `json:"tool_level"`
	Level     string        `json:"level"`
	Reason    person.Sealed `json:"reason,omitzero"`
	By        string        `json:"by"`
	At        time.Time     `json:"at"`
	InError   bool          `json:"in_error,omitempty"`
}

// ScreenChild answers the questions. A level other than the tool's needs a reason.
type ScreenChild struct {
	Screening      string
	Signs, Unknown []string
	Level          string
	Reason         person.Sealed
}

func (ScreenChild) command() {}

// ChildScreened is the first look at a child.
type ChildScreened struct {
	Screening string        `json:"screening"`
	Tool      string        `json:"tool"`
	Version   int           `json:"version"` // of the tool, as it was that day
	Signs     []string      `json:"signs,omitempty"`
	Unknown   []string      `json:"unknown,omitempty"`
	ToolLevel string        `json:"tool_level"`
	Level     string        `json:"level"`
	Reason    person.Sealed `json:"reason,omitzero"`
	By        string        `json:"by"`
	At        time.Time     `json:"at"`
}

// EventType is the stored name.
func (ChildScreened) EventType() string { return "child.screened" }

// ScreeningLevel is what version 1 of the tool makes of the answers: high with a grave sign or with five signs, medium with
// two signs or with a grave question that nobody could answer, else low. It advises; a person decides.
func ScreeningLevel(signs, unknown []string) string {
	grave := func(list []string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return slices.Contains(GraveSigns, s) })
	}
	switch {
	case grave(signs) || len(signs) >= 5:
		return High
	case len(signs) >= 2 || grave(unknown):
		return Medium
	}
	return Low
}

func (t *decision) screenChild(c ScreenChild) error {
	if t.s.Kind != ChildProtection {
		return event.RefuseField(CodeScreeningChild, "screening", "is made in the child's own case")
	}
	if err := t.fresh("screening", c.Screening); err != nil {
		return err
	}
	signs, err := codes("signs", c.Signs, ScreeningSigns)
	if err != nil {
		return err
	}
	unknown, err := codes("unknown", c.Unknown, ScreeningSigns)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(unknown, func(s string) bool { return slices.Contains(signs, s) }) {
		return event.RefuseField(CodeScreeningBoth, "unknown", "answers a question that was answered with yes")
	}
	if err := coded("level", c.Level, Levels); err != nil {
		return err
	}
	tool := ScreeningLevel(signs, unknown)
	if c.Level != tool && c.Reason.IsZero() {
		return event.RefuseField(CodeRiskReason, "reason", "a level other than the tool's needs a reason")
	}
	t.add(ChildScreened{Screening: c.Screening, Tool: ScreeningTool, Version: ScreeningVersion, Signs: signs, Unknown: unknown, ToolLevel: tool, Level: c.Level, Reason: c.Reason, By: t.by(), At: t.at()})
	t.initialTerm()
	return nil
}

// newestScreening is the screening that stands: of those not in error, the one that happened last.
func (s State) newestScreening() (Screening, bool) {
	var newest Screening
	found := false
	for _, v := range s.Screenings {
		if !v.InError && (!found || !v.At.Before(newest.At)) {
			newest, found = v, true
		}
	}
	return newest, found
}

// initialTerm brings the term of the initial assessment in line with the level that the screening found (CP-01: sooner the
// higher). It is counted from the same report. A graver finding counts anew from when it was found and gains nobody time; a
// term that has run out stays as it is, because that silence was not undone by looking at the child afterwards.
func (t *decision) initialTerm() {
	rule := t.s.initialRule()
	for _, d := range t.owed(func(d Deadline) bool { return d.isInitial() && d.Status == Running && d.Rule != rule }) {
		from := t.s.reportedAt(d)
		next := t.clock(rule, from)
		if next.DueAt.Before(d.DueAt) {
			from = t.at()
			next = capped(t.clock(rule, from), d.DueAt)
		}
		t.void(func(o Deadline) bool { return o.ID == d.ID })
		t.set(next, from, t.s.Lead, TargetCase, t.s.ID)
	}
}

// reportedAt is what a term of the first assessment is counted from: where the first of them began that no assessment had
// answered yet.
func (s State) reportedAt(d Deadline) time.Time {
	from := d.SetAt
	for _, o := range s.Deadlines {
		if o.isInitial() && o.SetAt.Before(from) && !has(s.Assessments, func(a Assessment) bool { return !a.At.Before(minute(o.SetAt)) }) {
			from = o.SetAt
		}
	}
	return from
}

// AwaitsFirstLook tells whether the term of the first look at the risk still runs: only then a screening's level decides on it.
func (s State) AwaitsFirstLook() bool {
	return has(s.Deadlines, func(d Deadline) bool { return d.isInitial() && d.Status == Running })
}

// isInitial tells whether it is the term of the first look at the risk.
func (d Deadline) isInitial() bool {
	return d.Kind == TargetCase && (d.Rule == ruleRiskInitial || strings.HasPrefix(d.Rule, ruleChildInitial))
}

func evolveScreening(w write, s State, e event.Data) State {
	if e, ok := e.(ChildScreened); ok {
		s.Screenings = added(w, s.Screenings, Screening{ID: e.Screening, Tool: e.Tool, Version: e.Version, Signs: e.Signs, Unknown: e.Unknown, ToolLevel: e.ToolLevel, Level: e.Level, Reason: e.Reason, By: e.By, At: e.At})
	}
	return s
}
