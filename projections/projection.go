package projections

import "mkr/domain/event"

// Projection is a pure fold from facts to documents and from documents to rows. Every function must be total and
// deterministic: no clock, no I/O, no randomness, no iteration over a map whose order shows.
type Projection[V any] struct {
	// Name is the view's name in the views file and in states: "casework".
	Name string
	// Version is raised whenever Apply, Rows or V change what they produce from the same facts.
	Version int
	// Categories are the stream categories the view reads. Facts of others never reach Keys, and an event of
	// others that cannot be read does not stop it.
	Categories []string
	// Topics are those that Rows may give. Several views may give rows to one topic.
	Topics []string
	// Keys says which documents a fact touches. Nil means one: the id in the stream's name.
	Keys func(event.Fact) []string
	// Apply returns the document after the fact. A document that never was is the zero V. The value passed in is
	// not used again, so Apply may change it in place.
	Apply func(V, event.Fact) V
	// Rows derives the document's rows, in any order, each key at most once a topic. Position is filled in by the
	// caller. The key of two documents' rows in one topic must differ.
	Rows func(key string, v V) []Row
}

// View is a Projection whose document type is hidden, so that views of different types stand in one list.
type View interface {
	describe() description
	fold(limit int) folder
}

type description struct {
	name       string
	version    int
	categories []string
	topics     []string
}

func (p Projection[V]) describe() description {
	return description{name: p.Name, version: p.Version, categories: p.Categories, topics: p.Topics}
}
