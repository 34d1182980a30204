// Package aid derives the applications to the municipality's commissions, and counts the families that aid was paid to.
package aid

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"mkr/domain/application"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/indicators"
)

// View is the name of the projection.
const View = "aid"

// Doc is an application as its events tell it.
type Doc struct {
	State       application.State
	By          string // the institution that took it in
	SubmittedAt time.Time
	Counted     indicators.Things
}

// Row is one application.
type Row struct {
	Application string    `json:"application"`
	Kind        string    `json:"kind"`
	Subject     string    `json:"subject"` // person id
	Status      string    `json:"status"`
	Reason      string    `json:"reason,omitempty"`
	SubmittedAt time.Time `json:"submitted_at"`
	Paid        []Month   `json:"paid,omitempty"` // by month, oldest first
}

// Month is the aid paid for a month.
type Month struct {
	Period string `json:"period"` // YYYY-MM
	Lek    int    `json:"lek"`
}

// Projection folds applications. A family receives foster aid in a year if it was paid for a month of that year and
// the payment was not taken back; families are told apart by the person who applied.
func Projection(version int) projections.Projection[Doc] {
	return projections.Projection[Doc]{
		Name: View, Version: version, Categories: []string{event.ApplicationCategory},
		Topics: []string{projections.Aid, projections.Indicators},
		Apply: func(d Doc, f event.Fact) Doc {
			d.State = application.Evolve(d.State, f.Data)
			switch e := f.Data.(type) {
			case application.Submitted:
				d.SubmittedAt, d.By = e.At, f.Meta.Institution
			case application.AidPaid:
				if e.Kind == application.FosterAid {
					d.Counted = d.Counted.Count(yearOf(e.Period), indicators.FosterFamilies, e.Subject, indicators.Supported(f, "payment", e.Period))
				}
			case application.PaymentTakenBack:
				d.Counted = d.Counted.Withdraw(f.Position, func(s indicators.Support) bool { return s.Target == e.Period })
			case application.EnteredInError:
				d.Counted = d.Counted.Withdraw(f.Position, func(indicators.Support) bool { return true })
			}
			return d
		},
		Rows: func(key string, d Doc) []projections.Row {
			return append(rows(key, d), indicators.Rows(d.Counted, key, "", "")...)
		},
	}
}

// yearOf reads the year of a month, YYYY-MM; 0 if it is none.
func yearOf(period string) int {
	if len(period) < 4 {
		return 0
	}
	year, err := strconv.Atoi(period[:4])
	if err != nil {
		return 0
	}
	return year
}

func rows(key string, d Doc) []projections.Row {
	s := d.State
	if s.Status == application.NotSubmitted {
		return nil
	}
	doc := Row{Application: s.Application, Kind: s.Kind, Subject: s.Subject, Status: string(s.Status), Reason: s.Reason, SubmittedAt: d.SubmittedAt}
	for _, period := range slices.Sorted(maps.Keys(s.Paid)) {
		doc.Paid = append(doc.Paid, Month{Period: period, Lek: s.Paid[period]})
	}
	var parties []string
	if d.By != "" {
		parties = []string{d.By}
	}
	return []projections.Row{{
		Topic: projections.Aid, Key: key, Institution: d.By, Parties: parties, Kind: s.Kind, Status: string(s.Status), SortAt: d.SubmittedAt, Doc: projections.Document(doc),
	}}
}
