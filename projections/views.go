package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Views is the read side: lists, rows and documents as last committed. It is safe for concurrent use.
type Views struct {
	kinds []description
	views []View // of the same order

	mu     sync.Mutex
	states []State
	moved  chan struct{} // closed and replaced whenever a state changes

	file    sync.RWMutex // held for reading during a read, so that no copy is closed under it
	serving *copyFile
	older   *copyFile // gave up serving; to be closed
	own     *copyFile // the copy of these versions

	tally tally
}

func newViews(kinds []description, views []View, own *copyFile) *Views {
	v := &Views{kinds: kinds, views: views, moved: make(chan struct{}), serving: own, own: own}
	for _, d := range kinds {
		v.states = append(v.states, State{View: d.name, Version: d.version})
	}
	return v
}

// start takes over the checkpoints of the copy of these versions.
func (v *Views) start(checkpoints map[string]uint64) {
	for i, d := range v.kinds {
		v.states[i].Position = checkpoints[d.name]
	}
}

// serve lets an older copy serve while the own one is built.
func (v *Views) serve(older *copyFile, checkpoints map[string]uint64) {
	v.serving = older
	for i, d := range v.kinds {
		s := &v.states[i]
		s.Building, s.Built, s.Position = true, s.Position, checkpoints[d.name]
	}
}

func (v *Views) building() bool {
	v.file.RLock()
	defer v.file.RUnlock()
	return v.serving != v.own
}

// take lets the own copy serve.
func (v *Views) take(own *copyFile) {
	v.file.Lock()
	defer v.file.Unlock()
	v.serving, v.older = own, v.serving
}

func (v *Views) closeOlder() {
	v.file.Lock()
	defer v.file.Unlock()
	if v.older != nil {
		_ = v.older.close() // it was only read, and is deleted next
		v.older = nil
	}
}

// move says how far the own copy has got.
func (v *Views) move(positions []uint64, stopped []*stopAt, live bool) {
	building := v.building()
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.states {
		s := &v.states[i]
		s.Built, s.Building, s.Trouble = 0, building, ""
		if building {
			s.Built = positions[i]
			continue
		}
		s.Position, s.Live = positions[i], s.Live || live
		s.Stopped, s.StoppedAt, s.Type, s.Reason = false, 0, "", ""
		if at := stopped[i]; at != nil {
			s.Stopped, s.StoppedAt, s.Type, s.Reason = true, at.position, at.kind, at.reason
		}
	}
	v.broadcast()
}

func (v *Views) trouble(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range v.states {
		v.states[i].Trouble = err.Error()
	}
	v.broadcast()
}

func (v *Views) broadcast() {
	close(v.moved)
	v.moved = make(chan struct{})
}

// progress is a number that rises with every commit.
func (v *Views) progress() uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	var n uint64
	for _, s := range v.states {
		n += s.Position + s.Built
	}
	return n
}

// States tells how every view stands, in the order of Options.Views.
func (v *Views) States() []State {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.states)
}

// Ready is nil when every view has caught up and none has stopped; otherwise it says which have not and why.
func (v *Views) Ready() error {
	var errs []error
	for _, s := range v.States() {
		switch {
		case s.Stopped:
			errs = append(errs, &StoppedError{State: s})
		case s.Building:
			errs = append(errs, &NotReadyError{View: s.View, Code: Rebuilding, Text: fmt.Sprintf("at %d", s.Built)})
		case s.Trouble != "":
			errs = append(errs, &NotReadyError{View: s.View, Code: InTrouble, Text: s.Trouble})
		case !s.Live:
			errs = append(errs, &NotReadyError{View: s.View, Code: CatchingUp, Text: fmt.Sprintf("at %d", s.Position)})
		}
	}
	return errors.Join(errs...)
}

// of tells whether a view gives rows to the topic; every view does for "".
func (d description) of(topic string) bool { return topic == "" || slices.Contains(d.topics, topic) }

// Position is how far a topic's views have got: the least of them. For "" it is the least of all views.
func (v *Views) Position(topic string) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	position, found := uint64(0), false
	for i, d := range v.kinds {
		if d.of(topic) && (!found || v.states[i].Position < position) {
			position, found = v.states[i].Position, true
		}
	}
	return position
}

// WaitFor returns once the topics' views (of all topics, if none is named) have taken in everything up to the
// position: read your own writes. It ends with the context's error, or *StoppedError if one of them cannot get there.
func (v *Views) WaitFor(ctx context.Context, position uint64, topics ...string) error {
	for {
		reached, moved, err := v.reached(position, topics)
		if reached || err != nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (v *Views) reached(position uint64, topics []string) (bool, <-chan struct{}, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	reached := true
	for i, d := range v.kinds {
		s := v.states[i]
		if len(topics) > 0 && !slices.ContainsFunc(topics, d.of) || s.Position >= position {
			continue
		}
		if s.Stopped {
			return false, nil, &StoppedError{State: s}
		}
		reached = false
	}
	return reached, v.moved, nil
}

// close closes every copy.
func (v *Views) close(own *copyFile) error {
	v.closeOlder()
	v.file.Lock()
	defer v.file.Unlock()
	var err error
	if v.serving != own {
		err = v.serving.close()
	}
	return errors.Join(err, own.close())
}
