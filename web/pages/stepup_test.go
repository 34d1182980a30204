package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
)

// question is the form that asks once more who it is.
func (a answer) question(t *testing.T) (string, url.Values) {
	t.Helper()
	a.body = strings.Replace(a.body, `action="/account/raise"`, `action="/account/raise" data-form`, 1)
	return a.form(t)
}

// raised answers the question with the bed's password.
func (br *browser) raised(t *testing.T, a answer) answer {
	t.Helper()
	to, form := a.question(t)
	form.Set("old", secret)
	return br.post(to, form)
}

// Emergency access asks who it is before anything is typed; what was typed all the same goes on by itself once the answer is
// right, and the page that was wanted follows. What was carried opens for nobody else.
func TestAsksWhoItIs(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("medical")
	asked := br.get("/emergency?code=DHF-2026-0001")
	if asked.status != http.StatusForbidden {
		t.Fatalf("%d", asked.status)
	}
	check(t, "the question", asked)
	page := br.raised(t, asked)
	if page.path != "/emergency" || page.query.Get("code") != "DHF-2026-0001" || page.status != http.StatusOK {
		t.Fatalf("%d at %s?%v", page.status, page.path, page.query)
	}
	to, form := page.form(t)
	for name, value := range map[string]string{"code": "DHF-2026-9999", "reason": "medical_emergency", "text": "Në urgjencë, pa ndjenja", "sections": "identity", "minutes": "15"} {
		form.Set(name, value)
	}
	b.now = b.now.Add(6 * time.Minute)
	late := br.post(to, form)
	if late.status != http.StatusForbidden || strings.Contains(late.body, "pa ndjenja") {
		t.Fatalf("six minutes later: %d", late.status)
	}
	filed := br.raised(t, late)
	if filed.status != http.StatusUnprocessableEntity || !strings.Contains(filed.body, "pa ndjenja") || !strings.Contains(filed.body, sq.T("refusal.unknown_case")) {
		t.Errorf("what was typed did not go on by itself: %d", filed.status)
	}

	other := b.signedIn("police")
	to, form = late.question(t)
	form.Del("holder")
	form.Set("old", secret)
	form.Set("command_key", handlers.NewKey().String())
	if a := other.post(to, form); !strings.Contains(a.body, sq.T("form.dropped")) || strings.Contains(a.body, "pa ndjenja") {
		t.Errorf("another account opens what was carried: %d", a.status)
	}
	for range 12 {
		form.Set("old", "jo ky fjalëkalim")
		form.Set("command_key", handlers.NewKey().String())
		a := other.post(to, form)
		if a.status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("the password may be guessed without end")
}

// Whoever has set a second step is asked for a code, and not for the password.
func TestAsksForTheSecondStep(t *testing.T) {
	b := newBed(t)
	r, err := b.service.OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: b.ids["medical"], Role: access.Medical, Username: person.PlainOf("mjekja.dy"), Display: person.PlainOf("Mjeke Prove"), Password: person.PlainOf(secret),
	}, key())
	ok(t, err)
	ok(t, b.service.Await(t.Context(), r.Position))
	br := b.signedIn("mjekja.dy")
	to, form := br.get("/account/second").form(t)
	form.Set("old", secret)
	setup := br.post(to, form)
	device := secretIn(t, setup, shownKey)
	to, form = setup.form(t)
	form.Set("code", codeAt(t, device, b.now))
	br.post(to, form)

	asked := br.get("/emergency")
	asked.wants(t, `autocomplete="one-time-code"`)
	to, form = asked.question(t)
	form.Set("old", secret)
	form.Set("code", "000000")
	if a := br.post(to, form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the password is enough: %d", a.status)
	}
	b.now = b.now.Add(30 * time.Second)
	form.Set("code", codeAt(t, device, b.now))
	form.Set("command_key", handlers.NewKey().String())
	if a := br.post(to, form); a.path != "/emergency" || a.status != http.StatusOK {
		t.Errorf("%d at %s", a.status, a.path)
	}
}
