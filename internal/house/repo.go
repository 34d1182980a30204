package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Module is the name of this module, as go.mod has it.
const Module = "mkr"

// Root returns the folder that holds go.mod, from the working directory upwards.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("house: no go.mod above the working directory")
		}
		dir = up
	}
}

// File is one file of the repository.
type File struct {
	Path string // from the root, with slashes
	Text []byte
}

// Lines counts the file's lines.
func (f File) Lines() int {
	n := bytes.Count(f.Text, []byte{'\n'})
	if len(f.Text) > 0 && f.Text[len(f.Text)-1] != '\n' {
		n++
	}
	return n
}

// Binary tells whether the file is no text: a picture, a font.
func (f File) Binary() bool { return bytes.IndexByte(f.Text[:min(len(f.Text), 8000)], 0) >= 0 }

// Files reads every file that belongs to the repository: what git tracks and what it would add. Without git (an
// unpacked archive) every file below root belongs to it.
func Files(root string) ([]File, error) {
	paths, err := gitFiles(root)
	if err != nil {
		paths, err = walkFiles(root)
	}
	if err != nil {
		return nil, err
	}
	files := make([]File, 0, len(paths))
	for _, p := range paths {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(p)))
		if errors.Is(err, os.ErrNotExist) {
			continue // tracked and just deleted
		}
		if err != nil {
			return nil, err
		}
		files = append(files, File{Path: p, Text: text})
	}
	return files, nil
}

func gitFiles(root string) ([]string, error) {
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

func walkFiles(root string) ([]string, error) {
	var paths []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	return paths, err
}

// Package is what the go command says about one package.
type Package struct {
	ImportPath   string
	Name         string
	Standard     bool
	Imports      []string // of the code that ships
	TestImports  []string
	XTestImports []string
	Deps         []string // everything below Imports
}

// Packages asks the go command about patterns: "./..." for ours.
func Packages(root string, patterns ...string) ([]Package, error) {
	args := append([]string{"list", "-e", "-json=ImportPath,Name,Standard,Imports,TestImports,XTestImports,Deps"}, patterns...)
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("house: go list: %w: %s", err, stderr.Bytes())
	}
	var packages []Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("house: go list: %w", err)
		}
		packages = append(packages, p)
	}
}

// within tells whether path is folder or lies in it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// ours returns an import path from the module's root, "" if it is not of this module.
func ours(importPath string) string {
	rest, ok := strings.CutPrefix(importPath, Module+"/")
	if !ok {
		return ""
	}
	return rest
}
