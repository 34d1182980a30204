package pages_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/access"
	"mkr/internal/testbed"
	"mkr/web/pages"
)

// BenchmarkBoardPage makes the whole page of the board, with its figures and its newest events, of MKR_BENCH_CASES open
// cases (1000 if it is not set), each with a referral that waits: for who sees every case, for who sees all of one kind
// and her part of the other, and for who sees her part only.
func BenchmarkBoardPage(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("MKR_BENCH_CASES"))
	if err != nil {
		n = 1000
	}
	s := testbed.New(b, testbed.Options{})
	police := testbed.As(access.Police, s.Police)
	for i := range n {
		_, err := s.Act(police, s.Open(), "referral.create", "", s.Referral())
		testbed.OK(b, err)
		if i%50 == 0 {
			s.Pass(time.Minute)
		}
	}
	for end := uint64(s.Events()[len(s.Events())-1].Position); s.Position() < end; {
		_ = s.Await(b.Context(), end) // a big load takes the views more than one wait
	}
	p, err := pages.New(pages.Config{Service: s.Service, Now: s.Now, Zone: s.Zone, Logger: zerolog.Nop()})
	testbed.OK(b, err)
	for _, role := range []string{access.Coordinator, access.ChildWorker, access.Police} {
		token, _ := s.Token(role)
		for _, path := range []string{"/board", "/board?sort=-risk", "/board?sort=-last", "/board/figures", "/board/ticker"} {
			b.Run(role+path, func(b *testing.B) {
				var times []time.Duration
				for b.Loop() {
					r := httptest.NewRequest(http.MethodGet, path, nil)
					r.AddCookie(&http.Cookie{Name: pages.SessionCookie(false), Value: token})
					w := httptest.NewRecorder()
					begin := time.Now()
					p.ServeHTTP(w, r)
					times = append(times, time.Since(begin))
					if w.Code != http.StatusOK {
						b.Fatalf("%d %s", w.Code, w.Body)
					}
				}
				slices.Sort(times)
				for _, q := range []float64{0.50, 0.95} {
					b.ReportMetric(times[int(q*float64(len(times)-1))].Seconds()*1000, "p"+strconv.Itoa(int(q*100))+"-ms")
				}
			})
		}
	}
}
