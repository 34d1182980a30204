package pages

import (
	"errors"
	"net/http"
	"slices"

	"mkr/domain/person"
	"mkr/handlers"
)

// accountPage is the caller's own account.
type accountPage struct {
	Name       string
	Sessions   []sessionRow
	Failed     []handlers.FailedTry
	Form       form
	Second     secondPart
	Recovers   []recoveryRow
	Offers     []offerRow
	Roles      ownRoles
	Passkeys   passkeysPart
	Identities identitiesPart

	Calendar     string // the secret address, in the one answer that holds it
	CalendarMade bool   // it was made just now
	CalendarKey  string // of the command that makes one
}

// hasCalendar tells whether there is an address already.
func (a accountPage) hasCalendar() bool {
	return slices.ContainsFunc(a.Sessions, func(s sessionRow) bool { return s.Kind == "calendar" })
}

// myAccount reads it, with a form for another password.
func (p *Pages) myAccount(r *http.Request, v view, f form) (accountPage, error) {
	name, err := p.Service.Me(r.Context(), v.Caller)
	if err != nil {
		return accountPage{}, err
	}
	open, err := p.Service.MySessions(r.Context(), v.Caller)
	if err != nil {
		return accountPage{}, err
	}
	page := accountPage{Name: name, Sessions: sessionRows(open, "/account/sessions/end"), Form: f, CalendarKey: handlers.NewKey().String()}
	if page.Failed, err = p.Service.FailedTries(r.Context(), v.Caller); err != nil {
		return page, err
	}
	if page.Second.Set, page.Second.Left, err = p.Service.HasSecondFactor(r.Context(), v.Caller); err != nil {
		return page, err
	}
	last, err := p.Service.LastSecondStep(r.Context(), v.Caller)
	if err != nil {
		return page, err
	}
	page.Second.Stays = last && page.Second.Set
	if page.Offers, err = p.offers(r, v); err != nil {
		return page, err
	}
	if page.Passkeys, err = p.passkeys(r, v); err != nil {
		return page, err
	}
	page.Passkeys.Stays = last && !page.Second.Set
	if page.Identities, err = p.identities(r, v); err != nil {
		return page, err
	}
	if page.Roles, err = p.ownRoles(r, v); err != nil {
		return page, err
	}
	page.Recovers, err = p.recoveries(r, v)
	return page, err
}

func (p *Pages) account(w http.ResponseWriter, r *http.Request, v view) error {
	page, err := p.myAccount(r, v, v.passwordForm())
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, accountView(v, page))
}

// passwordForm asks for the old password and the new one; neither is ever shown again. The hint is what browsers'
// password keepers want to know.
func (v view) passwordForm() form {
	return form{
		Action: "/account/password", Cancel: "/account", Title: v.T("account.password"), Submit: v.T("account.change"), Key: handlers.NewKey().String(),
		Fields: []field{
			{Name: "old", Label: v.T("account.old"), Control: "password", Hint: "current-password", Required: true},
			{Name: "password", Label: v.T("account.new"), Control: "password", Hint: "new-password", Required: true},
		},
	}
}

// changePassword ends every session of the account, this one too: whoever knew the old password is out.
func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	old, fresh := r.PostForm.Get("old"), r.PostForm.Get("password")
	env.Body = nil // passwords are part of no record, not even of a hash
	err = p.Service.ChangePassword(r.Context(), v.Caller, person.PlainOf(old), person.PlainOf(fresh), env)
	if err == nil {
		p.setCookie(w, sessionCookie, "", 0)
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	f := v.passwordForm()
	if errors.Is(err, handlers.ErrTooManyTries) {
		f.Error = v.Refusal("too_many_tries")
	} else if !v.reject(&f, err) {
		return err
	}
	page, readErr := p.myAccount(r, v, f)
	if readErr != nil {
		return readErr
	}
	v.Path = "/account"
	return p.render(w, r, status(err), accountView(v, page))
}
