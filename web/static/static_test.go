package static

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func load(t *testing.T) *Assets {
	t.Helper()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func get(a *Assets, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

func TestServedForEverUnderTheHashOfTheContent(t *testing.T) {
	a := load(t)
	for _, name := range a.Names() {
		w := get(a, a.URL(name))
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		z := get(a, a.URL(name), "Accept-Encoding", "br, gzip")
		if z.Header().Get("Content-Encoding") != "gzip" {
			continue // smaller as it is
		}
		r, err := gzip.NewReader(z.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(plain, w.Body.Bytes()) {
			t.Errorf("%s is another when compressed: %v", name, err)
		}
	}
	for _, path := range []string{"/static/x/app.css", "/static/app.css", a.URL("no.css"), a.URL("") + "../static.go", a.URL("css/20-base.css")} {
		if w := get(a, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	other := load(t)
	other.files["js/app.js"] = file{body: []byte("other")}
	if other.hash() == a.hash() {
		t.Error("another content has the same hash")
	}
}

func TestNothingComesFromElsewhere(t *testing.T) {
	a := load(t)
	far := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9-]+\.[a-z]{2,}|@import|@font-face|\beval\(|new Function|\.cssText|setAttribute\("style|setAttribute\("on|\.style\.`)
	for name, f := range a.files {
		text := strings.ReplaceAll(string(f.body), "http://www.w3.org/2000/svg", "")
		if m := far.FindString(text); m != "" {
			t.Errorf("%s: %q", name, m)
		}
	}
}

// TestScriptsMakeTextOfTexts: markup is read into templates and documents of its own, which run nothing, from what this server has rendered, in
// the few places named here; all else that scripts show is text. No script listens to other windows.
func TestScriptsMakeTextOfTexts(t *testing.T) {
	a := load(t)
	markup := regexp.MustCompile(`innerHTML\s*=[^=]|outerHTML\s*=[^=]|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|DOMParser|srcdoc`)
	foreign := regexp.MustCompile(`postMessage|BroadcastChannel|window\.onmessage|window\.addEventListener\("message"|document\.domain|importScripts`)
	reads := map[string]bool{"js/fetch.js": true, "js/rows.js": true, "js/send.js": true, "js/again.js": true, "own/film.js": true, "own/past.js": true, "own/intake.js": true}
	for name, f := range a.files {
		if m := markup.FindString(string(f.body)); m != "" && !reads[name] {
			t.Errorf("%s makes markup: %s", name, m)
		}
		if m := foreign.FindString(string(f.body)); m != "" {
			t.Errorf("%s talks with other windows: %s", name, m)
		}
	}
	for name := range reads {
		if !markup.Match(a.files[name].body) {
			t.Errorf("%s makes no markup and need not be named", name)
		}
	}
}

func TestWeight(t *testing.T) {
	script := 0
	a := load(t)
	for name, f := range a.files {
		if strings.HasPrefix(name, "js/") {
			script += len(f.zipped)
		}
	}
	if script > 40<<10 {
		t.Errorf("the scripts weigh %d bytes", script)
	}
	if n := len(a.files[Style].zipped); n > 20<<10 {
		t.Errorf("the styles weigh %d bytes", n)
	}
}

// TestModulesFindEachOther: every import names a file that is there.
func TestModulesFindEachOther(t *testing.T) {
	a := load(t)
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	seen := 0
	for name, f := range a.files {
		for _, m := range imports.FindAllStringSubmatch(string(f.body), -1) {
			seen++
			if _, ok := a.files["js/"+m[1]]; !ok {
				t.Errorf("%s imports %s, which is not there", name, m[1])
			}
		}
	}
	if seen == 0 {
		t.Error("no imports were found")
	}
}

// TestContrast: every pair of text and ground passes WCAG 2.2 AA (1.4.3) in both schemes, and what only marks a
// control passes 3:1 (1.4.11).
func TestContrast(t *testing.T) {
	css, err := files.ReadFile("css/10-tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("no dark scheme")
	}
	pairs := []struct {
		text, ground string
		least        float64
	}{
		{"ink", "paper", 4.5}, {"ink", "surface", 4.5}, {"ink", "accent-wash", 4.5}, {"ink", "flash", 4.5}, {"ink-soft", "paper", 4.5}, {"ink-soft", "surface", 4.5},
		{"ink-soft", "accent-wash", 4.5}, {"ink-soft", "flash", 4.5}, {"accent", "paper", 4.5}, {"accent", "surface", 4.5}, {"accent", "accent-wash", 4.5}, {"accent", "flash", 4.5},
		{"accent", "medium-wash", 4.5}, {"accent-ink", "accent", 4.5}, {"ink", "medium-wash", 4.5}, {"ink", "low-wash", 4.5}, {"ink", "high-wash", 4.5},
		{"high", "high-wash", 4.5}, {"medium", "medium-wash", 4.5}, {"low", "low-wash", 4.5}, {"unassessed", "unassessed-wash", 4.5},
		{"high", "paper", 4.5}, {"high", "surface", 4.5}, {"medium", "surface", 4.5}, {"medium", "paper", 4.5}, {"low", "paper", 4.5}, {"low", "surface", 4.5}, {"high", "accent-wash", 4.5}, {"medium", "accent-wash", 4.5},
		{"accent-deep", "paper", 4.5}, {"accent-deep", "surface", 4.5}, {"accent-deep", "accent-wash", 4.5}, {"accent-deep", "flash", 4.5}, {"accent-ink", "accent-deep", 4.5},
		{"ink-soft", "sunken", 4.5}, {"ink-soft", "high-wash", 4.5}, {"ink-soft", "medium-wash", 4.5}, {"ink-soft", "low-wash", 4.5}, {"high", "flash", 4.5}, {"medium", "flash", 4.5},
		{"low", "flash", 4.5}, {"low", "accent-wash", 4.5}, {"accent", "high-wash", 4.5}, {"accent", "low-wash", 4.5}, {"low", "medium-wash", 4.5}, {"high", "medium-wash", 4.5},
		{"focus", "paper", 3}, {"focus", "surface", 3}, {"focus", "accent-wash", 3}, {"edge", "paper", 3}, {"edge", "surface", 3}, {"edge", "accent-wash", 3},
		{"chart-a", "paper", 3}, {"chart-a", "surface", 3}, {"chart-b", "paper", 3}, {"chart-b", "surface", 3}, {"chart-c", "paper", 3}, {"chart-c", "surface", 3}, {"chart-d", "paper", 3}, {"chart-d", "surface", 3},
	}
	for scheme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string][3]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			n, err := strconv.ParseUint(m[2], 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			colours[m[1]] = [3]float64{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}
		}
		for _, p := range pairs {
			a, okA := colours[p.text]
			b, okB := colours[p.ground]
			if !okA || !okB {
				t.Errorf("%s: %s or %s is not set", scheme, p.text, p.ground)
				continue
			}
			if c := contrast(a, b); c < p.least {
				t.Errorf("%s: %s on %s is %s, less than %v", scheme, p.text, p.ground, fmt.Sprintf("%.2f", c), p.least)
			}
		}
	}
}

// contrast is WCAG's ratio of relative luminances.
func contrast(a, b [3]float64) float64 {
	l := func(c [3]float64) float64 {
		for i, v := range c {
			if v /= 255; v <= 0.04045 {
				c[i] = v / 12.92
			} else {
				c[i] = math.Pow((v+0.055)/1.055, 2.4)
			}
		}
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	x, y := l(a), l(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
