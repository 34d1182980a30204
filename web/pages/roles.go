package pages

import (
	"net/http"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
)

// keepsAccounts tells whether the caller keeps accounts at all: everybody's, or her own institution's.
func (v view) keepsAccounts() bool { return v.may(access.ManageAccounts) || v.keepsOwnPeople() }

// keepsOwnPeople tells whether she keeps her own institution's and no others.
func (v view) keepsOwnPeople() bool {
	return !v.may(access.ManageAccounts) && access.Judge(v.Caller.Actor(), access.ManageAccounts, access.Facts{Own: true}).Allow
}

// givable are the roles of an institution's kind that the caller may give.
func (v view) givable(kind string) []string {
	if v.keepsOwnPeople() {
		return access.StewardsGive(kind)
	}
	return access.RolesOf(kind)
}

// roleRow is a role that was granted for a while, with the forms that take it up and end it.
type roleRow struct {
	handlers.RoleLine
	EndAction, Key string
}

func roleRows(lines []handlers.RoleLine, end func(handlers.RoleLine) string) []roleRow {
	out := make([]roleRow, len(lines))
	for i, l := range lines {
		out[i] = roleRow{l, end(l), handlers.NewKey().String()}
	}
	return out
}

// ownRoles is the part of the own account that says what else its holder may act as.
type ownRoles struct {
	handlers.OwnRoles
	Rows []roleRow
	Key  string
}

func (p *Pages) ownRoles(r *http.Request, v view) (ownRoles, error) {
	mine, err := p.Service.MyRoles(r.Context(), v.Caller)
	return ownRoles{mine, roleRows(mine.Items, func(l handlers.RoleLine) string { return "/account/roles/" + l.Grant + "/give-back" }), handlers.NewKey().String()}, err
}

// endsAt is when the role that the caller acts in ends; the zero time when she acts in her own.
func (o ownRoles) endsAt() time.Time {
	i := slices.IndexFunc(o.Items, func(l handlers.RoleLine) bool { return l.Current })
	if i < 0 {
		return time.Time{}
	}
	return o.Items[i].Until
}

// actAs goes on in another role of the caller's, by a session of its own.
func (p *Pages) actAs(w http.ResponseWriter, r *http.Request, v view) error {
	token, c, err := p.Service.ActAs(r.Context(), v.Caller, r.PostForm.Get("grant"))
	if err != nil {
		return err
	}
	p.setCookie(w, sessionCookie, token, handlers.BrowserLife)
	p.setTouch(w, c)
	w.Header().Set(holderHeader, p.Service.Holder(c))
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// giveBackRole ends a granted role before its time. Whoever acts in it is at the door.
func (p *Pages) giveBackRole(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	receipt, err := p.Service.GiveBackRole(r.Context(), v.Caller, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return p.filed(w, r, v, receipt, nil, "/account", nil)
}
