package live

import (
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"mkr/handlers"
)

// conn is one connection. Two goroutines serve it: read, which also cleans up, and write, which alone writes messages.
type conn struct {
	hub     *Hub
	ws      *websocket.Conn
	net     *cork
	queue   *queue
	request *http.Request // what Auth needs to check again, and no more
	written chan struct{} // closed when write has ended

	// Of the visits: told to each other by the hub's ticker and read.
	heard  atomic.Bool  // something came since the last ping
	frames atomic.Int32 // came since the last visit

	// Guarded by the hub's lock.
	id         uint64
	caller     handlers.Caller
	group      *group
	slot       int // in group.conns
	interest   interest
	subscribed bool
	greeted    cursor // what the greeting said
	from       cursor // only what comes after it is sent
	visits     int
	aheadFor   int // visits since it subscribed from a place that the hub has not reached
	doubts     int // sweeps in a row that could not say whether its session stands
}

// Rules of a connection's life, counted in visits: one every Limits.Position.
const (
	shards         = 16 // the connections are visited in so many parts, one a tick
	pingEvery      = 8  // visits
	subscribeBy    = 4  // visits: whoever asks for nothing leaves
	aheadPatience  = 2  // visits
	framesPerVisit = 32 // a client that sends more has lost its mind
)

// close ends the connection: what waits is dropped, last is still sent. It does not block. The first end counts; it
// tells whether this was it.
func (c *conn) close(end closing, last ...*frame) bool {
	first := c.queue.close(end, last...)
	grace := c.hub.limits.CloseWait
	if end == tooSlow {
		// The code stands behind what the network still holds: a reader that comes to itself gets to see it.
		grace = c.hub.limits.WriteWait
	}
	c.net.hurry(grace)
	return first
}

// read takes in the client's frames until the connection ends, and then cleans up.
func (c *conn) read() {
	defer c.hub.leave(c)
	c.ws.SetReadLimit(maxFrame)
	c.ws.SetPingHandler(func(data string) error {
		if err := c.count(); err != nil {
			return nil // the connection is being closed
		}
		err := c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(c.hub.limits.CloseWait))
		if errors.Is(err, websocket.ErrCloseSent) {
			return nil
		}
		return err
	})
	c.ws.SetPongHandler(func(string) error {
		c.heard.Store(true)
		return c.count()
	})
	for {
		kind, data, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		c.heard.Store(true)
		if c.count() != nil {
			continue
		}
		// In a goroutine of its own, whose stack ends with it: reading JSON would leave this one twice as large for as
		// long as the connection lives.
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.take(kind, data)
		}()
		<-done
	}
}

// take does what a client's frame asks for.
func (c *conn) take(kind int, data []byte) {
	if kind != websocket.TextMessage {
		c.refuse(badFrame("", "text frames only"))
		return
	}
	s, in, err := decode(data)
	if err != nil {
		c.refuse(err)
		return
	}
	c.hub.subscribe(c, s, in)
}

var errFlood = &frameError{code: "too_many", text: "too many frames"}

func (c *conn) count() error {
	if c.frames.Add(1) > framesPerVisit {
		c.refuse(errFlood)
		return errFlood
	}
	return nil
}

// refuse answers a bad frame and closes. What the client sends after it is read and forgotten, so that it gets to
// see the answer.
func (c *conn) refuse(err error) {
	var bad *frameError
	if !errors.As(err, &bad) {
		bad = &frameError{code: "bad_frame", text: "cannot be read"}
	}
	reason := bad.text
	if bad.field != "" {
		reason = bad.field + ": " + bad.text
	}
	c.close(closing{CloseBadFrame, reason}, frameOf(Error{Type: "error", Code: bad.code, Field: bad.field, Text: bad.text}, rowKey{}))
}

// write sends what waits until the connection ends.
func (c *conn) write() {
	defer close(c.written)
	var frames []*frame
	for range c.queue.wake {
		var end *closing
		frames, end = c.queue.take(frames, maxWrite)
		if len(frames) > 0 {
			if err := c.send(frames); err != nil {
				// The other side is gone or took too long; read cleans up.
				_ = c.ws.NetConn().SetReadDeadline(time.Now())
				return
			}
			c.hub.sent.Add(uint64(len(frames)))
			clear(frames) // an idle connection holds on to nothing
		}
		if end != nil {
			c.farewell(*end)
			return
		}
	}
}

func (c *conn) send(frames []*frame) error {
	if len(frames) == 1 {
		return c.ws.WritePreparedMessage(frames[0].prepared)
	}
	c.net.hold()
	for _, f := range frames {
		if err := c.ws.WritePreparedMessage(f.prepared); err != nil {
			_ = c.net.release()
			return err
		}
	}
	return c.net.release()
}

// farewell sends the close frame and gives the other side a moment to answer: closing at once could take the frame
// away from it (RFC 6455, 7.1.1).
func (c *conn) farewell(end closing) {
	wait := c.hub.limits.CloseWait
	_ = c.ws.NetConn().SetReadDeadline(time.Now().Add(wait))
	if end.code != 0 {
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(end.code, end.reason), time.Now().Add(wait))
	}
}

// visit is the hub's regular look after one part of the connections.
func (h *Hub) visit() {
	h.mu.Lock()
	defer h.mu.Unlock()
	part := h.round % shards
	h.round++
	if h.position == nil {
		h.position = frameOf(Position{Type: "position", Position: h.head.position}, positionKey)
	}
	h.each(func(c *conn) {
		if c.id%shards == part {
			h.visitOne(c)
		}
	})
}

func (h *Hub) visitOne(c *conn) {
	c.visits++
	c.frames.Store(0)
	switch {
	case !c.subscribed:
		if c.visits >= subscribeBy {
			c.refuse(&frameError{code: "bad_frame", field: "type", text: "no subscribe came"})
			return
		}
	case h.head.before(all(c.from.position)):
		// It named a place that is still to come: a page may have been read a moment before the hub heard of it.
		if c.aheadFor++; c.aheadFor >= aheadPatience {
			c.from = cursor{}
			h.resets.Add(1)
			c.queue.restart([]*frame{h.resetFrame(ResetAhead)})
		}
	default:
		h.push(c, h.position)
	}
	if c.visits%pingEvery == 0 {
		if !c.heard.Swap(false) {
			c.close(silent)
			return
		}
		h.push(c, pingFrame)
	}
}
