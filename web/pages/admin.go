package pages

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"mkr/domain/access"
	accountstate "mkr/domain/account"
	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/projections/accounts"
)

// adminRoutes keep accounts. What an administrator alone may do the handlers judge.
func (p *Pages) adminRoutes(only func(string, page)) {
	only("GET /admin", p.accounts)
	only("GET /admin/accounts/new", p.newAccount)
	only("POST /admin/accounts", p.openAccount)
	only("GET /admin/accounts/{id}", p.accountOf)
	only("GET /admin/accounts/{id}/do/{action}", p.accountForm)
	only("POST /admin/accounts/{id}/do/{action}", p.doAccount)
	only("POST /account/act", p.actAs)
	only("POST /account/roles/{id}/give-back", p.giveBackRole)
	only("POST /account/sessions/end", p.endMySession)
	only("POST /account/sessions/end-others", p.endMyOthers)
}

// people are the roles that a person may have.
var people = slices.DeleteFunc(slices.Clone(access.Roles), func(r string) bool { return r == access.System })

// maxAccounts is how many a page lists: a municipality's mechanism has fewer.
const maxAccounts = 200

// accounts lists them by institution.
func (p *Pages) accounts(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	states := []string{accounts.Active, accounts.Locked}
	list, err := p.accountsFound(r.Context(), v, q.Get("q"), handlers.ListQuery{
		Institution: q.Get("institution"), Kind: known(q.Get("role"), people), Status: known(q.Get("state"), states), After: q.Get("after"), Limit: maxAccounts,
	})
	if err != nil {
		return err
	}
	slices.SortFunc(list.Items, func(a, b handlers.AccountRow) int {
		return cmp.Or(strings.Compare(v.Who(a.Institution), v.Who(b.Institution)), strings.Compare(a.Role, b.Role), strings.Compare(a.Username, b.Username))
	})
	fs := []filter{
		{Name: "q", Label: v.T("admin.search"), Value: q.Get("q")},
		{Name: "institution", Label: v.T("field.institution"), Value: q.Get("institution"), Options: v.institutions()},
		v.filter(q, "role", "field.account_role", "role", people),
		v.filter(q, "state", "outbox.status", "account_status", states),
	}
	if v.keepsOwnPeople() { // there is one institution, and one role
		fs = slices.Delete(fs, 1, 3)
	}
	return p.render(w, r, http.StatusOK, accountsView(v, listPageOf(v, r, list, "", fs)))
}

// accountsFound lists a page of accounts or, when something is looked for, all whose holder or user name has it: names
// are sealed, so that they are looked through only once they are opened.
func (p *Pages) accountsFound(ctx context.Context, v view, wanted string, q handlers.ListQuery) (handlers.List[handlers.AccountRow], error) {
	list, err := p.Service.AccountList(ctx, v.Caller, q)
	wanted = strings.ToLower(strings.TrimSpace(wanted))
	if err != nil || wanted == "" {
		return list, err
	}
	for next := list.Next; next != ""; {
		q.After = next
		more, err := p.Service.AccountList(ctx, v.Caller, q)
		if err != nil {
			return list, err
		}
		list.Items, next = append(list.Items, more.Items...), more.Next
	}
	list.Items = slices.DeleteFunc(list.Items, func(a handlers.AccountRow) bool {
		return !strings.Contains(strings.ToLower(a.Username), wanted) && !strings.Contains(strings.ToLower(v.holder(a)), wanted)
	})
	list.Total, list.Next = len(list.Items), ""
	return list, nil
}

// newAccount asks first for the institution, because the roles follow from its kind.
func (p *Pages) newAccount(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.keepsAccounts() {
		return &handlers.DeniedError{Action: "account.open", Code: access.CodeNotForRole}
	}
	id := r.URL.Query().Get("institution")
	if v.keepsOwnPeople() {
		id = v.Caller.Institution
	}
	if id == "" {
		return p.render(w, r, http.StatusOK, whereView(v, v.T("account.open"), "/admin/accounts/new", "/admin"))
	}
	i, err := p.Service.Institution(r.Context(), id)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.accountNew(i.Row.Kind, id, map[string][]string{"institution": {id}, "language": {"sq"}}, nil)))
}

// accountNew is the form of an account at one institution, with the roles that fit it.
func (v view) accountNew(kind, institution string, typed map[string][]string, wrong map[string]string) form {
	return v.rolesAt(v.simpleForm("/admin/accounts", "/admin", v.T("account.open"), handlers.OpenAccount{}, typed, wrong), kind, institution)
}

// rolesAt leaves in a form the one institution, and the roles that fit it.
func (v view) rolesAt(f form, kind, institution string) form {
	for i := range f.Fields {
		x := &f.Fields[i]
		fits := func(option) bool { return true }
		switch x.Name {
		case "institution":
			fits = func(o option) bool { return o.Value == institution }
		case "role":
			fits = func(o option) bool { return slices.Contains(v.givable(kind), o.Value) }
		}
		x.Options = slices.DeleteFunc(x.Options, func(o option) bool { return !fits(o) })
		if x.Required && x.Control == "select" && len(x.Options) == 1 { // there is nothing to choose
			x.Values = []string{x.Options[0].Value}
		}
	}
	return f
}

// openAccount answers with the first password. It is in this answer alone: in no address, and in no page that comes
// after.
func (p *Pages) openAccount(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/admin/accounts/new"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	again := func(wrong map[string]string) form {
		id := r.PostForm.Get("institution")
		i, err := p.Service.Institution(r.Context(), id)
		if err != nil {
			i.Kind = directory.Oversight // no such institution: the field says so
		}
		return v.accountNew(i.Kind, id, r.PostForm, wrong)
	}
	var in handlers.OpenAccount
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		if !v.keepsAccounts() {
			return &handlers.DeniedError{Action: "account.open", Code: access.CodeNotForRole}
		}
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, again(wrong)))
	}
	receipt, err := p.Service.AddAccount(r.Context(), v.Caller, in, env)
	if err != nil {
		return p.filed(w, r, v, receipt.Receipt, err, "", func() form { return again(nil) })
	}
	return p.secret(w, r, v, secretPage{Title: v.T("account.opened"), What: v.T("secret.password"), Username: strings.TrimSpace(in.Username.Reveal()), Receipt: receipt})
}

// secretPage shows what was made for an account, once.
type secretPage struct {
	Title    string
	What     string // a first password or a token
	Username string // "" on the caller's own account
	Receipt  handlers.AccountReceipt
}

func (p *Pages) secret(w http.ResponseWriter, r *http.Request, v view, s secretPage) error {
	if err := p.Service.Await(r.Context(), s.Receipt.Position); err != nil && r.Context().Err() != nil {
		return err
	}
	v.Path = "/admin/accounts/" + s.Receipt.ID
	v.Receipt = s.Receipt.Position
	return p.render(w, r, http.StatusOK, secretView(v, s))
}

// accountOfPage is one account as its administrator sees it.
type accountOfPage struct {
	Account  handlers.AccountView
	Todo     []todo
	Sessions []sessionRow
	Roles    []roleRow
	Stand    stand
}

// sessionRow is one session with the form that ends it.
type sessionRow struct {
	handlers.SessionLine
	Action, Key string
}

func sessionRows(lines []handlers.SessionLine, action string) []sessionRow {
	out := make([]sessionRow, len(lines))
	for i, l := range lines {
		out[i] = sessionRow{l, action, handlers.NewKey().String()}
	}
	return out
}

func (p *Pages) accountOf(w http.ResponseWriter, r *http.Request, v view) error {
	a, err := p.Service.Account(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	at := "/admin/accounts/" + a.Account + "/do/"
	page := accountOfPage{Account: a, Sessions: sessionRows(a.Open, at+"account.end_session"), Stand: stand{Position: a.Position, Still: true}}
	page.Roles = roleRows(a.Roles, func(handlers.RoleLine) string { return at + "account.end_grant" })
	for _, x := range handlers.AccountActions {
		if accountOffers(v, a, x.Name) {
			page.Todo = append(page.Todo, todo{Name: v.T(x.Name), Path: at + x.Name})
		}
	}
	return p.render(w, r, http.StatusOK, accountOfView(v, page))
}

// accountOffers tells which actions make sense now. Sessions are ended where they are listed.
func accountOffers(v view, a handlers.AccountView, action string) bool {
	switch action {
	case "account.end_session", "account.withdraw_offer", "account.end_grant":
		return false
	case "account.grant_role":
		return !a.Locked && a.Account != v.Caller.Account && v.may(access.ManageAccounts) // an institution of its own has no second role to give
	case "account.set_term":
		return a.Account != v.Caller.Account
	case "account.lock":
		return !a.Locked && a.Account != v.Caller.Account
	case "account.unlock":
		return a.Locked
	case "account.offer_token":
		return v.may(access.OfferTokens) && !a.Locked && a.Account != v.Caller.Account
	case "account.ask_recovery":
		return !a.RecoveryAsked && a.Account != v.Caller.Account
	case "account.grant_recovery":
		return a.RecoveryAsked && !a.AskedByMe
	case "account.refuse_recovery":
		return a.RecoveryAsked
	}
	return true
}

func (p *Pages) accountForm(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := handlers.AccountActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	account, err := p.Service.Account(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	if !accountOffers(v, account, a.Name) {
		return errNotOpen
	}
	where := r.URL.Query().Get("institution")
	if a.Name == "account.grant_role" && where == "" { // the roles follow from it
		return p.render(w, r, http.StatusOK, whereView(v, v.T(a.Name), r.URL.Path, "/admin/accounts/"+account.Account))
	}
	f, err := p.formOfAccount(r.Context(), v, account.Account, a, map[string][]string{"institution": {where}}, nil)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, accountFormView(v, account, f))
}

func (p *Pages) formOfAccount(ctx context.Context, v view, id string, a handlers.AccountAction, typed url.Values, wrong map[string]string) (form, error) {
	at := "/admin/accounts/" + id
	f := v.simpleForm(at+"/do/"+a.Name, at, v.T(a.Name), a.New(), typed, wrong)
	if a.Name != "account.grant_role" {
		return f, nil
	}
	where, err := p.Service.Institution(ctx, typed.Get("institution"))
	return v.rolesAt(f, where.Row.Kind, where.Row.Institution), err
}

func (p *Pages) doAccount(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := handlers.AccountActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	account, err := p.Service.Account(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	at := "/admin/accounts/" + account.Account
	v.Path = at
	again := func(wrong map[string]string, err error) error {
		f, fault := p.formOfAccount(r.Context(), v, account.Account, a, r.PostForm, wrong)
		if fault != nil {
			return fault
		}
		answer := http.StatusUnprocessableEntity
		if err != nil {
			if answer = status(err); !v.reject(&f, err) {
				return err
			}
		}
		return p.render(w, r, answer, accountFormView(v, account, f))
	}
	in := a.New()
	if wrong := v.parse(in, "", r.PostForm); len(wrong) > 0 {
		return again(wrong, nil)
	}
	receipt, err := p.Service.DoAccount(r.Context(), v.Caller, account.Account, a, in, env)
	if err != nil {
		return again(nil, err)
	}
	if a.Name == "account.grant_recovery" {
		return p.secret(w, r, v, secretPage{Title: v.T(a.Name), What: v.T("secret.password"), Username: account.Username, Receipt: receipt})
	}
	return p.filed(w, r, v, receipt.Receipt, nil, at, nil)
}

// endMySession ends one of the caller's own; when it is this one, the door follows.
func (p *Pages) endMySession(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	in := handlers.EndSession{Session: r.PostForm.Get("session")}
	receipt, err := p.Service.EndMySession(r.Context(), v.Caller, in, env)
	if err != nil {
		return err
	}
	if in.Session == v.Caller.Session {
		p.setCookie(w, sessionCookie, "", 0)
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	return p.filed(w, r, v, receipt, nil, "/account", nil)
}

// endMyOthers ends every other browser session of the caller's.
func (p *Pages) endMyOthers(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	if _, err := p.Service.EndMyOtherSessions(r.Context(), v.Caller, env); err != nil {
		return err
	}
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

// others counts the browser sessions beside the one that asks.
func others(rows []sessionRow) int {
	n := 0
	for _, s := range rows {
		if !s.Current && !isToken(s.SessionLine) {
			n++
		}
	}
	return n
}

// isToken tells a partner system's token from a browser's session.
func isToken(s handlers.SessionLine) bool { return s.Kind == accountstate.Token }

// holder names an account's holder; one whose name was erased is told by her role.
func (v view) holder(a handlers.AccountRow) string {
	if a.Display != "" {
		return a.Display
	}
	return v.Code("role", a.Role)
}

// consequence says what follows from an action, where its name alone does not.
func (v view) consequence(action string) string {
	switch action[strings.LastIndexByte(action, '/')+1:] {
	case "account.ask_recovery":
		return v.T("account.ask_recovery_text")
	case "account.grant_recovery":
		return v.T("account.grant_recovery_text")
	case "account.offer_token":
		return v.T("account.offer_token_text")
	case "account.grant_role":
		return v.T("account.grant_role_text")
	case "account.set_term":
		return v.T("account.set_term_text")
	case "account.lock":
		return v.T("account.lock_text")
	}
	return ""
}

// endWords tell one button from another by what it ends.
func (v view) endWords(s handlers.SessionLine) string {
	words := v.T("sessions.end")
	if isToken(s) {
		words = v.T("sessions.revoke")
	}
	return join(words, s.Label, v.DateTime(s.StartedAt))
}
