package live

import (
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
)

// Lens is all that decides what a connection sees and in which words. Connections that share one share everything.
type Lens struct {
	Institution string
	Role        string
	Language    string
}

// Judge says who sees what. Its answers depend on its arguments alone: they are asked for once a lens, and again when
// somebody resumes. It is called under the hub's lock, so it must be quick and must not call the hub. It must fail
// closed.
type Judge interface {
	Lens(c handlers.Caller) Lens
	// See tells whether the lens may see a row of a list. That inbox and outbox belong to one institution has
	// been checked.
	See(l Lens, topic string, row projections.Row) bool
	// SeeEvent tells whether the lens may see that an event happened. caseRow is the register's row of the
	// event's case after it; nil if the event belongs to no case, or to one that is not in the register.
	SeeEvent(l Lens, f event.Fact, caseRow *projections.Row) bool
}

// group is the connections of one lens. It is guarded by the hub's lock.
type group struct {
	lens  Lens
	conns []*conn
}

func (h *Hub) enter(c *conn, l Lens) {
	g := h.groups[l]
	if g == nil {
		g = &group{lens: l}
		h.groups[l] = g
	}
	c.group, c.slot = g, len(g.conns)
	g.conns = append(g.conns, c)
}

func (h *Hub) exit(c *conn) {
	g := c.group
	last := len(g.conns) - 1
	g.conns[c.slot] = g.conns[last]
	g.conns[c.slot].slot = c.slot
	g.conns[last] = nil
	g.conns = g.conns[:last]
	if last == 0 {
		delete(h.groups, g.lens)
	}
	c.group = nil
}

// each calls f for every connection, under the hub's lock.
func (h *Hub) each(f func(*conn)) {
	for _, g := range h.groups {
		for _, c := range g.conns {
			f(c)
		}
	}
}
