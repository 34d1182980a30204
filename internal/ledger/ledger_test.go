package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"mkr/internal/eventlog"
	"mkr/internal/eventlog/esdblog"
	"mkr/internal/eventlog/esdblog/esdbtest"
	"mkr/internal/eventlog/sqlitelog"
	"mkr/internal/ledger"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func keyOf(t testing.TB) *ledger.Signer {
	t.Helper()
	key, err := ledger.NewLogKey()
	ok(t, err)
	return key
}

func openLog(t testing.TB, dir string) *sqlitelog.Log {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	log, err := sqlitelog.Open(sqlitelog.Options{Dir: dir, Now: func() time.Time { at = at.Add(time.Second); return at }})
	ok(t, err)
	return log
}

// write appends n events in batches to seven streams in turn. Ids derive from what, so that two logs can be alike.
func write(t testing.TB, log eventlog.Log, what string, n int) {
	t.Helper()
	heads := map[string]eventlog.Expected{}
	for i := 0; i < n; {
		stream := fmt.Sprintf("case-%s-%d", what, len(heads)+i%3)
		expected, there := heads[stream]
		if !there {
			expected = eventlog.NoStream
		}
		var batch []eventlog.NewEvent
		for range min(1+i%40, n-i) {
			id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", what, i))
			batch = append(batch, eventlog.NewEvent{ID: id, Type: "case.noted", Data: fmt.Appendf(nil, `{"n":%d}`, i), Meta: []byte(`{}`)})
			i++
		}
		r, err := log.Append(context.Background(), stream, expected, batch...)
		ok(t, err)
		heads[stream] = eventlog.At(r.Revision)
	}
}

// folder is a server's data folder: log, ledger, checkpoint.
type folder struct {
	dir string
	key *ledger.Signer
}

func (f folder) options(log eventlog.Log) ledger.Options {
	return ledger.Options{Log: log, Dir: filepath.Join(f.dir, "ledger"), Checkpoint: filepath.Join(f.dir, "checkpoint"), Key: f.key}
}

// open starts a ledger on a log, as a server does, and says whether the log is what was signed.
func (f folder) open(t testing.TB, log eventlog.Log) (*ledger.Ledger, error) {
	t.Helper()
	l, err := ledger.Open(f.options(log))
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, l.Check(t.Context(), nil)
}

// signed is a folder whose log of n events was checked and signed, and is closed again.
func signed(t testing.TB, n int) folder {
	t.Helper()
	f := folder{t.TempDir(), keyOf(t)}
	log := openLog(t, filepath.Join(f.dir, "log"))
	defer log.Close()
	write(t, log, "a", n)
	l, err := f.open(t, log)
	ok(t, err)
	s, err := l.Publish(t.Context())
	ok(t, err)
	if s.Size != uint64(n) {
		t.Fatalf("%d events were signed, %d stored", s.Size, n)
	}
	return f
}

// behindItsBack changes the file of the log as somebody would who owns the machine: the triggers that keep it are dropped first.
func (f folder) behindItsBack(t testing.TB, script string) {
	t.Helper()
	conn, err := sqlite.OpenConn(filepath.Join(f.dir, "log", "log.db"), sqlite.OpenReadWrite)
	ok(t, err)
	defer conn.Close()
	ok(t, sqlitex.ExecuteScript(conn, "DROP TRIGGER events_keep; DROP TRIGGER events_stay; DROP TRIGGER streams_keep; DROP TRIGGER streams_stay;"+script, nil))
}

// verdict opens the folder again and answers what the ledger says.
func (f folder) verdict(t testing.TB) error {
	t.Helper()
	log := openLog(t, filepath.Join(f.dir, "log"))
	defer log.Close()
	_, err := f.open(t, log)
	return err
}

// Whatever is done to the log behind the server's back, it is noticed, and the first bad event is named.
func TestTamperingIsNamed(t *testing.T) {
	const n, bad = 600, 437 // the 437th event, of leaf 436
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "a %d", bad-1))
	for _, tt := range []struct {
		name, script, kind string
		leaf               uint64
	}{
		{"a byte of the data", "UPDATE events SET data = CAST(replace(data, '436', '437') AS BLOB) WHERE pos = 437", ledger.Altered, bad - 1},
		{"a byte of the metadata", "UPDATE events SET meta = CAST('{ }' AS BLOB) WHERE pos = 437", ledger.Altered, bad - 1},
		{"when it was recorded", "UPDATE events SET ts = ts + 1 WHERE pos = 437", ledger.Altered, bad - 1},
		{"its type", "UPDATE events SET type = 'case.closed' WHERE pos = 437", ledger.Altered, bad - 1},
		{"another stream's name", "UPDATE streams SET name = 'case-b-2' WHERE name = 'case-a-2'", ledger.Altered, 1},
		{"one event gone", "DELETE FROM events WHERE pos = 437", ledger.Missing, bad - 1},
		{"one event for another", "UPDATE events SET id = CAST(zeroblob(15) || x'01' AS BLOB) WHERE pos = 437", ledger.Replaced, bad - 1},
		{"one event put in", "UPDATE events SET pos = pos + 1000 WHERE pos >= 437; UPDATE events SET pos = pos - 999 WHERE pos >= 1437; INSERT INTO events SELECT 437, 1, 9999, ts, CAST(zeroblob(15) || x'01' AS BLOB), type, data, meta FROM events WHERE pos = 436", ledger.Replaced, bad - 1},
		{"the last hour gone", "DELETE FROM events WHERE pos >= 437", ledger.Shortened, bad - 1},
		{"all gone", "DELETE FROM events", ledger.Shortened, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := signed(t, n)
			ok(t, f.verdict(t)) // as it is, it opens
			f.behindItsBack(t, tt.script)
			err := f.verdict(t)
			var bad *ledger.TamperError
			if !errors.As(err, &bad) || bad.Kind != tt.kind || bad.Leaf != tt.leaf {
				t.Fatalf("%v (%+v)", err, bad)
			}
			if tt.leaf == 436 && (bad.Event != id || !strings.Contains(err.Error(), id.String()) || bad.Position != 437) {
				t.Errorf("the event is not named: %v", err)
			}
			// Without the file of leaves it is noticed all the same; only the name is lost.
			ok(t, os.RemoveAll(filepath.Join(f.dir, "ledger")))
			if err := f.verdict(t); !errors.As(err, &bad) || bad.Kind != ledger.Forked && bad.Kind != ledger.Shortened {
				t.Errorf("without the leaves: %v", err)
			}
		})
	}
}

// Yesterday's backup is a whole log, but not the one that was signed today.
func TestYesterdaysBackupIsRefused(t *testing.T) {
	f := signed(t, 300)
	backup, err := os.ReadFile(filepath.Join(f.dir, "log", "log.db"))
	ok(t, err)
	log := openLog(t, filepath.Join(f.dir, "log"))
	write(t, log, "today", 40)
	l, err := f.open(t, log)
	ok(t, err)
	_, err = l.Publish(t.Context())
	ok(t, err)
	ok(t, log.Close())

	ok(t, os.WriteFile(filepath.Join(f.dir, "log", "log.db"), backup, 0o600))
	var bad *ledger.TamperError
	if err := f.verdict(t); !errors.As(err, &bad) || bad.Kind != ledger.Shortened || bad.Leaf != 300 || bad.Signed != 340 {
		t.Fatalf("yesterday's backup: %v", err)
	}
	// And if work goes on upon it, it is another history, not a shorter one.
	log = openLog(t, filepath.Join(f.dir, "log"))
	write(t, log, "instead", 60)
	ok(t, log.Close())
	if err := f.verdict(t); !errors.As(err, &bad) || bad.Kind != ledger.Replaced || bad.Leaf != 300 {
		t.Fatalf("yesterday's backup with another today: %v", err)
	}
}

// Files that are the ledger's own can be lost or damaged: they are made again, and prove the same.
func TestTheLedgersFilesCanBeMadeAgain(t *testing.T) {
	f := signed(t, 520)
	for name, harm := range map[string]func(path string) error{
		"lost":    os.Remove,
		"garbage": func(p string) error { return os.WriteFile(p, []byte("garbage"), 0o600) },
		"cut":     func(p string) error { return os.Truncate(p, 1000) },
		"zeros": func(p string) error {
			b, err := os.ReadFile(p)
			clear(b[500:])
			return errors.Join(err, os.WriteFile(p, b, 0o600))
		},
		"longer": func(p string) error {
			b, err := os.ReadFile(p)
			return errors.Join(err, os.WriteFile(p, append(b, b[100:400]...), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ok(t, harm(ledger.LeavesFile(filepath.Join(f.dir, "ledger"))))
			log := openLog(t, filepath.Join(f.dir, "log"))
			defer log.Close()
			l, err := f.open(t, log)
			ok(t, err)
			proveEach(t, l, 520)
		})
	}
}

// proveEach proves every event and checks the proof as one who has only the public key.
func proveEach(t *testing.T, l *ledger.Ledger, n uint64) {
	t.Helper()
	under, err := l.Publish(t.Context())
	ok(t, err)
	for leaf := range n {
		e, err := l.Event(t.Context(), leaf)
		ok(t, err)
		p, err := l.Prove(e, leaf, under)
		ok(t, err)
		ok(t, p.Check(l.Verifier()))
		p.Revision++
		if p.Check(l.Verifier()) == nil {
			t.Fatalf("a proof with another header passes (leaf %d)", leaf)
		}
	}
}

// Two servers on one EventStoreDB have one tree, whatever else is in the store and whenever they look; so they sign the same.
func TestTwoServersAgreeOnTheLeaves(t *testing.T) {
	server := esdbtest.Start(t, esdbtest.NewStore())
	key := keyOf(t)
	var notes []string
	server.Store().AddSystem(30)
	first, err := esdblog.Open(server.URL())
	ok(t, err)
	defer first.Close()
	write(t, first, "a", 50)
	server.Store().AddSystem(7)
	one := folder{t.TempDir(), key}
	l, err := one.open(t, first)
	ok(t, err)
	second, err := esdblog.Open(server.URL())
	ok(t, err)
	defer second.Close()
	write(t, second, "b", 50) // from the other server, while the first follows
	server.Store().AddSystem(3)
	two := folder{t.TempDir(), key}
	m, err := two.open(t, second)
	ok(t, err)
	for _, x := range []*ledger.Ledger{l, m} {
		s, err := x.Publish(t.Context())
		ok(t, err)
		if s.Size != 100 {
			t.Fatalf("%d leaves of 100 events", s.Size)
		}
		notes = append(notes, s.Note())
		proveEach(t, x, 100)
	}
	if notes[0] != notes[1] {
		t.Errorf("two servers sign\n%s\nand\n%s", notes[0], notes[1])
	}
	// Somebody rewrites a record of the store: both notice.
	server.Store().Alter("case-a-3", 0, []byte(`{"n":30}`))
	for _, f := range []folder{one, two} {
		log, err := esdblog.Open(server.URL())
		ok(t, err)
		defer log.Close()
		var bad *ledger.TamperError
		if _, err := f.open(t, log); !errors.As(err, &bad) || bad.Kind != ledger.Altered || bad.Leaf != 7 {
			t.Errorf("an event rewritten in the store: %v", err)
		}
	}
}

// A log that was forked and served on two machines under one key: each goes on alone, and neither can prove that it
// continues the other's.
func TestAForkHasNoConsistencyProof(t *testing.T) {
	f := signed(t, 100)
	var servers []*ledger.Ledger
	for _, what := range []string{"here", "there"} {
		dir := t.TempDir()
		ok(t, os.CopyFS(dir, os.DirFS(f.dir)))
		log := openLog(t, filepath.Join(dir, "log"))
		defer log.Close()
		write(t, log, what, 30)
		l, err := folder{dir, f.key}.open(t, log)
		ok(t, err)
		servers = append(servers, l)
	}
	here, err := servers[0].Publish(t.Context())
	ok(t, err)
	there, err := servers[1].Publish(t.Context())
	ok(t, err)
	path, err := servers[1].Consistency(100, 130)
	ok(t, err)
	old, err := servers[0].SignedAt(100)
	ok(t, err)
	ok(t, ledger.CheckConsistency(path, 100, 130, old.Root, there.Root)) // both begin as the common past did
	if err := ledger.CheckConsistency(path, 100, 130, old.Root, here.Root); !errors.Is(err, ledger.ErrProof) {
		t.Errorf("the proof of the one passes for the other: %v", err)
	}
}

// A ledger that is asked before the log was checked proves nothing, and one that found a bad log never does.
func TestNothingIsProvedBeforeTheCheck(t *testing.T) {
	f := signed(t, 20)
	log := openLog(t, filepath.Join(f.dir, "log"))
	l, err := ledger.Open(f.options(log))
	ok(t, err)
	if _, err := l.Publish(t.Context()); !errors.Is(err, ledger.ErrChecking) {
		t.Errorf("before the check: %v", err)
	}
	ok(t, l.Close())
	ok(t, log.Close())
	f.behindItsBack(t, "DELETE FROM events WHERE pos = 3")
	log = openLog(t, filepath.Join(f.dir, "log"))
	defer log.Close()
	l, err = ledger.Open(f.options(log))
	ok(t, err)
	defer l.Close()
	var bad *ledger.TamperError
	if err := l.Run(t.Context()); !errors.As(err, &bad) {
		t.Errorf("following a bad log: %v", err)
	}
	if _, err := l.Publish(t.Context()); !errors.As(err, &bad) {
		t.Errorf("signing a bad log: %v", err)
	}
	if _, err := l.Consistency(1, 2); !errors.As(err, &bad) {
		t.Errorf("proving a bad log: %v", err)
	}
}

// waited says when somebody begins to wait for what is new.
type waited struct {
	eventlog.Log
	began chan<- struct{}
}

func (w waited) Wait(ctx context.Context, after eventlog.Position) error {
	w.began <- struct{}{}
	return w.Log.Wait(ctx, after)
}

// The ledger follows in the background, and its file moves forward only.
func TestItFollows(t *testing.T) {
	f := signed(t, 5)
	log := openLog(t, filepath.Join(f.dir, "log"))
	defer log.Close()
	tick := make(chan time.Time)
	paused := make(chan struct{}, 16)
	o := f.options(log)
	looking := make(chan struct{}, 16)
	o.Log = waited{o.Log, looking}
	o.After = func(time.Duration) <-chan time.Time { paused <- struct{}{}; return tick }
	l, err := ledger.Open(o)
	ok(t, err)
	defer l.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	<-looking // what is written before the first look would be taken in by it
	write(t, log, "more", 30)
	<-paused // it has seen that there is something, and waits so that more can come
	tick <- time.Time{}
	<-looking
	write(t, log, "yet more", 1)
	<-paused
	if s := l.Newest(); s.Size < 35 {
		t.Errorf("after a look %d are signed", s.Size)
	}
	note, err := os.ReadFile(filepath.Join(f.dir, "checkpoint"))
	ok(t, err)
	if string(note) != l.Newest().Note() {
		t.Error("what was published is not what was kept")
	}
	stop()
	ok(t, <-ended)
}

// A key that did not sign the checkpoint opens nothing.
func TestAnotherKeyIsRefused(t *testing.T) {
	f := signed(t, 5)
	log := openLog(t, filepath.Join(f.dir, "log"))
	defer log.Close()
	if _, err := (folder{f.dir, keyOf(t)}).open(t, log); !errors.Is(err, ledger.ErrSignature) || !strings.Contains(err.Error(), "restore the signing key") {
		t.Errorf("another key: %v", err)
	}
}

func TestKeyFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "signing.key")
	key, err := ledger.CreateKey(path, ledger.NewLogKey)
	ok(t, err)
	again, err := ledger.CreateKey(path, ledger.NewLogKey)
	ok(t, err)
	if again.Private() != key.Private() {
		t.Error("a key was replaced")
	}
	ok(t, os.Chmod(path, 0o644))
	if _, err := ledger.LoadKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
}
