package live

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/handlers"
	"mkr/projections"
)

// TestWhatEndsRights closes the police's connection, and nobody else's, before the batch's own change is sent.
func TestWhatEndsRights(t *testing.T) {
	for _, c := range []struct {
		name string
		end  event.Data
		code int
	}{
		{"session ended", account.SessionEnded{Session: "session-police"}, CloseNotSignedIn},
		{"account locked", account.Locked{Reason: "left"}, CloseRightsEnded},
		{"password set", account.PasswordSet{}, CloseNotSignedIn},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t)
			police, ngo := h.follow("police", "board"), h.follow("ngo", "board")
			b := batch(101, put(row(projections.Board, "c", "c", 101, "police", "ngo")))
			b.Facts = []event.Fact{fact("account-account-police", 101, c.end)}
			h.publish(b)
			if got := police.closed(c.code); len(got) != 0 {
				t.Errorf("got %v after the rights had ended", got)
			}
			ngo.expect("change")
			ngo.silentUpTo(h)
		})
	}
}

func TestOtherSessionsStay(t *testing.T) {
	h := open(t)
	police := h.follow("police", "board")
	b := batch(101, put(row(projections.Board, "c", "c", 101, "police")))
	b.Facts = []event.Fact{
		fact("account-account-police", 101, account.SessionEnded{Session: "another"}),
		fact("account-account-ngo", 101, account.Locked{}),
		fact("account-account-police", 101, account.Unlocked{}),
	}
	h.publish(b)
	police.expect("change")
	police.silentUpTo(h)
}

func TestDropping(t *testing.T) {
	h := open(t)
	police, ngo, court := h.follow("police", "board"), h.follow("ngo", "board"), h.follow("court", "board")
	h.hub.Drop("session-police")
	police.closed(CloseNotSignedIn)
	h.hub.DropAccount("account-ngo")
	ngo.closed(CloseRightsEnded)
	court.silentUpTo(h)
}

// A session whose time comes, by the wall's clock, is closed with the next look at the clock: no event says so, and none is
// waited for. Whoever may stay longer stays.
func TestASessionEndsByTheClock(t *testing.T) {
	h := open(t)
	at := time.Date(2026, 8, 15, 16, 0, 0, 0, time.UTC)
	h.mu.Lock()
	for token, until := range map[string]time.Time{"token-police": at, "token-ngo": at.Add(time.Second)} {
		p := h.people[token]
		p.Until = until
		h.people[token] = p
	}
	h.mu.Unlock()
	look := func(wall time.Time) {
		h.wall.Store(&wall)
		h.lapses <- wall
		h.lapses <- wall // taken when the look before it is done
	}
	police, ngo, court := h.follow("police", "board"), h.follow("ngo", "board"), h.follow("court", "board")
	look(at.Add(-time.Nanosecond))
	police.silentUpTo(h)
	look(at)
	police.closed(CloseNotSignedIn)
	ngo.silentUpTo(h)
	look(at.Add(time.Minute))
	ngo.closed(CloseNotSignedIn)
	court.silentUpTo(h)
}

// TestRechecking: what Auth answers the second time decides, in a sweep as when Rejudge asks.
func TestRechecking(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*house)
		code   int // 0: it stays
	}{
		{"nothing new", func(*house) {}, 0},
		{"not signed in", func(h *house) { delete(h.people, "token-police") }, CloseNotSignedIn},
		{"denied", func(h *house) { h.broken = &handlers.DeniedError{} }, CloseRightsEnded},
		{"other role", func(h *house) {
			p := h.people["token-police"]
			p.Role = "auditor"
			h.people["token-police"] = p
		}, CloseRightsEnded},
		{"other language", func(h *house) {
			p := h.people["token-police"]
			p.Language = "en"
			h.people["token-police"] = p
		}, 0},
		{"cannot say", func(h *house) { h.broken = errors.New("views are gone") }, 0},
	} {
		for _, how := range []string{"sweep", "rejudge"} {
			t.Run(c.name+" "+how, func(t *testing.T) {
				h := open(t)
				police := h.follow("police", "board")
				h.mu.Lock()
				c.change(h)
				h.mu.Unlock()
				if how == "sweep" {
					h.sweeps <- time.Time{}
				} else {
					h.hub.Rejudge(func(c handlers.Caller) bool { return c.Institution == "police" })
				}
				h.sweeps <- time.Time{} // taken when the check before it is done
				if c.code != 0 {
					police.closed(c.code)
					return
				}
				h.publish(batch(101, put(row(projections.Board, "c", "c", 101, "police"))))
				police.expect("change")
			})
		}
	}
}

func TestWhoeverCannotBeCheckedForLongIsClosed(t *testing.T) {
	h := open(t)
	police := h.follow("police", "board")
	h.mu.Lock()
	h.broken = errors.New("views are gone")
	h.mu.Unlock()
	for range doubtsAllowed {
		h.sweeps <- time.Time{}
	}
	police.closed(CloseTryLater)
}

func TestASessionIsCheckedOnceHoweverManyConnections(t *testing.T) {
	asked := make(chan string, 100)
	h := open(t, func(c *Config) {
		auth := c.Auth
		c.Auth = func(r *http.Request) (handlers.Caller, error) {
			asked <- r.Header.Get("Authorization") + r.Header.Get("User-Agent")
			return auth(r)
		}
	})
	for range 5 {
		h.follow("police", "board")
		<-asked
	}
	h.sweeps <- time.Time{}
	h.sweeps <- time.Time{}
	if got := <-asked; got != "Bearer token-police" {
		t.Errorf("asked again with %q", got)
	}
	select {
	case <-asked: // the second sweep's
	case <-time.After(patience):
		t.Fatal("the second sweep did not come")
	}
	if len(asked) != 0 {
		t.Error("asked more than once a sweep")
	}
}
