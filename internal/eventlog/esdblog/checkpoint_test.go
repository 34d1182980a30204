package esdblog

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// A checkpoint may stand where the next event will. The event is not taken for one that came before, and the next subscription begins
// at the checkpoint and not at the event, which it would leave out.
func TestACheckpointJustBeforeTheNextEvent(t *testing.T) {
	tail := newTail()
	tail.start(10)
	tail.passed(esdb.Position{Commit: 20})
	if at, _ := tail.position(); at != (esdb.Position{Commit: 20}) {
		t.Fatalf("goes on at %+v", at)
	}
	tail.arrived(eventlog.Recorded{Position: 20})
	if got := tail.since(10, 5); len(got) != 1 || got[0].Position != 20 {
		t.Fatalf("%d events after 10, want the one at 20", len(got))
	}
	tail.passed(esdb.Position{Commit: 20, Prepare: 20}) // a live one stands at an event that was looked at
	tail.arrived(eventlog.Recorded{Position: 20})
	if got := tail.since(10, 5); len(got) != 1 {
		t.Fatalf("an event came twice: %d", len(got))
	}
	if at, _ := tail.position(); at != (esdb.Position{Commit: 20, Prepare: 20}) {
		t.Fatalf("goes on at %+v", at)
	}
}
