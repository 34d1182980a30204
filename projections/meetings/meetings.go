// Package meetings derives the technical teams' meetings, and counts those that were held.
package meetings

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/projections"
	"mkr/projections/indicators"
)

// View is the name of the projection.
const View = "meetings"

// Doc is a meeting as its events tell it.
type Doc struct {
	State   meeting.State
	Counted indicators.Things
}

// Row is one meeting.
type Row struct {
	Meeting   string     `json:"meeting"`
	Kind      string     `json:"kind"` // etn or gtn
	Status    string     `json:"status"`
	When      time.Time  `json:"when"`
	HeldAt    time.Time  `json:"held_at,omitzero"`
	Place     string     `json:"place"` // a code, never an address
	Convener  string     `json:"convener"`
	Agenda    []Item     `json:"agenda,omitempty"`
	Invited   []Invited  `json:"invited,omitempty"`
	Present   int        `json:"present"`
	Quorum    bool       `json:"quorum"`
	Decisions []Decision `json:"decisions,omitempty"`
}

// Item of the agenda.
type Item struct {
	Case   string `json:"case"`
	Reason string `json:"reason"`
}

// Invited institution.
type Invited struct {
	Institution string `json:"institution"`
	Attendance  string `json:"attendance,omitempty"`
}

// Decision of the meeting about a case.
type Decision struct {
	Decision string    `json:"decision"`
	Case     string    `json:"case"`
	Action   string    `json:"action"`
	Owner    string    `json:"owner"`
	Due      time.Time `json:"due"`
}

// Projection folds meetings. zone is where a year begins and ends.
func Projection(version int, zone *time.Location) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.MeetingCategory},
		Topics: []string{projections.Meetings, projections.Indicators},
		Apply: func(d Doc, f event.Fact) Doc {
			d.State = meeting.Evolve(d.State, f.Data)
			if e, held := f.Data.(meeting.Held); held {
				figure := indicators.ETNMeetings
				if e.Kind == meeting.GTN {
					figure = indicators.GTNMeetings
				}
				id := event.ID(f.Stream)
				d.Counted = d.Counted.Count(f.Meta.OccurredAt.In(zone).Year(), figure, id, indicators.Supported(f, "meeting", id))
			}
			return d
		},
		Rows: func(key string, d Doc) []projections.Row {
			return append(rows(key, d.State), indicators.Rows(d.Counted, key, "", "")...)
		},
	}
}

// Show is a meeting for its readers: coded values and ids, no sealed text.
func Show(s meeting.State) Row {
	doc := Row{
		Meeting: s.Meeting, Kind: s.Kind, Status: string(s.Status), When: s.When, HeldAt: s.HeldAt, Place: s.Place, Convener: s.Convener,
		Present: s.Present(), Quorum: s.Quorum,
	}
	for _, i := range s.Agenda {
		doc.Agenda = append(doc.Agenda, Item{Case: i.Case, Reason: i.Reason})
	}
	for _, i := range s.Invited {
		doc.Invited = append(doc.Invited, Invited{Institution: i.Institution, Attendance: i.Attendance})
	}
	for _, d := range s.Decisions {
		doc.Decisions = append(doc.Decisions, Decision{Decision: d.Decision, Case: d.Case, Action: d.Action, Owner: d.Owner, Due: d.Due})
	}
	return doc
}

func rows(key string, s meeting.State) []projections.Row {
	if s.Status == meeting.NotScheduled {
		return nil
	}
	parties := []string{s.Convener}
	for _, i := range s.Invited {
		parties = append(parties, i.Institution)
	}
	slices.SortFunc(parties, strings.Compare)
	row := projections.Row{
		Topic: projections.Meetings, Key: key, Institution: s.Convener, Kind: s.Kind, Status: string(s.Status), SortAt: s.When,
		Parties: slices.Compact(parties), Doc: projections.Document(Show(s)),
	}
	if s.Status == meeting.Planned {
		row.DueAt = s.When
	}
	return []projections.Row{row}
}
