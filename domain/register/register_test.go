package register

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, TakeNumber]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	one     = NumberTaken{Case: "case-1", Number: 1, Code: "DHF-2026-0001"}
	two     = NumberTaken{Case: "case-2", Number: 2, Code: "DHF-2026-0002"}
)

func given(e ...event.Data) []event.Data { return e }

func take(id string) TakeNumber { return TakeNumber{Case: id, Kind: "domestic_violence", Year: 2026} }

func TestTakeNumber(t *testing.T) {
	decider.Accepts(t, nil, take("case-1"), at, one)
	decider.Accepts(t, given(one), take("case-2"), at, two)
	decider.Accepts(t, given(one, two), take("case-1"), at)
	decider.Accepts(t, nil, TakeNumber{"case-1", "child_protection", 2014}, at, NumberTaken{Case: "case-1", Number: 1, Code: "MF-2014-0001"})
	full := NumberTaken{Case: "x", Number: 9999, Code: "DHF-2026-9999"}
	decider.Accepts(t, given(full), take("case-1"), at, NumberTaken{Case: "case-1", Number: 10000, Code: "DHF-2026-10000"})

	decider.Refuses(t, nil, take(""), at, CodeNoCase, "case")
	decider.Refuses(t, nil, TakeNumber{"case-1", "theft", 2026}, at, CodeUnknownKind, "kind")
	decider.Refuses(t, nil, TakeNumber{"case-1", "child_protection", 26}, at, CodeYear, "year")
	decider.Refuses(t, given(one), TakeNumber{"case-3", "child_protection", 2026}, at, CodeOther, "")
	decider.Refuses(t, given(one), TakeNumber{"case-3", "domestic_violence", 2027}, at, CodeOther, "")
}

// In whatever order cases ask, and however often: numbers rise without a gap, one a case, and older states stay.
func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s State
		codes := map[string]string{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 8), 0, 40).Draw(t, "cases") {
			id, before := fmt.Sprintf("case-%d", n), s
			events, err := Decide(s, take(id), at)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				s = Evolve(s, e)
				if got, want := e.(NumberTaken).Number, len(codes)+1; got != want {
					t.Fatalf("number %d, want %d", got, want)
				}
			}
			code, ok := s.CodeOf(id)
			if !ok || codes[id] != "" && codes[id] != code {
				t.Fatalf("%s has %q, before %q", id, code, codes[id])
			}
			if _, ok := before.CodeOf(id); ok != (codes[id] != "") {
				t.Fatal("an older state changed")
			}
			codes[id] = code
		}
	})
}

func TestStoredForm(t *testing.T) {
	decidertest.Samples(t, Events(), NumberTaken{Case: "5f0c1c62-0000-4000-8000-000000000001", Number: 31, Code: "DHF-2026-0031"})
}
