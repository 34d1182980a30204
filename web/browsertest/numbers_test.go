package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"mkr/web/i18n"
)

// TestScriptsWriteNumbersAsTheServerDoes: what a page counts by itself reads like what it was served with.
func TestScriptsWriteNumbersAsTheServerDoes(t *testing.T) {
	v := signedIn(t, coordinator)
	for _, l := range i18n.Languages {
		words := i18n.For(l, words(t).Zone())
		v.speak(l)
		v.open("/board")
		v.follows()
		for _, n := range []int{7, 999, 1000, 1_234_567} {
			eval[bool](v, fmt.Sprintf(`(window.said = null, import(document.querySelector('link[href$="/clock.js"]').href).then((m) => { window.said = m.digits(%d); }), true)`, n))
			v.until("window.said !== null")
			if got := eval[string](v, "window.said"); got != words.Number(n) {
				t.Errorf("%s: a script writes %q, the server %q", l, got, words.Number(n))
			}
		}
		// The foot is written anew each second; before, the server wrote it.
		position := words.Position(eval[uint64](v, `Number(document.querySelector("#stand").dataset.position)`))
		if at := v.text("#stand .at"); !strings.Contains(at, position) {
			t.Errorf("%s: the foot says %q, want %s in it", l, at, position)
		}
	}
}
