package browsertest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// finder looks for many texts in one pass: by their first four bytes, then whole.
type finder struct {
	maybe   [1 << 16]bool // by a hash of four bytes
	byStart map[[4]byte][]string
	texts   int
}

func newFinder() *finder { return &finder{byStart: map[[4]byte][]string{}} }

// add has one more text looked for, of four bytes at least.
func (f *finder) add(text string) {
	start := [4]byte([]byte(text)[:4])
	f.maybe[hash(start)] = true
	f.byStart[start] = append(f.byStart[start], text)
	f.texts++
}

func hash(b [4]byte) uint16 {
	n := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	return uint16(n * 2654435769 >> 16)
}

// find gives the first of the texts that data holds; "" for none. It goes through many megabytes and writes nothing, so
// the race detector is spared it.
//
//go:norace
func (f *finder) find(data []byte) string {
	for i := 0; i+4 <= len(data); i++ {
		start := [4]byte(data[i : i+4])
		if !f.maybe[hash(start)] {
			continue
		}
		for _, text := range f.byStart[start] {
			if len(data)-i >= len(text) && string(data[i:i+len(text)]) == text {
				return text
			}
		}
	}
	return ""
}

// secretIn gives the first personal text that the bytes hold; "" for none.
func (b *bed) secretIn(data []byte) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.secrets.find(data)
}

// secret has one more personal text looked for.
func (b *bed) secret(text string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.secrets.add(text)
	return text
}

// invent makes up a name for a person of a test's own case, and has it looked for as well.
func (b *bed) invent(first string) string {
	b.mu.Lock()
	n := b.secrets.texts
	b.mu.Unlock()
	return b.secret(fmt.Sprintf("%s Provëza-Shfletuesi %d", first, n))
}

// kept looks for personal texts in all that was logged and in every file of the data folder.
func (b *bed) kept() error {
	if found := b.secretIn(b.logs.Bytes()); found != "" {
		return fmt.Errorf("the log says %q", found)
	}
	files := 0
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		if found := b.secretIn(data); found != "" {
			return fmt.Errorf("%s holds %q", strings.TrimPrefix(path, b.dir), found)
		}
		return nil
	})
	if err == nil && files < 3 {
		return fmt.Errorf("the data folder has only %d files: where is the log?", files)
	}
	return err
}
