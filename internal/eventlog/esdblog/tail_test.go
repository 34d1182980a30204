package esdblog_test

import (
	"testing"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
)

// A dropped subscription is made again where it stood: the tail, fed by another process's appends, neither skips nor repeats.
func TestDroppedSubscription(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	reader, writer := open(t, server), open(t, server)
	ctx := within(t, patience)
	const n = 60
	type result struct {
		events []eventlog.Recorded
		err    error
	}
	tail := make(chan result, 1)
	go func() {
		got, err := follow(ctx, reader, n)
		tail <- result{got, err}
	}()
	want := map[string][]eventlog.NewEvent{}
	for i := range n {
		if i%10 == 5 {
			if err := server.Await(ctx, func(c esdbtest.Counts) bool { return c.Subscriptions >= 2 }); err != nil {
				t.Fatalf("the subscriptions do not come back: %v", err)
			}
			server.DropSubscriptions()
			server.Store().AddSystem(10)
		}
		evs := events(1)
		must(t, writer, "case", eventlog.Expected(i-1), evs...)
		want["case"] = append(want["case"], evs...)
	}
	got := <-tail
	if got.err != nil {
		t.Fatal(got.err)
	}
	same(t, got.events, want)
	// Beginning again at the start of the log would bring each of them to both logs up to six times more.
	if sent := server.Counts().Delivered; sent > 3*n {
		t.Errorf("two subscriptions brought %d events, of %d", sent, n)
	}
}

// A subscription that stays open and brings nothing is noticed, and made again.
func TestSilentSubscription(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	reader, writer := open(t, server, esdblog.WithLimit(200*time.Millisecond)), open(t, server)
	ctx := within(t, patience)
	after := must(t, writer, "case", eventlog.NoStream, events(1)...).Position
	if err := reader.Wait(ctx, after-1); err != nil {
		t.Fatal(err)
	}
	server.SilenceSubscriptions()
	for i := range 3 {
		res := must(t, writer, "case", eventlog.Expected(i), events(1)...)
		if err := reader.Wait(ctx, after); err != nil {
			t.Fatal(err)
		}
		after = res.Position
	}
	// The silent one was given up for another.
	if err := server.Await(ctx, func(c esdbtest.Counts) bool { return c.Confirmed >= 3 }); err != nil {
		t.Fatalf("no new subscription: %v", err)
	}
}

// A live event reaches a tail without a read.
func TestLiveEventsCostNoRead(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	reader, writer := open(t, server), open(t, server)
	ctx := within(t, patience)
	if err := server.Await(ctx, func(c esdbtest.Counts) bool { return c.Subscriptions == 2 }); err != nil {
		t.Fatal(err)
	}
	after := must(t, writer, "case", eventlog.NoStream, events(1)...).Position
	if err := reader.Wait(ctx, after-1); err != nil {
		t.Fatal(err)
	}
	reads := server.Counts().AllReads
	for i := range 50 {
		res := must(t, writer, "case", eventlog.Expected(i), events(1)...)
		if err := reader.Wait(ctx, after); err != nil {
			t.Fatal(err)
		}
		got, err := reader.ReadAll(ctx, after, 10)
		if err != nil || len(got) != 1 || got[0].Position != res.Position {
			t.Fatalf("read %d events, %v, want the one at %d", len(got), err, res.Position)
		}
		got[0].Data[0] = 'x' // the caller's own copy
		if again, err := reader.ReadAll(ctx, after, 10); err != nil || len(again) != 1 || again[0].Data[0] != '{' {
			t.Fatalf("what one reader writes, another reads: %v", err)
		}
		after = res.Position
	}
	if n := server.Counts().AllReads - reads; n != 0 {
		t.Errorf("50 live events cost %d reads", n)
	}
}

// Thousands of the system's events between two of ours are no end of the log.
func TestSystemEventsAreNoEnd(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	server.Store().AddSystem(5000)
	writer := open(t, server)
	ctx := within(t, patience)
	evs := events(3)
	for i := range evs {
		must(t, writer, "case", eventlog.Expected(i-1), evs[i])
		server.Store().AddSystem(3000)
	}
	late := open(t, server) // its subscription begins behind everything
	var after eventlog.Position
	for i := range evs {
		if err := late.Wait(ctx, after); err != nil {
			t.Fatal(err)
		}
		got, err := late.ReadAll(ctx, after, 1)
		if err != nil || len(got) != 1 || got[0].ID != evs[i].ID {
			t.Fatalf("event %d: read %d events, %v", i, len(got), err)
		}
		after = got[0].Position
	}
	if got, err := late.ReadAll(ctx, after, 1); err != nil || len(got) != 0 {
		t.Fatalf("at the end: %d events, %v", len(got), err)
	}
}

// A log remembers a bounded part of the end; what is older is read from the server, with no seam between them.
func TestMoreThanIsRemembered(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	reader, writer := open(t, server), open(t, server)
	ctx := within(t, patience)
	if err := server.Await(ctx, func(c esdbtest.Counts) bool { return c.Subscriptions == 2 }); err != nil {
		t.Fatal(err)
	}
	want := map[string][]eventlog.NewEvent{}
	var last eventlog.Position
	for len(want["case"]) < 6000 {
		evs := events(eventlog.MaxBatch)
		last = must(t, writer, "case", eventlog.Expected(len(want["case"])-1), evs...).Position
		want["case"] = append(want["case"], evs...)
	}
	if err := reader.Wait(ctx, last-1); err != nil {
		t.Fatal(err)
	}
	got, err := follow(ctx, reader, 6000)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
}
