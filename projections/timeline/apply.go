package timeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"mkr/domain/casefile"
	"mkr/domain/event"
)

// Of tells a case's facts, in the order of the stream. To show it, sort by OccurredAt with Position as tie-break.
func Of(facts ...event.Fact) []Entry {
	var entries []Entry
	for _, f := range facts {
		entries = Apply(entries, f)
	}
	return entries
}

// Apply tells one more fact. Like append it may write into entries: use only its result from then on.
func Apply(entries []Entry, f event.Fact) []Entry {
	if c, ok := clockOf(f.Data); ok {
		for i := len(entries) - 1; i >= 0 && entries[i].command == f.Meta.CommandID; i-- {
			if len(entries[i].Clocks) > 0 || i == 0 || entries[i-1].command != f.Meta.CommandID {
				// All clocks of a command hang on its first entry: that is what started and stopped them.
				entries[i].Clocks = append(entries[i].Clocks, named(entries, c))
				return entries
			}
		}
	}
	data := f.Data
	if d, ok := data.(casefile.ReferralDisclosed); ok {
		if n := len(entries); n > 0 && entries[n-1].command == f.Meta.CommandID {
			return entries // a part of the sending; the copy has a page of its own, for those whom it concerns
		}
		d.Shown = casefile.Disclosure{} // the largest payload there is, and none of it is told here
		data = d
	}
	e := Entry{
		Position: f.Position, Revision: f.Revision, EventID: f.ID, Type: f.Type, OccurredAt: f.Meta.OccurredAt, RecordedAt: f.RecordedAt,
		Institution: f.Meta.Institution, Actor: f.Meta.Actor, Role: f.Meta.Role, Basis: f.Meta.Basis, Late: f.Late() > LateAfter,
		command: f.Meta.CommandID,
	}
	e.Values, e.Sealed = values(data)
	e.Kind, e.Target = target(f, e.Values)
	switch d := f.Data.(type) {
	case casefile.EntryMarkedInError:
		for i := range entries {
			if entries[i].Target == d.Target && entries[i].Kind == d.Kind {
				entries[i].InError = true
			}
		}
	case casefile.ReferralDisclosed:
		delete(e.Values, "shown")
	case casefile.DeadlineLapsed:
		c := named(entries, Clock{Op: "lapsed", Deadline: d.Deadline})
		e.Kind, e.Target = c.Kind, c.Target
		e.Clocks = []Clock{c}
	case casefile.DeadlineWarned:
		e.about(named(entries, Clock{Deadline: d.Deadline}))
	case casefile.DeadlineEscalated:
		e.about(named(entries, Clock{Deadline: d.Deadline}))
	case casefile.DeadlineAcknowledged:
		e.about(named(entries, Clock{Deadline: d.Deadline}))
	}
	return append(entries, e)
}

// about says which thing's clock the entry tells of.
func (e *Entry) about(c Clock) { e.Kind, e.Target = c.Kind, c.Target }

func clockOf(d event.Data) (Clock, bool) {
	switch d := d.(type) {
	case casefile.DeadlineSet:
		return Clock{
			Op: "set", Deadline: d.Deadline, Rule: d.Rule, Article: d.Article, Confidence: d.Confidence, Owner: d.Owner, Action: d.Action,
			Kind: d.Kind, Target: d.Target, DueAt: d.DueAt,
		}, true
	case casefile.DeadlineMet:
		return Clock{Op: "met", Deadline: d.Deadline}, true
	case casefile.DeadlineVoided:
		return Clock{Op: "voided", Deadline: d.Deadline}, true
	}
	return Clock{}, false
}

// named says of a clock that ended what was said when it was set.
func named(entries []Entry, c Clock) Clock {
	for i := len(entries) - 1; i >= 0; i-- {
		for _, o := range entries[i].Clocks {
			if o.Op == "set" && o.Deadline == c.Deadline && c.Op != "set" {
				o.Op = c.Op
				return o
			}
		}
	}
	return c
}

// values takes a payload apart: its coded values, and the names of the fields that are sealed. Going by the stored
// form means that a new event type needs nothing here, and that a sealed value cannot be forgotten.
func values(d event.Data) (coded map[string]any, sealed []string) {
	raw, err := json.Marshal(d)
	if err != nil {
		panic(fmt.Sprintf("timeline: %s cannot be written: %v", d.EventType(), err))
	}
	if err := json.Unmarshal(raw, &coded); err != nil {
		panic(fmt.Sprintf("timeline: %s cannot be read: %v", d.EventType(), err))
	}
	for name, v := range coded {
		object, ok := v.(map[string]any)
		if !ok {
			continue
		}
		if _, is := object["box"]; is {
			delete(coded, name)
			if object["box"] != nil {
				sealed = append(sealed, name)
			}
		}
	}
	slices.Sort(sealed)
	return coded, sealed
}

// subjects says, by the first word of an event's type, what it is about and which of its values names it.
var subjects = map[string]struct{ kind, value string }{
	"case": {casefile.TargetCase, ""}, "person": {"person", "person"}, "participant": {"participant", "institution"},
	"incident": {casefile.TargetIncident, "incident"}, "consent": {"consent", "consent"}, "risk": {casefile.TargetRisk, "assessment"},
	"referral": {casefile.TargetReferral, "referral"}, "service": {casefile.TargetReferral, "referral"},
	"measure": {casefile.TargetMeasure, "measure"}, "order": {casefile.TargetOrder, "order"}, "hearing": {casefile.TargetHearing, "hearing"},
	"return": {casefile.TargetReturn, "return"}, "visit": {casefile.TargetVisit, "visit"}, "note": {casefile.TargetNote, "note"}, "file": {casefile.TargetFile, "file"}, "plan": {"plan", "plan"},
	"breach": {casefile.TargetBreach, "breach"}, "safety_plan": {"safety_plan", "safety_plan"},
}

func target(f event.Fact, coded map[string]any) (kind, id string) {
	if d, ok := f.Data.(casefile.EntryMarkedInError); ok {
		return d.Kind, d.Target
	}
	if action, ok := coded["action"].(string); ok && strings.HasPrefix(f.Type, "plan.action_") {
		return casefile.TargetAction, action
	}
	if goal, ok := coded["goal"].(string); ok && strings.HasPrefix(f.Type, "plan.goal_") {
		return casefile.TargetGoal, goal
	}
	word, _, _ := strings.Cut(f.Type, ".")
	about, known := subjects[word]
	if !known {
		return "", ""
	}
	if about.value == "" {
		return about.kind, event.ID(f.Stream)
	}
	id, _ = coded[about.value].(string)
	return about.kind, id
}
