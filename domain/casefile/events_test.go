package casefile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// filled sets every field of a payload to something that is not zero, so that a field that JSON loses is noticed.
func filled(v reflect.Value, name string) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(2026, 11, 16, 9, 30, 0, 123456789, time.UTC)
		return
	case *person.Sealed:
		*x = person.Sealed{Subject: ana, Field: "reason", Ref: "8d1f7c1e-0000-4000-8000-000000000000", Box: []byte("box")}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			filled(v.Field(i), strings.ToLower(v.Type().Field(i).Name))
		}
	case reflect.String:
		v.SetString(name)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			filled(v.Index(i), name)
		}
	}
}

// withoutLater empties the optional fields that a stored sample does not have: they were added after it was written.
func withoutLater(v reflect.Value, stored map[string]json.RawMessage) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			withoutLater(v.Field(i), stored)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if _, there := stored[name]; !there && options != "" {
			v.Field(i).SetZero()
		}
	}
}

// TestStoredEvents: what was ever stored can be read. The files are kept for ever; -update writes only those that are
// missing, never one that is there.
func TestStoredEvents(t *testing.T) {
	registry := event.NewRegistry(nil, Events())
	known := map[string]bool{}
	for _, e := range Events() {
		name := e.Name + ".v" + string(rune('0'+e.Version)) + ".json"
		known[name] = true
		path := filepath.Join("testdata", "events", name)
		v := reflect.New(reflect.TypeOf(e.Zero())).Elem()
		filled(v, "")
		want := v.Interface().(event.Data)
		stored, err := os.ReadFile(path)
		if os.IsNotExist(err) && *update {
			if stored, err = json.MarshalIndent(want, "", "  "); err == nil {
				err = os.WriteFile(path, append(stored, '\n'), 0o644)
			}
		}
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := registry.Decode(e.Name, e.Version, stored)
		if err != nil {
			t.Error(err)
			continue
		}
		// Optional fields that were added later are not in the sample; they are carried by JSON all the same.
		if whole, err := json.Marshal(want); err != nil {
			t.Error(err)
		} else if back, err := registry.Decode(e.Name, e.Version, whole); err != nil || !reflect.DeepEqual(back, want) {
			t.Errorf("%s: written and read again\n%+v, %v\nwant\n%+v", name, back, err, want)
		}
		var has map[string]json.RawMessage
		if err := json.Unmarshal(stored, &has); err != nil {
			t.Error(err)
		}
		withoutLater(v, has)
		if want = v.Interface().(event.Data); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: decoded\n%+v\nwant\n%+v", name, got, want)
		}
		// And written again it is the same JSON: no field is lost, none is renamed.
		var a, b any
		again, err := json.Marshal(got)
		if err != nil {
			t.Error(err)
			continue
		}
		if json.Unmarshal(stored, &a) != nil || json.Unmarshal(again, &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: written again it is\n%s", name, again)
		}
		if got.EventType() != e.Name {
			t.Errorf("%s calls itself %s", e.Name, got.EventType())
		}
	}
	files, err := os.ReadDir(filepath.Join("testdata", "events"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		// An old version is decoded through its upcasts by a test of its own; a type never goes away.
		name, _, _ := strings.Cut(f.Name(), ".v")
		if !known[f.Name()] && registry.Schema(name) == 0 {
			t.Errorf("%s: nothing reads it any more", f.Name())
		}
	}
}

// TestEventsNameNoPerson: the payloads hold no field that could carry a name in the clear, only ids, codes and sealed
// texts. A new text field must be sealed, or be added here with its reason.
func TestEventsNameNoPerson(t *testing.T) {
	known := map[string]bool{}
	for _, word := range strings.Fields(`case code kind channel regime violence subject lead by person role relation sex institution reason incident types
		consent decision recipients purposes how assessment factors tool_level level referral from to service urgency basis previous outcome way measure
		order type court executor conditions replaces hearing visit note message section plan action what meeting target deadline rule pack article confidence owner shift
		account rung answer finding breach told return proposals via why attention review domain goal result items safety_plan glass sections verdict classes giver policy file class media hash
		screening tool signs unknown criteria criterion transfer municipality structure parts means party against change fields`) {
		known[word] = true
	}
	var walk func(event string, ty reflect.Type)
	walk = func(event string, ty reflect.Type) {
		for i := range ty.NumField() {
			f := ty.Field(i)
			if f.Anonymous {
				walk(event, f.Type)
				continue
			}
			tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			clear := f.Type.Kind() == reflect.String || (f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.String)
			if tag == "" || (clear && !known[tag]) {
				t.Errorf("%s: the field %s (%q) may carry text in the clear", event, f.Name, tag)
			}
		}
	}
	for _, e := range Events() {
		walk(e.Name, reflect.TypeOf(e.Zero()))
	}
}

// TestRefusalsAreListedOnce keeps the list of codes whole: the translations are checked against it.
func TestRefusalsAreListedOnce(t *testing.T) {
	source, err := os.ReadFile("refusals.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, code := range Refusals {
		if seen[code] || strings.Count(string(source), `"`+code+`"`) != 1 {
			t.Errorf("%s is not there exactly once", code)
		}
		seen[code] = true
	}
	if n := strings.Count(string(source), "= \""); n != len(Refusals) {
		t.Errorf("%d codes are declared and %d listed", n, len(Refusals))
	}
}
