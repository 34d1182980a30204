package live

import (
	"context"
	"errors"

	"mkr/projections"
)

// scratch is memory that publish uses again. It is guarded by the hub's lock.
type scratch struct {
	judged []judged
	frames []*frame
}

// judged is one item as a lens sees it, once somebody has asked.
type judged struct {
	done bool
	f    *frame
}

// begin starts at a position, without anything to be resumed from before it.
func (h *Hub) begin(position uint64, first bool) {
	h.cases.forget()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started = true
	h.restart(position, first, ResetBehind)
}

// restart forgets what was remembered and sends everybody to read afresh.
func (h *Hub) restart(position uint64, quiet bool, reason string) {
	h.ring.begin(position)
	h.head, h.position = all(position), nil
	if quiet {
		return
	}
	f := h.resetFrame(reason)
	h.each(func(c *conn) {
		if c.subscribed {
			c.from = cursor{}
			c.queue.restart([]*frame{f})
			h.resets.Add(1)
		}
	})
}

func (h *Hub) resetFrame(reason string) *frame {
	return frameOf(Reset{Type: "reset", Reason: reason, Position: h.head.position}, rowKey{})
}

// publish tells everybody what a batch changed, as far as each may see it.
func (h *Hub) publish(ctx context.Context, b projections.Batch) {
	// Before anything newer is sent: rights that ended with this batch end now.
	h.watch(b.Facts)
	last, head := h.place()
	// A batch that does not come after the one before it cannot be put in order: better a reset than a doubt.
	late := b.Position < head || b.Position == head && len(b.Changes)+len(b.Facts) > 0
	if b.Reset || late {
		h.cases.forget()
		h.lockedRestart(max(b.Position, head), ResetRebuilt)
		return
	}
	h.cases.learn(b.Changes)
	items := itemsOf(b, last, func(id string) *projections.Row { return h.cases.row(ctx, id) })
	if err := h.cases.trouble(); err != nil {
		// Who may see the events cannot be told. To leave them out in silence would be wrong, so everybody reads afresh.
		h.cfg.Logger.Error().Err(err).Uint64("position", b.Position).Msg("the live hub cannot read the register")
		h.lockedRestart(b.Position, ResetRebuilt)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring.add(items)
	if all(b.Position) != h.head {
		h.head, h.position = all(b.Position), nil
	}
	if len(items) > 0 {
		for _, g := range h.groups {
			h.deliver(g, items)
		}
	}
}

func (h *Hub) lockedRestart(position uint64, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.restart(position, false, reason)
}

func (h *Hub) place() (last cursor, head uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ring.last, h.head.position
}

// deliver gives one lens's connections what they asked for, judging each item at most once, and none that nobody
// asked for.
func (h *Hub) deliver(g *group, items []*item) {
	s := &h.scratch
	s.judged = append(s.judged[:0], make([]judged, len(items))...)
	for _, c := range g.conns {
		s.frames = s.frames[:0]
		for i, it := range items {
			if !c.interest.wants(it) || !c.from.before(it.at) {
				continue
			}
			j := &s.judged[i]
			if it.personal() {
				j.f = it.frameFor(h, g.lens, c.caller.Account)
			} else if !j.done {
				j.done, j.f = true, it.frameFor(h, g.lens, "")
			}
			if j.f != nil {
				s.frames = append(s.frames, j.f)
			}
		}
		if len(s.frames) > 0 {
			h.push(c, s.frames...)
		}
	}
}

func (h *Hub) push(c *conn, frames ...*frame) {
	replaced, ok := c.queue.push(h.limits.QueueBytes, h.limits.QueueFrames, frames...)
	if replaced > 0 {
		h.coalesced.Add(uint64(replaced))
	}
	if !ok && c.close(tooSlow) {
		h.slow.Add(1)
	}
}

// subscribe makes a connection follow topics.
func (h *Hub) subscribe(c *conn, s Subscribe, in interest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	hello := Hello{Type: "hello", Epoch: h.cfg.Epoch, Position: h.head.position, Topics: s.Topics}
	again := c.subscribed
	c.interest, c.subscribed = in, true
	if s.After == nil && again {
		// What waits for the topics before stays: nothing is lost, and the new ones begin here.
		h.push(c, frameOf(hello, rowKey{}))
		return
	}
	from, reason := c.greeted, ""
	if s.After != nil {
		if from = all(*s.After); s.Seq != nil {
			from.seq = *s.Seq
		}
		if s.Epoch != h.cfg.Epoch {
			reason = ResetEpoch
		}
	}
	items, remembered := h.ring.after(from)
	if reason == "" && !remembered {
		reason = ResetTooOld
	}
	if reason != "" {
		c.from = cursor{}
		h.resets.Add(1)
		c.queue.restart([]*frame{frameOf(hello, rowKey{}), h.resetFrame(reason)})
		return
	}
	c.from, c.aheadFor = from, 0
	hello.Position = from.position
	c.queue.restart(append([]*frame{frameOf(hello, rowKey{})}, h.replay(c, items)...))
}

// replay is what a connection gets of past items: of several changes of one row the newest.
func (h *Hub) replay(c *conn, items []*item) []*frame {
	var frames []*frame
	for _, it := range items {
		if c.interest.wants(it) {
			if f := it.frameFor(h, c.group.lens, c.caller.Account); f != nil {
				frames = append(frames, f)
			}
		}
	}
	newest := map[rowKey]*frame{}
	for _, f := range frames {
		newest[f.key] = f
	}
	kept := frames[:0]
	for _, f := range frames {
		if f.key == (rowKey{}) || newest[f.key] == f {
			kept = append(kept, f)
		}
	}
	return kept
}

// caseRows knows the register's rows of cases, as of the batch being published. It belongs to the goroutine of Run.
type caseRows struct {
	read func(ctx context.Context, id string) (projections.Row, error)
	rows map[string]*projections.Row // nil: there is no such row
	err  error
}

// maxCaseRows bounds the memory; past it everything is forgotten and read again as needed.
const maxCaseRows = 8192

func newCaseRows(read func(context.Context, string) (projections.Row, error)) *caseRows {
	return &caseRows{read: read, rows: map[string]*projections.Row{}}
}

func (r *caseRows) forget() { clear(r.rows) }

// learn keeps the rows as the batch leaves them.
func (r *caseRows) learn(changes []projections.Change) {
	for _, ch := range changes {
		switch {
		case ch.Topic != projections.Register:
		case ch.Op == projections.Put:
			row := ch.Row
			r.keep(row.Case, &row)
		case ch.Before != nil:
			r.keep(ch.Before.Case, nil)
		}
	}
}

func (r *caseRows) keep(id string, row *projections.Row) {
	if len(r.rows) >= maxCaseRows {
		clear(r.rows)
	}
	r.rows[id] = row
}

func (r *caseRows) row(ctx context.Context, id string) *projections.Row {
	if row, known := r.rows[id]; known {
		return row
	}
	row, err := r.read(ctx, id)
	switch {
	case err == nil:
		r.keep(id, &row)
		return &row
	case !errors.Is(err, projections.ErrNotFound):
		r.err = err
		return nil
	}
	r.keep(id, nil)
	return nil
}

// trouble tells, once, that a row could not be read.
func (r *caseRows) trouble() error {
	err := r.err
	r.err = nil
	return err
}
