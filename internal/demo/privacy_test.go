package demo

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNoPersonalTextIsInAnyFileOrLog(t *testing.T) {
	b := theWhole(t)
	texts := b.demo.PlainTexts()
	if len(texts) < 1000 || len(b.demo.Names()) < 200 {
		t.Fatalf("only %d texts, %d names to look for", len(texts), len(b.demo.Names()))
	}
	s := newSearch(texts)
	files := 0
	ok(t, filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if found := s.in(raw); found != "" {
			t.Errorf("%s holds %q", filepath.Base(path), found)
		}
		return nil
	}))
	if files < 3 {
		t.Errorf("%d files: the log, the keys and the views were to be searched", files)
	}
	if found := s.in([]byte(b.said.String())); found != "" {
		t.Errorf("the log output holds %q", found)
	}
}

// The search itself must find what it looks for, wherever it stands.
func TestTheSearchFinds(t *testing.T) {
	texts := theWhole(t).demo.PlainTexts()
	s := newSearch(texts)
	for _, text := range []string{texts[0], texts[len(texts)-1], surnames[0]} {
		if found := s.in([]byte("\x00\xff" + text + "\x01")); found == "" || !strings.Contains(text, found) && !strings.Contains(found, text) {
			t.Errorf("%q was not found", text)
		}
	}
	if found := s.in([]byte("DHF-2026-0001 case.opened")); found != "" {
		t.Errorf("found %q where nothing is", found)
	}
}

// search looks for many texts at once: by their first bytes, and the short ones one by one.
type search struct {
	begin [1 << 16]bool // the first two bytes of the long ones
	long  map[[prefix]byte][]string
	short []string
}

const prefix = 8

func newSearch(texts []string) *search {
	s := &search{long: map[[prefix]byte][]string{}}
	for _, text := range texts {
		if len(text) < prefix {
			s.short = append(s.short, text)
			continue
		}
		key := [prefix]byte([]byte(text))
		s.begin[int(key[0])<<8|int(key[1])] = true
		s.long[key] = append(s.long[key], text)
	}
	return s
}

func (s *search) in(raw []byte) string {
	for _, text := range s.short {
		if bytes.Contains(raw, []byte(text)) {
			return text
		}
	}
	for i := 0; i+prefix <= len(raw); i++ {
		if !s.begin[int(raw[i])<<8|int(raw[i+1])] {
			continue
		}
		for _, text := range s.long[[prefix]byte(raw[i:i+prefix])] {
			if bytes.HasPrefix(raw[i:], []byte(text)) {
				return text
			}
		}
	}
	return ""
}
