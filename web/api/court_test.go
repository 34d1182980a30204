package api_test

import (
	"slices"
	"testing"
	"time"

	"mkr/domain/access"
)

// inForce opens a case with a UM in force until a day, with the NGO on the case, and gives the case and the order.
func (s *server) inForce(until time.Duration) (caseID, order string) {
	s.tb.Helper()
	caseID = s.newCase()
	at := "/cases/" + caseID
	s.must(access.Police, at+"/referrals", s.referral())
	order = s.must(access.Police, at+"/orders", object{"type": "UM", "court": s.Court}).str(s.tb, "id")
	s.must(access.Court, at+"/orders/"+order+"/issue", object{"executor": s.Police, "conditions": []string{"a", "b"}, "valid_until": in(until)})
	return caseID, order
}

func (s *server) tasks(role, caseID, action string) (out []object) {
	s.tb.Helper()
	for _, t := range items(s.tb, s.get(role, "/inbox?case="+caseID)) {
		if t["action"] == action {
			out = append(out, t)
		}
	}
	return out
}

// A breach is in the inbox of every institution on the case at once, save the one that reported it, with a clock; who
// has not said that it knows shows in the register, until it does, or the lead has reached it by phone.
func TestABreachReachesEveryInbox(t *testing.T) {
	s := newServer(t)
	id, order := s.inForce(180 * 24 * time.Hour)
	other := s.newCase()
	s.must(access.Police, "/cases/"+id+"/orders/"+order+"/breach", object{"detail": "E thirri në telefon"})
	s.CaughtUp()
	told := []string{access.Coordinator, access.NGO, access.Court}
	for _, role := range told {
		tasks := s.tasks(role, id, "acknowledge_breach")
		if len(tasks) != 1 || tasks[0]["kind"] != "breach" || tasks[0]["due_at"] == nil {
			t.Errorf("the inbox of the %s holds %v", role, tasks)
		}
		if len(s.tasks(role, other, "acknowledge_breach")) != 0 {
			t.Errorf("the %s is told in a case without a breach", role)
		}
	}
	if got := s.tasks(access.Police, id, "acknowledge_breach"); len(got) != 0 {
		t.Errorf("who reported it is told: %v", got)
	}
	if got := s.tasks(access.Coordinator, id, "assess_risk"); len(got) != 1 || got[0]["rule"] != "CASE-RISK-BREACH" {
		t.Errorf("the risk is not looked at again: %v", got)
	}
	silent := func() []string {
		list := items(t, s.get(access.Police, "/orders?watch=silent"))
		if len(list) == 0 {
			return nil
		}
		var out []string
		for _, who := range list[0]["breaches"].([]any)[0].(object)["silent"].([]any) {
			out = append(out, who.(string))
		}
		return out
	}
	if got := silent(); len(got) != 3 || !slices.Contains(got, s.NGO) || !slices.Contains(got, s.Court) || !slices.Contains(got, s.DV) {
		t.Errorf("silent: %v", got)
	}
	at := "/cases/" + id + "/breaches/b1/"
	s.must(access.NGO, at+"acknowledge", object{})
	if a := s.post(access.NGO, at+"acknowledge-for", object{"institution": s.Court}); a.status != 403 {
		t.Errorf("the NGO says it for the court: %d %s", a.status, a.body)
	}
	s.must(access.Coordinator, at+"acknowledge-for", object{"institution": s.Court})
	s.must(access.Coordinator, "/cases/"+id+"/risk-assessments", object{"level": "high", "factors": []string{"order_breached"}})
	s.CaughtUp()
	if got := silent(); got != nil {
		t.Errorf("still silent: %v", got)
	}
	for _, role := range told {
		if got := s.tasks(role, id, "acknowledge_breach"); len(got) != 0 {
			t.Errorf("the %s still owes its word: %v", role, got)
		}
	}
}

// The register of orders: filtered, of the own cases only, with what is left in working days.
func TestTheRegisterOfOrders(t *testing.T) {
	s := newServer(t)
	id, order := s.inForce(12 * 24 * time.Hour)
	asked := s.newCase()
	s.must(access.Police, "/cases/"+asked+"/orders", object{"type": "UMM", "court": s.Court})
	s.CaughtUp()
	for query, want := range map[string]int{
		"": 2, "type=UM": 1, "type=UMM": 1, "type=UMPMM": 0, "status=in_force": 1, "status=requested": 1, "case=" + asked: 1, "institution=" + s.NGO: 1, "kind=child_protection": 0,
		"watch=unserved": 1, "watch=unexecuted": 1, "watch=breached": 0, "watch=silent": 0, "watch=ending": 0,
	} {
		a := s.get(access.Coordinator, "/orders?"+query)
		expect(t, a, 200)
		if got := items(t, a); len(got) != want || a.num(t, "total") != uint64(want) {
			t.Errorf("%q: %d orders, total %d, want %d", query, len(got), a.num(t, "total"), want)
		}
	}
	for query, field := range map[string]string{"type=UX": "type", "watch=all": "watch", "limit=0": "limit", "overdue=true": "overdue"} {
		if a := s.get(access.Coordinator, "/orders?"+query); a.status != 422 || a.json(t)["field"] != field {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	for role, want := range map[string]int{access.Coordinator: 2, access.Police: 2, access.Court: 2, access.NGO: 1, access.Shelter: 0, access.ChildWorker: 0, access.Auditor: 2} {
		if got := items(t, s.get(role, "/orders")); len(got) != want {
			t.Errorf("the %s sees %d orders, want %d", role, len(got), want)
		}
	}
	one := items(t, s.get(access.Court, "/orders?case="+id))[0]
	if one["order"] != order || one["court"] != s.Court || one["executor"] != s.Police || one["working_days"].(float64) < 5 || one["next_warning"] == nil {
		t.Errorf("%v", one)
	}
	// A rung of the ladder is history once, and shows in the register.
	s.Pass(11 * 24 * time.Hour)
	s.CaughtUp()
	for range 3 {
		if _, err := s.Service.LapseDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.CaughtUp()
	}
	s.tokens[access.Police], _ = s.Token(access.Police) // the first one has run out meanwhile
	warned := 0
	for _, e := range s.Events() {
		if e.Type == "order.expiry_warned" {
			warned++
		}
	}
	if got := items(t, s.get(access.Police, "/orders?watch=ending")); len(got) != 1 || got[0]["warned"] != float64(warned) || warned < 2 {
		t.Errorf("%d warnings are stored, the register says %v", warned, got)
	}
}

// Dates in court between two instants, of the own cases only.
func TestTheCalendarOfHearings(t *testing.T) {
	s := newServer(t)
	id, order := s.inForce(90 * 24 * time.Hour)
	first := s.must(access.Court, "/cases/"+id+"/hearings", object{"court": s.Court, "order": order, "when": in(48 * time.Hour)}).str(t, "id")
	second := s.must(access.Court, "/cases/"+id+"/hearings", object{"court": s.Court, "when": in(240 * time.Hour)}).str(t, "id")
	s.must(access.Court, "/cases/"+id+"/hearings/"+first+"/cancel", object{})
	s.CaughtUp()
	for query, want := range map[string][]string{
		"": {first, second}, "status=planned": {second}, "from=" + in(48*time.Hour) + "&until=" + in(240*time.Hour): {first}, "from=" + in(49*time.Hour): {second}, "until=" + in(48*time.Hour): nil,
	} {
		a := s.get(access.NGO, "/hearings?"+query)
		expect(t, a, 200)
		var got []string
		for _, h := range items(t, a) {
			got = append(got, h["hearing"].(string))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	if got := items(t, s.get(access.Court, "/hearings?status=cancelled")); len(got) != 1 || got[0]["order_type"] != "UM" {
		t.Errorf("%v", got)
	}
	if got := items(t, s.get(access.Shelter, "/hearings")); len(got) != 0 {
		t.Errorf("the shelter sees %v", got)
	}
	if a := s.get(access.NGO, "/hearings?from=yesterday"); a.status != 422 || a.json(t)["field"] != "from" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Each number of the load is the length of the list behind it; who does not coordinate knows of her own institution's only.
func TestTheLoadIsTheLengthOfItsLists(t *testing.T) {
	s := newServer(t)
	s.inForce(90 * 24 * time.Hour)
	s.newCase()
	s.Pass(50 * time.Hour)
	for _, role := range []string{access.Coordinator, access.NGO} {
		s.tokens[role], _ = s.Token(role)
	}
	s.CaughtUp()
	total := func(role, path string) float64 {
		t.Helper()
		return s.get(role, path).json(t)["total"].(float64)
	}
	loads := items(t, s.get(access.Coordinator, "/workload"))
	late := 0.0
	for _, l := range loads {
		of := l["institution"].(string)
		if got := total(access.Coordinator, "/deadlines?institution="+of); got != l["tasks"] {
			t.Errorf("%v tasks, the list has %v", l, got)
		}
		if got := total(access.Coordinator, "/deadlines?overdue=true&institution="+of); got != l["overdue"] {
			t.Errorf("%v late, the list has %v", l, got)
		}
		if got := total(access.Coordinator, "/cases?status=open&institution="+of); got != l["cases"] {
			t.Errorf("%v cases, the list has %v", l, got)
		}
		late += l["overdue"].(float64)
	}
	if len(loads) < 3 || late == 0 {
		t.Errorf("too little to see: %v", loads)
	}
	own := items(t, s.get(access.NGO, "/workload"))
	if len(own) != 1 || own[0]["institution"] != s.NGO || own[0]["cases"] != 1.0 {
		t.Errorf("the NGO knows of %v", own)
	}
	// Of people an institution knows its own: together they have its inbox, and nobody has less than nothing.
	for _, role := range []string{access.NGO, access.Coordinator} {
		sum, people := 0.0, s.get(role, "/workload").json(t)["people"].([]any)
		for _, p := range people {
			sum += p.(map[string]any)["tasks"].(float64)
		}
		if want := total(role, "/inbox"); sum != want || len(people) < 2 {
			t.Errorf("the people of %s have %v tasks, their inbox has %v: %v", role, sum, want, people)
		}
	}
}
