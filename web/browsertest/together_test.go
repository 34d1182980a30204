package browsertest

import (
	"fmt"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

func row(key string) string { return fmt.Sprintf(`main tr[data-key=%q]`, key) }

// taskOf is the row of an inbox or outbox that is about a case.
func taskOf(caseID string) string { return fmt.Sprintf(`main tr[data-key^=%q]`, caseID+":") }

// The main job: the police refer, and everybody sees it without a reload; the NGO accepts, and everybody sees that.
func TestWhatOneDoesTheOthersSee(t *testing.T) {
	b := use(t)
	w := words(t)
	a := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	b.assessed(t, b.as(t, coordinator), a.Case, casefile.Medium)

	officer, boss, helper := signedIn(t, police), signedIn(t, coordinator), signedIn(t, ngo)
	boss.open(wholeBoard)
	helper.open("/inbox")
	for _, v := range []*visitor{boss, helper} {
		v.follows()
		v.mark()
	}
	waiting := boss.figure(1)
	was := boss.text(row(a.Case) + " .last")

	officer.open("/cases/" + a.Case)
	officer.act("referral.create", "")
	officer.choose("to", helper.Caller.Institution)
	officer.choose("service", "legal_aid")
	officer.choose("urgency", casefile.Immediate)
	officer.write("reason", b.secret("Ka nevojë për avokate para seancës së parë"))
	officer.choose("basis", casefile.LegalBases[0])
	officer.file()

	// The board: who has the ball now, and one more that waits. Nothing was loaded again.
	boss.until(`document.querySelector(%s)?.innerText.includes("Hapat e Lehtë")`, row(a.Case)+" .ball")
	if now := boss.text(row(a.Case) + " .last"); now == was {
		t.Errorf("the last event is still %q", now)
	}
	boss.until(figureIs, 1, waiting+1)
	// The inbox of the NGO.
	helper.until(`document.querySelector(%s)`, taskOf(a.Case))
	helper.same()

	officer.open("/outbox")
	officer.follows()
	officer.mark()
	if status := officer.text(taskOf(a.Case) + " .tag"); status != w.Code("status", "sent") {
		t.Errorf("the outbox says %q", status)
	}

	helper.press(taskOf(a.Case) + " th a")
	referral := eval[string](helper, `document.querySelector('main a[href*="/do/referral.accept?"]')?.search.slice("?target=".length) ?? ""`)
	helper.act("referral.accept", referral)
	helper.file()
	if helper.offers("referral.accept", referral) || !helper.offers("referral.start", referral) {
		t.Error("after accepting, the page does not offer what comes next")
	}

	officer.until(`document.querySelector(%s)?.innerText === %s`, taskOf(a.Case)+" .tag", w.Code("status", "accepted"))
	boss.until(`document.querySelector(%s)?.innerText.includes(%s)`, row(a.Case)+" .last", w.Code("event", "referral.accepted"))
	boss.until(figureIs, 1, waiting)
	officer.same()
	boss.same()

	boss.figuresTell()
}

const figureIs = `+[...document.querySelectorAll(".strip a b")][%d]?.innerText.replace(/\D/g, "") === %d`

// figure is a number of the strip, by its place.
func (v *visitor) figure(n int) int {
	v.t.Helper()
	return eval[int](v, fmt.Sprintf(`+[...document.querySelectorAll(".strip a b")][%d].innerText.replace(/\D/g, "")`, n))
}

// figuresTell opens the list behind every number of the strip and counts it: page by page, as a person would.
func (v *visitor) figuresTell() {
	v.t.Helper()
	v.open(wholeBoard)
	for n := range v.count(".strip a") {
		v.open(wholeBoard)
		want := v.figure(n)
		v.press(fmt.Sprintf(".strip a:nth-of-type(%d)", n+1))
		got := v.count("main tbody tr:not(.group)")
		for v.count(`main a[rel="next"]`) > 0 {
			v.press(`main a[rel="next"]`)
			got += v.count("main tbody tr:not(.group)")
		}
		if got != want {
			v.t.Errorf("figure %d says %d, its list has %d rows", n+1, want, got)
		}
	}
}

// A case about which nothing has happened for long is followed from where the lists stand: it is loaded once.
func TestAQuietCaseIsFollowedAtOnce(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	rich := b.richCase(t)
	b.newCase(t, v.Caller, casefile.DomesticViolence) // the log has moved on since
	v.open(wholeBoard)
	before := v.seen.documents()
	v.open("/cases/" + rich)
	v.follows()
	b.step(t, v.Caller, rich, "measure.take", "", &handlers.TakeMeasure{Kind: "orientation"})
	v.until(`document.querySelector("#part-measures").innerText.includes(%s)`, words(t).Code("measure_kind", "orientation"))
	if n := v.seen.documents() - before; n != 1 {
		t.Errorf("the page was loaded %d times", n)
	}
}
