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
	load     func(view string) loader // how a document stood where the memory began
}

// NewMemory starts with nothing.
func NewMemory(views ...View) *Memory {
	m := &Memory{load: func(string) loader { return nothing }}
	for _, v := range views {
		m.views = append(m.views, v.describe())
		m.folds = append(m.folds, v.fold(-1))
	}
	return m
}

// Apply takes in facts in the order of their positions. A fact taken in before changes nothing.
func (m *Memory) Apply(facts ...event.Fact) {
	if err := m.apply(facts...); err != nil {
		panic(err) // nothing never fails
	}
}

func (m *Memory) apply(facts ...event.Fact) error {
	for _, f := range facts {
		for i, v := range m.views {
			if slices.Contains(v.categories, event.Category(f.Stream)) {
				if err := m.folds[i].apply(f, m.load(v.name)); err != nil {
					return err
				}
			}
		}
		m.position = max(m.position, f.Position)
	}
	return nil
}

func nothing(string) ([]byte, uint64, bool, error) { return nil, 0, false, nil }

// Position is that of the newest fact taken in.
func (m *Memory) Position() uint64 { return m.position }

// Rows returns the rows of a topic in the order of their keys.
func (m *Memory) Rows(topic string) []Row { return m.rowsOf(topic)[topic] }

// rowsOf returns the rows of some topics, each in the order of their keys.
func (m *Memory) rowsOf(topics ...string) map[string][]Row {
	out := map[string][]Row{}
	for i, v := range m.views {
		if !slices.ContainsFunc(topics, v.of) {
			continue
		}
		m.folds[i].each(func(_ string, _ uint64, rows func() []Row) {
			for _, r := range rows() {
				if slices.Contains(topics, r.Topic) {
					out[r.Topic] = append(out[r.Topic], r)
				}
			}
		})
	}
	for _, rows := range out {
		byKey(rows)
	}
	return out
}

func byKey(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Key, b.Key) })
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
	return m, m.follow(ctx, Source{log, registry}, 0, at, nil)
}

// Source is where facts are read from.
type Source struct {
	Log      eventlog.Log
	Registry *event.Registry
}

// follow folds the log behind a position up to another, that included. seen, if there is one, is told of every event before
// it is folded.
func (m *Memory) follow(ctx context.Context, from Source, after, at eventlog.Position, seen func(eventlog.Recorded)) error {
	for after < at {
		block, err := from.Log.ReadAll(ctx, after, usual.block)
		if err != nil {
			return fmt.Errorf("projections: replay: %w", err)
		}
		for _, r := range block {
			if r.Position > at {
				return nil
			}
			if seen != nil {
				seen(r)
			}
			if m.needs(r.Stream) {
				f, err := Decode(from.Registry, r)
				if err != nil {
					return fmt.Errorf("projections: replay at %d: %w", r.Position, err)
				}
				if err := m.apply(f); err != nil {
					return err
				}
			}
			m.position, after = uint64(r.Position), r.Position
		}
		if len(block) < usual.block {
			return nil
		}
	}
	return nil
}

func (m *Memory) needs(stream string) bool {
	category := event.Category(stream)
	return slices.ContainsFunc(m.views, func(v description) bool { return slices.Contains(v.categories, category) })
}
