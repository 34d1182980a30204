package pages

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"mkr/handlers"
)

// policy is the Content-Security-Policy: nothing but our own files, no inline code, no frames, no other target of
// forms. connect-src 'self' covers the socket too (CSP level 3).
var policy = strings.Join([]string{
	"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
	"form-action 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
}, "; ")

// maxBody bounds a posted form.
const maxBody = 256 << 10

// secure puts the headers of pages in the place of the plain ones that every answer has, bounds bodies and turns a panic into a page with an id.
func (p *Pages) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") { // what follows is about documents
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		// Nobody else learns which case was open. Ourselves we tell: with no-referrer a browser sends a form's Origin as
		// "null", and one that does not send Sec-Fetch-Site could file nothing.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		defer func() {
			fault := recover()
			if fault == nil {
				return
			}
			if fault == http.ErrAbortHandler {
				panic(fault)
			}
			id := handlers.NewKey().String()
			// The values of a panic may repeat what was typed, so only its kind and place are kept.
			p.Logger.Error().Str("id", id).Str("kind", fmt.Sprintf("%T", fault)).Bytes("stack", debug.Stack()).Msg("a page panicked")
			p.errorPage(w, r, p.view(r, handlers.Caller{}), http.StatusInternalServerError, id)
		}()
		next.ServeHTTP(w, r)
	})
}
