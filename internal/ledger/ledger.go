package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
)

// Options say what a ledger works with. Log, Dir, Checkpoint and Key must be given.
type Options struct {
	Log eventlog.Log
	// Dir is the folder of what can be made again: the leaves, and the checkpoints that witnesses signed.
	Dir string
	// Checkpoint is the path of the file that only goes forward.
	Checkpoint string
	// Key signs. Servers on one store have the same.
	Key *Signer
	// Witnesses are those whose signatures are kept and shown.
	Witnesses []Verifier
	// Every is the pause between two looks at what is new; 2 s if zero.
	Every time.Duration
	// After is the timer of that pause; time.After if nil.
	After  func(time.Duration) <-chan time.Time
	Logger zerolog.Logger
}

const defaultEvery = 2 * time.Second

// Ledger is the tree of a log. All its methods may be called from many goroutines.
type Ledger struct {
	o      Options
	tree   *leaves
	anchor Checkpoint // the file's, at Open

	// turn is held by whoever reads the log into the tree: one at a time.
	turn chan struct{}

	verdict chan struct{} // closed once it is known whether the log is what was signed

	mu      sync.Mutex
	checked bool     // the whole log was held against the checkpoint
	bad     error    // and is not what was signed
	newest  Signed   // what was published last
	cosigns []Signed // those that witnesses signed, oldest first, at most keptCosigned
	stands  []Stand  // of o.Witnesses, in their order
}

// ErrChecking says that the log is still being held against its checkpoint. Ask again.
var ErrChecking = errors.New("ledger: the log is still being checked")

// ErrUnknown says that there is no such event in the tree.
var ErrUnknown = errors.New("ledger: no such event")

const (
	leavesName   = "leaves"
	cosignedName = "cosigned"
)

// Open opens the ledger and reads what was signed last. It does not read the log: Check does, and until it has, nothing is proved.
func Open(o Options) (_ *Ledger, err error) {
	if o.Every == 0 {
		o.Every = defaultEvery
	}
	if o.After == nil {
		o.After = time.After
	}
	l := &Ledger{o: o, turn: make(chan struct{}, 1), verdict: make(chan struct{}), anchor: Checkpoint{Origin: o.Key.Name}}
	switch note, err := os.ReadFile(o.Checkpoint); {
	case errors.Is(err, fs.ErrNotExist):
		// A new log, or one whose checkpoint is lost: Check tells.
	case err != nil:
		return nil, fmt.Errorf("ledger: %w", err)
	default:
		if l.newest, err = OpenCheckpoint(string(note), o.Key.Verifier); err != nil {
			return nil, fmt.Errorf("%s is not signed by this folder's key (%w): restore the signing key from its backup; "+
				"if it is lost for ever, see docs/runbooks/altered-log.md", o.Checkpoint, err)
		}
		l.anchor = l.newest.Checkpoint
	}
	if l.tree, err = openLeaves(filepath.Join(o.Dir, leavesName)); err != nil {
		return nil, err
	}
	if err := l.tree.hold(l.anchor); err != nil {
		l.tree.close()
		return nil, err
	}
	l.loadCosigned()
	return l, nil
}

// hold keeps of the leaves what the checkpoint covers, if they lead to its root. Leaves that do not are of another log, or
// damaged, and are made again; leaves behind the checkpoint may be what a power cut left of a write.
func (l *leaves) hold(c Checkpoint) error {
	if size, _ := l.end(); size < c.Size {
		return l.cut(0)
	}
	root, err := l.root(c.Size)
	if err != nil {
		return err
	}
	if root != c.Root && c.Size > 0 {
		return l.cut(0)
	}
	return l.cut(c.Size)
}

// Verifier is the public key under which the checkpoints are signed.
func (l *Ledger) Verifier() Verifier { return l.o.Key.Verifier }

// Check reads the whole log, holds it against what was signed, and takes in what is new. Until it has answered nil, nothing is
// proved. An error of the store is no verdict: call it again.
func (l *Ledger) Check(ctx context.Context, progress func(events uint64)) error {
	if err := l.take(ctx); err != nil {
		return err
	}
	defer l.give()
	size, _ := l.tree.end()
	stands, err := pass{log: l.o.Log, anchor: l.anchor, known: l.tree.records, size: size, take: l.tree.append, progress: progress}.run(ctx)
	if grown, _ := l.tree.end(); err == nil && stands.Size < grown {
		// An earlier Check was interrupted behind the checkpoint and had taken in more: the log lost it since.
		err = &TamperError{Kind: Shortened, Leaf: stands.Size, Signed: l.anchor.Size, Stands: stands.Size}
	}
	if err == nil && l.anchor.Size == 0 && stands.Size > 0 {
		l.o.Logger.Warn().Uint64("events", stands.Size).Msg("ledger: there was no checkpoint; what was changed before now is not noticed here")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var tampered *TamperError
	if errors.As(err, &tampered) {
		l.bad = fmt.Errorf("%w; nothing may be filed on it: see docs/runbooks/altered-log.md", err)
		err = l.bad
	}
	l.checked = l.checked || err == nil
	if (l.checked || l.bad != nil) && !isClosed(l.verdict) {
		close(l.verdict)
	}
	return err
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Verdict is closed once the whole log was held against what was signed.
func (l *Ledger) Verdict() <-chan struct{} { return l.verdict }

// Bad is the reason why the log is not what was signed, if that was found.
func (l *Ledger) Bad() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bad
}

func (l *Ledger) take(ctx context.Context) error {
	select {
	case l.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *Ledger) give() { <-l.turn }

// ready tells why nothing can be proved now.
func (l *Ledger) ready() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bad == nil && !l.checked {
		return ErrChecking
	}
	return l.bad
}

// Run follows the log until the context ends. It answers *TamperError if the log is not the one that was signed, and
// then nobody should go on. It waits for a store that is away.
func (l *Ledger) Run(ctx context.Context) error {
	for {
		err := l.Check(ctx, nil)
		if err == nil {
			break
		}
		if !errors.Is(err, eventlog.ErrUnavailable) {
			return unlessEnded(ctx, err)
		}
		if !l.pause(ctx) {
			return nil
		}
	}
	for {
		if _, err := l.Publish(ctx); err != nil && !errors.Is(err, eventlog.ErrUnavailable) {
			return unlessEnded(ctx, err)
		}
		_, last := l.tree.end()
		if err := l.o.Log.Wait(ctx, last); err != nil {
			return unlessEnded(ctx, err)
		}
		if !l.pause(ctx) { // so that many appends cost one look
			return nil
		}
	}
}

// unlessEnded drops an error that comes of stopping.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, eventlog.ErrClosed) {
		return nil
	}
	return err
}

// pause waits until the next look is due; false says that the context ended.
func (l *Ledger) pause(ctx context.Context) bool {
	select {
	case <-l.o.After(l.o.Every):
		return true
	case <-ctx.Done():
		return false
	}
}

// catchUp takes in what is new. The caller has the turn.
func (l *Ledger) catchUp(ctx context.Context) error {
	for {
		_, last := l.tree.end()
		events, err := l.o.Log.ReadAll(ctx, last, pageEvents)
		if err != nil || len(events) == 0 {
			return err
		}
		rs := make([]record, len(events))
		for i, e := range events {
			rs[i] = record{e.Position, e.ID, HeaderOf(e).LeafHash()}
		}
		if err := l.tree.append(rs); err != nil {
			return err
		}
	}
}

// Publish takes in what is new, signs the tree as it then stands, and moves the checkpoint file forward. It answers
// the newest checkpoint, which is the one before if nothing is new.
func (l *Ledger) Publish(ctx context.Context) (Signed, error) {
	if err := l.ready(); err != nil {
		return Signed{}, err
	}
	if err := l.take(ctx); err != nil {
		return Signed{}, err
	}
	defer l.give()
	if err := l.catchUp(ctx); err != nil {
		return Signed{}, err
	}
	size, _ := l.tree.end()
	if newest := l.Newest(); !newest.IsZero() && newest.Size == size {
		return newest, nil
	}
	s, err := l.sign(size)
	if err != nil {
		return Signed{}, err
	}
	// The file before the word: nobody gets a checkpoint that this server might forget.
	if err := writeFile(l.o.Checkpoint, []byte(s.Note())); err != nil {
		return Signed{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.newest = s
	return s, nil
}

// sign signs the tree of the first size leaves. The same tree has the same signature, always.
func (l *Ledger) sign(size uint64) (Signed, error) {
	root, err := l.tree.root(size)
	return Checkpoint{l.o.Key.Name, size, root}.sign(l.o.Key), err
}

// Newest is the checkpoint that was published last, with the signatures of those witnesses who have signed it. It is
// the zero Signed before the first.
func (l *Ledger) Newest() Signed {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.cosigns {
		if s.Size == l.newest.Size {
			return s
		}
	}
	return l.newest
}

// Close ends the ledger; the log stays open. Nobody may use it after.
func (l *Ledger) Close() error { return l.tree.close() }

// Verify holds a whole log against a checkpoint and changes nothing. leaves is the path of a file of leaves that can name the first bad
// event; it is optional, and of no weight if it does not fit the checkpoint.
func Verify(ctx context.Context, log eventlog.Log, signed Checkpoint, leavesFile string, progress func(events uint64)) (Checkpoint, error) {
	p := pass{log: log, anchor: signed, progress: progress}
	if known, err := readLeaves(leavesFile); err == nil {
		defer known.close()
		size, _ := known.end()
		if root, err := known.root(min(size, signed.Size)); err == nil && size >= signed.Size && root == signed.Root {
			p.known, p.size = known.records, signed.Size
		}
	}
	return p.run(ctx)
}

// readLeaves opens a file of leaves that must be there, and does not touch it.
func readLeaves(path string) (*leaves, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	l := &leaves{file: f}
	if err := l.load(); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// LeavesFile is where a ledger's folder keeps the leaves.
func LeavesFile(dir string) string { return filepath.Join(dir, leavesName) }
