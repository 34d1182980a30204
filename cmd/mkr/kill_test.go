package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/domain/event"
	"mkr/internal/app"
	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/projections"
)

// binary is mkr itself, built as it ships: what is started, killed and asked here is the real thing, and is not
// slowed by the race detector, which watches the same code in every other package.
var binary string

func TestMain(m *testing.M) {
	os.Exit(withBinary(m.Run))
}

func withBinary(tests func() int) int {
	dir, err := os.MkdirTemp("", "mkr-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "mkr")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "mkr could not be built:", err)
		return 1
	}
	return tests()
}

func child(_ *testing.T, args ...string) *exec.Cmd {
	return exec.Command(binary, args...)
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := child(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("mkr %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String())
}

// server is a running mkr serve.
type server struct {
	cmd *exec.Cmd
	url string
}

func start(t *testing.T, dir string, more ...string) *server {
	t.Helper()
	return launch(t, append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0", "--secure=false"}, more...)...)
}

func startDemo(t *testing.T, dir string) *server {
	t.Helper()
	return launch(t, "demo", "--data", dir, "--addr", "127.0.0.1:0")
}

func launch(t *testing.T, args ...string) *server {
	t.Helper()
	cmd := child(t, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // until all that it said has arrived
		t.Fatalf("the server did not say that it is ready: %v\n%s", err, errs.String())
	}
	var ready struct{ URL string }
	if err := json.Unmarshal([]byte(line), &ready); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return &server{cmd: cmd, url: ready.URL}
}

// post sends one command; ok says that it was acknowledged.
func (s *server) post(client *http.Client, token, path string, key uuid.UUID, body string) (status int, answer map[string]any, err error) {
	req, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key.String())
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, err
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return 0, nil, err
	}
	return res.StatusCode, answer, nil
}

// The server is killed with SIGKILL in the middle of 64 concurrent writers, again and again. Whatever it
// acknowledged is there, once; whatever it did not is sent again under its key, and is there once too.
func TestKillServer(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 3
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))

	dir := t.TempDir()
	police := run(t, "institution", "--data", dir, "--kind", "police", "--name-sq", "Policia", "--name-en", "Police")
	run(t, "institution", "--data", dir, "--kind", "municipality_dv", "--name-sq", "Bashkia", "--name-en", "Municipality")
	account := strings.Fields(run(t, "account", "--data", dir, "--institution", police, "--role", "police", "--username", "prova", "--name", "Prova"))[1]
	token := run(t, "account", "--data", dir, "--token", account)

	const writers = 64
	var (
		cases   []string
		acked   sync.Map // key -> position
		pending = make([]uuid.UUID, writers)
		notes   = make([]int, writers)
	)
	for round := range rounds {
		srv := start(t, dir)
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}, Timeout: 20 * time.Second}
		for len(cases) < 8 {
			key := uuid.New()
			status, answer, err := srv.post(client, token, "/api/v1/cases", key, `{"kind":"domestic_violence","channel":"police_129","violence":["physical"],"persons":[{"role":"survivor","name":"Provë Provuese"}]}`)
			if err != nil || status != http.StatusCreated {
				t.Fatalf("open a case: %d %v %v", status, answer, err)
			}
			cases = append(cases, answer["case"].(string))
		}
		var (
			writing sync.WaitGroup
			count   atomic.Int64
			enough  = make(chan struct{})
			once    sync.Once
		)
		killAt := int64(30 + random.IntN(120))
		for w := range writers {
			writing.Go(func() {
				for {
					if pending[w] == uuid.Nil {
						pending[w] = uuid.New()
						notes[w]++
					}
					body := fmt.Sprintf(`{"section":"general","text":"shkrues %d shënim %d"}`, w, notes[w])
					status, answer, err := srv.post(client, token, "/api/v1/cases/"+cases[w%len(cases)]+"/notes", pending[w], body)
					if err != nil { // the server is gone: the next round sends the same again
						return
					}
					if status == http.StatusServiceUnavailable {
						continue
					}
					if status != http.StatusCreated && status != http.StatusOK {
						t.Errorf("writer %d: %d %v", w, status, answer)
						return
					}
					acked.Store(pending[w], uint64(answer["position"].(float64)))
					pending[w] = uuid.Nil
					if count.Add(1) == killAt {
						once.Do(func() { close(enough) })
					}
				}
			})
		}
		select {
		case <-enough:
		case <-time.After(60 * time.Second):
			t.Errorf("round %d: only %d acknowledged in a minute", round, count.Load())
		}
		if err := srv.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = srv.cmd.Wait()
		writing.Wait()
		client.CloseIdleConnections()
		if t.Failed() {
			return
		}
	}
	checkOnce(t, dir, &acked)
}

// checkOnce reads the log itself: every acknowledged command stands at its position, and no command stands twice.
func checkOnce(t *testing.T, dir string, acked *sync.Map) {
	t.Helper()
	log, err := sqlitelog.Open(sqlitelog.Options{Dir: filepath.Join(dir, "log")})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	registry := app.Registry()
	at := map[string]uint64{}
	revision := map[string]uint64{}
	for after := uint64(0); ; {
		page, err := log.ReadAll(t.Context(), positionOf(after), 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, r := range page {
			f, err := projections.Decode(registry, r)
			if err != nil {
				t.Fatal(err)
			}
			if n, seen := revision[f.Stream]; seen && f.Revision != n+1 || !seen && f.Revision != 0 {
				t.Fatalf("%s has a gap before revision %d", f.Stream, f.Revision)
			}
			revision[f.Stream] = f.Revision
			if event.Category(f.Stream) == event.CaseCategory && f.Type == "note.written" {
				if _, twice := at[f.Meta.CommandID]; twice {
					t.Errorf("command %s is stored twice", f.Meta.CommandID)
				}
				at[f.Meta.CommandID] = f.Position
			}
			after = f.Position
		}
	}
	n := 0
	acked.Range(func(key, position any) bool {
		n++
		if got, stored := at[key.(uuid.UUID).String()]; !stored || got != position.(uint64) {
			t.Errorf("command %s was acknowledged at %d and stands at %d", key, position, got)
		}
		return true
	})
	if n == 0 {
		t.Fatal("nothing was acknowledged: the test proves nothing")
	}
	t.Logf("%d acknowledged commands, each stored once", n)
}

func positionOf(p uint64) eventlog.Position { return eventlog.Position(p) }
