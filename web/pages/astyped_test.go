package pages_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// hostile is a text that is markup in HTML, in an attribute, in a script, in an address and in a template, encoded once and twice.
const hostile = `x"'></textarea><script>alert(1)</script>{{.}}${1}%3Cmkone%3E&lt;mktwo&gt;\u003cmkthree\u003e`

// opening is a tag that the text would open if it were read as markup, once or twice decoded.
var opening = regexp.MustCompile(`(?i)<script>alert|</textarea><script|<mk(one|two|three)>`)

// TestWhatIsTypedIsShownAsTyped: a text is decoded once on its way in and encoded once on its way out, by where it stands: an opened
// name, a refused form, an address's parameter and a page that is not there say what was typed, and none of it is markup.
func TestWhatIsTypedIsShownAsTyped(t *testing.T) {
	b := newBed(t)
	r, err := b.service.OpenCase(t.Context(), b.as(directory.PoliceKind), handlers.OpenCase{
		Kind: casefile.DomesticViolence, Channel: "police_129", Violence: []handlers.Violence{"physical"},
		Persons: []handlers.NewPerson{{Role: "survivor", Relation: "self", Sex: "female", Name: person.PlainOf(hostile)}},
	}, key())
	ok(t, err)
	ok(t, b.service.Await(t.Context(), r.Position))
	br := b.signedIn("police")
	who := regexp.MustCompile(`name="person" value="([0-9a-f-]{36})"`).FindStringSubmatch(br.get("/cases/" + r.Case).body)
	if who == nil {
		t.Fatal("no person to open")
	}
	says := func(name string, a answer) {
		t.Helper()
		if !strings.Contains(html.UnescapeString(a.body), hostile) {
			t.Errorf("%s does not say what was typed", name)
		}
		if m := opening.FindString(a.body); m != "" {
			t.Errorf("%s has markup that was typed: %q", name, m)
		}
	}
	says("an opened name", br.post("/cases/"+r.Case+"/open", url.Values{"person": {who[1]}}))

	at := "/cases/" + r.Case + "/do/note.write"
	to, form := br.get(at).form(t)
	form.Set("text", hostile) // and no section
	refused := br.post(to, form)
	if refused.status != http.StatusUnprocessableEntity {
		t.Fatalf("a form without a section: %d", refused.status)
	}
	says("a refused form", refused)

	door := b.browser().post("/signin", url.Values{"username": {hostile}, "password": {secret}})
	says("the door", door)
	for _, path := range []string{"/board?q=", "/board?kind=", "/board?at=", "/board?after=", "/signin?next=", "/register?q=", "/" /* no such page */} {
		if a := br.get(path + url.QueryEscape(hostile)); opening.MatchString(a.body) {
			t.Errorf("%s: markup from the address", path)
		}
	}
}
