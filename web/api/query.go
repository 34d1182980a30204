package api

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"mkr/handlers"
	"mkr/projections"
)

// listQuery are the parameters of a list.
type listQuery struct {
	Kind   string `query:"kind" description:"Kind of case."`
	Status string `query:"status" description:"Status of what the row is about."`
	Risk   string `query:"risk" description:"Risk level: high, medium, low."`
	Stage  string `query:"stage" description:"Stage of the case."`
	rowsQuery
}

// rowsQuery are the parameters that every list has.
type rowsQuery struct {
	Institution string `query:"institution" description:"Institution id. Board, deadlines: who has to act. Cases: who takes part or leads. Inbox, outbox, for auditors: whose."`
	Case        string `query:"case" description:"Case id."`
	Q           string `query:"q" description:"Beginning of a case's code, such as DHF-2026."`
	Overdue     bool   `query:"overdue" description:"true: only what was due before now."`
	Sort        string `query:"sort" description:"due, newest, oldest or key."`
	After       string `query:"after" description:"next of the page before."`
	Limit       int    `query:"limit" description:"Rows a page, 1 to 1000."`
	Position    uint64 `query:"position" description:"Wait, briefly, until the list has taken in this position."`
}

// isList tells a list's parameters from those of other calls.
func (rowsQuery) isList() {}

// pastQuery are the parameters of a list about cases, which can be asked for as it stood. Its statuses and stages are those of its rows.
type pastQuery[Status, Stage any] struct {
	Kind   handlers.Kind  `query:"kind" description:"Kind of case."`
	Status Status         `query:"status" description:"Status of what the row is about."`
	Risk   handlers.Level `query:"risk" description:"Risk level of the case."`
	Stage  Stage          `query:"stage" description:"Stage of what the row is about."`
	rowsQuery
	At string `query:"at" description:"The list as it stood: at a position, or at an instant (RFC 3339); default: as it stands. Rows of cases that I may not see today are not in it. Pages of one list name the same at."`
}

// atQuery asks as of when.
type atQuery struct {
	At string `query:"at" description:"A position, or an instant (RFC 3339); default: now."`
}

// checkQuery refuses parameters that the call does not have, and those given twice, by name.
func checkQuery(r *http.Request, of any) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(r.URL.Path) {
		return &badRequest{http.StatusBadRequest, "query", "", "the address cannot be read"}
	}
	var known []string
	for _, f := range fieldsOf(of) {
		known = append(known, f.Tag.Get("query"))
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(known, name) {
			return &badRequest{http.StatusUnprocessableEntity, "unknown_field", printable(name), "there is no such parameter"}
		}
		if len(q[name]) > 1 {
			return &badRequest{http.StatusUnprocessableEntity, "repeated_field", name, "the parameter is given twice"}
		}
		if !utf8.ValidString(q.Get(name)) {
			return &badRequest{http.StatusBadRequest, "utf8", name, "not valid UTF-8"}
		}
	}
	for _, f := range fieldsOf(of) {
		name := f.Tag.Get("query")
		coded, ok := reflect.Zero(f.Type).Interface().(interface{ Enum() []any })
		if !ok || q.Get(name) == "" || slices.Contains(coded.Enum(), any(q.Get(name))) {
			continue
		}
		return &badRequest{http.StatusUnprocessableEntity, "value.unknown", name, "is not one of the known codes"}
	}
	return nil
}

// fieldsOf are the parameters that a type of them names, those of what it embeds among them.
func fieldsOf(of any) []reflect.StructField {
	if of == nil {
		return nil
	}
	return slices.DeleteFunc(reflect.VisibleFields(reflect.TypeOf(of)), func(f reflect.StructField) bool { return f.Anonymous })
}

func readList(r *http.Request) (handlers.ListQuery, error) {
	var err error
	q := r.URL.Query()
	out := handlers.ListQuery{
		Kind: q.Get("kind"), Status: q.Get("status"), Risk: q.Get("risk"), Stage: q.Get("stage"), Institution: q.Get("institution"),
		Case: q.Get("case"), Code: q.Get("q"), Sort: projections.Sort(q.Get("sort")), After: q.Get("after"),
	}
	if out.At, err = readAt(r); err != nil {
		return out, err
	}
	if v := q.Get("overdue"); v != "" {
		if out.Overdue, err = strconv.ParseBool(v); err != nil {
			return out, &badRequest{http.StatusUnprocessableEntity, "wrong_type", "overdue", "true or false"}
		}
	}
	if v := q.Get("limit"); v != "" {
		if out.Limit, err = strconv.Atoi(v); err != nil || out.Limit < 1 || out.Limit > projections.MaxLimit {
			return out, &badRequest{http.StatusUnprocessableEntity, "range", "limit", "between 1 and 1000"}
		}
	}
	switch out.Sort {
	case "", projections.ByDue, projections.ByNewest, projections.ByOldest, projections.ByKey:
	default:
		return out, &badRequest{http.StatusUnprocessableEntity, "unknown_value", "sort", "due, newest, oldest or key"}
	}
	return out, nil
}

func readAt(r *http.Request) (handlers.At, error) {
	q := r.URL.Query()
	text := q.Get("at")
	if text == "" {
		return handlers.At{}, nil
	}
	if n, err := strconv.ParseUint(text, 10, 63); err == nil && n > 0 {
		return handlers.At{Position: n}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return handlers.At{}, &badRequest{http.StatusUnprocessableEntity, "wrong_type", "at", "a position, or an RFC 3339 time"}
	}
	return handlers.At{Time: t}, nil
}

// list answers a list of the views.
func list[T any](a *API, get func(*handlers.Service, context.Context, handlers.Caller, handlers.ListQuery) (handlers.List[T], error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		q, err := readList(r)
		if err != nil {
			return err
		}
		if err := a.awaited(r.Context(), r); err != nil {
			return err
		}
		l, err := get(a.Service, r.Context(), c, q)
		if err != nil {
			return err
		}
		at := uint64(0)
		if !q.At.IsZero() { // the next page is of the same moment, whatever is recorded meanwhile
			at = l.Position
		}
		linkNextAt(w, r, l.Next, at)
		return answer(w, http.StatusOK, l)
	}
}

// linkNext names the next page in a header too (RFC 8288), for clients that follow links and know no cursors.
func linkNext(w http.ResponseWriter, r *http.Request, next string) { linkNextAt(w, r, next, 0) }

// linkNextAt names the next page of a list as it stood at a position.
func linkNextAt(w http.ResponseWriter, r *http.Request, next string, at uint64) {
	if next == "" {
		return
	}
	q := r.URL.Query()
	if at > 0 {
		q.Set("at", strconv.FormatUint(at, 10))
	}
	q.Set("after", next)
	q.Del("position")
	w.Header().Set("Link", "<"+r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
}

func etag(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }

// positionParam reads a position; positions fit into 63 bits in every store.
func positionParam(text, name string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, &badRequest{http.StatusUnprocessableEntity, "wrong_type", name, "a position is required"}
	}
	return n, nil
}
