package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// keptCosigned is how many checkpoints with signatures of witnesses are kept.
const keptCosigned = 256

// Stand says how far a witness has signed.
type Stand struct {
	Name     string    `json:"name"`
	Verifier string    `json:"verifier"`
	Size     uint64    `json:"size"` // 0: nothing yet
	At       time.Time `json:"at,omitzero"`
}

// Stands tells how far each witness has signed.
func (l *Ledger) Stands() []Stand {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Stand(nil), l.stands...)
}

// stood notes how far a witness has signed. It needs the lock, unless nobody else knows the ledger yet.
func (l *Ledger) stood(s Signed) {
	for i, w := range l.o.Witnesses {
		if at, ok := s.Cosigned(w); ok && s.Size >= l.stands[i].Size {
			l.stands[i].Size, l.stands[i].At = s.Size, at
		}
	}
}

// CosignedBy lists the witnesses known here who have signed a checkpoint.
func (l *Ledger) CosignedBy(s Signed) []Verifier {
	out := []Verifier{}
	for _, w := range l.o.Witnesses {
		if _, ok := s.Cosigned(w); ok {
			out = append(out, w)
		}
	}
	return out
}

// Countersign is a witness's signature under a checkpoint, as one line of its note. Whether the checkpoint continues what she
// signed before is hers to know; see Witness.
func (s Signed) Countersign(w *Signer, at time.Time) string { return w.sign(s.text, at).line() }

// ErrWitness says that a cosignature was refused.
var ErrWitness = errors.New("ledger: the cosignature was refused")

// Cosign takes a witness's signature over a checkpoint that was published.
func (l *Ledger) Cosign(size uint64, line string) error {
	sig, err := parseSignature(line)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrWitness, err)
	}
	for _, w := range l.o.Witnesses {
		if !sig.by(w) {
			continue
		}
		s, err := l.SignedAt(size)
		if err != nil {
			return err
		}
		if _, err := sig.check(w, s.text); err != nil {
			return fmt.Errorf("%w: %w", ErrWitness, err)
		}
		return l.keep(size, sig)
	}
	return fmt.Errorf("%w: this server knows no witness %q", ErrWitness, sig.Name)
}

// keep adds a checked signature to those of its checkpoint.
func (l *Ledger) keep(size uint64, sig Signature) error {
	s, err := l.SignedAt(size)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := len(l.cosigns)
	for i, have := range l.cosigns {
		if have.Size == size {
			l.cosigns[i] = have.with(sig)
			l.stood(l.cosigns[i])
			return l.saveCosigned()
		}
		if have.Size > size {
			at = min(at, i)
		}
	}
	l.cosigns = append(l.cosigns[:at], append([]Signed{s.with(sig)}, l.cosigns[at:]...)...)
	l.stood(l.cosigns[at])
	if n := len(l.cosigns) - keptCosigned; n > 0 {
		l.cosigns = append([]Signed(nil), l.cosigns[n:]...)
	}
	return l.saveCosigned()
}

// cosignedOnes are the checkpoints that witnesses signed, oldest first.
func (l *Ledger) cosignedOnes() []Signed {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Signed(nil), l.cosigns...)
}

// saveCosigned needs the lock.
func (l *Ledger) saveCosigned() error {
	notes := make([]string, len(l.cosigns))
	for i, s := range l.cosigns {
		notes[i] = s.Note()
	}
	raw, err := json.Marshal(notes)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(l.o.Dir, cosignedName), raw)
}

// loadCosigned reads what witnesses signed. What cannot be read, or is not of this history, is forgotten: witnesses have their own.
func (l *Ledger) loadCosigned() {
	for _, w := range l.o.Witnesses {
		l.stands = append(l.stands, Stand{Name: w.Name, Verifier: w.String()})
	}
	raw, err := os.ReadFile(filepath.Join(l.o.Dir, cosignedName))
	if err != nil {
		return
	}
	var notes []string
	if err := json.Unmarshal(raw, &notes); err != nil {
		return
	}
	for _, note := range notes {
		s, err := OpenCheckpoint(note, l.o.Key.Verifier)
		if err != nil || s.Size > l.anchor.Size {
			continue
		}
		if size, _ := l.tree.end(); s.Size <= size { // else the leaves are made again, and what was signed is not known yet
			if root, err := l.tree.root(s.Size); err != nil || root != s.Root {
				continue
			}
		}
		l.cosigns = append(l.cosigns, s)
		l.stood(s)
	}
}
