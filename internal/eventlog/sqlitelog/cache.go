package sqlitelog

// cache is a map that forgets: it keeps at least the limit/2 entries used last, and never more than limit.
// Two generations do it without a list: what is used moves to the young one, and when that is full the old one goes.
// It is not safe for concurrent use.
type cache[K comparable, V any] struct {
	limit      int
	young, old map[K]V
}

func newCache[K comparable, V any](limit int) *cache[K, V] {
	return &cache[K, V]{limit: limit, young: map[K]V{}}
}

func (c *cache[K, V]) get(key K) (V, bool) {
	if v, ok := c.young[key]; ok {
		return v, true
	}
	v, ok := c.old[key]
	if ok {
		c.put(key, v)
	}
	return v, ok
}

func (c *cache[K, V]) put(key K, v V) {
	if _, ok := c.young[key]; !ok && len(c.young) >= c.limit/2 {
		c.old, c.young = c.young, make(map[K]V, c.limit/2)
	}
	c.young[key] = v
}

// drop forgets everything.
func (c *cache[K, V]) drop() { c.young, c.old = map[K]V{}, nil }
