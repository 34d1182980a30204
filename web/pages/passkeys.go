package pages

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"mkr/domain/person"
	"mkr/handlers"
)

// passkeyRoutes are keys at the door and on one's own account. The device is asked by own/passkey.js; what it has signed comes in
// a form like any other.
func (p *Pages) passkeyRoutes(open, only func(string, page)) {
	open("POST /signin/passkey/ask", p.askForPasskey)
	open("POST /signin/passkey", p.signInPasskey)
	only("GET /account/passkeys/new", p.newPasskey)
	only("POST /account/passkeys", p.addPasskey)
	only("POST /account/passkeys/{id}/remove", p.removePasskey)
}

// passkeyForm is what a page needs to ask the device. The zero form is not shown.
type passkeyForm struct {
	Origin  string
	Options string // JSON for the script; "" where it asks for it when it is wanted
	Waiting string
}

// askForPasskey asks the browser at the door for anybody's key.
func (p *Pages) askForPasskey(w http.ResponseWriter, _ *http.Request, _ view) error {
	door := rand.Text()
	q, err := p.Service.AskForPasskey(door)
	if err != nil {
		return err
	}
	p.setCookie(w, doorCookie, door, 5*time.Minute)
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(q)
}

// signInPasskey lets in whoever's key has answered.
func (p *Pages) signInPasskey(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/signin"
	token, c, err := p.Service.SignInPasskey(r.Context(), p.cookie(r, doorCookie), passkeyAnswer(r), remote(r))
	again := p.door(handlers.SignIn{}, r)
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		return p.render(w, r, http.StatusUnprocessableEntity, signInView(v, again.refused(v.Refusal("wrong_passkey"))))
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		return p.render(w, r, http.StatusTooManyRequests, signInView(v, again.refused(v.Refusal("too_many_tries"))))
	case err != nil:
		return err
	}
	p.setCookie(w, doorCookie, "", 0)
	return p.entered(w, r, v, token, c)
}

func passkeyAnswer(r *http.Request) handlers.PasskeyAnswer {
	return handlers.PasskeyAnswer{Waiting: r.PostForm.Get("waiting"), Answer: []byte(r.PostForm.Get("answer"))}
}

// passkeyRow is one of the caller's keys.
type passkeyRow struct {
	handlers.PasskeyLine
	Key string
}

// passkeysPart is the keys on the account's page. Origin is "" where this installation has none.
type passkeysPart struct {
	Origin string
	Rows   []passkeyRow
	Stays  bool // a second step is required, and the one of these that lets in is the only one
}

func (p *Pages) passkeys(r *http.Request, v view) (out passkeysPart, err error) {
	out.Origin, _ = p.Service.HasPasskeys()
	list, err := p.Service.MyPasskeys(r.Context(), v.Caller)
	for _, k := range list {
		out.Rows = append(out.Rows, passkeyRow{k, handlers.NewKey().String()})
	}
	return out, err
}

// newPasskeyPage asks what the key is called, and then the device.
type newPasskeyPage struct {
	Ask   passkeyForm
	Label field
	Error string
	Key   string
}

func (p *Pages) newPasskey(w http.ResponseWriter, r *http.Request, v view) error {
	return p.passkeyAgain(w, r, v, "", nil)
}

// passkeyAgain shows the form with a question of its own, and with what was wrong with the last answer.
func (p *Pages) passkeyAgain(w http.ResponseWriter, r *http.Request, v view, label string, wrong error) error {
	v.Path = "/account"
	q, err := p.Service.AskToAddPasskey(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	origin, _ := p.Service.HasPasskeys()
	page := newPasskeyPage{Ask: passkeyForm{origin, string(q.Options), q.Waiting}, Key: handlers.NewKey().String()}
	page.Label = field{Name: "label", Label: v.T("passkey.label"), Hint: v.T("passkey.label_hint"), Control: "text", Required: true, Values: []string{label}, Focus: true}
	answer := http.StatusOK
	if wrong != nil {
		c, name := code(wrong)
		if c == "" {
			return wrong
		}
		answer = status(wrong)
		if name == "label" {
			page.Label.Error = v.Refusal(c)
		} else {
			page.Error = v.Refusal(c)
		}
	}
	return p.render(w, r, answer, newPasskeyView(v, page))
}

func (p *Pages) addPasskey(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	label := r.PostForm.Get("label")
	receipt, err := p.Service.AddPasskey(r.Context(), v.Caller, person.PlainOf(label), passkeyAnswer(r), env)
	if errors.Is(err, handlers.ErrStepUp) || errors.Is(err, handlers.ErrNotFound) {
		return err
	}
	if err != nil {
		return p.passkeyAgain(w, r, v, label, err)
	}
	return p.filed(w, r, v, receipt, nil, "/account", nil)
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	receipt, err := p.Service.RemovePasskey(r.Context(), v.Caller, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return p.filed(w, r, v, receipt, nil, "/account", nil)
}
