package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mkr/projections"
)

// readyz says which views are not ready, in coded words: anybody may ask, and what a fault says of itself is for the log.
func TestReadySaysWhichAndNotWhy(t *testing.T) {
	fault := &projections.StoppedError{State: projections.State{View: "casework", Reason: "Mira e Sajuar at /srv/data/views"}}
	for name, c := range map[string]struct {
		err    error
		status int
		want   []string
	}{
		"all are":        {nil, http.StatusOK, []string{"ready"}},
		"one stopped":    {fault, http.StatusServiceUnavailable, []string{"casework " + projections.Stopped}},
		"several":        {errors.Join(fault, errors.New("Mira e Sajuar")), http.StatusServiceUnavailable, []string{"casework " + projections.Stopped}},
		"something else": {errors.New("Mira e Sajuar"), http.StatusServiceUnavailable, nil},
	} {
		w := httptest.NewRecorder()
		ready(func() error { return c.err })(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
		if w.Code != c.status || (w.Header().Get("Retry-After") != "") != (c.err != nil) {
			t.Errorf("%s: %d, %v", name, w.Code, w.Header())
		}
		if strings.Contains(w.Body.String(), "Mira") || strings.Contains(w.Body.String(), "/srv") {
			t.Errorf("%s: the answer tells what is for the log: %s", name, w.Body)
		}
		for _, text := range c.want {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: %q does not say %q", name, w.Body, text)
			}
		}
	}
}
