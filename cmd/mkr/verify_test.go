package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// verify runs mkr audit verify and answers its exit code and all that it said.
func verify(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := child(t, append([]string{"audit", "verify"}, args...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	_ = cmd.Run()
	return cmd.ProcessState.ExitCode(), said.String()
}

// served is a data folder in which some events were stored and signed by a server that has stopped.
func served(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, kind := range []string{"police", "ngo", "court"} {
		run(t, "institution", "--data", dir, "--kind", kind, "--name-sq", kind, "--name-en", kind)
	}
	startAndStop(t, dir)
	return dir
}

func startAndStop(t *testing.T, dir string, more ...string) {
	t.Helper()
	srv := start(t, dir, more...)
	if err := srv.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := srv.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"signing.key", "deployment.key", "keys.db"} { // a copy is open to others, and refused so
		if err := os.Chmod(filepath.Join(to, "keys", key), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// tamper changes a log's file as its owner could.
func tamper(t *testing.T, file, script string) {
	t.Helper()
	conn, err := sqlite.OpenConn(file, sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := sqlitex.ExecuteScript(conn, "DROP TRIGGER events_keep; DROP TRIGGER events_stay; "+script, nil); err != nil {
		t.Fatal(err)
	}
}

const flip = "UPDATE events SET data = CAST(replace(data, 'court', 'cours') AS BLOB) WHERE pos = 3"

// The store, its backup and an import of its export are verified from the shell, and a changed byte is named; the
// server refuses to start on it.
func TestVerifyTheWholeLog(t *testing.T) {
	dir := served(t)
	code, said := verify(t, "--data", dir)
	if code != 0 || !strings.Contains(said, "valid: 3 events") {
		t.Fatalf("a good log: %d %s", code, said)
	}
	_, root, _ := strings.Cut(said, "root of all 3: ")
	root, _, _ = strings.Cut(root, "\n")
	key := strings.Fields(run(t, "key", "--data", dir))
	public := key[len(key)-1]

	backup := t.TempDir()
	for _, name := range []string{"log", "checkpoint", "ledger"} {
		if err := os.MkdirAll(filepath.Join(backup, "log"), 0o700); err != nil {
			t.Fatal(err)
		}
		from := filepath.Join(dir, name)
		if info, err := os.Stat(from); err != nil {
			t.Fatal(err)
		} else if info.IsDir() {
			if err := os.CopyFS(filepath.Join(backup, name), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		} else if b, err := os.ReadFile(from); err != nil || os.WriteFile(filepath.Join(backup, name), b, 0o600) != nil {
			t.Fatal(err)
		}
	}
	if code, said := verify(t, "--data", backup); code != 2 || !strings.Contains(said, "--key") {
		t.Errorf("a backup without keys, and nobody said whose: %d %s", code, said)
	}
	if code, said := verify(t, "--data", backup, "--key", public); code != 0 {
		t.Errorf("a good backup: %d %s", code, said)
	}

	for name, at := range map[string][]string{"the store": {copyDir(t, dir)}, "the backup": {backup, "--key", public}} {
		tamper(t, filepath.Join(at[0], "log", "log.db"), flip)
		code, said := verify(t, append([]string{"--data"}, at...)...)
		if code != 1 || !strings.Contains(said, "position 3, the 3rd event) is not as it was signed") {
			t.Errorf("a byte of %s: %d %s", name, code, said)
		}
		if name == "the store" {
			cmd := child(t, "serve", "--data", at[0], "--addr", "127.0.0.1:0")
			var errs bytes.Buffer
			cmd.Stderr = &errs
			if err := cmd.Run(); err == nil || !strings.Contains(errs.String(), "the 3rd event) is not as it was signed") || !strings.Contains(errs.String(), "altered-log.md") {
				t.Errorf("a server starts on it: %v %s", err, errs.String())
			}
		}
	}

	// An import tells the same history: the same root under any roof.
	other := t.TempDir()
	in := child(t, "import", "--data", other)
	in.Stdin = strings.NewReader(run(t, "export", "--data", dir))
	if out, err := in.CombinedOutput(); err != nil || !strings.Contains(string(out), root) {
		t.Errorf("an import does not say the same root (%s): %v %s", root, err, out)
	}
	if code, said := verify(t, "--data", other, "--checkpoint", filepath.Join(dir, "checkpoint"), "--key", public); code != 0 {
		t.Errorf("an import, held against the original's checkpoint: %d %s", code, said)
	}
}

// A log that lost its end for good can be served again, under another name, and only when somebody says that she knows; so too with the
// files, of which the lost events may have named some.
func TestALossIsAcceptedOnlyKnowingly(t *testing.T) {
	dir := served(t)
	before := run(t, "key", "--data", dir)
	tamper(t, filepath.Join(dir, "log", "log.db"), "DELETE FROM events WHERE pos = 3")
	if code, said := verify(t, "--data", dir); code != 1 || !strings.Contains(said, "the log was shortened: it holds 2 events, and 3 were signed") {
		t.Errorf("a shortened log: %d %s", code, said)
	}
	if out, err := child(t, "audit", "accept-loss", "--data", dir).CombinedOutput(); err == nil || !strings.Contains(string(out), "--yes") {
		t.Errorf("without --yes: %v %s", err, out)
	}
	run(t, "audit", "accept-loss", "--data", dir, "--yes")
	if out, err := child(t, "serve", "--data", dir, "--addr", "127.0.0.1:0").CombinedOutput(); err == nil || !strings.Contains(string(out), "--take-files") {
		t.Errorf("the files are taken over and nobody said so: %v %s", err, out)
	}
	startAndStop(t, dir, "--take-files")
	startAndStop(t, dir)
	if code, said := verify(t, "--data", dir); code != 0 || !strings.Contains(said, "valid: 2 events") {
		t.Errorf("after it: %d %s", code, said)
	}
	if run(t, "key", "--data", dir) == before {
		t.Error("the new history has the old one's key")
	}
	if _, err := os.Stat(filepath.Join(dir, "checkpoint.before-1")); err != nil {
		t.Error("the old checkpoint is not kept")
	}
}

func TestVerifyWhatIsNotThere(t *testing.T) {
	if code, said := verify(t, "--data", filepath.Join(t.TempDir(), "mistyped")); code != 2 || !strings.Contains(said, "no log here") {
		t.Errorf("%d %s", code, said)
	}
}

// What is no bundle cannot be judged: 2. That a bundle is valid or not, and which event is at fault, internal/ledger and web/api test.
func TestVerifyAFileThatIsNoBundle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "letter.html")
	if err := os.WriteFile(file, []byte("<!doctype html><p>letter</p>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Dir(file), file + ".gone"} {
		if code, said := verify(t, name); code != 2 {
			t.Errorf("%s: %d %s", name, code, said)
		}
	}
}

// Whoever edits what the lists are read from is found out, by the table and the row, without the server.
func TestVerifyFindsAnEditedView(t *testing.T) {
	dir := served(t)
	code, said := verify(t, "--data", dir)
	if code != 0 || !strings.Contains(said, "the views are what the log makes of them") {
		t.Fatalf("good views: %d %s", code, said)
	}
	files, err := filepath.Glob(filepath.Join(dir, "views", "views-*.sqlite"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	conn, err := sqlite.OpenConn(files[0], sqlite.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteTransient(conn, "UPDATE rows_institutions SET kind = 'shelter' WHERE kind = 'court'", nil); err != nil || conn.Changes() != 1 {
		t.Fatal(conn.Changes(), err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if code, said := verify(t, "--data", dir); code != 1 || !strings.Contains(said, "in rows_institutions") || !strings.Contains(said, "is altered") {
		t.Errorf("an edited view: %d %s", code, said)
	}
	if code, said := verify(t, "--data", dir, "--views=false"); code != 0 {
		t.Errorf("the log alone: %d %s", code, said)
	}
}
