package pages

import (
	"errors"
	"net/http"

	"mkr/domain/person"
	"mkr/handlers"
)

// Where a second step is required, whoever has none chooses it at the door: codes of a device, or a passkey where there may be one.

// enrolPage is the choice. What is wrong with an answer stands beside the field that it is about.
type enrolPage struct {
	door
	handlers.Enrolment
	Code, Label field
	Key         passkeyForm // the zero form where there are no passkeys
	KeyError    string
}

func (p *Pages) enrolPage(v view, d door, e handlers.Enrolment) enrolPage {
	d.Pending = e.Waiting
	page := enrolPage{door: d, Enrolment: e, Code: v.codeField()}
	page.Code.Hint = ""
	page.Label = field{Name: "label", Label: v.T("passkey.label"), Hint: v.T("passkey.label_hint"), Control: "text", Required: true}
	if origin, has := p.Service.HasPasskeys(); has && e.Passkey != nil {
		page.Key = passkeyForm{Origin: origin, Options: string(e.Passkey)}
	}
	return page
}

// asksMore answers a sign-in to which more belongs than the password, or a provider's word. It returns false for every other error.
func (p *Pages) asksMore(w http.ResponseWriter, r *http.Request, v view, d door, err error) (bool, error) {
	var (
		code  *handlers.CodeNeededError
		first *handlers.OwnPasswordNeededError
		key   *handlers.PasskeyNeededError
		enrol *handlers.EnrolmentNeededError
	)
	v.Path = "/signin"
	switch {
	case errors.As(err, &first):
		d.Pending = first.Pending
		return true, p.render(w, r, http.StatusOK, firstView(v, d))
	case errors.As(err, &code):
		d.Pending = code.Pending
		return true, p.render(w, r, http.StatusOK, codeView(v, d))
	case errors.As(err, &key):
		d.Passkeys, _ = p.Service.HasPasskeys()
		return true, p.render(w, r, http.StatusOK, keyNeededView(v, d))
	case errors.As(err, &enrol):
		return true, p.render(w, r, http.StatusOK, enrolView(v, p.enrolPage(v, d, enrol.Enrolment)))
	}
	return false, nil
}

// behindDoor is the door with what was brought back from it.
func behindDoor(r *http.Request) door {
	return door{Next: here(r.PostForm.Get("next")), Pending: r.PostForm.Get("pending"), Carried: r.PostForm.Get(carriedField)}
}

// enrolCode sets the codes of the device that has made a first one. The answer holds the recovery codes, and the way on.
func (p *Pages) enrolCode(w http.ResponseWriter, r *http.Request, v view) error {
	d := behindDoor(r)
	codes, token, c, err := p.Service.EnrolCode(r.Context(), d.Pending, r.PostForm.Get("code"), remote(r))
	if err != nil {
		return p.enrolAgain(w, r, v, d, err)
	}
	if err := p.admit(w, r, v, token, c); err != nil {
		return err
	}
	v.Path = "/signin"
	return p.render(w, r, http.StatusOK, enrolledView(v, d, codes))
}

// enrolPasskey adds the key that the device has made.
func (p *Pages) enrolPasskey(w http.ResponseWriter, r *http.Request, v view) error {
	d := behindDoor(r)
	token, c, err := p.Service.EnrolPasskey(r.Context(), d.Pending, person.PlainOf(r.PostForm.Get("label")), []byte(r.PostForm.Get("answer")), remote(r))
	if err != nil {
		return p.enrolAgain(w, r, v, d, err)
	}
	return p.entered(w, r, v, token, c)
}

// enrolAgain shows the choice once more, with what was wrong; to whom the door has closed, the first one.
func (p *Pages) enrolAgain(w http.ResponseWriter, r *http.Request, v view, d door, wrong error) error {
	v.Path = "/signin"
	answer, words := http.StatusUnprocessableEntity, ""
	var input *handlers.InputError
	switch {
	case errors.As(wrong, &input):
		words = v.Refusal(input.Code)
	case errors.Is(wrong, handlers.ErrTooManyTries):
		w.Header().Set("Retry-After", "30")
		answer, words = http.StatusTooManyRequests, v.Refusal("too_many_tries")
	case !errors.Is(wrong, handlers.ErrNotSignedIn):
		return wrong
	}
	again, err := p.Service.AgainEnrolment(r.Context(), d.Pending)
	if errors.Is(err, handlers.ErrNotSignedIn) { // it took too long, or somebody was faster: she signs in anew
		return p.render(w, r, http.StatusUnprocessableEntity, signInView(v, p.door(handlers.SignIn{}, r).refused(v.Refusal("wrong_credentials"))))
	}
	if err != nil {
		return err
	}
	page := p.enrolPage(v, d, again)
	switch {
	case input != nil && input.Field == "label":
		page.Label.Error, page.Label.Values = words, []string{r.PostForm.Get("label")}
	case input != nil && input.Field == "passkey":
		page.KeyError, page.Label.Values = words, []string{r.PostForm.Get("label")}
	default:
		page.Code.Error = words
	}
	page.Error = words // the title begins with it
	return p.render(w, r, answer, enrolView(v, page))
}

// goOn leads from the recovery codes to where she wanted, with the form that waited for it.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request, v view) error {
	if carried := r.PostForm.Get(carriedField); carried != "" {
		return p.reopen(w, r, v, p.cookie(r, sessionCookie), carried)
	}
	http.Redirect(w, r, here(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}
