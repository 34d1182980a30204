package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
)

// Where a second step is required, its holder chooses it at the door and goes on to where she wanted; her last one stays.
func TestTheSecondStepIsChosenAtTheDoor(t *testing.T) {
	b := newBed(t)
	_, password := b.administrator().opensFor(t, b.ids[directory.NGO], "ngo", "e.kujdesshme")
	b.service.SecondStep = true
	credentials := url.Values{"username": {"e.kujdesshme"}, "password": {password}, "next": {"/inbox?limit=7"}}
	her := b.browser()
	door := her.post("/signin", credentials)
	door.wants(t, sq.T("enrol.title"), `<svg class="qr"`)
	if her.get("/board").path != "/signin" {
		t.Fatal("whoever has not chosen is in")
	}
	secret := secretIn(t, door, shownKey)
	answer := url.Values{"pending": {secretIn(t, door, pendingField)}, "next": {"/inbox?limit=7"}, "code": {"000000"}}
	again := her.post("/signin/enrol", answer)
	if again.status != http.StatusUnprocessableEntity || secretIn(t, again, shownKey) != secret {
		t.Fatalf("a wrong first code: %d", again.status)
	}
	again.wants(t, sq.T("refusal.wrong_code"))
	if a := her.post("/signin/enrol", url.Values{"pending": {"nothing"}, "code": {"000000"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, sq.T("refusal.wrong_credentials")) {
		t.Errorf("a door that nobody opened: %d", a.status)
	}
	answer.Set("pending", secretIn(t, again, pendingField))
	answer.Set("code", codeAt(t, secret, b.now))
	codes := her.post("/signin/enrol", answer)
	if n := len(recoveryCode.FindAllStringSubmatch(codes.body, -1)); n != 8 || codes.status != http.StatusOK {
		t.Fatalf("%d recovery codes (%d): %s", n, codes.status, codes.body)
	}
	codes.wants(t, `action="/signin/on"`, `value="/inbox?limit=7"`)
	if on := her.post("/signin/on", url.Values{"next": {"/inbox?limit=7"}}); on.path != "/inbox" {
		t.Errorf("she goes on to %s", on.path)
	}
	if on := her.post("/signin/on", url.Values{"next": {"https://elsewhere.example/"}}); strings.Contains(on.path, "elsewhere") {
		t.Errorf("she is sent to %s", on.path)
	}
	b.browser().post("/signin", credentials).wants(t, sq.T("second.ask"))

	// Her last one stays, and says so; another device may take its place, once she has proved who she is.
	account := her.get("/account")
	account.wants(t, sq.T("second.stays"), sq.T("second.renew"))
	if strings.Contains(account.body, sq.T("second.remove")) {
		t.Error("it is offered to remove it")
	}
	b.now = b.now.Add(time.Minute)
	remove := url.Values{"command_key": {handlers.NewKey().String()}, "old": {password}, "code": {codeAt(t, secret, b.now)}}
	if a := her.post("/account/second/remove", remove); a.status < 400 || !strings.Contains(a.body, sq.T("refusal.account.last_second_step")) {
		t.Errorf("it is removed: %d %s", a.status, a.body)
	}
	her.get("/account/second").wants(t, sq.T("stepup.title"))
	raise := url.Values{"command_key": {handlers.NewKey().String()}, "next": {"/account/second"}, "code": {codeAt(t, secret, b.now)}}
	to, form := her.post("/account/raise", raise).form(t)
	if to != "/account/second/begin" {
		t.Fatalf("the proof leads to %s", to)
	}
	form.Set("old", password)
	if other := secretIn(t, her.post(to, form), shownKey); other == secret {
		t.Error("another device has the same secret")
	}
}
