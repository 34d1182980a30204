package pages

import (
	"net/http"
	"strings"

	"mkr/handlers"
	"mkr/web/i18n"
)

// seenAsPage is what an account could see at a moment, and what it opened.
type seenAsPage struct {
	handlers.SeenAs
	Stand stand
}

// seenAs shows an auditor what somebody could see at a moment.
func (p *Pages) seenAs(w http.ResponseWriter, r *http.Request, v view) error {
	at := p.askedAt(r.URL.Query(), "at")
	seen, err := p.Service.SeenAs(r.Context(), v.Caller, r.PathValue("account"), at)
	if err != nil {
		return err
	}
	v.Past = true
	return p.render(w, r, http.StatusOK, seenAsView(v, seenAsPage{SeenAs: seen, Stand: stand{Position: seen.Position, Still: true}}))
}

// classes names groups of sealed fields.
func (v view) classes(names []string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = i18n.Lower(v.Code("data_class", n))
	}
	return strings.Join(words, ", ")
}
