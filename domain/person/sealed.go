package person

import (
	"bytes"
	"fmt"
	"io"
)

// hidden is all that a log, an error text or a debugger's print ever shows of a personal value.
const hidden = "(sealed)"

// Sealed is a personal value that nobody here can open.
//
// Its JSON form is the real one, so that events and views can carry it. Printing it with fmt, with any verb, shows
// "(sealed)". Sealed values are plain data: copy them freely, but treat Box as read-only.
type Sealed struct {
	// Subject says whose key seals the value: a person id (UUID text).
	Subject string `json:"subject"`
	// Field says what the value is (one of the Field constants); it is part of the associated data.
	Field string `json:"field"`
	// Ref is the id of the command the value was filed with. It is part of the associated data, so that the value
	// cannot be moved into the events of another command.
	Ref string `json:"ref"`
	// Box is the ciphertext (base64 in JSON). It is left out where the value only shows that there is one.
	Box []byte `json:"box,omitempty"`
	// Commit binds the value to its text, and says nothing of it: with the salt, which lies in the box, the text can be shown to one
	// reader and proved against the stored event. Values of before there were such have none.
	Commit []byte `json:"commit,omitempty"`
}

// IsZero tells whether nothing was ever sealed here. With it, the JSON option omitzero leaves absent values out.
func (s Sealed) IsZero() bool {
	return s.Subject == "" && s.Field == "" && s.Ref == "" && len(s.Box) == 0 && len(s.Commit) == 0
}

// Equal tells whether both are the very same sealed value. Two sealings of one text are never equal.
func (s Sealed) Equal(o Sealed) bool {
	return s.Subject == o.Subject && s.Field == o.Field && s.Ref == o.Ref && bytes.Equal(s.Box, o.Box) && bytes.Equal(s.Commit, o.Commit)
}

// String is always "(sealed)".
func (Sealed) String() string { return hidden }

// GoString is always "(sealed)".
func (Sealed) GoString() string { return hidden }

// Format writes "(sealed)" for every verb and flag.
func (Sealed) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }
