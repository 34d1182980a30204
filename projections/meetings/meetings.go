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
	Changes int
	Counted indicators.Things
}

// Row is one meeting.
type Row struct {
	Meeting  string    `json:"meeting"`
	Kind     string    `json:"kind"` // etn or gtn
	Status   string    `json:"status"`
	When     time.Time `json:"when"`
	HeldAt   time.Time `json:"held_at,omitzero"`
	Place    string    `json:"place"` // a code, never an address
	Convener string    `json:"convener"`
	Invited  []Invited `json:"invited,omitempty"`
	Present  int       `json:"present"`
	Quorum   bool      `json:"quorum"`
	Reopened int       `json:"reopened,omitempty"` // how often its minutes were opened again after signatures
	Signed   []string  `json:"signed,omitempty"`   // who signed the minutes as they stand
	Cases    int       `json:"cases"`              // on the agenda
	Decided  int       `json:"decided"`            // decisions that stand
	Changes  int       `json:"changes"`            // events so far: whoever follows the meeting sees that something happened
}

// Shown is a meeting with as much of its agenda as the reader may see. Lists and sockets carry the Row alone: which cases
// a team speaks of is for those who have a part in them.
type Shown struct {
	Row
	Now       string     `json:"now,omitempty"` // the case that the team speaks of
	Agenda    []Item     `json:"agenda"`
	Decisions []Decision `json:"decisions"`
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
	Decision   string    `json:"decision"`
	Case       string    `json:"case"`
	Action     string    `json:"action"`
	Owner      string    `json:"owner"`
	Due        time.Time `json:"due"`
	Withdrawn  string    `json:"withdrawn,omitempty"` // why it was taken back
	ReplacedBy string    `json:"replaced_by,omitempty"`
	Step       string    `json:"step,omitempty"`    // "assigned" once the case's plan has it
	Refused    string    `json:"refused,omitempty"` // the code with which the case said no
}

// Projection folds meetings. zone is where a year begins and ends.
func Projection(version int, zone *time.Location) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.MeetingCategory},
		Topics: []string{projections.Meetings, projections.Indicators},
		Apply: func(d Doc, f event.Fact) Doc {
			d.State = meeting.Evolve(d.State, f.Data)
			d.Changes++
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
			return append(rows(key, d), indicators.Rows(d.Counted, key, "", "")...)
		},
	}
}

// Show is a meeting for a reader to whom the state was cut: coded values and ids, no sealed text.
func Show(s meeting.State, changes int) Shown {
	out := Shown{Row: row(s, changes), Now: s.Now, Agenda: []Item{}, Decisions: []Decision{}}
	for _, i := range s.Agenda {
		out.Agenda = append(out.Agenda, Item{Case: i.Case, Reason: i.Reason})
	}
	for _, d := range s.Decisions {
		out.Decisions = append(out.Decisions, Decision{
			Decision: d.Decision, Case: d.Case, Action: d.Action, Owner: d.Owner, Due: d.Due,
			Withdrawn: d.Withdrawn, ReplacedBy: d.ReplacedBy, Step: d.Step, Refused: d.Refused,
		})
	}
	return out
}

func row(s meeting.State, changes int) Row {
	doc := Row{
		Meeting: s.Meeting, Kind: s.Kind, Status: string(s.Status), When: s.When, HeldAt: s.HeldAt, Place: s.Place, Convener: s.Convener,
		Present: s.Present(), Quorum: s.Quorum, Reopened: s.Reopened, Cases: len(s.Agenda), Changes: changes,
	}
	for _, i := range s.Invited {
		doc.Invited = append(doc.Invited, Invited{Institution: i.Institution, Attendance: i.Attendance})
	}
	for _, v := range s.Signatures {
		doc.Signed = append(doc.Signed, v.Institution)
	}
	for _, d := range s.Decisions {
		if d.Stands() {
			doc.Decided++
		}
	}
	return doc
}

// Following is the stage of a meeting whose decisions have not all reached their cases.
const Following = "following"

func rows(key string, d Doc) []projections.Row {
	s := d.State
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
		Parties: slices.Compact(parties), Doc: projections.Document(row(s, d.Changes)),
	}
	if s.Status == meeting.Planned {
		row.DueAt = s.When
	}
	if len(s.Pending()) > 0 {
		row.Stage = Following
	}
	return []projections.Row{row}
}
