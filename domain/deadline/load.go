package deadline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// LoadError says why a pack was refused, and where.
type LoadError struct {
	Pack   string // "" if the pack's id was not read yet
	Rule   string // the rule's id, or its place in the list; "" for the pack itself
	Line   int    // from 1; for a rule, where it begins
	Reason string // names the field
}

func (e *LoadError) Error() string {
	var b strings.Builder
	b.WriteString("deadline: pack")
	if e.Pack != "" {
		b.WriteString(" " + e.Pack)
	}
	if e.Rule != "" {
		b.WriteString(", rule " + e.Rule)
	}
	fmt.Fprintf(&b, ", line %d: %s", e.Line, e.Reason)
	return b.String()
}

// Load reads a pack. It is strict: unknown and doubled fields, wrong types, unknown codes, doubled rules and anything
// after the pack are refused. The error is a *LoadError.
func Load(data []byte) (Pack, error) {
	l := loader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	if err := l.pack(); err != nil {
		return Pack{}, err
	}
	return l.out, nil
}

type loader struct {
	data []byte
	dec  *json.Decoder
	out  Pack
}

// pack walks the outer object token by token, because only so the place of each rule is known.
func (l *loader) pack() error {
	if t, err := l.dec.Token(); err != nil || t != json.Delim('{') {
		return l.fail("", l.dec.InputOffset(), "is not a JSON object", err)
	}
	seen := map[string]bool{}
	for l.dec.More() {
		t, err := l.dec.Token()
		if err != nil {
			return l.fail("", l.dec.InputOffset(), "", err)
		}
		key, at := t.(string), l.dec.InputOffset()
		if seen[key] {
			return l.fail("", at, key+": is given twice", nil)
		}
		seen[key] = true
		if err := l.field(key); err != nil {
			var located *LoadError
			if errors.As(err, &located) {
				return err
			}
			return l.fail("", at, key+": "+err.Error(), nil)
		}
	}
	if _, err := l.dec.Token(); err != nil {
		return l.fail("", l.dec.InputOffset(), "", err)
	}
	if _, err := l.dec.Token(); !errors.Is(err, io.EOF) {
		return l.fail("", l.dec.InputOffset(), "something follows the pack", nil)
	}
	if err := l.out.check(); err != nil {
		return l.fail("", 0, err.Error(), nil)
	}
	return nil
}

func (l *loader) field(key string) error {
	switch key {
	case "id":
		return l.dec.Decode(&l.out.ID)
	case "version":
		return l.dec.Decode(&l.out.Version)
	case "valid_from":
		return l.dec.Decode(&l.out.ValidFrom)
	case "source":
		return l.dec.Decode(&l.out.Source)
	case "source_sq":
		return l.dec.Decode(&l.out.SourceSQ)
	case "kind":
		return l.dec.Decode(&l.out.Kind)
	case "governs":
		return l.dec.Decode(&l.out.Governs)
	case "ladders":
		return l.ladders()
	case "rules":
		return l.rules()
	}
	return errors.New("is not a field of a pack")
}

func (l *loader) ladders() error {
	var raw json.RawMessage
	if err := l.dec.Decode(&raw); err != nil {
		return err
	}
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&l.out.Ladders); err != nil {
		return err
	}
	return doubled(json.NewDecoder(bytes.NewReader(raw)))
}

func (l *loader) rules() error {
	if t, err := l.dec.Token(); err != nil || t != json.Delim('[') {
		return errors.New("is not a list")
	}
	ids := map[string]bool{}
	l.out.lines = map[string]int{}
	for n := 1; l.dec.More(); n++ {
		at := l.dec.InputOffset() + int64(leading(l.data[l.dec.InputOffset():]))
		name := fmt.Sprintf("no. %d", n)
		var raw json.RawMessage
		if err := l.dec.Decode(&raw); err != nil {
			return l.fail(name, at, "", err)
		}
		var r Rule
		strict := json.NewDecoder(bytes.NewReader(raw))
		strict.DisallowUnknownFields()
		err := strict.Decode(&r)
		if r.ID != "" {
			name = r.ID
		}
		if err == nil {
			err = doubled(json.NewDecoder(bytes.NewReader(raw)))
		}
		if err == nil {
			err = r.check()
		}
		if err == nil && ids[r.ID] {
			err = errors.New("id: two rules have it")
		}
		if err != nil {
			return l.fail(name, at, err.Error(), nil)
		}
		ids[r.ID] = true
		l.out.Rules = append(l.out.Rules, r)
		l.out.lines[r.ID] = 1 + bytes.Count(l.data[:at], []byte("\n"))
	}
	_, err := l.dec.Token()
	return err
}

// leading counts the separators before the next value.
func leading(data []byte) int { return len(data) - len(bytes.TrimLeft(data, " \t\r\n,")) }

func (l *loader) fail(rule string, at int64, reason string, cause error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(cause, &syntax):
		at = syntax.Offset
		reason = syntax.Error()
	case cause != nil && reason == "":
		reason = cause.Error()
	}
	at = min(max(at, 0), int64(len(l.data)))
	line := 1 + bytes.Count(l.data[:at], []byte("\n"))
	return &LoadError{Pack: l.out.ID, Rule: rule, Line: line, Reason: reason}
}

// doubled refuses an object that gives one field twice: encoding/json would silently keep the last.
func doubled(dec *json.Decoder) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('{'):
		seen := map[string]bool{}
		for dec.More() {
			k, err := dec.Token()
			if err != nil {
				return err
			}
			if seen[k.(string)] {
				return fmt.Errorf("%s: is given twice", k)
			}
			seen[k.(string)] = true
			if err := doubled(dec); err != nil {
				return err
			}
		}
	case json.Delim('['):
		for dec.More() {
			if err := doubled(dec); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err = dec.Token()
	return err
}
