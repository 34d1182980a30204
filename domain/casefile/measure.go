package casefile

import "mkr/domain/event"

func (t *decision) takeMeasure(c TakeMeasure) error {
	if err := t.fresh("measure", c.Measure); err != nil {
		return err
	}
	if err := coded("kind", c.Kind, MeasureKinds); err != nil {
		return err
	}
	t.add(MeasureTaken{Measure: c.Measure, Kind: c.Kind, Detail: c.Detail, By: t.by(), At: t.at()})
	return nil
}

func (t *decision) endMeasure(c EndMeasure) error {
	m, ok := find(t.s.Measures, func(m Measure) bool { return m.ID == c.Measure })
	switch {
	case !ok || m.InError:
		return event.RefuseField(CodeMeasureUnknown, "measure", "there is no such measure")
	case !m.EndedAt.IsZero():
		return nil
	}
	if err := t.notBefore(m.At); err != nil {
		return err
	}
	t.add(MeasureEnded{Measure: c.Measure, At: t.at()})
	return nil
}
