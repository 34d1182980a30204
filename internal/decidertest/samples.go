package decidertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mkr/domain/event"
	"mkr/domain/person"
)

// Samples checks testdata/events/<name>.v<N>.json for every type and version: each decodes, and the newest one is,
// byte for byte, what the example given here is stored as. An example must set every field, so that no field's stored name
// goes unwatched. A sample that exists is never written again, not even with -update: it is what old logs hold.
func Samples(t *testing.T, entries []event.Entry, examples ...event.Data) {
	t.Helper()
	registry := event.NewRegistry(nil, entries)
	byName := map[string]event.Data{}
	for _, e := range examples {
		byName[e.EventType()] = e
		for _, field := range empty(reflect.ValueOf(e), "") {
			t.Errorf("the example of %s leaves %s empty", e.EventType(), field)
		}
	}
	known := map[string]bool{}
	for _, entry := range entries {
		if entry.Doc == "" {
			t.Errorf("%s has no documentation", entry.Name)
		}
		example, ok := byName[entry.Name]
		if !ok {
			t.Errorf("%s has no example", entry.Name)
			continue
		}
		for v := 1; v <= entry.Version; v++ {
			file := fmt.Sprintf("%s.v%d.json", entry.Name, v)
			known[file] = true
			sample(t, registry, file, example, entry, v)
		}
	}
	files, err := os.ReadDir("testdata/events")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("testdata/events/%s is of no registered type: a stored type never goes away", f.Name())
		}
	}
	if len(byName) != len(entries) {
		t.Errorf("%d examples for %d types", len(byName), len(entries))
	}
}

func sample(t *testing.T, registry *event.Registry, file string, example event.Data, entry event.Entry, version int) {
	t.Helper()
	path := "testdata/events/" + file
	want, err := json.MarshalIndent(example, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	stored, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && *update && version == entry.Version {
		if err := os.MkdirAll("testdata/events", 0o755); err != nil {
			t.Fatal(err)
		}
		stored, err = want, os.WriteFile(path, want, 0o644)
	}
	if err != nil {
		t.Error(err)
		return
	}
	got, err := registry.Decode(entry.Name, version, stored)
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	if version < entry.Version {
		return
	}
	if diff := cmp.Diff(example, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
	if !bytes.Equal(stored, want) {
		t.Errorf("%s is stored in another form now (-sample +now):\n%s", file, cmp.Diff(string(stored), string(want)))
	}
}

// empty lists the fields of a struct, deeply, that have their zero value. Structs that marshal themselves are leaves.
func empty(v reflect.Value, path string) []string {
	if v.Kind() != reflect.Struct {
		if v.IsZero() {
			return []string{path}
		}
		if v.Kind() == reflect.Slice && v.Len() > 0 {
			return empty(v.Index(0), path+"[0]")
		}
		return nil
	}
	if _, itself := v.Interface().(json.Marshaler); itself {
		if v.IsZero() {
			return []string{path}
		}
		return nil
	}
	var out []string
	for i := range v.NumField() {
		if v.Type() == reflect.TypeFor[person.Sealed]() && v.Type().Field(i).Name == "Commit" {
			continue // values of before there were commitments have none, and the samples are of those
		}
		out = append(out, empty(v.Field(i), path+"."+v.Type().Field(i).Name)...)
	}
	return out
}
