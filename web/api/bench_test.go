package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/projections"
)

// percentiles times do again and again, and reports the middle and the slow end in milliseconds.
func percentiles(b *testing.B, do func()) { b.Helper(); prepared(b, func() {}, do) }

// prepared is percentiles with something to do before each, untimed.
func prepared(b *testing.B, prepare, do func()) {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		b.StopTimer()
		prepare()
		b.StartTimer()
		start := time.Now()
		do()
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	at := func(p float64) float64 { return times[int(p*float64(len(times)-1))].Seconds() * 1000 }
	b.ReportMetric(at(0.50), "p50-ms")
	b.ReportMetric(at(0.95), "p95-ms")
	b.ReportMetric(at(0.99), "p99-ms")
}

// ask calls the API without a network, which is not what is measured.
func (s *server) ask(b *testing.B, role, method, path string, body []byte, want int) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+s.tokens[role])
	if method == http.MethodPost {
		r.Header.Set("Idempotency-Key", handlers.NewKey().String())
	}
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, r)
	if w.Code != want {
		b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w
}

// BenchmarkBoard reads the first page of the board, of MKR_BENCH_CASES open cases (1000 if it is not set).
func BenchmarkBoard(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("MKR_BENCH_CASES"))
	if err != nil {
		n = 1000
	}
	s := newServer(b)
	for i := range n {
		s.Open()
		if i%50 == 0 {
			s.Pass(time.Minute)
		}
	}
	all := s.Events()
	for end := uint64(all[len(all)-1].Position); s.Views.Position(projections.Board) < end; {
		_ = s.Await(b.Context(), end) // a big load takes the views more than one wait
	}
	for _, c := range []struct{ name, role, path string }{
		{"page", access.Coordinator, "/board?limit=50"}, {"own-part", access.Police, "/board?limit=50"}, {"1000-rows", access.Coordinator, "/board?limit=1000"},
		{"register-filtered", access.Coordinator, "/cases?status=open&institution=" + s.Police}, {"by-code", access.Coordinator, "/cases?q=DHF-2026-00"},
	} {
		b.Run(c.name, func(b *testing.B) {
			percentiles(b, func() { s.ask(b, c.role, "GET", c.path, nil, 200) })
			b.ReportMetric(float64(n), "cases")
		})
	}
}

// BenchmarkCase reads one case of two hundred events, and its timeline.
func BenchmarkCase(b *testing.B) {
	s := newServer(b)
	id := s.Open()
	for {
		r, err := s.Act(s.callers[access.Coordinator], id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("Një shënim i zakonshëm pas një vizite.")})
		testbed.OK(b, err)
		if r.Revision >= 199 {
			break
		}
	}
	for name, path := range map[string]string{"case": "/cases/" + id, "timeline": "/cases/" + id + "/timeline"} {
		b.Run(name, func(b *testing.B) {
			percentiles(b, func() { s.ask(b, access.Coordinator, "GET", path, nil, 200) })
		})
	}
}

// BenchmarkCommand sends referrals end to end, beside what the disk needs for one durable write of a like size.
func BenchmarkCommand(b *testing.B) {
	s := newServer(b)
	note, err := json.Marshal(object{"section": "general", "text": "Ka nevojë për këshillim"})
	testbed.OK(b, err)
	b.Run("referral", func(b *testing.B) {
		body, err := json.Marshal(s.referral())
		testbed.OK(b, err)
		var id string
		prepared(b, func() { id = s.Open() }, func() {
			s.ask(b, access.Police, "POST", "/cases/"+id+"/referrals", body, 201)
		})
	})
	b.Run("note", func(b *testing.B) {
		id := s.Open()
		n := 0
		percentiles(b, func() {
			if n++; n%100 == 0 {
				id = s.Open()
			}
			s.ask(b, access.Police, "POST", "/cases/"+id+"/notes", note, 201)
		})
	})
	b.Run("disk", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
		testbed.OK(b, err)
		defer func() { _ = f.Close() }()
		block := make([]byte, 4096)
		percentiles(b, func() {
			_, err := f.Write(block)
			testbed.OK(b, err)
			testbed.OK(b, f.Sync())
		})
	})
}
