package browsertest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// untouched makes the page's clock say that nobody has touched anything for all but so many seconds of the session's life.
func (v *visitor) untouched(left int) {
	v.t.Helper()
	eval[bool](v, fmt.Sprintf(`(localStorage.setItem("mkr-touched", Date.now() - document.getElementById("session").dataset.idle * 1000 + %d), true)`, left*1000))
}

// A desk that was left: a warning, then a screen with nothing on it and a session that is over; the same account comes back
// to the page as it was, with what was typed.
func TestADeskThatWasLeft(t *testing.T) {
	b := use(t)
	v := visit(t)
	s := b.signIn(t, coordinator)
	v.hold(s)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	at := "/cases/" + made.Case + "/do/note.write"
	v.open(at)
	typed := b.secret("Shkruar para se të ikte")
	v.write("text", typed)
	v.until(storedDrafts + `.length === 1`)

	v.untouched(90)
	v.until(`document.querySelector("#idle[open]")`)
	if eval[string](v, `document.activeElement.textContent`) != words(t).T("idle.stay") {
		t.Error("the warning has not the focus")
	}
	v.click("#idle [data-stay]")
	v.until(`!document.querySelector("#idle[open]")`)

	second := v.another()
	second.open("/board")
	since := time.Now()
	v.untouched(0)
	for _, tab := range []*visitor{v, second} {
		tab.until(`document.querySelector("#again[open]")`)
		if tab.count("main") != 0 || eval[string](tab, "document.title") != "mkr" {
			t.Errorf("a locked screen still has its page: %q at %s, %d", eval[string](tab, "document.title"), tab.here(), tab.count("main"))
		}
	}
	const ended = `performance.getEntriesByName(location.origin + "/session/lock").some((e) => e.responseStatus > 0)`
	for !eval[bool](v, ended) && !eval[bool](second, ended) { // whichever tab was first
		if t.Context().Err() != nil || time.Since(since) > patience {
			t.Fatal("no tab ends the session")
		}
	}
	if _, err := b.app.Service().Authenticate(t.Context(), s.token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("the session of a locked screen goes on: %v", err)
	}
	v.enterAgain(coordinator)
	v.until(`document.querySelector('[name="text"]')?.value === %s`, typed)
	if v.here() != at {
		t.Errorf("back at %s", v.here())
	}
}

// Esc twice hides whatever is on the screen, from a field or a dialog too, through a reload, and brings it back.
func TestEscTwiceHidesAtOnce(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	esc := func() { v.do(chromedp.KeyEvent("\u001b"), chromedp.KeyEvent("\u001b")) }
	hidden := func(yes bool) {
		t.Helper()
		v.until(fmt.Sprintf(`(getComputedStyle(document.body).visibility === "hidden") === %t`, yes))
		if title := eval[string](v, "document.title"); (title == "mkr") != yes {
			t.Errorf("hidden: %t, and the title is %q", yes, title)
		}
	}
	v.open("/cases/" + made.Case)
	v.click(`form[data-open] button`)
	v.until(`document.querySelector(".opened")`)
	esc()
	hidden(true)
	v.do(chromedp.Reload())
	v.until(loaded)
	hidden(true)
	esc()
	hidden(false)
	if v.count(".opened") != 0 {
		t.Error("what was opened is open again")
	}

	v.open("/cases/" + made.Case + "/do/note.write")
	typed := b.secret("Në mes të fjalisë")
	v.write("text", typed)
	esc()
	hidden(true)
	v.do(chromedp.KeyEvent("x"))
	esc()
	hidden(false)
	if got := eval[string](v, `document.querySelector('[name="text"]').value`); got != typed {
		t.Errorf("typed while hidden: %q", got)
	}
	v.untouched(90)
	v.until(`document.querySelector("#idle[open]")`)
	esc()
	hidden(true)
	esc()
	hidden(false)
	v.click("[data-blank]")
	hidden(true)
}

// Who closes a text that she had opened sees the page and not an empty screen.
func TestClosingATextHidesThatTextOnly(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	v.click(`form[data-open] button`)
	v.until(`document.querySelector(".opened [data-hide]:not([hidden])")`)
	v.click(".opened [data-hide]")
	v.until(`!document.querySelector(".opened")`)
	if eval[string](v, `getComputedStyle(document.body).visibility`) != "visible" {
		t.Error("the whole screen is hidden")
	}
}

// Who signs out in one tab has left them all: no other tab still shows what she saw.
func TestSigningOutCoversEveryTab(t *testing.T) {
	b := use(t)
	v := visit(t)
	v.hold(b.signIn(t, coordinator))
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	second := v.another()
	second.open("/cases/" + made.Case + "/do/note.write")
	typed := b.secret("Shkruar para daljes në skedën tjetër")
	second.write("text", typed)
	v.open("/board")
	eval[bool](v, `document.querySelector('form[action="/signout"]').requestSubmit() ?? true`)
	second.until(`document.querySelector("#again[open]")`)
	if second.count("main") != 0 || eval[string](second, "document.title") != "mkr" {
		t.Error("a tab still shows the case")
	}
}
