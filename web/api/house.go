package api

import (
	"context"
	"net/http"
	"strconv"

	"mkr/handlers"
	"mkr/projections/activities"
	"mkr/projections/aid"
	"mkr/projections/indicators"
	"mkr/projections/meetings"
)

// MeetingView is one meeting as it stands, with as much of its agenda as the caller may see.
type MeetingView struct {
	meetings.Shown
	Position uint64 `json:"position"`
}

// Me is the caller.
type Me struct {
	Account     string `json:"account"`
	Institution string `json:"institution"`
	Role        string `json:"role"`
	Language    string `json:"language"`
}

func (a *API) houseRoutes() []route {
	routes := []route{
		{method: "GET", path: "/me", summary: "Who I am", out: Me{}, status: 200, handle: a.me},
		{method: "GET", path: "/meetings", summary: "Technical-team meetings that I may see", query: listQuery{}, out: handlers.List[meetings.Row]{}, status: 200, handle: list(a, (*handlers.Service).Meetings)},
		{method: "POST", path: "/meetings", summary: "Call a technical team together", in: handlers.ScheduleMeeting{}, out: handlers.Receipt{}, status: 201, command: true, handle: made(a, "/api/v1/meetings/", (*handlers.Service).ScheduleMeeting)},
		{method: "GET", path: "/meetings/{meeting}", summary: "One meeting", out: MeetingView{}, status: 200, handle: a.meeting},
		{method: "GET", path: "/meetings/{meeting}/proposals", summary: "What the agenda proposes by itself", out: handlers.AgendaView{}, status: 200, handle: a.proposals},
		{method: "GET", path: "/activities", summary: "Awareness and school activities, projects", query: listQuery{}, out: handlers.List[activities.Row]{}, status: 200, handle: list(a, (*handlers.Service).Activities)},
		{method: "POST", path: "/activities", summary: "Record an activity", in: handlers.RecordActivity{}, out: handlers.Receipt{}, status: 201, command: true, handle: made(a, "", (*handlers.Service).RecordActivity)},
		{method: "GET", path: "/applications", summary: "Requests for aid and assessments", query: listQuery{}, out: handlers.List[aid.Row]{}, status: 200, handle: list(a, (*handlers.Service).Applications)},
		{method: "POST", path: "/applications", summary: "Hand in a family's request", in: handlers.SubmitApplication{}, out: handlers.Receipt{}, status: 201, command: true, handle: made(a, "", (*handlers.Service).SubmitApplication)},
		{method: "POST", path: "/applications/{id}/decide", summary: "The commission's answer", in: handlers.DecideApplication{}, out: handlers.Receipt{}, status: 200, command: true, handle: onID(a, (*handlers.Service).DecideApplication)},
		{method: "POST", path: "/applications/{id}/payments", summary: "Record a month's aid", in: handlers.PayAid{}, out: handlers.Receipt{}, status: 200, command: true, handle: onID(a, (*handlers.Service).PayAid)},
		{method: "POST", path: "/applications/{id}/payments/take-back", summary: "A payment was entered wrongly", in: handlers.TakeBackPayment{}, out: handlers.Receipt{}, status: 200, command: true, handle: onID(a, (*handlers.Service).TakeBackPayment)},
		{method: "POST", path: "/applications/{id}/end", summary: "A granted request comes to its end", in: handlers.EndApplication{}, out: handlers.Receipt{}, status: 200, command: true, handle: onID(a, (*handlers.Service).EndApplication)},
		{method: "POST", path: "/applications/{id}/mark-in-error", summary: "A request was entered in error", in: handlers.MarkApplication{}, out: handlers.Receipt{}, status: 200, command: true, handle: onID(a, (*handlers.Service).MarkApplicationInError)},
		{method: "POST", path: "/applications/{id}/open", summary: "Open who asks; recorded", in: handlers.OpenFamily{}, out: handlers.OpenedFields{}, status: 200, handle: a.openApplicant},
		{method: "GET", path: "/indicators/{year}", summary: "The figures of a year, computed from the events", query: atQuery{}, out: handlers.IndicatorsView{}, status: 200, handle: a.indicators},
		{method: "GET", path: "/indicators/{year}/{figure}", summary: "What a figure counted", query: atQuery{}, out: handlers.List[indicators.Row]{}, status: 200, handle: a.counted},
	}
	for _, act := range handlers.MeetingActions {
		routes = append(routes, route{method: "POST", path: "/meetings/{meeting}/" + act.Path, summary: act.Name, in: act.New(), out: handlers.Receipt{}, status: 200, command: true, handle: a.meetingAction(act)})
	}
	return routes
}

func (a *API) me(w http.ResponseWriter, _ *http.Request, c handlers.Caller) error {
	return answer(w, http.StatusOK, Me{Account: c.Account, Institution: c.Institution, Role: c.Role, Language: c.Language})
}

func (a *API) openApplicant(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	if _, err := decode(w, r, &handlers.OpenFamily{}); err != nil {
		return err
	}
	v, err := a.Service.OpenApplicant(r.Context(), c, r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) meeting(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Meeting(r.Context(), c, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, MeetingView{meetings.Show(v.State, v.Changes), v.Position})
}

func (a *API) proposals(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.AgendaProposals(r.Context(), c, r.PathValue("meeting"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) meetingAction(act handlers.MeetingAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		body, err := decode(w, r, in)
		if err != nil {
			return err
		}
		env, err := envelope(r, body)
		if err != nil {
			return err
		}
		rec, err := a.Service.DoMeeting(r.Context(), c, r.PathValue("meeting"), act, in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec, rec)
	}
}

func (a *API) indicators(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	year, at, err := yearAt(r)
	if err != nil {
		return err
	}
	v, err := a.Service.Indicators(r.Context(), c, year, at)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) counted(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	year, at, err := yearAt(r)
	if err != nil {
		return err
	}
	v, err := a.Service.CountedThings(r.Context(), c, year, r.PathValue("figure"), at)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func yearAt(r *http.Request) (int, handlers.At, error) {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil {
		return 0, handlers.At{}, &badRequest{http.StatusUnprocessableEntity, "wrong_type", "year", "a year"}
	}
	at, err := readAt(r)
	return year, at, err
}

// made answers a command that makes a thing from a body of its own; at is where such things are found, if anywhere.
func made[In any](a *API, at string, do func(*handlers.Service, context.Context, handlers.Caller, In, handlers.Envelope) (handlers.Receipt, error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		var in In
		body, err := decode(w, r, &in)
		if err != nil {
			return err
		}
		env, err := envelope(r, body)
		if err != nil {
			return err
		}
		rec, err := do(a.Service, r.Context(), c, in, env)
		if err != nil {
			return err
		}
		if at != "" {
			w.Header().Set("Location", at+rec.ID)
		}
		return receipt(w, true, rec, rec)
	}
}

// onID answers a command on the thing that {id} names.
func onID[In any](a *API, do func(*handlers.Service, context.Context, handlers.Caller, string, In, handlers.Envelope) (handlers.Receipt, error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		var in In
		body, err := decode(w, r, &in)
		if err != nil {
			return err
		}
		env, err := envelope(r, body)
		if err != nil {
			return err
		}
		rec, err := do(a.Service, r.Context(), c, r.PathValue("id"), in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec, rec)
	}
}
