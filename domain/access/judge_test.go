package access

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/domain/person"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s differs from line %d on; read the difference, then run with -update", path, i+1)
		}
	}
}

func as(role string) event.Actor { return event.Actor{Account: "a", Institution: "i", Role: role} }

// cell says under which of the remaining conditions the answer is yes.
func cell(role string, action Action, kind string, standing Standing) string {
	var yes []Facts
	var fields FieldSet
	for n := range 8 {
		f := Facts{Kind: kind, Standing: standing, Status: CaseOpen, Own: n&1 != 0, Minor: n&2 != 0}
		if n&4 != 0 {
			f.Status = CaseClosed
		}
		if action == OpenCase {
			f.Status = ""
		}
		if v := Judge(as(role), action, f); v.Allow {
			yes = append(yes, f)
			fields |= v.Fields
		}
	}
	always := func(holds func(Facts) bool) bool {
		return !slices.ContainsFunc(yes, func(f Facts) bool { return !holds(f) })
	}
	if len(yes) == 0 {
		return "."
	}
	text, expected := "yes", 8
	for _, c := range []struct {
		holds func(Facts) bool
		text  string
	}{
		{func(f Facts) bool { return f.Own }, "own"},
		{func(f Facts) bool { return f.Minor }, "minor"},
		{func(f Facts) bool { return f.Status == CaseOpen }, "open"},
	} {
		if always(c.holds) {
			text, expected = strings.TrimPrefix(text+"+"+c.text, "yes+"), expected/2
		}
	}
	if len(yes) != expected {
		text += "?" // a condition that the three words do not tell
	}
	if fields != 0 {
		text = ""
		for _, n := range fields.Names() {
			text += strings.ToUpper(n[:1])
		}
	}
	return text
}

func TestMatrix(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "Policy %s. Columns: standing of the actor's institution in the case. A dot is no; own, minor and open are\n", Version)
	b.WriteString("conditions; capitals are the groups of sealed fields that open (Identity, Contact, Health, Narrative, Legal).\n")
	for _, role := range Roles {
		for _, kind := range []string{DomesticViolence, ChildProtection} {
			fmt.Fprintf(&b, "\n%-28s", role+", "+map[string]string{DomesticViolence: "DV", ChildProtection: "CP"}[kind])
			for _, s := range Standings {
				fmt.Fprintf(&b, " %-11s", strings.TrimSuffix(strings.Replace(string(s), "_recipient", "_rec", 1), "ipant"))
			}
			b.WriteString("\n")
			for _, action := range CaseActions {
				fmt.Fprintf(&b, "  %-26s", action)
				for _, s := range Standings {
					fmt.Fprintf(&b, " %-11s", cell(role, action, kind, s))
				}
				b.WriteString("\n")
			}
		}
	}
	fmt.Fprintf(&b, "\n%-28s", "about no case")
	for _, role := range Roles {
		fmt.Fprintf(&b, " %-7.7s", role)
	}
	b.WriteString("\n")
	for _, action := range HouseActions {
		fmt.Fprintf(&b, "  %-26s", action)
		for _, role := range Roles {
			mark := "."
			if Judge(as(role), action, Facts{Own: true}).Allow {
				mark = "own"
			}
			if Judge(as(role), action, Facts{}).Allow {
				mark = "yes"
			}
			fmt.Fprintf(&b, " %-7s", mark)
		}
		b.WriteString("\n")
	}
	var clean []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		clean = append(clean, strings.TrimRight(line, " "))
	}
	golden(t, "matrix.txt", strings.Join(clean, "\n"))
	golden(t, "table.txt", Print())
}

func TestSituations(t *testing.T) {
	open := func(kind string, s Standing) Facts { return Facts{Kind: kind, Standing: s, Status: CaseOpen} }
	for _, c := range []struct {
		name, role string
		action     Action
		f          Facts
		code       string
		fields     FieldSet
	}{
		{"the coordinator sees a case she has no part in", Coordinator, ViewCase, open(DomesticViolence, None), "", 0},
		{"and opens its fields, but no health section", Coordinator, OpenFields, open(DomesticViolence, None), "", Identity | Contact | Narrative | Legal},
		{"a child's case shows her its state", Coordinator, ViewCase, open(ChildProtection, None), "", 0},
		{"and no field", Coordinator, OpenFields, open(ChildProtection, None), CodeNotInCase, 0},
		{"NJMF has no part in a DV case", ChildWorker, ViewCase, open(DomesticViolence, None), CodeNotInCase, 0},
		{"unless it takes part", ChildWorker, ViewCase, open(DomesticViolence, Participant), "", 0},
		{"it petitions for a minor", ChildWorker, RequestOrder, Facts{Kind: DomesticViolence, Standing: Participant, Status: CaseOpen, Minor: true}, "", 0},
		{"not for an adult", ChildWorker, RequestOrder, open(DomesticViolence, Participant), CodeNotForAdult, 0},
		{"police outside the case", Police, ViewCase, open(DomesticViolence, None), CodeNotInCase, 0},
		{"a declined recipient loses sight", NGO, ListCase, open(DomesticViolence, DeclinedRecipient), CodeNotInCase, 0},
		{"a past one keeps it", NGO, ViewCase, open(DomesticViolence, PastRecipient), "", 0},
		{"without fields", NGO, OpenFields, open(DomesticViolence, PastRecipient), CodeNotInCase, 0},
		{"medicine sees health, not the story", Medical, OpenFields, open(DomesticViolence, Recipient), "", Identity | Contact | Health},
		{"somebody else's referral", NGO, AnswerReferral, open(DomesticViolence, Participant), CodeNotOwn, 0},
		{"its own", NGO, AnswerReferral, Facts{Kind: DomesticViolence, Standing: Recipient, Status: CaseOpen, Own: true}, "", 0},
		{"nothing is added to a closed case", Police, WriteNote, Facts{Kind: DomesticViolence, Standing: Participant, Status: CaseClosed}, CodeCaseClosed, 0},
		{"an NGO issues no order", NGO, IssuePolice, open(DomesticViolence, Participant), CodeNotForRole, 0},
		{"the auditor reads", Auditor, ReplayCase, open(ChildProtection, None), "", 0},
		{"and opens nothing", Auditor, OpenFields, open(ChildProtection, Lead), CodeNotForRole, 0},
		{"the administrator", Administrator, ListCase, open(DomesticViolence, Lead), CodeNotForRole, 0},
		{"anyone opens a case", Medical, OpenCase, Facts{Kind: DomesticViolence, Standing: None}, "", 0},
		{"no kind of case", Coordinator, ViewCase, open("", None), CodeUnknownSituation, 0},
		{"a strange kind", Coordinator, ViewCase, open("tax", None), CodeUnknownSituation, 0},
		{"no standing", Coordinator, ViewCase, open(DomesticViolence, ""), CodeUnknownSituation, 0},
		{"no status", Coordinator, ViewCase, Facts{Kind: DomesticViolence, Standing: None}, CodeUnknownSituation, 0},
		{"facts of a case for what is about none", Coordinator, ViewBoard, open(DomesticViolence, None), CodeUnknownSituation, 0},
		{"no role", "", ViewDirectory, Facts{}, CodeUnknownRole, 0},
		{"no action", Coordinator, "", Facts{}, CodeUnknownAction, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := Judge(as(c.role), c.action, c.f)
			if v.Allow != (c.code == "") || v.Code != c.code || v.Fields != c.fields || (v.Basis == "") == v.Allow {
				t.Errorf("got %+v, want code %q fields %q", v, c.code, c.fields)
			}
			var refusal *event.Refusal
			if err := v.Refusal(); v.Allow != (err == nil) || err != nil && (!errors.As(err, &refusal) || refusal.Code != c.code) {
				t.Errorf("as an error: %v", err)
			}
		})
	}
}

var sets = []FieldSet{0, Identity, Identity | Contact, Health, Narrative | Legal, Identity | Contact | Health | Narrative | Legal, ShelterAddress}

func TestProperties(t *testing.T) {
	actions := append(slices.Clone(CaseActions), HouseActions...)
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(append(slices.Clone(Roles), "", "root", "COORDINATOR")).Draw(t, "role")
		action := rapid.SampledFrom(append(slices.Clone(actions), "", "case.delete", "*")).Draw(t, "action")
		f := Facts{
			Kind:     rapid.SampledFrom([]string{DomesticViolence, ChildProtection, "", "other"}).Draw(t, "kind"),
			Standing: rapid.SampledFrom(append(slices.Clone(Standings), "", "owner")).Draw(t, "standing"),
			Status:   rapid.SampledFrom([]string{CaseOpen, CaseClosed, "", "archived"}).Draw(t, "status"),
			Minor:    rapid.Bool().Draw(t, "minor"), Own: rapid.Bool().Draw(t, "own"),
		}
		if rapid.Bool().Draw(t, "withheld") {
			f.Excluded, f.Sealed, f.Admitted = rapid.Bool().Draw(t, "excluded"), rapid.Bool().Draw(t, "sealed"), rapid.Bool().Draw(t, "admitted")
			f.Glass, f.Covers = rapid.SampledFrom(sets).Draw(t, "glass"), rapid.SampledFrom(sets).Draw(t, "covers")
		}
		emergency := f.Glass != 0 || action == BreakGlass
		v := Judge(as(role), action, f)
		if v.Fields.Has(ShelterAddress) {
			t.Fatal("a shelter's address was granted")
		}
		if v.Allow && (v.Basis == "" || v.Code != "") || !v.Allow && (v.Fields != 0 || v.Basis != "" || !slices.Contains(Codes, v.Code)) {
			t.Fatalf("half a verdict: %+v", v)
		}
		if v.Fields != 0 && action != OpenFields {
			t.Fatalf("%s opens fields", action)
		}
		if v.Allow && (!slices.Contains(Roles, role) || !slices.Contains(actions, action) || f.Kind == "other" || f.Standing == "owner" || f.Status == "archived") {
			t.Fatalf("what the policy does not know was allowed: %s %s %+v", role, action, f)
		}
		if v.Allow && role == Administrator && slices.Contains(CaseActions, action) {
			t.Fatalf("the administrator got %s", action)
		}
		if v.Allow && slices.Contains(partners, role) && f.Kind != "" && action != OpenCase && !emergency && (f.Standing == None || f.Standing == DeclinedRecipient) {
			t.Fatalf("%s got %s in a case it has no part in", role, action)
		}
		if v.Fields.Has(Health) && role != Medical {
			t.Fatalf("%s got health sections", role)
		}
		if v.Allow && f.Kind != "" && f.Excluded {
			t.Fatalf("%s got %s in a case it is kept out of", role, action)
		}
		if v.Allow && f.Kind != "" && f.Sealed && !f.Admitted && !emergency && action != ReviewGlass && role != System {
			t.Fatalf("%s got %s in a case that is sealed to it", role, action)
		}
		if f.Standing == None && slices.Contains(partners, role) && v.Fields&^f.Glass != 0 {
			t.Fatalf("an emergency opened more than it asked for: %s", v.Fields)
		}
		plain := f
		plain.Excluded, plain.Sealed, plain.Covers = false, false, 0
		if more := Judge(as(role), action, plain); v.Allow && !more.Allow || v.Fields&^more.Fields != 0 {
			t.Fatalf("withholding gave %s to %s: %+v", action, role, f)
		}
		if v != Judge(as(role), action, f) {
			t.Fatal("two answers to one question")
		}
	})
}

func TestTableIsWellFormed(t *testing.T) {
	if a, b := Table(), Table(); &a[0] == &b[0] {
		t.Error("callers share the table")
	}
	seen := map[Action]bool{}
	for i, g := range Table() {
		if g.Basis == "" || g.Why == "" || len(g.Roles) == 0 || len(g.Actions) == 0 {
			t.Errorf("row %d says too little: %+v", i+1, g)
		}
		if (len(g.Kinds) > 0) != (len(g.Standings) > 0) {
			t.Errorf("row %d: kinds and standings go together", i+1)
		}
		if g.Fields != 0 && !slices.Equal(g.Actions, []Action{OpenFields}) {
			t.Errorf("row %d opens fields with %v", i+1, g.Actions)
		}
		for _, r := range g.Roles {
			if !slices.Contains(Roles, r) {
				t.Errorf("row %d: no role %s", i+1, r)
			}
		}
		for _, a := range g.Actions {
			seen[a] = true
			if slices.Contains(CaseActions, a) != (len(g.Kinds) > 0) {
				t.Errorf("row %d: %s and kinds %v do not fit", i+1, a, g.Kinds)
			}
		}
	}
	for _, a := range append(slices.Clone(CaseActions), HouseActions...) {
		if !seen[a] {
			t.Errorf("nobody may %s", a)
		}
	}
}

func TestGroupOf(t *testing.T) {
	for _, c := range []struct {
		field, section string
		want           FieldSet
	}{
		{person.FieldName, "", Identity}, {person.FieldPhone, "", Contact}, {person.FieldNote, "general", Narrative},
		{person.FieldNote, "health", Health}, {person.FieldNote, "legal", Legal}, {person.FieldTerms, "", Legal},
		{person.FieldName, "health", Identity}, {person.FieldPlace, "", ShelterAddress}, {"", "", ShelterAddress}, {"new", "health", ShelterAddress},
	} {
		if got := GroupOf(c.field, c.section); got != c.want {
			t.Errorf("%s in %q is %s, want %s", c.field, c.section, got, c.want)
		}
	}
	if (Identity | Contact).Has(0) || !(Identity | Contact).Has(Contact) || Identity.Has(Identity|Contact) {
		t.Error("Has")
	}
}

func TestStronger(t *testing.T) {
	for i, a := range Standings {
		for j, b := range Standings {
			if got := Stronger(a, b); got != Standings[max(i, j)] {
				t.Errorf("of %s and %s: %s", a, b, got)
			}
		}
	}
	if Stronger("owner", None) != None || Stronger(None, "owner") != None {
		t.Error("an unknown standing wins")
	}
}

func TestRolesOf(t *testing.T) {
	for _, kind := range []string{"municipality_dv", "police", "shelter", "bailiff", "education"} {
		for _, r := range RolesOf(kind) {
			if !slices.Contains(Roles, r) || r == System {
				t.Errorf("%s: %s", kind, r)
			}
		}
		if len(RolesOf(kind)) == 0 {
			t.Errorf("%s has no role", kind)
		}
	}
	if RolesOf("bank") != nil {
		t.Error("an unknown kind has roles")
	}
}

func BenchmarkJudge(b *testing.B) {
	f := Facts{Kind: DomesticViolence, Standing: Participant, Status: CaseOpen}
	for b.Loop() {
		Judge(event.Actor{Role: NGO}, ViewCase, f)
	}
}
