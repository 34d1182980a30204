package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mkr/handlers"
	"mkr/web/i18n"
)

const typedWords = "Fjalë që askush tjetër nuk i lexon"

// late fills a form in and sends it after the session has ended untouched; the answer is the door.
func late(t *testing.T, b *bed) (br *browser, caseID string, door answer) {
	t.Helper()
	caseID = b.open()
	br = b.signedIn("police")
	to, form := br.get("/cases/" + caseID + "/do/note.write").form(t)
	form.Set("section", "general")
	form.Set("text", typedWords)
	b.now = b.now.Add(handlers.IdleLife)
	door = br.post(to, form)
	if door.status != http.StatusUnauthorized || strings.Contains(door.body, typedWords) {
		t.Fatalf("a form after the end of the session: %d", door.status)
	}
	door.wants(t, i18n.For(i18n.Albanian, nil).T("signin.carried"), `name="carried"`)
	return br, caseID, door
}

func (a answer) carried(t *testing.T) string {
	t.Helper()
	_, after, _ := strings.Cut(a.body, `name="carried" value="`)
	value, _, found := strings.Cut(after, `"`)
	if !found || value == "" {
		t.Fatal("nothing is carried")
	}
	return value
}

func notes(b *bed, caseID string) int {
	b.t.Helper()
	c, err := b.service.Case(b.t.Context(), b.as("police"), caseID, handlers.At{})
	ok(b.t, err)
	return len(c.Notes)
}

func TestAFormAfterTheSessionLosesNothing(t *testing.T) {
	b := newBed(t)
	br, caseID, door := late(t, b)
	// A wrong password first: what is carried stays.
	wrong := br.post("/signin", url.Values{"username": {"police"}, "password": {"gabim-gabim-gabim"}, "carried": {door.carried(t)}})
	if wrong.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong password: %d", wrong.status)
	}
	back := br.post("/signin", url.Values{"username": {"police"}, "password": {secret}, "carried": {wrong.carried(t)}})
	back.wants(t, typedWords, i18n.For(i18n.Albanian, nil).T("form.reopened"))
	if back.status != http.StatusOK || notes(b, caseID) != 0 {
		t.Errorf("filed without being asked: %d", back.status)
	}
	to, form := back.form(t)
	if to != "/cases/"+caseID+"/do/note.write" {
		t.Fatalf("it goes to %s", to)
	}
	form.Set("section", "general")
	form.Set("text", typedWords)
	for range 2 {
		if a := br.post(to, form); a.status != http.StatusOK || a.query.Get("receipt") == "" {
			t.Fatalf("sending it again: %d %s", a.status, a.path)
		}
	}
	if n := notes(b, caseID); n != 1 {
		t.Errorf("%d notes", n)
	}
}

func TestAnotherAccountGetsNothingOfIt(t *testing.T) {
	b := newBed(t)
	br, caseID, door := late(t, b)
	a := br.post("/signin", url.Values{"username": {"ngo"}, "password": {secret}, "carried": {door.carried(t)}})
	a.wants(t, i18n.For(i18n.Albanian, nil).T("form.dropped_text"))
	a.lacks(t, typedWords)
	if notes(b, caseID) != 0 {
		t.Error("filed by another")
	}
}

// Passwords are never carried: they are typed again.
func TestAPasswordIsNotCarried(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("police")
	to, form := br.get("/account").form(t)
	form.Set("old", secret)
	form.Set("password", "krejt-tjeter-fjalekalim")
	b.now = b.now.Add(handlers.IdleLife)
	a := br.post(to, form)
	if a.status != http.StatusUnauthorized {
		t.Errorf("%d", a.status)
	}
	a.lacks(t, `name="carried"`, "krejt-tjeter")
}

// What a person does extends the session, what scripts fetch by themselves does not.
func TestOnlyAPersonKeepsASessionAlive(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("police")
	for range 4 {
		b.now = b.now.Add(handlers.IdleLife - time.Minute)
		if a := br.post("/session/touch", url.Values{}); a.status != http.StatusNoContent {
			t.Fatalf("touched in time: %d", a.status)
		}
	}
	script := http.Header{"Sec-Fetch-Mode": {"cors"}, "Sec-Fetch-Dest": {"empty"}}
	for range 3 {
		b.now = b.now.Add(handlers.IdleLife / 4)
		if a := br.send(http.MethodGet, "/board/figures", nil, script); a.status != http.StatusOK {
			t.Fatalf("a script's fetch in time: %d", a.status)
		}
	}
	b.now = b.now.Add(handlers.IdleLife / 4)
	if a := br.send(http.MethodGet, "/board/figures", nil, script); a.status != http.StatusUnauthorized {
		t.Errorf("fetching kept the session alive: %d", a.status)
	}
}

// A mark of one session is worth nothing with another, and one that was made up is none.
func TestAMarkIsSigned(t *testing.T) {
	b := newBed(t)
	c, other := b.as("police"), b.as("court")
	if !b.service.Fresh(c, b.service.Touch(c)) {
		t.Fatal("a mark is not read")
	}
	for _, mark := range []string{"", ".", "zzz.00", b.service.Touch(other), "1" + b.service.Touch(c)} {
		if b.service.Fresh(c, mark) {
			t.Errorf("%q is believed", mark)
		}
	}
}

// The keys of drafts are of one account in one browser, the same when she comes back, and others once she has signed out.
func TestTheKeysOfDrafts(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("police")
	keys := func() string { return br.get("/session/key").body }
	first := keys()
	if len(first) < 90 || keys() != first {
		t.Fatalf("the keys: %q", first)
	}
	br.post("/session/lock", url.Values{})
	if a := br.get("/session/key"); a.path != "/signin" {
		t.Errorf("keys without a session: %d %s", a.status, a.path)
	}
	sign := func(role string) { br.post("/signin", url.Values{"username": {role}, "password": {secret}}) }
	sign("ngo")
	if keys() == first {
		t.Error("another account has the same keys")
	}
	br.post("/session/lock", url.Values{})
	sign("police")
	if keys() != first {
		t.Error("the same account has lost its drafts with its session")
	}
	br.post("/signout", url.Values{})
	sign("police")
	if keys() == first {
		t.Error("drafts can be read after signing out")
	}
}
