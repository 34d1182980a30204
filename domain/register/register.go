// Package register decides about the numbers that cases are known by: "DHF-2026-0031". There is one stream per kind of
// case and year (register-DHF-2026), so two cases that are opened at once cannot get one number: the second append meets
// a newer revision and is decided again.
//
// It guarantees that numbers rise by one from 1 without a gap, that a case has one number, and that a number is never
// given again, not even that of a case entered in error. A number says nothing about a person.
//
// The package is pure.
package register

import (
	"fmt"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// Prefixes of the codes, by kind of case.
const (
	DomesticViolence = "DHF" // dhuna në familje
	ChildProtection  = "MF"  // mbrojtja e fëmijës
)

// Years that the codes can show.
const (
	firstYear = 2000
	lastYear  = 2999
)

// Codes of refusals. They are API.
const (
	CodeKind    = "register.unknown_kind"
	CodeYear    = "register.year"
	CodeMissing = "register.missing"
	CodeOther   = "register.other_register"
)

// Codes lists them all.
var Codes = []string{CodeKind, CodeYear, CodeMissing, CodeOther}

// Prefix returns the prefix of a kind of case, "" if the kind has none.
func Prefix(kind string) string {
	switch kind {
	case "domestic_violence":
		return DomesticViolence
	case "child_protection":
		return ChildProtection
	}
	return ""
}

// Stream names the stream of a kind and a year: "register-DHF-2026".
func Stream(kind string, year int) string {
	return event.StreamName(event.RegisterCategory, fmt.Sprintf("%s-%04d", Prefix(kind), year))
}

// Command is something that somebody wants of the register. There is one.
type Command interface{ command() }

// TakeNumber gives a case its number. Year is the local year in which the case was opened.
type TakeNumber struct {
	Case, Kind string
	Year       int
}

func (TakeNumber) command() {}

// NumberTaken gives a case its number.
type NumberTaken struct {
	Case   string `json:"case"`
	Kind   string `json:"kind"`
	Year   int    `json:"year"`
	Number int    `json:"number"`
	Code   string `json:"code"`
}

// EventType is the stored name.
func (NumberTaken) EventType() string { return "register.number_taken" }

// Events lists the stored types of register streams.
func Events() []event.Entry {
	return []event.Entry{event.Type[NumberTaken]("A case got its number, the next one of its kind and year.")}
}

// State of a register: the newest entry, and behind it the older ones. It is a list and not a map, because a state is
// never written again and a map would have to be copied for every case of the year.
type State struct{ last *entry }

type entry struct {
	taken NumberTaken
	older *entry
}

// Last is the newest entry; Number 0 if there is none.
func (s State) Last() NumberTaken {
	if s.last == nil {
		return NumberTaken{}
	}
	return s.last.taken
}

// Of finds the entry of a case.
func (s State) Of(id string) (NumberTaken, bool) {
	for e := s.last; e != nil; e = e.older {
		if e.taken.Case == id {
			return e.taken, true
		}
	}
	return NumberTaken{}, false
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	if e, ok := d.(NumberTaken); ok {
		return State{last: &entry{taken: e, older: s.last}}
	}
	return s
}

// Decide answers with the next number, with nothing if the case has one, or with a refusal.
func Decide(s State, c Command, _ event.Moment) ([]event.Data, error) {
	take, ok := c.(TakeNumber)
	if !ok {
		return nil, event.Refuse(CodeOther, "unknown command")
	}
	last := s.Last()
	err := check.First(
		check.Given(CodeMissing, "case", take.Case),
		check.That(Prefix(take.Kind) != "", CodeKind, "kind", "kind has no register"),
		check.That(take.Year >= firstYear && take.Year <= lastYear, CodeYear, "year", "year is not a year"),
		check.That(last.Number == 0 || last.Kind == take.Kind && last.Year == take.Year, CodeOther, "", "this is the register of another kind or year"),
	)
	if err != nil {
		return nil, err
	}
	if _, has := s.Of(take.Case); has {
		return nil, nil
	}
	n := last.Number + 1
	return []event.Data{NumberTaken{
		Case: take.Case, Kind: take.Kind, Year: take.Year, Number: n, Code: fmt.Sprintf("%s-%04d-%04d", Prefix(take.Kind), take.Year, n),
	}}, nil
}
