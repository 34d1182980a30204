package pages_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// What is new in a page each time that it is made: the key of its command, and as of which event lists stand.
var anew = regexp.MustCompile(`name="command_key" value="[^"]*"|replay\?at=\d+">Rasti më|;\d+\r\n|data-position="\d+"|position=\d+|ngjarjen? [\d\x{a0}\x{202f} ]+|ngjarja [\d\x{a0}\x{202f} ]+|[?&]receipt=\d+`)

// everyScreen is what a browser is shown on each page about a case and on each list, piece by piece.
func everyScreen(t *testing.T, br *browser, id string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, path := range []string{
		"/cases/" + id, "/cases/" + id + "?part=1", "/cases/" + id + "?part=story", "/cases/" + id + "/replay", "/cases/" + id + "/compare", "/cases/" + id + "/do/note.write",
		"/board", "/board/rows/" + id, "/board/figures", "/board/ticker", "/orders", "/inbox", "/outbox", "/deadlines", "/register", "/register/file", "/meetings", "/guide",
	} {
		a := br.get(path)
		if a.status != http.StatusOK && a.status != http.StatusForbidden {
			t.Errorf("%s is %d", path, a.status)
		}
		pieces := strings.Split(a.body, "<")
		for name, values := range a.header {
			if !slices.Contains([]string{"Date", "Content-Length", "Set-Cookie"}, name) {
				pieces = append(pieces, name+": "+strings.Join(values, ", "))
			}
		}
		slices.Sort(pieces[len(strings.Split(a.body, "<")):])
		for i := range pieces {
			pieces[i] = anew.ReplaceAllString(pieces[i], "~")
		}
		out[path] = pieces
	}
	return out
}

// Whoever works on a case sees nothing on any screen of it that says that a colleague was kept out or let in again: no revision in
// a form, no line, no mark that something has moved.
func TestNoScreenTellsThatSomebodyIsKeptOut(t *testing.T) {
	b := newBed(t)
	id := b.open()
	b.refer(id)
	r, err := b.service.OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: b.ids[directory.PoliceKind], Role: "police", Username: person.PlainOf("kept.out"), Display: person.PlainOf("Oficer Prove"), Language: "sq", Password: person.PlainOf(secret),
	}, key())
	ok(t, err)
	ok(t, b.service.Await(t.Context(), r.Position))
	kept := r.ID
	ngo, lead := b.signedIn("ngo"), b.signedIn("coordinator")
	everyScreen(t, ngo, id) // that she has seen her referral is told once
	before := everyScreen(t, ngo, id)
	asked := "/cases/" + id + "?part=1&since=" + regexp.MustCompile(`data-position="(\d+)"`).FindStringSubmatch(lead.get("/cases/" + id).body)[1]

	b.do(directory.MunicipalityDV, id, "exclusion.set", "", &handlers.Exclude{Account: kept, Reason: "relative_of_accused"})
	ngo.get(asked).lacks(t, "meanwhile", "data-own")
	b.do(directory.MunicipalityDV, id, "exclusion.lift", "", &handlers.Readmit{Account: kept})
	after := everyScreen(t, ngo, id)
	for path, pieces := range before {
		for i, piece := range pieces {
			if i >= len(after[path]) || after[path][i] != piece {
				t.Errorf("%s: %q was %q", path, after[path][min(i, len(after[path])-1)], piece)
				break
			}
		}
		if len(after[path]) != len(pieces) {
			t.Errorf("%s: %d pieces, were %d", path, len(after[path]), len(pieces))
		}
	}
	// The coordinator, who decides on it, is told.
	lead.get("/cases/"+id+"?part=story").wants(t, "Një person u përjashtua nga rasti")
}
