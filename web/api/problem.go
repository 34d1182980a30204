package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"mkr/domain/event"
	"mkr/handlers"
)

// Problem is an error as RFC 9457 wants it told, with a code for programs and, where one input is at fault, its
// name. It never holds what was sent.
type Problem struct {
	Type     string            `json:"type"`
	Title    string            `json:"title"`
	Status   int               `json:"status"`
	Detail   string            `json:"detail,omitempty"`
	Instance string            `json:"instance,omitempty"` // id under which the fault was logged
	Code     string            `json:"code"`
	Field    string            `json:"field,omitempty"`
	Revision *uint64           `json:"revision,omitempty"` // where the case stands, for 412
	Changed  []handlers.Change `json:"changed,omitempty"`  // what happened meanwhile, for 412
}

// problemOf is the one table that turns errors into answers.
func problemOf(err error) Problem {
	var (
		refusal *event.Refusal
		denied  *handlers.DeniedError
		input   *handlers.InputError
		stale   *handlers.StaleError
		bad     *badRequest
	)
	switch {
	case errors.As(err, &bad):
		return Problem{Status: bad.status, Code: bad.code, Field: bad.field, Detail: bad.text}
	case errors.As(err, &refusal):
		status := http.StatusConflict
		if refusal.Field != "" {
			status = http.StatusUnprocessableEntity
		}
		return Problem{Status: status, Code: refusal.Code, Field: refusal.Field, Detail: refusal.Text}
	case errors.As(err, &input):
		return Problem{Status: http.StatusUnprocessableEntity, Code: "input." + input.Code, Field: input.Field, Detail: input.Text}
	case errors.As(err, &denied):
		return Problem{Status: http.StatusForbidden, Code: denied.Code, Detail: "your role may not do this here"}
	case errors.As(err, &stale):
		return Problem{Status: http.StatusPreconditionFailed, Code: "stale", Detail: "the case has changed since the revision in If-Match", Revision: &stale.Revision, Changed: stale.Changed}
	case errors.Is(err, handlers.ErrStepUp):
		return Problem{Status: http.StatusForbidden, Code: "step_up_needed", Detail: "prove once more who you are (POST /api/v1/me/raise), and send it again with the same key"}
	case errors.Is(err, handlers.ErrNotFound):
		return Problem{Status: http.StatusNotFound, Code: "not_found", Detail: "there is no such thing, or it is not yours"}
	case errors.Is(err, handlers.ErrNotSignedIn):
		return Problem{Status: http.StatusUnauthorized, Code: "not_signed_in", Detail: "a valid bearer token is required"}
	case errors.Is(err, handlers.ErrTooManyTries):
		return Problem{Status: http.StatusTooManyRequests, Code: "too_many_tries", Detail: "wait and try again"}
	case errors.Is(err, handlers.ErrKeyReused):
		return Problem{Status: http.StatusUnprocessableEntity, Code: "idempotency.reused", Field: "Idempotency-Key", Detail: "the key was used for another request"}
	case errors.Is(err, handlers.ErrUnavailable):
		return Problem{Status: http.StatusServiceUnavailable, Code: "unavailable", Detail: "the event log cannot take it now; nothing acknowledged is lost; send it again with the same key"}
	case errors.Is(err, handlers.ErrBusy):
		return Problem{Status: http.StatusServiceUnavailable, Code: "busy", Detail: "others are changing the case; send it again with the same key"}
	}
	return Problem{Status: http.StatusInternalServerError, Code: "internal", Detail: "a fault of ours; it was logged under the id in instance"}
}

// inBody tells a refusal of what the body says (422) from one of how things stand (409): a field that the body does
// not have is that of the thing the address names.
func inBody(err error, in any) error {
	var refusal *event.Refusal
	if in == nil || !errors.As(err, &refusal) || refusal.Field == "" {
		return err
	}
	t := reflect.TypeOf(in)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	member, _, _ := strings.Cut(refusal.Field, ".")
	member, _, _ = strings.Cut(member, "[")
	if _, ok := membersOf(t)[member]; ok {
		return err
	}
	return event.Refuse(refusal.Code, refusal.Text)
}

// fail answers with a problem. Faults of ours are logged once, with an id that the caller sees.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody listens any more
	}
	p := problemOf(err)
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	h := w.Header()
	switch p.Status {
	case http.StatusInternalServerError:
		p.Instance = "urn:uuid:" + uuid.NewString()
		a.Logger.Error().Err(err).Str("instance", p.Instance).Str("route", r.Pattern).Msg("fault")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "2")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "30")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="mkr"`)
	}
	body, _ := json.Marshal(p)
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}

// badRequest is a request that does not even reach handlers.
type badRequest struct {
	status            int
	code, field, text string
}

func (b *badRequest) Error() string { return b.code + ": " + b.text }
