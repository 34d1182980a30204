package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/web/i18n"
)

// journey is one case on its way through five institutions, each with a person at a browser of her own, who does
// everything by the forms of her screens.
type journey struct {
	t     *testing.T
	b     *bed
	w     *i18n.Locale
	shots int

	boss, officer, doctor, keeper, clerk *visitor // coordinator, police, hospital, shelter, court

	id, code string
	order    string
	meeting  string
}

// A call to the hotline becomes a case; police, shelter, hospital and court do their part of it, the team meets and
// decides, the plan is carried out, and the coordinator closes the case. At every step the screen of each who has to know
// says it, the next step is offered to exactly the one whose turn it is, and nobody loads a page again to learn of it.
func TestACaseFromTheHotlineToItsEnd(t *testing.T) {
	j := &journey{t: t, b: use(t), w: words(t)}
	j.boss, j.officer, j.doctor = signedIn(t, coordinator), signedIn(t, police), signedIn(t, hospital)
	j.keeper, j.clerk = signedIn(t, shelter), signedIn(t, court)
	j.keeper.size(phone) // she answers on her phone, whatever she is doing
	for _, step := range []func(){
		j.theCall, j.thePoliceProtect, j.helpIsAsked, j.theShelterTakesHerIn, j.theDoctorExamines, j.theCourtOrders,
		j.thePlan, j.theTeamMeets, j.theWorkIsDone, j.theEnd, j.theWholeStory,
	} {
		step()
	}
}

// picture writes what a person sees into the folder of MKR_PICTURES, for people to look at.
func (j *journey) picture(v *visitor, name string) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		return
	}
	j.shots++
	shot, err := chromedp.Run(v.ctx, chromedp.FullScreenshot(100))
	ok(j.t, err)
	ok(j.t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("journey-%02d-%s.png", j.shots, name)), shot, 0o600))
}

// reads opens the case.
func (j *journey) reads(v *visitor) {
	j.t.Helper()
	v.open("/cases/" + j.id)
}

// view is the case as the coordinator may see it: where the test learns what a form has made.
func (j *journey) view() handlers.CaseView {
	j.t.Helper()
	c, err := j.b.app.Service().Case(j.t.Context(), j.boss.Caller, j.id, handlers.At{})
	ok(j.t, err)
	return c
}

// asked is the referral to an institution.
func (j *journey) asked(v *visitor) string {
	j.t.Helper()
	for _, r := range j.view().Referrals {
		if r.To == v.Caller.Institution {
			return r.ReferralContent.Referral
		}
	}
	j.t.Fatalf("%s was not asked for anything", v.Caller.Institution)
	return ""
}

// task waits until a task of the case is on the list that somebody follows, without loading it again, and opens it.
func (j *journey) task(v *visitor, what string) {
	j.t.Helper()
	v.until(`[...document.querySelectorAll(%s)].some((r) => r.innerText.includes(%s))`, taskOf(j.id), what)
	v.same()
	v.press(taskOf(j.id) + " th a")
	// That she opened what was asked of her is an event of the case, which her own page draws: not under her hand.
	v.until(`document.querySelector(".story")?.innerText.includes(%s)`, j.w.Code("event", "referral.seen"))
	v.until(`document.querySelector('#stand[data-state="live"]')`)
}

// watches opens a list that follows the work.
func (j *journey) watches(v *visitor, list string) {
	j.t.Helper()
	v.open(list)
	v.follows()
	v.mark()
}

// says makes sure that a page tells something.
func (j *journey) says(v *visitor, where string, texts ...string) {
	j.t.Helper()
	for _, text := range texts {
		if got := v.text(where); !strings.Contains(got, text) {
			j.t.Errorf("%s does not say %q: %s", where, text, got)
		}
	}
}

// 1. The hotline rings at the municipality: a case, and the police are asked at once.
func (j *journey) theCall() {
	v, w := j.boss, j.w
	j.watches(j.officer, "/inbox?limit=200")
	v.open("/board")
	v.press(`a[href="/cases/new"]`)
	v.choose("kind", casefile.DomesticViolence)
	v.choose("channel", "hotline_400075")
	v.check("violence", "physical")
	v.choose("persons[0].role", "survivor")
	v.write("persons[0].name", j.b.invent("Liri"))
	v.write("persons[0].phone", j.b.secret("+355690003141"))
	v.choose("persons[1].role", "alleged_perpetrator")
	v.choose("persons[1].relation", "spouse")
	v.write("persons[1].name", j.b.invent("Tonin"))
	j.id = strings.TrimPrefix(v.file(), "/cases/")
	j.code = j.view().Code
	j.says(v, "main", j.code, w.Within("channel", "hotline_400075"))
	j.picture(v, "coordinator-opened")
	j.refers(j.officer, "police_protection", casefile.Immediate, "Burri është te dera dhe ajo ka frikë të dalë")
	v.shows("referrals", "Policia Shkodër", w.Code("status", "sent"), w.T("case.not_seen"))
}

// refers asks an institution for a service, by the coordinator's form.
func (j *journey) refers(to *visitor, service, urgency, reason string) {
	j.t.Helper()
	v := j.boss
	v.act("referral.create", "")
	v.choose("to", to.Caller.Institution)
	v.choose("service", service)
	v.choose("urgency", urgency)
	v.write("reason", j.b.secret(reason))
	v.choose("basis", "law_9669_art_8")
	v.file()
}

// takes does one of the receiver's steps, and makes sure where the referral stands.
func (j *journey) takes(v *visitor, action string, status casefile.Status, fill func()) {
	j.t.Helper()
	r := j.asked(v)
	v.act(action, r)
	if fill != nil {
		fill()
	}
	v.file()
	if got, want := v.text("#referral-"+r+" .tag"), j.w.Code("status", string(status)); got != want {
		j.t.Errorf("after %s the referral is %q, not %q", action, got, want)
	}
}

// 2. The police see the task come in, say that they have it, judge the risk and order the man out of the house. The
// coordinator sees each step as it happens.
func (j *journey) thePoliceProtect() {
	v, w := j.officer, j.w
	j.watches(j.boss, "/outbox")
	j.task(v, w.Code("owed", "acknowledge_referral"))
	j.boss.until(`document.querySelector(%s)?.innerText.includes(%s)`, taskOf(j.id), strings.TrimSpace(w.T("case.seen", "when", "")))
	j.takes(v, "referral.acknowledge", casefile.Acknowledged, nil)
	j.boss.until(`document.querySelector(%s)?.innerText === %s`, taskOf(j.id)+" .tag", w.Code("status", "acknowledged"))
	j.takes(v, "referral.accept", casefile.Accepted, nil)
	j.boss.until(`document.querySelector(%s)?.innerText === %s`, taskOf(j.id)+" .tag", w.Code("status", "accepted"))
	j.boss.same()
	j.picture(j.boss, "coordinator-outbox")
	j.takes(v, "referral.start", casefile.InProgress, nil)

	v.act("risk.assess", "")
	v.check("factors", "threats_to_kill")
	v.check("factors", "weapons")
	v.choose("level", casefile.High)
	v.write("reason", j.b.secret("Ka armë dhe ka thënë se do ta vrasë"))
	v.file()
	if v.count(".casehead .risk.high") != 1 {
		j.t.Error("the officer does not see the high risk that he recorded")
	}
	v.act("order.issue_umpmm", "")
	v.choose("executor", v.Caller.Institution)
	v.check("conditions", "a")
	v.file()
	v.shows("orders", casefile.UMPMM, w.Code("status", string(casefile.OrderInForce)))
	v.act("order.execute", j.view().Orders[0].ID)
	v.file()
	j.picture(v, "police-ordered")
}

// 3. The coordinator asks the shelter for a bed and the hospital for an exam; the police ask the court for an order.
func (j *journey) helpIsAsked() {
	j.watches(j.doctor, "/inbox?limit=200")
	j.watches(j.clerk, "/inbox?limit=200")
	j.keeper.open("/institutions/" + j.keeper.Caller.Institution) // her beds are counted today
	j.keeper.press(`main a[href*="/do/institution.report_capacity"]`)
	if j.keeper.count(`main select[name="service"]`) > 0 {
		j.keeper.choose("service", "shelter")
	}
	j.keeper.rewrite("total", "60")
	j.keeper.rewrite("available", "30")
	j.keeper.file()
	j.watches(j.keeper, "/inbox?limit=200")

	j.reads(j.boss)
	if j.boss.count(".casehead .risk.high") != 1 {
		j.t.Error("the coordinator does not see the high risk")
	}
	j.refers(j.keeper, "shelter", casefile.Immediate, "Një shtrat për sonte, vjen me policinë")
	j.refers(j.doctor, "health", casefile.Urgent, "Ka goditje në kokë dhe në krah")
	j.boss.shows("referrals", "Gruaja tek Gruaja", "Urgjenca, Spitali Shkodër")

	v := j.officer
	j.reads(v)
	v.act("order.request", "")
	v.choose("type", casefile.UMM)
	v.choose("court", j.clerk.Caller.Institution)
	v.file()
	for _, o := range j.view().Orders {
		if o.Type == casefile.UMM {
			j.order = o.ID
		}
	}
	v.shows("orders", casefile.UMM, j.w.Code("status", string(casefile.OrderAsked)))
}
