package register

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	one     = NumberTaken{Case: "case-1", Kind: "domestic_violence", Year: 2026, Number: 1, Code: "DHF-2026-0001"}
	two     = NumberTaken{Case: "case-2", Kind: "domestic_violence", Year: 2026, Number: 2, Code: "DHF-2026-0002"}
)

func take(n NumberTaken) TakeNumber { return TakeNumber{Case: n.Case, Kind: n.Kind, Year: n.Year} }

func TestTakeNumber(t *testing.T) {
	decider.Accepts(t, nil, take(one), at, one)
	decider.Accepts(t, []event.Data{one}, take(two), at, two)
	decider.Accepts(t, []event.Data{one, two}, take(one), at)
	decider.Accepts(t, nil, TakeNumber{"case-1", "child_protection", 2014}, at,
		NumberTaken{Case: "case-1", Kind: "child_protection", Year: 2014, Number: 1, Code: "MF-2014-0001"})
	ten := NumberTaken{Case: "x", Kind: "domestic_violence", Year: 2026, Number: 9999, Code: "DHF-2026-9999"}
	decider.Accepts(t, []event.Data{ten}, take(one), at, NumberTaken{Case: "case-1", Kind: "domestic_violence", Year: 2026, Number: 10000, Code: "DHF-2026-10000"})

	decider.Refuses(t, nil, TakeNumber{"", "child_protection", 2026}, at, CodeMissing, "case")
	decider.Refuses(t, nil, TakeNumber{"case-1", "tax", 2026}, at, CodeKind, "kind")
	decider.Refuses(t, nil, TakeNumber{"case-1", "child_protection", 26}, at, CodeYear, "year")
	decider.Refuses(t, []event.Data{one}, TakeNumber{"case-3", "child_protection", 2026}, at, CodeOther, "")
	decider.Refuses(t, []event.Data{one}, TakeNumber{"case-3", "domestic_violence", 2027}, at, CodeOther, "")
}

func TestStream(t *testing.T) {
	if got := Stream("domestic_violence", 2026); got != "register-DHF-2026" || event.Category(got) != event.RegisterCategory {
		t.Error(got)
	}
}

// In whatever order cases ask, and however often: numbers rise without a gap, one a case, and older states stay.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		code := map[string]string{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 8), 0, 40).Draw(t, "cases") {
			id, before := fmt.Sprintf("case-%d", n), s
			events, err := Decide(s, TakeNumber{id, "domestic_violence", 2026}, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				s = Evolve(s, e)
			}
			had, ok := s.Of(id)
			if !ok || code[id] != "" && code[id] != had.Code || had.Number > s.Last().Number {
				t.Fatalf("%s has %+v, before %q", id, had, code[id])
			}
			if _, ok := before.Of(id); ok != (code[id] != "") {
				t.Fatal("an older state changed")
			}
			code[id] = had.Code
		}
		if s.Last().Number != len(code) {
			t.Fatalf("%d numbers for %d cases", s.Last().Number, len(code))
		}
	})
}

func TestStoredForm(t *testing.T) { decidertest.Samples(t, Events(), one) }
