package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// timeField finds which time of a body cannot be read: encoding/json does not say.
func timeField(raw []byte, into any) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return ""
	}
	name := ""
	eachField(reflect.TypeOf(into), func(json string, t reflect.Type) {
		if v, ok := members[json]; ok && name == "" && t == reflect.TypeFor[time.Time]() {
			var at time.Time
			if at.UnmarshalJSON(v) != nil {
				name = json
			}
		}
	})
	return name
}

// eachField visits the members of a struct by the names they have in JSON, embedded ones too.
func eachField(t reflect.Type, visit func(json string, t reflect.Type)) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			eachField(f.Type, visit)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && name != "" && name != "-" {
			visit(name, f.Type)
		}
	}
}
