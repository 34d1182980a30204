package vault

import (
	"container/list"

	"github.com/tink-crypto/tink-go/v2/tink"
)

// cache keeps the keys used last, ready to use. It is bounded, and not safe for concurrent use: whoever holds the
// vault's store holds it too.
type cache struct {
	max     int
	order   *list.List // of *cached, the one used last in front
	entries map[string]*list.Element
}

type cached struct {
	subject string
	key     tink.AEAD
}

func newCache(max int) *cache {
	return &cache{max: max, order: list.New(), entries: map[string]*list.Element{}}
}

func (c *cache) get(subject string) (tink.AEAD, bool) {
	e, ok := c.entries[subject]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).key, true
}

func (c *cache) put(subject string, key tink.AEAD) {
	c.drop(subject)
	c.entries[subject] = c.order.PushFront(&cached{subject: subject, key: key})
	if c.order.Len() > c.max {
		c.drop(c.order.Back().Value.(*cached).subject)
	}
}

func (c *cache) drop(subject string) {
	if e, ok := c.entries[subject]; ok {
		c.order.Remove(e)
		delete(c.entries, subject)
	}
}

func (c *cache) clear() {
	c.order.Init()
	clear(c.entries)
}
