package pages

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
)

// filmPage is the board at the beginning of a film.
type filmPage struct {
	handlers.Moment
	Rows  []board.Row
	Stand stand
}

// film shows the board as it stood and plays what followed: see own/film.js and live.Cinema.
func (p *Pages) film(w http.ResponseWriter, r *http.Request, v view) error {
	at := p.askedAt(r.URL.Query(), "at")
	if at.IsZero() {
		at = handlers.At{Time: v.Now.AddDate(-1, 0, 0)}
	}
	roll, err := p.Service.Film(r.Context(), v.Caller, at) // judged here; the page itself plays nothing
	if err != nil {
		return err
	}
	m, err := p.Service.Moment(r.Context(), handlers.At{Position: max(roll.Position(), 1)})
	if err != nil {
		return err
	}
	rows, err := roll.Board()
	if err != nil {
		return err
	}
	v.Past, v.Film, v.Now = true, true, m.Time
	return p.render(w, r, http.StatusOK, filmView(v, filmPage{Moment: m, Rows: rows, Stand: stand{Position: m.Position, Still: true}}))
}

// DrawFilm gives what renders a row of the board for one film, as this caller's page shows it; "" when it cannot be. What all
// rows need, such as the names of the institutions, is read once a film.
func (p *Pages) DrawFilm(ctx context.Context, c handlers.Caller) func(row projections.Row, at time.Time) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/film", nil)
	if err != nil {
		return func(projections.Row, time.Time) string { return "" }
	}
	v := p.view(request, c)
	v.Past, v.Film = true, true
	return func(row projections.Row, at time.Time) string {
		item, err := projections.As[board.Row](row)
		if err != nil {
			return ""
		}
		v.Now, v.Bar = at, &pastBar{Moment: handlers.Moment{Position: row.Position}}
		var out bytes.Buffer
		if err := boardRowView(v, item, handlers.ListQuery{}).Render(ctx, &out); err != nil {
			return ""
		}
		return out.String()
	}
}

// filmSpeeds are how many seconds of history go by in one.
var filmSpeeds = []struct {
	Seconds int
	Key     string
}{{6 * 3600, "film.six_hours"}, {24 * 3600, "past.day_a_second"}, {7 * 24 * 3600, "past.week_a_second"}, {30 * 24 * 3600, "film.month"}}

func (b filmPage) position() string { return strconv.FormatUint(b.Position, 10) }

// maySeeFilms tells whether she sees every case, and so the whole board's history.
func (v view) maySeeFilms() bool {
	for _, kind := range kinds {
		if !access.Judge(v.Caller.Actor(), access.ViewCase, access.Facts{Kind: kind, Standing: access.None, Status: access.CaseOpen}).Allow {
			return false
		}
	}
	return v.may(access.ViewBoard)
}
