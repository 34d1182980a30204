package year

import (
	"errors"
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections"
)

// With fewer cases than quiet nobody brings one to its end, with more than crowded nobody begins one.
const (
	quiet   = 25
	crowded = 60
)

// eager says which actions people choose more often than others.
var eager = map[string]int{
	"referral.create": 8, "risk.assess": 8, "order.request": 3, "order.issue_umpmm": 2, "consent.record": 2, "plan.draft": 3, "plan.assign": 3,
	"measure.ask_court": 8, "measure.confirm": 8, "referral.reroute": 5, "referral.cancel": 3, "referral.refuse_cancellation": 10, "order.request_extension": 10, "order.refuse_extension": 10, "breach.acknowledge_for": 4, "order.serve": 4,
	"measure.take": 4, "measure.parents": 3, "measure.review": 2, "return.file": 6, "measure.refuse": 4, "plan.goal": 6, "plan.goal_end": 10, "person.add": 4, "referral.no_show": 6, "referral.schedule": 3, "child.screen": 2, "transfer.propose": 2, "transfer.hand_over": 4, "transfer.accept": 6, "transfer.confirm": 8, "order.appeal": 4, "order.decide_appeal": 6,
	"referral.accept": 5, "referral.acknowledge": 4, "referral.start": 4, "referral.complete": 3, "order.issue": 4, "order.execute": 4,
}

// live lets a day pass: people act in its order, clocks run out between their acts.
func (w *county) live() {
	for acts := 10 + w.rng.IntN(12); acts > 0; acts-- {
		w.clock.pass(time.Duration(5+w.rng.IntN(140)) * time.Minute)
		w.silence()
		w.act()
	}
	if w.chance(25) {
		w.restart(w.chance(3))
	}
}

// act lets one of them do one thing.
func (w *county) act() {
	w.await()
	switch n := w.rng.IntN(100); {
	case n < 50:
		w.answer()
	case n < 76:
		w.wander()
	case n < 84:
		w.begin()
	case n < 91:
		w.wind()
	case n < 94:
		w.gather()
	case n < 96:
		w.guard()
	default:
		w.meddle()
	}
}

// answer lets somebody for whom something waits take it up: what is due first, or any of it.
func (w *county) answer() {
	waits, err := w.svc.Views.List(w.tb.Context(), projections.Query{Topic: projections.Inbox, Limit: projections.MaxLimit})
	w.ok(err)
	if len(waits.Rows) == 0 {
		return
	}
	who := pick(w, waits.Rows).Institution
	c := w.somebody(w.posts[slices.IndexFunc(w.posts, func(p post) bool { return p.id == who })])
	list, err := w.svc.Inbox(w.tb.Context(), c, handlers.ListQuery{Limit: 50})
	w.ok(err)
	if len(list.Items) == 0 {
		// Whoever is kept out of a case by name does not see what it waits for; her colleagues do.
		if slices.ContainsFunc(waits.Rows, func(r projections.Row) bool { return r.Institution == who && r.OpenTo(c.Account) }) {
			w.fail("something waits for %s and is not in its inbox", who)
		}
		return
	}
	t := list.Items[0]
	if w.chance(2) {
		t = pick(w, list.Items)
	}
	v, err := w.svc.Case(w.tb.Context(), c, t.Case, handlers.At{})
	if err != nil {
		w.fail("%s of %s waits for a %s, who cannot see the case: %v", t.Action, t.Code, c.Role, err)
	}
	if !w.choose(c, v, on(t.Target)) {
		w.choose(c, v, on(""))
	}
}

// on are the actions on one thing of the case, or on none.
func on(target string) func(handlers.OpenAction) bool {
	return func(a handlers.OpenAction) bool { return a.ID == target }
}

// wander does anything that is open in any case that she sees.
func (w *county) wander() {
	for range 10 {
		p := pick(w, w.posts)
		if w.chance(3) { // whoever leads the case has the most to do
			p = w.posts[w.rng.IntN(2)]
		}
		c := w.somebody(p)
		if v, ok := w.anyCase(c); ok && w.choose(c, v, func(handlers.OpenAction) bool { return true }) {
			return
		}
	}
}

func (w *county) anyCase(c handlers.Caller) (handlers.CaseView, bool) {
	list, err := w.svc.Register(w.tb.Context(), c, handlers.ListQuery{Limit: 200})
	var denied *handlers.DeniedError
	if errors.As(err, &denied) || len(list.Items) == 0 {
		return handlers.CaseView{}, false
	}
	w.ok(err)
	v, err := w.svc.Case(w.tb.Context(), c, pick(w, list.Items).Case, handlers.At{})
	if errors.Is(err, handlers.ErrNotFound) { // listed to her, and its content is not hers
		return v, false
	}
	w.ok(err)
	return v, true
}

// endings bring a case to its end.
var endings = []string{"referral.settle", "referral.survivor_declines", "referral.complete", "referral.cancel", "order.refuse", "order.revoke", "hearing.cancel", "visit.cancel", "plan.cancel", "plan.done", "measure.end", "transfer.accept", "transfer.withdraw", "plan.goal_end", "case.close"}

// wind lets a lead bring a case nearer to its end, or open a closed one again.
func (w *county) wind() {
	if w.openCases() < quiet {
		return
	}
	c := w.somebody(w.posts[w.rng.IntN(2)]) // the structures that lead cases
	v, ok := w.anyCase(c)
	if !ok {
		return
	}
	for _, name := range endings {
		if w.choose(c, v, func(a handlers.OpenAction) bool { return a.Action == name }) {
			return
		}
	}
}

// begin opens a case.
func (w *county) begin() {
	if len(w.cases) > 0 && w.openCases() > crowded {
		return
	}
	c := w.somebody(pick(w, w.posts))
	in := handlers.OpenCase{}
	(&author{county: w, me: c.Institution}).fill(&in)
	in.Persons[0].Role, in.Persons[0].Minor, in.Persons[0].BirthDate = "survivor", false, person.Plain{}
	if in.Kind == casefile.ChildProtection {
		in.Persons[0].Role, in.Persons[0].Minor = "child", true
	}
	env := w.envelope()
	r, err := w.svc.OpenCase(w.tb.Context(), c, in, env)
	if w.outcome("case.open", r, err) {
		w.cases = append(w.cases, r.Case)
		again, err := w.svc.OpenCase(w.tb.Context(), c, in, env)
		w.ok(err)
		if !again.Duplicate || again.Case != r.Case {
			w.fail("sent twice, opened twice: %v, %v", r.Case, again.Case)
		}
		w.check(r.Case)
	}
}

func (w *county) openCases() int {
	list, err := w.svc.Views.List(w.tb.Context(), projections.Query{Topic: projections.Board, Limit: 1})
	w.ok(err)
	return list.Total
}

// meddle tries what is not offered: any action, by anybody, on any case and any thing in it. It is refused by name, or it
// was open after all; then it is as good as any other.
func (w *county) meddle() {
	if len(w.cases) == 0 {
		return
	}
	id, c := pick(w, w.cases), w.somebody(pick(w, w.posts))
	lead, _ := w.state(id)
	a := pick(w, handlers.CaseActions)
	view := handlers.CaseView{State: lead}
	target := ""
	if a.Target != "" {
		target = handlers.DeriveKey("nothing").String()
		if len(lead.Referrals) > 0 && w.chance(2) {
			target = pick(w, lead.Referrals).ReferralContent.Referral
		}
	}
	w.do(c, view, a, target)
}

// choose does one of the open actions that suit; false if there is none.
func (w *county) choose(c handlers.Caller, v handlers.CaseView, suits func(handlers.OpenAction) bool) bool {
	open := slices.DeleteFunc(slices.Clone(v.Actions), func(a handlers.OpenAction) bool { return !suits(a) })
	if len(open) == 0 {
		return false
	}
	var likely []handlers.OpenAction
	for _, o := range open {
		for range max(1, eager[o.Action]) {
			likely = append(likely, o)
		}
	}
	chosen := pick(w, likely)
	a, found := handlers.ActionNamed(chosen.Action)
	if !found {
		w.fail("%s is offered and is no action", chosen.Action)
	}
	w.do(c, v, a, chosen.ID)
	return true
}

// do files it, now and then twice, and looks at the case afterwards.
func (w *county) do(c handlers.Caller, v handlers.CaseView, a handlers.CaseAction, target string) {
	in := a.New()
	writer := &author{county: w, view: v, me: c.Institution}
	writer.fill(in)
	if wrong, is := in.(*handlers.MarkInError); is {
		writer.err(wrong)
	}
	env := w.envelope()
	before, _ := w.state(v.ID)
	r, err := w.svc.Do(w.tb.Context(), c, v.ID, a, target, in, env)
	if !w.outcome(a.Name, r, err) {
		if after, _ := w.state(v.ID); !same(before, after) {
			w.fail("%s was refused (%v) and changed the case", a.Name, err)
		}
		return
	}
	if w.chance(10) {
		again, err := w.svc.Do(w.tb.Context(), c, v.ID, a, target, in, env)
		w.ok(err)
		if len(r.Events) > 0 && (!again.Duplicate || again.Position != r.Position) {
			w.fail("%s, sent twice: %+v, then %+v", a.Name, r, again)
		}
	}
	w.check(v.ID)
}

// outcome counts what came of an act; anything but a receipt or a "no" with a code ends the test.
func (w *county) outcome(name string, r handlers.Receipt, err error) bool {
	var (
		refusal *event.Refusal
		denied  *handlers.DeniedError
		input   *handlers.InputError
	)
	switch {
	case err == nil:
		w.done[name]++
		w.head = max(w.head, r.Position)
		return true
	case errors.As(err, &refusal):
		w.said[refusal.Code]++
	case errors.As(err, &denied):
		w.said[denied.Code]++
	case errors.As(err, &input):
		w.said["input."+input.Field]++
	case errors.Is(err, handlers.ErrNotFound):
		w.said["not_found"]++
	default:
		w.fail("%s: a fault: %v", name, err)
	}
	return false
}

// silence lets what nobody did become history.
func (w *county) silence() {
	w.await()
	n, err := w.svc.LapseDue(w.tb.Context())
	w.ok(err)
	if n > 0 {
		w.newest()
		w.await()
		again, err := w.svc.LapseDue(w.tb.Context())
		w.ok(err)
		if again > 0 {
			w.fail("%d clocks lapsed twice", again)
		}
	}
}
