package pages

import (
	"net/http"
	"slices"
	"strings"

	"mkr/domain/access"
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

// whySeen is the reason why the policy let somebody see a case, in the words of the row that did.
func (v view) whySeen(c handlers.SeenCase) string {
	for _, g := range access.Table() {
		if g.Basis == c.Basis && slices.Contains(g.Roles, c.Role) && slices.Contains(g.Actions, access.ViewCase) && slices.Contains(g.Kinds, c.Kind) && slices.Contains(g.Standings, access.Standing(c.Standing)) {
			return v.Code("policy_why", g.Key())
		}
	}
	return c.Basis // of a policy that this build does not have
}

// classes names groups of sealed fields.
func (v view) classes(names []string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = i18n.Lower(v.Code("data_class", n))
	}
	return strings.Join(words, ", ")
}
