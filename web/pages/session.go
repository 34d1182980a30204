package pages

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mkr/handlers"
	"mkr/web/i18n"
)

// page answers a request in the name of the caller, who is nobody (the zero Caller) on public pages.
type page func(w http.ResponseWriter, r *http.Request, v view) error

// anyone serves a public page; whoever is signed in is known all the same.
func (p *Pages) anyone(f page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := p.caller(r)
		if err != nil && !errors.Is(err, handlers.ErrNotSignedIn) {
			p.fail(w, r, p.view(r, handlers.Caller{}), err)
			return
		}
		p.serve(w, r, c, f)
	})
}

// signedIn serves a page to whoever is signed in, and shows the others the door.
func (p *Pages) signedIn(f page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := p.caller(r)
		if errors.Is(err, handlers.ErrNotSignedIn) && r.Method == http.MethodPost && !isSent(r) && p.carry(w, r) {
			return
		}
		if err != nil {
			p.fail(w, r, p.view(r, handlers.Caller{}), err)
			return
		}
		p.serve(w, r, c, f)
	})
}

func (p *Pages) serve(w http.ResponseWriter, r *http.Request, c handlers.Caller, f page) {
	v := p.view(r, c)
	leave, err := p.Service.Enter(c)
	if err != nil {
		p.fail(w, r, v, err)
		return
	}
	defer leave()
	if r.Method == http.MethodPost {
		var err error
		if v.wrongFile, err = p.readForm(w, r, c); err != nil {
			v.Path = r.URL.Path // the way on leads to the case that it was for
			p.fail(w, r, v, err)
			return
		}
	}
	if holder := r.PostForm.Get(holderField); c.Account != "" && holder != "" && holder != v.Holder {
		// The page was another account's, and stayed open while this one signed in: what was typed is not hers to file.
		if err := p.dropped(w, r, v, http.StatusConflict); err != nil {
			p.fail(w, r, v, err)
		}
		return
	}
	p.touch(w, r, c)
	if v.Reopened && !reopens[r.Pattern] {
		f = p.kept
	}
	if err := f(w, r, v); err != nil {
		p.fail(w, r, v, err)
	}
}

// caller finds who holds the request's cookie.
func (p *Pages) caller(r *http.Request) (handlers.Caller, error) {
	token := p.cookie(r, sessionCookie)
	if token == "" {
		return handlers.Caller{}, handlers.ErrNotSignedIn
	}
	return p.Service.AuthenticateBrowser(r.Context(), token, TouchMark(r, p.SecureCookies))
}

func (p *Pages) setLanguage(w http.ResponseWriter, l i18n.Language) {
	p.setCookie(w, languageCookie, string(l), 365*24*time.Hour)
}

// language is the browser's choice, else the account's, else Albanian.
func (p *Pages) language(r *http.Request, c handlers.Caller) i18n.Language {
	if chosen := p.cookie(r, languageCookie); chosen != "" {
		return i18n.Parse(chosen)
	}
	return i18n.Parse(c.Language)
}

// here keeps a way back inside this site: an absolute path, else the start page.
func here(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return u.RequestURI()
}

// remote is the address whose tries to sign in are counted.
func remote(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// signInPage is the door.
func (p *Pages) signInPage(w http.ResponseWriter, r *http.Request, v view) error {
	if v.Caller.Account != "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	d := p.door(handlers.SignIn{}, r)
	d.Next, d.Carried = here(r.FormValue("next")), ""
	return p.render(w, r, http.StatusOK, signInView(v, d))
}

// door is the sign-in page with what was asked of it.
func (p *Pages) door(in handlers.SignIn, r *http.Request) door {
	d := door{Next: here(r.PostForm.Get("next")), Username: in.Username, Carried: r.PostForm.Get(carriedField), Demo: p.Demo}
	d.Passkeys, _ = p.Service.HasPasskeys()
	d.Providers = p.Service.IdentityProviders()
	return d
}

// refused is the sign-in page with bad news.
func (d door) refused(words string) door {
	d.Error = words
	return d
}

// signIn opens a session. The page never says whether the account exists.
func (p *Pages) signIn(w http.ResponseWriter, r *http.Request, v view) error {
	in := handlers.SignIn{Username: r.PostForm.Get("username")}
	if err := in.Password.UnmarshalText([]byte(r.PostForm.Get("password"))); err != nil {
		return err
	}
	in.Code = r.PostForm.Get("code")
	token, c, err := p.Service.SignIn(r.Context(), in, remote(r))
	if more, err := p.asksMore(w, r, v, behindDoor(r), err); more {
		return err
	}
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		return p.render(w, r, http.StatusUnprocessableEntity, signInView(v, p.door(in, r).refused(v.Refusal("wrong_credentials"))))
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		return p.render(w, r, http.StatusTooManyRequests, signInView(v, p.door(in, r).refused(v.Refusal("too_many_tries"))))
	case err != nil:
		return err
	}
	return p.entered(w, r, v, token, c)
}

func (p *Pages) signOut(w http.ResponseWriter, r *http.Request, v view) error {
	if err := p.Service.SignOut(r.Context(), v.Caller); err != nil {
		return err
	}
	p.setCookie(w, sessionCookie, "", 0)
	p.forgetDrafts(w)
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

func (p *Pages) chooseLanguage(w http.ResponseWriter, r *http.Request, v view) error {
	l := i18n.Parse(r.PostForm.Get("language"))
	p.setLanguage(w, l)
	if v.Caller.Account != "" {
		if err := p.Service.ChooseLanguage(r.Context(), v.Caller, string(l)); err != nil {
			return err
		}
	}
	http.Redirect(w, r, here(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// start sends people to where their day begins, and answers 404 for every address that is none.
func (p *Pages) start(w http.ResponseWriter, r *http.Request, v view) error {
	if r.URL.Path != "/" {
		return handlers.ErrNotFound
	}
	http.Redirect(w, r, v.home(), http.StatusSeeOther)
	return nil
}
