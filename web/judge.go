package web

import (
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
	"mkr/web/live"
)

// judge lets the hub ask the policy.
type judge struct{}

// Judge is what the hub asks: the same policy as every query.
func Judge() live.Judge { return judge{} }

func (judge) Lens(c handlers.Caller) live.Lens { return live.Lens(handlers.LensOf(c)) }

func (judge) See(l live.Lens, _ string, row projections.Row) bool {
	return handlers.Lens(l).Sees(row)
}

// SeeEvent: events of a case are for those who may see the case; those of the public directory and of activities
// for all who work here. Persons, accounts, sessions and access streams are nobody's news.
func (judge) SeeEvent(l live.Lens, f event.Fact, caseRow *projections.Row) bool {
	switch event.Category(f.Stream) {
	case event.CaseCategory:
		return caseRow != nil && handlers.Lens(l).Sees(*caseRow) && (!casefile.Confidential(f.Type) || handlers.Lens(l).Guards(*caseRow))
	case event.InstitutionCategory:
		return handlers.Lens(l).Sees(projections.Row{Topic: projections.Institutions})
	case event.ActivityCategory:
		return handlers.Lens(l).Sees(projections.Row{Topic: projections.Activities})
	}
	return false
}
