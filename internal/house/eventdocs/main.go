// Command eventdocs writes docs/events.md: every event type that mkr stores, with its fields as they stand in the
// stored JSON. Names and types come from the registered Go types themselves, the words from the comments beside
// them, so that the document cannot say anything else than the code. A test compares it with the file.
//
//	go run ./internal/house/eventdocs        # writes docs/events.md
//	go run ./internal/house/eventdocs -      # prints it
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"mkr/internal/house"
)

//go:generate go run .

// Document is the file, from the module's root.
const Document = "docs/events.md"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "eventdocs:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	root, err := house.Root()
	if err != nil {
		return err
	}
	words, err := readComments(filepath.Join(root, "domain"))
	if err != nil {
		return err
	}
	text := render(registered(), words)
	if len(args) == 1 && args[0] == "-" {
		_, err := os.Stdout.Write(text)
		return err
	}
	return os.WriteFile(filepath.Join(root, filepath.FromSlash(Document)), text, 0o644)
}
