package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/projections"
	"mkr/projections/board"
)

func document(t *testing.T) object {
	t.Helper()
	var doc object
	if err := json.Unmarshal(AsyncAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at walks a document along a path: "components/schemas/hello".
func at(t *testing.T, doc object, path string) any {
	t.Helper()
	var v any = doc
	for _, name := range strings.Split(path, "/") {
		o, ok := v.(object)
		if !ok || o[name] == nil {
			t.Fatalf("there is no %s in the document", path)
		}
		v = o[name]
	}
	return v
}

// TestAsyncAPIDescribesTheMessagesAsTheyAre validates the bytes of real messages against the document.
func TestAsyncAPIDescribesTheMessagesAsTheyAre(t *testing.T) {
	doc := document(t)
	after, seq := uint64(math.MaxInt64), uint32(math.MaxUint32)
	row := projections.Document(board.Row{Case: "c", Next: []board.NextDate{{Kind: "hearing", At: time.Now()}}, Orders: []board.Order{{Order: "o"}},
		Participants: []string{"police"}, Ball: board.Ball{DueAt: time.Now()}})
	samples := map[string][]any{
		"subscribe": {Subscribe{Type: "subscribe", Topics: []string{"board"}}, Subscribe{Type: "subscribe", Topics: append(Topics(), "case:5f0c-x"), Epoch: "e", After: &after, Seq: &seq}},
		"hello":     {Hello{Type: "hello", Epoch: "e", Position: 1}, Hello{Type: "hello", Epoch: "e", Position: 1, Topics: []string{"board"}}},
		"change":    {Change{Type: "change", Topic: "board", Key: "c", Op: projections.Remove}, Change{Type: "change", Position: 1, Seq: 1, Topic: "board", Key: "c", Op: projections.Put, Row: row}},
		"event":     {Event{Type: "event"}, Event{Type: "event", Position: 1, Seq: 1, EventType: "case.opened", Case: "c", Institution: "i", OccurredAt: time.Now(), Summary: "s"}},
		"reset":     {},
		"position":  {Position{Type: "position", Position: 1}},
		"error":     {},
		"clock":     {Clock{Type: "clock", Position: 1, Time: time.Now()}, Clock{Type: "clock", Position: 1, Time: time.Now(), End: true}},
	}
	for _, reason := range []string{ResetEpoch, ResetTooOld, ResetAhead, ResetRebuilt, ResetBehind} {
		samples["reset"] = append(samples["reset"], Reset{Type: "reset", Reason: reason})
	}
	for _, code := range []string{"bad_frame", "unknown_topic", "too_many"} {
		samples["error"] = append(samples["error"], Error{Type: "error", Code: code, Field: "topics[0]", Text: "x"}, Error{Type: "error", Code: code})
	}
	if len(samples) != len(documented) {
		t.Errorf("%d messages are documented, %d tried", len(documented), len(samples))
	}
	for name, list := range samples {
		schema := at(t, doc, "components/schemas/"+name)
		channel := "live"
		if name == "clock" {
			channel = "film"
		}
		at(t, doc, "channels/"+channel+"/messages/"+name)
		for _, sample := range list {
			data, err := json.Marshal(sample)
			if err != nil {
				t.Fatal(err)
			}
			var v any
			if err := json.Unmarshal(data, &v); err != nil {
				t.Fatal(err)
			}
			if err := valid(doc, schema.(object), v, name); err != nil {
				t.Errorf("%s: %v", data, err)
			}
			for _, spoil := range []func(object){
				func(o object) { o["more"] = 1.0 }, func(o object) { o["type"] = "other" }, func(o object) { delete(o, "type") },
			} {
				spoilt := v.(object)
				whole, _ := json.Marshal(spoilt)
				spoil(spoilt)
				if valid(doc, schema.(object), spoilt, name) == nil {
					t.Errorf("the schema of %s lets through %v", name, spoilt)
				}
				clear(spoilt)
				if err := json.Unmarshal(whole, &spoilt); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	// What the decoder refuses, the document does too.
	for _, bad := range []string{`{"type":"subscribe","topics":[]}`, `{"type":"subscribe","topics":["accounts"]}`, `{"type":"subscribe","topics":["case:"]}`,
		`{"type":"subscribe","topics":["board"],"after":-1}`, `{"type":"subscribe"}`} {
		var v any
		if err := json.Unmarshal([]byte(bad), &v); err != nil {
			t.Fatal(err)
		}
		if valid(doc, at(t, doc, "components/schemas/subscribe").(object), v, "") == nil {
			t.Errorf("the document allows %s", bad)
		}
		if _, _, err := decode([]byte(bad)); err == nil {
			t.Errorf("the decoder allows %s", bad)
		}
	}
}

func TestAsyncAPIHoldsTogether(t *testing.T) {
	doc := document(t)
	// A film speaks of nothing but what it is documented to send, at the speeds that it takes.
	if film := at(t, doc, "channels/film/messages").(object); len(film) != 3 || film["change"] == nil || film["hello"] == nil || film["clock"] == nil {
		t.Errorf("a film sends %v", film)
	}
	if most := at(t, doc, "channels/film/bindings/ws/query/properties/speed/maximum"); most != float64(maxSpeed) {
		t.Errorf("the fastest film goes at %v", most)
	}
	if live := at(t, doc, "channels/live/messages").(object); live["clock"] != nil {
		t.Error("the live line is said to send a film's clock")
	}
	refs := 0
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			if to, ok := v["$ref"].(string); ok {
				refs++
				at(t, doc, strings.TrimPrefix(to, "#/"))
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(doc)
	if refs < 2*len(documented) {
		t.Errorf("only %d references", refs)
	}
	for _, topic := range rowTopics {
		if rowTypes[topic] == nil {
			t.Errorf("the rows of %s have no schema", topic)
		}
	}
	for _, end := range []closing{goingAway, tryLater, tooSlow, notSignedIn, rightsEnded, silent, {CloseBadFrame, ""}} {
		if closeCodes[fmt.Sprint(end.code)] == "" {
			t.Errorf("%d is not explained", end.code)
		}
		if len(end.reason) > 123 {
			t.Errorf("the reason of %d does not fit into a close frame", end.code)
		}
	}
	first, second := AsyncAPI(), AsyncAPI()
	if !bytes.Equal(first, second) {
		t.Error("it differs from time to time")
	}
}

// valid checks a value against the part of JSON Schema that AsyncAPI uses here.
func valid(doc, schema object, v any, path string) error {
	if to, ok := schema["$ref"].(string); ok {
		var next any = doc
		for _, name := range strings.Split(strings.TrimPrefix(to, "#/"), "/") {
			next = next.(object)[name]
		}
		return valid(doc, next.(object), v, path)
	}
	if list, ok := schema["anyOf"].([]any); ok && !slices.ContainsFunc(list, func(s any) bool { return valid(doc, s.(object), v, path) == nil }) {
		return fmt.Errorf("%s is none of anyOf", path)
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		return fmt.Errorf("%s is none of %v", path, enum)
	}
	switch schema["type"] {
	case "string":
		s, ok := v.(string)
		if pattern, has := schema["pattern"].(string); ok && has && pattern == "^case:[0-9A-Za-z_-]{1,64}$" {
			id, isCase := strings.CutPrefix(s, casePrefix)
			ok = isCase && plainID(id)
		}
		if !ok {
			return fmt.Errorf("%s is no such string", path)
		}
	case "integer":
		n, ok := v.(float64)
		if lowest, has := schema["minimum"].(float64); !ok || n != math.Trunc(n) || has && n < lowest {
			return fmt.Errorf("%s is no such integer", path)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s is no boolean", path)
		}
	case "array":
		list, ok := v.([]any)
		if lowest, has := schema["minItems"].(float64); !ok || has && len(list) < int(lowest) {
			return fmt.Errorf("%s is no such list", path)
		}
		for i, inner := range list {
			if err := valid(doc, schema["items"].(object), inner, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case "object":
		o, ok := v.(object)
		if !ok {
			return fmt.Errorf("%s is no object", path)
		}
		for _, name := range schema["required"].([]any) {
			if _, there := o[name.(string)]; !there {
				return fmt.Errorf("%s.%s is missing", path, name)
			}
		}
		for name, inner := range o {
			s, known := schema["properties"].(object)[name]
			if !known {
				return fmt.Errorf("%s.%s is not known", path, name)
			}
			if err := valid(doc, s.(object), inner, path+"."+name); err != nil {
				return err
			}
		}
	}
	return nil
}
