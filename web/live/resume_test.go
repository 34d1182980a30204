package live

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"mkr/domain/event"
	"mkr/projections"
)

// shadow is a plain model of what the police see, made without the hub's code.
type shadow struct {
	sent  []message                    // every message, in order
	after map[uint64]map[rowKey]string // the rows in sight at each batch's position
	rows  map[rowKey]projections.Row   // of everybody
	seen  map[rowKey]string            // of the police
	seqAt map[uint64]uint32            // next seq of a position
	reg   map[string]projections.Row   // the register, by case
}

func newShadow() *shadow {
	return &shadow{after: map[uint64]map[rowKey]string{100: {}}, rows: map[rowKey]projections.Row{}, seen: map[rowKey]string{},
		seqAt: map[uint64]uint32{}, reg: map[string]projections.Row{}}
}

func (s *shadow) step(position uint64) uint32 {
	n := s.seqAt[position]
	s.seqAt[position]++
	return n
}

var shadowTopics = []string{projections.Board, projections.Register, projections.Inbox}

// batch makes a random batch after a position, and notes what the police should get of it. Every row changes at the
// batch's last position.
func (s *shadow) batch(r *rand.Rand, after uint64) projections.Batch {
	b := projections.Batch{Position: after + 1 + uint64(r.IntN(5))}
	for p := after + 1; p <= b.Position; p++ {
		if r.IntN(2) == 0 {
			b.Facts = append(b.Facts, fact(fmt.Sprint("case-c", r.IntN(4)), p, happened{fmt.Sprint("event.", p)}))
		}
	}
	touched := map[rowKey]bool{}
	for range r.IntN(4) {
		topic, id := shadowTopics[r.IntN(len(shadowTopics))], fmt.Sprint("c", r.IntN(4))
		key := rowKey{topic, id}
		if touched[key] {
			continue
		}
		touched[key] = true
		before, was := s.rows[key]
		if was && r.IntN(4) == 0 {
			b.Changes = append(b.Changes, gone(before))
			delete(s.rows, key)
			if topic == projections.Register {
				delete(s.reg, id)
			}
			continue
		}
		parties := [][]string{{"police"}, {"ngo"}, {"police", "ngo"}, {"ngo", "police"}}[r.IntN(4)]
		now := row(topic, id, id, b.Position, parties...)
		if was {
			b.Changes = append(b.Changes, put(now, before))
		} else {
			b.Changes = append(b.Changes, put(now))
		}
		s.rows[key] = now
		if topic == projections.Register {
			s.reg[id] = now
		}
	}
	inSight := func(r projections.Row) bool {
		return slices.Contains(r.Parties, "police") && (r.Topic != projections.Inbox || r.Institution == "police")
	}
	for _, f := range b.Facts {
		seq := s.step(f.Position)
		if reg, ok := s.reg[event.ID(f.Stream)]; ok && slices.Contains(reg.Parties, "police") {
			s.sent = append(s.sent, message{Type: "event", Position: f.Position, Seq: &seq, EventType: f.Type})
		}
	}
	for _, ch := range b.Changes {
		seq := s.step(b.Position)
		m := message{Type: "change", Position: b.Position, Seq: &seq, Topic: ch.Topic, Key: ch.Key}
		key := rowKey{ch.Topic, ch.Key}
		switch {
		case ch.Op == projections.Put && inSight(ch.Row):
			m.Op, m.Row = "put", ch.Row.Doc
			s.seen[key] = string(m.Row)
		case ch.Before != nil && inSight(*ch.Before):
			m.Op = "remove"
			delete(s.seen, key)
		default:
			continue
		}
		s.sent = append(s.sent, m)
	}
	s.after[b.Position] = maps.Clone(s.seen)
	return b
}

func same(a, b message) bool {
	return a.Type == b.Type && a.Position == b.Position && *a.Seq == *b.Seq && a.EventType == b.EventType && a.Topic == b.Topic &&
		a.Key == b.Key && a.Op == b.Op && string(a.Row) == string(b.Row)
}

// follower is a client as a partner would write it: it keeps the place of the last message and comes back with it.
type follower struct {
	t     *testing.T
	h     *house
	r     *rand.Rand
	place Subscribe
	got   []message // since the last reset
	base  uint64    // where that was
	rows  map[rowKey]string
	cuts  int
	reset int
	total int
}

// run follows the stream while it is published, cutting the connection again and again, until everything has come.
func (f *follower) run(s *shadow, batches []projections.Batch) {
	publish := func(n int) {
		for range min(n, len(batches)) {
			f.h.publish(batches[0])
			batches = batches[1:]
			if len(batches)%50 == 0 { // rarely: to the hub a visit is four seconds, and it knows no patience
				f.h.visit()
			}
		}
	}
	behind := func() bool {
		newest := cursor{}
		for _, m := range s.sent {
			if m.Position <= f.h.at {
				newest = cursor{m.Position, *m.Seq}
			}
		}
		place := all(*f.place.After)
		if f.place.Seq != nil {
			place.seq = *f.place.Seq
		}
		return place.before(newest)
	}
	for len(batches) > 0 || behind() {
		publish(f.r.IntN(6)) // while nobody listens
		c := f.h.dial("police")
		c.expect("hello")
		c.send(f.place)
		c.expect("hello")
		for range f.r.IntN(16) {
			if f.r.IntN(3) == 0 {
				publish(1 + f.r.IntN(3))
			}
			if !behind() {
				publish(1)
				continue
			}
			m, err := c.next()
			if err != nil {
				f.t.Fatal(err)
			}
			switch m.Type {
			case "reset":
				f.reset++
				f.base, f.got, f.rows = m.Position, nil, maps.Clone(s.after[m.Position])
				f.place.After, f.place.Seq = &m.Position, nil
			case "position":
				f.place.After, f.place.Seq = &m.Position, nil
			default:
				f.take(m)
			}
		}
		f.cuts++
		c.ws.Close() // without a word
	}
}

func (f *follower) take(m message) {
	f.total++
	f.got = append(f.got, m)
	f.place.After, f.place.Seq = &m.Position, m.Seq
	key := rowKey{m.Topic, m.Key}
	switch m.Op {
	case "put":
		f.rows[key] = string(m.Row)
	case "remove":
		delete(f.rows, key)
	}
}

// check compares what came with the model: each message once, in order, none missing but those that a newer one of
// the same row has replaced.
func (f *follower) check(s *shadow) {
	i := 0
	replaced := map[rowKey]message{}
	for _, want := range s.sent {
		if want.Position <= f.base {
			continue
		}
		key := rowKey{want.Topic, want.Key}
		if i < len(f.got) && same(f.got[i], want) {
			i++
			delete(replaced, key)
			continue
		}
		if want.Type == "event" {
			f.t.Fatalf("event %s at %d.%d is missing", want.EventType, want.Position, *want.Seq)
		}
		replaced[key] = want
	}
	if i != len(f.got) {
		f.t.Fatalf("message %d of %d is doubled, out of order or not ours: %v", i, len(f.got), f.got[i])
	}
	for key, m := range replaced {
		f.t.Fatalf("the last change of %v, at %d.%d, is missing", key, m.Position, *m.Seq)
	}
	if !maps.Equal(f.rows, s.seen) {
		f.t.Fatalf("ends with %v, want %v", f.rows, s.seen)
	}
}

// TestEveryChangeOnceWhateverIsCut publishes random histories while a client is cut off at random places.
func TestEveryChangeOnceWhateverIsCut(t *testing.T) {
	for _, c := range []struct {
		name string
		ring int
	}{{"all remembered", 16 << 20}, {"a short memory", 24 << 10}} {
		t.Run(c.name, func(t *testing.T) {
			cuts, resets, messages := 0, 0, 0
			for seed := range uint64(12) {
				r := rand.New(rand.NewPCG(seed, 7))
				h := open(t, func(cfg *Config) { cfg.Limits.RingBytes = c.ring })
				s := newShadow()
				var batches []projections.Batch
				end := uint64(100)
				for range 150 {
					batches = append(batches, s.batch(r, end))
					end = batches[len(batches)-1].Position
				}
				end++
				last, zero := batch(end), uint32(0)
				last.Facts = []event.Fact{fact("meeting-m", end, happened{"the.end"})}
				batches = append(batches, last)
				s.sent = append(s.sent, message{Type: "event", Position: end, Seq: &zero, EventType: "the.end"})
				s.after[end] = s.seen
				f := &follower{t: t, h: h, r: r, base: 100, rows: map[rowKey]string{}, place: Subscribe{Type: "subscribe",
					Topics: []string{"board", "register", "inbox", "events"}, Epoch: testEpoch, After: &h.start}}
				f.run(s, batches)
				f.check(s)
				cuts, resets, messages = cuts+f.cuts, resets+f.reset, messages+f.total
				h.cancel()
				h.hub.Close()
			}
			t.Logf("%d cuts, %d resets, %d messages compared", cuts, resets, messages)
			if cuts < 50 || c.ring > 1<<20 && (resets > 0 || messages < 1000) || c.ring < 1<<20 && resets == 0 {
				t.Error("the test did not try what it is for")
			}
		})
	}
}

// TestPlacesToResumeFrom is the table of after, seq and epoch.
func TestPlacesToResumeFrom(t *testing.T) {
	at := func(position uint64) *uint64 { return &position }
	seq := func(n uint32) *uint32 { return &n }
	for _, c := range []struct {
		name  string
		s     Subscribe
		hello uint64
		want  string // keys, or the reset's reason
	}{
		{"from the greeting", Subscribe{}, 120, ""},
		{"at the beginning of memory", Subscribe{Epoch: testEpoch, After: at(100)}, 100, "a b c d"},
		{"before memory", Subscribe{Epoch: testEpoch, After: at(99)}, 120, ResetTooOld},
		{"in the middle", Subscribe{Epoch: testEpoch, After: at(110)}, 110, "c d"},
		{"between two of one position", Subscribe{Epoch: testEpoch, After: at(110), Seq: seq(0)}, 110, "b c d"},
		{"after the last of a position", Subscribe{Epoch: testEpoch, After: at(110), Seq: seq(1)}, 110, "c d"},
		{"in a gap", Subscribe{Epoch: testEpoch, After: at(115)}, 115, "d"},
		{"at the head", Subscribe{Epoch: testEpoch, After: at(120)}, 120, ""},
		{"another epoch", Subscribe{Epoch: "epoch-0", After: at(110)}, 120, ResetEpoch},
		{"no epoch", Subscribe{After: at(110)}, 120, ResetEpoch},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			for _, r := range []struct {
				key string
				at  uint64
			}{{"a", 105}, {"b", 110}, {"c", 112}, {"d", 118}} {
				b := batch(r.at, put(row(projections.Board, r.key, r.key, r.at, "police")))
				if r.key == "b" { // something before it at the same position
					b.Changes = slices.Insert(b.Changes, 0, put(row(projections.Board, "other", "o", r.at, "ngo")))
				}
				h.publish(b)
			}
			h.publish(batch(120))
			client := h.dial("police")
			client.expect("hello")
			c.s.Type, c.s.Topics = "subscribe", []string{"board"}
			client.send(c.s)
			if m := client.expect("hello"); m.Position != c.hello {
				t.Errorf("hello says %d, want %d", m.Position, c.hello)
			}
			h.visit()
			var got string
			for m, err := client.next(); m.Type != "position"; m, err = client.next() {
				if err != nil {
					t.Fatal(err)
				}
				got += " " + m.Key + m.Reason
			}
			if got != "" {
				got = got[1:]
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestAPlaceThatIsStillToCome: a page may have been read a moment before the hub hears of what it shows.
func TestAPlaceThatIsStillToCome(t *testing.T) {
	h := open(t)
	place := uint64(110)
	c := h.dial("police")
	c.expect("hello")
	c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}, Epoch: testEpoch, After: &place})
	if m := c.expect("hello"); m.Position != 110 {
		t.Error(m)
	}
	h.publish(batch(110, put(row(projections.Board, "shown", "a", 105, "police"))))
	h.publish(batch(111, put(row(projections.Board, "new", "b", 111, "police"))))
	if m := c.expect("change"); m.Key != "new" {
		t.Error(m)
	}
	// One that never comes is told so, instead of being left waiting.
	place = 500
	c.send(Subscribe{Type: "subscribe", Topics: []string{"board"}, Epoch: testEpoch, After: &place})
	c.expect("hello")
	for range aheadPatience {
		h.visit()
	}
	if m := c.expect("reset"); m.Reason != ResetAhead || m.Position != 111 {
		t.Error(m)
	}
	h.publish(batch(112, put(row(projections.Board, "newer", "b", 112, "police"))))
	if m := c.expect("change"); m.Key != "newer" {
		t.Error(m)
	}
}

// TestAHubThatLostItsPlaceSendsEverybodyToReadAfresh: the runner drops subscribers that are too slow, the hub too.
func TestAHubThatLostItsPlaceSendsEverybodyToReadAfresh(t *testing.T) {
	h := open(t)
	c := h.follow("police", "board")
	h.mu.Lock()
	h.start = 300
	h.mu.Unlock()
	h.feed.err = projections.ErrSlow
	close(h.feed.c)
	h.feed, h.at = <-h.feeds, 300
	if m := c.expect("reset"); m.Reason != ResetBehind || m.Position != 300 {
		t.Error(m)
	}
	h.publish(batch(301, put(row(projections.Board, "new", "b", 301, "police"))))
	if m := c.expect("change"); m.Key != "new" {
		t.Error(m)
	}
}

// TestABatchOutOfOrderIsAReset: it cannot happen; if it does, nobody is left with a doubt.
func TestABatchOutOfOrderIsAReset(t *testing.T) {
	h := open(t)
	c := h.follow("police", "board")
	h.publish(batch(110))
	h.feed.c <- batch(109, put(row(projections.Board, "new", "b", 109, "police")))
	if m := c.expect("reset"); m.Position != 110 {
		t.Error(m)
	}
}
