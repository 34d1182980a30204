package browsertest

import (
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
)

// What was opened closes by itself: when nobody has touched the page for five minutes, when it was hidden for more than
// one, and at once when it was blanked.
func TestOpenedTextsCloseWhenNobodyLooks(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	const shut = `!document.querySelector(".opened") && document.querySelector("#part-persons form[data-open]")`
	open := func() {
		t.Helper()
		v.click("#part-persons form[data-open] button")
		v.until(`document.querySelector("#part-persons .opened dd")`)
	}
	// later puts the clock by which they are hidden forward, each time that the page is looked at.
	const later = `((html) => html.dataset.minutesOn = 2 + Number(html.dataset.minutesOn ?? 0))(document.documentElement)`

	open()
	v.until(later + " && " + shut)

	// A screen that is blanked closes it at once.
	esc := func() { v.do(chromedp.KeyEvent("\u001b"), chromedp.KeyEvent("\u001b")) }
	open()
	esc()
	v.until(shut)
	esc()
	v.until(`!document.documentElement.classList.contains("blank")`)
	if v.count(".opened") != 0 {
		t.Error("what was opened is open again")
	}

	// Of a page that is hidden a hand that moves elsewhere is no reader.
	open()
	eval[bool](v, `(Object.defineProperty(document, "hidden", { get: () => true }), true)`)
	v.until(`(` + later + `, dispatchEvent(new Event("pointermove"))) && ` + shut)
}
