package pages_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"mkr/web/pages"
)

// Outside a demo there is no style guide.
func TestTheStyleGuideIsTheDemosOnly(t *testing.T) {
	b := newBed(t)
	if a := b.browser().get("/styleguide"); a.status != http.StatusOK {
		t.Errorf("in a demo: %d", a.status)
	}
	p, err := pages.New(pages.Config{Service: b.service, Now: time.Now, Zone: time.UTC})
	ok(t, err)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/styleguide", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("outside a demo: %d", w.Code)
	}
}
