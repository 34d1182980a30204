package live

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"mkr/domain/event"
	"mkr/projections"
)

// cursor is a message's place in the stream. A position alone is not enough: one event changes rows of several lists.
type cursor struct {
	position uint64
	seq      uint32
}

// all is the place behind everything at a position.
func all(position uint64) cursor { return cursor{position, math.MaxUint32} }

func (c cursor) before(o cursor) bool {
	return c.position < o.position || c.position == o.position && c.seq < o.seq
}

// item is one row change or one event, as the hub keeps it. Its frames are made when somebody first needs them. It is
// guarded by the hub's lock.
type item struct {
	at     cursor
	caseID string
	size   int // bytes that keeping it costs, roughly

	bit          uint16 // of the topic
	topic, key   string
	row          *projections.Row // as it is now; nil if it went
	before       *projections.Row // as it was; nil if it was not there
	put, leaving *frame
	fact         *event.Fact
	caseRow      *projections.Row  // of the event's case, as it stood after the batch
	told         map[string]*frame // by language
}

// What an item and its frames cost besides the documents, and what an event's payload is taken to cost.
const (
	itemCost = 512
	factCost = 2048
)

// itemsOf makes a batch's items, in order. Events come before the rows that they changed. last is the place of the
// newest item before; caseRow finds the row of an event's case in the register.
func itemsOf(b projections.Batch, last cursor, caseRow func(string) *projections.Row) []*item {
	items := make([]*item, 0, len(b.Facts)+len(b.Changes))
	// A position that cannot be true would break the order; the batch's own is always right, if later.
	place := func(position uint64) cursor {
		if position <= last.position || position > b.Position {
			position = b.Position
		}
		return cursor{position: position}
	}
	for i := range b.Facts {
		f := b.Facts[i] // a copy: what is remembered must not hold on to the whole batch
		category := event.Category(f.Stream)
		if category == event.AccountCategory || category == event.AccessCategory {
			continue // who has an account and who looked at what never leaves the server
		}
		it := &item{at: place(f.Position), fact: &f, size: itemCost + factCost}
		if category == event.CaseCategory {
			it.caseID = event.ID(f.Stream)
			it.caseRow = caseRow(it.caseID)
		}
		items = append(items, it)
	}
	for i := range b.Changes {
		ch := b.Changes[i]
		bit, travels := topicBit(ch.Topic)
		if !travels {
			continue
		}
		it := &item{at: cursor{position: b.Position}, bit: bit, topic: ch.Topic, key: ch.Key, before: ch.Before, size: itemCost}
		if ch.Op == projections.Put {
			it.at, it.row, it.caseID = place(ch.Row.Position), &ch.Row, ch.Row.Case
			it.size += 3 * len(ch.Row.Doc) // the document, and its frame with what it was made from
		}
		if ch.Before != nil {
			it.caseID = cmp.Or(it.caseID, ch.Before.Case)
			it.size += len(ch.Before.Doc)
		}
		items = append(items, it)
	}
	slices.SortStableFunc(items, func(a, b *item) int { return cmp.Compare(a.at.position, b.at.position) })
	for _, it := range items {
		if it.at.position == last.position {
			it.at.seq = last.seq + 1
		}
		last = it.at
	}
	return items
}

// personal tells whether the item is of a case that is shut to some accounts: then it is judged for each connection, not
// once a lens.
func (it *item) personal() bool {
	shut := func(r *projections.Row) bool { return r != nil && r.Shut != "" }
	return shut(it.row) || shut(it.before) || shut(it.caseRow)
}

// frameFor is what an account behind a lens gets of the item: nil if it may see nothing of it. The account matters only
// for items that are personal.
func (it *item) frameFor(h *Hub, l Lens, account string) *frame {
	if it.fact != nil {
		if it.caseRow != nil && !it.caseRow.OpenTo(account) || !h.judge.SeeEvent(l, *it.fact, it.caseRow) {
			return nil
		}
		return it.eventFrame(h, l)
	}
	sees := func(judge Judge, l Lens, topic string, row *projections.Row) bool {
		return row.OpenTo(account) && sees(judge, l, topic, row)
	}
	switch {
	case it.row != nil && sees(h.judge, l, it.topic, it.row):
		if it.before != nil && bytes.Equal(it.before.Doc, it.row.Doc) && sees(h.judge, l, it.topic, it.before) {
			return nil // she sees what she saw: what else became of the row, such as whom it is shut to, is not hers to learn
		}
		if it.put == nil {
			it.put = frameOf(Change{Type: "change", Position: it.at.position, Seq: it.at.seq, Topic: it.topic, Key: it.key,
				Op: projections.Put, Row: it.row.Doc}, rowKey{it.topic, it.key})
		}
		return it.put
	case it.before != nil && sees(h.judge, l, it.topic, it.before):
		if it.leaving == nil {
			it.leaving = frameOf(Change{Type: "change", Position: it.at.position, Seq: it.at.seq, Topic: it.topic, Key: it.key,
				Op: projections.Remove}, rowKey{it.topic, it.key})
		}
		return it.leaving
	}
	return nil
}

func sees(judge Judge, l Lens, topic string, row *projections.Row) bool {
	if ofOwnInstitution(topic) && (l.Institution == "" || row.Institution != l.Institution) {
		return false
	}
	return judge.See(l, topic, *row)
}

func (it *item) eventFrame(h *Hub, l Lens) *frame {
	if f := it.told[l.Language]; f != nil {
		return f
	}
	f := frameOf(Event{Type: "event", Position: it.at.position, Seq: it.at.seq, EventType: it.fact.Type, Case: it.caseID,
		Institution: it.fact.Meta.Institution, OccurredAt: it.fact.Meta.OccurredAt.UTC(), Summary: h.summary(l.Language, *it.fact)}, rowKey{})
	if it.told == nil {
		it.told = map[string]*frame{}
	}
	it.told[l.Language] = f
	return f
}
