package browsertest

import (
	"fmt"
	"strings"
	"time"

	"mkr/domain/casefile"
)

// 4. The shelter's worker has the task on her phone while she looks at it, and takes the woman in.
func (j *journey) theShelterTakesHerIn() {
	v, w := j.keeper, j.w
	j.picture(v, "shelter-inbox")
	j.task(v, w.Code("owed", "acknowledge_referral"))
	j.picture(v, "shelter-case")
	if eval[bool](v, "document.documentElement.scrollWidth > innerWidth") {
		j.t.Error("the case is wider than a phone")
	}
	j.takes(v, "referral.accept", casefile.Accepted, nil)
	j.takes(v, "referral.start", casefile.InProgress, nil)
	j.reads(j.boss)
	j.boss.shows("referrals", w.Code("status", string(casefile.InProgress)))
}

// 5. The doctor accepts, writes what only medicine reads, and closes the loop: she was helped.
func (j *journey) theDoctorExamines() {
	v, w := j.doctor, j.w
	j.task(v, w.Code("owed", "acknowledge_referral"))
	j.takes(v, "referral.accept", casefile.Accepted, nil)
	j.takes(v, "referral.start", casefile.InProgress, nil)
	v.act("note.write", "")
	v.choose("section", "health")
	found := j.b.secret("Hematomë në tëmthin e majtë, pa frakturë")
	v.write("text", found)
	v.file()
	j.takes(v, "referral.service", casefile.InProgress, func() { v.choose("service", "health"); v.write("sessions", "1") })
	j.takes(v, "referral.complete", casefile.Completed, func() { v.choose("outcome", "helped") })
	j.picture(v, "hospital-done")
	v.open("/inbox?limit=200")
	if v.count(taskOf(j.id)) != 0 {
		j.t.Error("the exam is over and still waits in the hospital's inbox")
	}
	j.reads(j.boss)
	j.boss.shows("referrals", w.Code("status", string(casefile.Completed)), w.Within("outcome", "helped"))
	if strings.Contains(j.boss.text("main"), found) {
		j.t.Error("the coordinator reads what only medicine may")
	}
}

// 6. The court hears and orders; the copies go out and the police carry it out.
func (j *journey) theCourtOrders() {
	v, w := j.clerk, j.w
	j.task(v, w.Code("owed", "decide_order"))
	v.act("hearing.schedule", "")
	v.choose("order", j.order)
	v.choose("court", v.Caller.Institution)
	v.when("when", thisEvening())
	v.file()
	v.shows("dates", w.Code("next_date", "hearing"))
	j.picture(v, "court-hearing")
	j.watches(j.officer, "/inbox?limit=200")
	v.act("order.issue", j.order)
	v.choose("executor", j.officer.Caller.Institution)
	v.check("conditions", "a")
	v.check("conditions", "b")
	v.file()
	v.shows("orders", casefile.UMM, w.Code("status", string(casefile.OrderInForce)), w.Code("status", string(casefile.OrderReplaced)))
	v.act("order.serve", j.order)
	v.file()
	v.act("hearing.record", v.target("hearing.record"))
	v.choose("outcome", "order_issued")
	v.file()

	j.task(j.officer, w.Code("owed", "execute_order"))
	j.officer.act("order.execute", j.order)
	j.officer.file()
	j.picture(j.officer, "police-executed")
	j.boss.open("/orders?limit=200")
	if got := j.boss.text(row(j.id + ":" + j.order)); !strings.Contains(got, casefile.UMM) {
		j.t.Errorf("the register of orders does not show it: %q", got)
	}
}

// 7. The coordinator writes the safety plan and draws the plan: a goal, and what the hospital does for it.
func (j *journey) thePlan() {
	v, w := j.boss, j.w
	j.reads(v)
	v.act("safety_plan.write", "")
	v.check("items", "code_word")
	v.check("items", "safe_place")
	v.write("text", j.b.secret("Fjala e kodit është limoni, thërret motrën"))
	v.file()
	v.act("plan.draft", "")
	v.file()
	v.act("plan.goal", "")
	v.choose("domain", "health")
	goal := j.b.secret("Të shërohet dhe të kthehet në punë")
	v.write("text", goal)
	v.file()
	v.act("plan.assign", "")
	v.choose("what", "medical_follow_up")
	v.choose("institution", j.doctor.Caller.Institution)
	v.when("due", soon(5))
	v.choose("goal", j.view().Plan.Goals[0].ID)
	v.file()
	j.watches(j.doctor, "/inbox?limit=200")
	v.act("plan.approve", "")
	v.file()
	v.shows("plan", w.Code("plan_kind", casefile.InterventionPlan), w.T("case.plan_approved"), w.Code("plan_action_code", "medical_follow_up"))
	v.open("/cases/" + j.id + "/plan")
	j.says(v, "main", w.Code("goal_domain", "health"), w.Code("plan_action_code", "medical_follow_up"), w.Code("safety_item", "code_word"))
	if strings.Contains(v.text("main"), goal) {
		j.t.Error("the plan shows a sealed text that nobody opened")
	}
	v.press(`main form[action$="/plan"] button`)
	j.says(v, "main", goal)
	j.picture(v, "coordinator-plan")
	j.task(j.doctor, w.Code("owed", "carry_out_action"))
	j.doctor.act("plan.done", j.doctor.target("plan.done"))
	j.doctor.file()
}

// 8. The team is convened; the shelter says what it knows before it meets; what is decided there is the police's task at
// once; the minutes say it.
func (j *journey) theTeamMeets() {
	v, w := j.boss, j.w
	j.watches(j.keeper, "/inbox?limit=200")
	when := j.b.app.Service().Clock.Now().Add(time.Hour)
	v.open("/meetings/new")
	v.choose("kind", "etn")
	v.when("when", when)
	v.choose("place", "municipality")
	for _, who := range []*visitor{j.officer, j.keeper, j.doctor} {
		v.check("invited", who.Caller.Institution)
	}
	j.meeting = v.file()
	v.press(`main a[href$="/do/meeting.add_to_agenda"]`)
	v.choose("case", j.id)
	v.choose("reason", "high_risk")
	v.file()

	j.task(j.keeper, w.Code("owed", "send_return"))
	j.keeper.act("return.file", j.keeper.target("return.file"))
	j.keeper.choose("finding", "concern")
	j.keeper.write("text", j.b.secret("Ai i ka dërguar mesazhe çdo natë"))
	j.picture(j.keeper, "shelter-return")
	j.keeper.file()

	j.watches(j.officer, "/inbox?limit=200")
	j.watches(j.keeper, j.meeting+"/live")
	v.open(j.meeting + "/live")
	v.press("main #next-case")
	j.keeper.until(`document.querySelector("#now h2")?.innerText.includes(%s)`, j.code)
	for _, who := range []*visitor{j.officer, j.keeper, j.doctor} {
		came := "#came-" + who.Caller.Institution + "-present"
		v.press("main " + came)
		v.until(`document.querySelector(%s)?.getAttribute("aria-pressed") === "true"`, came)
	}
	j.keeper.until(`document.querySelector("#attendance .quorum .tag")?.innerText === %s`, w.T("meeting.quorum"))
	v.click("#record > summary")
	v.choose("action", "home_visit")
	v.choose("owner", j.officer.Caller.Institution)
	v.when("due", soon(4))
	v.send()
	j.keeper.until(`document.querySelector("#now .decisions")?.innerText.includes(%s)`, w.Code("plan_action_code", "home_visit"))
	j.keeper.same()
	j.picture(v, "coordinator-room")
	j.picture(j.keeper, "shelter-room")

	v.open(j.meeting)
	v.press(`main a[href$="/do/meeting.hold"]`)
	v.file()
	v.press("main #to-minutes")
	j.says(v, "main .paper", j.code, w.Code("plan_action_code", "home_visit"), w.T("minutes.quorum"))
	j.picture(v, "coordinator-minutes")
	v.open(j.meeting)
	v.press("main #sign")
	j.keeper.open(j.meeting)
	j.keeper.press("main #sign")
	j.says(j.keeper, "#signatures", strings.TrimSpace(w.T("minutes.signed_at", "when", "")))
}

// 9. The police carry out what was decided, the shelter says what it gave and that it helped, and the plan has reached its
// goal.
func (j *journey) theWorkIsDone() {
	v, w := j.officer, j.w
	j.task(v, w.Code("owed", "carry_out_action"))
	v.act("plan.done", v.target("plan.done"))
	v.file()
	v.shows("plan", w.Code("plan_action_code", "home_visit"), w.Code("status", string(casefile.Done)))
	j.takes(v, "referral.service", casefile.InProgress, func() { v.choose("service", "police_protection"); v.write("sessions", "3") })
	j.takes(v, "referral.complete", casefile.Completed, func() { v.choose("outcome", "helped") })

	k := j.keeper
	j.reads(k)
	j.takes(k, "referral.service", casefile.InProgress, func() { k.choose("service", "shelter"); k.write("sessions", "2") })
	j.takes(k, "referral.complete", casefile.Completed, func() { k.choose("outcome", "helped") })
	k.open("/inbox?limit=200")
	if k.count(taskOf(j.id)) != 0 {
		j.t.Error("nothing is left for the shelter to do, and its inbox says otherwise")
	}

	boss := j.boss
	j.reads(boss)
	boss.act("plan.goal_end", j.view().Plan.Goals[0].ID)
	boss.choose("outcome", "reached")
	boss.file()
	boss.act("plan.review", "")
	boss.choose("result", "goals_reached")
	boss.file()
	boss.shows("plan", w.Code("goal_outcome", "reached"))
	if boss.offers("case.close", "") {
		j.t.Error("the case can be closed while the court's order is in force")
	}
}

// 10. The court ends its order, the danger is judged anew, and the coordinator closes the case, which leaves everybody's
// lists while they look.
func (j *journey) theEnd() {
	v, w := j.boss, j.w
	j.reads(j.clerk)
	j.clerk.act("order.revoke", j.order)
	j.clerk.file()
	j.reads(v)
	v.act("risk.assess", "")
	v.choose("level", casefile.Low)
	v.write("reason", j.b.secret("Ai është larguar nga vendi dhe ajo banon te motra"))
	v.file()
	j.watches(j.officer, wholeBoard)
	if j.officer.count(row(j.id)) != 1 {
		j.t.Error("the open case is not on the police's board")
	}
	v.act("case.close", "")
	v.choose("reason", "goals_met")
	v.file()
	j.says(v, ".casehead", w.Code("status", string(casefile.Closed)))
	j.picture(v, "coordinator-closed")
	j.officer.until(`!document.querySelector(%s)`, row(j.id))
	j.officer.same()
	for _, who := range []*visitor{j.boss, j.officer, j.doctor, j.keeper, j.clerk} {
		who.open("/inbox?limit=200")
		if n := who.count(taskOf(j.id)); n != 0 {
			j.t.Errorf("%s has %d tasks of a case that is closed", who.Caller.Institution, n)
		}
	}
}

// 11. Whoever reads the case later finds every step in its story, by whom, and nothing that is still open.
func (j *journey) theWholeStory() {
	v, w := j.boss, j.w
	v.open("/register?code=" + j.code)
	if n := v.count(fmt.Sprintf(`main tbody a.code[href="/cases/%s"]`, j.id)); n != 1 {
		j.t.Errorf("the register finds the case %d times", n)
	}
	v.press("main tbody a.code")
	story := v.text(".story")
	for _, event := range []string{
		"case.opened", "referral.sent", "referral.seen", "referral.acknowledged", "referral.accepted", "referral.started", "risk.assessed", "order.issued", "order.executed",
		"order.requested", "hearing.scheduled", "hearing.held", "order.served", "note.written", "service.given", "referral.completed", "safety_plan.written", "plan.drafted",
		"plan.goal_set", "plan.approved", "plan.action_done", "return.filed", "plan.reviewed", "order.revoked", "case.closed",
	} {
		if !strings.Contains(story, w.Code("event", event)) {
			j.t.Errorf("the story does not tell %q", w.Code("event", event))
		}
	}
	for _, who := range []string{"Struktura kundër dhunës", "Policia Shkodër", "Gruaja tek Gruaja", "Urgjenca, Spitali Shkodër", "Gjykata Shkodër"} {
		if !strings.Contains(story, who) {
			j.t.Errorf("the story does not name %s", who)
		}
	}
	j.picture(v, "coordinator-story")
}
