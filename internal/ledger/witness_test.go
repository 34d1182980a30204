package ledger_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mkr/internal/ledger"
)

// direct is a ledger as a witness reaches it, without a network between.
type direct struct{ *ledger.Ledger }

func (d direct) Checkpoint(ctx context.Context) (string, error) {
	s, err := d.Publish(ctx)
	return s.Note(), err
}

func (d direct) Consistency(ctx context.Context, from, to uint64) ([]ledger.Hash, error) {
	if _, err := d.Publish(ctx); err != nil {
		return nil, err
	}
	return d.Ledger.Consistency(from, to)
}

func (d direct) Cosign(_ context.Context, size uint64, line string) error {
	return d.Ledger.Cosign(size, line)
}

// watched is a folder whose witness signs, and what serves it now.
type watched struct {
	folder
	witness *ledger.Signer
	dir     string
}

func (w watched) serve(t *testing.T, dir string, more string) *ledger.Ledger {
	t.Helper()
	log := openLog(t, filepath.Join(dir, "log"))
	t.Cleanup(func() { log.Close() })
	if more != "" {
		write(t, log, more, 30)
	}
	o := folder{dir, w.key}.options(log)
	o.Witnesses = []ledger.Verifier{w.witness.Verifier}
	l, err := ledger.Open(o)
	ok(t, err)
	t.Cleanup(func() { l.Close() })
	ok(t, l.Check(t.Context(), nil))
	return l
}

func (w watched) look(t *testing.T, l *ledger.Ledger) (ledger.Signed, error) {
	t.Helper()
	at := time.Unix(1_790_000_000, 0)
	x, err := ledger.OpenWitness(ledger.WitnessOptions{Log: w.key.Verifier, Key: w.witness, Dir: w.dir, Source: direct{l}, Now: func() time.Time { return at }})
	ok(t, err)
	return x.Look(t.Context())
}

func watch(t *testing.T) watched {
	t.Helper()
	key, err := ledger.NewWitnessKey("gruaja-tek-gruaja")
	ok(t, err)
	return watched{signed(t, 100), key, t.TempDir()}
}

// A witness signs what continues what she signed, and the server shows it.
func TestAWitnessSignsWhatContinues(t *testing.T) {
	w := watch(t)
	first := w.serve(t, w.folder.dir, "")
	seen, err := w.look(t, first)
	ok(t, err)
	if seen.Size != 100 || first.Stands()[0].Size != 100 {
		t.Fatalf("she saw %d, the server knows of %d", seen.Size, first.Stands()[0].Size)
	}
	if _, cosigned := first.Newest().Cosigned(w.witness.Verifier); !cosigned {
		t.Error("the newest checkpoint does not carry her signature")
	}
	_, err = w.look(t, first) // nothing new: nothing to do
	ok(t, err)
	later := t.TempDir()
	ok(t, os.CopyFS(later, os.DirFS(w.folder.dir)))
	second := w.serve(t, later, "more")
	_, err = w.look(t, second)
	ok(t, err)
	if s := second.Stands()[0]; s.Size != 130 || s.At.IsZero() {
		t.Errorf("she has signed up to %d at %v", s.Size, s.At)
	}
	history, err := os.ReadFile(filepath.Join(w.dir, "history"))
	ok(t, err)
	if n := strings.Count(string(history), "\n"); n != 2 {
		t.Errorf("her history has %d lines, not one a checkpoint", n)
	}
	// A server that is behind shows that it is the same history: no alarm, no signature.
	_, err = w.look(t, first)
	var alarm *ledger.AlarmError
	if !errors.As(err, &alarm) || alarm.Kind != ledger.RolledBack {
		t.Errorf("a server that has lost 30 events and cannot get them: %v", err)
	}
}

// A fork and a rollback are shouted, with the evidence, by a witness who has only her own folder.
func TestAWitnessShouts(t *testing.T) {
	w := watch(t)
	base := t.TempDir()
	ok(t, os.CopyFS(base, os.DirFS(w.folder.dir)))
	here := w.serve(t, w.folder.dir, "here")
	_, err := w.look(t, here)
	ok(t, err)

	fork := t.TempDir()
	ok(t, os.CopyFS(fork, os.DirFS(base)))
	var alarm *ledger.AlarmError
	there := w.serve(t, fork, "there")
	if _, err := w.look(t, there); !errors.As(err, &alarm) || alarm.Kind != ledger.Split {
		t.Fatalf("another history of the same length: %v", err)
	}
	evidence, err := os.ReadFile(alarm.Evidence)
	ok(t, err)
	if !strings.Contains(string(evidence), alarm.Seen) || !strings.Contains(string(evidence), alarm.Signed) || alarm.Seen == alarm.Signed {
		t.Error("the evidence does not hold both checkpoints")
	}
	if s := there.Stands()[0]; s.Size > 100 {
		t.Errorf("she signed the fork: %d", s.Size)
	}

	longer := t.TempDir()
	ok(t, os.CopyFS(longer, os.DirFS(base)))
	log := openLog(t, filepath.Join(longer, "log"))
	write(t, log, "elsewhere", 90)
	ok(t, log.Close())
	if _, err := w.look(t, w.serve(t, longer, "")); !errors.As(err, &alarm) || alarm.Kind != ledger.Split {
		t.Fatalf("a longer history that is another: %v", err)
	}
	if _, err := w.look(t, w.serve(t, base, "")); !errors.As(err, &alarm) || alarm.Kind != ledger.RolledBack {
		t.Fatalf("yesterday's backup, with yesterday's checkpoint: %v", err)
	}

	// Another log under another key is none of hers, and she says so.
	other := signed(t, 10)
	if _, err := w.look(t, watched{other, w.witness, ""}.serve(t, other.dir, "")); !errors.As(err, &alarm) || alarm.Kind != ledger.Unsigned {
		t.Fatalf("another log: %v", err)
	}
	// And the true one still has her signature.
	_, err = w.look(t, here)
	ok(t, err)
}

// A write that a power cut tore is no history: its signature was never given.
func TestAWitnessAfterAPowerCut(t *testing.T) {
	w := watch(t)
	l := w.serve(t, w.folder.dir, "")
	_, err := w.look(t, l)
	ok(t, err)
	f, err := os.OpenFile(filepath.Join(w.dir, "history"), os.O_APPEND|os.O_WRONLY, 0)
	ok(t, err)
	_, err = f.WriteString(`{"at":"2026-`)
	ok(t, err)
	ok(t, f.Close())
	_, err = w.look(t, l)
	ok(t, err)
}
