package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"
)

// outsider speaks to a running server as a partner's program does: with addresses, headers and bytes, and with nothing of mkr's own types.
type outsider struct {
	t   *testing.T
	url string
}

type reply struct {
	status int
	head   http.Header
	raw    []byte
	body   map[string]any
}

func (o outsider) call(method, path, token string, body []byte, head ...string) reply {
	o.t.Helper()
	req, err := http.NewRequest(method, o.url+path, bytes.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.t.Fatal(err)
	}
	defer res.Body.Close()
	out := reply{status: res.StatusCode, head: res.Header}
	if out.raw, err = io.ReadAll(res.Body); err != nil {
		o.t.Fatal(err)
	}
	_ = json.Unmarshal(out.raw, &out.body)
	return out
}

func (o outsider) get(path, token string) reply { return o.call("GET", "/api/v1"+path, token, nil) }

// post sends a command under a key of its own.
func (o outsider) post(path, token, body string, head ...string) reply {
	return o.call("POST", "/api/v1"+path, token, []byte(body), append([]string{"Idempotency-Key", uuid.NewString()}, head...)...)
}

// want fails unless the answer has the status, and is a problem with a code if it is an error.
func (o outsider) want(r reply, status int, what string) reply {
	o.t.Helper()
	if r.status != status {
		o.t.Fatalf("%s: %d, want %d: %.300s", what, r.status, status, r.raw)
	}
	if status >= 400 && (r.body["code"] == nil || r.head.Get("Content-Type") != "application/problem+json") {
		o.t.Errorf("%s: no problem with a code: %s %.200s", what, r.head.Get("Content-Type"), r.raw)
	}
	return r
}

func (o outsider) has(r reply, what string, members ...string) {
	o.t.Helper()
	for _, m := range members {
		if _, ok := r.body[m]; !ok {
			o.t.Errorf("%s has no %q: %.300s", what, m, r.raw)
		}
	}
}

const openCase = `{"kind":"domestic_violence","channel":"hotline_400075","persons":[{"role":"survivor","name":"Provë Provuese"}]}`

// What contract.md promises, asked of the program as it ships: by a process that knows nothing of it but that page.
func TestTheContractFromOutside(t *testing.T) {
	dir := t.TempDir()
	place := func(kind, name, services string) string {
		return run(t, "institution", "--data", dir, "--kind", kind, "--name-sq", name, "--name-en", name, "--services", services)
	}
	token := func(institution, role string) string {
		id := strings.Fields(run(t, "account", "--data", dir, "--institution", institution, "--role", role, "--username", role, "--name", role))[1]
		return run(t, "account", "--data", dir, "--token", id)
	}
	town, police, hospital := place("municipality_dv", "Bashkia", "case_management"), place("police", "Policia", "police_protection"), place("medical", "Spitali", "")
	boss, officer, doctor, auditor := token(town, "coordinator"), token(police, "police"), token(hospital, "medical"), token(town, "auditor")
	srv := start(t, dir)
	o := outsider{t, srv.url}

	for _, prefix := range []string{"", "/api/v1"} {
		for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
			o.want(o.call("GET", prefix+path, "", nil), 200, prefix+path)
		}
	}
	if d := o.want(o.get("/openapi.json", ""), 200, "openapi"); !strings.HasPrefix(d.body["openapi"].(string), "3.1") {
		t.Errorf("OpenAPI %v", d.body["openapi"])
	}
	if d := o.want(o.get("/asyncapi.json", ""), 200, "asyncapi"); !strings.HasPrefix(d.body["asyncapi"].(string), "3.") {
		t.Errorf("AsyncAPI %v", d.body["asyncapi"])
	}
	for _, path := range []string{"/directory/services", "/hsds", "/hsds/services", "/hsds/organizations"} {
		o.want(o.get(path, ""), 200, path+", which is public")
	}
	for _, path := range []string{"/board", "/cases", "/inbox", "/outbox", "/deadlines", "/audit/log?after=0", "/indicators/2014"} {
		if r := o.want(o.get(path, ""), 401, path+" for nobody"); r.head.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: 401 without WWW-Authenticate", path)
		}
	}

	// The same key and body is the same answer; the same key and another body is none.
	key := uuid.NewString()
	first := o.want(o.call("POST", "/api/v1/cases", boss, []byte(openCase), "Idempotency-Key", key), 201, "a case")
	o.has(first, "the receipt", "case", "code", "revision", "position", "duplicate")
	id, revision := first.body["case"].(string), first.head.Get("ETag")
	again := o.want(o.call("POST", "/api/v1/cases", boss, []byte(openCase), "Idempotency-Key", strings.ToUpper(key)), 201, "the same once more")
	if again.body["duplicate"] != true || first.body["duplicate"] != false || again.body["case"] != id || again.body["position"] != first.body["position"] {
		t.Errorf("a retry answers %s, the first time %s", again.raw, first.raw)
	}
	o.want(o.call("POST", "/api/v1/cases", boss, []byte(strings.Replace(openCase, "Provuese", "Tjetër", 1)), "Idempotency-Key", key), 422, "the key for another body")
	o.want(o.call("POST", "/api/v1/cases", boss, []byte(openCase)), 422, "no key")

	for what, c := range map[string]struct {
		body, field string
		status      int
	}{
		"an unknown member": {strings.Replace(openCase, "{", `{"colour":1,`, 1), "colour", 422}, "a wrong type": {strings.Replace(openCase, `"domestic_violence"`, "7", 1), "kind", 422},
		"malformed UTF-8": {strings.Replace(openCase, "Provë", "Prov\xff", 1), "", 400}, "half a body": {openCase[:40], "", 400}, "too large": {strings.Replace(openCase, "Provë", strings.Repeat("a", 2<<20), 1), "", 413},
		"an unknown code": {strings.Replace(openCase, "hotline_400075", "pigeon", 1), "channel", 422}, "a list": {"[]", "", 422},
	} {
		if r := o.want(o.post("/cases", boss, c.body), c.status, what); c.field != "" && r.body["field"] != c.field {
			t.Errorf("%s: names %v, not %s", what, r.body["field"], c.field)
		}
	}
	o.want(o.post("/cases", boss, openCase, "Content-Type", "text/plain"), 415, "text")
	if r := o.want(o.call("DELETE", "/api/v1/cases/"+id, boss, nil), 405, "DELETE"); r.head.Get("Allow") == "" {
		t.Error("405 without Allow")
	}
	hidden, none := o.want(o.get("/cases/"+id, doctor), 404, "not hers"), o.want(o.get("/cases/"+uuid.NewString(), doctor), 404, "nobody's")
	if !bytes.Equal(hidden.raw, none.raw) {
		t.Errorf("what is not hers differs from what is not there: %s %s", hidden.raw, none.raw)
	}
	o.want(o.get("/cases?status=nonsense", boss), 422, "a status that no case has")

	w, last := o.listen(boss, nil)
	sent := o.want(o.post("/cases/"+id+"/referrals", boss, `{"to":"`+police+`","service":"police_protection","urgency":"urgent","reason":"Arsye","basis":"vital_interest"}`, "If-Match", revision), 201, "a referral")
	o.has(sent, "its receipt", "referral", "revision", "position")
	if r := o.want(o.post("/cases/"+id+"/close", boss, `{"reason":"goals_met"}`, "If-Match", revision), 412, "an old revision"); len(r.body["changed"].([]any)) == 0 {
		t.Error("412 does not say what changed")
	}
	// What she saw before the line was cut and after it is, together, everything once.
	filed := events(sent)
	seen := w.until(sent.body["position"].(float64))
	w.Close()
	for _, verb := range []string{"acknowledge", "accept", "start"} {
		r := o.want(o.post("/cases/"+id+"/referrals/"+sent.body["referral"].(string)+"/"+verb, officer, `{}`), 200, verb)
		filed = append(filed, events(r)...)
	}
	end := o.want(o.get("/cases/"+id, boss), 200, "the case")
	o.has(end, "a case", "actions", "revision", "position")
	w, _ = o.listen(boss, map[string]any{"epoch": last["epoch"], "after": sent.body["position"]})
	seen = append(seen, w.until(end.body["position"].(float64))...)
	types := []string{}
	for _, m := range seen {
		if m["type"] == "event" {
			types = append(types, m["event_type"].(string))
		}
	}
	if !slices.Equal(types, filed) {
		t.Errorf("heard live, with a cut between: %v\nfiled: %v", types, filed)
	}
	if all, _ := json.Marshal(seen); strings.Contains(string(all), "Prov") {
		t.Errorf("a name travelled on the socket: %s", all)
	}
	closing := func(token string, frame string) int {
		c, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(srv.url, "http")+"/api/v1/live", http.Header{"Authorization": {"Bearer " + token}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		_ = c.WriteMessage(websocket.TextMessage, []byte(frame))
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				closed, _ := err.(*websocket.CloseError)
				if closed == nil {
					t.Fatal(err)
				}
				return closed.Code
			}
		}
	}
	if n := closing("nobody", `{"type":"subscribe","topics":["board"]}`); n != 4401 {
		t.Errorf("without a token it closes with %d", n)
	}
	if n := closing(boss, `{"type":"subscribe","topics":["board"],"colour":1}`); n != 4400 {
		t.Errorf("a frame with an unknown member closes with %d", n)
	}

	var told struct{ Entries []map[string]any }
	_ = json.Unmarshal(o.want(o.get("/cases/"+id+"/timeline", boss), 200, "the timeline").raw, &told)
	if len(told.Entries) < 4 {
		t.Fatalf("the timeline has %d entries", len(told.Entries))
	}
	for _, member := range []string{"position", "event_id", "type", "occurred_at", "recorded_at", "institution", "actor", "summary", "late"} {
		if _, ok := told.Entries[0][member]; !ok {
			t.Errorf("an entry of the timeline has no %q", member)
		}
	}

	// For the auditor: the log, a proof, and the case as one file that is checked without the server.
	for _, path := range []string{"/audit/log?after=0", "/audit/checkpoint", "/audit/consistency?from=1&to=2", "/audit/proof/" + told.Entries[0]["event_id"].(string), "/indicators/2014", "/indicators/2014?at=1"} {
		o.want(o.get(path, auditor), 200, path)
	}
	bundle := filepath.Join(t.TempDir(), "case.html")
	if err := os.WriteFile(bundle, o.want(o.get("/audit/cases/"+id+"/bundle", auditor), 200, "the bundle").raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, said := verify(t, bundle); code != 0 {
		t.Errorf("the bundle: exit %d: %s", code, said)
	}
	srv.stop(t)
	var stood struct{ Revision float64 }
	if err := json.Unmarshal([]byte(run(t, "audit", "replay", id, "--data", dir, "--at", strconv.FormatFloat(first.body["position"].(float64), 'f', 0, 64))), &stood); err != nil || stood.Revision != first.body["revision"] {
		t.Errorf("the case as it was opened stands at %v, not at %v: %v", stood.Revision, first.body["revision"], err)
	}
}

// events are the types of what a command stored, as its receipt says.
func events(r reply) (out []string) {
	for _, e := range r.body["events"].([]any) {
		out = append(out, e.(string))
	}
	return out
}

type socket struct {
	*websocket.Conn
	t *testing.T
}

// listen subscribes to the events, and gives the server's answer to it.
func (o outsider) listen(token string, more map[string]any) (socket, map[string]any) {
	o.t.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"mkr.v1.json"}}
	c, _, err := dialer.Dial("ws"+strings.TrimPrefix(o.url, "http")+"/api/v1/live", http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { c.Close() })
	if c.Subprotocol() != "mkr.v1.json" {
		o.t.Errorf("the socket speaks %q", c.Subprotocol())
	}
	frame := map[string]any{"type": "subscribe", "topics": []string{"events", "board", "inbox", "deadlines"}}
	for k, v := range more {
		frame[k] = v
	}
	if err := c.WriteJSON(frame); err != nil {
		o.t.Fatal(err)
	}
	s := socket{c, o.t}
	for {
		if m := s.next(); m["type"] == "hello" && m["topics"] != nil {
			return s, m
		}
	}
}

func (s socket) next() (m map[string]any) {
	s.t.Helper()
	_ = s.SetReadDeadline(time.Now().Add(20 * time.Second))
	if err := s.ReadJSON(&m); err != nil {
		s.t.Fatal(err)
	}
	return m
}

// until reads on until the server says that it stands at a position, and checks that positions never fall.
func (s socket) until(position float64) (out []map[string]any) {
	s.t.Helper()
	at := 0.0
	for {
		m := s.next()
		p, _ := m["position"].(float64)
		if p < at {
			s.t.Fatalf("position %v follows %v", p, at)
		}
		if at = p; m["type"] == "position" && p >= position {
			return out
		}
		out = append(out, m)
	}
}
