// Package casework is the one fold over a case's stream that every list of cases derives from.
//
// The fold is the decider's own (casefile.Evolve): what a list shows and what a decision rests on cannot drift apart.
// Board, inbox, outbox, deadlines, register and the case's part of the indicators are small pure functions of the
// folded case, one package each; a list never has a fold of its own.
package casework

import (
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/asks"
	"mkr/projections/indicators"
)

// View is the name of the projection, for projections.Doc.
const View = "casework"

// Doc is a case as the lists need it: the case's own state, and where it stands in the log.
type Doc struct {
	State    casefile.State    `json:"state"`
	Revision uint64            `json:"revision"` // of the newest event
	Position uint64            `json:"position"` // of the newest event that whoever sees the row may know of
	Last     Last              `json:"last,omitzero"`
	Counted  indicators.Things `json:"counted,omitempty"`
	Asked    []asks.Ask        `json:"asked,omitempty"` // how its referrals were answered
}

// Last is the newest event of a case.
type Last struct {
	Type        string    `json:"type"`
	OccurredAt  time.Time `json:"occurred_at"`
	RecordedAt  time.Time `json:"recorded_at"`
	Institution string    `json:"institution,omitempty"`
}

// Rows derives rows of one topic from a case.
type Rows func(Doc) []projections.Row

// Projection folds cases and derives the given lists from them. zone is where a year begins and ends.
func Projection(version int, zone *time.Location, topics []string, lists ...Rows) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.CaseCategory}, Topics: topics,
		Apply: func(d Doc, f event.Fact) Doc { return Apply(zone, d, f) },
		Rows: func(_ string, d Doc) []projections.Row {
			var out []projections.Row
			for _, rows := range lists {
				out = append(out, rows(d)...)
			}
			return out
		},
	}
}

// Apply takes in the next fact of the case's stream.
func Apply(zone *time.Location, d Doc, f event.Fact) Doc {
	d.State = casefile.Evolve(d.State, f.Data)
	d.Revision = f.Revision
	if !casefile.Confidential(f.Type) {
		d.Position = f.Position
	}
	d.Counted = count(zone, d.Counted, d.State, f)
	d.Asked = asks.Apply(d.Asked, d.State, f)
	if !silent(f) || d.Last.Type == "" {
		d.Last = Last{Type: f.Type, OccurredAt: f.Meta.OccurredAt, RecordedAt: f.RecordedAt, Institution: f.Meta.Institution}
	}
	return d
}

// Fold folds one case's facts, for looking back at a single case.
func Fold(zone *time.Location, facts ...event.Fact) Doc {
	var d Doc
	for _, f := range facts {
		d = Apply(zone, d, f)
	}
	return d
}

// silent tells of an event that no list tells as the case's newest. A clock that a decision started or stopped, and the copy of what
// a referral showed, stand beside what they are about: people want to see that something was accepted, not that its clock was met. (A
// lapse is news of its own.) And that somebody is kept out or let in is for those who decide on it, while the row is for all who
// take part.
func silent(f event.Fact) bool {
	switch f.Data.(type) {
	case casefile.DeadlineSet, casefile.DeadlineMet, casefile.DeadlineVoided, casefile.ReferralDisclosed:
		return true
	}
	return casefile.Confidential(f.Type)
}

// Row begins a row about the case: the columns that every list of cases has.
func (d Doc) Row(topic, key string) projections.Row {
	s := d.State
	return projections.Row{
		Topic: topic, Key: key, Case: s.ID, Code: s.Code, Institution: s.Lead, Kind: s.Kind, Status: string(s.Status),
		Risk: s.Risk, SortAt: s.OpenedAt, Shut: shut(s.Restriction),
	}
}

// shut is what the row says of the accounts that the case is not there for.
func shut(r casefile.Restriction) string {
	var in []string
	for _, a := range r.Admitted {
		in = append(in, a.Account)
	}
	return projections.ShutTo(excluded(r), r.Sealed, in)
}

// Kept is the same for a row that a seal does not hide: only those who are kept out of the case do not see it.
func Kept(r casefile.Restriction) string { return projections.ShutTo(excluded(r), false, nil) }

func excluded(r casefile.Restriction) []string {
	var out []string
	for _, x := range r.Excluded {
		out = append(out, x.Account)
	}
	return out
}
