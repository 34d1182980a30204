package api

import (
	"context"
	"net/http"

	"mkr/handlers"
)

// OwnSessions are the caller's open sessions and tokens.
type OwnSessions struct {
	Items []handlers.SessionLine `json:"items"`
}

// adminRoutes keep institutions and accounts. Secrets are in the one answer that makes them and in no other.
func (a *API) adminRoutes() []route {
	routes := []route{
		{method: "GET", path: "/me/sessions", summary: "My open sessions and tokens", out: OwnSessions{}, status: 200, handle: a.mySessions},
		{method: "POST", path: "/me/sessions/end", summary: "End one of them", in: handlers.EndSession{}, out: handlers.Receipt{}, status: 200, command: true, handle: plain(a, (*handlers.Service).EndMySession)},
		{method: "POST", path: "/me/raise", summary: "Prove once more who I am, for what asks for it (403 step_up_needed): by a code of the second factor or, where none is set, by the password", in: handlers.StepUpProof{}, out: handlers.Raised{}, status: 200, command: true, handle: a.raise},
		{method: "GET", path: "/me/passkeys", summary: "My passkeys; they are made and used in a browser", out: OwnPasskeys{}, status: 200, handle: a.myPasskeys},
		{method: "GET", path: "/me/identities", summary: "My institution's identity providers, and which I have linked; that is done in a browser", out: OwnIdentities{}, status: 200, handle: a.myIdentities},
		{method: "POST", path: "/me/identities/{id}/unlink", summary: "Unlink one, by its provider", in: handlers.UnlinkIdentity{}, out: handlers.Receipt{}, status: 200, command: true, handle: a.unlinkIdentity},
		{method: "POST", path: "/me/passkeys/{id}/remove", summary: "Remove one", in: handlers.RemovePasskey{}, out: handlers.Receipt{}, status: 200, command: true, handle: a.removePasskey},
		{method: "GET", path: "/me/roles", summary: "What I may act as beside my own role, and until when", out: handlers.OwnRoles{}, status: 200, handle: a.myRoles},
		{method: "POST", path: "/me/roles/{id}/give-back", summary: "Give a granted role back before its time", in: handlers.GiveBackRole{}, out: handlers.Receipt{}, status: 200, command: true, handle: a.giveBackRole},
		{method: "GET", path: "/me/tokens", summary: "Tokens that an administrator offers me for a partner system", out: OwnOffers{}, status: 200, handle: a.myOffers},
		{method: "POST", path: "/me/tokens/{id}/take", summary: "Take one; the token is in this answer only", in: handlers.TakeOffer{}, out: handlers.AccountReceipt{}, status: 200, command: true, handle: a.takeToken},
		{method: "POST", path: "/me/tokens/{id}/refuse", summary: "Refuse one", in: handlers.RefuseOffer{}, out: handlers.Receipt{}, status: 200, command: true, handle: a.refuseToken},
		{method: "GET", path: "/accounts", summary: "Accounts, for administrators; kind is the role", query: listQuery{}, out: handlers.List[handlers.AccountRow]{}, status: 200, handle: list(a, (*handlers.Service).AccountList)},
		{method: "POST", path: "/accounts", summary: "Open an account; its first password is in this answer only", in: handlers.OpenAccount{}, out: handlers.AccountReceipt{}, status: 201, command: true, handle: a.addAccount},
		{method: "GET", path: "/accounts/{id}", summary: "One account, with its open sessions and tokens", out: handlers.AccountView{}, status: 200, handle: a.account},
		{method: "GET", path: "/rules", summary: "What deadlines are counted by: every version of every pack, what it changed, who loaded it", out: handlers.RulesView{}, status: 200, handle: a.rules},
		{method: "POST", path: "/rules/packs", summary: "Load a version of a rule pack; a bad one is refused with the line and the reason", in: handlers.LoadPack{}, out: handlers.Receipt{}, status: 200, command: true, handle: plain(a, (*handlers.Service).LoadPack)},
		{method: "POST", path: "/rules/calendars", summary: "Load the public holidays of a year", in: handlers.LoadCalendar{}, out: handlers.Receipt{}, status: 200, command: true, handle: plain(a, (*handlers.Service).LoadCalendar)},
		{method: "POST", path: "/institutions", summary: "Register an institution", in: handlers.RegisterInstitution{}, out: handlers.Receipt{}, status: 201, command: true, handle: made(a, "/api/v1/institutions/", (*handlers.Service).RegisterInstitution)},
		{method: "GET", path: "/institutions/{id}", summary: "One institution, with its services and places", out: handlers.InstitutionView{}, status: 200, handle: a.institution},
	}
	routes = append(routes, route{method: "GET", path: "/institutions/{id}/duty", summary: "Its duty roster: who stands now, the shifts, and when nobody will", out: handlers.DutyView{}, status: 200, handle: a.duty})
	for _, act := range handlers.InstitutionActions {
		routes = append(routes, route{method: "POST", path: "/institutions/{id}/" + act.Path, summary: act.Name, in: act.New(), out: handlers.Receipt{}, status: 200, command: true, handle: a.institutionAction(act)})
	}
	for _, act := range handlers.AccountActions {
		routes = append(routes, route{method: "POST", path: "/accounts/{id}/" + act.Path, summary: act.Name, in: act.New(), out: handlers.AccountReceipt{}, status: 200, command: true, handle: a.accountAction(act)})
	}
	return routes
}

// OwnOffers are the tokens that wait for the caller's answer.
type OwnOffers struct {
	Items []handlers.OfferLine `json:"items"`
}

func (a *API) raise(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	var in handlers.StepUpProof
	env, err := command(w, r, &in)
	if err != nil {
		return err
	}
	v, err := a.Service.RaiseMySession(r.Context(), c, in, env)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) myOffers(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	list, err := a.Service.MyOffers(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, OwnOffers{list})
}

// OwnPasskeys are the caller's keys.
type OwnPasskeys struct {
	Items []handlers.PasskeyLine `json:"items"`
}

func (a *API) myPasskeys(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	list, err := a.Service.MyPasskeys(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, OwnPasskeys{list})
}

func (a *API) removePasskey(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	env, err := command(w, r, &handlers.RemovePasskey{})
	if err != nil {
		return err
	}
	rec, err := a.Service.RemovePasskey(r.Context(), c, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return receipt(w, false, rec, rec)
}

// OwnIdentities are the caller's.
type OwnIdentities struct {
	Items []handlers.IdentityLine `json:"items"`
}

func (a *API) myIdentities(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	list, err := a.Service.MyIdentities(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, OwnIdentities{list})
}

func (a *API) unlinkIdentity(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	env, err := command(w, r, &handlers.UnlinkIdentity{})
	if err != nil {
		return err
	}
	rec, err := a.Service.UnlinkIdentity(r.Context(), c, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return receipt(w, false, rec, rec)
}

func (a *API) myRoles(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	mine, err := a.Service.MyRoles(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, mine)
}

func (a *API) giveBackRole(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	env, err := command(w, r, &handlers.GiveBackRole{})
	if err != nil {
		return err
	}
	rec, err := a.Service.GiveBackRole(r.Context(), c, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return receipt(w, false, rec, rec)
}

func (a *API) takeToken(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	env, err := command(w, r, &handlers.TakeOffer{})
	if err != nil {
		return err
	}
	rec, err := a.Service.TakeToken(r.Context(), c, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return receipt(w, false, rec.Receipt, rec)
}

func (a *API) refuseToken(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	env, err := command(w, r, &handlers.RefuseOffer{})
	if err != nil {
		return err
	}
	rec, err := a.Service.RefuseToken(r.Context(), c, r.PathValue("id"), env)
	if err != nil {
		return err
	}
	return receipt(w, false, rec, rec)
}

func (a *API) mySessions(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	open, err := a.Service.MySessions(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, OwnSessions{open})
}

func (a *API) rules(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Rules(r.Context(), c, 0)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) account(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Account(r.Context(), c, r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(v.Revision))
	return answer(w, http.StatusOK, v)
}

func (a *API) institution(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	v, err := a.Service.Institution(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(v.Revision))
	return answer(w, http.StatusOK, v)
}

func (a *API) duty(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Duty(r.Context(), c, r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) addAccount(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	var in handlers.OpenAccount
	env, err := command(w, r, &in)
	if err != nil {
		return err
	}
	rec, err := a.Service.AddAccount(r.Context(), c, in, env)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/accounts/"+rec.ID)
	return receipt(w, true, rec.Receipt, rec)
}

func (a *API) institutionAction(act handlers.InstitutionAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		env, err := command(w, r, in)
		if err != nil {
			return err
		}
		rec, err := a.Service.DoInstitution(r.Context(), c, r.PathValue("id"), act, in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec, rec)
	}
}

func (a *API) accountAction(act handlers.AccountAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		env, err := command(w, r, in)
		if err != nil {
			return err
		}
		rec, err := a.Service.DoAccount(r.Context(), c, r.PathValue("id"), act, in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec.Receipt, rec)
	}
}

// plain answers a command that makes nothing and whose body names what it is about.
func plain[In any](a *API, do func(*handlers.Service, context.Context, handlers.Caller, In, handlers.Envelope) (handlers.Receipt, error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		var in In
		env, err := command(w, r, &in)
		if err != nil {
			return err
		}
		rec, err := do(a.Service, r.Context(), c, in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec, rec)
	}
}

// command reads a command's body and the headers that come with it.
func command(w http.ResponseWriter, r *http.Request, in any) (handlers.Envelope, error) {
	body, err := decode(w, r, in)
	if err != nil {
		return handlers.Envelope{}, err
	}
	return envelope(r, body)
}
