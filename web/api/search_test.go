package api_test

import (
	"bytes"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/internal/testbed"
)

// A name is found as people write it, by who may open it, in no answer and no record in the clear. Who has no part in the case
// learns that the mechanism knows somebody, and of a sealed case not even that.
func TestPersonsAreFoundByName(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	testbed.OK(t, s.BuildNames(t.Context()))
	find := func(role, name string) (cases []string, elsewhere bool) {
		t.Helper()
		s.CaughtUp() // whose parts a person has, a view says
		a := s.must(role, "/persons/search", object{"name": name}, key(""))
		if bytes.Contains(a.body, []byte("Shembulli")) {
			t.Errorf("the answer holds a name: %s", a.body)
		}
		for _, p := range a.json(t)["items"].([]any) {
			cases = append(cases, p.(object)["case"].(string)+" "+p.(object)["match"].(string))
		}
		return cases, a.json(t)["elsewhere"].(bool)
	}
	expectFound := func(role, name string, want string, elsewhere bool) {
		t.Helper()
		got, other := find(role, name)
		if strings.Join(got, ", ") != want || other != elsewhere {
			t.Errorf("%s searches %q: %v, elsewhere %v; want %q, %v", role, name, got, other, want, elsewhere)
		}
	}
	const unseen = ""
	expectFound(access.Coordinator, testbed.SurvivorName, id+" spelt", false)
	expectFound(access.Police, "shembuli-prove dritë", id+" sounds", false)
	expectFound(access.Coordinator, "Drita Shenbulli", id+" near", false)
	expectFound(access.NGO, "Drita Shembulli", unseen, true)
	expectFound(access.NGO, "Drita Shenbulli", unseen, false) // nearly is not enough to say anything
	expectFound(access.NGO, "Askush Tjetër", unseen, false)

	problem(t, s.post(access.Auditor, "/persons/search", object{"name": testbed.SurvivorName}), 403, "access.not_for_role", "")
	problem(t, s.post(access.Police, "/persons/search", object{"name": "Drita"}), 422, "input.two_words", "name")
	for _, e := range s.Events() {
		if e.Type == "access.searched" && (bytes.Contains(e.Data, []byte("rita")) || !bytes.Contains(e.Data, []byte(`"print"`))) {
			t.Errorf("the record of a search: %s", e.Data)
		}
	}
	if got := s.AccessEvents(s.callers[access.NGO]); len(got) != 3 || got[0] != "access.searched" {
		t.Errorf("the NGO's searches on record: %v", got)
	}

	subject := s.get(access.Coordinator, "/cases/"+id).str(t, "subject")
	s.must(access.Coordinator, "/cases/"+id+"/seal", object{"reason": "life_in_danger", "accounts": []any{s.callers[access.Coordinator].Account, s.callers[access.Police].Account}})
	expectFound(access.NGO, "Drita Shembulli", unseen, false)
	s.must(access.Coordinator, "/cases/"+id+"/unseal", nil)
	s.must(access.Coordinator, "/cases/"+id+"/close", object{"reason": "moved_away"})
	s.must(access.Coordinator, "/cases/"+id+"/persons/"+subject+"/erasure", object{"basis": "request"})
	s.must(access.Auditor, "/cases/"+id+"/persons/"+subject+"/erasure/decide", object{"outcome": "erase"})
	expectFound(access.Coordinator, testbed.SurvivorName, unseen, false)
	testbed.OK(t, s.BuildNames(t.Context())) // nor after a start
	expectFound(access.Coordinator, testbed.SurvivorName, unseen, false)
}
