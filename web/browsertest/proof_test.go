package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/handlers"
)

// The auditor's browser proves an event by itself: what it is given as it was stored is valid, and anything else in it is not.
func TestTheBrowserProvesAnEvent(t *testing.T) {
	b, w := use(t), words(t)
	v := signedIn(t, auditor)
	id := b.richCase(t)
	line, err := b.app.Service().Timeline(t.Context(), v.Caller, id, handlers.At{})
	ok(t, err)
	at := line.Entries[4].Position
	v.open(fmt.Sprintf("/cases/%s/replay?at=%d", id, at))
	v.press(`#replay a[href^="/audit/proof/"]`)
	v.until(`document.querySelector("[data-verdict]")?.dataset.verdict === "valid"`)
	if got := v.text("[data-verdict]"); got != w.T("prove.valid") {
		t.Errorf("the verdict is %q", got)
	}
	for _, step := range []string{"bytes", "leaf", "root", "signature"} {
		if is := eval[string](v, fmt.Sprintf(`document.querySelector("[data-step=%s]").dataset.is`, step)); is != "yes" {
			t.Errorf("%s: %s", step, is)
		}
	}
	eval[bool](v, `(document.getElementById("stored").open = true)`)
	if got := v.text("#stored pre"); !strings.Contains(got, v.Caller.Institution) && !strings.Contains(got, `"`) {
		t.Errorf("what was proved is not shown: %.200s", got)
	}
	// The same module, given a proof in which one thing is not as it was stored.
	eval[bool](v, `(import(document.querySelector('script[src*="own/prove.js"]').src).then((m) => { globalThis.prove = m.prove; }), true)`)
	v.until(`typeof globalThis.prove === "function"`)
	for what, change := range map[string]string{
		"a byte of the data":  `p.data = (p.data[0] === "A" ? "B" : "A") + p.data.slice(1)`,
		"its type":            `p.type = "case.closed"`,
		"its revision":        `p.revision++`,
		"when it was":         `p.recorded_at = p.recorded_at.replace("20", "21")`,
		"its place":           `p.leaf_index++`,
		"a step of the path":  `p.path[3] = p.path[2]`,
		"a step too few":      `p.path.pop()`,
		"the signed size":     `p.checkpoint = p.checkpoint.replace(/\n(\d+)\n/, (_, n) => "\n" + (Number(n) + 1) + "\n")`,
		"the signature":       `p.checkpoint = p.checkpoint.replace(/(— \S+ ......)(.)/, (_, a, c) => a + (c === "A" ? "B" : "A"))`,
		"somebody else's key": `p.verifier = p.verifier.replace("mkr-", "mkx-")`,
	} {
		eval[bool](v, `(() => { globalThis.said = undefined; const p = JSON.parse(document.getElementById("proof").textContent); `+change+`;
			prove(p).then((o) => { globalThis.said = String(o.valid); }, () => { globalThis.said = "false"; }); return true; })()`)
		v.until(`globalThis.said !== undefined`)
		if said := eval[string](v, `globalThis.said`); said != "false" {
			t.Errorf("with another value for %s the proof is %s", what, said)
		}
	}
	eval[bool](v, `(() => { globalThis.said = undefined; prove(JSON.parse(document.getElementById("proof").textContent)).then((o) => { globalThis.said = String(o.valid); }); return true; })()`)
	v.until(`globalThis.said === "true"`)
}

// Who is no auditor sees what was signed, and is not offered a proof.
func TestEverybodySeesWhatWasSigned(t *testing.T) {
	v := signedIn(t, police)
	v.open("/audit")
	if n := eval[int](v, `document.querySelectorAll('form[action="/audit/proof"]').length`); n != 0 {
		t.Error("a proof is offered to the police")
	}
	if text := v.text("main"); !strings.Contains(text, "mkr-") {
		t.Errorf("the checkpoint is not shown: %.200s", text)
	}
	if v.Caller.Role != access.Police {
		t.Fatal("not the police")
	}
}
