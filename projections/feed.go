package projections

import (
	"errors"

	"mkr/domain/event"
)

// Op says what became of a row.
type Op string

// The ops.
const (
	Put    Op = "put"
	Remove Op = "remove"
)

// Change is one row that came, changed or went.
type Change struct {
	Topic  string
	Key    string
	Op     Op
	Row    Row  // as it is now; for Remove the zero Row
	Before *Row // as it was; nil if it was not there. Who loses sight of a row is judged by its parties and columns
}

// Batch is what one committed step of the views changed, after Position of the batch before and up to Position.
type Batch struct {
	Position uint64
	// Reset says that more has changed than is told: the views were caught up in one stride, or a rebuilt copy took
	// over. Changes and Facts are empty; whatever was shown must be read again.
	Reset   bool
	Changes []Change
	// Facts are all that happened in the step, in order, decoded. Their data may hold sealed values.
	Facts []event.Fact
}

// ErrSlow says that a subscriber was too slow and has lost its place: it must subscribe again and read afresh.
var ErrSlow = errors.New("projections: the subscriber fell too far behind")

// ErrEnded says that the runner ended.
var ErrEnded = errors.New("projections: the runner ended")
