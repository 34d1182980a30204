package register

import (
	"encoding/json"
	"os"
	"testing"

	"mkr/domain/event"
)

func TestNumbersRiseAndARetryFindsItsOwn(t *testing.T) {
	var s State
	take := func(id string) []event.Data {
		t.Helper()
		events, err := Decide(s, TakeNumber{Case: id, Kind: "domestic_violence", Year: 2026}, event.Moment{})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			s = Evolve(s, e)
		}
		return events
	}
	take("a")
	take("b")
	if events := take("a"); len(events) != 0 {
		t.Fatalf("a second number for one case: %v", events)
	}
	take("c")
	for id, want := range map[string]string{"a": "DHF-2026-0001", "b": "DHF-2026-0002", "c": "DHF-2026-0003"} {
		if got, _ := s.CodeOf(id); got != want {
			t.Errorf("case %s has %q, want %q", id, got, want)
		}
	}
}

func TestUnknownKindIsRefusedByName(t *testing.T) {
	_, err := Decide(State{}, TakeNumber{Case: "a", Kind: "theft", Year: 2026}, event.Moment{})
	r, ok := err.(*event.Refusal)
	if !ok || r.Field != "kind" {
		t.Fatalf("got %v", err)
	}
}

func TestStoredForm(t *testing.T) {
	raw, err := os.ReadFile("testdata/events/register.number_taken.v1.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := event.NewRegistry(nil, Events()).Decode("register.number_taken", 1, raw)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(d)
	if string(again)+"\n" != string(raw) {
		t.Errorf("stored form changed:\n%s\n%s", raw, again)
	}
}
