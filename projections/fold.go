package projections

import (
	"container/list"
	"fmt"
	"slices"

	"mkr/domain/event"
)

// loader reads a stored document: its JSON and the position of its newest event. ok is false if there is none.
type loader func(key string) (doc []byte, position uint64, ok bool, err error)

// touched is one document that a batch changed, ready to be saved.
type touched struct {
	key      string
	doc      []byte
	position uint64
	isNew    bool
	before   []Row // as stored; Position not set
	after    []Row // Position set
}

// folder applies facts to the documents of one view, whatever their type. It belongs to one goroutine.
type folder interface {
	// apply folds one fact into every document it touches. A fact that a document has already taken in is left
	// alone. The error is the loader's or that of a stored document that cannot be read.
	apply(f event.Fact, load loader) error
	// flush writes out the documents that changed since the last flush, in the order of their first change.
	flush() ([]touched, error)
	// forget drops everything kept in memory: what was not saved is lost, and read again from the store.
	forget()
	// bound sets how many unchanged documents stay in memory.
	bound(limit int)
	// culprit is the document that flush was at when it panicked: the position and type of its newest fact.
	culprit() (position uint64, kind string)
	// dirty counts the documents that changed since the last flush.
	dirty() int
	// document returns one document's value as kept in memory.
	document(key string) (v any, position uint64, ok bool)
	// each calls f for every document kept in memory, in the order of their keys.
	each(f func(key string, position uint64, rows func() []Row))
}

// entry is a document in memory. Clean entries stand in the list of least recent use; dirty ones do not.
type entry[V any] struct {
	key      string
	v        V
	position uint64
	kind     string // type of the newest fact
	isNew    bool
	changed  bool
	before   []Row
	recent   *list.Element
}

type fold[V any] struct {
	p       Projection[V]
	limit   int // clean documents kept; below 0 all
	entries map[string]*entry[V]
	changed []*entry[V]
	recent  *list.List // of *entry[V], newest first
	at      *entry[V]  // what flush is writing out
}

func (p Projection[V]) fold(limit int) folder {
	return &fold[V]{p: p, limit: limit, entries: map[string]*entry[V]{}, recent: list.New()}
}

func (d *fold[V]) apply(f event.Fact, load loader) error {
	if d.p.Keys == nil {
		return d.applyTo(event.ID(f.Stream), f, load)
	}
	for _, key := range d.p.Keys(f) {
		if err := d.applyTo(key, f, load); err != nil {
			return err
		}
	}
	return nil
}

func (d *fold[V]) applyTo(key string, f event.Fact, load loader) error {
	e := d.entries[key]
	if e == nil {
		e = &entry[V]{key: key}
		doc, position, ok, err := load(key)
		switch {
		case err != nil:
			return err
		case !ok:
			e.isNew = true
		default:
			if err := unmarshal(doc, &e.v); err != nil {
				return fmt.Errorf("projections: document %s %s: %w", d.p.Name, key, err)
			}
			e.position = position
		}
		d.entries[key] = e
	}
	if f.Position <= e.position {
		d.keep(e)
		return nil
	}
	if !e.changed {
		if !e.isNew {
			// Before Apply, which may change the value in place.
			e.before = d.p.Rows(key, e.v)
		}
		e.changed = true
		d.changed = append(d.changed, e)
		if e.recent != nil {
			d.recent.Remove(e.recent)
			e.recent = nil
		}
	}
	e.v = d.p.Apply(e.v, f)
	e.position, e.kind = f.Position, f.Type
	return nil
}

func (d *fold[V]) flush() ([]touched, error) {
	out := make([]touched, 0, len(d.changed))
	for _, e := range d.changed {
		d.at = e
		doc, err := marshal(e.v)
		if err != nil {
			return nil, fmt.Errorf("projections: document %s %s: %w", d.p.Name, e.key, err)
		}
		after := d.p.Rows(e.key, e.v)
		for i := range after {
			after[i].Position = e.position
		}
		out = append(out, touched{key: e.key, doc: doc, position: e.position, isNew: e.isNew, before: e.before, after: after})
		e.before, e.changed, e.isNew = nil, false, false
		d.keep(e)
	}
	d.changed = d.changed[:0]
	return out, nil
}

// keep puts a clean document at the front of the list of recent use and drops what is over the limit.
func (d *fold[V]) keep(e *entry[V]) {
	switch {
	case e.changed || d.limit < 0:
		return
	case e.recent != nil:
		d.recent.MoveToFront(e.recent)
	default:
		e.recent = d.recent.PushFront(e)
	}
	d.trim()
}

func (d *fold[V]) trim() {
	for d.limit >= 0 && d.recent.Len() > d.limit {
		last := d.recent.Back()
		delete(d.entries, d.recent.Remove(last).(*entry[V]).key)
	}
}

func (d *fold[V]) forget() {
	clear(d.entries)
	d.changed = nil
	d.recent.Init()
}

func (d *fold[V]) bound(limit int) {
	d.limit = limit
	d.trim()
}

func (d *fold[V]) culprit() (uint64, string) { return d.at.position, d.at.kind }

func (d *fold[V]) dirty() int { return len(d.changed) }

func (d *fold[V]) document(key string) (any, uint64, bool) {
	e := d.entries[key]
	if e == nil || e.position == 0 {
		return nil, 0, false
	}
	return e.v, e.position, true
}

func (d *fold[V]) each(f func(key string, position uint64, rows func() []Row)) {
	keys := make([]string, 0, len(d.entries))
	for key := range d.entries {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		e := d.entries[key]
		f(key, e.position, func() []Row {
			rows := d.p.Rows(key, e.v)
			for i := range rows {
				rows[i].Position = e.position
			}
			return rows
		})
	}
}
