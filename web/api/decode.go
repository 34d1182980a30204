package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"unicode/utf8"

	"mkr/handlers"
)

// maxBody bounds a request's body, in bytes. The largest honest one, an intake of thirty persons, is a tenth of it.
const maxBody = 256 << 10

// decode reads a JSON body strictly into a typed value and returns its canonical form. An empty body is an empty
// object. Errors name the field and never repeat what was sent.
func decode(w http.ResponseWriter, r *http.Request, into any) (canonical []byte, err error) {
	if ct := r.Header.Get("Content-Type"); ct != "" {
		if mt, _, err := mime.ParseMediaType(ct); err != nil || mt != "application/json" {
			return nil, &badRequest{http.StatusUnsupportedMediaType, "media_type", "Content-Type", "send application/json"}
		}
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	switch {
	case tooLarge(err):
		return nil, &badRequest{http.StatusRequestEntityTooLarge, "too_large", "", "at most 256 KiB"}
	case err != nil:
		return nil, &badRequest{http.StatusBadRequest, "body", "", "the body could not be read"}
	case !utf8.Valid(raw):
		return nil, &badRequest{http.StatusBadRequest, "utf8", "", "the body is not valid UTF-8"}
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = []byte("{}")
	}
	if err := Strict(raw, into); err != nil {
		return nil, err
	}
	if canonical, err = handlers.CanonicalBody(raw); err != nil {
		return nil, notJSON
	}
	return canonical, nil
}
