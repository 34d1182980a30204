package handlers

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"mkr/domain/person"
)

// required names the first member of a body that is tagged as required and was not given, or whose text holds what no
// keyboard types (control characters would be shown to others by terminals and pages as who knows what) or is longer than
// any text may be: said here, the mistake bears the member's name as it was asked for, and not that of where it is kept.
func required(body any) error {
	if name := missing(reflect.ValueOf(body), ""); name != "" {
		return &InputError{Field: name, Code: "required", Text: "is required"}
	}
	if name := textThat(garbled, reflect.ValueOf(body), ""); name != "" {
		return &InputError{Field: name, Code: person.CodeText, Text: "holds control characters, or is not UTF-8"}
	}
	if name := textThat(tooLong, reflect.ValueOf(body), ""); name != "" {
		return &InputError{Field: name, Code: person.CodeTooLong, Text: "at most 8000 characters"}
	}
	return nil
}

func garbled(text person.Plain) bool {
	r, bad := asRefusal(textError(text))
	return bad && r.Code == person.CodeText
}

func tooLong(text person.Plain) bool { return utf8.RuneCountInString(text.Reveal()) > maxText }

// textThat names the first personal text of a body that is so.
func textThat(is func(person.Plain) bool, v reflect.Value, path string) string {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if text, ok := reflect.TypeAssert[person.Plain](v); ok {
		if is(text) {
			return path
		}
		return ""
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			if name := textThat(is, v.Index(i), fmt.Sprintf("%s[%d]", path, i)); name != "" {
				return name
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if name := textThat(is, v.Field(i), memberPath(path, f)); name != "" {
				return name
			}
		}
	}
	return ""
}

func textError(text person.Plain) error {
	_, err := person.CheckText("", text, false)
	return err
}

// memberPath is a member's place in the body, as its JSON says it.
func memberPath(path string, f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case f.Anonymous && name == "":
		return path
	case path != "":
		return path + "." + name
	}
	return name
}

func missing(v reflect.Value, path string) string {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			if name := missing(v.Index(i), fmt.Sprintf("%s[%d]", path, i)); name != "" {
				return name
			}
		}
		return ""
	case reflect.Struct:
	default:
		return ""
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		at := memberPath(path, f)
		if f.Tag.Get("required") == "true" && absent(v.Field(i)) {
			return at
		}
		if inner := missing(v.Field(i), at); inner != "" {
			return inner
		}
	}
	return ""
}

func absent(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return z.IsZero()
	}
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}
