package indicator

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPublished2014(t *testing.T) {
	figures, err := Published(2014)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"child_protection.cases_managed": 30, "child_protection.family_visits": 15, "child_protection.foster_families": 5,
		"child_protection.children_referred": 7, "child_protection.technical_group_meetings": 8,
		"child_protection.school_information_meetings": 2, "domestic_violence.protection_orders_implemented": 39,
		"domestic_violence.technical_group_meetings": 3, "domestic_violence.families_assisted": 32,
		"domestic_violence.victims_referred": 6, "domestic_violence.projects_implemented": 1,
	}
	if len(figures) != len(want) {
		t.Errorf("%d figures, want %d", len(figures), len(want))
	}
	for _, f := range figures {
		if f.Value != want[f.Code] {
			t.Errorf("%s is %d, want %d", f.Code, f.Value, want[f.Code])
		}
		if d, ok := Find(f.Code); !ok || d.Unit != Count || d.Structure != f.Structure {
			t.Errorf("%s was published and is not defined: %+v", f.Code, d)
		}
	}
	if other, err := Published(2015); other != nil || err != nil {
		t.Errorf("2015: %v, %v", other, err)
	}
}

func TestPlanIsKeptAsPublished(t *testing.T) {
	rows, err := Plan()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 68 {
		t.Errorf("%d rows, want 68", len(rows))
	}
	byCode := map[string]PlanRow{}
	for _, r := range rows {
		byCode[r.Code] = r
		if strings.ContainsAny(r.Name.SQ, "ёЁ") {
			t.Errorf("%s has a Cyrillic letter", r.Code)
		}
	}
	for _, c := range []struct {
		code, unit string
		targets    [4]string
	}{
		{"1.1.05", Count, [4]string{"30", "30", "30", "30"}},
		{"1.2.01", YearlyChange, [4]string{"-34", "0", "0", "0"}},
		{"1.1.03", YearlyChange, [4]string{"100", "0", "0", ""}}, // titled a number, one value missing
		{"1.8.01", YearlyChange, [4]string{"18.38", "3.23", "0", "0"}},
		{"1.8.03", YearlyChange, [4]string{"5.125", "0", "0", "0"}},
		{"1.8.05", YearlyChange, [4]string{"195", "10", "9", "5"}}, // probably 19; kept
		{"1.8.06", ThousandLek, [4]string{"59.6", "56.2", "51.8", "49.2"}},
	} {
		r := byCode[c.code]
		for i, year := range PlanYears {
			if got := r.Targets[year].String(); got != c.targets[i] || r.Unit != c.unit {
				t.Errorf("%s in %d: %q %s, want %q %s", c.code, year, got, r.Unit, c.targets[i], c.unit)
			}
		}
	}
	for _, d := range planned() {
		r, ok := byCode[d.Code]
		if !ok || r.Unit != d.Unit {
			t.Errorf("%s is defined as %s, the plan says %q", d.Code, d.Unit, r.Unit)
		}
	}
}

func TestDefinitionsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Definitions() {
		if seen[d.Code] {
			t.Errorf("%s is defined twice", d.Code)
		}
		seen[d.Code] = true
		if d.Name.SQ == "" || d.Name.EN == "" || d.Counts.SQ == "" || d.Counts.EN == "" || !slices.Contains(units, d.Unit) || !slices.Contains(structures, d.Structure) {
			t.Errorf("%s says too little: %+v", d.Code, d)
		}
	}
	if _, ok := Find("9.9.99"); ok {
		t.Error("found what is not there")
	}
}

func TestLoadRefuses(t *testing.T) {
	const heading = "structure,figure,name_sq,name_en,value_2014\n"
	const plan = "code,objective,objective_en,indicator_sq,indicator_en,unit,budget_2021,plan_2022,plan_2023,plan_2024\n"
	for name, c := range map[string]struct {
		data   string
		plan   bool
		line   int
		column string
	}{
		"empty":         {"", false, 1, "structure"},
		"heading":       {"a,b,c,d,e\n", false, 1, "structure"},
		"no rows":       {heading, false, 2, "structure"},
		"not UTF-8":     {heading + "child_protection,x,\xff,b,1\n", false, 1, "structure"},
		"too few":       {heading + "child_protection,x,a,b\n", false, 2, "structure"},
		"structure":     {heading + "tax,x,a,b,1\n", false, 2, "structure"},
		"figure":        {heading + "child_protection,X,a,b,1\n", false, 2, "figure"},
		"sq":            {heading + "child_protection,x,,b,1\n", false, 2, "name_sq"},
		"en":            {heading + "child_protection,x,a,,1\n", false, 2, "name_en"},
		"value":         {heading + "child_protection,x,a,b,1.5\n", false, 2, "value_2014"},
		"negative":      {heading + "child_protection,x,a,b,-1\n", false, 2, "value_2014"},
		"twice":         {heading + "child_protection,x,a,b,1\nchild_protection,x,a,b,1\n", false, 3, "figure"},
		"plan: code":    {plan + "1,1,a,b,c,count,1,1,1,1\n", true, 2, "code"},
		"plan: unit":    {plan + "1.1.01,1,a,b,c,kg,1,1,1,1\n", true, 2, "unit"},
		"plan: value":   {plan + "1.1.01,1,a,b,c,count,1,1e3,1,1\n", true, 2, "plan_2022"},
		"plan: percent": {plan + "1.1.01,1,a,b,c,count,1,1,1,30%\n", true, 2, "plan_2024"},
		"plan: sq":      {plan + "1.1.01,1,a,,c,count,1,1,1,1\n", true, 2, "indicator_sq"},
		"plan: en":      {plan + "1.1.01,1,a,b,,count,1,1,1,1\n", true, 2, "indicator_en"},
		"plan: aim":     {plan + "1.1.01,1,,b,c,count,1,1,1,1\n", true, 2, "objective_en"},
		"plan: twice":   {plan + "1.1.01,1,a,b,c,count,1,1,1,1\n1.1.01,1,a,b,c,count,1,1,1,1\n", true, 3, "code"},
		"plan: quotes":  {plan + "1.1.01,1,a,b\"b,c,count,1,1,1,1\n", true, 2, "code"},
	} {
		var err error
		if c.plan {
			_, err = LoadPlan([]byte(c.data))
		} else {
			_, err = LoadPublished([]byte(c.data), 2014)
		}
		var e *LoadError
		if !errors.As(err, &e) || e.Line != c.line || e.Column != c.column || e.Reason == "" {
			t.Errorf("%s: %v, want line %d, column %s", name, err, c.line, c.column)
		}
	}
}

func TestValue(t *testing.T) {
	for _, text := range []string{"", "0", "30", "-29", "18.38", "5.125", "-0.5", "0.001", "999999999999"} {
		if v, err := ParseValue(text); err != nil || v.String() != text || v.Known != (text != "") {
			t.Errorf("%q became %q, %v", text, v, err)
		}
	}
	for _, text := range []string{"-", ".", "1.", ".5", "1e3", "1.2345", "+1", "--1", "1,5", " 1", "NaN", "1.-2", "9999999999999"} {
		if v, err := ParseValue(text); err == nil {
			t.Errorf("%q was read as %s", text, v)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := Value{Known: true, Thousandth: rapid.Int64Range(-1e14, 1e14).Draw(t, "thousandth")}
		if back, err := ParseValue(v.String()); err != nil || back != v {
			t.Fatalf("%+v is written %q and read %+v, %v", v, v, back, err)
		}
	})
}

func TestChange(t *testing.T) {
	for _, c := range []struct {
		this, last int
		want       string
	}{{30, 30, "0"}, {20, 30, "-33.333"}, {40, 30, "33.333"}, {50, 30, "66.667"}, {0, 7, "-100"}, {14, 7, "100"}, {1, 0, ""}, {0, 0, ""}, {1, 3, "-66.667"}} {
		if got := Change(c.this, c.last).String(); got != c.want {
			t.Errorf("from %d to %d: %q, want %q", c.last, c.this, got, c.want)
		}
	}
	if Whole(30).String() != "30" {
		t.Error("Whole")
	}
}
