package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
)

// foreign is a child's case with everything in it, in which the police, the NGO, the hospital and the court have no part.
type foreign struct {
	caseID string
	ids    map[string]string // by what stands before an id in an address
	secret []string          // of it: no answer to them may hold one
}

func (w *world) foreign(t *testing.T) foreign {
	t.Helper()
	f := foreign{ids: map[string]string{}}
	opened := w.must(access.ChildWorker, "/cases", object{"kind": "child_protection", "channel": "police_129", "persons": []any{
		object{"role": "child", "relation": "self", "minor": true, "name": "Fëmija Shembulli-Provë"}, object{"role": "guardian", "relation": "parent", "name": "Prindi Shembulli-Provë"}}})
	f.caseID = opened.str(t, "case")
	at := "/cases/" + f.caseID
	made := func(path string, body object) string { return w.must(access.ChildWorker, at+path, body).str(t, "id") }
	f.ids["cases"] = f.caseID
	f.ids["referrals"] = made("/referrals", object{"to": w.Shelter, "service": "psychosocial", "urgency": "urgent", "reason": "Arsye e huaj", "basis": "law_9669_art_8"})
	f.ids["orders"] = made("/orders", object{"type": "UM", "court": w.Court})
	f.ids["visits"] = made("/visits/planned", object{"when": in(48 * time.Hour)})
	w.must(access.ChildWorker, at+"/plan", nil)
	f.ids["goals"] = made("/plan/goals", object{"domain": "safety", "text": "Synim i huaj"})
	f.ids["actions"] = made("/plan/actions", object{"what": "counselling", "institution": w.CP, "due": in(200 * time.Hour)})
	f.ids["measures"] = made("/measures", object{"kind": "transport"})
	var people struct {
		Subject string
		Persons []struct{ Person string }
	}
	read(t, w.get(access.ChildWorker, at), &people)
	f.ids["persons"] = people.Subject
	f.ids["consents"] = made("/consents", object{"person": people.Subject, "giver": people.Persons[1].Person, "decision": "given", "how": "by_guardian", "recipients": []string{w.Shelter}, "purposes": []string{"psychosocial"}})
	f.ids["meetings"] = w.must(access.ChildWorker, "/meetings", object{"kind": "gtn", "when": in(48 * time.Hour), "place": "municipality", "invited": []string{w.Shelter}}).str(t, "id")
	f.ids["applications"] = w.ids["applications"]
	f.secret = []string{f.caseID, opened.str(t, "code"), "Fëmija Shembulli-Provë", "Arsye e huaj", "Synim i huaj"}
	w.CaughtUp()
	return f
}

// attempt calls one address with a foreign id and once more with one that nobody ever had: the two must be answered alike, byte for byte.
func (w *world) attempt(t *testing.T, f foreign, role string, r route, with, without, body, bodyWithout string) answer {
	t.Helper()
	a, none := w.call(role, r.method, with, body), w.call(role, r.method, without, bodyWithout)
	if a.status != none.status || !bytes.Equal(a.body, none.body) {
		t.Errorf("%s %s %s: %d %.300s\nand of nothing: %d %.300s", role, r.method, r.path, a.status, a.body, none.status, none.body)
	}
	if a.status < 400 {
		t.Errorf("%s %s %s: %d %.300s", role, r.method, r.path, a.status, a.body)
	}
	for _, secret := range f.secret {
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("%s %s %s tells %q: %.300s", role, r.method, r.path, secret, a.body)
		}
	}
	return a
}

// inAddress puts an id in the place of one part of a path, and fills the others in from the own case.
func (w *world) inAddress(path, part, id string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p == part {
			parts[i] = id
		}
	}
	return w.address(strings.Join(parts, "/"))
}

// outsiders are those to whom a case or a thing is nobody's business, by what stands before its id in an address. Who is not listed
// may be told something about it, which the access matrix shows.
var outsiders = map[string][]string{
	"cases":        {access.Police, access.NGO, access.Medical, access.Provider},
	"meetings":     {access.Police, access.NGO, access.Medical, access.Court, access.Provider, access.Administrator},
	"applications": {access.Police, access.NGO, access.Medical, access.Court, access.Shelter, access.Administrator},
	"flags":        {access.Police, access.NGO, access.Medical, access.Court, access.Shelter, access.Provider, access.Administrator},
	"accounts":     {access.Police, access.NGO, access.Medical, access.Court, access.Shelter, access.ChildWorker, access.Steward},
	"tokens":       {access.Police, access.Administrator}, // one's own alone: nobody has the other's
	"roles":        {access.Police, access.Administrator},
	"identities":   {access.Police, access.Administrator}, // a link is found in the caller's own account alone
	"passkeys":     {access.Police, access.Administrator},
}

// byName says of which kind the id is that a body's member names.
var byName = map[string]string{
	"referral": "referrals", "previous": "referrals", "order": "orders", "consent": "consents", "person": "persons", "giver": "persons",
	"meeting": "meetings", "goal": "goals", "target": "measures", "case": "cases", "hearing": "hearings",
}

// Every address and every body with the id of something that is none of the caller's business: what is answered is what is answered
// to an id that nobody has, and nothing is stored but that it was tried. The routes and the members are those of the document, so that a new one
// is tried by itself; a new kind of id fails until it is said here whose it is.
func TestForeignIdsOpenNothing(t *testing.T) {
	w := newWorld(t)
	f := w.foreign(t)
	before := w.sizeWithout()
	tried, unknown := map[string]int{}, map[string]bool{}
	for _, r := range w.routes() {
		if r.public {
			continue
		}
		parts := strings.Split(r.path, "/")
		for i, part := range parts {
			if !strings.HasPrefix(part, "{") {
				continue
			}
			kind := parts[i-1]
			switch part {
			case "{year}", "{figure}", "{event}": // no ids of things
				continue
			case "{case}": // somebody else's case
				for _, role := range outsiders["cases"] {
					w.attempt(t, f, role, r, w.inAddress(r.path, part, f.caseID), w.inAddress(r.path, part, handlers.NewKey().String()), w.body(r), w.body(r))
					tried["case"]++
				}
				continue
			}
			id := f.ids[kind]
			switch {
			case strings.Contains(r.path, "{case}"): // a thing of another case, under one's own: whatever else one may see of both
				if id == "" { // of these there is none in the other case, or their names are the same in every case
					if !slices.Contains([]string{"breaches", "deadlines", "files", "glasses", "hearings", "returns", "transfers", "screenings"}, kind) {
						unknown[kind] = true
					}
					continue
				}
				for _, role := range []string{access.Coordinator, access.Police, access.NGO} {
					w.attempt(t, f, role, r, w.inAddress(r.path, part, id), w.inAddress(r.path, part, handlers.NewKey().String()), w.body(r), w.body(r))
					tried[kind]++
				}
			case kind == "institutions" || kind == "services": // the directory is everybody's; what may be changed in it, the access matrix shows
			default:
				if id == "" {
					id = w.ids[kind]
				}
				roles, known := outsiders[kind]
				if !known {
					unknown[kind] = true
				}
				for _, role := range roles {
					if id == "" {
						continue
					}
					w.attempt(t, f, role, r, w.inAddress(r.path, part, id), w.inAddress(r.path, part, handlers.NewKey().String()), w.body(r), w.body(r))
					tried[kind]++
				}
			}
		}
		w.foreignBodies(t, f, r, tried)
	}
	for kind := range unknown {
		t.Errorf("ids of %s are in no list: say whose they are", kind)
	}
	if after := w.sizeWithout(); after != before {
		t.Errorf("%d events were stored: %v", after-before, w.typesAfter(before))
	}
	for _, kind := range []string{"case", "referrals", "orders", "visits", "goals", "actions", "measures", "persons", "consents", "meetings", "applications", "flags", "accounts", "in a body"} {
		if tried[kind] == 0 {
			t.Errorf("nothing was tried with ids of %s", kind)
		}
	}
	t.Logf("tried: %v", tried)
}

// foreignBodies names a foreign thing in each member of a command's body that names one.
func (w *world) foreignBodies(t *testing.T, f foreign, r route, tried map[string]int) {
	t.Helper()
	if !r.command || r.body == nil || !strings.Contains(r.path, "{case}") {
		return
	}
	members, _ := r.body["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		id := f.ids[byName[name]]
		if id == "" {
			continue
		}
		with := func(id string) string {
			var body map[string]any
			if err := json.Unmarshal([]byte(w.body(r)), &body); err != nil {
				t.Fatal(err)
			}
			body[name] = id
			raw, err := json.Marshal(body)
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		at := w.address(r.path)
		for _, role := range []string{access.Coordinator, access.Police, access.NGO} {
			if role == access.Coordinator && (name == "meeting" || name == "case") {
				continue // she sees every meeting and lists every case
			}
			if role == access.Coordinator && name == "person" && (strings.HasSuffix(r.path, "/merge") || strings.HasSuffix(r.path, "/unmerge")) {
				continue // the other record is one of another case, and she lists that
			}
			w.attempt(t, f, role, r, at, at, with(id), with(handlers.NewKey().String()))
			tried["in a body"]++
		}
	}
}
