package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Checkpoint is the head of a log's tree at a size: whoever keeps it can later be shown that nothing before it changed.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   Hash
}

// Text is what is signed (C2SP tlog-checkpoint).
func (c Checkpoint) Text() []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
}

func parseCheckpoint(text []byte) (c Checkpoint, err error) {
	lines := strings.Split(string(text), "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return c, errors.New("ledger: not a checkpoint: origin, size and root, a line each")
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseUint(lines[1], 10, 63); err != nil || strconv.FormatUint(c.Size, 10) != lines[1] {
		return c, errors.New("ledger: not a checkpoint: its size is no number")
	}
	if err := c.Root.UnmarshalText([]byte(lines[2])); err != nil {
		return c, err
	}
	return c, nil
}

// Signed is a checkpoint with the signatures under it: the log's own first, then those of witnesses.
type Signed struct {
	Checkpoint
	text []byte
	sigs []Signature
}

// sign makes a checkpoint's note.
func (c Checkpoint) sign(key *Signer) Signed {
	text := c.Text()
	return Signed{Checkpoint: c, text: text, sigs: []Signature{key.sign(text, time.Time{})}}
}

// Note is the signed note, byte for byte as it is handed out.
func (s Signed) Note() string {
	if len(s.sigs) == 0 {
		return ""
	}
	var b strings.Builder
	b.Write(s.text)
	b.WriteByte('\n')
	for _, sig := range s.sigs {
		b.WriteString(sig.line())
	}
	return b.String()
}

// IsZero says that nothing was signed yet.
func (s Signed) IsZero() bool { return len(s.sigs) == 0 }

// OpenCheckpoint reads a note and checks that the log's key signed it. Signatures of others are kept unchecked; see Cosigned.
func OpenCheckpoint(note string, log Verifier) (Signed, error) {
	s, err := readCheckpoint(note)
	if err != nil {
		return Signed{}, err
	}
	for _, sig := range s.sigs {
		if sig.by(log) {
			if _, err := sig.check(log, s.text); err != nil {
				return Signed{}, err
			}
			if s.Origin != log.Name {
				return Signed{}, fmt.Errorf("%w: a checkpoint of %q, signed by %s", ErrSignature, s.Origin, log.Name)
			}
			return s, nil
		}
	}
	return Signed{}, fmt.Errorf("%w: %s did not sign this checkpoint of %q", ErrSignature, log.Name, s.Origin)
}

// readCheckpoint reads a note without checking who signed it.
func readCheckpoint(note string) (Signed, error) {
	text, sigs, err := parseNote([]byte(note))
	if err != nil {
		return Signed{}, err
	}
	c, err := parseCheckpoint(text)
	return Signed{Checkpoint: c, text: text, sigs: sigs}, err
}

// Cosigned tells when a witness signed, if it did.
func (s Signed) Cosigned(witness Verifier) (at time.Time, ok bool) {
	for _, sig := range s.sigs {
		if at, err := sig.check(witness, s.text); err == nil {
			return at, true
		}
	}
	return at, false
}

// with adds a signature; one more by the same key replaces the first.
func (s Signed) with(sig Signature) Signed {
	out := Signed{Checkpoint: s.Checkpoint, text: s.text}
	for _, have := range s.sigs {
		if have.Name != sig.Name || have.id != sig.id {
			out.sigs = append(out.sigs, have)
		}
	}
	out.sigs = append(out.sigs, sig)
	return out
}
