package pages

import (
	"net/http"
	"strings"

	"mkr/handlers"
	"mkr/projections/looks"
	"mkr/web/i18n"
)

// looksPage is who looked at one case.
type looksPage struct {
	listPage[handlers.Look]
	Case string
}

// looks shows those who guard a case who looked at it, what they opened and what they were refused.
func (p *Pages) looks(w http.ResponseWriter, r *http.Request, v view) error {
	id := r.PathValue("id")
	list, err := p.Service.Looks(r.Context(), v.Caller, id, handlers.ListQuery{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	c, err := p.Service.Case(r.Context(), v.Caller, id, handlers.At{})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, looksView(v, c.Code, looksPage{listPageOf(v, r, list, "", nil), id}))
}

// lookedAt says in words what was looked at: a part of the case, the fields that were opened, or the action refused.
func (v view) lookedAt(l handlers.Look) string {
	switch l.What {
	case looks.Viewed:
		return v.Code("look_part", l.Part)
	case looks.Opened:
		out := make([]string, len(l.Fields))
		for i, f := range l.Fields {
			out[i] = v.T("field." + f)
		}
		return strings.Join(out, ", ")
	}
	if key := "action." + l.Part; i18n.Has(key) {
		return v.T(key)
	}
	return v.Code("look_part", "case")
}
