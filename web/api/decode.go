package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"mkr/handlers"
)

// maxBody bounds a request's body.
const maxBody = 1 << 20

// decode reads a JSON body strictly into a typed value and returns its canonical form. An empty body is an empty
// object. Errors name the field and never repeat what was sent.
func decode(w http.ResponseWriter, r *http.Request, into any) (canonical []byte, err error) {
	if ct := r.Header.Get("Content-Type"); ct != "" {
		if mt, _, err := mime.ParseMediaType(ct); err != nil || mt != "application/json" {
			return nil, &badRequest{http.StatusUnsupportedMediaType, "media_type", "Content-Type", "send application/json"}
		}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, &badRequest{http.StatusRequestEntityTooLarge, "too_large", "", "at most 1 MiB"}
		}
		return nil, &badRequest{http.StatusBadRequest, "body", "", "the body could not be read"}
	}
	if !utf8.Valid(raw) {
		return nil, &badRequest{http.StatusBadRequest, "utf8", "", "the body is not valid UTF-8"}
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{}")
	}
	if err := Strict(raw, into); err != nil {
		return nil, err
	}
	if canonical, err = handlers.CanonicalBody(raw); err != nil {
		return nil, &badRequest{http.StatusBadRequest, "json", "", "the body is not JSON"}
	}
	return canonical, nil
}

// Strict decodes one JSON value: unknown members, repeated members and wrong types are refused by name.
func Strict(raw []byte, into any) error {
	if name, err := repeated(raw); err != nil {
		return &badRequest{http.StatusBadRequest, "json", "", "the body is not JSON"}
	} else if name != "" {
		return &badRequest{http.StatusUnprocessableEntity, "repeated_field", printable(name), "the field is given twice"}
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		return nil
	}
	var (
		wrong  *json.UnmarshalTypeError
		noTime *time.ParseError
		syntax *json.SyntaxError
	)
	switch {
	case errors.As(err, &wrong):
		field := wrong.Field
		if field == "" {
			return &badRequest{http.StatusUnprocessableEntity, "wrong_type", "", "a JSON object is required"}
		}
		return &badRequest{http.StatusUnprocessableEntity, "wrong_type", printable(field), "not of the right type: " + wrong.Type.String()}
	case errors.As(err, &noTime):
		return &badRequest{http.StatusUnprocessableEntity, "wrong_type", timeField(raw, into), "not an RFC 3339 time"}
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &badRequest{http.StatusBadRequest, "json", "", "the body is not JSON"}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &badRequest{http.StatusUnprocessableEntity, "unknown_field", printable(strings.Trim(name, `"`)), "there is no such field"}
	}
	return &badRequest{http.StatusUnprocessableEntity, "wrong_type", timeField(raw, into), "a value is not of the right type"}
}

// printable bounds a name that came from outside before it goes back: a field's name is short and plain, and what
// is not may be anything.
func printable(name string) string {
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool {
		return r > 126 || r < 33 || strings.ContainsRune(`"\<>&`, r)
	}) {
		return "(unprintable)"
	}
	return name
}

// repeated finds a member that an object has twice, and whether the whole is one JSON value.
func repeated(raw []byte) (name string, err error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	type level struct {
		object bool
		key    bool // the next string is a key
		seen   map[string]bool
	}
	var stack []level
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			if len(stack) > 0 {
				return "", io.ErrUnexpectedEOF
			}
			return name, nil
		}
		if err != nil {
			return "", err
		}
		top := len(stack) - 1
		if d, ok := tok.(json.Delim); ok {
			switch d {
			case '{', '[':
				if top >= 0 {
					stack[top].key = stack[top].object
				}
				if len(stack) > 64 {
					return "", errors.New("nested too deeply")
				}
				stack = append(stack, level{object: d == '{', key: d == '{', seen: map[string]bool{}})
			default:
				stack = stack[:top]
			}
		} else if top >= 0 && stack[top].object {
			if stack[top].key {
				k, _ := tok.(string)
				if stack[top].seen[k] && name == "" {
					name = k
				}
				stack[top].seen[k] = true
			}
			stack[top].key = !stack[top].key
		}
		if len(stack) == 0 && dec.More() {
			return "", errors.New("more than one value")
		}
	}
}
