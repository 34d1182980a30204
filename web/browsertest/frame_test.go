package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// The head's two menus need no script: they open with the keyboard and on a click, Esc closes them and gives the focus
// back, and on a phone every page of the role is in the one.
func TestTheHeadsMenusNeedNoScript(t *testing.T) {
	v := visit(t)
	v.hold(use(t).signIn(t, police)) // her own session, which ends here
	_, err := chromedp.Call(v.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ok(t, err)
	v.size(phone)
	v.open("/board")
	if v.count(`#pages a`) < 7 || eval[bool](v, `document.querySelector("#pages").checkVisibility()`) {
		t.Error("on a phone the pages are not in a closed menu")
	}
	v.do(chromedp.Focus(chromedp.CSS(`button[popovertarget="pages"]`), chromedp.NodeVisible), chromedp.KeyEvent("\r"))
	v.until(`document.querySelector("#pages").matches(":popover-open")`)
	if tall := eval[[]string](v, `[...document.querySelectorAll("#pages a")].filter((a) => a.getBoundingClientRect().height < 24 || a.getBoundingClientRect().bottom > innerHeight).map((a) => a.innerText)`); len(tall) > 0 {
		t.Errorf("too small, or out of sight: %v", tall)
	}
	v.do(chromedp.KeyEvent("\u001b"))
	v.until(`!document.querySelector("#pages").matches(":popover-open") && document.activeElement.getAttribute("popovertarget") === "pages"`)
	v.click(`button[popovertarget="pages"]`)
	if at := v.press(`#pages a[href="/deadlines"]`); at != "/deadlines" {
		t.Errorf("the menu leads to %s", at)
	}

	v.size(desk)
	v.until(`document.querySelector("#pages").checkVisibility() && !document.querySelector('button[popovertarget="pages"]').checkVisibility()`)
	if rows := eval[int](v, `new Set([...document.querySelectorAll("#pages a")].map((a) => a.getBoundingClientRect().top)).size`); rows != 1 {
		t.Errorf("on a desk the pages lie in %d lines", rows)
	}
	v.click(`button[popovertarget="me"]`)
	v.press(`#me form[action="/signout"] button`)
	if at := v.here(); at != "/signin" {
		t.Errorf("after signing out: %s", at)
	}
}

// As narrow as a page may become (WCAG 1.4.10: 320 px, which is 1280 at four times the size), nothing runs off the side.
func TestTheFrameFitsTheNarrowestScreen(t *testing.T) {
	for _, who := range []string{coordinator, childWorker, ngo} {
		v := signedIn(t, who)
		v.size([2]int64{320, 568})
		v.open("/inbox")
		v.fits(who)
		if high := eval[float64](v, `document.querySelector(".top").getBoundingClientRect().height`); high > 60 {
			t.Errorf("%s: the head is %v px high", who, high)
		}
	}
}

// With letters twice as large and the screen as it is, what a phone's own setting does, the head takes a second line rather
// than a letter a line, and nothing stands beyond the edge (WCAG 1.4.4).
func TestLettersAloneAreEnlarged(t *testing.T) {
	v := signedIn(t, coordinator)
	v.size(phone)
	for _, path := range []string{"/board", "/inbox", "/meetings/new", "/account"} {
		v.open(path)
		eval[bool](v, `document.documentElement.style.fontSize = "200%", true`)
		// A phone's window grows with what is wider than its screen, and so is no measure; the page's own box is.
		if over := eval[int](v, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%s stands %d px beyond the edge", path, over)
		}
		if high := eval[float64](v, `document.querySelector(".top").getBoundingClientRect().height`); high > 220 {
			t.Errorf("%s: the head is %v px high", path, high)
		}
	}
}

// A toast is said once: in a region that screen readers follow, as text and not as markup, never twice at the same time;
// it is closed by its button, and of many the newest three stay.
func TestAToastIsSaidOnce(t *testing.T) {
	v := signedIn(t, coordinator)
	v.open("/account")
	eval[bool](v, `import([...document.querySelectorAll("link[rel=modulepreload]")].map((l) => l.href).find((h) => h.endsWith("/toast.js"))).then((m) => { window.toast = m.toast; }), true`)
	v.until(`window.toast`)
	eval[bool](v, `toast("<b>një</b>", "bad"), toast("<b>një</b>", "bad"), true`)
	if got := eval[string](v, `document.querySelector("#toasts[role=log]").innerText.replace(/\s+/g, " ")`); got != "<b>një</b> ×" {
		t.Errorf("the region says %q", got)
	}
	v.click(`#toasts .toast button`)
	v.until(`document.querySelectorAll("#toasts > *").length === 0`)
	eval[bool](v, `["a", "b", "c", "d"].forEach((w) => toast(w)), true`)
	if got := eval[string](v, `[...document.querySelectorAll("#toasts p")].map((p) => p.innerText).join("")`); got != "bcd" {
		t.Errorf("of four stay %q", got)
	}
}
