package pages

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"mkr/handlers"
)

// A form that is posted when the session has ended loses nothing: the answer is the door, with what was typed sealed in
// it, and behind the door the form comes back to be sent once more. Without a script, and without keeping anything here.

// carriedField is the door's hidden field with the sealed form.
const carriedField = "carried"

// carriedForm is what goes through the door.
type carriedForm struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
}

// maxCarried bounds what is carried, in bytes before it is sealed: it must fit into another post.
const maxCarried = maxBody / 2

// carry answers a form that came too late with the door. It returns false for what is no form of ours, or holds a
// password: that is typed again.
func (p *Pages) carry(w http.ResponseWriter, r *http.Request) bool {
	if err := r.ParseForm(); err != nil {
		return false
	}
	holder := r.PostForm.Get(holderField)
	if holder == "" || !r.PostForm.Has(keyField) || r.PostForm.Has("password") || r.PostForm.Has("old") {
		return false
	}
	body, err := json.Marshal(carriedForm{Path: r.URL.Path, Form: r.PostForm})
	if err != nil || len(body) > maxCarried {
		return false
	}
	sealed, err := p.Service.Carry(holder, body)
	if err != nil {
		return false
	}
	v := p.view(r, handlers.Caller{})
	v.Path = "/signin"
	if err := p.render(w, r, http.StatusUnauthorized, signInView(v, door{Next: "/", Carried: sealed, Demo: p.Demo})); err != nil {
		p.fail(w, r, v, err)
	}
	return true
}

type reopenedKey struct{}

func isReopened(r *http.Request) bool { return r.Context().Value(reopenedKey{}) != nil }

// reopens are the forms that come back filled in; every other comes back as one question: send it now?
var reopens = map[string]bool{"POST /cases/{id}/do/{action}": true, "POST /cases": true}

// reopen shows the form that was carried through the door, to the account that it belongs to. To another account it says
// that it is gone.
func (p *Pages) reopen(w http.ResponseWriter, r *http.Request, v view, token, sealed string) error {
	v = p.view(r, v.Caller)
	v.Path = "/"
	body, err := p.Service.Carried(v.Caller, sealed)
	if errors.Is(err, handlers.ErrNotYours) {
		return p.dropped(w, r, v, http.StatusOK)
	}
	if err != nil {
		return err
	}
	var form carriedForm
	if err := json.Unmarshal(body, &form); err != nil {
		return err
	}
	again := r.Clone(context.WithValue(r.Context(), reopenedKey{}, true))
	again.URL = &url.URL{Path: form.Path}
	again.PostForm, again.Form = form.Form, form.Form
	again.Header.Set("Cookie", SessionCookie(p.SecureCookies)+"="+token+"; "+CookieName(p.SecureCookies, languageCookie)+"="+string(v.Language()))
	p.mux.ServeHTTP(w, again)
	return nil
}

// dropped says that the form was another account's, and shows nothing of it.
func (p *Pages) dropped(w http.ResponseWriter, r *http.Request, v view, status int) error {
	v.Path = "/"
	return p.render(w, r, status, droppedView(v))
}

// kept asks whether a form that came back shall be sent now.
func (p *Pages) kept(w http.ResponseWriter, r *http.Request, v view) error {
	page := keptPage{Action: r.URL.Path}
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			page.Fields = append(page.Fields, option{name, value})
		}
	}
	v.Path = "/"
	return p.render(w, r, http.StatusOK, keptView(v, page))
}

// keptPage is a form that waits for a yes.
type keptPage struct {
	Action string
	Fields []option
}

// back is the page that the form was on, as far as its address tells.
func (k keptPage) back() string {
	if path, _, found := strings.Cut(k.Action, "/do/"); found {
		return path
	}
	return "/"
}
