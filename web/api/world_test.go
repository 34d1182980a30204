package api_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// world is a server with one thing of every kind, so that every address of the API leads somewhere.
type world struct {
	*server
	caseID string
	ids    map[string]string // what {id} stands for, by the segment before it
	names  map[string]any    // what a body's member of this name holds, where its type is not enough
}

// shelterAddress is told in a sealed text; nothing but an opening may repeat it.
const shelterAddress = "Rruga e Strehës 99"

func newWorld(tb testing.TB) *world { return newWorldWith(tb, testbed.Options{}) }

func newWorldWith(tb testing.TB, o testbed.Options) *world {
	tb.Helper()
	w := &world{server: newServerWith(tb, o), ids: map[string]string{}}
	w.caseID = w.newCase()
	at := "/cases/" + w.caseID
	make := func(role, path string, body any) string { return w.must(role, at+path, body).str(tb, "id") }
	ref := w.referral()
	ref["reason"] = "E fshehur te " + shelterAddress
	w.ids["referrals"] = make(access.Police, "/referrals", ref)
	w.ids["orders"] = make(access.Police, "/orders", object{"type": "UM", "court": w.Court})
	w.ids["hearings"] = make(access.Court, "/hearings", object{"court": w.Court, "when": in(72 * time.Hour), "order": w.ids["orders"]})
	w.ids["visits"] = make(access.Coordinator, "/visits/planned", object{"when": in(48 * time.Hour)})
	make(access.Coordinator, "/plan", nil)
	w.ids["actions"] = make(access.Coordinator, "/plan/actions", object{"what": "counselling", "institution": w.NGO, "due": in(200 * time.Hour)})
	w.ids["measures"] = make(access.Police, "/measures", object{"kind": "transport"})
	subject := w.get(access.Coordinator, at).str(tb, "subject")
	w.ids["persons"] = subject
	w.ids["consents"] = make(access.Coordinator, "/consents", object{"person": subject, "decision": "given", "how": "written", "recipients": []string{w.NGO}, "purposes": []string{"psychosocial"}})
	police := make(access.Police, "/orders/umpmm", object{"executor": w.Police, "conditions": []string{"a"}})
	w.must(access.Coordinator, at+"/orders/"+police+"/breach", object{})
	w.ids["breaches"] = "b1"
	w.ids["meetings"] = w.must(access.Coordinator, "/meetings", object{"kind": "etn", "when": in(48 * time.Hour), "place": "police", "invited": []string{w.NGO}}).str(tb, "id")
	w.ids["applications"] = w.must(access.ChildWorker, "/applications", object{"kind": "foster_aid", "family": object{"role": "guardian", "name": "Familja Shembulli-Provë"}}).str(tb, "id")
	w.ids["institutions"] = w.NGO
	for _, service := range []string{"shelter", "psychosocial", "health"} {
		w.must(access.Administrator, "/institutions/"+w.NGO+"/services", object{"service": service})
	}
	w.ids["accounts"] = w.callers[access.Medical].Account
	w.must(access.Police, "/activities", object{"kind": "family_day", "on": "2026-05-15", "title": "Dita e Familjes"})
	w.names = map[string]any{
		"to": w.Shelter, "institution": w.NGO, "court": w.Court, "executor": w.Police, "owner": w.NGO, "recipients": []any{w.NGO}, "invited": []any{w.NGO},
		"person": subject, "case": w.caseID, "on": "2026-05-15", "period": "2026-10", "target": w.ids["measures"], "kind": nil, "consent": "", "previous": "", "order": "", "attention": "", "why": "", "goal": "", "meeting": "",
		"persons": nil, "entries": nil, "code": w.get(access.Coordinator, at).str(tb, "code"), "account": w.callers[access.Medical].Account,
		"accounts": []any{w.callers[access.Coordinator].Account, w.callers[access.Police].Account, w.callers[access.NGO].Account, w.callers[access.Court].Account}, "giver": "", "hold": "none", "ground": nil,
	}
	w.get(access.Police, at) // by an officer of the survivor's surname
	_, err := w.Watch(tb.Context())
	testbed.OK(tb, err)
	w.CaughtUp()
	flags, err := w.Flags(tb.Context(), w.callers[access.Auditor], handlers.ListQuery{})
	testbed.OK(tb, err)
	for _, f := range flags.Items {
		if f.Account == w.callers[access.Police].Account && f.Rule == sentinel.SameSurname {
			w.ids["flags"] = f.Flag
		}
	}
	checkpoint, err := w.Ledger.Publish(tb.Context())
	testbed.OK(tb, err)
	w.names["size"], w.names["signature"] = checkpoint.Size, strings.TrimSpace(checkpoint.Countersign(w.Witness, w.Now()))
	w.CaughtUp()
	return w
}

// route is a call as the document describes it.
type route struct {
	method, path string
	command      bool
	public       bool
	body         map[string]any // schema; nil: none
}

// routes are all calls of the document, in order.
func (w *world) routes() []route {
	var out []route
	paths := w.answers.doc["paths"].(map[string]any)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		for _, method := range slices.Sorted(maps.Keys(paths[path].(map[string]any))) {
			op := paths[path].(map[string]any)[method].(map[string]any)
			r := route{method: strings.ToUpper(method), path: path, public: op["security"] == nil}
			if b, ok := op["requestBody"].(map[string]any); ok {
				if typed, ok := b["content"].(map[string]any)["application/json"].(map[string]any); ok {
					r.body = w.resolve(typed["schema"])
				}
			}
			params, _ := op["parameters"].([]any)
			r.command = slices.ContainsFunc(params, func(p any) bool { return p.(map[string]any)["name"] == "Idempotency-Key" })
			out = append(out, r)
		}
	}
	return out
}

// commands are those that change something.
func (w *world) commands() []route {
	return slices.DeleteFunc(w.routes(), func(r route) bool { return !r.command })
}

func (w *world) resolve(schema any) map[string]any {
	s := schema.(map[string]any)
	if ref, ok := s["$ref"].(string); ok {
		return w.resolve(w.answers.doc["components"].(map[string]any)["schemas"].(map[string]any)[strings.TrimPrefix(ref, "#/components/schemas/")])
	}
	return s
}

// address fills a path in: {case} and {meeting} by name, {id} by what stands before it.
func (w *world) address(path string) string { return w.addressWith(path, "") }

// addressWith fills it in with another id in place of the last one.
func (w *world) addressWith(path, other string) string {
	parts := strings.Split(path, "/")
	last := -1
	for i, p := range parts {
		switch p {
		case "{case}":
			parts[i] = w.caseID
		case "{year}":
			parts[i] = "2026"
			continue
		case "{figure}":
			parts[i] = "1.2.01"
		case "{event}":
			parts[i] = "1"
		case "{meeting}":
			parts[i] = w.ids["meetings"]
		case "{id}":
			parts[i] = w.ids[parts[i-1]]
			if parts[i] == "" {
				parts[i] = "none"
			}
		default:
			continue
		}
		last = i
	}
	if other != "" && last >= 0 {
		parts[last] = other
	}
	return strings.Join(parts, "/")
}

const (
	samplePack = `{"id":"AL-TEST","version":1,"valid_from":"2026-01-01","source":"s","kind":"child_protection","rules":[{"id":"X-1","article":"1","title":{"sq":"a","en":"b"},"term":{"unit":"days","count":3},"owner":"lead","action":"do_it","confidence":"law"}]}`
	sampleYear = `{"source":"s","holidays":[{"date":"2031-01-01","code":"new_year","name":{"sq":"a","en":"b"},"confidence":"fixed"}]}`
)

// sample makes a body that the schema allows, with every member in it.
func (w *world) sample(schema any) any { return w.sampleOf("", w.resolve(schema)) }

func (w *world) sampleOf(name string, s map[string]any) any {
	if s["format"] == "date-time" {
		if name == "on" { // an incident has happened
			return in(-time.Hour)
		}
		return in(400 * time.Hour)
	}
	if v, ok := w.names[name]; ok && v != nil {
		return v
	}
	if values, ok := s["enum"].([]any); ok {
		return values[0]
	}
	switch s["type"] {
	case "object":
		out := object{}
		members, _ := s["properties"].(map[string]any)
		for member, inner := range members {
			if v := w.sampleOf(member, w.resolve(inner)); v != "" {
				out[member] = v
			}
		}
		delete(out, "occurred_at")
		return out
	case "array":
		return []any{w.sampleOf("", w.resolve(s["items"]))}
	case "boolean":
		return false
	case "integer":
		return 1
	}
	if known, ok := map[string]string{"birth_date": "1990-04-05", "national_id": "", "phone": "0691112223", "reason": "Arsye prove", "regime": "", "pack": samplePack, "calendar": sampleYear}[name]; ok {
		return known
	}
	return "Tekst prove"
}

// body is the sample as JSON, "" where the call has none.
func (w *world) body(r route) string {
	if r.body == nil {
		return ""
	}
	body := w.sample(r.body)
	switch {
	case strings.HasSuffix(r.path, "/cases/{case}/open"):
		body = object{"persons": []any{w.names["person"]}}
	case strings.HasSuffix(r.path, "/me/raise"):
		body = object{"password": testbed.Password}
	case strings.HasSuffix(r.path, "/duty"):
		body = object{"rung": "officer", "days": []string{"mon"}, "from": "16:00", "until": "08:00"}
	case strings.HasSuffix(r.path, "/accounts"):
		body.(object)["role"], body.(object)["username"] = access.NGO, "punonjëse.e.re"
	case strings.HasSuffix(r.path, "/accounts/{id}/roles"):
		body = object{"institution": w.Police, "role": access.Police, "reason": "stands_in", "until": w.Clock.Wall().Add(240 * time.Hour)}
	case strings.HasSuffix(r.path, "/decide"): // a grant has no reason
		delete(body.(object), "reason")
	}
	b, err := json.Marshal(body)
	testbed.OK(w.tb, err)
	return string(b)
}
