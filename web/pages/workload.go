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
	if r.URL.Query().Has("part") {
		return p.render(w, r, http.StatusOK, workloadPart(v, load))
	}
	return p.render(w, r, http.StatusOK, workloadView(v, load))
}

// worker names one of the caller's colleagues, as her own institution knows them.
func (v view) worker(l handlers.PersonLoad) string {
	if l.Account == "" {
		return v.T("workload.nobody")
	}
	return v.colleague(v.Caller.Institution, l.Account)
}

// loadLink is the list behind a number.
func loadLink(l handlers.Load, due string) string {
	q := url.Values{"institution": {l.Institution}}
	if due != "" {
		q.Set("due", due)
	}
	return "/deadlines?" + q.Encode()
}
