package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mkr/domain/person"
)

// Bounds of what one member of a body may hold, where its type names none of its own.
const (
	maxItems = 200
	maxChars = 8000
)

// Strict decodes one JSON object into a pointer to a struct. What encoding/json lets pass is refused here, each with
// the path of the member at fault (persons[1].sex): unknown members, members whose case of letters differs, members
// given twice, values of the wrong type, codes that are not known, lists and texts beyond every bound. null stands for a member left out. No
// error repeats a value.
func Strict(raw []byte, into any) error {
	if !json.Valid(raw) {
		return notJSON
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := (walker{dec}).value(reflect.TypeOf(into).Elem(), ""); err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return wrongType("", "a value is not of the right type") // not reached: the walk saw every value
	}
	return nil
}

var (
	notJSON = &badRequest{http.StatusBadRequest, "json", "", "the body is not JSON"}

	timeType  = reflect.TypeFor[time.Time]()
	plainType = reflect.TypeFor[person.Plain]()
)

func wrongType(path, text string) *badRequest {
	return &badRequest{http.StatusUnprocessableEntity, "wrong_type", path, text}
}

// walker holds a body's tokens against a type. It is as deep as the type is, however deep the body.
type walker struct{ dec *json.Decoder }

func (w walker) value(t reflect.Type, path string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	tok, err := w.dec.Token()
	if err != nil {
		return notJSON
	}
	if tok == nil && path != "" {
		return nil
	}
	switch {
	case t == timeType:
		text, ok := tok.(string)
		if !ok {
			return wrongType(path, "an RFC 3339 time is required")
		}
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return wrongType(path, "not an RFC 3339 time, such as 2026-11-16T09:00:00Z")
		}
		return nil
	case t == plainType, t.Kind() == reflect.String:
		text, ok := tok.(string)
		if !ok {
			return wrongType(path, "a text is required")
		}
		if utf8.RuneCountInString(text) > maxChars {
			return &badRequest{http.StatusUnprocessableEntity, "too_long", path, "at most 8000 characters"}
		}
		if coded, ok := reflect.Zero(t).Interface().(interface{ Enum() []any }); ok && text != "" && !slices.Contains(coded.Enum(), any(text)) {
			return &badRequest{http.StatusUnprocessableEntity, "value.unknown", path, "is not one of the known codes"}
		}
		return nil
	}
	switch t.Kind() {
	case reflect.Bool:
		if _, ok := tok.(bool); !ok {
			return wrongType(path, "true or false is required")
		}
		return nil
	case reflect.Int:
		n, ok := tok.(json.Number)
		if !ok {
			return wrongType(path, "a whole number is required")
		}
		if _, err := strconv.ParseInt(n.String(), 10, t.Bits()); err != nil {
			return wrongType(path, "a whole number is required")
		}
		return nil
	case reflect.Slice:
		if tok != json.Delim('[') {
			return wrongType(path, "a list is required")
		}
		return w.list(t, path)
	case reflect.Struct:
		if tok != json.Delim('{') {
			return wrongType(path, "a JSON object is required")
		}
		return w.object(t, path)
	}
	return fmt.Errorf("api: a body has a member of %s, which Strict does not know", t)
}

func (w walker) list(t reflect.Type, path string) error {
	for i := 0; w.dec.More(); i++ {
		if i == maxItems {
			return &badRequest{http.StatusUnprocessableEntity, "count", path, "at most 200 items"}
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		if err := w.value(t.Elem(), at); err != nil {
			return err
		}
	}
	_, err := w.dec.Token() // the end
	return err
}

func (w walker) object(t reflect.Type, path string) error {
	members := membersOf(t)
	seen := map[string]bool{}
	for w.dec.More() {
		tok, err := w.dec.Token()
		if err != nil {
			return notJSON
		}
		name, _ := tok.(string)
		at := name
		if path != "" {
			at = path + "." + name
		}
		member, known := members[name]
		switch {
		case !known:
			return &badRequest{http.StatusUnprocessableEntity, "unknown_field", printable(at), "there is no such field"}
		case seen[name]:
			return &badRequest{http.StatusUnprocessableEntity, "repeated_field", at, "the field is given twice"}
		}
		seen[name] = true
		if err := w.value(member, at); err != nil {
			return err
		}
	}
	_, err := w.dec.Token() // the end
	return err
}

// membersOf are the members of a struct by the names they have in JSON, embedded ones too.
func membersOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for n, m := range membersOf(f.Type) {
				out[n] = m
			}
		case f.IsExported() && name != "" && name != "-":
			out[name] = f.Type
		}
	}
	return out
}

// printable bounds a name that came from outside before it goes back: a field's name is short and plain, and what is
// not may be anything.
func printable(name string) string {
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool {
		return r > 126 || r < 33 || strings.ContainsRune(`"\<>&`, r)
	}) {
		return "(unprintable)"
	}
	return name
}

// tooLarge tells whether a body ended at its bound.
func tooLarge(err error) bool {
	var large *http.MaxBytesError
	return errors.As(err, &large)
}
