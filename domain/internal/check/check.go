// Package check holds the few checks of input that all deciders share. Each answers with a refusal that names the field
// and never repeats a value, or with nil.
package check

import (
	"slices"
	"unicode/utf8"

	"mkr/domain/event"
)

// First returns the first refusal, in the order in which a form shows its fields.
func First(refusals ...error) error {
	for _, err := range refusals {
		if err != nil {
			return err
		}
	}
	return nil
}

// That refuses unless the condition holds.
func That(holds bool, code, field, text string) error {
	if holds {
		return nil
	}
	return event.RefuseField(code, field, text)
}

// Given refuses an empty text.
func Given(code, field, value string) error {
	return That(value != "", code, field, field+" is missing")
}

// OneOf refuses a code that is not in the list.
func OneOf(code, field, value string, list []string) error {
	return That(slices.Contains(list, value), code, field, field+" is not a known code")
}

// AllOf refuses a list with a code that is not in the other, or with one code twice.
func AllOf(code, field string, values, list []string) error {
	seen := map[string]bool{}
	for _, v := range values {
		if seen[v] || !slices.Contains(list, v) {
			return event.RefuseField(code, field, field+" holds an unknown code or one twice")
		}
		seen[v] = true
	}
	return nil
}

// Short refuses a text of more than so many characters, or one that is not UTF-8.
func Short(code, field, value string, most int) error {
	return That(utf8.ValidString(value) && utf8.RuneCountInString(value) <= most, code, field, field+" is too long")
}
