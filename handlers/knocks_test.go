package handlers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
)

// tryIn tries a password under a name.
func tryIn(b *bed, name, password, from string) error {
	_, _, err := b.SignIn(b.TB.Context(), handlers.SignIn{Username: name, Password: person.PlainOf(password)}, from)
	return err
}

// doorRefused are the stored events about names that are no account's.
func doorRefused(b *bed) (out []accesslog.DoorRefused) {
	for _, e := range b.Events() {
		if e.Type != (accesslog.DoorRefused{}).EventType() {
			continue
		}
		var d accesslog.DoorRefused
		testbed.OK(b.TB, json.Unmarshal(e.Data, &d))
		out = append(out, d)
	}
	return out
}

// Tries to come in that fail are on record: with the account whose holder somebody wanted to be, for her and for whoever keeps her account; under a
// print where the name is no account's. What was typed is nowhere.
func TestFailedSignInsAreOnRecord(t *testing.T) {
	b := newBed(t)
	id, _ := enrol(t, b.Bed, handlers.NewAccount{Institution: b.Medical, Role: access.Medical, Username: person.PlainOf("drita")})
	const typed, wrong = "fjalekalimi im ne fushen e gabuar", "nje gabim i gjate"
	for i := range 3 {
		if err := tryIn(b, "drita", wrong, fmt.Sprintf("10.0.0.%d", i%2)); err == nil {
			t.Fatal("she came in by a wrong password")
		}
	}
	b.pass(time.Minute)
	_ = tryIn(b, typed, wrong, "10.0.0.7")
	_ = tryIn(b, strings.ToUpper(typed), wrong, "10.0.0.7")
	testbed.OK(t, b.WriteKnocks(t.Context()))
	b.CaughtUp()

	_, c := enter(t, b.Bed, "drita")
	if _, err := b.StepUp(t.Context(), c, handlers.StepUpProof{Password: person.PlainOf(wrong)}, key()); err == nil {
		t.Fatal("a wrong password proved who she is")
	}
	testbed.OK(t, b.WriteKnocks(t.Context()))
	seen, err := b.FailedTries(t.Context(), c)
	testbed.OK(t, err)
	begin := testbed.Start
	want := []handlers.FailedTry{
		{Way: account.ByPassword, Why: account.Wrong, Count: 1, From: begin.Add(time.Minute), Until: begin.Add(time.Minute)},
		{Way: account.ByPassword, Why: account.Wrong, Count: 3, Places: 2, From: begin, Until: begin},
	}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("she sees %v, want %v", seen, want)
	}
	kept, err := b.Account(t.Context(), b.Keeper(), id)
	testbed.OK(t, err)
	if fmt.Sprint(kept.Failed) != fmt.Sprint(want) {
		t.Errorf("the keeper of her account sees %v", kept.Failed)
	}
	unknown := doorRefused(b)
	if len(unknown) != 1 || unknown[0].Count != 2 || unknown[0].Places != 1 || len(unknown[0].Print) != 32 {
		t.Errorf("of the unknown name stands %v", unknown)
	}
	for _, e := range b.Events() {
		if text := strings.ToLower(string(e.Data) + string(e.Meta) + e.Stream); strings.Contains(text, "fushen") || strings.Contains(text, "gabim") {
			t.Errorf("%s repeats what was typed: %s", e.Type, e.Data)
		}
	}
	said := string(b.logs.Bytes())
	if strings.Count(said, "a way in was refused") != 3 || strings.Contains(strings.ToLower(said), "fushen") {
		t.Errorf("the program's log says %s", said)
	}
}

// However many names are tried, from however many addresses, what is kept of it is bounded; and nothing is kept twice.
func TestGuessingDoesNotFillTheLog(t *testing.T) {
	b := newBed(t)
	before := len(b.Events())
	for i := range 1000 {
		_ = tryIn(b, fmt.Sprint("emri ", i), "x", fmt.Sprintf("10.%d.0.1", i%250))
	}
	testbed.OK(t, b.WriteKnocks(t.Context()))
	n, events := 0, doorRefused(b)
	for _, d := range events {
		n += d.Count
	}
	if n != 1000 || len(events) > 103 {
		t.Errorf("%d tries in %d events", n, len(events))
	}
	testbed.OK(t, b.WriteKnocks(t.Context()))
	if got := len(b.Events()) - before; got != len(events) {
		t.Errorf("%d events were stored, %d of them about the tries", got, len(events))
	}
}

// Who tries many invented names first does not hide whom she is after: the holder is told all the same.
func TestInventedNamesHideNothing(t *testing.T) {
	b := newBed(t)
	enrol(t, b.Bed, handlers.NewAccount{Institution: b.Medical, Role: access.Medical, Username: person.PlainOf("drita")})
	for i := range 120 {
		_ = tryIn(b, fmt.Sprint("askush", i), "nje gabim i gjate", fmt.Sprintf("10.0.%d.1", i/20))
	}
	_ = tryIn(b, "drita", "nje gabim i gjate", "10.1.0.1")
	testbed.OK(t, b.WriteKnocks(t.Context()))
	b.CaughtUp()
	_, c := enter(t, b.Bed, "drita")
	seen, err := b.FailedTries(t.Context(), c)
	testbed.OK(t, err)
	if len(seen) != 1 || seen[0].Count != 1 {
		t.Errorf("she is told %v", seen)
	}
}
