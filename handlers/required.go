package handlers

import (
	"fmt"
	"reflect"
	"strings"
)

// required names the first member of a body that is tagged as required and was not given.
func required(body any) error {
	if name := missing(reflect.ValueOf(body), ""); name != "" {
		return &InputError{Field: name, Code: "required", Text: "is required"}
	}
	return nil
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
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := name
		switch {
		case f.Anonymous && name == "":
			at = path
		case path != "":
			at = path + "." + name
		}
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
