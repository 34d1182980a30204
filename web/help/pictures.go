package help

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"image/png"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// picture is one picture of the guide.
type picture struct {
	body          []byte
	tag           string // changes with the picture
	width, height int
}

// pictures reads those of the guide, by their path: images/sq/board.png.
func pictures(files fs.FS) (map[string]picture, error) {
	names, err := fs.Glob(files, "images/*/*.png")
	if err != nil {
		return nil, fmt.Errorf("help: %w", err)
	}
	out := map[string]picture{}
	for _, name := range names {
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("help: %w", err)
		}
		size, err := png.DecodeConfig(bytes.NewReader(body))
		if err != nil {
			return nil, fmt.Errorf("help: %s: %w", name, err)
		}
		sum := sha256.Sum256(body)
		out[name] = picture{body: body, tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`, width: size.Width, height: size.Height}
	}
	return out, nil
}

// ServeHTTP serves the pictures. They show invented people only and are no secret.
func (b *Book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p, ok := b.pictures[strings.TrimPrefix(r.URL.Path, Base+"/")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("ETag", p.tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(p.body))
}
