package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mkr/domain/casefile"
)

// The convener takes what the agenda proposes, records who came and decides; an invited institution sees it without a
// reload, and the minutes hold it all.
func TestAMeetingFromItsProposalsToItsMinutes(t *testing.T) {
	b, w := use(t), words(t)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	b.assessed(t, b.as(t, coordinator), made.Case, casefile.High)
	boss := signedIn(t, coordinator)
	boss.open("/meetings/new")
	boss.choose("kind", "etn")
	soon := b.app.Service().Clock.Now().In(w.Zone()).Add(time.Hour)
	eval[string](boss, fmt.Sprintf(`document.querySelector('[name="when"]').value = %q`, soon.Format("2006-01-02T15:04")))
	boss.choose("place", "municipality")
	for _, who := range []string{police, ngo} {
		boss.click(fmt.Sprintf(`main input[name="invited"][value=%q]`, b.as(t, who).Institution))
	}
	boss.send()
	at := boss.here()

	officer := signedIn(t, police)
	officer.open(at)
	officer.follows()
	officer.mark()
	if officer.count("main #proposals, main #attendance button") > 0 {
		t.Error("who is invited may write in the meeting")
	}

	// Why each is proposed is said; what has become dangerous is taken.
	line := fmt.Sprintf(`main .proposals li:has(a[href=%q])`, "/cases/"+made.Case)
	if text := boss.text(line); !strings.Contains(text, w.N("proposal.high_risk", 1, "when", w.Date(b.app.Service().Clock.Now()))) {
		t.Errorf("the case is proposed so: %q", text)
	}
	boss.press(line + " button")
	item := fmt.Sprintf("main #agenda-%s", made.Case)
	boss.until(`document.querySelector(%s)`, item)
	officer.until(`document.querySelector(%s)`, item)

	boss.press(`main #came-` + b.as(t, police).Institution + `-present`)
	boss.press(`main #came-` + b.as(t, ngo).Institution + `-present`)
	boss.until(`document.querySelector("#attendance .tag.good")`)
	officer.until(`document.querySelector("#attendance .quorum .tag")?.innerText === %s`, w.T("meeting.quorum"))

	boss.press(item + ` a[href*="record_decision"]`)
	boss.choose("action", "safety_plan")
	boss.choose("owner", b.as(t, police).Institution)
	eval[string](boss, fmt.Sprintf(`document.querySelector('[name="due"]').value = %q`, soon.AddDate(0, 0, 7).Format("2006-01-02T15:04")))
	boss.send()
	officer.until(`document.querySelector(%s)?.innerText.includes(%s)`, item+" .decisions", w.Code("plan_action_code", "safety_plan"))
	officer.same()

	// On the screen in the room the case that is called shows on every other screen at once, with what was decided.
	officer.open(at + "/live")
	officer.follows()
	officer.mark()
	boss.open(at + "/live")
	boss.press("main #next-case")
	boss.until(`document.querySelector("#now h2 a")`)
	officer.until(`document.querySelector("#now h2")?.innerText.includes(%s)`, made.Code)
	officer.until(`document.querySelector("#now .decisions")?.innerText.includes(%s)`, w.Code("plan_action_code", "safety_plan"))
	officer.until(`document.querySelector("#now .returns")?.innerText.includes(%s)`, w.T("returns.missing"))
	officer.same()
	boss.accessible("the screen in the room")
	boss.open(at)

	boss.press("main #to-minutes")
	text := boss.text("main .paper")
	for _, want := range []string{made.Code, w.Code("plan_action_code", "safety_plan"), w.Date(soon.AddDate(0, 0, 7)), w.T("minutes.draft"), w.T("minutes.quorum")} {
		if !strings.Contains(text, want) {
			t.Errorf("the minutes do not say %q:\n%s", want, text)
		}
	}
	if !eval[bool](boss, `!document.querySelector("button[data-print]").hidden`) {
		t.Error("there is no button that prints")
	}
}
