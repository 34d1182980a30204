package sqlitelog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
)

// gate holds the writer at a step until it is let go.
type gate struct {
	step    sqlitelog.Step
	reached chan struct{}
	release chan struct{}
	commits atomic.Int64
	inserts atomic.Int64
}

func (g *gate) fault(step sqlitelog.Step) error {
	switch step {
	case sqlitelog.AfterCommit:
		g.commits.Add(1)
	case sqlitelog.BeforeInsert:
		g.inserts.Add(1)
	}
	if step == g.step {
		select {
		case g.reached <- struct{}{}:
			<-g.release
		case <-g.release: // closed: the gate stands open
		}
	}
	return nil
}

// gated opens a log whose writer stops at a step each time, until open is called.
func gated(t *testing.T, step sqlitelog.Step) (l *sqlitelog.Log, g *gate, open func()) {
	t.Helper()
	g = &gate{step: step, reached: make(chan struct{}), release: make(chan struct{})}
	l, err := sqlitelog.Open(sqlitelog.Options{Dir: t.TempDir(), Fault: g.fault})
	if err != nil {
		t.Fatal(err)
	}
	open = sync.OnceFunc(func() { close(g.release) })
	t.Cleanup(func() { open(); l.Close() })
	return l, g, open
}

func one() eventlog.NewEvent {
	return eventlog.NewEvent{ID: uuid.New(), Type: "thing.happened", Data: []byte("{}")}
}

// Appends that come while a batch is being written go together into the next.
func TestWaitingAppendsShareOneCommit(t *testing.T) {
	const n = 200
	l, g, open := gated(t, sqlitelog.BeforeCommit)
	var wg sync.WaitGroup
	add := func(stream string) {
		wg.Go(func() {
			if _, err := l.Append(context.Background(), stream, eventlog.NoStream, one()); err != nil {
				t.Error(err)
			}
		})
	}
	add("first")
	<-g.reached
	for i := range n {
		add(fmt.Sprintf("case-%d", i))
	}
	l.AwaitQueued(n)
	open()
	wg.Wait()
	if got := g.commits.Load(); got != 2 {
		t.Errorf("%d commits for one append and %d that waited, want 2", got, n)
	}
}

// Nobody hears of an event that is not committed: not its writer, not a reader, not a tail.
func TestNothingIsSaidBeforeTheCommit(t *testing.T) {
	l, g, open := gated(t, sqlitelog.BeforeCommit)
	ctx := context.Background()
	acked := make(chan error, 1)
	go func() {
		_, err := l.Append(ctx, "case-1", eventlog.NoStream, one())
		acked <- err
	}()
	waited := make(chan error, 1)
	go func() { waited <- l.Wait(ctx, 0) }()
	<-g.reached // inserted, not committed
	if got, err := l.ReadAll(ctx, 0, 10); err != nil || len(got) != 0 {
		t.Errorf("ReadAll before the commit: %d events, %v", len(got), err)
	}
	if got, err := l.ReadStream(ctx, "case-1", 0); err != nil || len(got) != 0 {
		t.Errorf("ReadStream before the commit: %d events, %v", len(got), err)
	}
	select {
	case err := <-acked:
		t.Fatalf("acknowledged before the commit (%v)", err)
	case err := <-waited:
		t.Fatalf("published before the commit (%v)", err)
	default:
	}
	open()
	if err := <-acked; err != nil {
		t.Error(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
}

// A conflict in a batch answers alone; its neighbours are stored.
func TestConflictFailsNobodyElse(t *testing.T) {
	l, g, open := gated(t, sqlitelog.BeforeCommit)
	ctx := context.Background()
	var wg sync.WaitGroup
	results := make([]error, 30)
	wg.Go(func() { l.Append(ctx, "first", eventlog.NoStream, one()) })
	<-g.reached
	for i := range results {
		wg.Go(func() { // every third stream exists in neither revision asked for, two want the same revision of one stream
			_, results[i] = l.Append(ctx, fmt.Sprintf("case-%d", i/2), eventlog.Expected(i%3-1), one())
		})
	}
	l.AwaitQueued(len(results))
	open()
	wg.Wait()
	stored := map[string]int{}
	for i, err := range results {
		switch {
		case err == nil:
			stored[fmt.Sprintf("case-%d", i/2)]++
		case !errors.Is(err, eventlog.ErrWrongRevision):
			t.Errorf("append %d: %v", i, err)
		}
	}
	total := 0
	for stream, n := range stored {
		total += n
		if got, err := l.ReadStream(ctx, stream, 0); err != nil || len(got) != n {
			t.Errorf("%s: %d events, %v; %d were acknowledged", stream, len(got), err, n)
		}
	}
	if got, err := l.ReadAll(ctx, 0, 1000); err != nil || len(got) != total+1 {
		t.Errorf("%d events in the log, %v; want %d", len(got), err, total+1)
	}
	if total == 0 || total == len(results) {
		t.Errorf("%d of %d stored: the test shows nothing", total, len(results))
	}
}

// A conflict that rests on an earlier append of its own batch must not be told if that batch is rolled back.
func TestConflictIsNotToldWhenItsBatchFails(t *testing.T) {
	hold, release := make(chan struct{}), make(chan struct{})
	var commits atomic.Int64
	l, err := sqlitelog.Open(sqlitelog.Options{Dir: t.TempDir(), Fault: func(step sqlitelog.Step) error {
		if step == sqlitelog.BeforeCommit {
			switch commits.Add(1) {
			case 1:
				close(hold)
				<-release
			case 2:
				return errors.New("injected")
			}
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx := context.Background()
	var wg sync.WaitGroup
	wg.Go(func() { l.Append(ctx, "first", eventlog.NoStream, one()) })
	<-hold
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() { _, errs[i] = l.Append(ctx, "case-1", eventlog.NoStream, one()) })
	}
	l.AwaitQueued(len(errs))
	close(release)
	wg.Wait()
	for i, err := range errs {
		if !errors.Is(err, eventlog.ErrUnavailable) {
			t.Errorf("append %d of a batch that failed: %v, want ErrUnavailable", i, err)
		}
	}
}

// An append whose caller leaves while it waits is taken back.
func TestCancelledWhileWaitingIsNotStored(t *testing.T) {
	l, g, open := gated(t, sqlitelog.BeforeCommit)
	var wg sync.WaitGroup
	wg.Go(func() { l.Append(context.Background(), "first", eventlog.NoStream, one()) })
	<-g.reached
	ctx, cancel := context.WithCancel(context.Background())
	errs := make(chan error)
	for i := range 10 {
		go func() {
			_, err := l.Append(ctx, fmt.Sprintf("case-%d", i), eventlog.NoStream, one())
			errs <- err
		}()
	}
	l.AwaitQueued(10)
	cancel()
	for range 10 {
		if err := <-errs; !errors.Is(err, context.Canceled) { // at once: the writer still stands at its gate
			t.Errorf("%v, want context.Canceled", err)
		}
	}
	open()
	wg.Wait()
	if _, err := l.Append(context.Background(), "last", eventlog.NoStream, one()); err != nil {
		t.Fatal(err)
	}
	if got, err := l.ReadAll(context.Background(), 0, 100); err != nil || len(got) != 2 {
		t.Errorf("%d events stored, %v; want the first and the last only", len(got), err)
	}
}

// A full disk refuses appends with a sentence, serves reads, and is forgotten once there is room again.
func TestFullDisk(t *testing.T) {
	r := newRig(t)
	l := r.open(t)
	fill(t, l, "case-1", 100)
	ctx := context.Background()
	if err := l.LimitPages(l.Pages() + 2); err != nil {
		t.Fatal(err)
	}
	at := eventlog.Expected(99)
	var full error
	for range 200 {
		big := one()
		big.Data = noise(50_000)
		res, err := l.Append(ctx, "case-1", at, big)
		if err != nil {
			full = err
			break
		}
		at = eventlog.At(res.Revision)
	}
	if !errors.Is(full, eventlog.ErrUnavailable) || !strings.Contains(full.Error(), "free some space") {
		t.Fatalf("append to a full disk: %v, want ErrUnavailable saying what to do", full)
	}
	got, err := l.ReadStream(ctx, "case-1", 0)
	if err != nil || eventlog.Expected(len(got)-1) != at {
		t.Fatalf("read on a full disk: %d events, %v; want %d", len(got), err, at+1)
	}
	if err := l.LimitPages(1 << 30); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Append(ctx, "case-1", at, one()); err != nil {
		t.Fatalf("append after space was made: %v", err)
	}
}

// Reads and writes go on while a reader reads slowly: pages are bounded, and no read holds a transaction between calls.
func TestPagesAreBounded(t *testing.T) {
	l := newRig(t).open(t)
	ctx := context.Background()
	const n = 40
	for i := range n {
		big := one()
		big.Data = noise(eventlog.MaxAppendBytes - 100)
		if _, err := l.Append(ctx, "large", eventlog.Expected(i-1), big); err != nil {
			t.Fatal(err)
		}
	}
	var after eventlog.Position
	seen, pages := 0, 0
	for {
		page, err := l.ReadAll(ctx, after, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		bytes := 0
		for _, e := range page {
			bytes += len(e.Data)
		}
		if bytes > 34<<20 {
			t.Errorf("a page of %d bytes", bytes)
		}
		seen, pages, after = seen+len(page), pages+1, page[len(page)-1].Position
	}
	if seen != n || pages < 2 {
		t.Errorf("%d events in %d pages, want %d in several", seen, pages, n)
	}
}

// The write-ahead log is used again from its start: it does not grow with the log.
func TestWriteAheadLogStaysSmall(t *testing.T) {
	l := newRig(t).open(t)
	const megabytes = 32
	for i := range megabytes {
		fill(t, l, fmt.Sprintf("case-%d", i), 1000)
		if _, err := l.ReadAll(context.Background(), 0, 100); err != nil {
			t.Fatal(err)
		}
	}
	if size := l.WALSize(); size > 28<<20 {
		t.Errorf("the write-ahead log has %d MB after %d MB of events", size>>20, megabytes)
	}
}

// Close answers while the writer is busy: the batch in hand is finished, what waits is refused.
func TestCloseFinishesTheBatchInHand(t *testing.T) {
	l, g, open := gated(t, sqlitelog.BeforeCommit)
	first, waiting, closed := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := l.Append(context.Background(), "first", eventlog.NoStream, one())
		first <- err
	}()
	<-g.reached
	go func() {
		_, err := l.Append(context.Background(), "waiting", eventlog.NoStream, one())
		waiting <- err
	}()
	l.AwaitQueued(1)
	go func() { closed <- l.Close() }()
	l.AwaitClosing()
	open()
	if err := <-first; err != nil {
		t.Errorf("the batch in hand: %v", err)
	}
	if err := <-waiting; err != nil && !errors.Is(err, eventlog.ErrClosed) {
		t.Errorf("the append that waited: %v, want ErrClosed or stored", err)
	}
	select {
	case err := <-closed:
		if err != nil {
			t.Errorf("Close: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("Close hangs")
	}
}
