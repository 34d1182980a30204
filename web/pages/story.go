package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/projections/timeline"
)

// entry is one line of a case's story.
type entry struct {
	timeline.Entry
	Day     string // set where a new day begins
	What    string
	Details []string
	Clocks  []string
	Opens   bool   // the caller may open its sealed texts
	Anchor  string // in the page's address: "e-<Anchor>"
	New     bool   // recorded by somebody else since the reader opened the case
	Wrong   string // why it was entered in error
}

// story tells a case's entries in the order in which they were recorded, newest first.
func (v view) story(entries []timeline.Entry, opens bool) []entry {
	out := make([]entry, 0, len(entries))
	day := ""
	for _, e := range slices.Backward(entries) {
		line := v.entry(e, opens)
		if d := v.Date(e.RecordedAt); d != day {
			line.Day, day = d, d
		}
		out = append(out, line)
	}
	return out
}

func (v view) entry(e timeline.Entry, opens bool) entry {
	line := entry{Entry: e, What: v.Code("event", e.Type), Opens: opens && e.Opens, Anchor: strconv.FormatUint(e.Position, 10)}
	for _, d := range detailOrder {
		if value, ok := e.Values[d.name]; ok && (d.name != "relation" || value != e.Values["role"]) { // a parent's relation is that of a parent
			if words := v.detail(e.Type, d, value); words != "" {
				line.Details = append(line.Details, words)
			}
		}
	}
	return line
}

// detail is how a value of a payload reads: which catalogue has its words. A label is shown where the words alone
// would not say what they are about.
type detail struct {
	name, family, label string
}

// detailOrder lists the values worth reading, in the order in which they read best. A family of "" depends on the
// event; see familyOf.
var detailOrder = []detail{
	{name: "kind"}, {name: "type", family: "order_type"}, {name: "service", family: "service_code"}, {name: "what", family: "plan_action_code"},
	{name: "to", family: "@", label: "story.to"}, {name: "institution", family: "@"}, {name: "court", family: "@"}, {name: "executor", family: "@", label: "case.executor"},
	{name: "owner", family: "@"}, {name: "level", family: "level"}, {name: "tool_level", family: "level", label: "story.tool"}, {name: "urgency", family: "urgency"},
	{name: "channel", family: "channel"}, {name: "violence", family: "violence"}, {name: "types", family: "violence"}, {name: "factors", family: "factor"},
	{name: "role"}, {name: "relation", family: "relation"}, {name: "decision", family: "consent_decision"}, {name: "how", family: "consent_how"},
	{name: "purposes", family: "purpose"}, {name: "classes", family: "data_class"}, {name: "sections", family: "data_class"}, {name: "recipients", family: "@", label: "story.to"}, {name: "basis", family: "legal_basis"}, {name: "reason"}, {name: "outcome"}, {name: "verdict", family: "glass_verdict"}, {name: "way", family: "settle_way"},
	{name: "section", family: "note_section"}, {name: "domain", family: "goal_domain"}, {name: "result", family: "review_result"}, {name: "items", family: "safety_item"}, {name: "told", family: "@"}, {name: "rung", family: "rung"}, {name: "answer", family: "ack_answer"}, {name: "rule", family: "#"}, {name: "appointment", family: "t"}, {name: "when", family: "t"}, {name: "on", family: "t"},
	{name: "respond_by", family: "t", label: "story.by"}, {name: "due", family: "t", label: "story.by"}, {name: "valid_until", family: "d", label: "until"}, {name: "due_at", family: "t"},
}

// familyOf says which catalogue a value of this event is in, where one name means different things.
func familyOf(event, name string) string {
	switch name + " " + event {
	case "kind case.opened":
		return "kind"
	case "kind referral.held":
		return "hold_kind"
	case "kind measure.taken":
		return "measure_kind"
	case "kind plan.drafted":
		return "plan_kind"
	case "role person.added":
		return "person_role"
	case "kind entry.marked_in_error":
		return "target"
	case "reason referral.declined":
		return "decline_reason"
	case "reason referral.failed":
		return "fail_reason"
	case "reason referral.cancelled", "reason referral.cancellation_requested":
		return "cancel_reason"
	case "reason case.closed":
		return "close_reason"
	case "reason case.reopened":
		return "reopen_reason"
	case "reason entry.marked_in_error":
		return "error_reason"
	case "reason glass.broken":
		return "glass_reason"
	case "reason case.sealed":
		return "seal_reason"
	case "reason participant.added":
		return "participant_reason"
	case "outcome referral.completed":
		return "outcome"
	case "outcome hearing.held":
		return "hearing_outcome"
	case "outcome plan.goal_ended":
		return "goal_outcome"
	case "outcome visit.made":
		return "visit_outcome"
	}
	return ""
}

func (v view) detail(event string, d detail, value any) string {
	family := d.family
	if family == "" {
		if family = familyOf(event, d.name); family == "" {
			return ""
		}
	}
	var words []string
	for _, one := range strs(value) {
		switch family {
		case "@":
			one = v.Who(one)
		case "#":
			one = v.Rule(one)
		case "t", "d":
			t, err := time.Parse(time.RFC3339, one)
			if err != nil || t.IsZero() {
				continue
			}
			if one = v.DateTime(t); family == "d" {
				one = v.Date(t)
			}
		default:
			one = v.Within(family, one)
		}
		if one != "" {
			words = append(words, one)
		}
	}
	text := strings.Join(words, ", ")
	if text == "" || d.label == "" {
		return text
	}
	return v.T(d.label, "who", text, "level", text, "when", text, "date", text)
}

// strs reads a value as one or more texts; what is no text is left out.
func strs(value any) []string {
	switch x := value.(type) {
	case string:
		return []string{x}
	case []string:
		return x
	case time.Time:
		return []string{x.Format(time.RFC3339)}
	case []any:
		var out []string
		for _, one := range x {
			out = append(out, strs(one)...)
		}
		return out
	}
	return nil
}
