package timeline

import (
	"encoding/json"
	"slices"
	"strings"

	"mkr/domain/casefile"
	"mkr/domain/event"
)

// Apply adds a fact of the case's stream to its history. Deadlines that a command set, met or voided stand with
// the command's first entry; a lapse is an entry of its own, since nobody did anything. It is pure and total.
func Apply(entries []Entry, f event.Fact) []Entry {
	if c, ok := clockOf(f.Data); ok {
		if i := len(entries) - 1; i >= 0 && !strings.HasPrefix(entries[i].Type, "deadline.") {
			entries = slices.Clone(entries)
			entries[i].Clocks = append(slices.Clip(entries[i].Clocks), c)
			return entries
		}
	}
	if e, ok := f.Data.(casefile.EntryMarkedInError); ok {
		entries = slices.Clone(entries)
		for i := range entries {
			if entries[i].Kind == e.Kind && entries[i].Target == e.Target {
				entries[i].InError = true
			}
		}
	}
	kind, target := targetOf(f.Data)
	values, sealed := valuesOf(f.Data)
	return append(slices.Clip(entries), Entry{
		Position: f.Position, Revision: f.Revision, EventID: f.ID, Type: f.Type, OccurredAt: f.Meta.OccurredAt, RecordedAt: f.RecordedAt,
		Institution: f.Meta.Institution, Actor: f.Meta.Actor, Role: f.Meta.Role, Basis: f.Meta.Basis, Late: f.Late() > LateAfter,
		Kind: kind, Target: target, Values: values, Sealed: sealed,
	})
}

func clockOf(d event.Data) (Clock, bool) {
	switch e := d.(type) {
	case casefile.DeadlineSet:
		return Clock{Op: "set", Deadline: e.Deadline, Rule: e.Rule, Article: e.Article, Confidence: e.Confidence, Owner: e.Owner, Action: e.Action, Kind: e.Kind, Target: e.Target, DueAt: e.DueAt}, true
	case casefile.DeadlineMet:
		return Clock{Op: "met", Deadline: e.Deadline}, true
	case casefile.DeadlineVoided:
		return Clock{Op: "voided", Deadline: e.Deadline}, true
	}
	return Clock{}, false
}

// kinds are the things that events are about, by the first part of their stored names, with the member that holds
// the thing's id.
var kinds = map[string]struct{ kind, member string }{
	"referral": {casefile.TargetReferral, "referral"}, "service": {casefile.TargetReferral, "referral"},
	"order": {casefile.TargetOrder, "order"}, "hearing": {casefile.TargetHearing, "hearing"}, "visit": {casefile.TargetVisit, "visit"},
	"note": {casefile.TargetNote, "note"}, "risk": {casefile.TargetRisk, "assessment"}, "measure": {casefile.TargetMeasure, "measure"},
	"incident": {casefile.TargetIncident, "incident"}, "consent": {"consent", "consent"}, "person": {"person", "person"},
	"participant": {"participant", "institution"}, "plan": {casefile.TargetAction, "action"}, "deadline": {"deadline", "deadline"},
}

func targetOf(d event.Data) (kind, target string) {
	if e, ok := d.(casefile.EntryMarkedInError); ok {
		return e.Kind, e.Target
	}
	prefix, _, _ := strings.Cut(d.EventType(), ".")
	k, ok := kinds[prefix]
	if !ok {
		return casefile.TargetCase, ""
	}
	values, _ := valuesOf(d)
	id, _ := values[k.member].(string)
	return k.kind, id
}

// valuesOf parts a payload into what may be shown and the names of what is sealed. Payloads hold coded values, ids
// and sealed texts only, so what is not sealed may be shown.
func valuesOf(d event.Data) (values map[string]any, sealed []string) {
	raw, err := json.Marshal(d)
	if err != nil || json.Unmarshal(raw, &values) != nil {
		return nil, nil
	}
	for name, v := range values {
		if m, ok := v.(map[string]any); ok && m["box"] != nil {
			delete(values, name)
			sealed = append(sealed, name)
		}
	}
	slices.Sort(sealed)
	return values, sealed
}
