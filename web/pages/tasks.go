package pages

import (
	"net/url"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/deadlines"
	"mkr/projections/inbox"
)

// group is a head within a list by due time. From is the instant that it begins at, "now" for the one that passes on with
// the clock; the page's script moves it (own/late.js).
type group struct{ Key, Title, Place, From string }

// spans are the heads of such a list: what is late, what is due today, and the rest. They stand in the list as its rows do.
func (v view) spans(topic string) []group {
	local := v.Now.In(v.Zone())
	tonight := time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, v.Zone())
	from := func(at string) string { // in the past nothing passes on
		if v.Past {
			return ""
		}
		return at
	}
	return []group{
		{"~late", v.T("due.overdue"), "", ""},
		{"~today", v.T("due.today"), duePlace(topic, v.Now), from("now")},
		{"~later", v.T("due.later"), duePlace(topic, tonight), from(tonight.Format(time.RFC3339))},
	}
}

// heads are those that stand between two rows, by what the one before is due, nil for the first, and the one behind, nil
// for the last. One without rows stands too, unseen: a row that comes while the page is open finds it there.
func (v view) heads(topic string, before, behind *time.Time) []group {
	var out []group
	for _, g := range v.spans(topic) {
		if before != nil && g.Place <= duePlace(topic, *before) || behind != nil && g.Place > duePlace(topic, *behind) {
			continue
		}
		out = append(out, g)
	}
	return out
}

// dueAt is what a row is due at; nil where there is no row.
func dueAt[T inbox.Task | deadlines.Item](rows []T, i int) *time.Time {
	if i < 0 || i >= len(rows) {
		return nil
	}
	switch r := any(rows[i]).(type) {
	case inbox.Task:
		return &r.DueAt
	case deadlines.Item:
		return &r.DueAt
	}
	return nil
}

// taskActions are the links of a task: to the forms that answer it, as far as the role may.
func (v view) taskActions(t inbox.Task) []option {
	var out []option
	if t.Action == "decide_order" && t.Rule != "DV-09" && t.Rule != "DV-10" {
		return nil // not a first decision: what may be decided depends on what was asked, and stands on the case's page
	}
	if m, may := v.meetingFor(t.Action); may {
		out = append(out, option{m.Path, m.Name})
	}
	for _, by := range answers[t.Action] {
		a, found := handlers.ActionNamed(by.action)
		if !by.atOnce || !found || a.Target != "" && a.Target != t.Kind || !v.mayAnswer(a, t) {
			continue
		}
		path := "/cases/" + t.Case + "/do/" + a.Name
		if a.Target != "" {
			path += "?target=" + url.QueryEscape(t.Target)
		}
		out = append(out, option{path, v.T("action." + a.Name)})
	}
	return out
}

// meetingFor is the page on which a meeting that is owed is called: it has one of its own, beside the case's.
func (v view) meetingFor(owed string) (todo, bool) {
	if owed != "convene_meeting" || !v.may(access.ConveneMeeting) {
		return todo{}, false
	}
	return todo{Name: v.T("meeting.schedule"), Path: "/meetings/new"}, true
}

func (v view) mayAnswer(a handlers.CaseAction, t inbox.Task) bool {
	for _, p := range a.Policy {
		if access.Judge(v.Caller.Actor(), p, access.Facts{Kind: t.CaseKind, Standing: access.Participant, Own: true, Status: string(casefile.Open)}).Allow {
			return true
		}
	}
	return false
}

// taskWith is the other side of the referral that a task is about; "" for a task about anything else.
func (v view) taskWith(t inbox.Task) string {
	switch {
	case t.From == "":
		return ""
	case t.Action == "review_decline":
		return v.T("case.from_to", "from", v.Who(t.From), "to", v.Who(t.To))
	case t.From == t.Institution:
		return v.Who(t.To)
	default:
		return v.Who(t.From)
	}
}
