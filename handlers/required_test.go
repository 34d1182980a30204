package handlers

import (
	"errors"
	"strings"
	"testing"

	"mkr/domain/person"
)

// TestATooLongTextIsToldByItsOwnName: by the name that it was asked for under, wherever it is kept, and at its whole length.
func TestATooLongTextIsToldByItsOwnName(t *testing.T) {
	longest := strings.Repeat("ë", maxText)
	if err := required(&WriteNote{Section: "general", Text: person.PlainOf(longest)}); err != nil {
		t.Errorf("the longest text: %v", err)
	}
	var no *InputError
	if err := required(&WriteNote{Section: "general", Text: person.PlainOf(longest + "ë")}); !errors.As(err, &no) || no.Field != "text" || no.Code != person.CodeTooLong {
		t.Errorf("one letter more: %v", err)
	}
	if err := required(&LoadPack{Pack: strings.Repeat(" ", 3*maxText)}); err != nil {
		t.Errorf("a file of rules is no text about people: %v", err)
	}
}
