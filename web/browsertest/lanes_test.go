package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The drawing opens at its newest end, is one stop of the tab key, and is gone through by arrows; a link leads past it.
func TestTheDrawingIsOneStopAndOpensAtItsNewestEnd(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	id := b.richCase(t)
	v.size(phone) // where no history fits
	defer v.size(desk)
	v.open("/cases/" + id)
	const newest = `(() => { const box = document.querySelector(".swimscroll"), end = box.querySelector(".lanes"); return box.scrollWidth > box.clientWidth && end.getBoundingClientRect().right <= box.getBoundingClientRect().right + 1; })()`
	if !eval[bool](v, newest) {
		t.Error("the drawing does not open at its newest end")
	}
	const stops = `[...document.querySelectorAll(".swim :is(a.mark, .swimscroll)")].filter((e) => e.tabIndex === 0).length`
	if n := eval[int](v, stops); n != 1 {
		t.Errorf("the drawing has %d stops", n)
	}
	v.do(chromedp.Focus(chromedp.CSS(".swim .skip")), chromedp.KeyEvent(kb.Tab))
	at := func() int { return eval[int](v, `Number(document.activeElement.dataset.step ?? 0)`) }
	last := v.count(".swim a.mark")
	if at() != last {
		t.Fatalf("tab leads to mark %d of %d", at(), last)
	}
	for _, k := range []struct {
		key  string
		step int
	}{{kb.ArrowLeft, last - 1}, {kb.ArrowRight, last}, {kb.Home, 1}, {kb.ArrowRight, 2}} {
		v.do(chromedp.KeyEvent(k.key))
		if at() != k.step {
			t.Errorf("%q leads to mark %d, not %d", k.key, at(), k.step)
		}
	}
	if n := eval[int](v, stops); n != 1 {
		t.Errorf("after the arrows the drawing has %d stops", n)
	}
	if !eval[bool](v, `(() => { const m = document.activeElement.getBoundingClientRect(), b = document.querySelector(".swimscroll").getBoundingClientRect(); return m.left >= b.left && m.right <= b.right; })()`) {
		t.Error("the mark that the keyboard is at is not seen")
	}
	v.do(chromedp.Focus(chromedp.CSS(".swim .skip")), chromedp.KeyEvent(kb.Enter))
	v.until(`document.activeElement?.id === "swim-end"`)

	v.open(fmt.Sprintf("/cases/%s/replay?step=2", id))
	if ahead := v.count(".swim a.mark.ahead"); ahead != last-2 {
		t.Errorf("at step 2 of %d, %d marks are yet to come", last, ahead)
	}
	if said := v.text("#swim-end"); said == "" || !containsAll(said, []string{words(t).T("swim.then")}) {
		t.Errorf("the drawing of the past says %q", said)
	}
}
