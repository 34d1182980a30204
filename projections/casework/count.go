package casework

import (
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/indicators"
)

// protective are the measures that protect a child, as the Area Social Plan counts them.
var protective = []string{"emergency_placement", "specialised_supervision", "alternative_care"}

// count adds what a fact makes count. s is the case after the fact.
func count(zone *time.Location, t indicators.Things, s casefile.State, f event.Fact) indicators.Things {
	if e, ok := f.Data.(casefile.EntryMarkedInError); ok {
		t = t.Withdraw(f.Position, func(o indicators.Support) bool { return o.Kind == e.Kind && o.Target == e.Target })
	}
	year := f.Meta.OccurredAt.In(zone).Year()
	add := func(figure, what, kind, target string) {
		t = t.Count(year, figure, what, indicators.Supported(f, kind, target))
	}
	child, violence := s.Kind == casefile.ChildProtection, s.Kind == casefile.DomesticViolence

	// A case is managed in a year in which somebody did something about it: what only lapsed was not managed.
	if child && f.Meta.Actor != event.System {
		add(indicators.CasesManaged, s.ID, casefile.TargetCase, s.ID)
	}
	switch e := f.Data.(type) {
	case casefile.CaseOpened:
		switch {
		case violence:
			add(indicators.CasesIdentified, s.ID, casefile.TargetCase, s.ID)
		case child && slices.Contains(s.Violence, "street_situation"):
			add(indicators.StreetChildren, s.Subject, casefile.TargetCase, s.ID)
		}
	case casefile.CaseConferred:
		if child {
			add(indicators.ChildrenDiscussed, s.ID, casefile.TargetCase, s.ID)
		} else {
			add(indicators.CasesDiscussed, s.ID, casefile.TargetCase, s.ID)
		}
	case casefile.VisitMade:
		if child {
			add(indicators.FamilyVisits, e.Visit, casefile.TargetVisit, e.Visit)
		}
	case casefile.ReferralSent:
		id := e.ReferralContent.Referral
		switch {
		case child && e.To != e.From:
			add(indicators.ChildrenReferred, s.ID, casefile.TargetReferral, id)
		case violence && e.ToPrivate:
			add(indicators.VictimsReferred, s.ID, casefile.TargetReferral, id)
		}
	case casefile.ReferralAccepted:
		add(indicators.Beneficiaries, s.Subject, casefile.TargetReferral, e.Referral)
	case casefile.OrderExecuted:
		if e.Type == casefile.UMM || e.Type == casefile.UM { // the court's; the police's own UMPMM is not among them
			add(indicators.OrdersImplemented, e.Order, casefile.TargetOrder, e.Order)
		}
	case casefile.MeasureTaken:
		switch {
		case violence && e.Kind == casefile.CrimeReported: // a duty towards the prosecution, no help to the family
		case violence:
			add(indicators.FamiliesAssisted, s.ID, casefile.TargetMeasure, e.Measure)
		case child && slices.Contains(protective, e.Kind):
			add(indicators.ChildrenWithMeasure, s.Subject, casefile.TargetMeasure, e.Measure)
		}
	case casefile.ServiceGiven:
		if violence {
			add(indicators.FamiliesAssisted, s.ID, casefile.TargetReferral, e.Referral)
		}
	case casefile.PlanActionDone:
		if violence {
			add(indicators.FamiliesAssisted, s.ID, casefile.TargetAction, e.Action)
		}
	}
	return t
}

// Indicators derives the case's part of the indicators.
func Indicators(d Doc) []projections.Row {
	return indicators.Rows(d.Counted, d.State.ID, d.State.ID, d.State.Code)
}
