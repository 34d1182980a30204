// Package web joins what is served: the pages, the JSON API, the socket, and what operators ask for (health,
// readiness, figures). It knows HTTP and decides nothing.
package web
