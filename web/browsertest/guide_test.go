package browsertest

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Somebody who needs help, without an account: the telephones come first, what she needs narrows the list, and she can
// leave at once for a page that says nothing, with no way back to this one.
func TestTheGuideHelpsAndLetsGo(t *testing.T) {
	w := words(t)
	v := visit(t)
	v.size(phone)
	v.open("/guide")
	if numbers := eval[[]string](v, `[...document.querySelectorAll("main .lifelines a")].map((a) => a.getAttribute("href"))`); !slices.Equal(numbers, []string{"tel:129", "tel:116117", "tel:116111"}) {
		t.Errorf("the telephones are %v", numbers)
	}
	if first := eval[string](v, `document.querySelector("main a[href^='tel:']").innerText`); !strings.HasPrefix(first, "129") {
		t.Errorf("the first telephone is %q", first)
	}
	all := v.count("main .guide article")
	v.press(`main .needs a[href$="need=safety"]`)
	if n := v.count("main .guide article"); n == 0 || n >= all {
		t.Errorf("%d of %d institutions give safety", n, all)
	}
	if text := v.text("main .guide"); !strings.Contains(text, w.T("guide.secret_address")) || !strings.Contains(text, w.Code("service_code", "shelter")) {
		t.Errorf("nothing is said of the shelter: %s", text)
	}
	for _, how := range []string{"the button", "Esc twice"} {
		v.open("/guide")
		if to := eval[string](v, `document.querySelector("main a[data-leave]").href`); !strings.HasPrefix(to, "https://sq.wikipedia.org/") {
			t.Errorf("the way out is %q", to)
		}
		// The tests go nowhere else: the way out leads to a page of ours here.
		eval[string](v, `document.querySelector("main a[data-leave]").href = "/signin"`)
		before := eval[int](v, "history.length")
		eval[bool](v, "window.left = true")
		if how == "the button" {
			v.click("main a[data-leave]")
		} else {
			v.do(chromedp.KeyEvent("\x1b\x1b"))
		}
		v.until(loaded)
		if at := v.here(); at != "/signin" {
			t.Errorf("%s leads to %s", how, at)
		}
		if n := eval[int](v, "history.length"); n != before {
			t.Errorf("after %s one can go back to the guide", how)
		}
	}
}
