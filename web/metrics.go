package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"mkr/handlers"
)

// metrics are the figures that operators watch. Labels are routes and codes, never ids.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(s *handlers.Service) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mkr_http_request_seconds", Help: "Time to answer a request.", Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
		}, []string{"route", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mkr_views_position", Help: "Position of the newest event that every view has taken in."}, func() float64 { return float64(s.Views.Position("")) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mkr_views_ready", Help: "1 when every view has caught up."}, func() float64 {
			if s.Views.Ready() != nil {
				return 0
			}
			return 1
		}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "mkr_uploads_swept_total", Help: "Uploads that nobody attached and that were removed after a day."}, func() float64 { return float64(s.Swept()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mkr_ledger_events", Help: "Events that the newest checkpoint signs."}, func() float64 { return float64(s.Ledger.Newest().Size) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mkr_ledger_witnesses", Help: "Witnesses whom this server knows."}, func() float64 { return float64(len(s.Ledger.Stands())) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "mkr_ledger_witnesses_signed", Help: "Witnesses who have signed the newest checkpoint."}, func() float64 { return float64(s.WitnessesSigned()) }))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		rec, ok := w.(*recorder)
		if !ok {
			rec = &recorder{ResponseWriter: w, status: http.StatusOK}
		}
		next.ServeHTTP(rec, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		m.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Observe(time.Since(start).Seconds())
	})
}
