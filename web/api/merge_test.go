package api_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/internal/testbed"
	"mkr/internal/vault"
)

// The report for a person whose records were merged covers each of them. Her erasure says plainly how much it takes: one record, or
// all that it was asked for; one that is held keeps all of them, and can be left out.
func TestMergedRecordsAreReportedAndErased(t *testing.T) {
	w := newWorld(t)
	one, first := w.another(t)
	w.must(access.Coordinator, "/cases/"+one+"/notes", object{"section": "general", "text": told})
	const elsewhere = "Tregon se punon natën në furrë"
	other, second := w.another(t)
	w.must(access.Coordinator, "/cases/"+other+"/notes", object{"section": "general", "text": elsewhere})
	third, last := w.another(t)
	w.CaughtUp()
	of := func(id, subject string) string { return "/cases/" + id + "/persons/" + subject }
	problem(t, w.post(access.Auditor, of(one, first)+"/merge", object{"person": second, "reason": "same_papers"}), 403, "access.not_for_role", "")
	problem(t, w.post(access.Shelter, of(one, first)+"/merge", object{"person": second, "reason": "same_papers"}), 404, "not_found", "")
	problem(t, w.post(access.Coordinator, of(one, first)+"/merge", object{"person": one, "reason": "same_papers"}), 422, "input.unknown_person", "person")
	problem(t, w.post(access.Coordinator, of(one, first)+"/merge", object{"person": first, "reason": "same_papers"}), 422, "person_merge.same_record", "person")
	w.must(access.Coordinator, of(one, first)+"/merge", object{"person": second, "reason": "same_papers"})
	w.must(access.Coordinator, of(third, last)+"/merge", object{"person": second, "reason": "person_said"})
	w.CaughtUp()

	report := w.must(access.Coordinator, of(one, first)+"/report", object{"identity": "papers"})
	if merged, _ := report.json(t)["merged"].([]any); len(merged) != 2 || len(report.json(t)["cases"].([]any)) != 3 {
		t.Errorf("the report covers %d merged records: %s", len(merged), report.body)
	}
	for _, text := range []string{told, elsewhere} {
		if !bytes.Contains(report.body, []byte(text)) {
			t.Errorf("the report does not hold %q", text)
		}
	}
	reported := strings.Count(strings.Join(w.AccessEvents(w.callers[access.Coordinator]), " "), "access.reported")
	if reported != 3 {
		t.Errorf("%d of three records are reported on record", reported)
	}

	for _, id := range []string{one, other, third} {
		w.must(access.Coordinator, "/cases/"+id+"/close", object{"reason": "moved_away"})
	}
	w.CaughtUp()
	problem(t, w.post(access.Coordinator, of(one, first)+"/erasure", object{"basis": "request"}), 422, "input.required", "scope")
	w.must(access.Coordinator, of(one, first)+"/erasure", object{"basis": "request", "scope": "all"})
	w.CaughtUp()
	for id, subject := range map[string]string{one: first, other: second, third: last} {
		if w.get(access.Coordinator, of(id, subject)).json(t)["erasure"] == nil {
			t.Errorf("the erasure of %s was not asked for", subject)
		}
	}
	hold := w.must(access.Coordinator, of(third, last)+"/holds", object{"ground": "criminal_proceedings"}).str(t, "id")
	w.CaughtUp()
	problem(t, w.post(access.Auditor, of(one, first)+"/erasure/decide", object{"outcome": "erase"}), 422, "input.required", "scope")
	problem(t, w.post(access.Auditor, of(one, first)+"/erasure/decide", object{"outcome": "erase", "scope": "all"}), 422, "erasure_held", "scope")
	problem(t, w.post(access.Coordinator, of(one, first)+"/erasure/decide", object{"outcome": "erase", "scope": "all"}), 409, "erasure_own", "")
	erased := func(id, subject string, want bool) {
		t.Helper()
		if got := w.get(access.Coordinator, of(id, subject)).json(t)["erased"]; got != want {
			t.Errorf("%s erased: %v", subject, got)
		}
		opened := w.must(access.Coordinator, "/cases/"+id+"/open", object{"persons": []any{subject}})
		if bytes.Contains(opened.body, []byte(testbed.SurvivorName)) == want {
			t.Errorf("%s opens: %s", subject, opened.body)
		}
	}
	erased(one, first, false)
	w.must(access.Auditor, of(third, last)+"/erasure/decide", object{"outcome": "keep", "ground": "legal_claims", "scope": "this"})
	w.CaughtUp()
	w.must(access.Coordinator, of(third, last)+"/holds/lift", object{"hold": hold})
	command := key("0190a5c2-0000-7000-8000-00000000a5c2")
	w.must(access.Auditor, of(one, first)+"/erasure/decide", object{"outcome": "erase", "scope": "all"}, command)
	w.CaughtUp()
	erased(one, first, true)
	erased(other, second, true)
	erased(third, last, false) // it was answered for alone
	gone := map[string]int{}
	for _, e := range w.Events() {
		for _, v := range sealedIn(t, e.Data) {
			_, err := w.Vault.Open(t.Context(), v)
			if want := v.Subject == first || v.Subject == second; errors.Is(err, vault.ErrShredded) != want {
				t.Errorf("%s of %s: %v", v.Field, e.Type, err)
			}
			gone[v.Subject]++
		}
	}
	if gone[first] == 0 || gone[second] == 0 || gone[last] == 0 {
		t.Errorf("values of the three: %v", gone)
	}
	if again := w.must(access.Auditor, of(one, first)+"/erasure/decide", object{"outcome": "erase", "scope": "all"}, command); again.json(t)["duplicate"] != true {
		t.Errorf("a retry is told something else: %s", again.body)
	}
	problem(t, w.post(access.Coordinator, of(third, last)+"/merge", object{"person": first, "reason": "same_papers"}), 422, "person_merge.erased", "person")

	// This one alone.
	w.must(access.Coordinator, of(third, last)+"/erasure", object{"basis": "request"}) // nobody else is left to choose
	w.must(access.Auditor, of(third, last)+"/erasure/decide", object{"outcome": "erase"})
	w.CaughtUp()
	erased(third, last, true)

	// A key that goes while a report is made leaves it without those words, and no error.
	kept, fourth := w.another(t)
	going, fifth := w.another(t)
	w.CaughtUp()
	w.must(access.Coordinator, of(kept, fourth)+"/merge", object{"person": fifth, "reason": "same_papers"})
	w.CaughtUp()
	testbed.OK(t, w.Vault.Shred(t.Context(), fifth))
	late := w.must(access.Coordinator, of(kept, fourth)+"/report", object{"identity": "papers"})
	if merged, _ := late.json(t)["merged"].([]any); len(merged) != 1 || !bytes.Contains(late.body, []byte(going)) {
		t.Errorf("the report covers %d merged records: %s", len(merged), late.body)
	}
}
