package browsertest

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
)

// One looks at what the receiver will see, changes one's mind, sends, and finds the copy of what was sent.
func TestOneLooksFirstAtWhatTheReceiverWillSee(t *testing.T) {
	b, w := use(t), words(t)
	boss := b.as(t, coordinator)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	v := signedIn(t, coordinator)
	v.open("/cases/" + made.Case + "/do/referral.create?service=psychosocial")
	to := b.as(t, ngo).Institution
	eval[bool](v, `(() => {
		const set = (name, value) => { const e = document.querySelector("[name=" + name + "]"); e.value = value; e.dispatchEvent(new Event("change", { bubbles: true })); };
		set("to", "`+to+`"); set("service", "psychosocial"); set("reason", "Ka nevojë për këshillim"); set("basis", "law_9669_art_8");
		document.querySelector("[name=urgency][value=routine]").click();
		return true;
	})()`)
	v.click(`button[name=preview]`)
	v.until(`!!document.querySelector("#shown")`)
	for _, want := range []string{w.T("shown.opens"), w.Code("person_role", "survivor"), w.Code("event", "referral.sent")} {
		if got := v.text(".shown"); !strings.Contains(got, want) {
			t.Errorf("the preview does not say %q: %s", want, got)
		}
	}
	if typed := eval[string](v, `document.querySelector("[name=reason]").value`); typed != "Ka nevojë për këshillim" {
		t.Errorf("what was typed is now %q", typed)
	}
	v.accessible("the preview")
	shoot(t, v, "preview")
	eval[bool](v, `document.querySelector(".shown details").open = true`)
	v.accessible("the preview with its page")
	shoot(t, v, "preview-page")
	v.press(`main form[data-form] button.primary`)
	v.until(`location.pathname === "/cases/` + made.Case + `"`)
	v.press(`main a[href$="/sent"]`)
	v.until(`!!document.querySelector("#sent")`)
	v.accessible("what was sent")
	v.press(`main form[action$="/sent"] button`)
	v.until(`!!document.querySelector(".opened")`)
	shoot(t, v, "sent")
}

// shoot keeps a picture for people to look at.
func shoot(t *testing.T, v *visitor, name string) {
	t.Helper()
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	ok(t, err)
	ok(t, os.WriteFile(dir+"/"+name+".png", shot, 0o600))
}
