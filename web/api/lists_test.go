package api_test

import (
	"bytes"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/domain/access"
)

func items(tb testing.TB, a answer) []object {
	tb.Helper()
	var out []object
	for _, i := range a.json(tb)["items"].([]any) {
		out = append(out, i.(object))
	}
	return out
}

func field(list []object, name string) string {
	var out []string
	for _, i := range list {
		s, _ := i[name].(string)
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// Every filter of GET /cases, alone and together.
func TestCasesAreFiltered(t *testing.T) {
	s := newServer(t)
	first := s.newCase()
	second := s.newCase()
	child := intake()
	child["kind"] = "child_protection"
	child["persons"] = []object{{"role": "child", "name": "Fëmija Provë", "minor": true}}
	third := s.must(access.Police, "/cases", child).str(t, "case")
	s.must(access.Police, "/cases/"+first+"/referrals", s.referral())
	s.must(access.Coordinator, "/cases/"+second+"/close", object{"reason": "goals_met"})
	s.CaughtUp()
	code := s.get(access.Coordinator, "/cases/"+first).str(t, "code")
	for query, want := range map[string][]string{
		"":                        {third, second, first},
		"sort=oldest":             {first, second, third},
		"status=open":             {third, first},
		"status=closed":           {second},
		"kind=child_protection":   {third},
		"institution=" + s.NGO:    {first},
		"institution=" + s.DV:     {second, first},
		"institution=" + s.Police: {third, second, first},
		"institution=" + s.Police + "&kind=child_protection": {third},
		"institution=nobody":         {},
		"q=" + code:                  {first},
		"q=" + strings.ToLower(code): {first},
		"q=dhf-2026":                 {second, first},
		"q=%25":                      {},
		"overdue=true":               {},
		"overdue=false&status=open":  {third, first},
		"case=" + third:              {third},
	} {
		// What was made in one instant has no order of its own but the key's: compare as sets.
		a := s.get(access.Coordinator, "/cases?"+query)
		expect(t, a, 200)
		got := items(t, a)
		if len(got) != len(want) || a.num(t, "total") != uint64(len(want)) {
			t.Errorf("%q: %d cases of %d (total %d)", query, len(got), len(want), a.num(t, "total"))
		}
		for _, id := range want {
			if !strings.Contains(field(got, "case"), id) {
				t.Errorf("%q has no %s", query, id)
			}
		}
	}
	for _, c := range []struct {
		role string
		n    int
	}{{access.Coordinator, 3}, {access.Police, 3}, {access.ChildWorker, 1}, {access.NGO, 1}, {access.Court, 0}, {access.Auditor, 3}, {access.Administrator, 0}} {
		if got := items(t, s.get(c.role, "/cases")); len(got) != c.n {
			t.Errorf("%s sees %d cases, want %d", c.role, len(got), c.n)
		}
	}
	// Whoever sees only her own part cannot ask for more by a filter.
	if got := items(t, s.get(access.NGO, "/cases?institution="+s.Police)); len(got) != 1 {
		t.Errorf("the NGO sees %d of the police's cases", len(got))
	}
	for query, name := range map[string]string{
		"overdue=maybe": "overdue", "limit=0": "limit", "limit=1001": "limit", "limit=18446744073709551617": "limit", "limit=x": "limit", "sort=random": "sort", "after=%21": "after",
		"status=nonsense": "status", "kind=nonsense": "kind", "risk=nonsense": "risk", "stage=nonsense": "stage", "statuss=open": "statuss", "position=x": "position", "status=open&status=closed": "status",
	} {
		a := s.get(access.Coordinator, "/cases?"+query)
		if a.status != 422 || a.json(t)["field"] != name {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	// What a row of one list can be, no row of another can: an empty list would look like an answer.
	for path, field := range map[string]string{
		"/board?kind=dv": "kind", "/inbox?status=open": "status", "/outbox?stage=intake": "stage", "/deadlines?status=sent": "status", "/deadlines?risk=red": "risk",
	} {
		a := s.get(access.Coordinator, path)
		if a.status != 422 || a.json(t)["field"] != field || a.json(t)["code"] != "value.unknown" {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for _, path := range []string{"/inbox?status=owed", "/outbox?status=declined&stage=returned", "/deadlines?status=lapsed&stage=answer&risk=high", "/board?stage=referral&kind="} {
		expect(t, s.get(access.Coordinator, path), 200)
	}
	for _, query := range []string{"q=%ff", "%zz=1"} {
		if a := s.get(access.Coordinator, "/cases?"+query); a.status != 400 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
	s.Pass(6 * time.Hour)
	if got := items(t, s.get(access.Coordinator, "/deadlines?overdue=true")); len(got) == 0 {
		t.Error("an urgent referral unanswered for six hours is not overdue")
	}
	if got := items(t, s.get(access.Coordinator, "/board?overdue=true")); field(got, "case") != first {
		t.Errorf("overdue on the board: %v", field(got, "case"))
	}
}

// Paging to the end while others write: what stood when it began comes once, and nothing comes twice.
func TestPagesHaveNoGapsWhileOthersWrite(t *testing.T) {
	s := newServer(t)
	stood := map[string]bool{}
	for range 23 {
		stood[s.newCase()] = true
		s.Pass(time.Minute)
	}
	s.CaughtUp()
	for _, path := range []string{"/cases", "/cases?sort=oldest", "/cases?sort=key", "/board?sort=newest"} {
		done := make(chan struct{})
		stop := sync.OnceFunc(func() { close(done) })
		var writing sync.WaitGroup
		writing.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					s.Open()
				}
			}
		})
		seen := map[string]int{}
		next, pages := "/api/v1"+path, 0
		if !strings.Contains(next, "?") {
			next += "?"
		}
		for next += "&limit=5"; next != ""; pages++ {
			a := s.get(access.Coordinator, strings.Replace(next, "?&", "?", 1))
			expect(t, a, 200)
			for _, i := range items(t, a) {
				seen[i["case"].(string)]++
			}
			link := a.header.Get("Link")
			cursor, _ := a.json(t)["next"].(string)
			if (link == "") != (cursor == "") || cursor != "" && !strings.Contains(link, url.QueryEscape(cursor)) {
				t.Fatalf("%s: next is %q, Link %q", path, cursor, link)
			}
			next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
			if pages == 12 {
				stop() // it would run ahead for ever of a list that shows the newest last
			}
		}
		stop()
		writing.Wait()
		if pages < 5 {
			t.Errorf("%s: %d pages", path, pages)
		}
		for id := range stood {
			if seen[id] != 1 {
				t.Errorf("%s: a case that stood came %d times", path, seen[id])
			}
		}
		for id, n := range seen {
			if n > 1 {
				t.Errorf("%s: %s came %d times", path, id, n)
			}
		}
	}
}

// Every view says where it stands, and waits for what its reader has just written.
func TestViewsSayWhereTheyStand(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	made := s.must(access.Police, "/cases/"+id+"/referrals", s.referral())
	position, ref := made.num(t, "position"), made.str(t, "referral")
	for _, c := range []struct{ role, path, name, want string }{
		{access.Coordinator, "/board", "case", id}, {access.NGO, "/inbox", "target", ref}, {access.Police, "/outbox", "referral", ref},
		{access.Coordinator, "/deadlines", "case", id}, {access.NGO, "/cases", "case", id},
	} {
		a := s.get(c.role, c.path+"?position="+num(position))
		expect(t, a, 200)
		if a.num(t, "position") < position {
			t.Errorf("%s stands at %d, asked for %d", c.path, a.num(t, "position"), position)
		}
		if got := field(items(t, a), c.name); !strings.Contains(got, c.want) {
			t.Errorf("%s has %q of %s, want %s", c.path, got, c.name, c.want)
		}
	}
	if got := items(t, s.get(access.Medical, "/inbox")); len(got) != 0 {
		t.Errorf("the hospital's inbox holds %v", got)
	}
}

// TestListsAsTheyStood: the lists of cases, asked for at a position or an instant, are what they were then; the pages of one such list
// are of one moment, whatever is recorded while they are read. An auditor asks for any institution's inbox, nobody else does.
func TestListsAsTheyStood(t *testing.T) {
	s := newServer(t)
	first := s.newCase()
	ref := s.must(access.Police, "/cases/"+first+"/referrals", s.referral()).str(t, "referral")
	s.CaughtUp()
	then := s.get(access.Coordinator, "/board").num(t, "position")
	s.Pass(time.Minute)
	instant := s.Now().Format(time.RFC3339)
	s.Pass(time.Hour)
	s.must(access.NGO, "/cases/"+first+"/referrals/"+ref+"/accept", nil)
	s.must(access.Coordinator, "/cases/"+first+"/risk-assessments", object{"level": "high", "factors": []string{"weapons"}})
	second := s.newCase()
	s.CaughtUp()
	for _, at := range []string{num(then), instant} {
		for _, c := range []struct{ role, path, field, has, lacks string }{
			{access.Coordinator, "/board", "case", first, second}, {access.Auditor, "/board", "case", first, second}, {access.Coordinator, "/cases", "case", first, second},
			{access.NGO, "/inbox", "action", "acknowledge_referral", "report"}, {access.Auditor, "/inbox?institution=" + s.NGO, "action", "acknowledge_referral", "report"},
			{access.Police, "/outbox", "status", "sent", "accepted"}, {access.Auditor, "/outbox", "status", "sent", "accepted"},
			{access.Coordinator, "/deadlines", "case", first, second}, {access.Auditor, "/deadlines", "case", first, second},
		} {
			more := "?at="
			if strings.Contains(c.path, "?") {
				more = "&at="
			}
			a := s.get(c.role, c.path+more+at)
			expect(t, a, 200)
			if got := field(items(t, a), c.field); !strings.Contains(got, c.has) || strings.Contains(got, c.lacks) {
				t.Errorf("%s of the %s at %s: %q has not %s, or has %s", c.path, c.role, at, got, c.has, c.lacks)
			}
			if p := a.num(t, "position"); p < then || p > then+20 {
				t.Errorf("%s at %s stands at %d, then was %d", c.path, at, p, then)
			}
			now := s.get(c.role, c.path)
			if bytes.Equal(now.body, a.body) {
				t.Errorf("%s of the %s: today's list is that of then: the test would see nothing", c.path, c.role)
			}
		}
	}
	if risk := field(items(t, s.get(access.Auditor, "/board?at="+num(then))), "risk"); strings.TrimSpace(risk) != "" {
		t.Errorf("the risk of then is %q", risk)
	}
	// The second page is of the moment of the first.
	s.Pass(time.Minute)
	third := s.newCase()
	s.CaughtUp()
	page := s.get(access.Coordinator, "/cases?sort=oldest&limit=1&at=2099-01-01T00:00:00Z")
	link := page.header.Get("Link")
	if !strings.Contains(link, "at="+num(page.num(t, "position"))) {
		t.Fatalf("the next page is %q", link)
	}
	s.Pass(time.Minute)
	s.newCase()
	s.CaughtUp()
	seen := field(items(t, page), "case")
	for link != "" {
		next, _, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
		page = s.get(access.Coordinator, strings.TrimPrefix(next, "/api/v1"))
		expect(t, page, 200)
		seen += " " + field(items(t, page), "case")
		link = page.header.Get("Link")
	}
	if seen != first+" "+second+" "+third {
		t.Errorf("page by page: %s", seen)
	}
	if got := items(t, s.get(access.Shelter, "/inbox?institution="+s.NGO+"&at="+num(then))); len(got) != 0 {
		t.Errorf("the shelter reads %d tasks of the NGO", len(got))
	}
	for _, path := range []string{"/board", "/inbox", "/outbox", "/deadlines", "/cases"} {
		problem(t, s.get(access.Coordinator, path+"?at=yesterday"), 422, "wrong_type", "at")
	}
	problem(t, s.get(access.Administrator, "/accounts?at=1"), 422, "unknown_field", "at")
}

func TestIndicatorsAsTheyStood(t *testing.T) {
	s := newServer(t)
	before := s.must(access.Police, "/activities", object{"kind": "family_day", "on": "2026-05-15", "title": "Dita e Familjes"}).num(t, "position")
	s.Pass(time.Hour)
	then := s.Now().Format(time.RFC3339)
	s.Pass(time.Hour)
	s.newCase()
	s.CaughtUp()
	figure := func(query, code string) object {
		a := s.get(access.Auditor, "/indicators/2026"+query)
		expect(t, a, 200)
		for _, f := range a.json(t)["figures"].([]any) {
			if f.(object)["code"] == code {
				return f.(object)
			}
		}
		t.Fatalf("no figure %s", code)
		return nil
	}
	for query, want := range map[string]float64{"": 1, "?at=" + num(before): 0, "?at=" + then: 0} {
		f := figure(query, "1.2.01")
		if f["count"] != want {
			t.Errorf("cases identified %q: %v, want %v", query, f["count"], want)
		}
		list := s.get(access.Coordinator, f["events"].(string)+query)
		expect(t, list, 200)
		if n := len(items(t, list)); float64(n) != want {
			t.Errorf("behind %q stand %d things", query, n)
		}
	}
	if f := figure("?at="+num(before), "1.2.05"); f["count"] != 1.0 {
		t.Errorf("family days: %v", f["count"])
	}
	problem(t, s.get(access.Auditor, "/indicators/soon"), 422, "wrong_type", "year")
	problem(t, s.get(access.Auditor, "/indicators/1200"), 422, "input.range", "year")
	problem(t, s.get(access.Auditor, "/indicators/2026/none"), 404, "not_found", "")
}

func TestTheLogsHeaders(t *testing.T) {
	s := newServer(t)
	s.newCase()
	all := s.Events()
	var got []object
	after := "0"
	for {
		a := s.get(access.Auditor, "/audit/log?limit=7&after="+after)
		expect(t, a, 200)
		page := a.json(t)["entries"].([]any)
		if len(page) == 0 {
			if a.header.Get("Link") != "" || num(a.num(t, "next")) != after {
				t.Errorf("the end is not the end: %s", a.body)
			}
			break
		}
		for _, e := range page {
			got = append(got, e.(object))
		}
		after = num(a.num(t, "next"))
	}
	if len(got) != len(all) {
		t.Fatalf("%d entries of %d", len(got), len(all))
	}
	for i, e := range all {
		g := got[i]
		if g["event"] != e.ID.String() || g["position"] != float64(e.Position) || g["stream"] != e.Stream || g["type"] != e.Type || g["data_sha256"] != sum(e.Data) || g["meta_sha256"] != sum(e.Meta) || g["leaf_index"] != float64(i) || len(g) != 10 {
			t.Errorf("entry %d: %v", i, g)
		}
	}
	problem(t, s.get(access.Coordinator, "/audit/log"), 403, "access.not_for_role", "")
	problem(t, s.get(access.Auditor, "/audit/log?after=-1"), 422, "wrong_type", "after")
	expect(t, s.get(access.Auditor, "/audit/log?after=9223372036854775807"), 200)
}

func TestMeetingsActivitiesApplications(t *testing.T) {
	s := newServer(t)
	id := s.newCase()
	m := s.must(access.Coordinator, "/meetings", object{"kind": "etn", "when": in(48 * time.Hour), "place": "municipality", "invited": []string{s.Police}})
	expect(t, m, 201)
	at := m.header.Get("Location")
	s.must(access.Coordinator, at+"/agenda", object{"case": id, "reason": "plan_review"})
	s.must(access.Coordinator, at+"/invitations", object{"institution": s.NGO})
	s.Pass(49 * time.Hour)
	s.must(access.Coordinator, at+"/attendance", object{"institution": s.Police, "attendance": "present"})
	s.must(access.Coordinator, at+"/decisions", object{"case": id, "action": "other", "owner": s.Police, "due": in(100 * time.Hour)})
	s.must(access.Coordinator, at+"/hold", nil)
	s.must(access.Coordinator, at+"/sign", nil)
	expect(t, s.get(access.Police, at), 200)
	problem(t, s.get(access.Court, at), 404, "not_found", "")
	s.CaughtUp()
	if got := items(t, s.get(access.NGO, "/meetings")); len(got) != 1 {
		t.Errorf("the invited NGO sees %d meetings", len(got))
	}
	if plan := s.get(access.Police, "/cases/"+id).json(t)["plan"].(object)["actions"].([]any); len(plan) != 1 {
		t.Errorf("the decision made %d actions of the plan", len(plan))
	}
	app := s.must(access.ChildWorker, "/applications", object{"kind": "foster_aid", "family": object{"role": "guardian", "name": "Familja Provë"}})
	expect(t, app, 201)
	path := "/applications/" + app.str(t, "id")
	s.must(access.ChildWorker, path+"/decide", object{"outcome": "granted"})
	s.must(access.ChildWorker, path+"/payments", object{"period": "2026-10", "lek": 9000})
	problem(t, s.post(access.ChildWorker, path+"/payments", object{"period": "2026-10", "lek": 0}), 422, "input.required", "lek")
	opened := s.post(access.ChildWorker, path+"/open", nil)
	if expect(t, opened, 200); opened.json(t)["fields"].(object)["name"] != "Familja Provë" {
		t.Errorf("who asks: %s", opened.body)
	}
	if all := s.Events(); all[len(all)-1].Type != "access.opened" {
		t.Errorf("the opening is not on record: %s", all[len(all)-1].Type)
	}
	problem(t, s.post(access.Provider, path+"/open", nil), 404, "not_found", "")
	problem(t, s.post(access.Auditor, path+"/open", nil), 403, "access.not_for_role", "")
	s.must(access.ChildWorker, path+"/payments/take-back", object{"period": "2026-10", "reason": "duplicate"})
	s.must(access.ChildWorker, path+"/end", object{"reason": "of_age"})
	s.CaughtUp()
	if got := items(t, s.get(access.ChildWorker, "/applications")); len(got) != 1 || got[0]["status"] != "ended" || got[0]["paid"] != nil {
		t.Errorf("%d applications", len(got))
	}
	// Another provider has no part in it.
	if got := items(t, s.get(access.Provider, "/applications")); len(got) != 0 {
		t.Errorf("the school sees %d applications of another's", len(got))
	}
	problem(t, s.post(access.Provider, path+"/payments", object{"period": "2026-09", "lek": 9000}), 404, "not_found", "")
	expect(t, s.post(access.Provider, "/applications", object{"kind": "foster_aid", "family": object{"role": "guardian", "name": "Familja Provë"}}), 201)
	s.CaughtUp()
	if got := items(t, s.get(access.Provider, "/applications")); len(got) != 1 {
		t.Errorf("the school sees %d applications, one is its own", len(got))
	}
	expect(t, s.get(access.NGO, "/activities"), 200)
	if me := s.get(access.NGO, "/me").json(t); me["role"] != access.NGO || me["institution"] != s.NGO {
		t.Errorf("%v", me)
	}
}

func TestTheDirectoryIsPublic(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/directory/services", "/directory/hsds", "/directory/hsds/services", "/directory/hsds/organizations?per_page=2&page=2", "/hsds", "/hsds/services", "/hsds/organizations", "/openapi.json", "/asyncapi.json"} {
		expect(t, s.get("", path), 200)
	}
	problem(t, s.get("", "/directory/hsds/services/none"), 404, "not_found", "")
	problem(t, s.get("", "/directory/hsds/services?page=0"), 422, "range", "page")
	problem(t, s.get("", "/directory/hsds/services?per_page=501"), 422, "range", "per_page")
}
