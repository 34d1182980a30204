package esdbtest

import (
	"fmt"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Store is the data of a server. Any number of servers may share it, at once or one after the other.
type Store struct {
	mu      sync.Mutex
	events  []*event            // in rising position
	streams map[string][]*event // in rising revision
	removed map[string]int      // how many of a stream's events are no longer readable
	gone    map[string]bool     // streams that readers are told do not exist
	dead    map[string]bool     // streams that nobody can read or write again
	next    uint64              // position of the next event
	appends int
	grown   chan struct{} // closed, and replaced, when events are added
}

type event struct {
	position    uint64
	stream      string
	revision    uint64
	id          uuid.UUID
	kind        string
	contentType string
	data, meta  []byte
	created     int64 // ticks of 100 ns since 1970
}

// expectation is what an append says about the stream's end.
type expectation int64

// The expectations that are no revision.
const (
	noStream     expectation = -1
	anyRevision  expectation = -2
	streamExists expectation = -3
)

// NewStore makes a store that holds, as a fresh server does, nothing but a system event.
func NewStore() *Store {
	s := &Store{streams: map[string][]*event{}, removed: map[string]int{}, gone: map[string]bool{}, dead: map[string]bool{}, next: 1, grown: make(chan struct{})}
	s.AddSystem(1)
	return s
}

// AddSystem stores n events of the system's own, which a log must never show.
func (s *Store) AddSystem(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.add("$stats-127.0.0.1:2113", &event{id: uuid.New(), kind: "$statsCollected", contentType: "application/json", data: []byte(`{"proc":1}`)})
	}
	s.wake()
}

// Len says how many events the store holds, those of the system left out.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, e := range s.events {
		if e.stream[0] != '$' {
			n++
		}
	}
	return n
}

// add needs the lock.
func (s *Store) add(stream string, e *event) {
	have := s.streams[stream]
	e.stream, e.revision, e.position = stream, uint64(len(have)), s.next
	e.created = time.Now().UnixNano() / 100
	if n := len(s.events); n > 0 && e.created < s.events[n-1].created {
		e.created = s.events[n-1].created
	}
	s.next += 90 + uint64(len(e.data)+len(e.meta)) // a position is a place in a file
	s.streams[stream] = append(have, e)
	s.events = append(s.events, e)
}

// wake needs the lock.
func (s *Store) wake() {
	close(s.grown)
	s.grown = make(chan struct{})
}

// append stores the events at the end of the stream, or says where the stream stands instead. The returned event is
// the last of the append, stored now or, if this append was seen before, then.
func (s *Store) append(stream string, expected expectation, events []*event) (last *event, stands expectation, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	have := s.streams[stream]
	stands = expectation(len(have)) - 1
	if len(events) == 0 {
		return nil, stands, expected == anyRevision || expected == stands || expected == streamExists && stands >= 0
	}
	if last, repeated := repeat(have, expected, events); repeated {
		return last, stands, last != nil
	}
	switch {
	case expected == anyRevision, expected == stands, expected == streamExists && stands >= 0, expected == noStream && s.gone[stream]:
	default:
		return nil, stands, false
	}
	for _, e := range events {
		s.add(stream, e)
	}
	delete(s.gone, stream)
	last = events[len(events)-1]
	s.appends++
	if s.appends%3 == 0 { // a server always has something of its own to note
		s.add("$$"+stream, &event{id: uuid.New(), kind: "$metadata", contentType: "application/json", data: []byte(`{}`)})
	}
	s.wake()
	return last, stands, true
}

// repeat says whether the stream already holds the first of the events where they were to go. The last is then the
// stored twin of the last event, or nil if the stream goes on differently: the same ids are never stored twice.
func repeat(have []*event, expected expectation, events []*event) (last *event, repeated bool) {
	at := int(min(expected, expectation(len(have)))) + 1
	if expected == anyRevision || expected == streamExists {
		at = 0
		for at < len(have) && have[at].id != events[0].id {
			at++
		}
	}
	if at >= len(have) || have[at].id != events[0].id {
		return nil, false
	}
	for i, e := range events {
		if at+i >= len(have) || have[at+i].id != e.id {
			return nil, true
		}
		last = have[at+i]
	}
	return last, true
}

// place is a position as the protocol has it. An event stands at a place with both numbers the same; a place with a lower prepare is
// just before the event at its commit, which may not exist yet.
type place struct{ commit, prepare uint64 }

// before is the highest position that is not after the place.
func (p place) before() uint64 {
	if p.prepare < p.commit {
		return p.commit - 1
	}
	return p.commit
}

// after returns the events behind a position, the place of the one that comes next, and a channel that is closed when it has come.
func (s *Store) after(position uint64) (events []*event, next place, grown <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := sort.Search(len(s.events), func(i int) bool { return s.events[i].position > position })
	return s.events[i:len(s.events):len(s.events)], place{commit: s.next}, s.grown
}

// all returns every event.
func (s *Store) all() []*event {
	events, _, _ := s.after(0)
	return events
}

// stream returns the readable events of a stream, and whether it exists and whether it was deleted for good.
func (s *Store) stream(name string) (events []*event, exists, dead bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	have, removed := s.streams[name], s.removed[name]
	return have[removed:len(have):len(have)], len(have) > 0 && !s.gone[name], s.dead[name]
}

// Remove takes the first n events of a stream away from its readers, as a truncation does.
func (s *Store) Remove(name string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removed[name] = n
}

// Tombstone deletes a stream for good.
func (s *Store) Tombstone(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead[name] = true
}

// Delete deletes a stream as EventStoreDB does when it is asked to delete: a mark in the stream's metadata hides what was written. Readers
// are told that there is no such stream, and an append that expects none goes on after the last of the hidden events.
func (s *Store) Delete(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removed[name], s.gone[name] = len(s.streams[name]), true
	s.add("$$"+name, &event{id: uuid.New(), kind: "$metadata", contentType: "application/json", data: []byte(`{"$tb":9223372036854775807}`)})
	s.wake()
}

// Alter changes what is stored of an event, as somebody does who rewrites the server's files.
func (s *Store) Alter(name string, revision int, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.streams[name][revision]
	is := *was
	is.data = data
	s.events = exchanged(s.events, was, &is)
	s.streams[name] = exchanged(s.streams[name], was, &is)
}

// exchanged is a copy, because readers may hold the old one.
func exchanged(events []*event, was, is *event) []*event {
	out := slices.Clone(events)
	out[slices.Index(out, was)] = is
	return out
}

// at finds the event at a position, or the end of what is stored. A server cannot read from the middle of a record.
func (s *Store) at(position uint64) (index int, err error) {
	events, end, _ := s.after(0)
	i := sort.Search(len(events), func(i int) bool { return events[i].position >= position })
	if position < end.commit && (i == len(events) || events[i].position != position) {
		return 0, fmt.Errorf("invalid position %d", position)
	}
	return i, nil
}
