package live

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mkr/handlers"
	"mkr/projections"
)

// Roll is what a film is played from; *handlers.Film is one.
type Roll interface {
	Position() uint64
	Moment() time.Time
	Next(ctx context.Context) (time.Time, bool, error)
	Until(ctx context.Context, t time.Time) ([]projections.Change, error)
}

// Cinema plays the board's history over the socket, each film on a connection of its own: the frames are those of the live
// board, with a Clock behind each picture, at whatever speed the address asks for. Nothing of the live stream is in it.
type Cinema struct {
	// Open begins a film behind a moment; it judges the caller.
	Open func(ctx context.Context, c handlers.Caller, from string) (Roll, error)
	// Draw is asked once a film for what renders its rows as the page shows them; nil: only their data are sent.
	Draw   func(ctx context.Context, c handlers.Caller) func(row projections.Row, at time.Time) string
	Auth   func(*http.Request) (handlers.Caller, error)
	Logger zerolog.Logger
	// Ticks paces the pictures; nil: four a second.
	Ticks func() (c <-chan time.Time, stop func())

	mu      sync.Mutex
	playing map[string]bool // accounts; one film each
	closed  chan struct{}
}

// Clock says what time it is in a film: everything up to here has been sent.
type Clock struct {
	Type     string    `json:"type" enum:"clock"`
	Position uint64    `json:"position"`
	Time     time.Time `json:"time" doc:"what the clock showed then"`
	End      bool      `json:"end,omitempty" doc:"there is nothing later; the connection closes"`
}

const (
	picture     = 250 * time.Millisecond
	maxFilms    = 16
	recheck     = 40                // pictures between two checks of the caller's rights
	maxSpeed    = 60 * 60 * 24 * 62 // two months a second
	filmPatient = 10 * time.Second  // for one write
	gapPictures = 8                 // pictures without an event after which the film jumps to the next one
)

// ServeHTTP plays a film: from is a position or an instant, speed how many seconds of history go by in one. It refuses as the
// live socket does, and with 403 whoever does not see every case.
func (m *Cinema) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !sameOrigin(r) {
		refuse(w, http.StatusForbidden, "origin", "a page of another site may not connect")
		return
	}
	caller, err := m.Auth(r)
	if err != nil {
		refuse(w, http.StatusUnauthorized, "not_signed_in", "sign in first")
		return
	}
	speed, err := strconv.Atoi(r.URL.Query().Get("speed"))
	if err != nil || speed < 1 || speed > maxSpeed {
		refuse(w, http.StatusUnprocessableEntity, "speed", "seconds of history in a second, 1 to "+strconv.Itoa(maxSpeed))
		return
	}
	if !m.begin(caller.Account) {
		refuse(w, http.StatusTooManyRequests, "films", "one film at a time for each account, and not more than a few in all")
		return
	}
	defer m.end(caller.Account)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	roll, err := m.Open(ctx, caller, r.URL.Query().Get("from"))
	var denied *handlers.DeniedError
	switch {
	case errors.As(err, &denied):
		refuse(w, http.StatusForbidden, "rights", "films are for those who see every case")
		return
	case err != nil:
		m.Logger.Warn().Err(err).Msg("live: a film cannot begin")
		refuse(w, http.StatusServiceUnavailable, "unavailable", "the history cannot be read now")
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer ws.Close()
	go func() { // whoever leaves ends it; nothing that is sent here is read
		defer cancel()
		ws.SetReadLimit(512)
		for {
			if _, _, err := ws.NextReader(); err != nil {
				return
			}
		}
	}()
	code, reason := m.play(ctx, ws, roll, show{caller: caller, speed: time.Duration(speed), again: credentials(r)})
	_ = ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(filmPatient)) // it is over either way
}

// show is one film for one person.
type show struct {
	caller handlers.Caller
	speed  time.Duration // seconds of history a second
	again  *http.Request // to check her rights with
}

func (m *Cinema) play(ctx context.Context, ws *websocket.Conn, roll Roll, s show) (code int, reason string) {
	ticks := m.Ticks
	if ticks == nil {
		ticks = func() (<-chan time.Time, func()) { t := time.NewTicker(picture); return t.C, t.Stop }
	}
	tick, stop := ticks()
	defer stop()
	send := func(message any) bool {
		_ = ws.SetWriteDeadline(time.Now().Add(filmPatient))
		return ws.WriteJSON(message) == nil
	}
	draw := func(projections.Row, time.Time) string { return "" }
	if m.Draw != nil {
		draw = m.Draw(ctx, s.caller)
	}
	now := roll.Moment()
	if !send(Hello{Type: "hello", Epoch: "film", Position: roll.Position(), Topics: []string{projections.Board}}) {
		return websocket.CloseGoingAway, ""
	}
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return websocket.CloseGoingAway, ""
		case <-m.done():
			return goingAway.code, goingAway.reason
		case <-tick:
		}
		if n%recheck == 0 {
			if _, err := m.Auth(s.again); err != nil {
				return notSignedIn.code, notSignedIn.reason
			}
		}
		step := s.speed * picture
		now = now.Add(step)
		next, more, err := roll.Next(ctx)
		if more && next.Sub(now) > gapPictures*step {
			now = next // months in which nothing happened are not worth waiting for
		}
		changes, e := roll.Until(ctx, now)
		if err = errors.Join(err, e); err != nil {
			m.Logger.Warn().Err(err).Msg("live: a film broke off")
			return websocket.CloseInternalServerErr, ""
		}
		for i, c := range changes {
			f := Change{Type: "change", Position: roll.Position(), Seq: uint32(i + 1), Topic: c.Topic, Key: c.Key, Op: c.Op}
			if c.Op == projections.Put {
				f.Row, f.HTML = c.Row.Doc, draw(c.Row, now)
			}
			if !send(f) {
				return websocket.CloseGoingAway, ""
			}
		}
		if !send(Clock{Type: "clock", Position: roll.Position(), Time: now, End: !more}) {
			return websocket.CloseGoingAway, ""
		}
		if !more {
			return websocket.CloseNormalClosure, ""
		}
	}
}

func (m *Cinema) begin(account string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.playing == nil {
		m.playing = map[string]bool{}
	}
	if m.playing[account] || len(m.playing) >= maxFilms {
		return false
	}
	m.playing[account] = true
	return true
}

func (m *Cinema) end(account string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.playing, account)
}

// done is closed when the house closes.
func (m *Cinema) done() chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed == nil {
		m.closed = make(chan struct{})
	}
	return m.closed
}

// Run ends all films when its context ends.
func (m *Cinema) Run(ctx context.Context) error {
	<-ctx.Done()
	close(m.done())
	return nil
}
