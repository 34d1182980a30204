package projections

import "context"

// Views is the read side: lists, rows and documents as last committed. It is safe for concurrent use.
type Views struct{}

// States tells how every view stands, in the order of Options.Views.
func (v *Views) States() []State { return nil }

// Ready is nil when every view has caught up and none has stopped; otherwise it says which and why.
func (v *Views) Ready() error { return errSoon }

// Position is how far a topic's views have got: the least of them. For "" it is the least of all views.
func (v *Views) Position(topic string) uint64 { return 0 }

// WaitFor returns once the topics' views (of all topics, if none is named) have taken in everything up to the
// position: read your own writes. It ends with the context's error, or *StoppedError if one of them cannot get there.
func (v *Views) WaitFor(ctx context.Context, position uint64, topics ...string) error { return errSoon }

// List answers a query. Errors: ErrCursor, the context's, or that of the views file.
func (v *Views) List(ctx context.Context, q Query) (Page, error) { return Page{}, errSoon }

// Count is List's Total alone.
func (v *Views) Count(ctx context.Context, q Query) (int, error) { return 0, errSoon }

// Get finds one row, or ErrNotFound.
func (v *Views) Get(ctx context.Context, topic, key string) (Row, error) { return Row{}, errSoon }

// Doc reads a document of a view with the position of its newest event, or ErrNotFound.
func Doc[V any](ctx context.Context, v *Views, view, key string) (V, uint64, error) {
	var zero V
	return zero, 0, errSoon
}
