package event

import (
	"encoding/json"
	"fmt"
	"sort"
)

// Upcast turns the stored JSON of one version into that of the next. It may only supply what the old payload
// truly says; it never invents what nobody recorded.
type Upcast func(old []byte) ([]byte, error)

// Entry describes one stored type: its name, its newest version and how to reach it from older ones.
type Entry struct {
	Name    string
	Version int // from 1
	Doc     string
	Zero    func() Data // a fresh zero value, for generated documentation

	decode  func(unmarshal func([]byte, any) error, data []byte) (Data, error)
	upcasts []Upcast // upcasts[i] leads from version i+1 to i+2
}

// Type makes the entry of T. Its version is one more than the number of upcasts.
func Type[T Data](doc string, upcasts ...Upcast) Entry {
	var zero T
	return Entry{
		Name: zero.EventType(), Version: len(upcasts) + 1, Doc: doc, upcasts: upcasts,
		Zero: func() Data { var v T; return v },
		decode: func(unmarshal func([]byte, any) error, data []byte) (Data, error) {
			var v T
			if err := unmarshal(data, &v); err != nil {
				return nil, err
			}
			return v, nil
		},
	}
}

// Registry maps stored names to types. It is built once, from one list, and read by many goroutines after that.
type Registry struct {
	entries   map[string]Entry
	unmarshal func([]byte, any) error
}

// NewRegistry joins the lists of the deciders' packages. Two entries with one name are a programming error
// and make it panic at start. A nil unmarshal means encoding/json.
func NewRegistry(unmarshal func([]byte, any) error, lists ...[]Entry) *Registry {
	if unmarshal == nil {
		unmarshal = json.Unmarshal
	}
	r := &Registry{entries: map[string]Entry{}, unmarshal: unmarshal}
	for _, list := range lists {
		for _, e := range list {
			if _, twice := r.entries[e.Name]; twice {
				panic("event: two types are stored as " + e.Name)
			}
			r.entries[e.Name] = e
		}
	}
	return r
}

// UnknownError says that a stored event cannot be read by this build. A view that meets it stops: it never skips.
type UnknownError struct {
	Type   string
	Schema int
	Err    error // nil when the type or the version is unknown
}

func (e *UnknownError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("event: %s v%d cannot be decoded: %v", e.Type, e.Schema, e.Err)
	}
	return fmt.Sprintf("event: this build does not know %s v%d", e.Type, e.Schema)
}

func (e *UnknownError) Unwrap() error { return e.Err }

// Schema returns the version under which new events of this type are stored.
func (r *Registry) Schema(name string) int { return r.entries[name].Version }

// Decode reads a stored payload of the given version, upcasting where needed. The error is *UnknownError.
func (r *Registry) Decode(name string, schema int, data []byte) (Data, error) {
	e, ok := r.entries[name]
	if !ok || schema < 1 || schema > e.Version {
		return nil, &UnknownError{Type: name, Schema: schema}
	}
	for v := schema; v < e.Version; v++ {
		var err error
		if data, err = e.upcasts[v-1](data); err != nil {
			return nil, &UnknownError{Type: name, Schema: schema, Err: err}
		}
	}
	d, err := e.decode(r.unmarshal, data)
	if err != nil {
		return nil, &UnknownError{Type: name, Schema: schema, Err: err}
	}
	return d, nil
}

// DecodeMeta reads an envelope.
func (r *Registry) DecodeMeta(data []byte) (Meta, error) {
	var m Meta
	err := r.unmarshal(data, &m)
	return m, err
}

// Entries lists every type by name.
func (r *Registry) Entries() []Entry {
	out := make([]Entry, 0, len(r.entries))
	for _, e := range r.entries {
		out = append(out, e)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
