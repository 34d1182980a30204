// Package static holds the styles and scripts of the pages and serves them.
//
// It guarantees: everything is embedded (nothing is fetched from elsewhere, at build or at run time); every address
// holds a hash of the whole content, so that answers may be kept for ever and a new build is seen at once; answers
// are compressed once, at start. The styles are many small files, one a part, that are joined in the order of their
// names; the scripts are ES modules that find each other by relative addresses. Those in own serve one page each, which loads
// them itself.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed css/*.css js/*.js own/*.js icon.svg
var files embed.FS

// Assets is the content, ready to be served. It is read-only and safe for concurrent use.
type Assets struct {
	prefix string // "/static/<hash>/"
	files  map[string]file
}

type file struct {
	contentType  string
	body, zipped []byte
}

// Style is the name of the one style sheet, Script of the first module, Icon of the page's icon. Paper is the same sheet as it
// holds in print, for the screen: the style guide shows what is printed by it.
const (
	Style  = "app.css"
	Paper  = "paper.css"
	Script = "js/app.js"
	Icon   = "icon.svg"
)

// Load reads the embedded files. An error is a fault of the build.
func Load() (*Assets, error) {
	a := &Assets{files: map[string]file{}}
	var style bytes.Buffer
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		switch path.Ext(name) {
		case ".css": // fs.WalkDir is in the order of the names, which is the order of the layers
			style.Write(body)
		case ".js":
			return a.add(name, "text/javascript; charset=utf-8", body)
		case ".svg":
			return a.add(name, "image/svg+xml", body)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	if err := a.add(Style, "text/css; charset=utf-8", style.Bytes()); err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	printed := strings.ReplaceAll(style.String(), "@media print", "@media all")
	if err := a.add(Paper, "text/css; charset=utf-8", []byte(printed)); err != nil {
		return nil, fmt.Errorf("static: %w", err)
	}
	a.prefix = "/static/" + a.hash() + "/"
	return a, nil
}

func (a *Assets) add(name, contentType string, body []byte) error {
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	a.files[name] = file{contentType: contentType, body: body, zipped: zipped.Bytes()}
	return nil
}

// hash is over every file's name and content, in the order of the names.
func (a *Assets) hash() string {
	h := sha256.New()
	for _, name := range a.Names() {
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(a.files[name].body))
		h.Write(a.files[name].body)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:9])
}

// Names lists the files, sorted.
func (a *Assets) Names() []string {
	names := make([]string, 0, len(a.files))
	for name := range a.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// URL is where a file is served: an absolute path.
func (a *Assets) URL(name string) string { return a.prefix + name }

// ServeHTTP serves /static/<hash>/<name>. An address with an older hash answers 404: the page that named it is of
// another build and asks again when it is loaded.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutPrefix(r.URL.Path, a.prefix)
	f, found := a.files[name]
	if !ok || !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	if strings.HasPrefix(f.contentType, "text/") { // no document: two dozen scripts would each carry more policy of documents than they weigh themselves
		for _, ofDocuments := range []string{"Content-Security-Policy", "Cross-Origin-Opener-Policy", "Referrer-Policy"} {
			h.Del(ofDocuments)
		}
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(f.zipped) < len(f.body) {
		h.Set("Content-Encoding", "gzip")
		body = f.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a visitor who has left needs no answer
	}
}
