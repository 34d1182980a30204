package browsertest

import (
	"fmt"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// What others record while the page is open is told in words and marked, until it is seen; the history is filtered in
// place; a name that was opened is hidden again.
func TestTheCasePageTellsWhatOthersDoAndFilters(t *testing.T) {
	b, w := use(t), words(t)
	officer := b.as(t, police)
	made := b.newCase(t, officer, casefile.DomesticViolence)
	v := signedIn(t, coordinator)
	v.open("/cases/" + made.Case)
	v.follows()
	v.mark()
	b.step(t, officer, made.Case, "measure.take", "", &handlers.TakeMeasure{Kind: "orientation"})
	v.until(`document.querySelector("#news .meanwhile li")?.innerText.includes(%s)`, w.Code("event", "measure.taken"))
	v.until(`document.querySelector("#part-measures .changed")`)
	if n := v.count(".story > .new"); n != 1 {
		t.Errorf("%d entries are marked as new", n)
	}
	v.click("#news a[data-seen]")
	v.until(`!document.querySelector("#news .meanwhile, .changed, .story > .new")`)

	all := v.count(".story > li[id]")
	v.choose("what", "safety")
	v.until(`document.querySelectorAll(".story > li[id]").length === 1 && location.search.includes("what=safety")`)
	v.same()
	v.open(eval[string](v, "location.pathname + location.search")) // the address alone shows the same
	if n := v.count(".story > li[id]"); n != 1 || all < 2 {
		t.Errorf("the filtered page shows %d of %d entries", n, all)
	}

	v.click("#part-persons form[data-open] button")
	v.until(`document.querySelector("#part-persons .opened dd")`)
	v.click("#part-persons [data-hide]")
	v.until(`!document.querySelector(".opened") && document.querySelector("#part-persons form[data-open]")`)
}

// The replay plays to its end and stops there.
func TestTheReplayPlays(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	id := b.richCase(t)
	last := b.steps(t, v, id)
	v.open(fmt.Sprintf("/cases/%s/replay?step=%d", id, last-3))
	v.mark()
	label := v.text("[data-play]")
	v.click("[data-play]")
	v.until(`document.querySelector("[data-play]").innerText !== %s`, label)
	v.until(`document.querySelector("#step").value === document.querySelector("#step").max && document.querySelector("[data-play]").innerText === %s`, label)
	v.same()
	if v.count(".changes li") == 0 || v.count(".swim .cursor") != 1 {
		t.Error("the last step does not say what it changed and where it stands")
	}
}
