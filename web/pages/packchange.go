package pages

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mkr/domain/deadline"
	"mkr/domain/rulebook"
	"mkr/web/i18n"
)

// A change of a pack is kept as the file writes its values. Here they are said as the page says everything: a term in words,
// an institution by its part, an event by its name. What is itself a text of the pack stands as it was written.

// ownWords are the fields that are texts of the pack, by the language in which they are written; "" for those that have none.
var ownWords = map[string]i18n.Language{"source": i18n.English, "source_sq": i18n.Albanian, "title.sq": i18n.Albanian, "title.en": i18n.English, "note": i18n.English, "article": ""}

// langOf is the language of what a change says, where it is not the page's.
func langOf(c rulebook.Change) string { return string(ownWords[c.Field]) }

// packValue says one side of a change.
func (v view) packValue(field, text string) string {
	if _, own := ownWords[field]; own || text == "" {
		return dash(text)
	}
	switch field {
	case "valid_from":
		return v.day(text)
	case "governs", "right":
		if text == "true" {
			return v.T("yes")
		}
		return v.T("no")
	case "owner":
		return v.Code("rule_owner", text)
	case "action":
		return v.Code("owed", text)
	case "confidence":
		return v.Code("confidence", text)
	case "ladder":
		if text == deadline.LadderNone {
			return v.T("ladders.none")
		}
		return v.Code("ladder", text)
	case "met_by":
		events := strings.Fields(strings.Trim(text, "[]"))
		for i, e := range events {
			events[i] = v.eventWords(e)
		}
		return dash(strings.Join(events, ", "))
	case "rule", "term":
		return v.termText(text)
	}
	return v.ladderText(text)
}

// termText reads a term as a change writes it: "48 hours", "5 working_days, unshifted".
func (v view) termText(text string) string {
	words, unshifted := strings.CutSuffix(text, ", unshifted")
	var t deadline.Term
	if n, err := fmt.Sscanf(words, "%d %s", &t.Count, &t.Unit); err != nil || n != 2 || t.Unit != deadline.AtOnce && termWords[t.Unit] == "" {
		return text
	}
	if unshifted {
		return join(v.term(t), v.T("term.unshifted"))
	}
	return v.term(t)
}

var (
	ladderParts = regexp.MustCompile(`^warn \[([\d ]*)\], climb \[(.*)\], hold (\d+)$`)
	ladderRungs = regexp.MustCompile(`\{(\w+) (\d+)\}`)
)

// ladderText reads a ladder as a change writes it.
func (v view) ladderText(text string) string {
	m := ladderParts.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	var l deadline.Ladder
	for _, n := range strings.Fields(m[1]) {
		minutes, _ := strconv.Atoi(n)
		l.Warn = append(l.Warn, minutes)
	}
	out := []string{v.warned(l)}
	for _, r := range ladderRungs.FindAllStringSubmatch(m[2], -1) {
		after, _ := strconv.Atoi(r[2])
		out = append(out, v.Code("rung", r[1])+" "+v.told(deadline.Ladder{Climb: []deadline.Rung{{To: r[1], After: after}}}, r[1]))
	}
	if hold, _ := strconv.Atoi(m[3]); hold > 0 {
		out = append(out, v.T("ladders.hold")+" "+v.Span(deadline.Minutes(hold)))
	}
	return join(out...)
}
