package casefile

import (
	"fmt"
	"testing"
	"time"

	"mkr/domain/event"
)

// busy is a history of about n events: referrals that go their whole way, visits and risk reviews.
func busy(b *testing.B, n int) (Decider, State, []event.Data) {
	st := tell(b)
	for i := 0; len(st.total) < n; i++ {
		id := func(kind string) string { return fmt.Sprintf("%s%d", kind, i) }
		st.after(5*time.Hour).
			do(muni, ask(id("r"), shelter, "shelter")).
			do(shelter, AcknowledgeReferral{id("r")}, AcceptReferral{id("r")}, StartReferral{id("r")}).
			do(shelter, ReportService{id("r"), "shelter", 1}, CompleteReferral{Referral: id("r"), Outcome: "helped"}).
			do(muni, RecordVisit{Visit: id("v"), Outcome: "met"}, AssessRisk{Assessment: id("a"), Level: Low})
	}
	return st.d, st.s, st.total[:n]
}

func BenchmarkFold(b *testing.B) {
	for _, n := range []int{40, 200, 2000} {
		_, _, history := busy(b, n)
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(State{}, history...)
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{40, 200, 2000} {
		d, s, _ := busy(b, n)
		m := event.Moment{Now: opened.AddDate(1, 0, 0), OccurredAt: opened.AddDate(1, 0, 0), Actor: event.Actor{Institution: muni}}
		b.Run(fmt.Sprintf("events=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Decide(s, ask("new", ngo, "legal_aid"), m); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
