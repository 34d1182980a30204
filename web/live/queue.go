package live

import (
	"slices"
	"sync"
)

// queue holds what waits to be written to one connection. Any goroutine may fill it; the connection's writer takes.
type queue struct {
	wake chan struct{} // has room for one

	mu       sync.Mutex
	waiting  []*frame
	replayed int // waiting[:replayed] came with a resume and is bounded by the ring, not by the limits
	bytes    int // of waiting[replayed:]
	end      *closing
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// push adds frames. A frame replaces an older one of the same key, at the end: what is newest arrives newest. It
// returns the number of frames replaced, and false if the queue was full before or is now.
func (q *queue) push(maxBytes, maxFrames int, frames ...*frame) (replaced int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return 0, true
	}
	for _, f := range frames {
		if f.key != (rowKey{}) {
			for i := len(q.waiting) - 1; i >= q.replayed; i-- {
				if old := q.waiting[i]; old.key == f.key {
					q.waiting = slices.Delete(q.waiting, i, i+1)
					q.bytes -= old.size
					replaced++
					break
				}
			}
		}
		q.waiting = append(q.waiting, f)
		q.bytes += f.size
	}
	if q.bytes > maxBytes || len(q.waiting)-q.replayed > maxFrames {
		return replaced, false
	}
	q.signal()
	return replaced, true
}

// restart drops what waits and puts the beginning of a stream in its place. The list becomes the queue's.
func (q *queue) restart(frames []*frame) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return
	}
	q.waiting = frames
	q.replayed, q.bytes = len(frames), 0
	q.signal()
}

// close drops what waits, so that the end comes next; last, if any, is still sent before it. The first end counts.
// It tells whether this was it.
func (q *queue) close(c closing, last ...*frame) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end != nil {
		return false
	}
	q.end = &c
	q.waiting, q.replayed, q.bytes = last, 0, 0
	q.signal()
	return true
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// keptEntries is how much room an idle queue keeps.
const keptEntries = 16

// take moves what waits, up to most bytes and at least one frame, into the list, whose memory is used again. It
// does not block: with nothing waiting the list is empty. If more waits it signals again. end is set if nothing but the
// end comes after the list.
func (q *queue) take(into []*frame, most int) (out []*frame, end *closing) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, 0
	for n < len(q.waiting) && (n == 0 || size+q.waiting[n].size <= most) {
		size += q.waiting[n].size
		if n >= q.replayed {
			q.bytes -= q.waiting[n].size
		}
		n++
	}
	if cap(into) > keptEntries {
		into = nil
	}
	if n == len(q.waiting) {
		out, q.waiting = q.waiting, into[:0]
		q.replayed = 0
	} else {
		out = append(into[:0], q.waiting[:n]...)
		q.waiting = slices.Delete(q.waiting, 0, n)
		q.replayed = max(0, q.replayed-n)
		q.signal()
	}
	if len(q.waiting) == 0 {
		end = q.end
	}
	return out, end
}
