package casefile

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// What becomes of a child's protection measure after it was taken (law 18/2017 arts. 56-59).
type (
	// MeasureCourtAsked asks the court to confirm a measure.
	MeasureCourtAsked struct {
		Measure string    `json:"measure"`
		Court   string    `json:"court"` // the institution that must decide
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// MeasureConfirmed is the court's yes.
	MeasureConfirmed struct {
		Measure string    `json:"measure"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// MeasureNotConfirmed is the court's no: the measure ends with it.
	MeasureNotConfirmed struct {
		Measure string    `json:"measure"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// MeasureParentsAnswered says whether the parents work with the measure. If they do not, another is to take its place
	// (law 18/2017 art. 58).
	MeasureParentsAnswered struct {
		Measure string    `json:"measure"`
		Answer  string    `json:"answer"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// MeasureMonitored tells how the child is under the measure.
	MeasureMonitored struct {
		Measure string        `json:"measure"`
		Finding string        `json:"finding"`
		Text    person.Sealed `json:"text,omitzero"`
		By      string        `json:"by"`
		At      time.Time     `json:"at"`
	}
	// MeasureReviewed: the lead looked at whether it is still needed, and let it go on.
	MeasureReviewed struct {
		Measure string    `json:"measure"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
)

// The stored names, written by hand.
func (MeasureCourtAsked) EventType() string      { return "measure.court_asked" }
func (MeasureConfirmed) EventType() string       { return "measure.confirmed" }
func (MeasureNotConfirmed) EventType() string    { return "measure.not_confirmed" }
func (MeasureParentsAnswered) EventType() string { return "measure.parents_answered" }
func (MeasureMonitored) EventType() string       { return "measure.monitored" }
func (MeasureReviewed) EventType() string        { return "measure.reviewed" }

var measureEvents = []event.Entry{
	event.Type[MeasureCourtAsked]("The court was asked to confirm a child's protection measure."),
	event.Type[MeasureConfirmed]("The court confirmed a measure."),
	event.Type[MeasureNotConfirmed]("The court did not confirm a measure; it ended."),
	event.Type[MeasureParentsAnswered]("Whether the parents work with a measure."),
	event.Type[MeasureMonitored]("How the child is under a measure."),
	event.Type[MeasureReviewed]("A measure was reviewed and goes on."),
}

// evolveMeasure applies them.
func evolveMeasure(w write, s State, e event.Data) State {
	edit := func(id string, change func(*Measure)) State {
		s.Measures = changed(w, s.Measures, func(m Measure) bool { return m.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case MeasureTaken:
		s.Measures = added(w, s.Measures, Measure{ID: e.Measure, Kind: e.Kind, Detail: e.Detail, By: e.By, At: e.At, Medical: e.Medical})
	case MeasureEnded:
		return edit(e.Measure, func(m *Measure) { m.EndedAt = e.At })
	case MeasureCourtAsked:
		return edit(e.Measure, func(m *Measure) { m.Court, m.AskedAt = e.Court, e.At })
	case MeasureConfirmed:
		return edit(e.Measure, func(m *Measure) { m.Confirmed, m.DecidedAt = true, e.At })
	case MeasureNotConfirmed:
		return edit(e.Measure, func(m *Measure) { m.DecidedAt, m.EndedAt = e.At, e.At })
	case MeasureParentsAnswered:
		return edit(e.Measure, func(m *Measure) { m.Parents = e.Answer })
	case MeasureMonitored:
		return edit(e.Measure, func(m *Measure) { m.Finding, m.MonitoredAt, m.Monitored = e.Finding, e.At, m.Monitored+1 })
	case MeasureReviewed:
		return edit(e.Measure, func(m *Measure) { m.ReviewedAt = e.At })
	}
	return s
}
