package pages

import (
	"net/http"
	"slices"
)

// router is a mux that knows what it was told, so that a test can hold every page to what is promised of all.
type router struct {
	*http.ServeMux
	patterns []string
}

// Handle serves a pattern and remembers it.
func (m *router) Handle(pattern string, h http.Handler) {
	m.ServeMux.Handle(pattern, h)
	m.patterns = append(m.patterns, pattern)
}

// Patterns lists every route of the web, in the order in which they were given.
func (p *Pages) Patterns() []string { return slices.Clone(p.mux.patterns) }

// PatternOf is the route that answers a request: one of Patterns.
func (p *Pages) PatternOf(r *http.Request) string {
	_, pattern := p.mux.Handler(r)
	return pattern
}
