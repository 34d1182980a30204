package sentinel

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/decidertest"
)

const (
	officer = "5b8d1f7a-0000-4000-8000-00000000000a"
	other   = "5b8d1f7a-0000-4000-8000-00000000000b"
)

var (
	decider  = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at       = decidertest.At()
	raised   = Raised{Flag: "f-1", Rule: ManyCases, Version: 1, Account: officer, Institution: "inst-police", Role: access.Police, Case: "case-1", Kind: access.DomesticViolence, Lead: "inst-dv", Look: "e-1", At: at.Now.Add(-9 * time.Hour), Counted: 16, Limit: 15, Minutes: 10, DueAt: at.Now.Add(-time.Hour), ClimbAt: at.Now}
	climbed  = Climbed{Rung: 1, At: at.Now}
	again    = Climbed{Rung: 2, At: at.Now}
	sealed   = person.Sealed{Subject: officer, Field: person.FieldReason, Ref: "5b8d1f7a-0000-4000-8000-000000000001", Box: []byte("box")}
	answered = Answered{Outcome: "task_shown", Text: sealed, Account: "acc-1", By: "inst-police", At: at.Now}
)

func TestMatrix(t *testing.T) {
	own := raised
	own.Account = at.Actor.Account
	decider.Matrix(t, []decidertest.Row{
		{Name: "nothing found"},
		{Name: "raised", Given: []event.Data{raised}},
		{Name: "raised on oneself", Given: []event.Data{own}},
		{Name: "overdue", Given: []event.Data{raised, climbed}},
		{Name: "overdue twice", Given: []event.Data{raised, climbed, again}},
		{Name: "answered", Given: []event.Data{raised, answered}},
	}, []Command{
		Raise{raised}, Climb{1}, Climb{2},
		Answer{"task_shown", sealed}, Answer{"so what", sealed}, Answer{"task_shown", person.Sealed{}},
	}, at)
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), raised, climbed, answered)
}

// A flag does not climb before its time, and each rung waits for its own.
func TestClimbsInTime(t *testing.T) {
	late := raised
	late.DueAt, late.ClimbAt = at.Now, at.Now.Add(time.Hour)
	before := at
	before.Now = at.Now.Add(-time.Second)
	if e, err := Decide(decider.Fold(late), Climb{1}, before); len(e) != 0 || err != nil {
		t.Errorf("a second early: %v, %v", e, err)
	}
	decider.Accepts(t, []event.Data{late}, Climb{1}, at, climbed)
	if e, _ := Decide(decider.Fold(late, climbed), Climb{2}, at); len(e) != 0 {
		t.Errorf("the second rung with the first: %v", e)
	}
}

func rules(t *testing.T) Rules {
	t.Helper()
	r, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRulesAreRead(t *testing.T) {
	if len(rules(t)) != len(Names) {
		t.Fatal("rules are missing")
	}
	good := string(embedded)
	for name, bad := range map[string]string{
		"no rules":         `[]`,
		"one twice":        strings.Replace(good, `"same_surname"`, `"shut_case"`, 1),
		"an unknown rule":  strings.Replace(good, `"same_surname"`, `"same_street"`, 1),
		"no count":         strings.Replace(good, `"count": 15, `, ``, 1),
		"a count too many": strings.Replace(good, `"rule": "no_task"`, `"rule": "no_task", "count": 3, "minutes": 4`, 1),
		"an hour":          strings.Replace(good, `"06:00"`, `"6 am"`, 1),
		"hours turned":     strings.Replace(good, `"06:00"`, `"22:00"`, 1),
		"no version":       strings.Replace(good, `"version": 1`, `"version": 0`, 1),
		"days for nothing": strings.Replace(good, `"days": 60, `, ``, 1),
		"no wait":          strings.Replace(good, `"wait_minutes": 60, `, ``, 1),
		"no house":         strings.Replace(good, `"house_days": 14, `, ``, 1),
		"an unknown role":  strings.Replace(good, `"auditor"`, `"janitor"`, 1),
		"a case a day":     strings.Replace(good, `"again": "day"`, `"again": "case"`, 1),
		"a new member":     strings.Replace(good, `"again"`, `"ever"`, 1),
		"no answer":        strings.Replace(good, `"answer_days": 5`, `"answer_days": 0`, 1),
		"two lists":        good + `[]`,
	} {
		if bad == good {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := Load(strings.NewReader(bad)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

var zone = time.FixedZone("there", 3600)

// noon is an hour at which nobody's look is odd by itself.
var noon = time.Date(2026, 5, 4, 11, 0, 0, 0, time.UTC)

func look(kase string) Look {
	return Look{Account: officer, Role: access.NGO, What: Looked, Case: kase, At: noon}
}

// found names what is odd about the last of some looks.
func found(t *testing.T, f Facts, looks ...Look) string {
	t.Helper()
	m, out := NewMemory(), ""
	for _, l := range looks {
		var names []string
		for _, x := range m.Judge(rules(t), l, f, zone) {
			names = append(names, x.Rule)
		}
		out = strings.Join(names, " ")
	}
	return out
}

func TestWhatIsOdd(t *testing.T) {
	at := func(l Look, h, m int) Look {
		l.At = time.Date(2026, 5, 4, h, m, 0, 0, zone)
		return l
	}
	as := func(l Look, role string) Look { l.Role = role; return l }
	what := func(l Look, w string) Look { l.What = w; return l }
	fine := Facts{Known: true, Standing: access.Recipient, Task: true}
	idle := Facts{Known: true, Standing: access.Participant}
	ended := Facts{Known: true, Standing: access.PastRecipient, Ended: noon.Add(-20 * 24 * time.Hour)}
	change := func(f Facts, to func(*Facts)) Facts { to(&f); return f }
	for _, c := range []struct {
		name string
		f    Facts
		l    Look
		want string
	}{
		{"at work", fine, look("a"), ""},
		{"nothing to do there", idle, look("a"), "no_task"},
		{"did something there last week", change(idle, func(f *Facts) { f.Acted = noon.Add(-7 * 24 * time.Hour) }), look("a"), ""},
		{"does something there right after", change(idle, func(f *Facts) { f.Acted = noon.Add(time.Minute) }), look("a"), ""},
		{"did something there last year", change(idle, func(f *Facts) { f.Acted = noon.Add(-300 * 24 * time.Hour) }), look("a"), "no_task"},
		{"a colleague did something there last week", change(idle, func(f *Facts) { f.House = noon.Add(-13 * 24 * time.Hour) }), look("a"), ""},
		{"a colleague did something there last month", change(idle, func(f *Facts) { f.House = noon.Add(-15 * 24 * time.Hour) }), look("a"), "no_task"},
		{"an auditor has no task anywhere", idle, as(look("a"), access.Auditor), ""},
		{"an emergency is reviewed by itself", change(idle, func(f *Facts) { f.Glass = true }), look("a"), ""},
		{"no such case", Facts{}, look("a"), ""},
		{"kin at work", change(fine, func(f *Facts) { f.Kin = true }), look("a"), "same_surname"},
		{"kin and no task", change(idle, func(f *Facts) { f.Kin = true }), look("a"), "same_surname no_task"},
		{"an auditor who is kin", change(idle, func(f *Facts) { f.Kin = true }), as(look("a"), access.Auditor), "same_surname"},
		{"kin who was refused", change(fine, func(f *Facts) { f.Kin = true }), what(look("a"), Refused), ""},
		{"sealed to her", change(fine, func(f *Facts) { f.Sealed = true }), what(look("a"), Refused), "shut_case"},
		{"sealed, in an emergency", change(idle, func(f *Facts) { f.Sealed, f.Glass = true, true }), look("a"), "shut_case"},
		{"sealed and named", change(fine, func(f *Facts) { f.Sealed, f.Admitted = true, true }), look("a"), ""},
		{"kept out", change(fine, func(f *Facts) { f.Excluded = true }), what(look("a"), Refused), "shut_case"},
		{"long ended", ended, look("a"), "after_end"},
		{"just ended", change(ended, func(f *Facts) { f.Ended = noon.Add(-5 * 24 * time.Hour) }), look("a"), ""},
		{"late at night", fine, at(look("a"), 23, 10), "off_shift"},
		{"early", fine, at(look("a"), 5, 59), "off_shift"},
		{"at six", fine, at(look("a"), 6, 0), ""},
		{"at nine in the evening", fine, at(look("a"), 21, 0), "off_shift"},
		{"at night, on duty", change(fine, func(f *Facts) { f.Duty = OnDuty }), at(look("a"), 2, 0), ""},
		{"at night, police without a roster", fine, at(as(look("a"), access.Police), 2, 0), ""},
		{"at night, police off duty", change(fine, func(f *Facts) { f.Duty = OffDuty }), at(as(look("a"), access.Police), 2, 0), "off_shift"},
		{"by day, off duty", change(fine, func(f *Facts) { f.Duty = OffDuty }), look("a"), ""},
		{"an auditor at night", idle, at(as(look("a"), access.Auditor), 3, 0), "off_shift"},
		{"searched at night", Facts{}, at(what(look(""), Searched), 3, 0), "off_shift"},
	} {
		if got := found(t, c.f, c.l); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is counted is counted within its minutes, for each account by itself.
func TestWhatIsCounted(t *testing.T) {
	work := Facts{Known: true, Task: true}
	series := func(n int, apart time.Duration, kase func(int) string, what string) (out []Look) {
		for i := range n {
			l := look(kase(i))
			l.What, l.At = what, noon.Add(time.Duration(i)*apart)
			out = append(out, l)
		}
		return out
	}
	each := func(i int) string { return fmt.Sprint("case-", i) }
	same := func(int) string { return "case-1" }
	none := func(int) string { return "" }
	for _, c := range []struct {
		name  string
		looks []Look
		want  string
	}{
		{"15 cases", series(15, time.Second, each, Looked), ""},
		{"16 cases", series(16, time.Second, each, Looked), ManyCases},
		{"one case 40 times", series(40, time.Second, same, Looked), ""},
		{"16 cases in an hour", series(16, 4*time.Minute, each, Looked), ""},
		{"30 searches", series(30, time.Second, none, Searched), ""},
		{"31 searches", series(31, time.Second, none, Searched), ManySearches},
		{"5 refusals", series(5, time.Minute, same, Refused), ""},
		{"6 refusals", series(6, time.Minute, same, Refused), RefusedOften},
		{"6 refusals in a day", series(6, 4*time.Hour/10, same, Refused), ""},
		{"a look after 6 refusals", append(series(6, time.Minute, same, Refused), look("a")), ""},
	} {
		if got := found(t, work, c.looks...); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	shared := series(20, time.Second, each, Looked)
	for i := range shared {
		if i%2 == 1 {
			shared[i].Account = other
		}
	}
	if got := found(t, work, shared...); got != "" {
		t.Errorf("two accounts, ten cases each: %q", got)
	}
}

// The same pattern has one name, whoever finds it and however often.
func TestOnePatternIsOneFlag(t *testing.T) {
	name := func(f Facts, l Look) string {
		for _, x := range NewMemory().Judge(rules(t), l, f, zone) {
			return x.Rule + "/" + x.Case + "/" + x.Bucket
		}
		return ""
	}
	kin, idle, night := Facts{Known: true, Task: true, Kin: true}, Facts{Known: true}, look("a")
	night.At = time.Date(2026, 5, 4, 23, 30, 0, 0, time.UTC) // the next day there
	later := look("a")
	later.At = later.At.Add(30 * 24 * time.Hour)
	for _, c := range []struct{ got, want string }{
		{name(kin, look("a")), "same_surname/a/"}, {name(kin, later), "same_surname/a/"},
		{name(idle, look("a")), "no_task/a/2026-05-04"}, {name(idle, later), "no_task/a/2026-06-03"},
		{name(Facts{Known: true, Task: true}, night), "off_shift//2026-05-05"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

func TestWhatIsALook(t *testing.T) {
	fact := func(d event.Data) event.Fact {
		return event.Fact{ID: "e", Meta: event.Meta{Actor: officer, Role: access.Police, OccurredAt: noon}, Data: d}
	}
	for _, c := range []struct {
		d          event.Data
		what, kase string
	}{
		{accesslog.Viewed{Case: "c", What: accesslog.Case}, Looked, "c"},
		{accesslog.Viewed{Case: "c", What: accesslog.Followed}, "", ""},
		{accesslog.Opened{Case: "c"}, Looked, "c"},
		{accesslog.Exported{Case: "c"}, Looked, "c"},
		{accesslog.Reported{Case: "c"}, Looked, "c"},
		{accesslog.Searched{}, Searched, ""},
		{accesslog.Refused{Target: "case-c", Code: "not_found"}, Refused, "c"},
		{accesslog.Refused{Target: "case", Code: "access.not_for_role"}, Refused, ""},
		{accesslog.Refused{Target: "case-c", Code: "input.required"}, "", ""},
		{accesslog.Reconstructed{}, "", ""},
	} {
		l, ok := LookOf(fact(c.d))
		if ok != (c.what != "") || ok && (l.What != c.what || l.Case != c.kase || l.Account != officer) {
			t.Errorf("%T: %+v, %v", c.d, l, ok)
		}
	}
	system := fact(accesslog.Viewed{Case: "c", What: accesslog.Case})
	system.Meta.Role = access.System
	if _, ok := LookOf(system); ok {
		t.Error("what no person did is a look")
	}
}
