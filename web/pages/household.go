package pages

import (
	"context"
	"net/http"
	"net/url"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
)

// household puts the other cases of the household on a case's page, for whoever sees them: for everybody else the page is
// what it is without them.
func (p *Pages) household(ctx context.Context, v view, page *casePage) error {
	h, err := p.Service.Household(ctx, v.Caller, page.Case.ID)
	if err != nil {
		return err
	}
	page.Links = h.Links
	out := section{Key: "household"}
	for _, k := range h.Items {
		i := item{
			ID: "kin-" + k.Case, Title: k.Code, Aside: v.Code("kind", k.Kind),
			Lines: []string{join(v.Code("link_reason", k.Reason), v.Who(k.By), v.Date(k.At))},
			Open:  []todo{{Name: v.T("household.open"), Path: "/cases/" + k.Case}},
		}
		if k.Status == string(casefile.Closed) {
			i.Tags = append(i.Tags, tag{Text: v.Code("status", k.Status)})
		}
		if k.Direct && h.Links {
			i.Open = append(i.Open, todo{Name: v.T("household.unlink"), Path: "/cases/" + page.Case.ID + "/household/end?code=" + url.QueryEscape(k.Code)})
		}
		out.Items = append(out.Items, i)
	}
	if len(out.Items) > 0 {
		page.Sections = append(page.Sections, out)
	}
	return nil
}

// mayLink refuses whoever may not link the case, before a form is shown.
func (p *Pages) mayLink(r *http.Request, v view) error {
	h, err := p.Service.Household(r.Context(), v.Caller, r.PathValue("id"))
	if err == nil && !h.Links {
		err = &handlers.DeniedError{Action: string(access.LinkCases), Code: access.CodeNotForRole}
	}
	return err
}

// householdForm is the form to link with another case, or to end a link.
func (v view) householdForm(r *http.Request, in any, title string, typed map[string][]string) form {
	at := "/cases/" + r.PathValue("id")
	post := at + "/household"
	if _, ends := in.(handlers.UnlinkCase); ends {
		post += "/end"
	}
	f := v.simpleForm(post, at, v.T(title), in, typed, nil)
	f.Focus = true
	return f
}

func (p *Pages) linkForm(w http.ResponseWriter, r *http.Request, v view) error {
	if err := p.mayLink(r, v); err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.householdForm(r, handlers.LinkCase{}, "household.link", nil)))
}

func (p *Pages) unlinkForm(w http.ResponseWriter, r *http.Request, v view) error {
	if err := p.mayLink(r, v); err != nil {
		return err
	}
	typed := map[string][]string{"code": r.URL.Query()["code"]}
	return p.render(w, r, http.StatusOK, formPage(v, v.householdForm(r, handlers.UnlinkCase{}, "household.unlink", typed)))
}

func (p *Pages) linkCase(w http.ResponseWriter, r *http.Request, v view) error {
	var in handlers.LinkCase
	return fileHousehold(p, w, r, v, &in, "household.link", func(env handlers.Envelope) (handlers.Receipt, error) {
		return p.Service.LinkCase(r.Context(), v.Caller, r.PathValue("id"), in, env)
	})
}

func (p *Pages) unlinkCase(w http.ResponseWriter, r *http.Request, v view) error {
	var in handlers.UnlinkCase
	return fileHousehold(p, w, r, v, &in, "household.unlink", func(env handlers.Envelope) (handlers.Receipt, error) {
		return p.Service.UnlinkCase(r.Context(), v.Caller, r.PathValue("id"), in, env)
	})
}

// fileHousehold files one of the two forms, or shows it again with what is wrong.
func fileHousehold[T any](p *Pages, w http.ResponseWriter, r *http.Request, v view, in *T, title string, file func(handlers.Envelope) (handlers.Receipt, error)) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	at := "/cases/" + r.PathValue("id")
	v.Path = at
	again := func(wrong map[string]string) form {
		f := v.simpleForm(r.URL.Path, at, v.T(title), *in, r.PostForm, wrong)
		f.Focus = true
		return f
	}
	if wrong := v.parse(in, "", r.PostForm); len(wrong) > 0 {
		if err := p.mayLink(r, v); err != nil {
			return err
		}
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, again(wrong)))
	}
	receipt, err := file(env)
	return p.filed(w, r, v, receipt, err, at, func() form { return again(nil) })
}
