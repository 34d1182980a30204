package casefile

import "mkr/domain/person"

// Measures: help on the spot, and a child's protection measures.
type (
	TakeMeasure struct {
		Measure, Kind string
		Detail        person.Sealed
	}
	EndMeasure struct{ Measure string }
	// AskCourtForMeasure asks a court to confirm a child's measure.
	AskCourtForMeasure struct{ Measure, Court string }
	ConfirmMeasure     struct{ Measure string }
	RefuseMeasure      struct{ Measure string }
	// RecordParents says whether the parents work with specialised supervision.
	RecordParents struct{ Measure, Answer string }
	// MonitorMeasure reports how the child is under it.
	MonitorMeasure struct {
		Measure, Finding string
		Text             person.Sealed
	}
	// ReviewMeasure lets it go on.
	ReviewMeasure struct{ Measure string }
)

func (TakeMeasure) command()        {}
func (EndMeasure) command()         {}
func (AskCourtForMeasure) command() {}
func (ConfirmMeasure) command()     {}
func (RefuseMeasure) command()      {}
func (RecordParents) command()      {}
func (MonitorMeasure) command()     {}
func (ReviewMeasure) command()      {}
