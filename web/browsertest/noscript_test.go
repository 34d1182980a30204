package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
)

// Without scripts everything works but what is live by nature: signing in, the board, names, a referral, the replay.
func TestItWorksWithoutScripts(t *testing.T) {
	b := use(t)
	boss := b.as(t, coordinator)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	b.assessed(t, boss, made.Case, casefile.Medium)

	v := visit(t)
	_, err := chromedp.Call(v.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	ok(t, err)
	v.open("/")
	v.press(fmt.Sprintf(`.accounts form:has(input[name="username"][value=%q]) button`, coordinator))
	v.open(wholeBoard)
	if v.count(`#stand[data-state="still"]`) != 1 {
		t.Error("without scripts the board does not say that it stands still")
	}
	v.choose("kind", casefile.DomesticViolence)
	v.press("main form.filters button")
	if n := v.count(fmt.Sprintf(`main tbody tr:not(:has(a[href="/cases/%s"]))`, made.Case)); n == 0 || v.count(row(made.Case)) != 1 {
		t.Errorf("the filtered board lacks the case, or shows nothing else")
	}
	v.press(row(made.Case) + " th a")

	// A name opens with the whole page around it.
	v.press("#part-persons form[data-open] button")
	if v.count("#part-persons .opened dd") == 0 {
		t.Error("no name was opened")
	}
	v.open("/cases/" + made.Case)
	v.act("referral.create", "")
	v.choose("to", b.as(t, ngo).Institution)
	v.choose("service", "legal_aid")
	v.choose("urgency", casefile.Urgent)
	v.write("reason", b.secret("Shkruar pa asnjë skript në shfletues"))
	v.choose("basis", casefile.LegalBases[0])
	v.file()
	v.shows("referrals", "Hapat e Lehtë")

	v.press(fmt.Sprintf(`main a[href="/cases/%s/replay"]`, made.Case))
	v.press(`[data-rel="first"]`)
	if got := eval[string](v, `document.querySelector("#step").value`); got != "1" {
		t.Errorf("the replay stands at %s", got)
	}
}
