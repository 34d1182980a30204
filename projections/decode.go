package projections

import (
	"fmt"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// Decode reads a stored event. The error is *event.UnknownError or wraps what is wrong with the envelope; it never
// holds payload.
func Decode(registry *event.Registry, r eventlog.Recorded) (event.Fact, error) {
	f := event.Fact{
		Position: uint64(r.Position), Stream: r.Stream, Revision: r.Revision, ID: r.ID.String(), Type: r.Type,
		RecordedAt: r.RecordedAt,
	}
	meta, err := registry.DecodeMeta(r.Meta)
	if err != nil {
		return f, fmt.Errorf("projections: envelope of %s: %w", f.Key(), err)
	}
	f.Meta = meta
	f.Data, err = registry.Decode(r.Type, meta.Schema, r.Data)
	return f, err
}

// DecodeAll reads stored events, in order, up to the first that cannot be read.
func DecodeAll(registry *event.Registry, recorded []eventlog.Recorded) ([]event.Fact, error) {
	facts := make([]event.Fact, 0, len(recorded))
	for _, r := range recorded {
		f, err := Decode(registry, r)
		if err != nil {
			return facts, err
		}
		facts = append(facts, f)
	}
	return facts, nil
}
