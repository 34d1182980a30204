package house

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// folders are the only ones at the top, each with one reason to be there.
var folders = []string{".ci", "cmd", "deploy", "docs", "domain", "handlers", "internal", "projections", "web"}

func checkFolders(files []File) []string {
	var wrong []string
	for _, f := range files {
		top, _, deep := strings.Cut(f.Path, "/")
		if deep && !slices.Contains(folders, top) {
			wrong = append(wrong, fmt.Sprintf("%s lies in %s: the folders at the top are %s", f.Path, top, strings.Join(folders, " ")))
		}
	}
	return wrong
}

// maxLines is how long a file that people write may get: one idea a file.
const maxLines = 450

// long lists the files that may be longer, with the reason.
var long = map[string]string{}

func checkLength(files []File, long map[string]string) []string {
	var wrong []string
	still := map[string]bool{}
	for _, f := range files {
		switch path.Ext(f.Path) {
		case ".go", ".js", ".mjs", ".css", ".templ":
		default:
			continue
		}
		if generated(f) || f.Lines() <= maxLines {
			continue
		}
		if _, ok := long[f.Path]; ok {
			still[f.Path] = true
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s has %d lines: no file is longer than %d, split it by concern", f.Path, f.Lines(), maxLines))
	}
	for p := range long {
		if !still[p] {
			wrong = append(wrong, fmt.Sprintf("%s may be longer than %d lines and is not: take it off the list", p, maxLines))
		}
	}
	return wrong
}

var generatedMark = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func generated(f File) bool {
	head := f.Text[:min(len(f.Text), 2000)]
	return generatedMark.Match(head)
}

// places are folders of somebody's machine, and hosts the names of the registries that packages and images come
// from. The names are written in two parts, so that this file does not hold them.
var (
	places = []string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", `C:\Us` + "ers"}
	hosts  = []string{
		"proxy.go" + "lang.org", "sum.go" + "lang.org", "registry.np" + "mjs.org", "py" + "pi.org", "files.python" + "hosted.org",
		"doc" + "ker.io", "gh" + "cr.io", "gc" + "r.io", "qu" + "ay.io", "deb.deb" + "ian.org",
	}
)

// checkPlaces refuses what is true on one machine only.
func checkPlaces(files []File) []string {
	var wrong []string
	for _, f := range files {
		if f.Binary() || f.Path == "go.sum" {
			continue
		}
		for i, line := range bytes.Split(f.Text, []byte{'\n'}) {
			for _, p := range places {
				if bytes.Contains(line, []byte(p)) {
					wrong = append(wrong, fmt.Sprintf("%s:%d names the folder %s: it is true on one machine only", f.Path, i+1, p))
				}
			}
			for _, h := range hosts {
				if bytes.Contains(line, []byte(h)) {
					wrong = append(wrong, fmt.Sprintf("%s:%d names the registry %s: where packages come from is the machine's business", f.Path, i+1, h))
				}
			}
		}
	}
	return wrong
}

// checkLetters finds Cyrillic letters in what people read. Some look like Latin ones; a text with them cannot be
// searched for, and a screen reader stumbles.
func checkLetters(files []File) []string {
	var wrong []string
	for _, f := range files {
		if !within(f.Path, "web") || f.Binary() || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		for i, line := range bytes.Split(f.Text, []byte{'\n'}) {
			if at := bytes.IndexFunc(line, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }); at >= 0 {
				r := []rune(string(line[at:]))[0]
				wrong = append(wrong, fmt.Sprintf("%s:%d has the Cyrillic letter %q (%U): write Albanian in Latin letters", f.Path, i+1, r, r))
			}
		}
	}
	return wrong
}
