package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Source is a log as a witness reaches it.
type Source interface {
	// Checkpoint gives the newest signed note.
	Checkpoint(ctx context.Context) (note string, err error)
	// Consistency proves that the log of to events begins with that of from. It answers ErrUnknown if the log has no such size.
	Consistency(ctx context.Context, from, to uint64) ([]Hash, error)
	// Cosign hands a signature in.
	Cosign(ctx context.Context, size uint64, line string) error
}

// WitnessOptions say whom a witness watches, and as who.
type WitnessOptions struct {
	Log    Verifier // whose checkpoints she accepts
	Key    *Signer
	Dir    string // her own history; nobody else writes there
	Source Source
	Now    func() time.Time
}

// Witness holds a log to its past: she signs a checkpoint only if it continues everything that she signed before. One goroutine
// at a time uses it.
type Witness struct {
	o    WitnessOptions
	last Signed // the newest that she signed; the zero Signed before the first
}

// Alarms: what a witness shouts.
const (
	RolledBack = "rolled back" // the log has fewer events than it had
	Split      = "forked"      // the log shows another history than it did
	Unsigned   = "not signed"  // what is shown as its checkpoint is not signed by it
)

// AlarmError says that the log is not the one that the witness signed. Both notes are the evidence.
type AlarmError struct {
	Kind         string
	Signed, Seen string // notes
	Had, Has     uint64 // sizes
	Evidence     string // file in which both are kept
}

func (e *AlarmError) Error() string {
	switch e.Kind {
	case RolledBack:
		return fmt.Sprintf("ALARM: the log was rolled back: %d events were signed, it now shows %d; both checkpoints are in %s", e.Had, e.Has, e.Evidence)
	case Unsigned:
		return fmt.Sprintf("ALARM: what the server shows as its checkpoint is not signed by the log's key; it is in %s", e.Evidence)
	}
	return fmt.Sprintf("ALARM: the log was forked: its %d events do not begin with the %d that were signed; both checkpoints are in %s", e.Has, e.Had, e.Evidence)
}

const historyName = "history"

// remembered is one line of a witness's history.
type remembered struct {
	At   time.Time `json:"at"`
	Note string    `json:"note"` // with her own signature
}

// OpenWitness opens a witness's folder and finds what she signed last.
func OpenWitness(o WitnessOptions) (*Witness, error) {
	w := &Witness{o: o}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(o.Dir, historyName))
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	file := filepath.Join(o.Dir, historyName)
	whole := bytes.LastIndexByte(raw, '\n') + 1
	if whole < len(raw) { // a line that was being written when the machine stopped; its signature was never sent
		if err := os.Truncate(file, int64(whole)); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
	}
	return w, w.recall(raw[:whole], file)
}

// recall takes the last line of the history for what she signed last.
func (w *Witness) recall(history []byte, file string) (err error) {
	if len(history) == 0 {
		return nil
	}
	last := history[bytes.LastIndexByte(history[:len(history)-1], '\n')+1:]
	var r remembered
	if err := json.Unmarshal(last, &r); err != nil {
		return fmt.Errorf("ledger: %s cannot be read: without her history a witness signs nothing", file)
	}
	if w.last, err = OpenCheckpoint(r.Note, w.o.Log); err != nil {
		return fmt.Errorf("what this witness signed last is of another log: for a new log begin a new folder (%w)", err)
	}
	return nil
}

// Last is what she signed last.
func (w *Witness) Last() (size uint64, note string) { return w.last.Size, w.last.Note() }

// Look fetches the newest checkpoint, holds it against her history, remembers and signs it. It answers *AlarmError if the log
// is not the one that she knows; any other error means that she could not look.
func (w *Witness) Look(ctx context.Context) (Signed, error) {
	note, err := w.o.Source.Checkpoint(ctx)
	if err != nil {
		return Signed{}, err
	}
	seen, err := OpenCheckpoint(note, w.o.Log)
	if err != nil {
		return Signed{}, w.alarm(Unsigned, note, 0)
	}
	if w.last.IsZero() {
		return seen, w.sign(ctx, seen)
	}
	switch {
	case seen.Size == w.last.Size && seen.Root == w.last.Root:
		if _, shown := seen.Cosigned(w.o.Key.Verifier); shown {
			return seen, nil
		}
		return seen, w.send(ctx, seen) // it did not arrive, or was lost
	case seen.Size == w.last.Size:
		return seen, w.alarm(Split, note, seen.Size)
	}
	older, newer := w.last, seen
	if seen.Size < w.last.Size { // a server that is behind can show that what it has is the beginning of what she signed
		older, newer = seen, w.last
	}
	path, err := w.o.Source.Consistency(ctx, older.Size, newer.Size)
	switch {
	case errors.Is(err, ErrUnknown) && seen.Size < w.last.Size:
		return seen, w.alarm(RolledBack, note, seen.Size)
	case err != nil:
		return seen, err
	case CheckConsistency(path, older.Size, newer.Size, older.Root, newer.Root) != nil:
		return seen, w.alarm(Split, note, seen.Size)
	case seen.Size < w.last.Size:
		return seen, nil
	}
	return seen, w.sign(ctx, seen)
}

// sign remembers a checkpoint, for good, and only then signs it for others: she could otherwise sign two histories.
func (w *Witness) sign(ctx context.Context, c Signed) error {
	now := w.o.Now()
	signed := c.with(w.o.Key.sign(c.text, now))
	line, err := json.Marshal(remembered{now.UTC(), signed.Note()})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(w.o.Dir, historyName), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	w.last = signed
	return w.send(ctx, signed)
}

func (w *Witness) send(ctx context.Context, c Signed) error {
	return w.o.Source.Cosign(ctx, c.Size, c.Countersign(w.o.Key, w.o.Now()))
}

// alarm keeps the evidence.
func (w *Witness) alarm(kind, note string, has uint64) error {
	a := &AlarmError{Kind: kind, Signed: w.last.Note(), Seen: note, Had: w.last.Size, Has: has}
	a.Evidence = filepath.Join(w.o.Dir, fmt.Sprintf("evidence-%d-%d.txt", a.Had, a.Has))
	text := fmt.Sprintf("%s, seen %s\n\nsigned before:\n\n%s\nshown now:\n\n%s", kind, w.o.Now().UTC().Format(time.RFC3339), a.Signed, a.Seen)
	return errors.Join(a, writeFile(a.Evidence, []byte(text)))
}

// Watch looks again and again until the context ends. hear gets the outcome of every look.
func (w *Witness) Watch(ctx context.Context, pause func(context.Context) bool, hear func(Signed, error)) {
	for {
		seen, err := w.Look(ctx)
		if ctx.Err() != nil {
			return
		}
		hear(seen, err)
		if !pause(ctx) {
			return
		}
	}
}
