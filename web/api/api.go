package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"mkr/handlers"
)

// Config is what the API stands on.
type Config struct {
	Service  *handlers.Service
	AsyncAPI []byte            // the document of the socket's messages
	Document handlers.Document // the readable part of a bundle
	// File answers with a file that was opened, as the pages do.
	File   func(http.ResponseWriter, handlers.OpenedFile)
	Logger zerolog.Logger
}

// API answers everything under /api/v1 but the socket.
type API struct {
	Config
	mux     *http.ServeMux
	openapi []byte
	routes  []route
}

// route is one call: how it is found, what it takes and gives. The OpenAPI document is made from the same list.
type route struct {
	method, path, summary string
	public                bool
	in, out               any // bodies; nil: none
	query                 any // struct with query tags; nil: none
	status                int
	command               bool
	html                  bool // answers with a file, not with JSON
	raw                   bool // takes a file, not JSON
	file                  bool // answers with a file of any kind
	handle                func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error
}

// New makes the API. An error is a fault of the build.
func New(c Config) (*API, error) {
	a := &API{Config: c, mux: http.NewServeMux()}
	a.routes = a.all()
	for _, r := range a.routes {
		a.mux.Handle(r.method+" /api/v1"+r.path, a.serve(r))
	}
	doc, err := document()
	if err != nil {
		return nil, err
	}
	a.openapi = doc
	a.mux.HandleFunc("GET /api/v1/openapi.json", static(doc))
	a.mux.HandleFunc("GET /api/v1/asyncapi.json", static(c.AsyncAPI))
	a.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if allowed := a.methodsFor(r); len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			a.fail(w, r, &badRequest{http.StatusMethodNotAllowed, "method", "", "this address does not answer to the method"})
			return
		}
		a.fail(w, r, handlers.ErrNotFound)
	})
	return a, nil
}

// all are the API's calls.
func (a *API) all() []route {
	return slices.Concat(a.caseRoutes(), a.houseRoutes(), a.directoryRoutes(), a.hsdsRoutes("/hsds"), a.hsdsRoutes("/directory/hsds"), a.adminRoutes(), a.auditRoutes(), a.personRoutes(), a.flagRoutes())
}

// ServeHTTP answers a request.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	a.mux.ServeHTTP(w, r)
}

// OpenAPI is the document of all calls, JSON.
func (a *API) OpenAPI() []byte { return a.openapi }

func static(doc []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(doc)
	}
}

// methodsFor lists the methods that an address answers to, for 405.
func (a *API) methodsFor(r *http.Request) []string {
	var out []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := a.mux.Handler(probe); pattern != "/" && pattern != "" {
			out = append(out, m)
		}
	}
	return out
}

func (a *API) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var c handlers.Caller
		if !rt.public {
			var err error
			if c, err = a.caller(r); err != nil {
				a.fail(w, r, err)
				return
			}
			leave, err := a.Service.Enter(c)
			if err != nil {
				a.fail(w, r, err)
				return
			}
			defer leave()
		}
		if err := checkQuery(r, rt.query); err != nil {
			a.fail(w, r, err)
			return
		}
		if err := rt.handle(w, r, c); err != nil {
			a.fail(w, r, inBody(err, rt.in))
		}
	})
}

// caller finds who holds the bearer token (RFC 6750).
func (a *API) caller(r *http.Request) (handlers.Caller, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return handlers.Caller{}, handlers.ErrNotSignedIn
	}
	return a.Service.AuthenticateBearer(r.Context(), strings.TrimSpace(token))
}

// envelope reads the headers that come with every command.
func envelope(r *http.Request, canonical []byte) (handlers.Envelope, error) {
	env := handlers.Envelope{Body: canonical}
	key := r.Header.Get("Idempotency-Key")
	id, err := uuid.Parse(strings.Trim(key, `"`))
	if err != nil || id == uuid.Nil || len(strings.Trim(key, `"`)) != 36 {
		return env, &badRequest{http.StatusUnprocessableEntity, "idempotency.required", "Idempotency-Key", "a UUID is required with every command"}
	}
	env.Key = id
	if m := r.Header.Get("If-Match"); m != "" && m != "*" {
		rev, err := strconv.ParseUint(strings.Trim(m, `"`), 10, 63)
		if err != nil {
			return env, &badRequest{http.StatusUnprocessableEntity, "if_match", "If-Match", "the revision as a number, in quotes"}
		}
		env.IfMatch = &rev
	}
	return env, nil
}

// answer writes a value as JSON.
func answer(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a reader who hung up is no fault
	return nil
}

// receipt answers a command: 201 for what made a thing, else 200. A retry gets the answer of the first, its status
// too, with "duplicate": true. Where the outcome was there before, nothing is made: 200.
func receipt(w http.ResponseWriter, made bool, rec handlers.Receipt, v any) error {
	status := http.StatusOK
	if made && len(rec.Events) > 0 {
		status = http.StatusCreated
	}
	w.Header().Set("ETag", etag(rec.Revision))
	return answer(w, status, v)
}

// awaited lets a read wait for what the caller has just written: ?position=N waits, briefly, until the views have
// got there.
func (a *API) awaited(ctx context.Context, r *http.Request) error {
	n, err := positionParam(r.URL.Query().Get("position"), "position")
	if err != nil || n == 0 {
		return err
	}
	_ = a.Service.Await(ctx, n) // what is not there in time is told by the answer's own position
	return nil
}
