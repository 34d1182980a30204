package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/handlers"
)

// Every command answers bad input with a 4xx that names the field, and stores nothing.
func TestBadInputOfEveryCommand(t *testing.T) {
	w := newWorld(t)
	commands := w.commands()
	if len(commands) < 60 {
		t.Fatalf("%d commands: the document has lost some", len(commands))
	}
	for _, r := range commands {
		t.Run(strings.TrimPrefix(r.path, "/api/v1"), func(t *testing.T) {
			w := *w
			s := *w.server
			s.tb, w.server = t, &s
			before := w.sizeWithout()
			path := w.address(r.path)
			post := func(body any, changes ...with) answer { return w.post(access.Coordinator, path, body, changes...) }

			for _, body := range []string{"{", `{"a"`, "}", "{}{}", "{} x", `{"a":01}`, "<xml/>", "\x00", "{\"a\":\"\x01\"}"} {
				problem(t, post(body), 400, "json", "")
			}
			for _, body := range []string{"[]", "null", "1", `"text"`, "true"} {
				problem(t, post(body), 422, "wrong_type", "")
			}
			problem(t, post("{\"\xff\":1}"), 400, "utf8", "")
			problem(t, post("{\"kind\":\"\xc3\x28\"}"), 400, "utf8", "")
			problem(t, post(strings.Repeat(" ", 256<<10+1)), 413, "too_large", "")
			problem(t, post(`{"nonsense_member":1}`), 422, "unknown_field", "nonsense_member")
			problem(t, post(`{"<script>":1}`), 422, "unknown_field", "(unprintable)")
			for _, ct := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"} {
				problem(t, post("{}", header("Content-Type", ct)), 415, "media_type", "Content-Type")
			}
			problem(t, post(w.body(r), key("")), 422, "idempotency.required", "Idempotency-Key")

			members, _ := w.resolve(r.body)["properties"].(map[string]any)
			for name, member := range members {
				schema := w.resolve(member)
				wrong := any(7)
				if schema["type"] == "integer" || schema["type"] == "number" {
					wrong = "seven"
				}
				for _, wrong := range []any{wrong, 1.5, []any{[]any{}}} {
					if schema["type"] == "array" && wrong != any(7) && wrong != 1.5 {
						problem(t, post(object{name: wrong}), 422, "wrong_type", name+"[0]")
						continue
					}
					problem(t, post(object{name: wrong}), 422, "wrong_type", name)
				}
				one, _ := json.Marshal(w.sampleOf(name, schema))
				problem(t, post(`{"`+name+`":`+string(one)+`,"`+name+`":`+string(one)+`}`), 422, "repeated_field", name)
				problem(t, post(`{"`+strings.ToUpper(name[:1])+name[1:]+`":null}`), 422, "unknown_field", strings.ToUpper(name[:1])+name[1:])
				if schema["format"] == "date-time" {
					problem(t, post(object{name: "yesterday"}), 422, "wrong_type", name)
				}
				if schema["enum"] != nil {
					full := w.sample(r.body).(object)
					full[name] = "no-such-code"
					a := w.post(w.someone(r), path, full, header("If-Match", ""))
					if a.status != 422 || a.json(t)["field"] != name {
						t.Errorf("%s outside its list: %d %s", name, a.status, a.body)
					}
				}
			}
			for _, name := range names(w.resolve(r.body)["required"]) {
				full := w.sample(r.body).(object)
				delete(full, name)
				missing := post(full)
				got, _ := missing.json(t)["field"].(string)
				if missing.status != 422 || missing.json(t)["code"] != "input.required" || !strings.HasPrefix(got, name) {
					t.Errorf("without %s: %d %s", name, missing.status, missing.body)
				}
			}
			expect(t, w.call("", "POST", path, w.body(r)), 401)
			if after := w.sizeWithout(); after != before {
				t.Errorf("bad input stored %d events", after-before)
			}
		})
	}
}

func names(required any) []string {
	var out []string
	list, _ := required.([]any)
	for _, n := range list {
		out = append(out, n.(string))
	}
	return out
}

// someone is who may carry out a command, so that a test reaches what lies behind the policy.
func (w *world) someone(r route) string {
	w.tb.Helper()
	switch {
	case strings.Contains(r.path, "/audit/"):
		return access.Auditor
	case strings.Contains(r.path, "/accounts"), strings.Contains(r.path, "/institutions"):
		return access.Administrator
	case strings.Contains(r.path, "/applications"):
		return access.ChildWorker
	case strings.Contains(r.path, "/referrals/{id}"):
		if slices.ContainsFunc([]string{"/send", "/settle", "/cancel"}, func(s string) bool { return strings.HasSuffix(r.path, s) }) {
			return access.Police
		}
		return access.NGO
	case strings.HasSuffix(r.path, "/orders/umpmm"):
		return access.Police
	}
	return access.Coordinator
}

// An id that is not there and one that is not yours get the same answer, byte for byte.
func TestUnknownAndNotYoursAreTheSameAnswer(t *testing.T) {
	w := newWorld(t)
	before := w.sizeWithout()
	for _, r := range w.routes() {
		if !strings.Contains(r.path, "{") || r.public || strings.Contains(r.path, "{year}") {
			continue
		}
		name := r.method + " " + r.path
		role, want := w.someone(r), ""
		for _, id := range []string{handlers.NewKey().String(), "nonsense", "..%2f..%2fetc", "%00", strings.Repeat("x", 3000), strings.ToUpper(w.caseID), "urn:uuid:" + w.caseID} {
			a := w.call(role, r.method, w.addressWith(r.path, id), w.body(r))
			if a.status != 404 {
				t.Errorf("%s with %.20s: %d %s", name, id, a.status, a.body)
			}
			if want == "" {
				want = string(a.body)
			}
			if string(a.body) != want {
				t.Errorf("%s with %.20s: %s, not %s", name, id, a.body, want)
			}
		}
		if strings.Contains(r.path, "{case}") {
			other := strings.Replace(w.address(r.path), w.caseID, handlers.NewKey().String(), 1)
			if a := w.call(role, r.method, other, w.body(r)); a.status != 404 || string(a.body) != want {
				t.Errorf("%s: %d %s, not %s", name, a.status, a.body, want)
			}
			// To a role that is not shown the route at all, every case answers 403 alike.
			none := w.call(access.Medical, r.method, other, w.body(r))
			if a := w.call(access.Medical, r.method, w.address(r.path), w.body(r)); a.status != none.status || string(a.body) != string(none.body) {
				t.Errorf("%s as one who has no part: %d %s; of no case: %d %s", name, a.status, a.body, none.status, none.body)
			}
			if strings.HasPrefix(r.path, "/cases/") && (none.status != 404 || string(none.body) != want) {
				t.Errorf("%s as one who has no part: %d %s, not %s", name, none.status, none.body, want)
			}
		}
	}
	if a := w.get(access.Medical, "/meetings/"+w.ids["meetings"]); a.status != 404 {
		t.Errorf("a meeting that she is not invited to: %d", a.status)
	}
	if after := w.sizeWithout(); after != before {
		t.Errorf("%d events were stored: %v", after-before, w.typesAfter(before))
	}
}

// covers tells whether a pattern stands for an address too that has a word of its own in the place of an id.
func covers(pattern, path string) bool {
	return slices.EqualFunc(strings.Split(pattern, "/"), strings.Split(path, "/"), func(a, b string) bool {
		return a == b || strings.HasPrefix(a, "{")
	})
}

func TestMethodsAndAddresses(t *testing.T) {
	w := newWorld(t)
	allowed := map[string][]string{}
	for _, r := range w.routes() {
		allowed[r.path] = append(allowed[r.path], r.method)
		if r.method == http.MethodGet {
			allowed[r.path] = append(allowed[r.path], http.MethodHead)
		}
	}
	own := maps.Clone(allowed)
	for path := range own {
		for other, methods := range own { // a word where another address has an id answers to that one's methods too
			if other != path && covers(other, path) {
				allowed[path] = append(slices.Clip(allowed[path]), methods...)
			}
		}
	}
	before := w.size()
	for path, methods := range allowed {
		for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			if slices.Contains(methods, m) {
				continue
			}
			a := w.call(access.Coordinator, m, w.address(path), nil)
			got := strings.Split(a.header.Get("Allow"), ", ")
			slices.Sort(got)
			slices.Sort(methods)
			if a.status != 405 || !slices.Equal(got, methods) {
				t.Errorf("%s %s: %d, Allow %v, want %v", m, path, a.status, got, methods)
			}
		}
	}
	for _, path := range []string{"/nothing", "/cases/" + w.caseID + "/nothing", "/cases/" + w.caseID + "/referrals/x/nothing", "/Cases", "/cases/"} {
		for _, m := range []string{"GET", "POST", "PUT"} {
			problem(t, w.call(access.Coordinator, m, path, nil), 404, "not_found", "")
		}
	}
	for _, path := range slices.Sorted(maps.Keys(allowed)) {
		a := w.call(access.Coordinator, allowed[path][0], w.address(path)+"?surprise=1", "{}")
		if a.status != 422 || a.json(t)["field"] != "surprise" {
			t.Errorf("%s with a parameter that it does not have: %d %s", path, a.status, a.body)
		}
	}
	if w.size() != before {
		t.Error("something was stored")
	}
}

func TestOnlyALivingTokenSpeaks(t *testing.T) {
	w := newWorld(t)
	for _, value := range []string{"", "Bearer", "Bearer ", "Bearer nonsense-nonsense-nonsense", "Basic dTpw", "bearer\t" + w.tokens[access.NGO], "Bearer " + w.tokens[access.NGO] + "x", "Bearer " + strings.Repeat("x", 5000)} {
		a := w.get("", "/me")
		if value != "" {
			a = w.call("", "GET", "/me", nil, header("Authorization", value))
		}
		problem(t, a, 401, "not_signed_in", "")
		if a.header.Get("WWW-Authenticate") == "" {
			t.Error("a 401 without a challenge")
		}
	}
	expect(t, w.call("", "GET", "/me", nil, header("Authorization", "bearer "+w.tokens[access.NGO])), 200)
	w.Pass(101 * 3600e9)
	problem(t, w.get(access.NGO, "/me"), 401, "not_signed_in", "")
}

// What a person writes never comes back in an error, nor stands in a log: not from a member, a path, a parameter or a
// header.
func TestNoAnswerRepeatsWhatWasSent(t *testing.T) {
	w := newWorld(t)
	const marker = "ZQXmarkerZQX"
	look := func(name string, a answer) {
		t.Helper()
		if strings.HasSuffix(name, "/report") && a.status == 200 {
			return // it repeats what was told about the person, to whoever may read it: that is what it is for
		}
		if strings.Contains(strings.ToLower(string(a.body)), strings.ToLower(marker)) {
			t.Errorf("%s: %d repeats what was sent: %s", name, a.status, a.body)
		}
		if a.status >= 500 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for _, r := range w.routes() {
		path := w.address(r.path)
		look(r.path, w.call(w.someone(r), r.method, w.addressWith(r.path, marker), w.body(r)))
		look(r.path, w.call(w.someone(r), r.method, path+"?at="+marker+"&after="+marker+"&limit="+marker+"&q="+marker, w.body(r)))
		look(r.path, w.call(w.someone(r), r.method, path, w.body(r), header("If-Match", marker)))
		look(r.path, w.call(w.someone(r), r.method, path, w.body(r), key(marker)))
		look(r.path, w.call(w.someone(r), r.method, path, w.body(r), header("Content-Type", marker)))
		look(r.path, w.call("", r.method, path, w.body(r), header("Authorization", "Bearer "+marker+marker)))
		if r.body == nil {
			continue
		}
		for _, body := range marked(w.sample(r.body), marker) {
			for _, role := range []string{w.someone(r), access.Medical} {
				look(r.path, w.post(role, path, body))
			}
		}
	}
	if logs := string(w.Logs.Bytes()); strings.Contains(strings.ToLower(logs), strings.ToLower(marker)) {
		t.Error("the log repeats what was sent")
	}
}

// marked gives copies of a body, each with the marker in place of one text, and one with it everywhere.
func marked(v any, marker string) []any {
	var out []any
	raw, _ := json.Marshal(v)
	var count func(v any, at *int, which int) any
	count = func(v any, at *int, which int) any {
		switch v := v.(type) {
		case string:
			*at++
			if which < 0 || *at == which {
				return marker
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				v[k] = count(v[k], at, which)
			}
		case []any:
			for i := range v {
				v[i] = count(v[i], at, which)
			}
		}
		return v
	}
	for which := -1; ; which++ {
		if which == 0 {
			continue
		}
		var fresh any
		_ = json.Unmarshal(raw, &fresh)
		n := 0
		fresh = count(fresh, &n, which)
		if which > n {
			return out
		}
		out = append(out, fresh)
	}
}

func TestAnswersAreNotKept(t *testing.T) {
	w := newWorld(t)
	for _, a := range []answer{
		w.get(access.Coordinator, "/cases"), w.get("", "/cases"), w.get("", "/nothing"), w.get("", "/openapi.json"), w.post(access.Police, "/cases", "{"),
	} {
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%d: Cache-Control is %q", a.status, got)
		}
		if a.header.Get("Set-Cookie") != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%d: %v", a.status, a.header)
		}
	}
}
