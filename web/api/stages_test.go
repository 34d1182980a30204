package api_test

import (
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/internal/images/imagetest"
)

// stage is a case brought to a point, by commands that the API takes.
type stage struct {
	name  string
	steps []step
}

type step struct {
	role, path string // {ref}, {order} ... stand for what an earlier step made
	keep       string // name under which what it made is kept
	body       func(w *world, made map[string]string) any
}

func plain(body any) func(*world, map[string]string) any {
	return func(*world, map[string]string) any { return body }
}

var (
	sent  = step{access.Police, "/referrals", "ref", func(w *world, _ map[string]string) any { return w.referral() }}
	asked = step{access.Police, "/orders", "order", func(w *world, _ map[string]string) any { return object{"type": "UM", "court": w.Court} }}
)

var stages = []stage{
	{"opened", nil},
	{"sent", []step{sent, {access.Police, "/measures", "", plain(object{"kind": "transport"})}}},
	{"accepted", []step{
		sent, {access.NGO, "/referrals/{ref}/accept", "", plain(nil)}, asked,
		{access.Court, "/hearings", "hearing", func(w *world, m map[string]string) any {
			return object{"court": w.Court, "when": in(time.Hour), "order": m["order"]}
		}},
		{access.Coordinator, "/visits/planned", "", plain(object{"when": in(48 * time.Hour)})},
		{access.Coordinator, "/plan", "", plain(nil)},
	}},
	{"underway", []step{
		sent, {access.NGO, "/referrals/{ref}/accept", "", plain(nil)}, {access.NGO, "/referrals/{ref}/start", "", plain(nil)}, asked,
		{access.Court, "/orders/{order}/issue", "", func(w *world, _ map[string]string) any {
			return object{"executor": w.Police, "valid_until": in(90 * 24 * time.Hour), "conditions": []string{}}
		}},
		{access.Coordinator, "/plan", "", plain(nil)},
		{access.Coordinator, "/plan/actions", "", func(w *world, _ map[string]string) any {
			return object{"what": "counselling", "institution": w.NGO, "due": in(200 * time.Hour)}
		}},
		{access.Coordinator, "/plan/approve", "", plain(nil)},
	}},
	{"returned", []step{sent, {access.NGO, "/referrals/{ref}/decline", "", plain(object{"reason": "no_capacity"})}}},
	{"cancelling", []step{
		sent, {access.NGO, "/referrals/{ref}/accept", "", plain(nil)}, {access.Police, "/referrals/{ref}/cancel", "", plain(object{"reason": "no_longer_needed"})},
	}},
	{"closed", []step{{access.Coordinator, "/close", "", plain(object{"reason": "goals_met"})}}},
}

// staged opens a new case and brings it to a stage.
func (w *world) staged(s stage) (id string) {
	w.tb.Helper()
	id = w.newCase()
	made := map[string]string{}
	for _, st := range s.steps {
		path := st.path
		for name, of := range made {
			path = strings.ReplaceAll(path, "{"+name+"}", of)
		}
		a := w.must(st.role, "/cases/"+id+path, st.body(w, made))
		if st.keep != "" {
			made[st.keep] = a.str(w.tb, "id")
		}
	}
	return id
}

// bodyOf is what a person would fill in for an offered action.
func (w *world) bodyOf(role, id, action string) any {
	view := w.get(access.Coordinator, "/cases/"+id).json(w.tb)
	switch action {
	case "referral.create":
		return object{"to": w.Medical, "service": "health", "urgency": "routine", "reason": "Kontroll", "basis": "law_9669_art_8"}
	case "referral.address":
		return object{"attention": w.callers[access.NGO].Account}
	case "referral.schedule":
		return object{"appointment": in(72 * time.Hour)}
	case "referral.settle":
		return object{"way": "accepted"}
	case "order.request":
		return object{"type": "UMM", "court": w.Court}
	case "order.issue":
		return object{"executor": w.Police, "valid_until": in(90 * 24 * time.Hour)}
	case "order.extend":
		return object{"valid_until": in(120 * 24 * time.Hour)}
	case "risk.assess":
		return object{"level": "low"}
	case "consent.record":
		return object{"person": view["subject"], "decision": "refused", "how": "written"}
	case "person.change":
		return object{"person": view["subject"], "birth_date": "2011-05-06"}
	case "note.write":
		return object{"section": "general", "text": "Shënim"}
	case "file.attach":
		up := w.post(role, "/cases/"+id+"/uploads", imagetest.PNG([]byte("what it shows")), header("Content-Type", "image/png"))
		return object{"upload": up.str(w.tb, "upload"), "kind": "letter", "class": "narrative"}
	case "participant.add":
		return object{"institution": w.Education, "reason": "coordinator_decision"}
	case "participant.remove":
		return object{"institution": w.Police}
	case "entry.mark_in_error": // of something that her institution entered
		for _, kind := range []string{"referral", "order", "hearing", "visit", "measure"} {
			entries, _ := view[kind+"s"].([]any)
			for _, e := range entries {
				entry := e.(object)
				if by := entry["by"]; role != access.Coordinator && by != w.InstitutionOf(role) && entry["from"] != w.InstitutionOf(role) {
					continue
				}
				target := entry["id"]
				if kind == "referral" {
					target = entry["referral"]
				}
				return object{"kind": kind, "target": target, "reason": "wrong_case"}
			}
		}
	}
	for _, r := range w.commands() {
		if r.summaryOf(w) == action {
			return w.sample(r.body)
		}
	}
	w.tb.Fatalf("no call for %s", action)
	return nil
}

// summaryOf is the action's name, as the document gives it.
func (r route) summaryOf(w *world) string {
	s, _ := w.answers.doc["paths"].(map[string]any)[r.path].(map[string]any)[strings.ToLower(r.method)].(map[string]any)["summary"].(string)
	return s
}
