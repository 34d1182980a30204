// Package person holds what mkr knows of people without being able to read it.
//
// It guarantees three things:
//
//   - A personal text has two forms only: Plain, on its way in from a form and on its way out to an entitled reader,
//     and Sealed, everywhere else. Neither can be printed: every fmt verb shows "(sealed)".
//   - Nothing here can open a Sealed value. Keys live in internal/vault, which this package does not know.
//   - Checks of personal formats (Albanian national id, phone, birth date) answer with an *event.Refusal that names the field
//     and a code, and never repeats the value.
//
// The package is pure: no clock, no I/O, no randomness. It also holds the decider of the person stream (person-<id>).
package person
