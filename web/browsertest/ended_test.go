package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// A session that is ended from elsewhere ends on every screen: the live page leads to the door, and back from it.
func TestASessionThatEndsLeadsToTheDoor(t *testing.T) {
	v := visit(t)
	v.hold(use(t).signIn(t, police)) // her own session, which no other test goes on with
	v.open("/board")
	v.follows()
	ok(t, v.b.app.Service().SignOut(t.Context(), v.Caller))

	v.until(`location.pathname === "/signin"`)
	v.until(loaded)
	if next := eval[string](v, `new URLSearchParams(location.search).get("next")`); next != "/board" {
		t.Errorf("the door leads back to %q", next)
	}
	if v.text("#ended") != words(t).T("signin.ended") {
		t.Errorf("the door does not say why one stands before it: %q", v.text("main"))
	}
}

// An account that is locked is out at once; what somebody has begun to write stays before her eyes, with a word about it.
func TestALockedAccountIsOut(t *testing.T) {
	b := use(t)
	svc := b.app.Service()
	boss := b.as(t, coordinator)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	const username, secret = "e.perkohshme", "fjalëkalim-i-përkohshëm-2026"
	r, err := svc.OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: boss.Institution, Role: access.Coordinator, Username: person.PlainOf(username), Display: person.PlainOf("Llogari e përkohshme"), Language: "sq", Password: person.PlainOf(secret),
	}, key())
	ok(t, err)
	ok(t, svc.Await(t.Context(), r.Position))

	v := visit(t)
	v.open("/cases/" + made.Case + "/do/risk.assess")
	v.write("username", username)
	v.write("password", secret)
	if at := v.press(`form[action="/signin"] button.primary`); at != "/cases/"+made.Case+"/do/risk.assess" {
		t.Fatalf("signing in leads to %s", at)
	}
	typed := b.secret("Fjalë të pafiluara, që nuk duhet të humbin")
	v.write("reason", typed)
	board := v.another()
	board.open("/cases/" + made.Case)
	board.follows()

	_, err = svc.LockAccount(t.Context(), handlers.Shell(), r.ID, "left", key())
	ok(t, err)
	board.until(`location.pathname === "/signin"`)
	if got := eval[string](v, `document.querySelector('[name="reason"]').value`); got != typed {
		t.Errorf("what was typed is gone: %q", got)
	}
	v.seen.expect(`status of 401`)
	v.choose("level", casefile.High)
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.querySelector("#again[open]")`)
	v.seen.expect(`status of 422`)
	v.do(chromedp.Focus(chromedp.CSS("#again-username"), chromedp.NodeVisible), chromedp.KeyEvent(username), chromedp.Focus(chromedp.CSS("#again-password"), chromedp.NodeVisible), chromedp.KeyEvent(secret))
	v.click("#again button.primary")
	v.until(`!document.querySelector("#again .error").hidden`)
	if said := v.text("#again .error"); said != words(t).T("refusal.wrong_credentials") {
		t.Errorf("the door in place says %q to a locked account", said)
	}
}
