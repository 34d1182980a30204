package pages

import (
	"net/http"

	"mkr/handlers"
)

// tickerLength is how many events the ticker shows.
const tickerLength = 12

// tickerPart is the ticker's list, for a page that is already open.
func (p *Pages) tickerPart(w http.ResponseWriter, r *http.Request, v view) error {
	news, err := p.Service.Recent(r.Context(), v.Caller, tickerLength)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, tickerList(v, news))
}

// newsTime is when it was recorded: the hour of today, the day of everything before.
func (v view) newsTime(n handlers.News) string {
	if v.Date(n.RecordedAt) == v.Date(v.Now) {
		return v.Clock(n.RecordedAt)
	}
	return v.DateTime(n.RecordedAt)
}
