package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The deployment key is exchanged under a server that runs: what was filed before opens, what is filed after opens, also once
// the server has started anew, and nobody has to sign in again.
func TestTheDeploymentKeyIsExchangedUnderAServer(t *testing.T) {
	dir := t.TempDir()
	dv := run(t, "institution", "--data", dir, "--kind", "municipality_dv", "--name-sq", "Bashkia", "--name-en", "Municipality")
	account := strings.Fields(run(t, "account", "--data", dir, "--institution", dv, "--role", "coordinator", "--username", "prova", "--name", "Prova"))[1]
	token := run(t, "account", "--data", dir, "--token", account)
	client := &http.Client{Timeout: 20 * time.Second}

	open := func(s *server, id, person, name string) {
		t.Helper()
		status, answer, err := s.post(client, token, "/api/v1/cases/"+id+"/open", uuid.New(), `{"persons":["`+person+`"]}`)
		if err != nil || status != http.StatusOK {
			t.Fatalf("open: %d %v %v", status, answer, err)
		}
		if got := answer["persons"].([]any)[0].(map[string]any)["fields"].(map[string]any)["name"]; got != name {
			t.Errorf("opened %v, want %s", got, name)
		}
	}
	file := func(s *server, name string) (id, person string) {
		t.Helper()
		key := uuid.New()
		status, answer, err := s.post(client, token, "/api/v1/cases", key, `{"kind":"domestic_violence","channel":"police_129","violence":["physical"],"persons":[{"role":"survivor","name":"`+name+`"}]}`)
		if err != nil || status != http.StatusCreated {
			t.Fatalf("file: %d %v %v", status, answer, err)
		}
		req, _ := http.NewRequest(http.MethodGet, s.url+"/api/v1/cases/"+answer["case"].(string), nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return answer["case"].(string), decoded(t, res.Body)["subject"].(string)
	}

	srv := start(t, dir)
	before, her := file(srv, "Provë Para")
	if said := run(t, "key", "--rotate", "--data", dir); !strings.Contains(said, "a new deployment key wraps all keys now") {
		t.Errorf("mkr key --rotate says %q", said)
	}
	open(srv, before, her, "Provë Para")
	after, other := file(srv, "Provë Pas")
	open(srv, after, other, "Provë Pas")
	_ = srv.cmd.Process.Kill()
	_ = srv.cmd.Wait()

	srv = start(t, dir)
	open(srv, before, her, "Provë Para")
	open(srv, after, other, "Provë Pas")
	if out, err := child(t, "key", "--rotate", "--data", t.TempDir()).CombinedOutput(); err == nil || !strings.Contains(string(out), "there are no keys") {
		t.Errorf("where there are no keys: %v %s", err, out)
	}
}

func decoded(t *testing.T, body io.Reader) (out map[string]any) {
	t.Helper()
	if err := json.NewDecoder(body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
