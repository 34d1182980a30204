// Package activities derives awareness work, meetings with schools and projects, and counts those that were held.
package activities

import (
	"strconv"
	"time"

	"mkr/domain/activity"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/indicators"
)

// View is the name of the projection.
const View = "activities"

// Doc is an activity as its events tell it.
type Doc struct {
	State   activity.State
	Counted indicators.Things
}

// Row is one activity. Nothing in it is personal.
type Row struct {
	activity.What
	activity.Turnout
	Status string `json:"status"`
}

// Figures of their own; every other kind counts as "activities.<kind>".
var figures = map[string]string{
	"school_information": indicators.SchoolMeetings,
	"project":            indicators.ProjectsImplemented,
}

// Figure is where held activities of a kind count.
func Figure(kind string) string {
	if f, own := figures[kind]; own {
		return f
	}
	return indicators.Activities + kind
}

// Projection folds activities. An activity counts in the year of the local day it was held on.
func Projection(version int) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.ActivityCategory},
		Topics: []string{projections.Activities, projections.Indicators},
		Apply: func(d Doc, f event.Fact) Doc {
			d.State = activity.Evolve(d.State, f.Data)
			id := event.ID(f.Stream)
			switch e := f.Data.(type) {
			case activity.Recorded:
				held := indicators.Supported(f, "activity", id)
				d.Counted = d.Counted.Count(yearOf(e.On), Figure(e.Kind), id, held)
				for _, of := range []struct {
					whom string
					n    int
				}{{"participants", e.Participants}, {"women_girls", e.WomenGirls}, {"children", e.Children}, {"organisations", e.Organisations}} {
					d.Counted = d.Counted.Weigh(yearOf(e.On), indicators.Activities+e.Kind+"."+of.whom, id, of.n, held)
				}
			case activity.EnteredInError:
				d.Counted = d.Counted.Withdraw(f.Position, func(indicators.Support) bool { return true })
			}
			return d
		},
		Rows: func(key string, d Doc) []projections.Row {
			return append(rows(key, d.State), indicators.Rows(d.Counted, key, "", "")...)
		},
	}
}

// yearOf reads the year of a local day, YYYY-MM-DD; 0 if it is none.
func yearOf(day string) int {
	if len(day) < 4 {
		return 0
	}
	year, err := strconv.Atoi(day[:4])
	if err != nil {
		return 0
	}
	return year
}

func rows(key string, s activity.State) []projections.Row {
	if s.Status == activity.NotEntered {
		return nil
	}
	row := projections.Row{
		Topic: projections.Activities, Key: key, Institution: s.What.Organiser, Kind: s.What.Kind, Status: string(s.Status),
		Stage: strconv.Itoa(yearOf(s.What.On)), Doc: projections.Document(Row{What: s.What, Turnout: s.Turnout, Status: string(s.Status)}),
	}
	if on, err := time.Parse(time.DateOnly, s.What.On); err == nil {
		row.SortAt = on
	}
	return []projections.Row{row}
}
