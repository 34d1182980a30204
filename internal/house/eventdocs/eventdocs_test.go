package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/house"
)

func root(t *testing.T) string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func TestTheDocumentIsFresh(t *testing.T) {
	words, err := readComments(filepath.Join(root(t), "domain"))
	if err != nil {
		t.Fatal(err)
	}
	want := render(registered(), words)
	got, err := os.ReadFile(filepath.Join(root(t), Document))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the registered types say: run make generate", Document)
	}
}

func TestEveryEventHasASample(t *testing.T) {
	for _, missing := range missingSamples(root(t), registered()) {
		t.Error(missing)
	}
}

// missingSamples looks for testdata/events/<name>.v<N>.json of every type and version, anywhere in domain.
func missingSamples(root string, entries []event.Entry) []string {
	var missing []string
	for _, e := range entries {
		for v := 1; v <= e.Version; v++ {
			name := fmt.Sprintf("%s.v%d.json", e.Name, v)
			found, err := filepath.Glob(filepath.Join(root, "domain", "*", "testdata", "events", name))
			if err != nil {
				panic(err) // the pattern is ours
			}
			switch len(found) {
			case 1:
			case 0:
				missing = append(missing, "there is no testdata/events/"+name+" in domain: nobody would notice that old logs cannot be read")
			default:
				missing = append(missing, name+" lies in more than one package")
			}
		}
	}
	return missing
}

// Invented types, to see what the document says of each kind of field.
type (
	lifted struct {
		Code string `json:"code"`
	}
	shape struct {
		Beds int `json:"beds,omitempty"`
	}
	tried struct {
		lifted
		At     time.Time         `json:"at"`
		Text   person.Sealed     `json:"text,omitzero"`
		Shapes []shape           `json:"shapes"`
		Words  map[string]string `json:"words"`
		Hidden string            `json:"-"`
	}
)

func (tried) EventType() string { return "trial.tried" }

func TestWhatTheDocumentSays(t *testing.T) {
	words := comments{"eventdocs.tried.At": "when a|b", "main.tried.At": "when a|b"}
	text := string(render([]event.Entry{event.Type[tried]("Somebody tried.")}, words))
	for _, want := range []string{
		"## trial\n", "### `trial.tried`\n\nVersion 1. Somebody tried.\n",
		"| `code` | text | ", "| `at` | time | when a\\|b |", "| `text` | *sealed*, optional |", "| `shapes` | list of main.shape | ",
		"| `words` | map of text |", "### main.shape\n", "| `beds` | whole number, optional |", "| `command_id` | text |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	if strings.Contains(text, "Hidden") {
		t.Error("the document shows a field that is not stored")
	}
}

func TestAMissingSampleIsReported(t *testing.T) {
	if got := missingSamples(t.TempDir(), []event.Entry{event.Type[tried]("")}); len(got) != 1 || !strings.Contains(got[0], "trial.tried.v1.json") {
		t.Errorf("got %q", got)
	}
}
