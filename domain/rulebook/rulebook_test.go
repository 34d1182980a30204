package rulebook

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/internal/decidertest"
)

func base(t *testing.T) Base {
	t.Helper()
	packs, err := deadline.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	days, err := deadline.AlbanianHolidays()
	if err != nil {
		t.Fatal(err)
	}
	return Base{Packs: packs, Holidays: days, Kinds: []string{"domestic_violence", "child_protection"}, Known: func(name string) bool { return !strings.HasPrefix(name, "nobody.") }}
}

// file is a pack that comes with the program, as text, changed.
func file(t *testing.T, name string, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile("../deadline/packs/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("%s has no %s", name, changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return text
}

// The packs that are in force are the second versions, and the third of the house.
const v2, v3, v4 = `"version": 2`, `"version": 3`, `"version": 4`

func load(t *testing.T, s State, text string) (State, error) {
	t.Helper()
	events, err := Decide(s, base(t), LoadPack{text}, event.Moment{})
	for _, e := range events {
		s = Evolve(s, e)
	}
	return s, err
}

func TestAPackIsLoaded(t *testing.T) {
	text := file(t, "al-vaw-2026-2", v2, v3, `"valid_from": "2026-01-28"`, `"valid_from": "2027-01-01"`, `"governs": false`, `"governs": true`)
	s, err := load(t, State{}, text)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := s.Rules(base(t))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]string{"2026-12-31": "AL-DV-9669", "2027-01-01": "AL-VAW-2026"} {
		at, _ := time.Parse(time.DateOnly, day)
		if got, _ := rules.Regime("domestic_violence", at); got != want {
			t.Errorf("on %s a case is opened under %s, want %s", day, got, want)
		}
	}
	if s.Packs[0].Line("DV-04") < 5 {
		t.Error("nobody knows where a rule stands in its file")
	}
	if _, err := load(t, s, text); err == nil {
		t.Error("a version was loaded twice")
	}
}

func TestABadPackIsRefused(t *testing.T) {
	cut := func(text, from, to string) string {
		i := strings.Index(text, from)
		j := strings.Index(text[i:], to) + i + len(to)
		return text[:i] + text[j:]
	}
	house := file(t, "mkr-house-3", v3, v4)
	first := strings.Index(house, `"id": "REF-DRAFT"`)
	line := strings.Count(house[:first], "\n") // the rule begins a line before its id
	for name, c := range map[string]struct {
		text, code string
		words      []string
	}{
		"no JSON":         {"{", CodePack, []string{"line 1"}},
		"a rule is wrong": {strings.Replace(house, `"owner": "sender"`, `"owner": "nobody"`, 1), CodePack, []string{"REF-DRAFT", "owner:", "line "}},
		"an old version":  {file(t, "mkr-house-2"), CodeVersion, []string{"MKR-HOUSE", "line 1", "version: 2 is not above 3"}},
		"an earlier day":  {strings.Replace(house, "2014-01-01", "2013-01-01", 1), CodeVersion, []string{"valid_from:"}},
		"a rule is gone":  {cut(house, "    {\n      \"id\": \"REF-DRAFT\"", "    },\n"), CodeRules, []string{"REF-DRAFT is missing"}},
		"a ladder gone":   {cut(house, "    \"quick\":", "},\n"), CodeRules, []string{"ladders: quick is missing"}},
		"no such event":   {strings.Replace(house, `"met_by": ["referral.sent"`, `"met_by": ["nobody.acted"`, 1), CodeRules, []string{"REF-DRAFT", "nobody.acted"}},
		"no such kind":    {file(t, "al-vaw-2026-2", `"id": "AL-VAW-2026"`, `"id": "AL-NEW"`, `"kind": "domestic_violence"`, `"kind": "noise"`), CodeRules, []string{`"noise"`}},
		"another kind":    {file(t, "al-dv-9669-2", v2, v3, `"kind": "domestic_violence"`, `"kind": "child_protection"`), CodeRules, []string{"kind:"}},
	} {
		s, err := load(t, State{}, c.text)
		var no *event.Refusal
		if !errors.As(err, &no) || no.Code != c.code || no.Field != "pack" || len(s.Packs) > 0 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, w := range c.words {
			if !strings.Contains(no.Text, w) {
				t.Errorf("%s: %q does not say %q", name, no.Text, w)
			}
		}
		if name == "no such event" && !strings.Contains(no.Text, "line "+jsonNumber(line)) {
			t.Errorf("%s: %q; the rule begins on line %d", name, no.Text, line)
		}
	}
}

func jsonNumber(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestWhatAVersionChanged(t *testing.T) {
	before, err := deadline.Load([]byte(file(t, "al-dv-9669-2")))
	if err != nil {
		t.Fatal(err)
	}
	after, err := deadline.Load([]byte(file(t, "al-dv-9669-2", v2, v3, `"2007-06-01"`, `"2026-12-01"`, `{"unit": "hours", "count": 48}`, `{"unit": "hours", "count": 24}`)))
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{{"", "valid_from", "2007-06-01", "2026-12-01"}, {"DV-04", "term", "48 hours", "24 hours"}}
	if got := Diff(before, after); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if got := Diff(before, before); len(got) > 0 {
		t.Errorf("nothing changed: %+v", got)
	}
}

const year = `{"source":"a decision","holidays":[{"date":"2031-01-01","code":"new_year","name":{"sq":"Viti i Ri","en":"New Year"},"confidence":"fixed"},
{"date":"2031-03-10","code":"bajram_fitr","name":{"sq":"Bajrami","en":"Bajram"},"confidence":"approximate"}]}`

func TestAYearOfHolidays(t *testing.T) {
	b := base(t)
	if b.Holidays.Covers(2031) {
		t.Fatal("the year is known already")
	}
	events, err := Decide(State{}, b, LoadCalendar{year}, event.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	h := Evolve(State{}, events[0]).Holidays(b)
	if got, ok := h.On(deadline.DayOf(2031, 3, 10)); !ok || got.Confidence != deadline.HolidayApproximate || !h.Covers(2026) {
		t.Errorf("%+v", got)
	}
	// A decision moves the feast: the newest list of a year holds, and no other year changes.
	again, err := Decide(State{}, b, LoadCalendar{strings.Replace(year, "2031-03-10", "2031-03-11", 1)}, event.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	h = Evolve(Evolve(State{}, events[0]), again[0]).Holidays(b)
	if _, old := h.On(deadline.DayOf(2031, 3, 10)); old {
		t.Error("the day before is still free")
	}
	for name, text := range map[string]string{
		"two years":  strings.Replace(year, "2031-03-10", "2032-03-10", 1),
		"not whole":  strings.Replace(year, "2031-01-01", "2031-01-02", 1),
		"not a list": "[]", "empty": `{"holidays":[]}`,
	} {
		var no *event.Refusal
		if _, err := Decide(State{}, b, LoadCalendar{text}, event.Moment{}); !errors.As(err, &no) || no.Code != CodeCalendar || no.Field != "calendar" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStoredEvents(t *testing.T) {
	decidertest.Samples(t, Events(), PackLoaded{Pack: "AL-VAW-2026", Version: 2, ValidFrom: "2027-01-01", Text: "{}"}, CalendarLoaded{Year: 2031, Text: year})
}
