package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// office is a municipality as an attacker finds it: the machine, what it has given away, and a witness elsewhere.
type office struct {
	police, coordinator string // tokens
	password            string // of the coordinator
	key                 string // the log's public key, on paper
	witness, public     string // the witness's own folder, and her public key

	yesterday, today string // data folders of a server that has stopped
	bundle           []byte // of the first case, made today
	export           string // of today's log
}

// serve starts a server on a data folder that knows the witness.
func (o *office) serve(t *testing.T, dir string) *server {
	t.Helper()
	return launch(t, "serve", "--data", dir, "--addr", "127.0.0.1:0", "--secure=false", "--witnesses", o.public)
}

func (s *server) stop(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// open opens a case and has it signed: who asks for a file with proof brings the checkpoint up to it.
func (o *office) open(t *testing.T, s *server) (bundle []byte) {
	t.Helper()
	status, answer, err := s.post(http.DefaultClient, o.police, "/api/v1/cases", uuid.New(), `{"kind":"domestic_violence","channel":"police_129","persons":[{"role":"survivor","name":"Provë Provuese"}]}`)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("%d %v %v", status, answer, err)
	}
	return s.get(t, o.coordinator, "/api/v1/audit/cases/"+answer["case"].(string)+"/bundle")
}

func (s *server) get(t *testing.T, token, path string) []byte {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %.300s %v", path, res.StatusCode, body, err)
	}
	return body
}

// looks runs mkr witness against a server as a process of its own, and answers its exit code and what it said.
func (o *office) looks(t *testing.T, s *server, more ...string) (int, string) {
	t.Helper()
	cmd := child(t, append([]string{"witness", "--dir", o.witness, "--url", s.url, "--key", o.key}, more...)...)
	said, _ := cmd.CombinedOutput()
	return cmd.ProcessState.ExitCode(), string(said)
}

// signed is how many witnesses the server says have signed its newest checkpoint.
func (s *server) signed(t *testing.T) (n, size int) {
	t.Helper()
	var c struct {
		Signed int `json:"witnesses_signed"`
		Size   int `json:"size"`
	}
	if err := json.Unmarshal(s.get(t, "", "/api/v1/audit/checkpoint"), &c); err != nil {
		t.Fatal(err)
	}
	return c.Signed, c.Size
}

// watcher is who watches the board: a password that its holder chooses ends what came in by the one before, tokens too.
const watcher = "koordinatorja"

var pending = regexp.MustCompile(`name="pending" value="([^"]+)"`)

// board is the coordinator's board, as her browser shows it.
func (o *office) board(t *testing.T, s *server) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	res, err := c.PostForm(s.url+"/signin", url.Values{"username": {watcher}, "password": {o.password}})
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if first := pending.FindSubmatch(page); first != nil { // the shell's password: she chooses her own
		o.password = "Liqeni-i-Shkodrës-në-vjeshtë-7"
		if res, err = c.PostForm(s.url+"/signin/first", url.Values{"pending": {string(first[1])}, "password": {o.password}, "again": {o.password}}); err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
	}
	if res, err = c.Get(s.url + "/board"); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	return string(body)
}

// newOffice serves two days. The witness looks from outside, as a process; the board says how many have signed.
func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	o := &office{witness: t.TempDir()}
	token := func(kind, role string) (token, institution string) {
		institution = run(t, "institution", "--data", dir, "--kind", kind, "--name-sq", kind, "--name-en", kind)
		said := strings.Fields(run(t, "account", "--data", dir, "--institution", institution, "--role", role, "--username", role, "--name", "Provë"))
		return run(t, "account", "--data", dir, "--token", said[1]), institution
	}
	o.police, _ = token("police", "police")
	var municipality string
	o.coordinator, municipality = token("municipality_dv", "coordinator")
	said := strings.Fields(run(t, "account", "--data", dir, "--institution", municipality, "--role", "coordinator", "--username", watcher, "--name", "Provë"))
	o.password = said[len(said)-1]
	o.public = run(t, "witness", "--dir", o.witness, "--name", "gjykata-prove")

	key := strings.Fields(run(t, "key", "--data", dir))
	o.key = key[len(key)-1]
	s := o.serve(t, dir)
	o.open(t, s)
	if n, _ := s.signed(t); n != 0 {
		t.Errorf("%d have signed before anybody looked", n)
	}
	before := o.board(t, s)
	if code, said := o.looks(t, s, "--once"); code != 0 || !strings.Contains(said, "signed up to") {
		t.Fatalf("a witness of a good log: %d %s", code, said)
	}
	if n, _ := s.signed(t); n != 1 {
		t.Errorf("%d have signed after the look", n)
	}
	if after := o.board(t, s); !strings.Contains(before, "Dëshmitarë: 0 nga 1") || !strings.Contains(after, "Dëshmitarë: 1 nga 1") {
		t.Error("the board does not say how many witnesses have signed")
	}
	s.stop(t)
	o.yesterday = copyDir(t, dir)

	s = o.serve(t, dir)
	o.bundle = o.open(t, s)
	if code, said := o.looks(t, s, "--once"); code != 0 {
		t.Fatalf("the next day: %d %s", code, said)
	}
	s.stop(t)
	o.today, o.export = dir, run(t, "export", "--data", dir)
	return o
}

// refused fails unless no server starts on a data folder, and says why.
func refused(t *testing.T, dir, why string) {
	t.Helper()
	said, err := child(t, "serve", "--data", dir, "--addr", "127.0.0.1:0").CombinedOutput()
	if err == nil || !strings.Contains(string(said), why) || !strings.Contains(string(said), "altered-log.md") {
		t.Errorf("a server starts: %v %s", err, said)
	}
}

// named tells whether a verdict names the event that was altered: the first case's first.
func (o *office) named(said string) bool {
	for text := range strings.Lines(o.export) {
		var l line
		if json.Unmarshal([]byte(text), &l) == nil && l.Type == "case.opened" {
			return strings.Contains(said, l.ID.String()+" ("+l.Stream) && strings.Contains(said, "is not as it was signed")
		}
	}
	return false
}

// Every attack on the history that docs/security/tamper.md lists, each caught by name.
func TestTampering(t *testing.T) {
	o := newOffice(t)
	const caseEvent = "WHERE pos = (SELECT min(pos) FROM events WHERE type = 'case.opened')"
	const flipped = "UPDATE events SET data = CAST(replace(data, 'police_129', 'police_128') AS BLOB) " + caseEvent
	logOf := func(dir string) string { return filepath.Join(dir, "log", "log.db") }

	t.Run("a byte of the store", func(t *testing.T) {
		dir := copyDir(t, o.today)
		tamper(t, logOf(dir), flipped)
		if code, said := verify(t, "--data", dir); code != 1 || !o.named(said) {
			t.Errorf("%d %s", code, said)
		}
		refused(t, dir, "is not as it was signed")
	})
	t.Run("a byte of a backup", func(t *testing.T) {
		dir := t.TempDir()
		for _, name := range []string{"log", "ledger"} {
			if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(o.today, name))); err != nil {
				t.Fatal(err)
			}
		}
		checkpoint := filepath.Join(o.today, "checkpoint")
		if code, said := verify(t, "--data", dir, "--key", o.key, "--checkpoint", checkpoint, "--views=false"); code != 0 {
			t.Fatalf("before: %d %s", code, said)
		}
		tamper(t, logOf(dir), flipped)
		if code, said := verify(t, "--data", dir, "--key", o.key, "--checkpoint", checkpoint); code != 1 || !o.named(said) {
			t.Errorf("%d %s", code, said)
		}
	})
	t.Run("a byte of an export", func(t *testing.T) {
		lines := strings.SplitAfter(o.export, "\n")
		for i, text := range lines {
			if !strings.Contains(text, `"type":"case.opened"`) {
				continue
			}
			var l line
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatal(err)
			}
			was := base64.StdEncoding.EncodeToString(l.Data)
			lines[i] = strings.Replace(text, was, base64.StdEncoding.EncodeToString(bytes.Replace(l.Data, []byte("police_129"), []byte("police_128"), 1)), 1)
			break
		}
		dir := t.TempDir()
		in := child(t, "import", "--data", dir)
		in.Stdin = strings.NewReader(strings.Join(lines, ""))
		if out, err := in.CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		checkpoint := filepath.Join(o.today, "checkpoint")
		if code, said := verify(t, "--data", dir, "--checkpoint", checkpoint, "--key", o.key); code != 1 || !strings.Contains(said, "have another root than the one that was signed") {
			t.Errorf("with nothing but the checkpoint: %d %s", code, said)
		}
		if err := os.CopyFS(filepath.Join(dir, "ledger"), os.DirFS(filepath.Join(o.today, "ledger"))); err != nil { // the leaves say which event
			t.Fatal(err)
		}
		if code, said := verify(t, "--data", dir, "--checkpoint", checkpoint, "--key", o.key); code != 1 || !o.named(said) {
			t.Errorf("%d %s", code, said)
		}
	})
	t.Run("a byte of a bundle", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "bundle.html")
		write := func(b []byte) {
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(o.bundle)
		if code, said := verify(t, file, "--key", o.key); code != 0 || !strings.Contains(said, "valid: ") {
			t.Fatalf("before: %d %s", code, said)
		}
		write(bytes.Replace(o.bundle, []byte(`"type":"case.opened"`), []byte(`"type":"case.openea"`), 1))
		if code, said := verify(t, file, "--key", o.key); code != 1 || !strings.Contains(said, "the 1st event") {
			t.Errorf("an event: %d %s", code, said)
		}
		write(bytes.Replace(o.bundle, []byte("DHF-2026-0002"), []byte("DHF-2026-0001"), 1))
		if code, said := verify(t, file, "--key", o.key); code != 1 || !strings.Contains(said, "the document or its frame") {
			t.Errorf("the document: %d %s", code, said)
		}
	})
	t.Run("the last hour is deleted", func(t *testing.T) {
		dir := copyDir(t, o.today)
		tamper(t, logOf(dir), "DELETE FROM events WHERE pos > (SELECT max(pos) - 3 FROM events)")
		if code, said := verify(t, "--data", dir); code != 1 || !strings.Contains(said, "the log was shortened") {
			t.Errorf("%d %s", code, said)
		}
		refused(t, dir, "the log was shortened")
	})
	t.Run("yesterday's backup of the log is restored", func(t *testing.T) {
		dir := copyDir(t, o.today)
		if err := os.RemoveAll(filepath.Join(dir, "log")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(dir, "log"), os.DirFS(filepath.Join(o.yesterday, "log"))); err != nil {
			t.Fatal(err)
		}
		refused(t, dir, "the log was shortened")
	})
	t.Run("the whole machine is set back to yesterday", func(t *testing.T) { // with its checkpoint: nothing on it can know
		s := o.serve(t, copyDir(t, o.yesterday))
		defer s.stop(t)
		if code, said := o.looks(t, s, "--once"); code != 1 || !strings.Contains(said, "ALARM: the log was rolled back") {
			t.Errorf("%d %s", code, said)
		}
		if evidence, err := filepath.Glob(filepath.Join(o.witness, "evidence-*.txt")); err != nil || len(evidence) == 0 {
			t.Errorf("no evidence is kept: %v %v", evidence, err)
		}
	})
	t.Run("the log is forked on two servers", func(t *testing.T) { // the key is the same: each of the two signs what it serves
		s := o.serve(t, copyDir(t, o.yesterday))
		defer s.stop(t)
		for range 3 { // more than the other has: no rollback
			o.open(t, s)
		}
		code, said := o.looks(t, s, "--every", "1s") // it goes on looking, and ends by itself at an alarm
		if code != 1 || !strings.Contains(said, "ALARM: the log was forked") {
			t.Errorf("%d %s", code, said)
		}
		if n, _ := s.signed(t); n != 0 {
			t.Error("the fork has the witness's signature")
		}
	})
	t.Run("a view is edited", func(t *testing.T) {
		dir := copyDir(t, o.today)
		files, err := filepath.Glob(filepath.Join(dir, "views", "views-*.sqlite"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		conn, err := sqlite.OpenConn(files[0], sqlite.OpenReadWrite)
		if err != nil {
			t.Fatal(err)
		}
		err = sqlitex.ExecuteTransient(conn, "DELETE FROM rows_board WHERE rowid = (SELECT max(rowid) FROM rows_board)", nil)
		if err != nil || conn.Changes() != 1 || conn.Close() != nil {
			t.Fatal(err)
		}
		if code, said := verify(t, "--data", dir); code != 1 || !strings.Contains(said, "rows_board") {
			t.Errorf("%d %s", code, said)
		}
	})
	t.Run("the checkpoint is altered", func(t *testing.T) {
		dir := copyDir(t, o.today)
		file := filepath.Join(dir, "checkpoint")
		note, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, bytes.Replace(note, []byte("\n"), []byte("\n1"), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, said := verify(t, "--data", dir); code != 1 || !strings.Contains(said, "INVALID: the checkpoint") {
			t.Errorf("%d %s", code, said)
		}
	})
}
