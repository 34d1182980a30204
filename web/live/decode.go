package live

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of what a client may send. A frame longer than maxFrame closes the connection with 1009 (RFC 6455).
const (
	maxFrame  = 8 << 10
	maxTopics = 64
	maxEpoch  = 128
)

// frameError says what is wrong with a client's frame.
type frameError struct{ code, field, text string }

func (e *frameError) Error() string { return e.code + ": " + e.field + ": " + e.text }

func badFrame(field, text string) error { return &frameError{"bad_frame", field, text} }

// decode reads a client's frame, strictly: names are exact, nothing unknown and nothing behind the object. The error
// is a *frameError and repeats nothing of the frame but the names of known fields.
func decode(data []byte) (Subscribe, interest, error) {
	var s Subscribe
	var in interest
	if !utf8.Valid(data) {
		return s, in, badFrame("", "not UTF-8")
	}
	fields, err := readObject(data)
	if err != nil {
		return s, in, err
	}
	into := map[string]any{"type": &s.Type, "topics": &s.Topics, "epoch": &s.Epoch, "after": &s.After, "seq": &s.Seq}
	expected := map[string]string{"type": "a string", "topics": "a list of strings", "epoch": "a string", "after": "a whole number from 0", "seq": "a whole number from 0"}
	for name, raw := range fields {
		target, known := into[name]
		if !known {
			return s, in, badFrame("", "unknown field; known are type, topics, epoch, after and seq")
		}
		if json.Unmarshal(raw, target) != nil {
			return s, in, badFrame(name, "must be "+expected[name])
		}
	}
	switch {
	case s.Type != "subscribe":
		return s, in, badFrame("type", "must be subscribe")
	case len(s.Epoch) > maxEpoch:
		return s, in, badFrame("epoch", fmt.Sprintf("longer than %d bytes", maxEpoch))
	case s.Seq != nil && s.After == nil:
		return s, in, badFrame("seq", "comes with after only")
	}
	in, err = parseTopics(s.Topics)
	return s, in, err
}

// readObject reads one JSON object whose names are all different.
func readObject(data []byte) (map[string]json.RawMessage, error) {
	no := badFrame("", "must be one JSON object")
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, no
	}
	out := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, no
		}
		if _, twice := out[name]; twice {
			return nil, badFrame("", "a field comes twice")
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, no
		}
		out[name] = raw
	}
	if _, err := d.Token(); err != nil {
		return nil, no
	}
	if len(bytes.TrimSpace(data[d.InputOffset():])) > 0 {
		return nil, no
	}
	return out, nil
}

func parseTopics(topics []string) (interest, error) {
	var in interest
	if len(topics) == 0 {
		return in, badFrame("topics", "at least one topic")
	}
	if len(topics) > maxTopics {
		return in, &frameError{"too_many", "topics", fmt.Sprintf("at most %d topics", maxTopics)}
	}
	for i, topic := range topics {
		id, isCase := strings.CutPrefix(topic, casePrefix)
		bit, isRows := topicBit(topic)
		switch {
		case isRows:
			in.rows |= bit
		case topic == EventsTopic:
			in.events = true
		case isCase && plainID(id):
			in.addCase(id)
		default:
			return in, &frameError{"unknown_topic", fmt.Sprintf("topics[%d]", i), "no such topic"}
		}
	}
	return in, nil
}

// plainID accepts what ids look like, and nothing that could be anything else. Whether there is such a case, and for
// whom, is not told here: nothing ever arrives for one that is not yours.
func plainID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
