package sqlitelog_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/sqlitelog"
)

// crashEnv holds the folder that a child process writes to until it is killed.
const crashEnv = "MKR_CRASH_DIR"

// crashWriters is how many goroutines of the child append at once.
const crashWriters = 64

// crashingChild is the child: writers append one to three events at a time, each to its own stream and now and then to one that
// they fight for, and say on standard output what was acknowledged. It never ends by itself.
func crashingChild(dir string) {
	l, err := sqlitelog.Open(sqlitelog.Options{Dir: dir})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fail := func(err error) {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for w := range crashWriters {
		go func() {
			ctx := context.Background()
			rng := rand.New(rand.NewPCG(rand.Uint64(), uint64(w)))
			at := map[string]eventlog.Expected{}
			for n := 0; ; n++ {
				stream := fmt.Sprintf("writer-%d", w)
				if n%8 == 0 {
					stream = "shared"
				}
				_, known := at[stream]
				if !known {
					at[stream] = eventlog.NoStream // or where an earlier child left it: the conflict tells
				}
				evs := make([]eventlog.NewEvent, 1+rng.IntN(3))
				ids := make([]string, len(evs))
				for i := range evs {
					evs[i] = eventlog.NewEvent{ID: uuid.New(), Type: "crash.tested", Data: make([]byte, rng.IntN(2000)), Meta: []byte("{}")}
					ids[i] = evs[i].ID.String()
				}
				res, err := l.Append(ctx, stream, at[stream], evs...)
				if wrong, ok := err.(*eventlog.WrongRevisionError); ok && (stream == "shared" || !known) {
					at[stream] = wrong.Actual
					continue
				}
				if err != nil {
					fail(err)
				}
				at[stream] = eventlog.At(res.Revision)
				// One write for one line: the pipe keeps it whole, and what is in the pipe outlives the child.
				fmt.Fprintf(os.Stdout, "ack %s %d %d %s\n", stream, res.Revision, res.Position, strings.Join(ids, ","))
			}
		}()
	}
	select {}
}

// ack is what the child was told.
type ack struct {
	stream   string
	revision uint64
	position eventlog.Position
	ids      []uuid.UUID
}

// TestKill9 kills a process in the middle of many writers, again and again on the same folder, and finds every acknowledged
// event exactly once, where the receipt said it was.
func TestKill9(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 5
	}
	seed := rand.Uint64()
	if s, err := strconv.ParseUint(os.Getenv("MKR_TEST_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("MKR_TEST_SEED=%d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))

	dir := t.TempDir()
	audit := auditor{seen: map[uuid.UUID]bool{}, next: map[string]uint64{}}
	acks := 0
	for round := range rounds {
		// The moment is a number of acknowledgements, so that a slow machine is killed in the same places as a fast one.
		got := killAfter(t, dir, 1+rng.IntN(600))
		acks += len(got)
		l, err := sqlitelog.Open(sqlitelog.Options{Dir: dir})
		if err != nil {
			t.Fatalf("round %d: reopen: %v", round, err)
		}
		audit.check(t, l, got)
		if err := l.Close(); err != nil {
			t.Fatalf("round %d: close: %v", round, err)
		}
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
	t.Logf("%d kills, %d acknowledged appends, %d events stored", rounds, acks, len(audit.seen))
}

// killAfter starts a child, kills it once it has acknowledged n appends, and returns all that it acknowledged.
func killAfter(t *testing.T, dir string, n int) []ack {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashEnv+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	defer child.Wait()
	defer kill.Do(func() { child.Process.Kill() })

	var acks []ack
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) != 5 || f[0] != "ack" {
			t.Fatalf("the child says %q", lines.Text())
		}
		revision, err1 := strconv.ParseUint(f[2], 10, 64)
		position, err2 := strconv.ParseUint(f[3], 10, 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("the child says %q", lines.Text())
		}
		a := ack{stream: f[1], revision: revision, position: eventlog.Position(position)}
		for id := range strings.SplitSeq(f[4], ",") {
			a.ids = append(a.ids, uuid.MustParse(id))
		}
		acks = append(acks, a)
		if len(acks) == n {
			kill.Do(func() { child.Process.Kill() }) // and read on: what it said until it died counts
		}
	}
	if len(acks) < n {
		t.Fatalf("the child ended after %d acknowledgements: %v", len(acks), lines.Err())
	}
	return acks
}

// auditor reads the log as it grows from round to round.
type auditor struct {
	at   eventlog.Position
	seen map[uuid.UUID]bool
	next map[string]uint64 // stream -> the revision that must come next
}

// check reads what is new in the log and finds the acknowledged events in it.
func (a *auditor) check(t *testing.T, l *sqlitelog.Log, acks []ack) {
	t.Helper()
	fresh := map[uuid.UUID]eventlog.Recorded{}
	for {
		page, err := l.ReadAll(context.Background(), a.at, 1000)
		if err != nil {
			t.Fatalf("ReadAll: %v", err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			if a.seen[e.ID] {
				t.Errorf("event %s is stored twice", e.ID)
			}
			if e.Revision != a.next[e.Stream] {
				t.Errorf("stream %s: revision %d where %d comes next", e.Stream, e.Revision, a.next[e.Stream])
			}
			a.seen[e.ID], fresh[e.ID] = true, e
			a.next[e.Stream]++
			a.at = e.Position
		}
	}
	for _, ack := range acks {
		for i, id := range ack.ids {
			behind := len(ack.ids) - 1 - i
			e, ok := fresh[id]
			switch {
			case !ok:
				t.Errorf("event %s of stream %s was acknowledged and is lost", id, ack.stream)
			case e.Stream != ack.stream || e.Revision != ack.revision-uint64(behind):
				t.Errorf("event %s is at %s/%d, acknowledged at %s/%d", id, e.Stream, e.Revision, ack.stream, ack.revision-uint64(behind))
			case behind == 0 && e.Position != ack.position:
				t.Errorf("event %s is at position %d, acknowledged at %d", id, e.Position, ack.position)
			}
		}
	}
}
