package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"mkr/domain/person"
	"mkr/handlers"
)

// What must not be done by whoever finds a screen open answers handlers.ErrStepUp. Any page may: fail then asks the caller to
// prove once more who she is, and what she asked for goes on by itself. A form that she had posted waits inside the question,
// sealed, as one does at the door when a session has ended: nothing that she typed is lost.

// stepUpPage is the question.
type stepUpPage struct {
	Field   field
	Error   string
	Next    string // the page that she wanted
	Carried string // the form that she sent, sealed; "" for none

	Demo string // the invented account's password, in the demo: who came in by its button never saw one

	Providers []handlers.IdentityProvider // where she may prove it too

	Passkey    passkeyForm // where she has a key
	PasskeyKey string      // of that answer's command
}

// askStepUp answers a request with the question.
func (p *Pages) askStepUp(w http.ResponseWriter, r *http.Request, v view) {
	page := stepUpPage{Next: v.home()}
	if r.Method == http.MethodGet {
		page.Next = here(r.URL.RequestURI())
	} else {
		body, err := json.Marshal(carriedForm{Path: r.URL.Path, Form: r.PostForm})
		if err == nil && len(body) <= maxCarried {
			page.Carried, err = p.Service.Carry(v.Holder, body)
		}
		if err != nil {
			p.Logger.Error().Err(err).Msg("a form could not be carried through a second look at who sends it")
		}
	}
	if err := p.renderStepUp(w, r, v, page, http.StatusForbidden); err != nil {
		p.Logger.Error().Err(err).Msg("the question who it is could not be written")
	}
}

func (p *Pages) renderStepUp(w http.ResponseWriter, r *http.Request, v view, page stepUpPage, status int) error {
	ask, err := p.Service.AskStepUp(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	page.Field = field{Name: "old", Label: v.T("account.old"), Control: "password", Hint: "current-password", Required: true, Focus: true, Error: page.Error}
	page.Demo = p.demoPassword(r, v)
	if ask.Code {
		page.Demo, page.Field = "", v.codeField()
		page.Field.Focus, page.Field.Error = true, page.Error
	}
	page.Providers = ask.Providers
	asked, has, err := p.Service.AskForOwnPasskey(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	if has {
		origin, _ := p.Service.HasPasskeys()
		page.Passkey, page.PasskeyKey = passkeyForm{origin, string(asked.Options), asked.Waiting}, handlers.NewKey().String()
	}
	v.Path = "/"
	return p.render(w, r, status, stepUpView(v, page))
}

// demoPassword is what the sign-in page of a demo files for the caller's invented account; "" where there is no demo. A
// visitor's own change of it is not known here.
func (p *Pages) demoPassword(r *http.Request, v view) string {
	if p.Demo == nil {
		return ""
	}
	of, err := p.Service.Institution(r.Context(), v.Caller.Institution)
	if err != nil {
		return ""
	}
	for _, a := range p.Demo.Accounts {
		if a.Role == v.Caller.Role && a.Institution.SQ == of.Name.SQ {
			return a.Password
		}
	}
	return ""
}

// stepUp takes the answer, and goes on with what was asked for.
func (p *Pages) stepUp(w http.ResponseWriter, r *http.Request, v view) error {
	page := stepUpPage{Next: here(r.PostForm.Get("next")), Carried: r.PostForm.Get(carriedField)}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	proof := handlers.StepUpProof{Password: person.PlainOf(r.PostForm.Get("old")), Code: r.PostForm.Get("code")}
	if r.PostForm.Has("answer") {
		answer := passkeyAnswer(r)
		proof = handlers.StepUpProof{Passkey: &answer}
	}
	_, err = p.Service.StepUp(r.Context(), v.Caller, proof, env)
	if err != nil {
		return p.stepUpRefused(w, r, v, page, err)
	}
	if page.Carried == "" {
		http.Redirect(w, r, page.Next, http.StatusSeeOther)
		return nil
	}
	body, err := p.Service.Carried(v.Caller, page.Carried)
	if errors.Is(err, handlers.ErrNotYours) {
		return p.dropped(w, r, v, http.StatusOK)
	}
	if err != nil {
		return err
	}
	return p.sendAgain(w, r, body)
}

// stepUpRefused asks again and says beside the question what was wrong. What waits in it waits on.
func (p *Pages) stepUpRefused(w http.ResponseWriter, r *http.Request, v view, page stepUpPage, err error) error {
	why, _ := code(err)
	said := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		why, said = "too_many_tries", http.StatusTooManyRequests
	case errors.Is(err, handlers.ErrProviderAway):
		why, said = "provider_away", http.StatusServiceUnavailable
	case why == "":
		return err
	}
	page.Error = v.Refusal(why)
	return p.renderStepUp(w, r, v, page, said)
}

// sendAgain goes on with a form that had to wait, as it was sent.
func (p *Pages) sendAgain(w http.ResponseWriter, r *http.Request, body []byte) error {
	var form carriedForm
	if err := json.Unmarshal(body, &form); err != nil {
		return err
	}
	again := r.Clone(r.Context())
	again.Method = http.MethodPost
	again.URL = &url.URL{Path: form.Path}
	again.PostForm, again.Form = form.Form, form.Form
	p.mux.ServeHTTP(w, again)
	return nil
}

// askRaise sends the browser to the provider that asks her afresh. The page leads there by itself and has a link: a form of ours has no
// other target than this site. What waits goes with the browser, sealed.
func (p *Pages) askRaise(w http.ResponseWriter, r *http.Request, v view) error {
	page := stepUpPage{Next: here(r.PostForm.Get("next")), Carried: r.PostForm.Get(carriedField)}
	waits := handlers.WaitingRaise{Next: page.Next}
	if page.Carried != "" {
		form, err := p.Service.Carried(v.Caller, page.Carried)
		if errors.Is(err, handlers.ErrNotYours) {
			return p.dropped(w, r, v, http.StatusOK)
		}
		if err != nil {
			return err
		}
		waits.Form = form
	}
	q, err := p.Service.AskToRaise(r.Context(), v.Caller, r.PathValue("provider"), waits)
	if errors.Is(err, handlers.ErrNotFound) {
		return err
	}
	if err != nil {
		return p.stepUpRefused(w, r, v, page, err)
	}
	p.setCookie(w, identityCookie, q.Waiting, identityLife)
	w.Header().Set("Refresh", "0; url="+q.URL)
	v.Path = "/"
	return p.render(w, r, http.StatusOK, raiseAwayView(v, q.URL))
}

// raiseReturns takes the provider's answer to who she is, and goes on with what was asked for.
func (p *Pages) raiseReturns(w http.ResponseWriter, r *http.Request, v view, in handlers.IdentityAnswer, waits handlers.WaitingRaise) error {
	if err := p.Service.RaiseByIdentity(r.Context(), v.Caller, in); err != nil {
		page := stepUpPage{Next: here(waits.Next)}
		if len(waits.Form) > 0 {
			var sealing error
			if page.Carried, sealing = p.Service.Carry(v.Holder, waits.Form); sealing != nil {
				return sealing
			}
		}
		return p.stepUpRefused(w, r, v, page, err)
	}
	if len(waits.Form) > 0 {
		return p.sendAgain(w, r, waits.Form)
	}
	http.Redirect(w, r, here(waits.Next), http.StatusSeeOther)
	return nil
}
