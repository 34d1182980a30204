package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// The ways in which a log can differ from what was signed.
const (
	Altered   = "altered"   // the event's bytes or header are not those that were signed
	Replaced  = "replaced"  // another event stands in its place
	Missing   = "missing"   // the event is gone, later ones are there
	Shortened = "shortened" // the log ends before it
	Forked    = "forked"    // the log as a whole is not the one that was signed, and no file names the event
)

// TamperError says that the log is not the one that was signed, and where it first differs. Leaf and Event are what
// was signed; Stream, Revision and Found are what stands there now.
type TamperError struct {
	Kind     string
	Leaf     uint64            // from 0, in the order of the log
	Position eventlog.Position // in this store; 0 if it is not known
	Event    uuid.UUID
	Stream   string
	Revision uint64
	Found    uuid.UUID
	Signed   uint64 // size of the checkpoint that it was held against
	Stands   uint64 // events in the log, when it was shortened
}

func (e *TamperError) Error() string {
	what := ""
	switch e.Kind {
	case Altered:
		what = fmt.Sprintf("event %s (%s revision %d, position %d, the %s event) is not as it was signed", e.Event, e.Stream, e.Revision, e.Position, ordinal(e.Leaf))
	case Replaced:
		what = fmt.Sprintf("where event %s stood (position %d, the %s event) stands another: %s (%s revision %d)", e.Event, e.Position, ordinal(e.Leaf), e.Found, e.Stream, e.Revision)
	case Missing:
		what = fmt.Sprintf("event %s (position %d, the %s event) is gone", e.Event, e.Position, ordinal(e.Leaf))
	case Shortened:
		what = fmt.Sprintf("it holds %d events, and %d were signed: the first that is missing is the %s", e.Stands, e.Signed, ordinal(e.Leaf))
		if e.Event != uuid.Nil {
			what += fmt.Sprintf(", event %s at position %d", e.Event, e.Position)
		}
	default:
		what = fmt.Sprintf("its first %d events have another root than the one that was signed; without the file of leaves the first bad event is not known", e.Signed)
	}
	return "the log was " + e.word() + ": " + what
}

func (e *TamperError) word() string {
	if e.Kind == Shortened || e.Kind == Forked {
		return e.Kind
	}
	return Altered
}

func ordinal(leaf uint64) string {
	n := leaf + 1
	switch {
	case n%10 == 1 && n%100 != 11:
		return fmt.Sprint(n, "st")
	case n%10 == 2 && n%100 != 12:
		return fmt.Sprint(n, "nd")
	case n%10 == 3 && n%100 != 13:
		return fmt.Sprint(n, "rd")
	}
	return fmt.Sprint(n, "th")
}

// pageEvents is how much of the log is read at once.
const pageEvents = 4096

// pass reads a log from its beginning and holds it against what is known of it.
type pass struct {
	log    eventlog.Log
	anchor Checkpoint // what was signed
	// known gives the leaves as they were, up to size; they have been held against the anchor. None: size 0.
	known    func(lo, hi uint64) ([]record, error)
	size     uint64
	take     func([]record) error // gets what stands behind the known leaves; nil: nobody wants it
	progress func(events uint64)  // nil: nobody looks
}

// read is a page on its way from the reading goroutine to the hashing one: they work at the same time.
type read struct {
	events []eventlog.Recorded
	err    error
}

// run goes through the log. It answers how many events there are and their root, *TamperError where they differ from
// what was signed, or why the log could not be read.
func (p pass) run(ctx context.Context) (Checkpoint, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := make(chan read, 2)
	go func() {
		defer close(pages)
		for after := eventlog.Position(0); ; {
			events, err := p.log.ReadAll(ctx, after, pageEvents)
			select {
			case pages <- read{events, err}:
			case <-ctx.Done():
				return
			}
			if err != nil || len(events) == 0 {
				return
			}
			after = events[len(events)-1].Position
		}
	}()
	var tree frontier
	at := func() Checkpoint { return Checkpoint{p.anchor.Origin, tree.size, tree.root()} }
	for page := range pages {
		if page.err != nil {
			return at(), page.err
		}
		if err := p.page(page.events, &tree); err != nil {
			return at(), err
		}
		if p.progress != nil {
			p.progress(tree.size)
		}
	}
	if err := ctx.Err(); err != nil {
		return at(), err
	}
	return at(), p.ends(tree.size)
}

// page takes in the next events.
func (p pass) page(events []eventlog.Recorded, tree *frontier) error {
	var known []record
	if tree.size < p.size {
		var err error
		if known, err = p.known(tree.size, min(p.size, tree.size+uint64(len(events)))); err != nil {
			return err
		}
	}
	fresh := make([]record, 0, len(events)-len(known))
	for i, e := range events {
		h := HeaderOf(e).LeafHash()
		if i < len(known) {
			if h != known[i].hash {
				return p.differs(tree.size, known[i], e)
			}
		} else {
			fresh = append(fresh, record{e.Position, e.ID, h})
		}
		tree.add(h)
		if tree.size == p.anchor.Size && tree.root() != p.anchor.Root {
			return &TamperError{Kind: Forked, Signed: p.anchor.Size}
		}
	}
	if p.take != nil && len(fresh) > 0 {
		return p.take(fresh)
	}
	return nil
}

// differs says how an event differs from the one that was signed.
func (p pass) differs(leaf uint64, was record, is eventlog.Recorded) error {
	t := &TamperError{Leaf: leaf, Position: was.position, Event: was.id, Stream: is.Stream, Revision: is.Revision, Found: is.ID, Signed: p.anchor.Size}
	switch {
	case is.ID == was.id:
		t.Kind = Altered
	case is.Position > was.position:
		t.Kind = Missing
	default:
		t.Kind = Replaced
	}
	return t
}

// ends says whether the log may end here.
func (p pass) ends(size uint64) error {
	if size >= p.anchor.Size {
		return nil
	}
	t := &TamperError{Kind: Shortened, Leaf: size, Signed: p.anchor.Size, Stands: size}
	if size < p.size {
		if rs, err := p.known(size, size+1); err == nil {
			t.Position, t.Event = rs[0].position, rs[0].id
		}
	}
	return t
}
