package api

import (
	"net/http"
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/orders"
)

// ordersQuery are the parameters of the register of orders.
type ordersQuery struct {
	Kind        string `query:"kind" description:"Kind of case."`
	Status      string `query:"status" description:"requested, in_force, refused, revoked, replaced, expired."`
	Type        string `query:"type" description:"UMPMM, UMM or UM."`
	Watch       string `query:"watch" description:"ending: its end was warned of; breached; silent: an institution has not acknowledged a breach; unserved; unexecuted."`
	Institution string `query:"institution" description:"Institution id: who takes part in the case."`
	Case        string `query:"case" description:"Case id."`
	Q           string `query:"q" description:"Beginning of a case's code."`
	Sort        string `query:"sort" description:"due, newest, oldest or key."`
	After       string `query:"after" description:"next of the page before."`
	Limit       int    `query:"limit" description:"Rows a page, 1 to 1000."`
	Position    uint64 `query:"position" description:"Wait, briefly, until the list has taken in this position."`
}

// hearingsQuery are those of the dates in court.
type hearingsQuery struct {
	Kind        string `query:"kind" description:"Kind of case."`
	Status      string `query:"status" description:"planned, done or cancelled."`
	Institution string `query:"institution" description:"Institution id: who takes part in the case."`
	Case        string `query:"case" description:"Case id."`
	Q           string `query:"q" description:"Beginning of a case's code."`
	From        string `query:"from" description:"Not before this instant (RFC 3339)."`
	Until       string `query:"until" description:"Before this instant (RFC 3339)."`
	After       string `query:"after" description:"next of the page before."`
	Limit       int    `query:"limit" description:"Rows a page, 1 to 1000."`
	Position    uint64 `query:"position" description:"Wait, briefly, until the list has taken in this position."`
}

// courtList reads what the two have in common, and waits for the position that the caller has seen.
func (a *API) courtList(r *http.Request) (handlers.ListQuery, error) {
	q, err := readList(r)
	if err != nil {
		return q, err
	}
	q.Party, q.Institution = q.Institution, ""
	return q, a.awaited(r.Context(), r)
}

func (a *API) orders(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	lq, err := a.courtList(r)
	if err != nil {
		return err
	}
	q := handlers.OrdersQuery{ListQuery: lq, Type: r.URL.Query().Get("type"), Watch: r.URL.Query().Get("watch")}
	if err := oneOf("type", q.Type, casefile.OrderTypes); err != nil {
		return err
	}
	if err := oneOf("watch", q.Watch, orders.Watches); err != nil {
		return err
	}
	l, err := a.Service.Orders(r.Context(), c, q)
	if err != nil {
		return err
	}
	linkNext(w, r, l.Next)
	return answer(w, http.StatusOK, l)
}

func (a *API) hearings(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	q, err := a.courtList(r)
	if err != nil {
		return err
	}
	from, err := instantParam(r, "from")
	if err != nil {
		return err
	}
	until, err := instantParam(r, "until")
	if err != nil {
		return err
	}
	l, err := a.Service.Hearings(r.Context(), c, q, from, until)
	if err != nil {
		return err
	}
	linkNext(w, r, l.Next)
	return answer(w, http.StatusOK, l)
}

// oneOf refuses a parameter outside its values; it need not be given.
func oneOf(name, value string, values []string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	return &badRequest{http.StatusUnprocessableEntity, "unknown_value", name, "is none of its values"}
}

func instantParam(r *http.Request, name string) (time.Time, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, &badRequest{http.StatusUnprocessableEntity, "wrong_type", name, "an RFC 3339 time"}
	}
	return t.UTC(), nil
}

func (a *API) workload(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Workload(r.Context(), c)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}
