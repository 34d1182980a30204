// Package catalog is the list of every view that mkr keeps.
package catalog

import (
	"time"

	"mkr/projections"
	"mkr/projections/accounts"
	"mkr/projections/activities"
	"mkr/projections/aid"
	"mkr/projections/board"
	"mkr/projections/casework"
	"mkr/projections/deadlines"
	"mkr/projections/directory"
	"mkr/projections/expiries"
	"mkr/projections/flags"
	"mkr/projections/hearings"
	"mkr/projections/households"
	"mkr/projections/inbox"
	"mkr/projections/looks"
	"mkr/projections/meetings"
	"mkr/projections/orders"
	"mkr/projections/outbox"
	"mkr/projections/people"
	"mkr/projections/register"
	"mkr/projections/retention"
	"mkr/projections/reviews"
	"mkr/projections/steps"
	"mkr/projections/visits"
)

// Versions of the views. Raise a view's version with every change to what it makes of the same facts: its copy is
// then built beside the one that serves. A golden test of the rows fails until that is done.
const (
	caseworkVersion   = 16
	meetingsVersion   = 2
	activitiesVersion = 1
	aidVersion        = 1
	directoryVersion  = 5
	accountsVersion   = 6
	looksVersion      = 2
	householdsVersion = 1
	visitsVersion     = 1
	peopleVersion     = 3
	flagsVersion      = 1
)

// Views lists them. zone is where days and years begin and end: Europe/Tirane.
func Views(zone *time.Location) []projections.View {
	return []projections.View{
		Casework(zone),
		meetings.Projection(meetingsVersion, zone),
		activities.Projection(activitiesVersion),
		aid.Projection(aidVersion),
		directory.Projection(directoryVersion),
		accounts.Projection(accountsVersion),
		looks.Projection(looksVersion),

		households.Projection(householdsVersion),
		visits.Projection(visitsVersion),

		people.Projection(peopleVersion),
		flags.Projection(flagsVersion),
	}
}

// Casework is the view that all lists of cases derive from.
func Casework(zone *time.Location) projections.Projection[casework.Doc] {
	return casework.Projection(caseworkVersion, zone,
		[]string{projections.Board, projections.Inbox, projections.Outbox, projections.Deadlines, projections.Register, projections.Orders, projections.Hearings, projections.Indicators, projections.Steps, projections.Reviews, projections.Expiries, projections.Retention},
		board.Rows, inbox.Rows, outbox.Rows, deadlines.Rows, register.Rows, orders.Rows, hearings.Rows, casework.Indicators, steps.Rows, reviews.Rows, expiries.Rows, retention.Rows)
}
