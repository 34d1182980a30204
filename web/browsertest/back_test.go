package browsertest

import (
	"testing"

	"mkr/domain/casefile"
)

// Who goes back after filing finds the form empty: what was filed is not filed once more by the next press. What was
// typed and not filed is offered again.
func TestBackAfterFilingFindsAnEmptyForm(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	v.act("note.write", "")
	v.choose("section", "general")
	v.write("text", b.secret("Telefonoi motra e saj"))
	v.file()
	eval[bool](v, `(window.left = true, history.back(), true)`)
	v.until(loaded)
	v.until(`document.querySelector(%s)`, named("text"))
	if got := eval[string](v, `document.querySelector("main [name=text]").value + (document.querySelector("main [name=section]:checked")?.value ?? "")`); got != "" {
		t.Errorf("the form holds what was filed: %q", got)
	}
	if v.count(".draft") > 0 {
		t.Error("what was filed is offered as a draft")
	}
	v.write("text", b.secret("Kërkoi një takim të enjten"))
	v.until(`Object.keys(localStorage).some((k) => k.startsWith("mkr-draft:"))`)
	v.press(`main a[href$="` + "/cases/" + made.Case + `"]`)
	eval[bool](v, `(window.left = true, history.back(), true)`)
	v.until(loaded)
	v.until(`document.querySelector(".draft [data-draft=draft-restore]")`)
}
