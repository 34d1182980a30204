package person

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode/utf8"
)

// Plain is a personal text in the clear, on its way to be sealed or to a reader who may see it.
//
// It reads from JSON like a string, but never writes itself: every fmt verb, MarshalJSON and MarshalText give
// "(sealed)", so that a command logged or stored by mistake gives nothing away. Reveal is the one way to the text, and
// the word to search for when reviewing who reads personal data.
//
// The zero Plain is "no value"; it and the empty text are the same. Compare with Equal, not with ==.
type Plain struct {
	// text is behind a pointer because fmt cannot call methods on unexported fields: when a struct that keeps a Plain in
	// one is printed, an address comes out instead of the text.
	text *string
}

// PlainOf wraps a text.
func PlainOf(text string) Plain {
	if text == "" {
		return Plain{}
	}
	return Plain{text: &text}
}

// Reveal gives the text in the clear. Only internal/vault and the page or answer for an entitled reader may call it.
func (p Plain) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// IsZero tells whether there is no text.
func (p Plain) IsZero() bool { return p.text == nil || *p.text == "" }

// Equal tells whether both hold the same text.
func (p Plain) Equal(o Plain) bool { return p.Reveal() == o.Reveal() }

// String is always "(sealed)".
func (Plain) String() string { return hidden }

// GoString is always "(sealed)".
func (Plain) GoString() string { return hidden }

// Format writes "(sealed)" for every verb and flag.
func (Plain) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON gives "(sealed)", never the text. Answers for an entitled reader are made with Reveal, on purpose.
func (Plain) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText gives "(sealed)", never the text.
func (Plain) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// UnmarshalJSON reads a JSON string; null leaves the value as it is. Anything else is a *json.UnmarshalTypeError, to
// which encoding/json adds the name of the field; unlike its own, it never repeats a number it was given.
func (p *Plain) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var text string
	if len(data) == 0 || data[0] != '"' || !utf8.Valid(data) || json.Unmarshal(data, &text) != nil {
		return &json.UnmarshalTypeError{Value: jsonKind(data), Type: reflect.TypeFor[string]()}
	}
	*p = PlainOf(text)
	return nil
}

// UnmarshalText takes the text as it is; form decoders use it.
func (p *Plain) UnmarshalText(text []byte) error {
	*p = PlainOf(string(text))
	return nil
}

// jsonKind names the kind of a JSON value without repeating it.
func jsonKind(data []byte) string {
	if len(data) == 0 {
		return "nothing"
	}
	switch data[0] {
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "bool"
	case '"':
		return "malformed string"
	default:
		return "number"
	}
}
