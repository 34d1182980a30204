package pages

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode/qr"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/web/i18n"
)

// secondRoutes are the second factor at the door and on one's own account, and the part of the second person where a
// holder cannot get in any more.
func (p *Pages) secondRoutes(open, only func(string, page)) {
	open("POST /signin/code", p.signInCode)
	open("POST /signin/first", p.signInFirst)
	open("POST /signin/enrol", p.enrolCode)
	open("POST /signin/enrol/passkey", p.enrolPasskey)
	only("POST /signin/on", p.goOn)
	only("GET /account/second", p.secondPage)
	only("POST /account/second/begin", p.beginSecond)
	only("POST /account/second/confirm", p.confirmSecond)
	only("POST /account/second/remove", p.removeSecond)
	only("POST /account/recoveries/{id}/{answer}", p.answerRecovery)
	only("POST /account/raise", p.stepUp)
	only("POST /account/tokens/{id}/{answer}", p.answerOffer)
}

// entered ends a sign-in that has succeeded, and goes on.
func (p *Pages) entered(w http.ResponseWriter, r *http.Request, v view, token string, c handlers.Caller) error {
	if err := p.admit(w, r, v, token, c); err != nil {
		return err
	}
	if carried := r.PostForm.Get(carriedField); carried != "" {
		v.Caller = c
		return p.reopen(w, r, v, token, carried)
	}
	http.Redirect(w, r, here(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// admit gives the browser the secret of the session that has begun.
func (p *Pages) admit(w http.ResponseWriter, r *http.Request, v view, token string, c handlers.Caller) error {
	if old := v.Caller; old.Session != "" && old.Session != c.Session {
		// This browser had a secret already, and the new one takes its place: nobody shall go on by it.
		if err := p.Service.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	p.setCookie(w, sessionCookie, token, handlers.BrowserLife)
	p.setTouch(w, c)
	w.Header().Set(holderHeader, p.Service.Holder(c))
	if p.cookie(r, languageCookie) == "" {
		p.setLanguage(w, i18n.Parse(c.Language))
	}
	return nil
}

// signInCode goes on where the password was right.
func (p *Pages) signInCode(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/signin"
	d := behindDoor(r)
	token, c, err := p.Service.SignInCode(r.Context(), d.Pending, r.PostForm.Get("code"), remote(r))
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		d.Error = v.Refusal("wrong_code")
		return p.render(w, r, http.StatusUnprocessableEntity, codeView(v, d))
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		d.Error = v.Refusal("too_many_tries")
		return p.render(w, r, http.StatusTooManyRequests, codeView(v, d))
	case err != nil:
		return err
	}
	return p.entered(w, r, v, token, c)
}

// signInFirst goes on where the password was a first one: its holder has chosen her own.
func (p *Pages) signInFirst(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/signin"
	d := behindDoor(r)
	own, again := r.PostForm.Get("password"), r.PostForm.Get("again")
	if own != again {
		d.Error = v.Refusal("not_the_same")
		return p.render(w, r, http.StatusUnprocessableEntity, firstView(v, d))
	}
	token, c, err := p.Service.SignInFirst(r.Context(), d.Pending, person.PlainOf(own), remote(r))
	if more, err := p.asksMore(w, r, v, d, err); more {
		return err
	}
	var wrong *handlers.InputError
	switch {
	case errors.As(err, &wrong):
		d.Error = v.Refusal(wrong.Code)
		return p.render(w, r, http.StatusUnprocessableEntity, firstView(v, d))
	case errors.Is(err, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		d.Error = v.Refusal("too_many_tries")
		return p.render(w, r, http.StatusTooManyRequests, firstView(v, d))
	case errors.Is(err, handlers.ErrNotSignedIn): // it took too long, or somebody was faster: she signs in anew
		return p.render(w, r, http.StatusUnprocessableEntity, signInView(v, p.door(handlers.SignIn{}, r).refused(v.Refusal("wrong_credentials"))))
	case err != nil:
		return err
	}
	return p.entered(w, r, v, token, c)
}

// secondPart is the second factor on the account's page.
type secondPart struct {
	Set   bool
	Left  int  // recovery codes
	Stays bool // one is required, and it is the only one: another device may take its place
}

// secondPage sets it, or removes it.
func (p *Pages) secondPage(w http.ResponseWriter, r *http.Request, v view) error {
	set, _, err := p.Service.HasSecondFactor(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	stays, err := p.Service.LastSecondStep(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	if set && stays { // asked before the form, which would have to carry a password through the question
		if err := p.Service.NeedRaised(r.Context(), v.Caller); err != nil {
			return err
		}
	}
	f := v.secondForm(set && !stays)
	if set && stays {
		f.Title = v.T("second.renew")
	}
	return p.render(w, r, http.StatusOK, formPage(v, f))
}

// secondForm asks for the password before anything of it is shown or changed.
func (v view) secondForm(set bool) form {
	f := form{
		Action: "/account/second/begin", Cancel: "/account", Title: v.T("second.begin"), Submit: v.T("second.next"), Key: handlers.NewKey().String(),
		Fields: []field{{Name: "old", Label: v.T("account.old"), Control: "password", Hint: "current-password", Required: true}},
	}
	if set {
		f.Action, f.Title, f.Submit = "/account/second/remove", v.T("second.remove"), v.T("second.remove")
		f.Fields = append(f.Fields, v.codeField())
	}
	return f
}

func (v view) codeField() field {
	return field{Name: "code", Label: v.T("second.code"), Control: "code", Hint: v.T("second.code_hint"), Required: true}
}

// setupPage shows the secret to the holder's device, and asks for its first code.
type setupPage struct {
	Setup handlers.SecondFactorSetup
	Form  form
}

func (v view) setup(s handlers.SecondFactorSetup) setupPage {
	code := v.codeField()
	code.Hint = ""
	return setupPage{Setup: s, Form: form{
		Action: "/account/second/confirm", Cancel: "/account", Title: v.T("second.confirm"), Submit: v.T("second.confirm"), Key: handlers.NewKey().String(),
		Target: s.Sealed, Fields: []field{code},
	}}
}

func (p *Pages) beginSecond(w http.ResponseWriter, r *http.Request, v view) error {
	s, err := p.Service.BeginSecondFactor(r.Context(), v.Caller, person.PlainOf(r.PostForm.Get("old")))
	if err != nil {
		return p.secondAgain(w, r, v, false, err)
	}
	v.Path = "/account/second"
	return p.render(w, r, http.StatusOK, setupView(v, v.setup(s)))
}

// confirmSecond answers with the recovery codes. They are in this answer alone.
func (p *Pages) confirmSecond(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/account/second"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	sealed := r.PostForm.Get(targetField)
	env.Body = nil // the secret is part of no record
	codes, _, err := p.Service.ConfirmSecondFactor(r.Context(), v.Caller, sealed, r.PostForm.Get("code"), env)
	if err == nil {
		return p.render(w, r, http.StatusOK, recoveryView(v, codes))
	}
	again, tooLate := p.Service.AgainSecondFactor(v.Caller, sealed)
	if tooLate != nil { // the page was open for too long, or is another account's: it begins anew
		http.Redirect(w, r, "/account/second", http.StatusSeeOther)
		return nil
	}
	page := v.setup(again)
	if !v.reject(&page.Form, err) {
		return err
	}
	return p.render(w, r, status(err), setupView(v, page))
}

func (p *Pages) removeSecond(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	env.Body = nil
	err = p.Service.RemoveSecondFactor(r.Context(), v.Caller, person.PlainOf(r.PostForm.Get("old")), r.PostForm.Get("code"), env)
	if err != nil {
		return p.secondAgain(w, r, v, true, err)
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

// secondAgain shows the form once more, refused.
func (p *Pages) secondAgain(w http.ResponseWriter, r *http.Request, v view, set bool, err error) error {
	v.Path = "/account/second"
	f, answer := v.secondForm(set), status(err)
	if errors.Is(err, handlers.ErrTooManyTries) {
		f.Error, answer = v.Refusal("too_many_tries"), http.StatusTooManyRequests
	} else if !v.reject(&f, err) {
		return err
	}
	return p.render(w, r, answer, formPage(v, f))
}

// recoveries are the holders whom somebody asked to let in again, for who may agree to it.
func (p *Pages) recoveries(r *http.Request, v view) ([]recoveryRow, error) {
	if !v.may(access.AgreeToRecovery) || v.keepsAccounts() { // administrators find it on the account's page
		return nil, nil
	}
	list, err := p.Service.Recoveries(r.Context(), v.Caller)
	rows := make([]recoveryRow, 0, len(list))
	for _, a := range list {
		rows = append(rows, recoveryRow{a, "/account/recoveries/" + a.Account + "/", handlers.NewKey().String()})
	}
	return rows, err
}

type recoveryRow struct {
	handlers.AccountRow
	At, Key string
}

// answerRecovery is the second person's answer.
func (p *Pages) answerRecovery(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/account"
	name, in := "account.grant_recovery", handlers.AccountInput(&handlers.GrantRecovery{})
	switch r.PathValue("answer") {
	case "grant":
	case "refuse":
		name, in = "account.refuse_recovery", &handlers.RefuseRecovery{}
	default:
		return handlers.ErrNotFound
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	a, _ := handlers.AccountActionNamed(name)
	waiting, err := p.recoveries(r, v)
	if err != nil {
		return err
	}
	username := ""
	for _, w := range waiting {
		if w.Account == r.PathValue("id") {
			username = w.Username
		}
	}
	receipt, err := p.Service.DoAccount(r.Context(), v.Caller, r.PathValue("id"), a, in, env)
	if err != nil {
		return err
	}
	if name == "account.refuse_recovery" {
		return p.filed(w, r, v, receipt.Receipt, nil, "/account", nil)
	}
	return p.render(w, r, http.StatusOK, secretView(v, secretPage{Title: v.T(name), What: v.T("secret.password"), Username: username, Receipt: receipt}))
}

// quiet is the empty border that readers of a QR code need, in modules (ISO/IEC 18004: four).
const quiet = 4

// qrPath draws a text as a QR code: a path of one unit a module, and how many units wide it is with its border.
func qrPath(text string) (path string, size int, err error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	n := code.Bounds().Dx()
	for y := range n {
		for x := range n {
			if dark, _, _, _ := code.At(x, y).RGBA(); dark == 0 {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return b.String(), n + 2*quiet, nil
}
