package pages

import (
	"slices"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// waiting is something that a case waits for, with what the caller may do about it now.
type waiting struct {
	Who, What, About string
	Mine             bool // it is the caller's own institution that must act
	Due              time.Time
	Lapsed           bool
	Todos            []todo
	ID               string // its place on the page, where links to the task lead; "" if another stands for the same thing
}

// waits lists what the case waits for, what falls due first on top: the first is the ball.
func (v view) waits(c handlers.CaseView) []waiting {
	var standing []casefile.Deadline
	for _, d := range c.Deadlines {
		if d.Owed() && !d.IsWarning() {
			standing = append(standing, d)
		}
	}
	// Stable: of two at the same instant the one that was set first has the ball.
	slices.SortStableFunc(standing, func(a, b casefile.Deadline) int { return a.DueAt.Compare(b.DueAt) })
	taken := map[string]bool{}
	out := make([]waiting, 0, len(standing))
	for _, d := range standing {
		o := waiting{
			Who: v.Who(d.Owner), What: v.Code("owed", d.Action), About: v.about(c, d), Due: d.DueAt, Lapsed: d.Status == casefile.Lapsed,
			Mine: d.Owner == v.Caller.Institution && d.Owner != "",
		}
		if d.Target != "" && d.Kind != casefile.TargetCase {
			o.ID = "do-" + d.Target
		}
		if m, may := v.meetingFor(d.Action); may && o.Mine && len(c.Actions) > 0 { // not in a case as it stood
			o.Todos = append(o.Todos, m)
		}
		for _, by := range answers[d.Action] {
			for _, a := range c.Actions {
				if a.Action == by.action && (a.ID == "" || a.ID == d.Target) && !taken[by.action+a.ID] {
					taken[by.action+a.ID] = true
					o.Todos = append(o.Todos, v.todo(c.ID, a))
				}
			}
		}
		if o.Mine && o.Lapsed { // who is late and cannot do it yet says why, before the next rung asks
			for _, a := range c.Actions {
				if a.Action == "deadline.acknowledge" && a.ID == d.ID {
					o.Todos = append(o.Todos, v.todo(c.ID, a))
				}
			}
		}
		out = append(out, o)
	}
	return out
}

// nextOn is the place where the next step of the caller's own institution on a thing is offered; "" where there is none.
func (v view) nextOn(c handlers.CaseView, target string) string {
	for _, o := range v.waits(c) {
		if o.Mine && len(o.Todos) > 0 && target != "" && o.ID == "do-"+target {
			return "#" + o.ID
		}
	}
	return ""
}

// about says which thing of the case is waited for, where what is owed does not say it.
func (v view) about(c handlers.CaseView, d casefile.Deadline) string {
	switch d.Kind {
	case casefile.TargetReferral:
		if r, there := c.Referral(d.Target); there {
			return v.Code("service_code", r.Service)
		}
	case casefile.TargetOrder:
		if o, there := c.Order(d.Target); there {
			return v.Code("order_type", o.Type)
		}
	case casefile.TargetBreach:
		if b, there := c.Breach(d.Target); there {
			o, _ := c.Order(b.Order)
			return v.Code("order_type", o.Type)
		}
	case casefile.TargetAction:
		for _, a := range c.Plan.Actions {
			if a.ID == d.Target {
				return v.Code("plan_action_code", a.What)
			}
		}
	}
	return ""
}

// maxUrged is how many clocks of others the caller is asked to answer for; all of her own institution are shown.
const maxUrged = 3

// doAnchor is the place of what a task asks for on its case's page: where it can be done, which on a phone is far from the
// thing itself, or the thing where nothing can be done about it there.
func doAnchor(action, kind, target string) string {
	switch {
	case answers[action] == nil:
		return anchor(kind, target)
	case target == "" || kind == casefile.TargetCase:
		return "#todo"
	}
	return "#do-" + target
}

// urge parts the actions: those that answer what is waited for, which are shown as buttons, and the rest.
func urge(c *casePage) {
	shown := map[string]bool{}
	waits := slices.Clone(c.Waits)
	slices.SortStableFunc(waits, func(a, b waiting) int { return rank(a.Mine) - rank(b.Mine) })
	for _, o := range waits {
		if len(o.Todos) > 0 && (o.Mine || len(c.Urged) < maxUrged) {
			if slices.ContainsFunc(c.Urged, func(other waiting) bool { return other.ID == o.ID }) {
				o.ID = ""
			}
			c.Urged = append(c.Urged, o)
			for _, t := range o.Todos {
				shown[t.Path] = true
			}
		}
	}
	again := func(t todo) bool { return shown[t.Path] }
	for s := range c.Sections {
		for i := range c.Sections[s].Items {
			c.Sections[s].Items[i].Open = slices.DeleteFunc(c.Sections[s].Items[i].Open, again)
		}
	}
	for g := range c.Todo {
		c.Todo[g].Todos = slices.DeleteFunc(c.Todo[g].Todos, again)
	}
	c.Todo = slices.DeleteFunc(c.Todo, func(g todoGroup) bool { return len(g.Todos) == 0 })
}

// rank puts what is true first.
func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// vitals is what is to be known of a case's danger at a glance.
type vitals struct {
	Level string
	Since time.Time // when it was judged, or since when it waits to be
	By    string
}

func (v view) vitals(c handlers.CaseView) vitals {
	for _, a := range slices.Backward(c.Assessments) {
		if !a.InError {
			return vitals{Level: c.Risk, Since: a.At, By: v.Who(a.By)}
		}
	}
	return vitals{Since: c.OpenedAt}
}

// all gives the words of several keys of one family.
func (v view) all(family string, keys []string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = v.T(family + "." + k)
	}
	return out
}
