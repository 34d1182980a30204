package live

import "sort"

// ring remembers the newest items, up to a bound in bytes, so that whoever was cut off can resume. It is guarded by
// the hub's lock.
type ring struct {
	items []*item // items[start:] are remembered
	start int
	bytes int
	limit int
	base  cursor // everything after it is remembered
	last  cursor // of the newest item, or base
}

// begin forgets everything: what follows comes after the position.
func (r *ring) begin(position uint64) {
	*r = ring{limit: r.limit, base: all(position), last: all(position)}
}

func (r *ring) add(items []*item) {
	for _, it := range items {
		r.items = append(r.items, it)
		r.bytes += it.size
		r.last = it.at
	}
	for r.bytes > r.limit && r.start < len(r.items) {
		oldest := r.items[r.start]
		r.items[r.start] = nil
		r.start++
		r.bytes -= oldest.size
		r.base = oldest.at
	}
	if r.start > 64 && r.start > len(r.items)/2 {
		n := copy(r.items, r.items[r.start:])
		clear(r.items[n:])
		r.items, r.start = r.items[:n], 0
	}
}

// after returns the items behind a place, or false if some of them are forgotten.
func (r *ring) after(c cursor) ([]*item, bool) {
	if c.before(r.base) {
		return nil, false
	}
	kept := r.items[r.start:]
	return kept[sort.Search(len(kept), func(i int) bool { return c.before(kept[i].at) }):], true
}
