package visits_test

import (
	"testing"
	"time"

	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/projections/visits"
)

var morning = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)

// What is new to a reader is what came after her last look of an earlier visit, however often she looks again.
func TestTheVisitBefore(t *testing.T) {
	p := visits.Projection(1)
	var d visits.Doc
	look := func(position uint64, session string, after time.Duration, what string) {
		f := event.Fact{
			Position: position, Stream: event.StreamName(event.AccessCategory, session),
			Meta: event.Meta{Actor: "a", OccurredAt: morning.Add(after)}, Data: accesslog.Viewed{Case: "c", What: what},
		}
		for _, key := range p.Keys(f) {
			if key != visits.Key("a", "c") {
				t.Errorf("it is kept under %q", key)
			}
			d = p.Apply(d, f)
		}
	}
	wants := func(why, session string, after time.Duration, position uint64) {
		t.Helper()
		if got := d.Previous(session, morning.Add(after)).Position; got != position {
			t.Errorf("%s: since %d, want %d", why, got, position)
		}
	}
	wants("never there", "s1", 0, 0)
	look(10, "s1", 0, accesslog.Case)
	wants("on her first visit", "s1", time.Minute, 0)
	look(14, "s1", 20*time.Minute, accesslog.Case)
	wants("still on her first visit", "s1", 30*time.Minute, 0)
	wants("back after dinner", "s1", 3*time.Hour, 14)
	look(20, "s1", 3*time.Hour, accesslog.Case)
	wants("and again on the same visit", "s1", 3*time.Hour+time.Minute, 14)
	look(30, "s1", 5*time.Hour, accesslog.Followed)
	look(31, "s1", 5*time.Hour, accesslog.Timeline)
	wants("a page that was left open was not read", "s1", 6*time.Hour, 20)
	wants("signed in anew", "s2", 3*time.Hour+2*time.Minute, 20)
	look(40, "s2", 26*time.Hour, accesslog.Case)
	wants("the next day", "s2", 26*time.Hour+time.Minute, 20)
}
