package pages

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/accounts"
	"mkr/projections/inbox"
	"mkr/projections/register"
)

// tourStep is one of the three things that the demo asks a role to try: its words, and what finds the place to try it.
// The places are real ones of the demo as it stands at that moment. Where there is none any more, because a visitor has
// done them all, the step leads to the list in which the next one would appear.
type tourStep struct {
	key   string
	find  func(*tourist) string
	other string
}

// tours has the three steps of every role that people have.
var tours = map[string][]tourStep{
	access.Coordinator: {
		{"tour.coordinator.1", (*tourist).late, "/board"},
		{"tour.coordinator.2", task(returnedToUs), "/inbox"},
		{"tour.coordinator.3", (*tourist).replay, "/register"},
	},
	access.ChildWorker: {
		{"tour.child_protection_worker.1", doing("risk.assess", demands("assess_risk")), "/inbox"},
		{"tour.child_protection_worker.2", task(returnedToUs), "/inbox"},
		{"tour.child_protection_worker.3", nil, "/meetings/new"},
	},
	access.Police: {
		{"tour.police.1", nil, "/cases/new"},
		{"tour.police.2", task(askedOfUs), "/inbox"},
		{"tour.police.3", task(demands("execute_order")), "/inbox"},
	},
	access.Medical: {
		{"tour.medical.1", task(askedOfUs), "/inbox"},
		{"tour.medical.2", doing("note.write", askedOfUs), "/board"},
		{"tour.medical.3", (*tourist).persons, "/board"},
	},
	access.NGO: {
		{"tour.ngo.1", task(askedOfUs), "/inbox"},
		{"tour.ngo.2", task(demands("report_service")), "/inbox"},
		{"tour.ngo.3", doing("visit.plan", demands("report_service")), "/board"},
	},
	access.Shelter: {
		{"tour.shelter.1", (*tourist).places, "/institutions"},
		{"tour.shelter.2", task(askedOfUs), "/inbox"},
		{"tour.shelter.3", nil, "/guide?service=shelter"},
	},
	access.Provider: {
		{"tour.provider.1", task(askedOfUs), "/inbox"},
		{"tour.provider.2", task(demands("carry_out_action")), "/inbox"},
		{"tour.provider.3", (*tourist).ourDeadlines, "/deadlines"},
	},
	access.Court: {
		{"tour.court.1", task(demands("decide_order")), "/inbox"},
		{"tour.court.2", doing("hearing.schedule", demands("decide_order", "hold_hearing")), "/inbox"},
		{"tour.court.3", (*tourist).replay, "/board"},
	},
	access.Auditor: {
		{"tour.auditor.1", nil, "/register?code=DHF-2014"},
		{"tour.auditor.2", (*tourist).replay, "/register"},
		{"tour.auditor.3", nil, "/indicators"},
	},
	access.Administrator: {
		{"tour.administrator.1", nil, "/admin/accounts/new"},
		{"tour.administrator.2", nil, "/institutions/new"},
		{"tour.administrator.3", (*tourist).colleague, "/admin"},
	},
	access.Steward: {
		{"tour.institution_administrator.1", nil, "/admin/accounts/new"},
		{"tour.institution_administrator.2", (*tourist).colleague, "/admin"},
		{"tour.institution_administrator.3", nil, "/institutions"},
	},
}

// tourStop is a step with the place that was found for it.
type tourStop struct{ Key, Path string }

// tour are the stops for the page that is shown: those of the caller's role, on the page where her day begins, in the
// demo, as long as she has not sent them away. A fault of a list costs the stop its place, not the page.
func (p *Pages) tour(r *http.Request, v view) []tourStop {
	if p.Demo == nil || v.Caller.Account == "" || v.Path != v.home() || p.toured(r, v.Caller.Role) {
		return nil
	}
	t := &tourist{p: p, ctx: r.Context(), v: v}
	var out []tourStop
	for _, s := range tours[v.Caller.Role] {
		at := ""
		if s.find != nil {
			at = s.find(t)
		}
		if at == "" {
			at = s.other
		}
		out = append(out, tourStop{s.key, at})
	}
	return out
}

// tourist looks for places on behalf of a caller: she is led to nothing that she may not see.
type tourist struct {
	p     *Pages
	ctx   context.Context
	v     view
	tasks []inbox.Task
	asked bool
}

func (t *tourist) failed(err error) bool {
	if err != nil {
		t.p.Logger.Warn().Err(err).Msg("the tour did not find its place")
	}
	return err != nil
}

// inbox is what waits for the caller's institution, soonest first.
func (t *tourist) inbox() []inbox.Task {
	if !t.asked {
		t.asked = true
		list, err := t.p.Service.Inbox(t.ctx, t.v.Caller, handlers.ListQuery{Limit: 200})
		if !t.failed(err) {
			t.tasks = list.Items
		}
	}
	return t.tasks
}

// demands fits what a clock demands of the caller's institution.
func demands(actions ...string) func(inbox.Task) bool {
	return func(i inbox.Task) bool { return slices.Contains(actions, i.Action) }
}

// askedOfUs fits a referral that waits for a first answer.
func askedOfUs(i inbox.Task) bool {
	return i.Kind == casefile.TargetReferral && (i.Action == "acknowledge_referral" || i.Action == "answer_referral")
}

// returnedToUs fits a referral of ours that came back.
func returnedToUs(i inbox.Task) bool { return i.Action == "settle_referral" }

// task leads to what the first fitting task is about, on its case's page.
func task(fits func(inbox.Task) bool) func(*tourist) string {
	return func(t *tourist) string {
		if i := slices.IndexFunc(t.inbox(), fits); i >= 0 {
			return "/cases/" + t.tasks[i].Case + doAnchor(t.tasks[i].Action, t.tasks[i].Kind, t.tasks[i].Target)
		}
		return ""
	}
}

// doing leads to an action's form, in the first case with a fitting task in which the caller is offered that action.
func doing(action string, fits func(inbox.Task) bool) func(*tourist) string {
	return func(t *tourist) string {
		for _, i := range t.inbox() {
			if !fits(i) {
				continue
			}
			c, err := t.p.Service.Case(t.ctx, t.v.Caller, i.Case, handlers.At{})
			if !t.failed(err) && slices.ContainsFunc(c.Actions, func(o handlers.OpenAction) bool { return o.Action == action }) {
				return "/cases/" + i.Case + "/do/" + action
			}
		}
		return ""
	}
}

// late is the open case that is overdue the longest.
func (t *tourist) late() string {
	list, err := t.p.Service.Board(t.ctx, t.v.Caller, handlers.ListQuery{Overdue: true, Limit: 1})
	if t.failed(err) || len(list.Items) == 0 {
		return ""
	}
	return "/cases/" + list.Items[0].Case
}

// first is the newest case that the caller may look for.
func (t *tourist) first() (register.Entry, bool) {
	list, err := t.p.Service.Register(t.ctx, t.v.Caller, handlers.ListQuery{Status: string(casefile.Open), Limit: 1})
	if t.failed(err) || len(list.Items) == 0 {
		return register.Entry{}, false
	}
	return list.Items[0], true
}

// replay is a case's history, to walk through.
func (t *tourist) replay() string {
	if c, ok := t.first(); ok {
		return "/cases/" + c.Case + "/replay"
	}
	return ""
}

// persons are the sealed names of a case.
func (t *tourist) persons() string {
	if c, ok := t.first(); ok {
		return "/cases/" + c.Case + "#part-persons"
	}
	return ""
}

// places is the form for what is free in the caller's own house.
func (t *tourist) places() string {
	return "/institutions/" + t.v.Caller.Institution + "/do/institution.report_capacity"
}

// ourDeadlines are the clocks that the caller's institution answers for.
func (t *tourist) ourDeadlines() string {
	return loadLink(handlers.Load{Institution: t.v.Caller.Institution}, "")
}

// colleague is the form that locks an account which no visitor uses.
func (t *tourist) colleague() string {
	list, err := t.p.Service.AccountList(t.ctx, t.v.Caller, handlers.ListQuery{Status: accounts.Active, Limit: 200})
	if t.failed(err) {
		return ""
	}
	for _, a := range list.Items {
		if !slices.ContainsFunc(t.p.Demo.Accounts, func(d DemoAccount) bool { return d.Username == a.Username }) {
			return "/admin/accounts/" + a.Account + "/do/account.lock"
		}
	}
	return ""
}

// toured tells whether the role has sent its tour away, in this browser.
func (p *Pages) toured(r *http.Request, role string) bool {
	return slices.Contains(strings.Split(p.cookie(r, tourCookie), "."), role)
}

// endTour sends the tour away for the caller's role.
func (p *Pages) endTour(w http.ResponseWriter, r *http.Request, v view) error {
	roles := []string{v.Caller.Role}
	for role := range tours { // only roles: what a cookie holds is a visitor's to write
		if role != v.Caller.Role && p.toured(r, role) {
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	p.setCookie(w, tourCookie, strings.Join(roles, "."), 30*24*time.Hour)
	http.Redirect(w, r, v.home(), http.StatusSeeOther)
	return nil
}
