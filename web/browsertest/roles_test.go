package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
	"mkr/web/i18n"
)

// enter goes in by the demo's button on the sign-in page, as a visitor does.
func enter(t *testing.T, username string) *visitor {
	t.Helper()
	v := visit(t)
	v.open("/")
	at := v.press(fmt.Sprintf(`.accounts form:has(input[name="username"][value=%q]) button`, username))
	if strings.HasPrefix(at, "/signin") || v.count(`form[action="/signout"]`) == 0 {
		v.fail("signing in", fmt.Errorf("%s stands at %s", username, at))
	}
	v.Caller = v.b.as(t, username)
	return v
}

// readCase goes to a case as people do: from the list that she looks at.
func (v *visitor) readCase(list, id string) {
	v.t.Helper()
	v.open(list)
	v.press(fmt.Sprintf(`main tr[data-key^=%q] a.code`, id))
}

// item gives the words of a part of the case.
func (v *visitor) part(key string) string {
	v.t.Helper()
	// What is over is folded away: she opens it.
	eval[bool](v, fmt.Sprintf(`document.querySelectorAll("#part-%s details").forEach((d) => { d.open = true; }) ?? true`, key))
	return v.text("#part-" + key)
}

// shows makes sure that a part of the case says something.
func (v *visitor) shows(key string, texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		if !strings.Contains(v.part(key), text) {
			v.t.Errorf("the case's %s do not say %q: %s", key, text, v.part(key))
		}
	}
}

// target is the thing that an offered action acts on, when there is one such action.
func (v *visitor) target(action string) string {
	v.t.Helper()
	return eval[string](v, fmt.Sprintf(`(() => {
		const links = [...document.querySelectorAll('main a[href*="/do/%s?target="]')];
		return links.length === 1 ? new URL(links[0].href).searchParams.get("target") : "";
	})()`, action))
}

func TestTheCoordinatorJudgesRiskAndConvenesTheTeam(t *testing.T) {
	b, w := use(t), words(t)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	v := enter(t, coordinator)
	if at := eval[string](v, "location.pathname"); at != "/board" {
		t.Errorf("her day begins at %s", at)
	}
	v.readCase(wholeBoard, made.Case)
	v.act("risk.assess", "")
	v.check("factors", "weapons")
	v.choose("level", casefile.High)
	v.write("reason", b.secret("Ai ka armë në shtëpi dhe e ka kërcënuar me të"))
	v.file()
	if v.count(".casehead .risk.high") != 1 {
		t.Error("the case does not show its high risk")
	}

	v.open("/meetings")
	v.press(`a[href="/meetings/new"]`)
	v.choose("kind", string(meeting.ETN))
	v.when("when", soon(3))
	v.choose("place", "online")
	v.check("invited", b.as(t, police).Institution)
	at := v.file()
	if !strings.HasPrefix(at, "/meetings/") {
		t.Errorf("the meeting is at %s", at)
	}
	v.press(`main a[href$="/do/meeting.add_to_agenda"]`)
	v.choose("case", made.Case)
	v.choose("reason", "high_risk")
	v.file()
	if !strings.Contains(v.text("main"), made.Code) {
		t.Error("the agenda does not show the case")
	}
	if lines := v.text("main"); !strings.Contains(lines, w.Code("meeting_kind", string(meeting.ETN))) || !strings.Contains(lines, "Policia Shkodër") {
		t.Error("the meeting does not say what it is and who is invited")
	}
}

func TestThePoliceOpenACaseAndIssueAnOrder(t *testing.T) {
	b := use(t)
	v := enter(t, police)
	v.open("/board")
	v.press(`a[href="/cases/new"]`)
	v.choose("kind", casefile.DomesticViolence)
	v.choose("channel", "police_129")
	v.check("violence", "physical")
	her, him := b.invent("Bora"), b.invent("Gjon")
	v.choose("persons[0].role", "survivor")
	v.write("persons[0].name", her)
	v.write("persons[0].phone", b.secret("+355690007777"))
	v.choose("persons[1].role", "alleged_perpetrator")
	v.choose("persons[1].relation", "spouse")
	v.write("persons[1].name", him)
	id := strings.TrimPrefix(v.file(), "/cases/")
	if n := v.count("#part-persons .items > li"); n != 2 {
		t.Errorf("the case has %d persons", n)
	}

	// The names are sealed until she opens one, in place.
	if text := v.text("main"); strings.Contains(text, her) || strings.Contains(text, him) {
		t.Error("a name is read by nobody's will")
	}
	v.mark()
	v.click("#part-persons .items > li:first-child form[data-open] button")
	v.until(`document.querySelector("#part-persons .opened")?.innerText.includes(%s)`, her)
	v.same()
	if strings.Contains(v.text("main"), him) {
		t.Error("another name was opened too")
	}

	v.open("/cases/" + id)
	v.act("risk.assess", "")
	v.check("factors", "strangulation")
	v.choose("level", casefile.High)
	v.write("reason", b.secret("E ka kapur për fyti para fëmijëve"))
	v.file()
	v.act("order.issue_umpmm", "")
	v.choose("executor", v.Caller.Institution)
	v.check("conditions", "a")
	v.check("conditions", "b")
	v.file()
	v.shows("orders", "UMPMM", words(t).Code("status", string(casefile.OrderInForce)))
	if !strings.Contains(v.text(".ballbox"), "Policia Shkodër") {
		t.Errorf("the ball: %s", v.text(".ballbox"))
	}
}

func TestTheNGOTakesAReferralToItsEnd(t *testing.T) {
	b, w := use(t), words(t)
	boss := b.as(t, coordinator)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	b.assessed(t, boss, made.Case, casefile.Medium)
	v := enter(t, ngo)
	r := b.refer(t, boss, made.Case, v.Caller.Institution, "psychosocial").ID
	v.open("/inbox")
	v.press(taskOf(made.Case) + " th a")
	for _, step := range []struct {
		action string
		fill   func()
		status string
	}{
		{"referral.acknowledge", nil, "acknowledged"},
		{"referral.accept", nil, "accepted"},
		{"referral.schedule", func() { v.when("appointment", soon(1)) }, "scheduled"},
		{"referral.start", nil, "in_progress"},
		{"referral.service", func() { v.choose("service", "psychosocial"); v.write("sessions", "2") }, "in_progress"},
		{"referral.complete", func() {
			v.choose("outcome", "helped")
			v.write("note", b.secret("Erdhi në dy seanca dhe ndihet më mirë"))
		}, "completed"},
	} {
		v.act(step.action, r)
		if step.fill != nil {
			step.fill()
		}
		v.file()
		if got, want := v.text("#referral-"+r+" .tag"), w.Code("status", step.status); got != want {
			t.Errorf("after %s the referral is %q, want %q", step.action, got, want)
		}
	}
	v.open("/inbox")
	if v.count(taskOf(made.Case)) != 0 {
		t.Error("the task is done and still waits")
	}
}

func TestTheShelterAcceptsAndDeclines(t *testing.T) {
	b, w := use(t), words(t)
	boss := b.as(t, coordinator)
	v := enter(t, shelter)
	takes, declines := b.newCase(t, boss, casefile.DomesticViolence), b.newCase(t, boss, casefile.DomesticViolence)
	first := b.refer(t, boss, takes.Case, v.Caller.Institution, "shelter").ID
	second := b.refer(t, boss, declines.Case, v.Caller.Institution, "shelter").ID
	v.open("/inbox")
	v.press(taskOf(takes.Case) + " th a")
	v.act("referral.accept", first)
	v.file()
	v.shows("referrals", w.Code("status", "accepted"))
	v.open("/inbox")
	v.press(taskOf(declines.Case) + " th a")
	v.act("referral.decline", second)
	v.choose("reason", "no_capacity")
	v.write("note", b.secret("Të pesë shtretërit janë të zënë deri të hënën"))
	// Who has declined has no part in the case any more: the receipt is with her tasks.
	if at := v.file(); at != "/inbox" {
		t.Errorf("after declining she stands at %s", at)
	}
	if v.count(taskOf(declines.Case)) != 0 {
		t.Error("what was declined still waits")
	}
}

func TestTheDoctorWritesWhatOnlyMedicineReads(t *testing.T) {
	b := use(t)
	v := enter(t, hospital)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.readCase(wholeBoard, made.Case)
	v.act("note.write", "")
	v.choose("section", "health")
	text := b.secret("Hematoma në krahun e majtë, frakturë e vjetër")
	v.write("text", text)
	v.file()
	v.click(`.story form[data-open] button`) // the newest entry stands on top
	v.until(`document.querySelector(".story .opened")?.innerText.includes(%s)`, text)

	// The coordinator sees that there is a note, and cannot read it.
	boss := signedIn(t, coordinator)
	boss.open("/cases/" + made.Case)
	if !strings.Contains(boss.text(".story"), words(t).Code("event", "note.written")) {
		t.Errorf("the story does not tell of the note: %s", boss.text(".story"))
	}
	for boss.count(`.story form[data-open] button`) > 0 { // whatever opens, it is not this
		left := boss.count(`.story form[data-open]`)
		boss.click(`.story form[data-open] button`)
		boss.until(`document.querySelectorAll(".story form[data-open]").length < %d`, left)
	}
	if strings.Contains(boss.text("main"), text) {
		t.Error("the coordinator reads a health note")
	}
}

func TestTheCourtDecidesAndHears(t *testing.T) {
	b, w := use(t), words(t)
	boss := b.as(t, coordinator)
	v := enter(t, court)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	b.assessed(t, boss, made.Case, casefile.High)
	order := b.step(t, boss, made.Case, "order.request", "", &handlers.RequestOrder{Type: casefile.UM, Court: v.Caller.Institution}).ID

	v.open("/inbox")
	v.press(taskOf(made.Case) + " th a")
	v.act("hearing.schedule", "")
	v.choose("order", order)
	v.choose("court", v.Caller.Institution)
	v.when("when", thisEvening())
	v.file()
	v.shows("dates", w.Code("next_date", "hearing"))

	v.act("order.issue", order)
	v.choose("executor", b.as(t, police).Institution)
	v.check("conditions", "a")
	v.when("valid_until", soon(180))
	v.file()
	v.shows("orders", "UM", w.Code("status", string(casefile.OrderInForce)))

	hearing := v.target("hearing.record")
	v.act("hearing.record", hearing)
	v.choose("outcome", "order_issued")
	v.file()
	v.shows("dates", w.Code("hearing_outcome", "order_issued"))
}

func TestNJMFDrawsAPlan(t *testing.T) {
	b, w := use(t), words(t)
	v := enter(t, childWorker)
	made := b.newCase(t, v.Caller, casefile.ChildProtection)
	b.assessed(t, v.Caller, made.Case, casefile.Medium)
	v.readCase(wholeBoard, made.Case)
	v.act("plan.draft", "")
	v.file()
	v.act("plan.assign", "")
	v.choose("what", "school_follow_up")
	v.choose("institution", v.Caller.Institution)
	v.when("due", soon(10))
	v.write("detail", b.secret("Të flasë me mësuesen kujdestare çdo javë"))
	v.file()
	v.act("plan.approve", "")
	v.file()
	v.shows("plan", w.Code("plan_kind", casefile.ProtectionPlan), w.T("case.plan_approved"), w.Code("plan_action_code", "school_follow_up"))
	v.act("plan.done", v.target("plan.done"))
	v.file()
	v.shows("plan", w.Code("status", string(casefile.Done)))
}

func TestTheAuditorReplaysAndReadsNoName(t *testing.T) {
	b := use(t)
	boss := b.as(t, coordinator)
	made := b.newCase(t, boss, casefile.DomesticViolence)
	b.assessed(t, boss, made.Case, casefile.Low)
	v := enter(t, auditor)
	v.open("/register")
	v.write("code", made.Code)
	eval[bool](v, "window.left = true")
	v.do(chromedp.KeyEvent(kb.Enter))
	v.until(loaded)
	if n := v.count("main tbody tr"); n != 1 {
		t.Fatalf("the register finds %d cases with the code %s", n, made.Code)
	}
	v.press("main tbody a.code")
	// Who may see the case an auditor may guard; in the case itself there is nothing for an auditor to do.
	if n := v.count(`[data-open], main a[href*="/do/"]:not([href$="/do/case.seal"], [href$="/do/exclusion.set"])`); n != 0 {
		t.Errorf("an auditor is offered %d things to do or open", n)
	}
	v.press(fmt.Sprintf(`main a[href="/cases/%s/replay"]`, made.Case))
	v.mark()
	v.click(`[data-rel="first"]`)
	v.until(`document.querySelector("#step").value === "1"`)
	v.same()

	// Asking for a name past the page is refused.
	v.expect403()
	v.open("/cases/" + made.Case)
	status := eval[int](v, fmt.Sprintf(`(() => {
		const r = new XMLHttpRequest();
		r.open("POST", "/cases/%s/open", false);
		r.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
		r.send("person=" + document.querySelector('[id^="person-"]').id.slice("person-".length));
		return r.status;
	})()`, made.Case))
	if status != 403 {
		t.Errorf("the auditor's wish to read a name is answered %d", status)
	}
}

func (v *visitor) expect403() { v.seen.expect(`status of 403`) }

// Whoever reads English is served in English after choosing it once.
func TestTheLanguageIsRemembered(t *testing.T) {
	v := signedIn(t, "zyra.arsimore") // an account that no other test reads with
	v.open("/board")
	v.click(`button[popovertarget="me"]`)
	v.press(`form[action="/language"] button`)
	en := i18n.For(i18n.English, nil)
	if got := v.text("h1"); got != en.T("board.title") {
		t.Errorf("the board is called %q", got)
	}
	v.open("/inbox")
	if got := eval[string](v, "document.documentElement.lang"); got != "en" {
		t.Errorf("the next page speaks %q", got)
	}
}
