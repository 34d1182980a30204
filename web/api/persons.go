package api

import (
	"context"
	"net/http"

	"mkr/domain/retention"
	"mkr/handlers"
)

// Retention is for how long data is kept.
type Retention struct {
	Terms retention.Schedule `json:"terms"`
}

// personRoutes are about the data of the people in a case: what it is kept for, its erasure, and the report for the person.
func (a *API) personRoutes() []route {
	routes := []route{
		{method: "GET", path: "/erasures", summary: "Persons whose erasure was asked for, and those whose data is kept for longer than the schedule says", query: listQuery{}, out: handlers.List[handlers.ErasureRow]{}, status: 200, handle: list(a, (*handlers.Service).Erasures)},
		{method: "POST", path: "/persons/search", summary: "Look for persons by name, in the cases whose identities I may open; recorded", in: handlers.SearchPersons{}, out: handlers.PersonsFound{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			var in handlers.SearchPersons
			if _, err := decode(w, r, &in); err != nil {
				return err
			}
			v, err := a.Service.SearchPersons(r.Context(), c, in)
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
		{method: "GET", path: "/retention", summary: "For how long data is kept, by data class", out: Retention{}, status: 200, handle: func(w http.ResponseWriter, _ *http.Request, _ handlers.Caller) error {
			return answer(w, http.StatusOK, Retention{a.Service.RetentionSchedule()})
		}},
		{method: "GET", path: "/cases/{case}/persons/{id}", summary: "What stands about a person's data: nothing that she is known by", out: handlers.PersonRecord{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			v, err := a.Service.Person(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
		{method: "GET", path: "/cases/{case}/persons/{id}/candidates", summary: "Records that may be of the same person: of a like name, or of the case with that code; recorded", query: candidateQuery{}, out: handlers.Candidates{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			v, err := a.Service.MergeCandidates(r.Context(), c, r.PathValue("case"), r.PathValue("id"), r.URL.Query().Get("code"))
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
		{method: "POST", path: "/cases/{case}/persons/{id}/merge", summary: "Say that another record is of the same person", in: handlers.MergePerson{}, out: handlers.Receipt{}, status: 200, command: true, handle: ofPerson(a, (*handlers.Service).MergePerson)},
		{method: "POST", path: "/cases/{case}/persons/{id}/unmerge", summary: "End that: each record is what it was", in: handlers.UnmergePerson{}, out: handlers.Receipt{}, status: 200, command: true, handle: ofPerson(a, (*handlers.Service).UnmergePerson)},
		{method: "POST", path: "/cases/{case}/persons/{id}/report", summary: "What is kept of a person, for herself; recorded", in: handlers.AskReport{}, out: handlers.PersonReport{}, status: 200, handle: func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
			var in handlers.AskReport
			if _, err := decode(w, r, &in); err != nil {
				return err
			}
			v, err := a.Service.ReportPerson(r.Context(), c, r.PathValue("case"), r.PathValue("id"), in)
			if err != nil {
				return err
			}
			return answer(w, http.StatusOK, v)
		}},
	}
	for _, act := range handlers.PersonActions {
		routes = append(routes, route{method: "POST", path: "/cases/{case}/persons/{id}/" + act.Path, summary: act.Name, in: act.New(), out: handlers.Receipt{}, status: 200, command: true, handle: a.personAction(act)})
	}
	return routes
}

// candidateQuery names a case whose persons may be meant.
type candidateQuery struct {
	Code string `query:"code" description:"Code of a case: MF-2026-0012. Without one, records of a like name."`
}

// ofPerson makes the handler of a command about two records of persons.
func ofPerson[T any](a *API, do func(*handlers.Service, context.Context, handlers.Caller, string, string, T, handlers.Envelope) (handlers.Receipt, error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		var in T
		env, err := command(w, r, &in)
		if err != nil {
			return err
		}
		rec, err := do(a.Service, r.Context(), c, r.PathValue("case"), r.PathValue("id"), in, env)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, rec)
	}
}

func (a *API) personAction(act handlers.PersonAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		env, err := command(w, r, in)
		if err != nil {
			return err
		}
		rec, err := a.Service.DoPerson(r.Context(), c, r.PathValue("case"), r.PathValue("id"), act, in, env)
		if err != nil {
			return err
		}
		return receipt(w, false, rec, rec)
	}
}
