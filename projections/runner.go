package projections

import (
	"context"
	"errors"

	"github.com/rs/zerolog"

	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// Options is what a Runner is made of.
type Options struct {
	Dir      string          // folder of the views files; made if missing
	Log      eventlog.Log    // only read
	Registry *event.Registry // built with Unmarshal, for speed
	Views    []View          // each name once
	Logger   zerolog.Logger  // states and faults only, never payload
}

// Runner keeps the views up to date and tells subscribers what changed.
type Runner struct{ views *Views }

var errSoon = errors.New("projections: not built yet")

const blockSize = 4096

// Open opens the views files of a folder, or begins them. One process per folder. Views may be read and subscribed
// to at once; they stand where they stood until Run is called.
func Open(o Options) (*Runner, error) { return nil, errSoon }

// Run takes in events until the context ends (nil) or the log is closed (eventlog.ErrClosed). Call it once.
func (r *Runner) Run(ctx context.Context) error { return errSoon }

// Close ends subscriptions and closes the files, after Run has returned.
func (r *Runner) Close() error { return errSoon }

// Views is the read side.
func (r *Runner) Views() *Views { return r.views }

// Subscribe begins a subscription that may fall behind by up to buffer batches before it loses its place.
func (r *Runner) Subscribe(buffer int) *Subscription { return nil }
