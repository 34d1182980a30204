package api

import (
	"net/http"

	"mkr/handlers"
)

type flagsQuery struct {
	Status   string `query:"status" enum:"open,overdue,answered" description:"Only those that stand so."`
	After    string `query:"after" description:"The next page of those that were answered: next of the page before."`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" description:"How many of those that were answered."`
	Position uint64 `query:"position" description:"Wait, briefly, until the list has taken in this position."`
}

// flagRoutes are about what the access sentinel found. Whoever is flagged finds nothing of it here.
func (a *API) flagRoutes() []route {
	return []route{
		{method: "GET", path: "/audit/flags", summary: "What the access sentinel found in the record of who looked at what; for those who answer for it", query: flagsQuery{}, out: handlers.List[handlers.Flag]{}, status: 200, handle: list(a, (*handlers.Service).Flags)},
		{method: "GET", path: "/audit/flag-rules", summary: "The rules of the access sentinel, with their thresholds and versions", out: handlers.FlagRules{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			v, err := a.Service.FlagRules(r.Context(), c)
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
		{method: "GET", path: "/audit/flags/{id}", summary: "One flag, with the text of its answer; recorded", out: handlers.FlagView{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			v, err := a.Service.Flag(r.Context(), c, r.PathValue("id"))
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
		{method: "POST", path: "/audit/flags/{id}/answer", summary: "flag.answer", in: handlers.AnswerFlag{}, out: handlers.Receipt{}, status: 200, command: true, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			var in handlers.AnswerFlag
			env, err := command(w, r, &in)
			if err != nil {
				return err
			}
			rec, err := a.Service.AnswerFlag(r.Context(), c, r.PathValue("id"), in, env)
			if err != nil {
				return err
			}
			return receipt(w, false, rec, rec)
		}},
	}
}
