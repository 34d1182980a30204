// Package flags derives what the access sentinel found and who answered for it: one document and one row a flag. The row
// names no account and no case, and is shut to whoever is flagged: she does not learn of it by a list, a count or a socket.
package flags

import (
	"mkr/domain/event"
	"mkr/domain/sentinel"
	"mkr/projections"
)

// View is the name of the projection; its documents are sentinel.State.
const View = "flags"

// Statuses of a row.
const (
	Open     = "open"
	Overdue  = "overdue"
	Answered = "answered"
)

// Row is one flag.
type Row struct {
	Flag   string `json:"flag"`
	Rule   string `json:"rule"`
	Status string `json:"status"`
}

// Projection folds flags.
func Projection(version int) projections.Projection[sentinel.State] {
	return projections.Projection[sentinel.State]{
		Name: View, Version: version, Categories: []string{event.FlagCategory}, Topics: []string{projections.Flags},
		Apply: func(s sentinel.State, f event.Fact) sentinel.State { return sentinel.Evolve(s, f.Data) },
		Rows:  rows,
	}
}

func rows(key string, s sentinel.State) []projections.Row {
	if s.Flag == "" {
		return nil
	}
	row := projections.Row{
		Topic: projections.Flags, Key: key, Institution: s.Institution, Kind: s.Kind, Stage: s.Rule, Status: StatusOf(s), SortAt: s.At,
		Shut: projections.ShutTo([]string{s.Account}, false, nil),
	}
	if s.Lead != "" {
		row.Parties = []string{s.Lead}
	}
	if _, at, climbs := s.NextClimb(); climbs {
		row.DueAt = at
	}
	row.Doc = projections.Document(Row{Flag: s.Flag, Rule: s.Rule, Status: row.Status})
	return []projections.Row{row}
}

// StatusOf is how a flag stands.
func StatusOf(s sentinel.State) string {
	switch {
	case s.Answer != nil:
		return Answered
	case s.Rung > 0:
		return Overdue
	}
	return Open
}
