package pages

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"mkr/handlers"
)

// identityRoutes are institutions' own identity providers: at the door, and on one's own account. A browser is led there by a link
// and not by a form, since no form of ours may have another target than this site.
func (p *Pages) identityRoutes(open, only func(string, page)) {
	open("GET /signin/with/{provider}", p.askIdentity)
	open("GET /signin/with/{provider}/return", p.identityReturns)
	open("POST /signin/with/{provider}/logout", p.providerLeft)
	only("POST /account/identities/{provider}/begin", p.beginLink)
	only("POST /account/raise/with/{provider}", p.askRaise)
	only("POST /account/identities/{provider}/unlink", p.unlinkIdentity)
}

// identityLife is how long a browser may be away at its provider.
const identityLife = 5 * time.Minute

// askIdentity leads from the door to the provider.
func (p *Pages) askIdentity(w http.ResponseWriter, r *http.Request, v view) error {
	next := here(r.URL.Query().Get("next"))
	if v.Caller.Account != "" {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	q, err := p.Service.AskIdentity(r.Context(), r.PathValue("provider"), next)
	if err != nil {
		return p.identityRefused(w, r, v, next, err)
	}
	p.setCookie(w, identityCookie, q.Waiting, identityLife)
	http.Redirect(w, r, q.URL, http.StatusSeeOther)
	return nil
}

// identityRefused is the door with what was wrong. The other ways in are there.
func (p *Pages) identityRefused(w http.ResponseWriter, r *http.Request, v view, next string, err error) error {
	v.Path = "/signin"
	d := p.door(handlers.SignIn{}, r)
	d.Next = next
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		return p.render(w, r, http.StatusUnprocessableEntity, signInView(v, d.refused(v.Refusal("wrong_identity"))))
	case errors.Is(err, handlers.ErrProviderAway):
		return p.render(w, r, http.StatusServiceUnavailable, signInView(v, d.refused(v.Refusal("provider_away"))))
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		return p.render(w, r, http.StatusTooManyRequests, signInView(v, d.refused(v.Refusal("too_many_tries"))))
	}
	return err
}

// identityReturns takes what the provider has sent back: whoever is signed in has proved once more who she is, or links it; whoever is
// not comes in by it. Which of these was asked, what the browser kept is sealed for.
func (p *Pages) identityReturns(w http.ResponseWriter, r *http.Request, v view) error {
	in := handlers.IdentityAnswer{
		Provider: r.PathValue("provider"), State: r.URL.Query().Get("state"), Code: r.URL.Query().Get("code"), Issuer: r.URL.Query().Get("iss"),
	}
	in.Waiting = p.cookie(r, identityCookie)
	p.setCookie(w, identityCookie, "", 0)
	if v.Caller.Account != "" {
		if waits, ok := p.Service.WaitsToRaise(v.Caller, in.Waiting); ok {
			return p.raiseReturns(w, r, v, in, waits)
		}
		if _, err := p.Service.LinkIdentity(r.Context(), v.Caller, in); err != nil {
			return p.linkRefused(w, r, v, err)
		}
		http.Redirect(w, r, "/account", http.StatusSeeOther)
		return nil
	}
	token, c, next, err := p.Service.SignInIdentity(r.Context(), in, remote(r))
	if more, err := p.asksMore(w, r, v, door{Next: here(next)}, err); more {
		return err
	}
	if err != nil {
		return p.identityRefused(w, r, v, here(""), err)
	}
	r.PostForm = url.Values{"next": {next}}
	return p.entered(w, r, v, token, c)
}

// providerLeft hears from a provider itself, and from no browser, that somebody has left there (OpenID Connect Back-Channel Logout
// 1.0, 2.5 to 2.8). The answer says whether the token holds, and nothing of whom it was about.
func (p *Pages) providerLeft(w http.ResponseWriter, r *http.Request, _ view) error {
	err := p.Service.EndByProvider(r.Context(), r.PathValue("provider"), r.PostForm.Get("logout_token"), remote(r))
	said := http.StatusOK
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		said = http.StatusBadRequest
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		said = http.StatusTooManyRequests
	case errors.Is(err, handlers.ErrProviderAway): // its keys cannot be had now
		w.Header().Set("Retry-After", "30")
		said = http.StatusServiceUnavailable
	case err != nil:
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(said)
	if said != http.StatusOK {
		_, err = w.Write([]byte(`{"error":"invalid_request"}`))
		return err
	}
	return nil
}

// identitiesPart is the providers on the account's page.
type identitiesPart []identityRow

type identityRow struct {
	handlers.IdentityLine
	Key string
}

func (p *Pages) identities(r *http.Request, v view) (out identitiesPart, err error) {
	list, err := p.Service.MyIdentities(r.Context(), v.Caller)
	for _, o := range list {
		out = append(out, identityRow{o, handlers.NewKey().String()})
	}
	return out, err
}

// linkPage leads to the provider, or says why nothing was linked.
type linkPage struct{ URL, Error string }

func (p *Pages) beginLink(w http.ResponseWriter, r *http.Request, v view) error {
	q, err := p.Service.AskToLink(r.Context(), v.Caller, r.PathValue("provider"))
	if err != nil {
		return p.linkRefused(w, r, v, err)
	}
	p.setCookie(w, identityCookie, q.Waiting, identityLife)
	v.Path = "/account"
	return p.render(w, r, http.StatusOK, identityLinkView(v, linkPage{URL: q.URL}))
}

func (p *Pages) linkRefused(w http.ResponseWriter, r *http.Request, v view, err error) error {
	v.Path = "/account"
	if errors.Is(err, handlers.ErrProviderAway) {
		return p.render(w, r, http.StatusServiceUnavailable, identityLinkView(v, linkPage{Error: v.Refusal("provider_away")}))
	}
	c, _ := code(err)
	if c == "" || errors.Is(err, handlers.ErrStepUp) || errors.Is(err, handlers.ErrNotFound) {
		return err
	}
	return p.render(w, r, status(err), identityLinkView(v, linkPage{Error: v.Refusal(c)}))
}

func (p *Pages) unlinkIdentity(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	receipt, err := p.Service.UnlinkIdentity(r.Context(), v.Caller, r.PathValue("provider"), env)
	if err != nil {
		return err
	}
	return p.filed(w, r, v, receipt, nil, "/account", nil)
}
