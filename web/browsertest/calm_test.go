package browsertest

import (
	"fmt"
	"testing"

	"mkr/domain/casefile"
)

// spoken counts what a screen reader would say by itself: each time a live region's words become others.
const spoken = `(() => {
	window.spoken = [];
	const said = new Map(), live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]";
	for (const e of document.querySelectorAll(live)) said.set(e, e.textContent.trim());
	new MutationObserver(() => {
		for (const e of document.querySelectorAll(live)) {
			const now = e.textContent.trim();
			if (now && now !== said.get(e)) window.spoken.push(now);
			said.set(e, now);
		}
	}).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["hidden", "role", "aria-live"] });
	return true;
})()`

// While twenty things happen the board moves, and a screen reader is not talked to without end: a few words at most, and
// none of the clocks is among them.
func TestALiveBoardDoesNotChatter(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	v.open(wholeBoard)
	v.follows()
	eval[bool](v, spoken)
	c := b.as(t, police)
	var last string
	for range 10 { // each opens a case and judges its risk
		made := b.newCase(t, c, casefile.DomesticViolence)
		b.assessed(t, c, made.Case, casefile.High)
		last = made.Case
	}
	v.until(`document.querySelector(%s)`, row(last)+" .risk.high")
	said := eval[[]string](v, "window.spoken")
	t.Logf("%d: %q", len(said), said)
	if len(said) > 5 {
		t.Errorf("twenty events are %d announcements: %q", len(said), said)
	}
	if n := v.count(`:is([aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=timer]) [data-due]`); n > 0 {
		t.Errorf("%d countdowns are announced", n)
	}
	// The counter counts.
	eval[bool](v, `document.querySelector("main").insertAdjacentHTML("afterbegin", "<p role=status></p>"), setTimeout(() => document.querySelector("main [role=status]").textContent = "një fjalë"), true`)
	v.until(`window.spoken.length === %d`, len(said)+1)
}

// Motion shows what changed, and there is none for who asked for none: the mark of what changed stays without it.
func TestNothingMovesForWhoAskedForNone(t *testing.T) {
	b := use(t)
	c := b.as(t, police)
	v := signedIn(t, coordinator)
	for _, reduced := range []bool{false, true} {
		if reduced {
			v.media("prefers-reduced-motion", "reduce")
		}
		v.open(wholeBoard)
		v.follows()
		eval[bool](v, `(() => {
			window.moved = 0;
			const look = () => { window.moved = Math.max(window.moved, document.getAnimations().length); requestAnimationFrame(look); };
			look();
			return true;
		})()`)
		made := b.newCase(t, c, casefile.DomesticViolence)
		v.until(`document.querySelector(%s)`, row(made.Case))
		b.assessed(t, c, made.Case, casefile.High)
		v.until(`document.querySelector(%s)`, row(made.Case)+" .risk.high")
		if !reduced {
			v.until(`window.moved > 0`) // there is something to be spared
			continue
		}
		eval[bool](v, fmt.Sprintf(`document.querySelector(%s).scrollIntoView(), true`, quoted([]any{row(made.Case)})...))
		v.until(`new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(() => next(true))))`)
		if n := eval[int](v, "window.moved"); n > 0 {
			t.Errorf("%d things move", n)
		}
	}
}
