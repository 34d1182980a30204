// Package decidertest holds what the tests of all deciders share: given/when/then, the golden transition matrix, and the
// samples of stored events that are kept for ever. Only tests import it.
package decidertest

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mkr/domain/event"
)

var update = flag.Bool("update", false, "write golden files anew, and missing samples of events")

// Decider is the pair of functions under test.
type Decider[S, C any] struct {
	Decide func(S, C, event.Moment) ([]event.Data, error)
	Evolve func(S, event.Data) S
	Codes  []string // every refusal's code must be one of these
}

// At is the moment most tests decide at: a Monday in Shkodër, told at once by one police officer.
func At() event.Moment {
	now := time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)
	return event.Moment{Now: now, OccurredAt: now, Actor: event.Actor{Account: "acc-1", Institution: "inst-police", Role: "police"}}
}

// Fold builds a state.
func (d Decider[S, C]) Fold(given ...event.Data) S {
	var s S
	for _, e := range given {
		s = d.Evolve(s, e)
	}
	return s
}

// Accepts checks that the command leads to exactly these events, and that sending it again leads to none.
func (d Decider[S, C]) Accepts(t *testing.T, given []event.Data, when C, m event.Moment, want ...event.Data) {
	t.Helper()
	s := d.Fold(given...)
	got, err := d.Decide(s, when, m)
	if err != nil {
		t.Fatalf("%T: %v", when, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%T (-want +got):\n%s", when, diff)
	}
	again, err := d.Decide(d.Fold(append(slices.Clone(given), got...)...), when, m)
	if err != nil || len(again) != 0 {
		t.Errorf("%T, sent again: %v, %v", when, again, err)
	}
}

// Refuses checks the code and, where a field is given, that the refusal names it.
func (d Decider[S, C]) Refuses(t *testing.T, given []event.Data, when C, m event.Moment, code, field string) {
	t.Helper()
	got, err := d.Decide(d.Fold(given...), when, m)
	var r *event.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%T: %v, %v; want refusal %s", when, got, err, code)
	}
	if r.Code != code || r.Field != field || len(got) != 0 || r.Text == "" {
		t.Errorf("%T: refused %s, field %q, text %q, %d events; want %s, field %q", when, r.Code, r.Field, r.Text, len(got), code, field)
	}
	if !slices.Contains(d.Codes, r.Code) {
		t.Errorf("%T: the code %s is not listed", when, r.Code)
	}
}

// Row is a state, told by the events that lead to it.
type Row struct {
	Name  string
	Given []event.Data
}

// Matrix prints every row by every command with its events, its refusal code, or "-" where nothing happens, and compares
// the print with testdata/matrix.txt.
func (d Decider[S, C]) Matrix(t *testing.T, rows []Row, commands []C, m event.Moment) {
	t.Helper()
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%s\n", row.Name)
		s := d.Fold(row.Given...)
		for _, c := range commands {
			name := fmt.Sprintf("%T", c)
			fmt.Fprintf(&b, "  %-22s %s\n", name[strings.LastIndex(name, ".")+1:], d.outcome(t, s, c, m))
		}
	}
	Golden(t, "matrix.txt", b.String())
}

func (d Decider[S, C]) outcome(t *testing.T, s S, c C, m event.Moment) string {
	t.Helper()
	events, err := d.Decide(s, c, m)
	var r *event.Refusal
	switch {
	case errors.As(err, &r):
		if !slices.Contains(d.Codes, r.Code) {
			t.Errorf("%T: the code %s is not listed", c, r.Code)
		}
		return "refused " + r.Code
	case err != nil:
		t.Fatalf("%T: a fault: %v", c, err)
	case len(events) == 0:
		return "-"
	}
	var names []string
	for _, e := range events {
		names = append(names, e.EventType())
	}
	return strings.Join(names, " + ")
}

// Golden compares a text with a file in testdata.
func Golden(t *testing.T, name, got string) {
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
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s: read what changed, then run with -update (-want +got):\n%s", path, diff)
	}
}
