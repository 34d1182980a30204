// Package register numbers the cases of a kind in a year: DHF-2026-0031. One stream a kind and year, so that two
// intakes at once cannot take the same number. A number whose case was never opened stays a gap; nobody fills it.
//
// Numbers rise by one from 1; a case has one number, and a number is never given again. It says nothing about a person.
package register

import (
	"fmt"
	"strings"

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

// Codes of refusals. They are API.
const (
	CodeUnknownKind = "register.unknown_kind"
	CodeNoCase      = "register.no_case"
	CodeYear        = "register.year"
	CodeOther       = "register.other_register"
)

// Codes lists them all.
var Codes = []string{CodeUnknownKind, CodeNoCase, CodeYear, CodeOther}

// Years that a code can show.
const (
	firstYear = 2000
	lastYear  = 2999
)

// State is the register: the newest entry, and behind it the older ones. It is a list, so that a fold over a year of
// cases costs one step a case: states are never written again, and a slice or a map would be copied at each step.
type State struct{ last *entry }

type entry struct {
	taken NumberTaken
	older *entry
}

// CodeOf finds the code that a case has taken.
func (s State) CodeOf(caseID string) (string, bool) {
	for e := s.last; e != nil; e = e.older {
		if e.taken.Case == caseID {
			return e.taken.Code, true
		}
	}
	return "", false
}

// Decide takes the next number; for a case that has one it decides nothing.
func Decide(s State, c TakeNumber, _ event.Moment) ([]event.Data, error) {
	name := Name(c.Kind, c.Year)
	switch {
	case name == "":
		return nil, event.RefuseField(CodeUnknownKind, "kind", "no such kind of case")
	case c.Case == "":
		return nil, event.RefuseField(CodeNoCase, "case", "a case id is required")
	case c.Year < firstYear || c.Year > lastYear:
		return nil, event.RefuseField(CodeYear, "year", "not a year that a code can show")
	case s.last != nil && !strings.HasPrefix(s.last.taken.Code, name+"-"):
		return nil, event.Refuse(CodeOther, "this is the register of another kind or year")
	}
	if _, ok := s.CodeOf(c.Case); ok {
		return nil, nil
	}
	n := 1
	if s.last != nil {
		n = s.last.taken.Number + 1
	}
	return []event.Data{NumberTaken{Case: c.Case, Number: n, Code: fmt.Sprintf("%s-%04d", name, n)}}, nil
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	if t, ok := d.(NumberTaken); ok {
		return State{last: &entry{taken: t, older: s.last}}
	}
	return s
}
