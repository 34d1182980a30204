package live

import (
	"context"
	"slices"
	"time"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/handlers"
)

// Drop closes the connections of a session with 4401.
func (h *Hub) Drop(session string) {
	h.closeWhere(notSignedIn, func(c handlers.Caller) bool { return c.Session == session })
}

// DropAccount closes the connections of an account with 4403.
func (h *Hub) DropAccount(id string) {
	h.closeWhere(rightsEnded, func(c handlers.Caller) bool { return c.Account == id })
}

// Rejudge asks Auth again about the callers that match, soon and in another goroutine: whoever is not signed in any
// more or has other rights is closed. A case's rows and events need none of it, since each of them is judged as it
// is sent.
func (h *Hub) Rejudge(match func(handlers.Caller) bool) {
	h.mu.Lock()
	h.asked = append(h.asked, match)
	h.mu.Unlock()
	select {
	case h.ask <- struct{}{}:
	default: // it is going to look
	}
}

func (h *Hub) closeWhere(end closing, match func(handlers.Caller) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.each(func(c *conn) {
		if match(c.caller) {
			c.close(end)
		}
	})
}

// watch ends what the facts of a batch end.
func (h *Hub) watch(facts []event.Fact) {
	for i := range facts {
		f := &facts[i]
		if event.Category(f.Stream) != event.AccountCategory {
			continue
		}
		id := event.ID(f.Stream)
		switch data := f.Data.(type) {
		case account.SessionEnded:
			h.Drop(data.Session)
		case account.Locked:
			h.DropAccount(id)
		case account.PasswordSet: // it ends every session
			h.closeWhere(notSignedIn, func(c handlers.Caller) bool { return c.Account == id })
		case account.LanguageChosen:
			h.speak(id, data.Language)
		}
	}
}

// speak lets an account's connections go on in another language.
func (h *Hub) speak(id, language string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.matching(func(c handlers.Caller) bool { return c.Account == id }) {
		h.relens(c, language)
	}
}

func (h *Hub) relens(c *conn, language string) {
	c.caller.Language = language
	h.exit(c)
	h.enter(c, h.judge.Lens(c.caller))
}

// matching lists connections, so that they may change groups while one goes through them. Under the hub's lock.
func (h *Hub) matching(match func(handlers.Caller) bool) []*conn {
	var out []*conn
	h.each(func(c *conn) {
		if match(c.caller) {
			out = append(out, c)
		}
	})
	return out
}

// doubtsAllowed is how many sweeps in a row may fail to say whether a session stands.
const doubtsAllowed = 3

// sweep is the backstop: it checks every session now and then, and some at once when Rejudge asks.
func (h *Hub) sweep(ctx context.Context) {
	ticks, stop := h.cfg.Ticker(h.limits.Sweep)
	defer stop()
	lapses, stopLapses := h.cfg.Ticker(h.limits.Lapse)
	defer stopLapses()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			h.recheck(ctx, func(handlers.Caller) bool { return true })
		case <-lapses:
			h.lapse(h.cfg.Wall())
		case <-h.ask:
			h.mu.Lock()
			asked := h.asked
			h.asked = nil
			h.mu.Unlock()
			h.recheck(ctx, func(c handlers.Caller) bool {
				return slices.ContainsFunc(asked, func(match func(handlers.Caller) bool) bool { return match(c) })
			})
		}
	}
}

// lapse closes the connections of sessions whose time is over: no event says so, the clock does.
func (h *Hub) lapse(wall time.Time) {
	h.closeWhere(notSignedIn, func(c handlers.Caller) bool { return !c.Until.IsZero() && !wall.Before(c.Until) })
}

// recheck asks Auth about every session once, without the hub's lock.
func (h *Hub) recheck(ctx context.Context, match func(handlers.Caller) bool) {
	h.mu.Lock()
	bySession := map[string][]*conn{}
	for _, c := range h.matching(match) {
		bySession[c.caller.Session] = append(bySession[c.caller.Session], c)
	}
	h.mu.Unlock()
	for _, conns := range bySession {
		if ctx.Err() != nil {
			return
		}
		now, err := h.cfg.Auth(conns[0].request.WithContext(ctx))
		h.apply(conns, now, err)
	}
}

func (h *Hub) apply(conns []*conn, now handlers.Caller, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	end, known := verdict(err)
	for _, c := range conns {
		if c.group == nil {
			continue // it has left meanwhile
		}
		was := c.caller
		switch {
		case !known:
			if c.doubts++; c.doubts >= doubtsAllowed {
				c.close(tryLater)
			}
		case end != nil:
			c.close(*end)
		case now.Account != was.Account || now.Institution != was.Institution || now.Role != was.Role || now.Session != was.Session:
			c.close(rightsEnded)
		default:
			c.doubts = 0
			if now.Language != was.Language {
				h.relens(c, now.Language)
			}
		}
	}
}
