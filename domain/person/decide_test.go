package person

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mkr/domain/event"
)

var update = flag.Bool("update", false, "write the golden files anew")

var office = event.Moment{Actor: event.Actor{Account: "a-1", Institution: "i-municipality", Role: "coordinator"}}

func fold(events ...event.Data) State {
	var s State
	for _, e := range events {
		s = Evolve(s, e)
	}
	return s
}

// Values used by the stories below. "name 1" stands for a ciphertext.
func val(field, box string) Sealed { return sealedFor(anna, field, box) }

func registered() Registered {
	return Registered{Person: anna, RecordedBy: "i-municipality", Details: Details{
		Name: val(FieldName, "name 1"), Phone: val(FieldPhone, "phone 1"), Sex: Female}}
}

func given(e ...event.Data) []event.Data { return e }

var (
	asked        = ErasureRequested{Erasure: "e", Basis: BasisRequest, Case: "c", Account: "a-1", By: "i-municipality"}
	askedByOther = ErasureRequested{Erasure: "e", Basis: BasisRequest, Case: "c", Account: "a-2", By: "i-municipality"}
	held         = HoldPlaced{Hold: "h", Ground: "court_order", By: "i-municipality"}
	shredded     = KeyShredded{Basis: BasisRequest, Erasure: "e"}
)

type story struct {
	name    string
	given   []event.Data
	when    Command
	then    []event.Data
	refused string // code, and field after a colon where one is at fault
}

var stories = []story{
	{name: "register", when: Register{Person: anna, Details: registered().Details}, then: []event.Data{registered()}},
	{name: "register with a name only", when: Register{Person: anna, Details: Details{Name: val(FieldName, "n")}},
		then: []event.Data{Registered{Person: anna, Details: Details{Name: val(FieldName, "n")}, RecordedBy: "i-municipality"}}},
	{name: "register twice", given: []event.Data{registered()}, when: Register{Person: anna, Details: registered().Details},
		refused: CodeAlreadyRegistered},
	{name: "register without a name", when: Register{Person: anna, Details: Details{Phone: val(FieldPhone, "p")}},
		refused: CodeRequired + ":name"},
	{name: "register under something that is no id", when: Register{Person: secret, Details: registered().Details},
		refused: CodeFormat + ":person"},
	{name: "register with another person's value", when: Register{Person: mark, Details: registered().Details},
		refused: CodeMissealed + ":name"},
	{name: "register with a value of another field", when: Register{Person: anna,
		Details: Details{Name: val(FieldName, "n"), Address: val(FieldPhone, "p")}}, refused: CodeMissealed + ":address"},
	{name: "register with an empty box", when: Register{Person: anna, Details: Details{Name: val(FieldName, "")}},
		refused: CodeMissealed + ":name"},
	{name: "register an unknown sex", when: Register{Person: anna, Details: Details{Name: val(FieldName, "n"), Sex: "F"}},
		refused: CodeUnknownValue + ":sex"},
	{name: "register an erased person", given: []event.Data{registered(), KeyShredded{Basis: BasisRequest}},
		when: Register{Person: anna, Details: registered().Details}, refused: CodeErased},

	{name: "change a value and add one", given: []event.Data{registered()},
		when: ChangeDetails{Details: Details{Name: val(FieldName, "name 2"), Address: val(FieldAddress, "address 1")}},
		then: []event.Data{DetailsChanged{RecordedBy: "i-municipality",
			Details: Details{Name: val(FieldName, "name 2"), Address: val(FieldAddress, "address 1")}}}},
	{name: "change to what holds already", given: []event.Data{registered()},
		when: ChangeDetails{Details: registered().Details, Clear: []string{FieldAddress}}},
	{name: "change nothing", given: []event.Data{registered()}, when: ChangeDetails{}},
	{name: "clear values", given: []event.Data{registered()}, when: ChangeDetails{Clear: []string{FieldPhone, FieldSex, FieldPhone}},
		then: []event.Data{DetailsChanged{Cleared: []string{FieldPhone, FieldSex}, RecordedBy: "i-municipality"}}},
	{name: "clear the name", given: []event.Data{registered()}, when: ChangeDetails{Clear: []string{FieldName}},
		refused: CodeRequired + ":name"},
	{name: "replace and clear at once", given: []event.Data{registered()},
		when:    ChangeDetails{Details: Details{Phone: val(FieldPhone, "phone 2")}, Clear: []string{FieldPhone}},
		refused: CodeMismatch + ":phone"},
	{name: "replace and clear the sex at once", given: []event.Data{registered()},
		when: ChangeDetails{Details: Details{Sex: Other}, Clear: []string{FieldSex}}, refused: CodeMismatch + ":sex"},
	{name: "clear something that is no detail", given: []event.Data{registered()}, when: ChangeDetails{Clear: []string{secret}},
		refused: CodeUnknownValue + ":clear"},
	{name: "change to another person's value", given: []event.Data{registered()},
		when: ChangeDetails{Details: Details{Phone: sealedFor(mark, FieldPhone, "p")}}, refused: CodeMissealed + ":phone"},
	{name: "change somebody unknown", when: ChangeDetails{Details: Details{Sex: Female}}, refused: CodeNotRegistered},
	{name: "change an erased person", given: []event.Data{registered(), KeyShredded{Basis: BasisCourt}},
		when: ChangeDetails{Details: Details{Sex: Other}}, refused: CodeErased},

	{name: "ask for erasure", given: given(registered()), when: RequestErasure{Erasure: "e", Basis: BasisRequest, Case: "c"}, then: given(asked)},
	{name: "ask twice", given: given(registered(), asked), when: RequestErasure{Basis: BasisCourt}, refused: CodeErasureAsked},
	{name: "ask for no reason", given: given(registered()), when: RequestErasure{}, refused: CodeUnknownValue + ":basis"},
	{name: "ask for somebody unknown", when: RequestErasure{Basis: BasisRequest}, refused: CodeNotRegistered},
	{name: "ask for somebody erased", given: given(registered(), shredded), when: RequestErasure{Basis: BasisRequest}},
	{name: "the schedule runs", given: given(registered()), when: RequestErasure{Basis: BasisRetention, KeptUntil: office.Now.Add(1)}, refused: CodeErasureScheduled + ":basis"},
	{name: "a case is open, no schedule ends", given: given(registered()), when: RequestErasure{Basis: BasisRetention}, refused: CodeErasureScheduled + ":basis"},
	{name: "the schedule is over", given: given(registered()), when: RequestErasure{Erasure: "e", Basis: BasisRetention, KeptUntil: office.Now.Add(-1)},
		then: given(ErasureRequested{Erasure: "e", Basis: BasisRetention, Account: "a-1", By: "i-municipality"})},

	{name: "erase", given: given(registered(), askedByOther), when: DecideErasure{Grant: true}, then: given(shredded)},
	{name: "erase again", given: given(registered(), shredded), when: DecideErasure{Grant: true}},
	{name: "erase what nobody asked for", given: given(registered()), when: DecideErasure{Grant: true}, refused: CodeErasureNotAsked},
	{name: "erase by who asked", given: given(registered(), asked), when: DecideErasure{Grant: true}, refused: CodeErasureOwn},
	{name: "refuse by who asked", given: given(registered(), asked), when: DecideErasure{Ground: "legal_duty"}, refused: CodeErasureOwn},
	{name: "erase under a hold", given: given(registered(), askedByOther, held), when: DecideErasure{Grant: true}, refused: CodeErasureHeld},
	{name: "erase after the hold", given: given(registered(), askedByOther, held, HoldLifted{Hold: "h"}), when: DecideErasure{Grant: true}, then: given(shredded)},
	{name: "erase in an open case", given: given(registered(), askedByOther), when: DecideErasure{Grant: true, OpenCase: true}, refused: CodeErasureOpenCase},
	{name: "erase on a ground to refuse", given: given(registered(), askedByOther), when: DecideErasure{Grant: true, Ground: "legal_duty"}, refused: CodeUnknownValue + ":ground"},
	{name: "refuse", given: given(registered(), askedByOther, held), when: DecideErasure{Ground: "legal_duty", OpenCase: true},
		then: given(ErasureRefused{Erasure: "e", Ground: "legal_duty", Account: "a-1", By: "i-municipality"})},
	{name: "refuse for no reason", given: given(registered(), askedByOther), when: DecideErasure{Ground: "no"}, refused: CodeUnknownValue + ":ground"},
	{name: "ask again after a refusal", given: given(registered(), askedByOther, ErasureRefused{Erasure: "e", Ground: "legal_duty"}),
		when: RequestErasure{Erasure: "e", Basis: BasisRequest, Case: "c"}, then: given(asked)},

	{name: "hold", given: given(registered()), when: PlaceHold{Hold: "h", Ground: "court_order"}, then: given(held)},
	{name: "hold twice", given: given(registered(), held), when: PlaceHold{Hold: "h2", Ground: "court_order"}, refused: CodeHoldStands + ":ground"},
	{name: "hold for no reason", given: given(registered()), when: PlaceHold{Hold: "h"}, refused: CodeUnknownValue + ":ground"},
	{name: "hold somebody erased", given: given(registered(), shredded), when: PlaceHold{Hold: "h", Ground: "court_order"}, refused: CodeErased},
	{name: "lift", given: given(registered(), held), when: LiftHold{Hold: "h"}, then: given(HoldLifted{Hold: "h", By: "i-municipality"})},
	{name: "lift what is not there", given: given(registered(), held), when: LiftHold{Hold: "x"}, refused: CodeNoHold + ":hold"},
}

func TestStories(t *testing.T) {
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			got, err := Decide(fold(s.given...), s.when, office)
			var r *event.Refusal
			refused := ""
			if errors.As(err, &r) {
				refused = strings.TrimSuffix(r.Code+":"+r.Field, ":")
			} else if err != nil {
				t.Fatal(err)
			}
			if refused != s.refused {
				t.Fatalf("refused %q, want %q", refused, s.refused)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Fatal("the refusal repeats a value")
			}
			if diff := cmp.Diff(s.then, got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func TestUnknownCommandIsAFaultNotARefusal(t *testing.T) {
	_, err := Decide(State{}, nil, office)
	var r *event.Refusal
	if err == nil || errors.As(err, &r) {
		t.Fatalf("got %v", err)
	}
}

func TestEvolve(t *testing.T) {
	s := fold(registered(),
		DetailsChanged{Details: Details{Name: val(FieldName, "name 2"), Address: val(FieldAddress, "address 1")}},
		DetailsChanged{Cleared: []string{FieldPhone, FieldSex}})
	want := State{Person: anna, Details: Details{Name: val(FieldName, "name 2"), Address: val(FieldAddress, "address 1")}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Fatal(diff)
	}
	s = Evolve(Evolve(s, held), asked)
	if diff := cmp.Diff(State{Person: anna, Shredded: true}, Evolve(s, KeyShredded{Basis: BasisRequest})); diff != "" {
		t.Fatal("an erased record still holds something: " + diff)
	}
}

// The golden transition matrix: every status with every command.
func TestTransitions(t *testing.T) {
	statuses := []struct {
		name  string
		given []event.Data
	}{
		{"unknown", nil},
		{"registered", []event.Data{registered()}},
		{"asked", given(registered(), askedByOther)},
		{"held", given(registered(), askedByOther, held)},
		{"erased", []event.Data{registered(), KeyShredded{Basis: BasisRequest}}},
	}
	commands := []struct {
		name string
		c    Command
	}{
		{"Register", Register{Person: anna, Details: registered().Details}},
		{"ChangeDetails", ChangeDetails{Details: Details{Name: val(FieldName, "name 2")}}},
		{"RequestErasure", RequestErasure{Erasure: "e2", Basis: BasisRequest}},
		{"DecideErasure", DecideErasure{Grant: true}},
		{"PlaceHold", PlaceHold{Hold: "h2", Ground: "complaint"}},
		{"LiftHold", LiftHold{Hold: "h"}},
	}
	var b strings.Builder
	for _, s := range statuses {
		for _, c := range commands {
			events, err := Decide(fold(s.given...), c.c, office)
			fmt.Fprintf(&b, "%-10s %-14s ", s.name, c.name)
			var r *event.Refusal
			switch {
			case errors.As(err, &r):
				fmt.Fprintln(&b, "refused", r.Code)
			case err != nil:
				t.Fatal(err)
			case len(events) == 0:
				fmt.Fprintln(&b, "holds already")
			default:
				fmt.Fprintln(&b, events[0].EventType())
			}
		}
	}
	golden(t, "transitions.txt", []byte(b.String()))
}

// Over random histories: what was decided holds, so deciding it again gives nothing; an erased record stays empty.
func TestRandomHistories(t *testing.T) {
	fields := (&Details{}).sealed()
	rapid.Check(t, func(t *rapid.T) {
		var s State
		box := 0
		for range rapid.IntRange(1, 30).Draw(t, "length") {
			var d Details
			for i, f := range d.sealed() {
				if rapid.Bool().Draw(t, f.name) {
					box++
					*f.value = val(fields[i].name, fmt.Sprint(box))
				}
			}
			d.Sex = rapid.SampledFrom([]string{"", Female, Male, Unknown}).Draw(t, "sex")
			clearable := []string{FieldPhone, FieldAddress, FieldSex, FieldName, "other"}
			c := rapid.SampledFrom([]Command{
				Register{Person: anna, Details: d}, ChangeDetails{Details: d},
				ChangeDetails{Clear: rapid.SliceOf(rapid.SampledFrom(clearable)).Draw(t, "clear")},
				ChangeDetails{Details: d, Clear: []string{FieldAddress}}, RequestErasure{Erasure: "e", Basis: BasisError}, DecideErasure{Grant: true},
				PlaceHold{Hold: "h", Ground: "complaint"}, LiftHold{Hold: "h"},
			}).Draw(t, "command")

			moment := office
			moment.Actor.Account = rapid.SampledFrom([]string{"a-1", "a-2"}).Draw(t, "account")
			kept := len(s.Holds) > 0
			events, err := Decide(s, c, moment)
			if len(events) > 0 && events[0].EventType() == shredded.EventType() && (kept || s.Erasure == nil || s.Erasure.Account == moment.Actor.Account) {
				t.Fatal("erased under a hold, unasked, or by who asked")
			}
			var r *event.Refusal
			if err != nil && (!errors.As(err, &r) || len(events) != 0) {
				t.Fatalf("a fault, or events beside a refusal: %v", err)
			}
			for _, e := range events {
				s = Evolve(s, e)
			}
			if _, again := c.(ChangeDetails); again && err == nil && !s.Shredded {
				if more, err := Decide(s, c, office); err != nil || len(more) != 0 {
					t.Fatalf("a change that holds was decided again: %v, %v", more, err)
				}
			}
			if s.Shredded && !s.Details.isZero() || s.Person != "" && !s.Shredded && s.Name.IsZero() {
				t.Fatal("an erased record that holds something, or a live one without a name")
			}
		}
	})
}

// Every type and version ever stored is kept in testdata and decodes to the same value.
func TestStoredForms(t *testing.T) {
	full := registered()
	full.BirthDate, full.NationalID = val(FieldBirthDate, "birth 1"), val(FieldNationalID, "id 1")
	full.Address, full.SafeContact = val(FieldAddress, "address 1"), val(FieldSafeContact, "safe 1")
	registry := event.NewRegistry(nil, Events())
	for _, e := range []event.Data{
		full,
		DetailsChanged{Details: Details{Name: val(FieldName, "name 2")}, Cleared: []string{FieldPhone}, RecordedBy: "i-municipality"},
		asked, held, HoldLifted{Hold: "h", By: "i-municipality"}, ErasureRefused{Erasure: "e", Ground: "legal_duty", Account: "a-1", By: "i-municipality"},
		shredded,
	} {
		stored, err := json.MarshalIndent(e, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		schema := registry.Schema(e.EventType())
		want := golden(t, fmt.Sprintf("events/%s.v%d.json", e.EventType(), schema), append(stored, '\n'))
		back, err := registry.Decode(e.EventType(), schema, want)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, back); diff != "" {
			t.Fatal(diff)
		}
	}
	if strings.Contains(fmt.Sprint(mustJSON(t, shredded)), anna) {
		t.Fatal("the fact of erasure names somebody")
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// golden compares got with the file, or writes it with -update, and returns the file's content.
func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Fatalf("%s (-update writes it anew):\n%s", name, diff)
	}
	return want
}
