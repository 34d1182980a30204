// Package register numbers the cases of a kind in a year: DHF-2026-0031. One stream a kind and year, so that two
// intakes at once cannot take the same number. A number whose case was never opened stays a gap; nobody fills it.
package register

import (
	"fmt"
	"slices"

	"mkr/domain/event"
)

// Prefixes of the codes, by kind of case.
var prefixes = map[string]string{"domestic_violence": "DHF", "child_protection": "MF"}

// Name is the register's name: "DHF-2026". An unknown kind has the name "".
func Name(kind string, year int) string {
	prefix, ok := prefixes[kind]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s-%d", prefix, year)
}

// NumberTaken gives a case its number.
type NumberTaken struct {
	Case   string `json:"case"`
	Number int    `json:"number"` // from 1
	Code   string `json:"code"`
}

// EventType is the stored name.
func (NumberTaken) EventType() string { return "register.number_taken" }

// Events lists the stored types for the registry.
func Events() []event.Entry {
	return []event.Entry{event.Type[NumberTaken]("A case was given its number.")}
}

// TakeNumber asks for the next number.
type TakeNumber struct {
	Case, Kind string
	Year       int
}

// State is the register: who has which number. States share what is never written again.
type State struct{ taken []NumberTaken }

// CodeOf finds the code that a case has taken.
func (s State) CodeOf(caseID string) (string, bool) {
	i := slices.IndexFunc(s.taken, func(t NumberTaken) bool { return t.Case == caseID })
	if i < 0 {
		return "", false
	}
	return s.taken[i].Code, true
}

// Decide takes the next number; for a case that has one it decides nothing.
func Decide(s State, c TakeNumber, _ event.Moment) ([]event.Data, error) {
	name := Name(c.Kind, c.Year)
	switch {
	case name == "":
		return nil, event.RefuseField("register.unknown_kind", "kind", "no such kind of case")
	case c.Case == "":
		return nil, event.RefuseField("register.no_case", "case", "a case id is required")
	}
	if _, ok := s.CodeOf(c.Case); ok {
		return nil, nil
	}
	n := 1
	if len(s.taken) > 0 {
		n = s.taken[len(s.taken)-1].Number + 1
	}
	return []event.Data{NumberTaken{Case: c.Case, Number: n, Code: fmt.Sprintf("%s-%04d", name, n)}}, nil
}

// Evolve applies what has happened.
func Evolve(s State, d event.Data) State {
	if t, ok := d.(NumberTaken); ok {
		s.taken = append(slices.Clip(s.taken), t)
	}
	return s
}
