package esdbtest

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// These tests use the official client as it comes: what they pin down is the server's side of the protocol.

func connect(t *testing.T, s *Server) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func some(n int) []esdb.EventData {
	out := make([]esdb.EventData, n)
	for i := range out {
		out[i] = esdb.EventData{EventID: uuid.New(), EventType: "thing.happened", ContentType: esdb.ContentTypeJson, Data: []byte(`{"a":1}`)}
	}
	return out
}

func TestAppendExpectations(t *testing.T) {
	client := connect(t, Start(t, NewStore()))
	for i, c := range []struct {
		expected esdb.ExpectedRevision
		ok       bool
		next     uint64
	}{
		{esdb.StreamExists{}, false, 0},
		{esdb.Revision(0), false, 0},
		{esdb.NoStream{}, true, 1},
		{esdb.NoStream{}, false, 0},
		{esdb.Revision(0), false, 0},
		{esdb.Revision(2), false, 0},
		{esdb.Revision(1), true, 3},
		{esdb.StreamExists{}, true, 5},
		{esdb.Any{}, true, 7},
	} {
		res, err := client.AppendToStream(soon(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: c.expected}, some(2)...)
		e, _ := esdb.FromError(err)
		switch {
		case c.ok && err != nil:
			t.Errorf("append %d: %v", i, err)
		case c.ok && res.NextExpectedVersion != c.next:
			t.Errorf("append %d ends at revision %d, want %d", i, res.NextExpectedVersion, c.next)
		case !c.ok && (e == nil || e.Code() != esdb.ErrorCodeWrongExpectedVersion):
			t.Errorf("append %d: %v, want a wrong expected version", i, err)
		}
	}
}

// A conflict is answered as such however much the client has still to send.
func TestConflictOfALargeAppend(t *testing.T) {
	client := connect(t, Start(t, NewStore()))
	for range 20 {
		_, err := client.AppendToStream(soon(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.StreamExists{}}, some(200)...)
		if e, _ := esdb.FromError(err); e == nil || e.Code() != esdb.ErrorCodeWrongExpectedVersion {
			t.Fatalf("append: %v, want a wrong expected version", err)
		}
	}
}

func TestRepeatedAppend(t *testing.T) {
	server := Start(t, NewStore())
	client := connect(t, server)
	evs := some(3)
	var results []esdb.WriteResult
	for _, expected := range []esdb.ExpectedRevision{esdb.NoStream{}, esdb.NoStream{}, esdb.Any{}, esdb.StreamExists{}} {
		res, err := client.AppendToStream(soon(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: expected}, evs...)
		if err != nil {
			t.Fatal(err)
		}
		if results = append(results, *res); *res != results[0] {
			t.Errorf("the repeat was answered %+v, the first %+v", *res, results[0])
		}
	}
	longer := append(evs[:3:3], some(1)...)
	if _, err := client.AppendToStream(soon(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, longer...); err == nil {
		t.Error("an append that goes on differently was taken for the stored one")
	}
	if n := server.Store().Len(); n != 3 {
		t.Errorf("%d events stored, want 3", n)
	}
}

func TestReads(t *testing.T) {
	client := connect(t, Start(t, NewStore()))
	evs := some(5)
	if _, err := client.AppendToStream(soon(t), "s", esdb.AppendToStreamOptions{}, evs...); err != nil {
		t.Fatal(err)
	}
	collect := func(reader *esdb.ReadStream, err error) (out []*esdb.RecordedEvent) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		for {
			e, err := reader.Recv()
			if errors.Is(err, io.EOF) {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e.Event)
		}
	}
	stream := func(way esdb.Direction, from esdb.StreamPosition, count uint64) (revisions []uint64) {
		for _, e := range collect(client.ReadStream(soon(t), "s", esdb.ReadStreamOptions{Direction: way, From: from}, count)) {
			revisions = append(revisions, e.EventNumber)
		}
		return revisions
	}
	for _, c := range []struct {
		way  esdb.Direction
		from esdb.StreamPosition
		n    uint64
		want []uint64
	}{
		{esdb.Forwards, esdb.Start{}, 9, []uint64{0, 1, 2, 3, 4}},
		{esdb.Forwards, esdb.Revision(3), 9, []uint64{3, 4}},
		{esdb.Forwards, esdb.Revision(1), 2, []uint64{1, 2}},
		{esdb.Forwards, esdb.Revision(5), 9, nil},
		{esdb.Forwards, esdb.End{}, 9, nil},
		{esdb.Backwards, esdb.End{}, 2, []uint64{4, 3}},
		{esdb.Backwards, esdb.Revision(1), 9, []uint64{1, 0}},
		{esdb.Backwards, esdb.Start{}, 9, []uint64{0}},
	} {
		got := stream(c.way, c.from, c.n)
		if len(got) != len(c.want) {
			t.Errorf("read %v from %v of %d: revisions %v, want %v", c.way, c.from, c.n, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("read %v from %v of %d: revisions %v, want %v", c.way, c.from, c.n, got, c.want)
			}
		}
	}
	all := collect(client.ReadAll(soon(t), esdb.ReadAllOptions{}, 100))
	var ours []*esdb.RecordedEvent
	for i, e := range all {
		if i > 0 && e.Position.Commit <= all[i-1].Position.Commit+1 {
			t.Errorf("position %d follows %d: no gap", e.Position.Commit, all[i-1].Position.Commit)
		}
		if e.StreamID == "s" {
			ours = append(ours, e)
		}
	}
	if len(ours) != 5 || len(all) == 5 {
		t.Fatalf("$all has %d events, %d of them ours", len(all), len(ours))
	}
	if age := time.Since(ours[0].CreatedDate); age < -time.Second || age > time.Minute {
		t.Errorf("created %s ago", age)
	}
	if got := collect(client.ReadAll(soon(t), esdb.ReadAllOptions{From: ours[2].Position}, 1)); got[0].EventID != ours[2].EventID {
		t.Error("a read from a position leaves its event out")
	}
	reader, err := client.ReadStream(soon(t), "missing", esdb.ReadStreamOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = reader.Recv()
	if e, _ := esdb.FromError(err); e == nil || e.Code() != esdb.ErrorCodeResourceNotFound {
		t.Errorf("read of a missing stream: %v", err)
	}
}

func TestSubscriptionsAndFilters(t *testing.T) {
	server := Start(t, NewStore())
	client := connect(t, server)
	first, err := client.AppendToStream(soon(t), "case-1", esdb.AppendToStreamOptions{}, some(1)...)
	if err != nil {
		t.Fatal(err)
	}
	server.Store().AddSystem(40)
	for name, filter := range map[string]*esdb.SubscriptionFilter{
		"prefix":     {Type: esdb.StreamFilterType, Prefixes: []string{"other", "case-"}},
		"regex":      {Type: esdb.StreamFilterType, Regex: "^[^$]"},
		"event type": esdb.ExcludeSystemEventsFilter(),
	} {
		t.Run(name, func(t *testing.T) {
			from := esdb.Position{Commit: first.CommitPosition, Prepare: first.PreparePosition}
			sub, err := client.SubscribeToAll(soon(t), esdb.SubscribeToAllOptions{From: from, Filter: filter, MaxSearchWindow: 8, CheckpointInterval: 2})
			if err != nil {
				t.Fatal(err)
			}
			defer sub.Close()
			checkpoints := 0
			for caughtUp := false; !caughtUp; {
				e := sub.Recv()
				switch {
				case e.SubscriptionDropped != nil:
					t.Fatal(e.SubscriptionDropped.Error)
				case e.CheckPointReached != nil:
					checkpoints++
				case e.EventAppeared != nil && e.EventAppeared.Event.Position.Commit <= from.Commit:
					t.Fatal("the event at the start came again")
				case e.EventAppeared != nil && e.EventAppeared.Event.StreamID[0] == '$':
					t.Fatal("a filtered event came")
				}
				caughtUp = e.CaughtUp != nil
			}
			if checkpoints < 2 {
				t.Errorf("%d checkpoints over 40 filtered events", checkpoints)
			}
			live := some(1)
			if _, err := client.AppendToStream(soon(t), "case-2", esdb.AppendToStreamOptions{}, live...); err != nil {
				t.Fatal(err)
			}
			for {
				e := sub.Recv()
				if e.SubscriptionDropped != nil {
					t.Fatal(e.SubscriptionDropped.Error)
				}
				if e.EventAppeared != nil && e.EventAppeared.Event.EventID == live[0].EventID {
					break
				}
			}
			server.DropSubscriptions()
			for sub.Recv().SubscriptionDropped == nil {
			}
		})
	}
}
