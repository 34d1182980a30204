package projections

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

//go:embed schema.sql
var schema string

//go:embed topic.sql
var topicSchema string

// The list indexes. They are made when a copy has caught up: a sorted build is several times faster than one row at a
// time. The trailing columns let a list be counted and filtered without touching the rows themselves.
const (
	byDue    = "due_at, key, kind, status, risk, stage, institution, sort_at"
	byNewest = "sort_at, key, kind, status, risk, stage, institution"
	byOwner  = "institution, due_at, key"
	byCase   = "kase"
	byCode   = "code COLLATE NOCASE"
	byFigure = "stage, kind, sort_at, key"
)

// topicIndexes are what each topic's lists need; every index costs time in a rebuild and in every live change.
var topicIndexes = map[string][]string{
	Board:      {byDue, byOwner, byCode},
	Inbox:      {byOwner, byDue, byCase},
	Outbox:     {byOwner, byNewest, byCase},
	Deadlines:  {byDue, byOwner, byCase},
	Register:   {byNewest, byCode},
	Indicators: {byFigure},
	Meetings:   {byNewest},
	Activities: {byNewest},
	Aid:        {byNewest},
	Accounts:   {byCode},
	Sessions:   {byCode},
}

// script is the SQL that begins a copy; finishing makes its list indexes.
func script(topics []string) string {
	parts := []string{schema}
	for _, topic := range topics {
		parts = append(parts, strings.ReplaceAll(topicSchema, "TOPIC", topic))
	}
	return strings.Join(parts, "\n")
}

func finishing(topics []string) string {
	var b strings.Builder
	for _, topic := range topics {
		for i, columns := range topicIndexes[topic] {
			fmt.Fprintf(&b, "CREATE INDEX IF NOT EXISTS list_%s_%d ON rows_%s (%s);\n", topic, i, topic, columns)
		}
	}
	return b.String()
}

// topicsOf joins the topics of all views, each once, sorted.
func topicsOf(views []description) []string {
	var out []string
	for _, v := range views {
		out = append(out, v.topics...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// layout is the part of a copy's file name that says which code can read it.
func layout(views []description) string {
	topics := topicsOf(views)
	return "views-" + digest(script(topics)+finishing(topics)) + "-"
}

// copyName names the file of one set of projections and versions, so that a change of any of them begins another.
func copyName(views []description) string {
	var parts []string
	for _, v := range views {
		parts = append(parts, fmt.Sprintf("%s %d", v.name, v.version))
	}
	slices.Sort(parts)
	return layout(views) + digest(strings.Join(parts, "\n")) + ".sqlite"
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
