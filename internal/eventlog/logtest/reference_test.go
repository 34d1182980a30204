package logtest_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/logtest"
)

// memory is the plainest log that keeps the contract: the yardstick that the suite is tried on.
// A defect, if it has one, is a way in which it breaks the contract.
type memory struct {
	defect string
	disk   *disk

	mu      sync.Mutex
	closed  bool
	changed chan struct{} // closed and replaced at every append and at Close
}

// disk is what outlives the log.
type disk struct {
	events []eventlog.Recorded
	now    func() time.Time
	fault  string
}

func (m *memory) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if err := eventlog.Validate(stream, expected, events); err != nil && !m.has("checks no limits") {
		return eventlog.Result{}, err
	}
	if err := ctx.Err(); err != nil && !m.has("stores for the dead") {
		return eventlog.Result{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed && !m.has("works when closed") {
		return eventlog.Result{}, eventlog.ErrClosed
	}
	stands := eventlog.NoStream
	for _, r := range m.disk.events {
		if r.Stream == stream {
			stands++
		}
	}
	if stands != expected && !m.has("checks no revision") {
		actual := stands
		if m.has("says a wrong revision") {
			actual--
		}
		return eventlog.Result{}, &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}
	}
	fault := m.disk.fault
	m.disk.fault = ""
	if fault == "before" {
		return eventlog.Result{}, fmt.Errorf("%w: before", eventlog.ErrUnavailable)
	}
	now := m.disk.now()
	if n := len(m.disk.events); n > 0 && now.Before(m.disk.events[n-1].RecordedAt) && !m.has("goes back in time") {
		now = m.disk.events[n-1].RecordedAt
	}
	for i, e := range events {
		if m.has("stores half a batch") && i > 0 && i > len(events)/2 {
			break
		}
		if m.has("keeps the caller's bytes") {
			e.Data = e.Data[:len(e.Data):len(e.Data)]
		} else {
			e.Data, e.Meta = bytes.Clone(e.Data), bytes.Clone(e.Meta)
		}
		if m.has("repairs text") {
			e.Data = bytes.ToValidUTF8(e.Data, []byte("?"))
		}
		if m.has("stores local time") {
			now = now.In(time.FixedZone("", 3600))
		} else {
			now = now.UTC()
		}
		stands++
		m.disk.events = append(m.disk.events, eventlog.Recorded{
			Position: m.next(), Stream: stream, Revision: uint64(stands),
			ID: e.ID, Type: e.Type, Data: e.Data, Meta: e.Meta, RecordedAt: now,
		})
	}
	if !m.has("wakes nobody") {
		close(m.changed)
		m.changed = make(chan struct{})
	}
	if fault == "after" {
		if m.has("lies about faults") {
			m.disk.events = m.disk.events[:len(m.disk.events)-1]
		}
		return eventlog.Result{}, fmt.Errorf("%w: after", eventlog.ErrUnavailable)
	}
	res := eventlog.Result{Revision: uint64(stands), Position: m.disk.events[len(m.disk.events)-1].Position}
	if m.has("answers the first position") {
		res.Position -= eventlog.Position(3 * (len(events) - 1))
	}
	return res, nil
}

// next leaves gaps, as the contract allows.
func (m *memory) next() eventlog.Position {
	n := eventlog.Position(len(m.disk.events))
	if m.has("swaps neighbours") && n%7 > 4 {
		return 3 * (n/7*7 + 11 - n%7)
	}
	return 3 * (n + 1)
}

func (m *memory) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.disk.events
	if m.has("reads stale") {
		seen = seen[:len(seen)-len(seen)%2]
	}
	if m.closed && !m.has("works when closed") {
		return nil, eventlog.ErrClosed
	}
	var out []eventlog.Recorded
	for _, r := range seen {
		if r.Stream == stream && r.Revision >= from {
			out = append(out, m.own(r))
		}
	}
	return out, ctx.Err()
}

func (m *memory) ReadAll(ctx context.Context, after eventlog.Position, max int) ([]eventlog.Recorded, error) {
	if max < 1 {
		return nil, eventlog.ErrInvalid
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed && !m.has("works when closed") {
		return nil, eventlog.ErrClosed
	}
	i, found := slices.BinarySearchFunc(m.disk.events, after, func(r eventlog.Recorded, p eventlog.Position) int {
		return cmp.Compare(r.Position, p)
	})
	if found {
		i++
	}
	if m.has("skips at a page's end") && max > 1 && i > 0 && i%max == 0 {
		i++
	}
	var out []eventlog.Recorded
	for ; i < len(m.disk.events) && len(out) < max; i++ {
		out = append(out, m.own(m.disk.events[i]))
	}
	return out, ctx.Err()
}

func (m *memory) own(r eventlog.Recorded) eventlog.Recorded {
	if !m.has("lends its bytes") {
		r.Data, r.Meta = bytes.Clone(r.Data), bytes.Clone(r.Meta)
	}
	return r
}

func (m *memory) Wait(ctx context.Context, after eventlog.Position) error {
	for {
		m.mu.Lock()
		n, closed, changed := len(m.disk.events), m.closed, m.changed
		there := n > 0 && m.disk.events[n-1].Position > after
		m.mu.Unlock()
		switch {
		case ctx.Err() != nil && !m.has("ignores contexts"):
			return ctx.Err()
		case closed && !m.has("works when closed"):
			return eventlog.ErrClosed
		case there || m.has("wakes too soon"):
			return nil
		}
		if m.has("ignores contexts") {
			<-changed
			continue
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

func (m *memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.closed && !m.has("keeps waiters at close") {
		close(m.changed)
		m.changed = make(chan struct{})
	}
	m.closed = true
	return nil
}

func (m *memory) has(defect string) bool { return m.defect == defect }

func newMemory(defect string, patience time.Duration) logtest.NewStore {
	return func(testing.TB) *logtest.Store {
		d := &disk{now: time.Now}
		var open *memory
		set := func(change func()) {
			open.mu.Lock()
			defer open.mu.Unlock()
			change()
		}
		return &logtest.Store{
			Open: func(testing.TB) eventlog.Log {
				if defect == "forgets at close" {
					d.events = nil
				}
				open = &memory{defect: defect, disk: d, changed: make(chan struct{})}
				return open
			},
			Reopens: true,
			Faults: []logtest.Fault{
				{Name: "before", Outcome: logtest.NotStored, Arm: func() { set(func() { d.fault = "before" }) }},
				{Name: "after", Outcome: logtest.Stored, Arm: func() { set(func() { d.fault = "after" }) }},
			},
			SetNow:   func(now time.Time) { set(func() { d.now = func() time.Time { return now } }) },
			Patience: patience,
		}
	}
}
