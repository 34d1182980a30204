package api_test

import (
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
)

func TestACaseIsOpenedOnce(t *testing.T) {
	s := newServer(t)
	k := key(handlers.NewKey().String())
	first := s.post(access.Police, "/cases", intake(), k)
	expect(t, first, 201)
	id := first.str(t, "case")
	if loc := first.header.Get("Location"); loc != "/api/v1/cases/"+id || s.get(access.Police, loc).status != 200 {
		t.Errorf("Location %q does not lead to the case", loc)
	}
	if etag := first.header.Get("ETag"); etag != s.get(access.Police, "/cases/"+id).header.Get("ETag") || etag == "" {
		t.Errorf("ETag %q is not the case's", etag)
	}
	if code := first.str(t, "code"); !strings.HasPrefix(code, "DHF-2026-") || first.json(t)["duplicate"] != false || first.num(t, "position") == 0 {
		t.Errorf("%s", first.body)
	}
	before := s.size()
	again := s.post(access.Police, "/cases", intake(), k)
	want := strings.Replace(string(first.body), `"duplicate":false`, `"duplicate":true`, 1)
	if again.status != 201 || string(again.body) != want || again.header.Get("Location") != first.header.Get("Location") || again.header.Get("ETag") != first.header.Get("ETag") {
		t.Errorf("a retry: %d %s\nwant 201 %s", again.status, again.body, want)
	}
	if s.size() != before {
		t.Error("a retry stored something")
	}
	other := intake()
	other["violence"] = []string{"psychological"}
	problem(t, s.post(access.Police, "/cases", other, k), 422, "idempotency.reused", "Idempotency-Key")
	problem(t, s.post(access.NGO, "/cases", intake(), k), 422, "idempotency.reused", "Idempotency-Key")
}

func TestAReferralGoesAllTheWay(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	k := key(handlers.NewKey().String())
	made := s.post(access.Police, "/cases/"+id+"/referrals", s.referral(), k)
	expect(t, made, 201)
	ref := made.str(t, "referral")
	if ref == "" || made.str(t, "id") != ref || made.str(t, "case") != id {
		t.Fatalf("%s", made.body)
	}
	again := s.post(access.Police, "/cases/"+id+"/referrals", s.referral(), k)
	if again.status != 201 || again.str(t, "referral") != ref || again.json(t)["duplicate"] != true {
		t.Errorf("a retry: %d %s", again.status, again.body)
	}
	at := "/cases/" + id + "/referrals/" + ref + "/"
	for _, step := range []struct {
		path string
		body any
	}{
		{"acknowledge", nil}, {"accept", object{}}, {"hold", object{"kind": "waitlisted"}}, {"schedule", object{"appointment": in(48 * time.Hour)}},
		{"start", nil}, {"services", object{"service": "psychosocial", "sessions": 2}}, {"complete", object{"outcome": "helped", "note": "u krye"}},
	} {
		a := s.must(access.NGO, at+step.path, step.body)
		if a.status != 200 || a.str(t, "referral") != ref || a.header.Get("ETag") == "" {
			t.Errorf("%s: %d %s", step.path, a.status, a.body)
		}
	}
	problem(t, s.post(access.NGO, at+"start", nil), 403, "access.not_in_case", "") // its part has ended
	problem(t, s.post(access.Police, at+"accept", nil), 403, "access.not_own", "")
	problem(t, s.post(access.Police, at+"cancel", object{"reason": "rerouted"}), 409, "referral.wrong_status", "")
	status := s.get(access.Coordinator, "/cases/"+id).json(t)["referrals"].([]any)[0].(object)["status"]
	if status != "completed" {
		t.Errorf("the referral is %v", status)
	}
	for path, body := range map[string]any{
		"fail": object{"reason": "could_not_contact"}, "decline": object{"reason": "no_capacity"}, "cancel": object{"reason": "rerouted"},
	} {
		from := access.NGO
		if path == "cancel" {
			from = access.Police
		}
		ref := s.must(access.Police, "/cases/"+id+"/referrals", s.referral()).str(t, "referral")
		if path == "fail" {
			s.must(access.NGO, "/cases/"+id+"/referrals/"+ref+"/accept", nil)
		}
		s.must(from, "/cases/"+id+"/referrals/"+ref+"/"+path, body)
		if path != "cancel" { // what came back must be settled before another goes out
			s.must(access.Police, "/cases/"+id+"/referrals/"+ref+"/settle", object{"way": "accepted"})
		}
	}
}

// One key means one command: the same key for another action or another target is another request.
func TestAKeyIsForOneCommand(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	ref := s.must(access.Police, "/cases/"+id+"/referrals", s.referral()).str(t, "referral")
	k := key(handlers.NewKey().String())
	at := "/cases/" + id + "/referrals/" + ref
	s.must(access.NGO, at+"/acknowledge", nil, k)
	problem(t, s.post(access.NGO, at+"/accept", nil, k), 422, "idempotency.reused", "Idempotency-Key")
	if again := s.must(access.NGO, at+"/acknowledge", object{}, k); again.json(t)["duplicate"] != true {
		t.Errorf("an empty body and an empty object differ: %s", again.body)
	}
	spaced := ` { "section" : "general",` + "\n" + ` "text":"x" } `
	s.must(access.NGO, "/cases/"+id+"/notes", `{"text":"x","section":"general"}`, key("018f3c00-0000-7000-8000-000000000001"))
	if a := s.must(access.NGO, "/cases/"+id+"/notes", spaced, key("018f3c00-0000-7000-8000-000000000001")); a.json(t)["duplicate"] != true {
		t.Errorf("white space makes another request: %s", a.body)
	}
	// On two cases it is two commands with events of their own.
	other := s.newCase()
	k = key(handlers.NewKey().String())
	s.must(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "x"}, k)
	s.must(access.Police, "/cases/"+other+"/notes", object{"section": "general", "text": "x"}, k)
	seen := map[string]bool{}
	for _, e := range s.Events() {
		if seen[e.ID.String()] {
			t.Errorf("two events have the id %s (%s)", e.ID, e.Type)
		}
		seen[e.ID.String()] = true
	}
}

func TestCommandsNeedAKey(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	before := s.size()
	for _, k := range []string{"", "1", "not-a-uuid-at-all-not-a-uuid-at-all!", "00000000-0000-0000-0000-000000000000", "urn:uuid:018f3c00-0000-7000-8000-000000000001", "{018f3c00-0000-7000-8000-000000000001}", "018f3c0000007000800000000000000a"} {
		problem(t, s.post(access.Police, "/cases", intake(), key(k)), 422, "idempotency.required", "Idempotency-Key")
		problem(t, s.post(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "x"}, key(k)), 422, "idempotency.required", "Idempotency-Key")
	}
	if s.size() != before {
		t.Error("a command without a key stored something")
	}
}

func TestIfMatchTellsWhatChanged(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	etag := s.get(access.Police, "/cases/"+id).header.Get("ETag")
	s.must(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "x"}, header("If-Match", etag))
	s.must(access.Coordinator, "/cases/"+id+"/risk-assessments", object{"level": "high", "reason": "sipas bisedës"})
	before := s.size()
	stale := s.post(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "y"}, header("If-Match", etag))
	problem(t, stale, 412, "stale", "")
	var types []string
	for _, c := range stale.json(t)["changed"].([]any) {
		types = append(types, c.(object)["type"].(string))
	}
	if got := strings.Join(types, " "); !strings.Contains(got, "note.written") || !strings.Contains(got, "risk.assessed") {
		t.Errorf("changed: %s", got)
	}
	problem(t, s.post(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "y"}, header("If-Match", "soon")), 422, "if_match", "If-Match")
	if s.size() != before {
		t.Error("a stale command stored something")
	}
	if now := s.get(access.Police, "/cases/"+id); stale.num(t, "revision") != now.num(t, "revision") {
		t.Errorf("stale says it stands at %d: %s", stale.num(t, "revision"), now.body)
	}
	s.must(access.Police, "/cases/"+id+"/notes", object{"section": "general", "text": "y"}, header("If-Match", "*"))
}

func TestACaseAsItStood(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	opened := s.get(access.Coordinator, "/cases/"+id)
	s.Pass(time.Hour)
	s.must(access.Coordinator, "/cases/"+id+"/risk-assessments", object{"level": "high", "reason": "sipas bisedës"})
	between := s.Now().Add(time.Minute).Format(time.RFC3339)
	s.Pass(time.Hour)
	s.must(access.Police, "/cases/"+id+"/referrals", s.referral())
	now := s.get(access.Coordinator, "/cases/"+id)

	for at, want := range map[string]struct {
		risk string
		refs int
	}{
		opened.json(t)["opened_at"].(string): {"", 0}, between: {"high", 0}, s.Now().Format(time.RFC3339): {"high", 1},
	} {
		v := s.get(access.Coordinator, "/cases/"+id+"?at="+at).json(t)
		refs, _ := v["referrals"].([]any)
		risk, _ := v["risk"].(string)
		if risk != want.risk || len(refs) != want.refs || len(v["actions"].([]any)) != 0 {
			t.Errorf("at %s: risk %q, %d referrals, actions %v", at, risk, len(refs), v["actions"])
		}
	}
	was := s.get(access.Coordinator, "/cases/"+id+"?at="+num(opened.num(t, "position")))
	if was.num(t, "revision") != opened.num(t, "revision") || was.header.Get("ETag") != opened.header.Get("ETag") {
		t.Errorf("at its position: %s", was.body)
	}
	problem(t, s.get(access.Coordinator, "/cases/"+id+"?at=1"), 404, "not_found", "")
	for _, at := range []string{"yesterday", "0", "-1", "2026-11-16", "99999999999999999999"} {
		problem(t, s.get(access.Coordinator, "/cases/"+id+"?at="+at), 422, "wrong_type", "at")
	}

	timeline := s.get(access.Coordinator, "/cases/"+id+"/timeline").json(t)["entries"].([]any)
	early := s.get(access.Coordinator, "/cases/"+id+"/timeline?at="+num(opened.num(t, "position"))).json(t)["entries"].([]any)
	if len(early) == 0 || len(early) >= len(timeline) {
		t.Errorf("%d entries at first, %d in the end", len(early), len(timeline))
	}
	last := 0.0
	if late := timeline[len(timeline)-1].(object)["summary"]; late != "The referral was sent" && late != "U dërgua referimi" {
		t.Errorf("the last entry says %v", late)
	}
	for _, e := range timeline {
		entry := e.(object)
		for _, name := range []string{"position", "event_id", "type", "occurred_at", "recorded_at", "institution", "actor", "late", "summary"} {
			if _, ok := entry[name]; !ok {
				t.Errorf("an entry has no %s: %v", name, entry)
			}
		}
		if p := entry["position"].(float64); p <= last {
			t.Errorf("positions fall: %v after %v", p, last)
		} else {
			last = p
		}
	}
	if p := s.get(access.Coordinator, "/cases/"+id+"/timeline").num(t, "position"); p != now.num(t, "position") {
		t.Errorf("the timeline stands at %d, the case at %d", p, now.num(t, "position"))
	}
}

func TestSealedTextsOpenOnRecord(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	person := s.get(access.Coordinator, "/cases/"+id).json(t)["subject"].(string)
	n := len(s.AccessEvents(s.callers[access.Coordinator]))
	a := s.must(access.Coordinator, "/cases/"+id+"/open", object{"persons": []string{person}}, key(""))
	fields := a.json(t)["persons"].([]any)[0].(object)["fields"].(object)
	if fields["name"] != "Drita Shembulli-Provë" {
		t.Errorf("%s", a.body)
	}
	if got := s.AccessEvents(s.callers[access.Coordinator]); len(got) != n+1 || got[n] != "access.opened" {
		t.Errorf("the access stream says %v", got)
	}
	problem(t, s.post(access.Auditor, "/cases/"+id+"/open", object{"persons": []string{person}}), 403, "access.not_for_role", "")
	problem(t, s.post(access.Court, "/cases/"+id+"/open", object{"persons": []string{person}}), 404, "not_found", "")
	problem(t, s.post(access.Coordinator, "/cases/"+id+"/open", object{"persons": []string{id}}), 404, "not_found", "")
}
