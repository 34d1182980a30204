package live

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func named(key string, size int) *frame {
	f := &frame{size: size}
	if key != "" {
		f.key = rowKey{"board", key}
	}
	return f
}

// TestQueueKeepsTheNewestOfEachRowInOrder runs random pushes and takes against a list.
func TestQueueKeepsTheNewestOfEachRowInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue()
		var model, spare []*frame
		replayed := 0
		t.Repeat(map[string]func(*rapid.T){
			"push": func(t *rapid.T) {
				key := rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "key")
				f := named(key, rapid.IntRange(1, 100).Draw(t, "size"))
				if _, ok := q.push(1<<20, 1<<20, f); !ok {
					t.Fatal("full")
				}
				if key != "" {
					for i := replayed; i < len(model); i++ {
						if model[i].key == f.key {
							model = slices.Delete(model, i, i+1)
							break
						}
					}
				}
				model = append(model, f)
			},
			"take": func(t *rapid.T) {
				most := rapid.IntRange(1, 300).Draw(t, "most")
				var end *closing
				spare, end = q.take(spare, most)
				if end != nil || len(spare) > len(model) || !slices.Equal(spare, model[:len(spare)]) || len(model) > 0 && len(spare) == 0 {
					t.Fatalf("took %v of %v", spare, model)
				}
				model, replayed = slices.Clone(model[len(spare):]), max(0, replayed-len(spare))
			},
			"restart": func(t *rapid.T) {
				model = nil
				for range rapid.IntRange(0, 5).Draw(t, "n") {
					model = append(model, named("a", 10))
				}
				replayed = len(model)
				q.restart(slices.Clone(model))
			},
			"": func(t *rapid.T) {
				bytes := 0
				for _, f := range model[replayed:] {
					bytes += f.size
				}
				if q.bytes != bytes {
					t.Fatalf("counts %d bytes, holds %d", q.bytes, bytes)
				}
			},
		})
	})
}

func TestQueueIsFullInBytesAndInFrames(t *testing.T) {
	q := newQueue()
	q.restart([]*frame{named("", 1000), named("", 1000)}) // what is resumed does not count
	for i := range 10 {
		if _, ok := q.push(100, 10, named(fmt.Sprint(i), 10)); !ok {
			t.Fatalf("full at %d", i)
		}
	}
	if replaced, ok := q.push(100, 10, named("3", 10)); !ok || replaced != 1 {
		t.Fatal("one that replaces another makes it no fuller")
	}
	if _, ok := q.push(100, 11, named("x", 1)); ok {
		t.Error("101 bytes are not more than 100?")
	}
	q = newQueue()
	for i := range 10 {
		q.push(1000, 10, named(fmt.Sprint(i), 1))
	}
	if _, ok := q.push(1000, 10, named("x", 1)); ok {
		t.Error("11 frames are not more than 10?")
	}
}

func TestQueueEndsOnceAndFirst(t *testing.T) {
	q := newQueue()
	q.push(100, 10, named("a", 1))
	last := named("", 1)
	if !q.close(tooSlow, last) || q.close(goingAway) {
		t.Fatal("the first end counts")
	}
	q.push(100, 10, named("b", 1))
	q.restart([]*frame{named("c", 1)})
	got, end := q.take(nil, 100)
	if !slices.Equal(got, []*frame{last}) || end == nil || *end != tooSlow {
		t.Fatalf("took %v, %v", got, end)
	}
}

func TestRingForgetsTheOldestAndKnowsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ring{limit: 1000}
		r.begin(10)
		var all []*item
		var last = cursor{10, 0}
		for range rapid.IntRange(0, 300).Draw(t, "items") {
			if rapid.Bool().Draw(t, "same position") && last.position > 10 {
				last.seq++
			} else {
				last = cursor{last.position + 1, 0}
			}
			it := &item{at: last, size: rapid.IntRange(1, 400).Draw(t, "size")}
			all = append(all, it)
			r.add([]*item{it})
		}
		from := cursor{rapid.Uint64Range(8, last.position+2).Draw(t, "position"), rapid.Uint32Range(0, 3).Draw(t, "seq")}
		i := 0
		for i < len(all) && !from.before(all[i].at) {
			i++
		}
		got, ok := r.after(from)
		if ok && !slices.Equal(got, all[i:]) {
			t.Fatalf("after %v: %d items, want %d", from, len(got), len(all)-i)
		}
		bytes := 0
		for _, it := range all[i:] {
			bytes += it.size
		}
		if !ok && from.position > 10 && bytes <= 1000-400 {
			t.Fatalf("after %v only %d bytes came, and they are forgotten", from, bytes)
		}
		if r.bytes > r.limit {
			t.Fatalf("holds %d bytes", r.bytes)
		}
	})
}
