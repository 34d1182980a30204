// Package indicators counts what happened in a year, so that every figure is the number of things behind it.
//
// A counted thing is one case, visit, order, meeting, family or activity in one figure of one year. It rests on the
// events that make it count, and it counts at a position if one of them was recorded by then and had not been marked
// as entered in error by then. So a figure, its drill-down and its value at any earlier position are all the same rows.
//
// The year is that of the day it is said to have happened, in the zone that the views are built with.
package indicators

import (
	"slices"
	"strconv"
	"time"

	"mkr/domain/event"
	"mkr/projections"
)

// Figures that the municipality published for 2014. What each counts is said where it is counted.
const (
	CasesManaged        = "child_protection.cases_managed"
	FamilyVisits        = "child_protection.family_visits"
	FosterFamilies      = "child_protection.foster_families"
	ChildrenReferred    = "child_protection.children_referred"
	GTNMeetings         = "child_protection.technical_group_meetings"
	SchoolMeetings      = "child_protection.school_information_meetings"
	OrdersImplemented   = "domestic_violence.protection_orders_implemented"
	ETNMeetings         = "domestic_violence.technical_group_meetings"
	FamiliesAssisted    = "domestic_violence.families_assisted"
	VictimsReferred     = "domestic_violence.victims_referred"
	ProjectsImplemented = "domestic_violence.projects_implemented"
)

// Figures that the teams ask for themselves: cases that a meeting spoke of.
const (
	ChildrenDiscussed = "child_protection.cases_discussed"
	CasesDiscussed    = "domestic_violence.cases_discussed"
)

// Figures that only the Area Social Plan 2021-2024 asks for; see plan.go.
const (
	CasesIdentified     = "domestic_violence.cases_identified"     // cases of domestic violence opened
	Beneficiaries       = "mechanism.beneficiaries"                // persons for whom a referral was accepted
	StreetChildren      = "child_protection.street_children"       // children in a street situation whose case was opened
	ChildrenWithMeasure = "child_protection.children_with_measure" // children for whom a protection measure was taken
	// Activities begins the figure of every kind of activity that is not a figure of its own: "activities.june_1". What
	// follows it with one more dot are amounts: "activities.june_1.children".
	Activities = "activities."
)

// Support is an event that makes a thing count.
type Support struct {
	Kind       string    `json:"kind"`   // what Target is: referral, visit, order, ...
	Target     string    `json:"target"` // its id; marking it as entered in error withdraws the support
	Position   uint64    `json:"position"`
	Event      string    `json:"event"`
	Type       string    `json:"type"`
	OccurredAt time.Time `json:"occurred_at"`
	Withdrawn  uint64    `json:"withdrawn,omitempty"` // position at which it was marked as entered in error
}

// Thing is something that counts in one figure of one year.
type Thing struct {
	Year   int       `json:"year"`
	Figure string    `json:"figure"`
	What   string    `json:"what"`             // id of what is counted; equal ids in one figure and year count once
	Amount int       `json:"amount,omitempty"` // how much it counts for, where not 1: the people who came
	From   []Support `json:"from"`             // in the order of their positions, one a target
}

// Things are those that one document gives.
type Things []Thing

// Supported is the support that a fact gives.
func Supported(f event.Fact, kind, target string) Support {
	return Support{Kind: kind, Target: target, Position: f.Position, Event: f.ID, Type: f.Type, OccurredAt: f.Meta.OccurredAt}
}

// Weigh is Count for a thing that counts for an amount, which it keeps; no amount is no thing. It never changes t.
func (t Things) Weigh(year int, figure, what string, amount int, s Support) Things {
	if amount <= 0 {
		return t
	}
	if slices.ContainsFunc(t, func(o Thing) bool { return o.Year == year && o.Figure == figure && o.What == what }) {
		return t.Count(year, figure, what, s)
	}
	return append(slices.Clip(t), Thing{Year: year, Figure: figure, What: what, Amount: amount, From: []Support{s}})
}

// Count adds a support; a target that supports the thing already adds nothing. It never changes t.
func (t Things) Count(year int, figure, what string, s Support) Things {
	at := slices.IndexFunc(t, func(o Thing) bool { return o.Year == year && o.Figure == figure && o.What == what })
	if at < 0 {
		return append(slices.Clip(t), Thing{Year: year, Figure: figure, What: what, From: []Support{s}})
	}
	if slices.ContainsFunc(t[at].From, func(o Support) bool { return o.Withdrawn == 0 && o.Kind == s.Kind && o.Target == s.Target }) {
		return t
	}
	t = slices.Clone(t)
	t[at].From = append(slices.Clip(t[at].From), s)
	return t
}

// Withdraw takes away what the target supported, from the position on. It never changes t.
func (t Things) Withdraw(position uint64, is func(Support) bool) Things {
	t = slices.Clone(t)
	for i := range t {
		t[i].From = slices.Clone(t[i].From)
		for j := range t[i].From {
			if s := &t[i].From[j]; s.Withdrawn == 0 && is(*s) {
				s.Withdrawn = position
			}
		}
	}
	return t
}

// Statuses of a row.
const (
	Counted   = "counted"
	Withdrawn = "withdrawn" // all that it rested on was entered in error
)

// Row is one counted thing.
type Row struct {
	Thing
	Case     string `json:"case,omitempty"`
	Code     string `json:"code,omitempty"` // of the case
	Counted  bool   `json:"counted"`        // counts now
	Position uint64 `json:"position"`       // of the event that first made it count
}

// At tells whether the thing counted when the log stood at the position.
func (t Thing) At(position uint64) bool {
	return slices.ContainsFunc(t.From, func(s Support) bool {
		return s.Position <= position && (s.Withdrawn == 0 || s.Withdrawn > position)
	})
}

// Rows derives the rows of a document's things. id tells the document from others that count the same thing.
func Rows(things Things, id, caseID, code string) []projections.Row {
	out := make([]projections.Row, 0, len(things))
	for _, t := range things {
		counted := slices.ContainsFunc(t.From, func(s Support) bool { return s.Withdrawn == 0 })
		row := projections.Row{
			Topic: projections.Indicators, Key: strconv.Itoa(t.Year) + "|" + t.Figure + "|" + t.What + "|" + id,
			Case: caseID, Code: code, Kind: t.Figure, Stage: strconv.Itoa(t.Year), Status: Withdrawn, SortAt: t.From[0].OccurredAt,
			Doc: projections.Document(Row{Thing: t, Case: caseID, Code: code, Counted: counted, Position: t.From[0].Position}),
		}
		if counted {
			row.Status = Counted
		}
		out = append(out, row)
	}
	return out
}
