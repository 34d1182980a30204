package projections

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// Memory runs projections in memory: the time machine. It folds with the very code the Runner folds with. It
// belongs to one goroutine.
type Memory struct {
	views    []description
	folds    []folder
	position uint64
}

// NewMemory starts with nothing.
func NewMemory(views ...View) *Memory {
	m := &Memory{}
	for _, v := range views {
		m.views = append(m.views, v.describe())
		m.folds = append(m.folds, v.fold(-1))
	}
	return m
}

// Apply takes in facts in the order of their positions. A fact taken in before changes nothing.
func (m *Memory) Apply(facts ...event.Fact) {
	for _, f := range facts {
		for i, v := range m.views {
			if slices.Contains(v.categories, event.Category(f.Stream)) {
				if err := m.folds[i].apply(f, nothing); err != nil {
					panic(err) // nothing never fails
				}
			}
		}
		m.position = max(m.position, f.Position)
	}
}

func nothing(string) ([]byte, uint64, bool, error) { return nil, 0, false, nil }

// Position is that of the newest fact taken in.
func (m *Memory) Position() uint64 { return m.position }

// Rows returns the rows of a topic in the order of their keys.
func (m *Memory) Rows(topic string) []Row {
	var out []Row
	for i, v := range m.views {
		if !slices.Contains(v.topics, topic) {
			continue
		}
		m.folds[i].each(func(_ string, _ uint64, rows func() []Row) {
			for _, r := range rows() {
				if r.Topic == topic {
					out = append(out, r)
				}
			}
		})
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// MemoryDoc returns a document of a view.
func MemoryDoc[V any](m *Memory, view, key string) (V, bool) {
	for i, d := range m.views {
		if d.name == view {
			if v, _, ok := m.folds[i].document(key); ok {
				typed, ok := v.(V)
				return typed, ok
			}
		}
	}
	var zero V
	return zero, false
}

// Replay folds the whole log up to a position, that included, into the views. An event that a view needs and that
// cannot be read is an error: a replay never guesses.
func Replay(ctx context.Context, log eventlog.Log, registry *event.Registry, at eventlog.Position, views ...View) (*Memory, error) {
	m := NewMemory(views...)
	for after := eventlog.Position(0); ; {
		block, err := log.ReadAll(ctx, after, usual.block)
		if err != nil {
			return nil, fmt.Errorf("projections: replay: %w", err)
		}
		for _, r := range block {
			if r.Position > at {
				return m, nil
			}
			if m.needs(r.Stream) {
				f, err := Decode(registry, r)
				if err != nil {
					return nil, fmt.Errorf("projections: replay at %d: %w", r.Position, err)
				}
				m.Apply(f)
			}
			m.position, after = uint64(r.Position), r.Position
		}
		if len(block) < usual.block {
			return m, nil
		}
	}
}

func (m *Memory) needs(stream string) bool {
	category := event.Category(stream)
	return slices.ContainsFunc(m.views, func(v description) bool { return slices.Contains(v.categories, category) })
}
