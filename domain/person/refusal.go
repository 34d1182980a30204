package person

import "mkr/domain/event"

// The codes with which a field is refused. They are part of the API; the refusal's Field says which field it is.
const (
	CodeRequired = "required"         // nothing was given
	CodeFormat   = "invalid_format"   // it is not written as such a value is written
	CodeRange    = "impossible_value" // it is written right, but no such value can be: 31 June, a birth in the future
	CodeTooLong  = "too_long"
	CodeText     = "invalid_text" // it holds control characters or is not UTF-8
	CodeMismatch = "mismatch"     // it does not agree with another field
)

// texts say in English what each code asks for. They are constants, so that no refusal can repeat a value.
var texts = map[string]string{
	CodeRequired: "is required",
	CodeFormat:   "is not written in a known form",
	CodeRange:    "is not a possible value",
	CodeTooLong:  "is too long",
	CodeText:     "holds characters that cannot be stored",
	CodeMismatch: "does not agree with another field",
}

// refuse answers an *event.Refusal that names the field and never holds its value.
func refuse(field, code string) error {
	return event.RefuseField(code, field, field+" "+texts[code])
}
