package pages_test

import (
	"net/http"
	"testing"
)

// Outside a demo there is no style guide, for nobody.
func TestTheStyleGuideIsTheDemosOnly(t *testing.T) {
	b := newBed(t)
	for _, br := range []*browser{b.browser(), b.signedIn("coordinator")} {
		if a := br.get("/styleguide"); a.status != http.StatusNotFound {
			t.Errorf("%d", a.status)
		}
	}
}
