package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/web/api"
)

// FuzzStrict: whatever the bytes, Strict either fills the body or refuses; what it takes encoding/json takes too and
// reads the same, and what it refuses it does not repeat.
func FuzzStrict(f *testing.F) {
	for _, seed := range []string{`{}`, `{"kind":"domestic_violence","channel":"police_129","persons":[{"role":"survivor","name":"Drita"}]}`,
		`{"kind":"domestic_violence","kind":"x"}`, `{"persons":[[]]}`, `{"occurred_at":"2026-11-16T09:00:00Z"}`, `{"occurred_at":"x"}`, `[[[[`,
		`{"persons":[{"minor":"x"}]}`, `null`, `{"Kind":"x"}`, `{"persons":null}`, `{"persons":[null]}`, "{\"\\ud800\":1}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var got, want handlers.OpenCase
		err := api.Strict(raw, &got)
		if err != nil {
			if !utf8.ValidString(err.Error()) || len(err.Error()) > 300 {
				t.Errorf("%q", err)
			}
			return
		}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("taken, though encoding/json says %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Error("read otherwise than encoding/json reads it")
		}
	})
}

// FuzzCommand sends any body, key, revision, id and query to any call as anybody: there is never a fault of ours, every
// error is a problem, nothing sent comes back, and whatever is refused stores nothing but its refusal.
func FuzzCommand(f *testing.F) {
	w := newWorld(f)
	routes := w.routes()
	for i, r := range routes {
		f.Add(uint(i), uint(i), w.body(r), handlers.NewKey().String(), `"3"`, "", "limit=2")
	}
	f.Add(uint(3), uint(1), "{", "", "*", "x", "at=%zz")
	var read eventlog.Position
	stored := func(t *testing.T) (n int) { // since it was asked last, beside the access streams
		for {
			page, err := w.Log.ReadAll(t.Context(), read, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				return n
			}
			for _, e := range page {
				if !strings.HasPrefix(e.Stream, "access-") {
					n++
				}
			}
			read = page[len(page)-1].Position
		}
	}
	f.Fuzz(func(t *testing.T, which, who uint, body, key, match, id, query string) {
		r := routes[which%uint(len(routes))]
		role := roles[who%uint(len(roles))]
		req, err := http.NewRequest(r.method, "http://mkr.test"+w.address(r.path), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if id != "" {
			req.URL.Path = w.addressWith(r.path, id)
		}
		req.URL.RawQuery = query
		req.Header["Authorization"] = []string{"Bearer " + w.tokens[role]}
		req.Header["Idempotency-Key"] = []string{key}
		req.Header["If-Match"] = []string{match}
		stored(t)
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, req)
		a := answer{status: rec.Code, header: rec.Header(), body: rec.Body.Bytes()}
		switch {
		case a.status >= 500:
			t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.body)
		case a.status >= 400:
			var p api.Problem
			if err := json.Unmarshal(a.body, &p); err != nil || p.Status != a.status || p.Code == "" {
				t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.body)
			}
			if n := stored(t); n > 0 && !half(r) {
				t.Errorf("%s %s: refused with %d, and stored %d events", r.method, r.path, a.status, n)
			}
		}
	})
}

// half tells of calls that seal a person before the last word is said: a stream that nothing points to may stay.
func half(r route) bool {
	return strings.HasSuffix(r.path, "/persons") || r.path == "/api/v1/cases" || r.path == "/api/v1/applications"
}
