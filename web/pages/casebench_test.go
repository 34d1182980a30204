package pages_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/web/pages"
)

// BenchmarkCasePage makes the whole page of a case of so many events, and of its replay in the middle.
func BenchmarkCasePage(b *testing.B) {
	for _, events := range []int{200, 2000} {
		s := testbed.New(b, testbed.Options{})
		police := testbed.As(access.Police, s.Police)
		id := s.Open()
		last, err := s.Act(police, id, "referral.create", "", s.Referral())
		testbed.OK(b, err)
		for last.Revision+1 < uint64(events) {
			last, err = s.Act(police, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("Një shënim i zakonshëm.")})
			testbed.OK(b, err)
			s.Pass(time.Hour)
		}
		p, err := pages.New(pages.Config{Service: s.Service, Now: s.Now, Zone: s.Zone, Logger: zerolog.Nop()})
		testbed.OK(b, err)
		token, _ := s.Token(access.Coordinator)
		for name, path := range map[string]string{"case": "/cases/" + id, "replay": fmt.Sprintf("/cases/%s/replay?part=1&step=%d", id, events/2)} {
			b.Run(fmt.Sprintf("%s/%d", name, events), func(b *testing.B) {
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
					b.ReportMetric(times[int(q*float64(len(times)-1))].Seconds()*1000, fmt.Sprintf("p%.0f-ms", q*100))
				}
			})
		}
	}
}
