package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"mkr/domain/event"
	"mkr/handlers"
)

// status is the one table from errors to answers.
func status(err error) int {
	var (
		denied   *handlers.DeniedError
		input    *handlers.InputError
		stale    *handlers.StaleError
		refusal  *event.Refusal
		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.Is(err, handlers.ErrNotSignedIn):
		return http.StatusUnauthorized
	case errors.Is(err, errNotOpen):
		return http.StatusConflict
	case errors.Is(err, handlers.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, handlers.ErrTooManyTries):
		return http.StatusTooManyRequests
	case errors.Is(err, handlers.ErrUnavailable), errors.Is(err, handlers.ErrBusy):
		return http.StatusServiceUnavailable
	case errors.Is(err, handlers.ErrKeyReused), errors.As(err, &input):
		return http.StatusUnprocessableEntity
	case errors.As(err, &denied), errors.Is(err, errForeignForm), errors.Is(err, handlers.ErrStepUp):
		return http.StatusForbidden
	case errors.As(err, &stale):
		return http.StatusPreconditionFailed
	case errors.As(err, &refusal):
		if refusal.Field != "" {
			return http.StatusUnprocessableEntity
		}
		return http.StatusConflict
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, errBadForm):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// errBadForm: the form is not one that a page of ours made.
var errBadForm = errors.New("not a form of ours")

// errForeignForm: the form was sent from another site's page, or by a browser too old to say from where.
var errForeignForm = errors.New("a form of another site")

// code names a refusal for the catalogue, and the field at fault.
func code(err error) (code, field string) {
	var (
		denied  *handlers.DeniedError
		input   *handlers.InputError
		refusal *event.Refusal

		tooLarge *http.MaxBytesError
	)
	switch {
	case errors.As(err, &input):
		return input.Code, input.Field
	case errors.As(err, &refusal):
		return refusal.Code, refusal.Field
	case errors.As(err, &denied):
		return denied.Code, ""
	case errors.Is(err, handlers.ErrKeyReused):
		return "key_reused", ""
	case errors.Is(err, errNotOpen):
		return "not_open", ""
	case errors.Is(err, errForeignForm):
		return "foreign_form", ""
	case errors.Is(err, handlers.ErrTooManyTries):
		return "too_many_tries", ""
	case errors.As(err, &tooLarge):
		return "too_large", ""
	case errors.Is(err, errBadForm):
		return "bad_form", ""
	case errors.Is(err, handlers.ErrBusy):
		return "busy", ""
	case errors.Is(err, handlers.ErrUnavailable):
		return "unavailable", ""
	}
	return "", ""
}

// fail answers with the page of an error. A fault is logged once, with the id that the person sees.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, v view, err error) {
	if errors.Is(err, handlers.ErrStepUp) && !isPart(r) {
		p.askStepUp(w, r, v)
		return
	}
	s := status(err)
	switch s {
	case http.StatusUnauthorized:
		if r.Method == http.MethodGet && !isPart(r) {
			http.Redirect(w, r, "/signin?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "5")
	case http.StatusInternalServerError:
		if r.Context().Err() != nil { // the visitor has left; there is nobody to answer and nothing is wrong
			return
		}
		id := handlers.NewKey().String()
		p.Logger.Error().Err(err).Str("id", id).Str("route", r.Pattern).Msg("a page failed")
		p.errorPage(w, r, v, s, id)
		return
	}
	v.Because, _ = code(err)
	p.errorPage(w, r, v, s, "")
}

// caseBehind is the page of the case that a step was refused in: the way on leads there. Of a case that is not there, or not
// for this caller, there is no page.
func (v view) caseBehind(status int) string {
	parts := strings.SplitN(strings.TrimPrefix(v.Path, "/cases/"), "/", 2)
	if status == http.StatusNotFound || !strings.HasPrefix(v.Path, "/cases/") || len(parts) < 2 {
		return ""
	}
	return "/cases/" + parts[0]
}

func (p *Pages) errorPage(w http.ResponseWriter, r *http.Request, v view, status int, id string) {
	if isPart(r) {
		w.WriteHeader(status)
		return
	}
	if err := p.render(w, r, status, problemView(v, status, id)); err != nil {
		p.Logger.Error().Err(err).Msg("an error page could not be written")
	}
}

// isPart tells a script that fetches a part of a page from a person who opens one.
func isPart(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Dest") == "empty" && (!isSent(r) || r.Method == http.MethodGet)
}
