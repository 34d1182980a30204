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

//go:embed parties.sql
var partiesSchema string

//go:embed waypoint.sql
var waypointSchema string

// The list indexes. They are made when a copy has caught up: a sorted build is several times faster than one row at a
// time. The trailing columns let a list be counted and filtered without touching the rows themselves.
const (
	byDue    = "due_at, key, kind, status, risk, stage, institution, sort_at"
	byNewest = "sort_at, key, kind, status, risk, stage, institution"
	byOwner  = "institution, due_at, key"
	byCode   = "code COLLATE NOCASE"
	byFigure = "stage, kind, sort_at, key"
)

// sight is how a list finds the rows that an institution may see.
type sight int

const (
	byText  sight = iota // by reading the rows: for short lists, and for those that are always one institution's own
	byTable              // by a look into the parties of each row
	byIndex              // by the institution's own list of rows, newest first, besides
)

// lists are what each topic's lists need; every index costs time in a rebuild and in every live change.
type lists struct {
	indexes []string
	sight   sight
}

var topicLists = map[string]lists{
	Board:      {[]string{byDue, byOwner, byCode}, byIndex},
	Inbox:      {[]string{byOwner}, byText},
	Outbox:     {[]string{byOwner, byNewest}, byText},
	Deadlines:  {[]string{byDue, byOwner}, byTable},
	Register:   {[]string{byNewest, byCode}, byIndex},
	Orders:     {[]string{byDue}, byTable},
	Hearings:   {[]string{byDue}, byTable},
	Indicators: {[]string{byFigure}, byText},
	Meetings:   {[]string{byNewest}, byText},
	Activities: {[]string{byNewest}, byText},
	Aid:        {[]string{byNewest}, byText},
	Accounts:   {[]string{byCode}, byText},
	Sessions:   {[]string{byCode}, byText},
	Identities: {[]string{byCode}, byText},
	Reviews:    {[]string{byNewest}, byText},
	Expiries:   {[]string{byDue}, byText},
	Looks:      {[]string{byNewest}, byText},
	Erasures:   {[]string{byNewest}, byText},
	Retention:  {[]string{byDue}, byText},
	Households: {[]string{byNewest}, byText},
	Flags:      {[]string{byNewest, byDue}, byText},
}

// keyedByCase are the topics whose keys are the case's id, or begin with it and a colon: the rows of a case are found by
// their keys and need no index of their own.
var keyedByCase = []string{Board, Inbox, Outbox, Deadlines, Register, Orders, Hearings, Reviews, Expiries, Looks, Retention, Households}

// script is the SQL that begins a copy; finishing makes its list indexes.
func script(topics []string) string {
	parts := []string{schema, waypointSchema}
	for _, topic := range topics {
		parts = append(parts, strings.ReplaceAll(topicSchema, "TOPIC", topic))
		if topicLists[topic].sight != byText {
			parts = append(parts, strings.ReplaceAll(partiesSchema, "TOPIC", topic))
		}
		if slices.Contains(pastTopics, topic) {
			parts = append(parts, "CREATE INDEX of_"+topic+" ON rows_"+topic+" (document);")
		}
	}
	return strings.Join(parts, "\n")
}

func finishing(topics []string) string {
	var b strings.Builder
	for _, topic := range topics {
		for i, columns := range topicLists[topic].indexes {
			fmt.Fprintf(&b, "CREATE INDEX IF NOT EXISTS list_%s_%d ON rows_%s (%s);\n", topic, i, topic, columns)
		}
		if topicLists[topic].sight == byIndex {
			fmt.Fprintf(&b, "CREATE INDEX IF NOT EXISTS sight_%s ON parties_%s (institution, sort_at, key);\n", topic, topic)
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
	return "views-" + digest(script(topics)+finishing(topics)+fmt.Sprint("waypoints ", waypointEvery)) + "-"
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
