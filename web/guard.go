package web

import "net/http"

// plainPolicy is for what is no page: it loads nothing, runs nothing, and nobody frames it.
const plainPolicy = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

// overTLS keeps browsers on TLS for a year, also for names below the host's: mkr is given a host name of its own.
const overTLS = "max-age=31536000; includeSubDomains"

// guarded gives every answer, whoever makes it, the headers that browsers are kept in bounds by. Pages and files put their own policy in
// place of the plain one.
func guarded(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", plainPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if secure {
			h.Set("Strict-Transport-Security", overTLS)
		}
		next.ServeHTTP(w, r)
	})
}
