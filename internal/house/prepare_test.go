package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// deploy/prepare draws every password anew, for its owner's eyes alone, and never changes one that is there.
func TestPreparedSecretsAreDrawn(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("NOT RUN: deploy/prepare; there is no bash on this machine")
	}
	root, _ := repo(t)
	script, err := os.ReadFile(filepath.Join(root, "deploy", "prepare"))
	if err != nil {
		t.Fatal(err)
	}
	secrets := regexp.MustCompile(`[0-9a-f]{48}`)
	seen := map[string]int{}
	for range 2 {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "prepare"), script, 0o700); err != nil {
			t.Fatal(err)
		}
		before := map[string][]byte{}
		for again := range 2 {
			if out, err := exec.CommandContext(t.Context(), bash, filepath.Join(dir, "prepare")).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			for _, name := range []string{"eventstore.env", "mkr.env"} {
				path := filepath.Join(dir, "secrets", name)
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s has mode %v, %v", name, info.Mode(), err)
				}
				if again == 1 {
					if !bytes.Equal(text, before[name]) {
						t.Errorf("%s was changed by a second run", name)
					}
					continue
				}
				before[name] = text
				for _, s := range secrets.FindAllString(string(text), -1) {
					seen[s]++
				}
			}
		}
	}
	// Of each run two: the admin's, which stands in both files, and that of ops.
	if len(seen) != 4 {
		t.Errorf("%d passwords of 192 bits were drawn, want 4", len(seen))
	}
}
