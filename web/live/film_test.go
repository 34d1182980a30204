package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"mkr/handlers"
	"mkr/projections"
)

// reel is a film of events at given instants, each a change of its own row.
type reel struct {
	at []time.Time
	n  int
}

func (r *reel) Position() uint64 { return uint64(10 * (r.n + 1)) }
func (r *reel) Moment() time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
}
func (r *reel) Next(context.Context) (time.Time, bool, error) {
	if r.n == len(r.at) {
		return time.Time{}, false, nil
	}
	return r.at[r.n], true, nil
}
func (r *reel) Until(_ context.Context, t time.Time) (out []projections.Change, err error) {
	for r.n < len(r.at) && !r.at[r.n].After(t) {
		key := string(rune('a' + r.n))
		out = append(out, projections.Change{Topic: projections.Board, Key: key, Op: projections.Put, Row: projections.Row{Key: key, Doc: json.RawMessage(`{"case":"` + key + `"}`)}})
		r.n++
	}
	return out, nil
}

// cinema is a house in which the test says when the next picture comes.
func cinema(t *testing.T, roll *reel) (*Cinema, string, chan time.Time) {
	t.Helper()
	ticks := make(chan time.Time)
	m := &Cinema{
		Logger: zerolog.Nop(), Ticks: func() (<-chan time.Time, func()) { return ticks, func() {} },
		Auth: func(r *http.Request) (handlers.Caller, error) {
			who := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			if who == "" {
				return handlers.Caller{}, handlers.ErrNotSignedIn
			}
			return handlers.Caller{Account: who, Role: who}, nil
		},
		Open: func(_ context.Context, c handlers.Caller, _ string) (Roll, error) {
			if c.Role != "auditor" {
				return nil, &handlers.DeniedError{Action: "board.view", Code: "role"}
			}
			return roll, nil
		},
		Draw: func(context.Context, handlers.Caller) func(projections.Row, time.Time) string {
			return func(row projections.Row, _ time.Time) string { return "<tr>" + row.Key + "</tr>" }
		},
	}
	s := httptest.NewServer(m)
	t.Cleanup(s.Close)
	return m, "ws" + strings.TrimPrefix(s.URL, "http") + "/?from=1&speed=", ticks
}

func sit(url, who string) (*websocket.Conn, *http.Response, error) {
	h := http.Header{}
	if who != "" {
		h.Set("Authorization", "Bearer "+who)
	}
	d := websocket.Dialer{Subprotocols: []string{Protocol}}
	return d.Dial(url, h)
}

// TestAFilmTellsEachChangeOnce: the frames are those of the live board, a clock stands behind every picture, a time without
// events is skipped, and the line closes as it should when there is nothing more.
func TestAFilmTellsEachChangeOnce(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	roll := &reel{at: []time.Time{begin.Add(10 * time.Minute), begin.Add(20 * time.Minute), begin.Add(9000 * time.Hour)}}
	_, url, ticks := cinema(t, roll)
	ws, _, err := sit(url+"3600", "auditor") // a quarter of an hour each picture
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	var told []string
	for {
		var f struct {
			Type, Key, HTML string
			End             bool
			Time            time.Time
		}
		if err := ws.ReadJSON(&f); err != nil {
			if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
				t.Fatal(err)
			}
			break
		}
		switch f.Type {
		case "hello":
			told = append(told, "hello")
		case "change":
			told = append(told, f.Key+f.HTML)
			continue
		case "clock":
			told = append(told, f.Time.Sub(begin).String())
		}
		if !f.End {
			ticks <- time.Time{}
		}
	}
	want := "hello a<tr>a</tr> 15m0s b<tr>b</tr> 30m0s c<tr>c</tr> 9000h0m0s 9000h15m0s"
	if got := strings.Join(told, " "); got != want {
		t.Errorf("the film told\n%s\nwant\n%s", got, want)
	}
}

// TestWhoMaySitInTheCinema: nobody unknown, nobody without the right, one film each, and no speed that is none.
func TestWhoMaySitInTheCinema(t *testing.T) {
	m, url, _ := cinema(t, &reel{at: []time.Time{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}})
	refused := func(who, speed string, want int) {
		t.Helper()
		_, resp, err := sit(url+speed, who)
		if !errors.Is(err, websocket.ErrBadHandshake) || resp.StatusCode != want {
			t.Errorf("%q at speed %s: %v %v, want %d", who, speed, err, resp, want)
		}
	}
	refused("", "3600", 401)
	refused("police", "3600", 403)
	refused("auditor", "0", 422)
	refused("auditor", "x", 422)
	ws, _, err := sit(url+"3600", "auditor")
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	refused("auditor", "3600", 429)
	// When the house closes, so does the film.
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := m.Run(ctx); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			if !websocket.IsCloseError(err, goingAway.code) {
				t.Errorf("the film ended with %v", err)
			}
			break
		}
	}
}
