package browsertest

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// Sizes that a screen has for whoever enlarges it: a desk of 1366 pixels at 200 %, and one of 1280 at 400 %.
var (
	twice     = [2]int64{683, 450}
	fourTimes = [2]int64{320, 256}
)

// clipped lists the texts that are cut off where nothing tells the rest: an ellipsis needs a title with the whole.
const clipped = `[...document.querySelectorAll("body *")].filter((e) => {
	if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest(".visually-hidden, .skip, select, option, textarea, [title]")) return false;
	const s = getComputedStyle(e);
	return s.display !== "inline" && (/hidden|clip/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1 || /hidden|clip/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 2);
}).map((e) => e.tagName + "." + e.className + " " + e.textContent.trim().slice(0, 60)).slice(0, 5)`

// spaced sets what WCAG 1.4.12 lets a reader set for herself.
const spaced = `(() => {
	const own = new CSSStyleSheet();
	own.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }");
	document.adoptedStyleSheets = [own];
	return true;
})()`

// Enlarged to 200 % and 400 %, and with a reader's own spacing of letters and lines, every page is read by scrolling one
// way only, and nothing of it is cut off (WCAG 1.4.4, 1.4.10, 1.4.12).
func TestEveryPageIsReadWhenItIsEnlarged(t *testing.T) {
	b := use(t)
	all, _ := b.stops(t)
	b.visits(t, layouts(all), i18n.Albanian, func(v *visitor, s stop) {
		look := func(how string) {
			v.fits(s.path + how)
			for _, cut := range eval[[]string](v, clipped) {
				t.Errorf("%s%s: cut off: %s", s.path, how, cut)
			}
		}
		v.size(desk)
		look("")
		v.size(twice)
		look(" at 200 %")
		v.size(fourTimes)
		look(" at 400 %")
		eval[bool](v, spaced)
		look(" at 400 %, spaced")
		v.size(desk)
		look(", spaced")
	})
}

func (v *visitor) media(feature, value string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
	ok(v.t, err)
}

// With the system's own few colours the focus and the risk are still seen: by a line, a word and a shape.
func TestForcedColoursKeepWhatMatters(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	v.media("forced-colors", "active")
	for _, path := range []string{"/board", "/cases/" + b.richCase(t)} {
		v.open(path)
		if !eval[bool](v, `matchMedia("(forced-colors: active)").matches`) {
			t.Fatal("the colours are not forced")
		}
		if n := v.count(".risk"); n == 0 {
			t.Errorf("%s shows no risk", path)
		}
		if n := eval[int](v, `[...document.querySelectorAll(".risk:not(svg *)")].filter((e) => !e.innerText.trim() || getComputedStyle(e, "::before").content.length < 3).length`); n > 0 {
			t.Errorf("%s: %d risks are told by colour alone", path, n)
		}
		for range 12 {
			v.do(chromedp.KeyEvent("\t"))
			if lost := eval[string](v, focusUnseen); lost != "" {
				t.Errorf("%s: %s", path, lost)
			}
		}
	}
}
