package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
)

var marks = regexp.MustCompile(`name="person" value="([^"]+)"`)

// The coordinator marks on the list whom the schedule lets go of and asks for all of them at once; without a mark the list says so, and
// where one cannot be done it says which and why, and the others are done.
func TestErasureIsAskedForFromTheList(t *testing.T) {
	b := newBed(t)
	id := b.open()
	b.do(directory.MunicipalityDV, id, "case.close", "", &handlers.CloseCase{Reason: "moved_away"})
	b.now = b.now.Add(10 * 366 * 24 * time.Hour)
	br := b.signedIn("coordinator")
	list := br.get("/erasures")
	check(t, "the list", list)
	found := marks.FindAllStringSubmatch(list.body, -1)
	if len(found) < 2 {
		t.Fatalf("%d can be marked: %s", len(found), list.body)
	}
	ask := url.Values{"command_key": {handlers.NewKey().String()}}
	none := br.post("/erasures/erasure.request", ask)
	none.wants(t, sq.T("erasures.none_marked"))
	if none.status != http.StatusUnprocessableEntity {
		t.Errorf("without a mark: %d", none.status)
	}
	ask["person"] = []string{found[0][1], strings.Fields(found[0][1])[0] + " " + handlers.NewKey().String()}
	some := br.post("/erasures/erasure.request", ask)
	check(t, "one cannot be done", some)
	some.wants(t, sq.T("erasures.unknown"), sq.T("erasures.own"), sq.T("erasures.asked"))
	if some.status != http.StatusConflict {
		t.Errorf("one of two: %d", some.status)
	}
	all := br.post("/erasures/erasure.request", url.Values{"command_key": {handlers.NewKey().String()}, "person": {found[1][1]}})
	if all.path != "/erasures" || all.status != http.StatusOK || all.query.Get("receipt") == "" {
		t.Errorf("all that were marked: %d at %s?%v", all.status, all.path, all.query)
	}
	if a := br.post("/erasures/erasure.forget", ask); a.status != http.StatusNotFound {
		t.Errorf("what nobody can do: %d", a.status)
	}
	if a := b.signedIn("police").post("/erasures/erasure.request", ask); a.status != http.StatusForbidden {
		t.Errorf("the police: %d", a.status)
	}
}
