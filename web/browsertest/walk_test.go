package browsertest

import (
	"strings"
	"testing"

	"mkr/domain/casefile"
)

// A child's case, by the forms of the screen alone: whom the form calls a child needs no second box, the screening and the
// placement are filed, the court is asked, finds the question among its tasks and answers, and who asked sees it.
func TestNJMFTakesAChildToSafety(t *testing.T) {
	b, w := use(t), words(t)
	v, clerk := enter(t, childWorker), signedIn(t, court)
	v.open("/board")
	v.press(`main a[href="/cases/new"]`)
	v.choose("kind", casefile.ChildProtection)
	v.choose("channel", "school")
	v.check("violence", "neglect")
	v.choose("persons[0].role", casefile.Child)
	v.write("persons[0].name", b.invent("Drini"))
	id := strings.TrimPrefix(v.file(), "/cases/")
	v.shows("persons", w.T("case.minor"))

	v.act("child.screen", "")
	v.check("signs", "trafficking_suspected")
	v.choose("level", casefile.High)
	v.file()
	v.act("measure.take", "")
	v.choose("kind", "emergency_placement")
	v.file()
	measure := v.target("measure.ask_court")
	v.act("measure.ask_court", measure)
	v.choose("court", clerk.Caller.Institution)
	v.file()

	clerk.open("/inbox?limit=200")
	clerk.press(taskOf(id) + " th a")
	clerk.act("measure.confirm", measure)
	clerk.file()

	v.open("/cases/" + id)
	v.shows("measures", w.Code("measure_status", "confirmed"))
	v.act("measure.monitor", measure)
	v.choose("finding", "better")
	v.file()
	if !strings.Contains(v.text(".story"), w.Code("event", "measure.monitored")) {
		t.Errorf("the story does not tell how the child is: %s", v.text(".story"))
	}
}

// The police report that an order is not kept, from the order itself; whoever leads the case finds it among her tasks and
// says that she knows.
func TestThePoliceReportABreach(t *testing.T) {
	b, w := use(t), words(t)
	v, boss := enter(t, police), signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	v.act("order.issue_umpmm", "")
	v.choose("executor", v.Caller.Institution)
	v.check("conditions", "a")
	v.file()
	v.act("order.breach", v.target("order.breach"))
	v.write("detail", b.secret("E telefonoi tri herë sonte"))
	v.file()

	boss.open("/inbox?limit=200")
	if got := boss.text(taskOf(made.Case)); !strings.Contains(boss.text("main"), w.Code("owed", "acknowledge_breach")) {
		t.Errorf("who leads the case is not told of the breach: %s", got)
	}
	boss.open("/cases/" + made.Case)
	boss.act("breach.acknowledge", boss.target("breach.acknowledge"))
	boss.file()
	if boss.count(`main a[href*="/do/breach.acknowledge?"]`) > 0 {
		t.Error("what is known is asked for again")
	}
}

// An auditor who came in by the demo's button finds who looked at a case, asks what that account could see then, and gets
// the case's file: the password that is asked for again stands on the screen of a demo.
func TestTheAuditorAsksWhoLooked(t *testing.T) {
	b, w := use(t), words(t)
	boss := signedIn(t, coordinator)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	boss.open("/cases/" + made.Case)

	v := enter(t, auditor)
	v.open("/register?code=" + made.Code)
	v.press("main tbody a.code")
	v.press(`main a[href$="/looks"]`)
	if text := v.text("main tbody"); !strings.Contains(text, w.Code("role", boss.Caller.Role)) {
		t.Errorf("the coordinator's look is not listed: %s", text)
	}
	if at := v.press(`main tbody a[href*="/audit/seen-as/` + boss.Caller.Account + `"]`); !strings.HasSuffix(at, boss.Caller.Account) {
		t.Errorf("what she could see then is asked at %s", at)
	}
	v.expect403() // the question who it is, in the place of the page
	v.open("/cases/" + made.Case + "/bundle")
	v.provesByScreen()
	if at := v.here(); at != "/cases/"+made.Case+"/bundle" || v.count(`main form[action$="/bundle/file"]`) == 0 {
		t.Errorf("after the password of the screen she stands at %s", at)
	}
}

// A file of rules that is none is refused with its line and the reason, and stays in its field to be mended; nothing has
// changed.
func TestABadPackIsRefusedWithItsLine(t *testing.T) {
	v := enter(t, administrator)
	v.open("/rules")
	before := v.count("main section")
	v.press(`main a[href="/rules/packs/new"]`)
	bad := `{"id": "AL-PROVE", "version": 1, "valid_from": "nesër"}`
	v.write("pack", bad)
	v.seen.expect(`status of 422`)
	v.expect403()
	v.send()
	v.provesByScreen() // what was pasted is not lost on the way
	if said := v.text(".errors"); !strings.Contains(said, "line 1") || !strings.Contains(said, "source") || v.count(`.errors [lang="en"]`) != 1 {
		t.Errorf("of a bad pack is said: %q", said)
	}
	if v.count("#receipt") > 0 || eval[string](v, `document.querySelector("[name=pack]").value`) != bad {
		t.Error("a bad pack was taken, or what was pasted is gone")
	}
	v.open("/rules")
	if after := v.count("main section"); after != before {
		t.Errorf("%d packs, before %d", after, before)
	}
}

// provesByScreen answers the question who it is with the password that a demo shows beside it.
func (v *visitor) provesByScreen() {
	v.t.Helper()
	v.write("old", v.text("main .door code"))
	v.press(`main form[action="/account/raise"] button.primary`)
}
