package pages

import (
	"net/http"
	"net/url"

	"mkr/handlers"
)

// workload shows who has how much to do: every institution for who coordinates, the own one for everybody else.
func (p *Pages) workload(w http.ResponseWriter, r *http.Request, v view) error {
	load, err := p.Service.Workload(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, workloadView(v, load))
}

// loadLink is the list behind a number.
func loadLink(l handlers.Load, due string) string {
	q := url.Values{"institution": {l.Institution}}
	if due != "" {
		q.Set("due", due)
	}
	return "/deadlines?" + q.Encode()
}
