package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"mkr/handlers"
	"mkr/projections"
	"mkr/web/api"
	"mkr/web/live"
	"mkr/web/pages"
)

// Config is what the web stands on.
type Config struct {
	Service *handlers.Service
	Hub     http.Handler // the socket
	Cinema  *live.Cinema // plays the board's history; nil: nobody does
	Ready   func() error // nil when the views have caught up
	Demo    *pages.Demo
	Secure  bool // behind TLS
	Proxied bool // the address of the caller is what the proxy in front says
	// FiguresApart: what operators watch stands at an address of its own, and not beside the pages.
	FiguresApart bool
	Speed        float64
	Logger       zerolog.Logger
}

// New makes the handler of everything that people and partners ask for, and the one of the figures that operators watch, which may stand
// at an address of its own: how much is asked of whom is nobody else's. An error is a fault of the build.
func New(c Config) (site, figures http.Handler, err error) {
	p, err := pages.New(pages.Config{Service: c.Service, Demo: c.Demo, SecureCookies: c.Secure, Speed: c.Speed, Now: c.Service.Clock.Now, Zone: c.Service.Zone, Logger: c.Logger})
	if err != nil {
		return nil, nil, err
	}
	a, err := api.New(api.Config{Service: c.Service, AsyncAPI: live.AsyncAPI(), Document: p.Document, File: pages.WriteFile, Logger: c.Logger})
	if err != nil {
		return nil, nil, err
	}
	m := newMetrics(c.Service)
	mux := http.NewServeMux()
	mux.Handle("/", p)
	mux.Handle("/api/v1/", a)
	mux.Handle("GET /api/v1/live", c.Hub)
	if c.Cinema != nil {
		c.Cinema.Draw = p.DrawFilm
		mux.Handle("GET /api/v1/film", c.Cinema)
	}
	for _, prefix := range []string{"", "/api/v1"} { // where orchestrators look, and where the contract says
		mux.HandleFunc("GET "+prefix+"/healthz", func(w http.ResponseWriter, _ *http.Request) { text(w, http.StatusOK, "ok\n") })
		mux.HandleFunc("GET "+prefix+"/readyz", ready(c.Ready))
		if !c.FiguresApart {
			mux.Handle("GET "+prefix+"/metrics", m.handler())
		}
	}
	var h http.Handler = mux
	h = m.count(h)
	h = logged(c.Logger, h)
	h = guarded(c.Secure, h)
	if c.Proxied {
		h = behindProxy(h)
	}
	apart := http.NewServeMux()
	apart.Handle("GET /metrics", m.handler())
	return h, apart, nil
}

// Authenticator finds who opens a socket: a bearer token of a partner system, or the browser's cookie.
func Authenticator(s *handlers.Service, secure bool) func(*http.Request) (handlers.Caller, error) {
	return func(r *http.Request) (handlers.Caller, error) {
		if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
			return s.AuthenticateBearer(r.Context(), strings.TrimSpace(token))
		}
		cookie, err := r.Cookie(pages.SessionCookie(secure))
		if err != nil {
			return handlers.Caller{}, handlers.ErrNotSignedIn
		}
		return s.AuthenticateBrowser(r.Context(), cookie.Value, pages.TouchMark(r, secure))
	}
}

// Films opens films for those who may see them: from is a position or an instant (RFC 3339).
func Films(s *handlers.Service) func(context.Context, handlers.Caller, string) (live.Roll, error) {
	return func(ctx context.Context, c handlers.Caller, from string) (live.Roll, error) {
		at := handlers.At{Position: 1}
		if n, err := strconv.ParseUint(from, 10, 63); err == nil {
			at.Position = max(n, 1)
		} else if t, err := time.Parse(time.RFC3339, from); err == nil {
			at = handlers.At{Time: t}
		}
		return s.Film(ctx, c, at)
	}
}

func ready(views func() error) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if err := views(); err != nil {
			w.Header().Set("Retry-After", "1")
			text(w, http.StatusServiceUnavailable, notReady(err))
			return
		}
		text(w, http.StatusOK, "ready\n")
	}
}

// notReady says in coded words which views are not ready: anybody may ask, and a fault's own text is for the log.
func notReady(err error) string {
	all := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		all = joined.Unwrap()
	}
	var b strings.Builder
	for _, e := range all {
		var (
			stopped *projections.StoppedError
			behind  *projections.NotReadyError
		)
		switch {
		case errors.As(e, &stopped):
			b.WriteString(stopped.State.View + " " + projections.Stopped + "\n")
		case errors.As(e, &behind):
			b.WriteString(behind.View + " " + behind.Code + "\n")
		default:
			b.WriteString("not_ready\n")
		}
	}
	return b.String()
}

func text(w http.ResponseWriter, status int, s string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(s))
}

// behindProxy takes the caller's address from the last entry of X-Forwarded-For, which is the one that our own
// proxy wrote; earlier entries are anybody's word.
func behindProxy(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",") // some proxies add a line of their own
		if ip := net.ParseIP(strings.TrimSpace(chain[len(chain)-1])); ip != nil {
			r = r.Clone(r.Context())
			r.RemoteAddr = net.JoinHostPort(ip.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes one line a request: route, status, size, time. Never a body, a query or a person; of the path only
// the pattern it matched, since an address may hold an id.
func logged(logger zerolog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		if strings.HasPrefix(r.URL.Path, "/static/") && rec.status < 400 {
			return
		}
		logger.Info().Str("method", r.Method).Str("route", r.Pattern).Int("status", rec.status).Int("bytes", rec.bytes).Dur("took", time.Since(start)).Msg("request")
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status, bytes int
	wrote         bool
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
