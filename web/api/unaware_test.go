package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/web/live"
)

// everything is all that a role gets by reading: each answer's status, headers and body, taken apart so that a difference has
// a place. What is never twice the same for anybody (the hour, a request's number) is left out.
func (w *world) everything(t *testing.T, role string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range w.routes() {
		if r.method != http.MethodGet || strings.HasPrefix(r.path, "/audit") {
			continue
		}
		a := w.get(role, w.address(r.path))
		out[r.path+" status"] = fmt.Sprint(a.status)
		for name, values := range a.header {
			if name != "Date" && !strings.HasPrefix(name, "X-") {
				out[r.path+" "+name] = strings.Join(values, ", ")
			}
		}
		var body any
		if json.Unmarshal(a.body, &body) != nil {
			out[r.path+" body"] = string(a.body)
			continue
		}
		var walk func(at string, v any)
		walk = func(at string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for k, x := range v {
					walk(at+"."+k, x)
				}
			case []any:
				out[at+"#"] = fmt.Sprint(len(v))
				for i, x := range v {
					walk(fmt.Sprintf("%s[%d]", at, i), x)
				}
			default:
				out[at] = fmt.Sprint(v)
			}
		}
		walk(r.path+" ", body)
	}
	return out
}

// differing are the places where two readings are not the same.
func differing(a, b map[string]string) map[string]string {
	out := map[string]string{}
	for k := range maps.Keys(a) {
		if a[k] != b[k] {
			out[k] = a[k] + " -> " + b[k]
		}
	}
	for k := range maps.Keys(b) {
		if _, known := a[k]; !known {
			out[k] = "-> " + b[k]
		}
	}
	return out
}

// That somebody is kept out of a case, let in again, or named in a seal moves nothing for those who work on it and do not
// decide on it: no revision, no ETag, no position, no row, no frame; and they go on writing with what they saw.
func TestWhoWorksOnACaseDoesNotLearnOfExclusions(t *testing.T) {
	w := newWorld(t)
	at := "/cases/" + w.caseID
	w.CaughtUp()
	unaware := []string{access.Police, access.NGO}
	l := w.listen(t, live.Config{}, append(live.Topics(), "case:"+w.caseID)...)
	l.hear(t)
	elsewhere := func() { w.get(access.Auditor, "/cases/"+w.caseID) } // an event of somebody's that is in no case
	read := func() map[string]map[string]string {
		w.CaughtUp()
		out := map[string]map[string]string{}
		for _, role := range unaware {
			out[role] = w.everything(t, role)
		}
		return out
	}
	read() // that a referral was seen is told once
	first := read()
	elsewhere()
	before := read()
	moves := map[string]map[string]string{} // as of which event a list stands: it moves with everything that happens anywhere
	for _, role := range unaware {
		moves[role] = differing(first[role], before[role])
		for place := range moves[role] {
			if !strings.HasSuffix(place, ".position") && !strings.Contains(place, "/me/") {
				t.Errorf("%s: what happens elsewhere moves %s: %s", role, place, moves[role][place])
			}
		}
	}
	account := func(role string) string { return w.callers[role].Account }
	everybody := []string{account(access.Police), account(access.NGO), account(access.Court), account(access.Medical), account(access.Shelter)}
	l.hear(t)
	for _, act := range []struct {
		name, path string
		body       object
		seal       bool // whoever sees a sealed case sees that it is sealed
	}{
		{"the court's clerk is kept out", "/exclusions", object{"account": account(access.Court), "reason": "relative_of_accused"}, false},
		{"she is let in again", "/exclusions/lift", object{"account": account(access.Court)}, false},
		{"the case is sealed to all who work on it", "/seal", object{"reason": "life_in_danger", "accounts": everybody}, true},
		{"the seal is drawn closer", "/seal", object{"reason": "life_in_danger", "accounts": everybody[:4]}, true},
		{"the seal is lifted", "/unseal", object{}, false},
	} {
		n := w.size()
		w.must(access.Coordinator, at+act.path, act.body)
		if w.size() == n {
			t.Fatalf("%s: nothing was recorded", act.name)
		}
		told, _ := l.hear(t)
		after := read()
		for _, role := range unaware {
			if len(told[role]) > 0 {
				t.Errorf("%s: %s is sent %v", act.name, role, told[role])
			}
			found := differing(before[role], after[role])
			for _, place := range slices.Sorted(maps.Keys(found)) {
				if _, moving := moves[role][place]; moving || act.seal && (strings.HasSuffix(place, ".sealed") || strings.HasSuffix(place, "/{case} Content-Length")) {
					continue
				}
				t.Errorf("%s: %s finds %s: %s", act.name, role, place, found[place])
			}
		}
		l.hear(t)
	}

	// What she saw is still what she may write on, and her own receipts count as she counts.
	revision := w.get(access.NGO, at).num(t, "revision")
	w.must(access.Coordinator, at+"/exclusions", object{"account": account(access.Court), "reason": "relative_of_accused"})
	note := object{"section": "general", "text": "Asgjë e re"}
	match := func(n uint64) with { return header("If-Match", fmt.Sprintf("%q", fmt.Sprint(n))) }
	done := w.must(access.NGO, at+"/notes", note, match(revision))
	if got := done.num(t, "revision"); got != revision+1 || done.header.Get("ETag") != fmt.Sprintf("%q", fmt.Sprint(got)) {
		t.Errorf("her note is revision %d, ETag %s; she saw %d", got, done.header.Get("ETag"), revision)
	}
	if got := w.get(access.NGO, at).num(t, "revision"); got != revision+1 {
		t.Errorf("the case is at %d", got)
	}
	w.must(access.Coordinator, at+"/exclusions/lift", object{"account": account(access.Court)})
	w.must(access.Police, at+"/notes", note)
	stale := w.post(access.NGO, at+"/notes", note, match(revision+1))
	if stale.status != http.StatusPreconditionFailed || stale.num(t, "revision") != revision+2 || strings.Contains(string(stale.body), "exclusion") {
		t.Errorf("what is stale is answered %d %s", stale.status, stale.body)
	}
	// Who decides on it sees all of it, counted as it is stored.
	if all := w.get(access.Coordinator, at).num(t, "revision"); all < revision+2+7 {
		t.Errorf("the coordinator counts %d, those who may not know of seven events %d", all, revision+2)
	}
}
