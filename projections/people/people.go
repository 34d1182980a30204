// Package people derives in which cases a person has a part, and what was asked and decided about her data: one document a
// person. It holds ids and codes, never an identity.
package people

import (
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/projections"
)

// View is the name of the projection.
const View = "people"

// Doc is one person.
type Doc struct {
	Person    string          `json:"person"`
	Cases     []string        `json:"cases,omitempty"`
	Same      []Same          `json:"same,omitempty"`    // records that were merged with it
	Parted    []Parted        `json:"parted,omitempty"`  // merges that were undone, in the order of their undoing
	Erasure   *person.Erasure `json:"erasure,omitempty"` // asked for and not answered yet
	Erased    bool            `json:"erased,omitempty"`
	DecidedAt time.Time       `json:"decided_at,omitzero"`
}

// Same is another record that was found to be of the same person, and how. Whoever shows it asks first whether its reader sees
// both.
type Same struct {
	Person string    `json:"person"`
	Kept   bool      `json:"kept,omitempty"` // that record was kept in the merge, and not this one
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Parted is a merge that was undone, and how.
type Parted struct {
	Same
	PartedFor string    `json:"parted_for"`
	PartedBy  string    `json:"parted_by"`
	PartedAt  time.Time `json:"parted_at"`
}

// Statuses of a row.
const (
	Asked  = "asked"
	Erased = "erased"
)

// Row is one person whose erasure was asked for, or who was erased.
type Row struct {
	Person  string    `json:"person"`
	Case    string    `json:"case,omitempty"` // in which it was asked
	Basis   string    `json:"basis,omitempty"`
	Account string    `json:"account,omitempty"` // who asked, and may not decide
	By      string    `json:"by,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Projection folds persons out of their own streams, out of the cases that name them and out of the merges of two records.
func Projection(version int) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.PersonCategory, event.CaseCategory, event.MergeCategory}, Topics: []string{projections.Erasures},
		Keys: keys, Apply: apply, Rows: rows,
	}
}

func keys(f event.Fact) []string {
	switch e := f.Data.(type) {
	case casefile.PersonAdded:
		return []string{e.Person}
	case merge.Merged:
		return []string{e.Kept, e.Other}
	case merge.Unmerged:
		return []string{e.Kept, e.Other}
	}
	if event.Category(f.Stream) == event.PersonCategory {
		return []string{event.ID(f.Stream)}
	}
	return nil
}

func apply(d Doc, f event.Fact) Doc {
	switch e := f.Data.(type) {
	case casefile.PersonAdded:
		d.Person = e.Person
		if id := event.ID(f.Stream); !slices.Contains(d.Cases, id) {
			d.Cases = append(d.Cases, id)
		}
	case person.Registered:
		d.Person = e.Person
	case person.ErasureRequested:
		d.Erasure = person.Evolve(person.State{}, e).Erasure
	case person.ErasureRefused:
		d.Erasure, d.DecidedAt = nil, f.Meta.OccurredAt
	case person.KeyShredded:
		d.Erasure, d.Erased, d.DecidedAt = nil, true, f.Meta.OccurredAt
	case merge.Merged: // the two were registered before: the document knows which of them it is
		other := e.Other
		if d.Person == e.Other {
			other = e.Kept
		}
		d.Same = append(without(d.Same, other), Same{Person: other, Kept: other == e.Kept, Reason: e.Reason, By: e.By, At: e.At})
	case merge.Unmerged:
		other := e.Other
		if d.Person == e.Other {
			other = e.Kept
		}
		if n := slices.IndexFunc(d.Same, func(s Same) bool { return s.Person == other }); n >= 0 {
			d.Parted = append(slices.Clip(d.Parted), Parted{Same: d.Same[n], PartedFor: e.Reason, PartedBy: e.By, PartedAt: e.At})
		}
		d.Same = without(d.Same, other)
	}
	return d
}

// without copies: a document that was kept before stays as it is.
func without(same []Same, other string) []Same {
	var out []Same
	for _, s := range same {
		if s.Person != other {
			out = append(out, s)
		}
	}
	return out
}

func rows(key string, d Doc) []projections.Row {
	row := projections.Row{Topic: projections.Erasures, Key: key}
	switch {
	case d.Erased:
		row.Status, row.SortAt, row.Doc = Erased, d.DecidedAt, projections.Document(Row{Person: d.Person})
	case d.Erasure != nil:
		e := d.Erasure
		row.Status, row.Case, row.Institution, row.SortAt = Asked, e.Case, e.By, e.At
		row.Doc = projections.Document(Row{Person: d.Person, Case: e.Case, Basis: e.Basis, Account: e.Account, By: e.By, At: e.At})
	default:
		return nil
	}
	return []projections.Row{row}
}
