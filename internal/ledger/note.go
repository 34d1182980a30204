package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Kinds of key in a signed note (C2SP signed-note): of the log's own signature, and of a witness's cosignature.
const (
	kindLog     = 0x01
	kindWitness = 0x04
)

// ErrSignature says that a note is not signed as it must be.
var ErrSignature = errors.New("ledger: the signature is not valid")

// Verifier is a public key with its name, in the form NAME+HASH+KEY of C2SP signed notes.
type Verifier struct {
	Name   string
	kind   byte
	public ed25519.PublicKey
}

// Signer is a private key with its name.
type Signer struct {
	Verifier
	private ed25519.PrivateKey
}

// newSigner makes a key. A name that ends in "-" is completed with a part of the key's hash, so that no two are alike.
func newSigner(name string, kind byte) (*Signer, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(name, "-") {
		sum := sha256.Sum256(public)
		name += hex.EncodeToString(sum[:6])
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	return &Signer{Verifier{name, kind, public}, private}, nil
}

// NewLogKey makes a key for a log, whose checkpoints name it: mkr-3f9c21d0a4b7.
func NewLogKey() (*Signer, error) { return newSigner("mkr-", kindLog) }

// NewWitnessKey makes a key for a witness.
func NewWitnessKey(name string) (*Signer, error) { return newSigner(name, kindWitness) }

func checkName(name string) error {
	if name == "" || len(name) > 100 || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '+' || r < ' ' }) {
		return fmt.Errorf("ledger: %q cannot name a key: 1 to 100 characters without spaces and +", name)
	}
	return nil
}

// id is the short hash by which a signature names its key.
func (v Verifier) id() [4]byte {
	h := sha256.New()
	h.Write([]byte(v.Name + "\n"))
	h.Write([]byte{v.kind})
	h.Write(v.public)
	return [4]byte(h.Sum(nil))
}

// String is the public form, to be handed to those who verify.
func (v Verifier) String() string {
	id := v.id()
	return v.Name + "+" + hex.EncodeToString(id[:]) + "+" + base64.StdEncoding.EncodeToString(append([]byte{v.kind}, v.public...))
}

// ParseVerifier reads the public form.
func ParseVerifier(text string) (Verifier, error) {
	name, kind, key, err := parseKey(strings.TrimSpace(text))
	if err != nil {
		return Verifier{}, err
	}
	if len(key) != ed25519.PublicKeySize {
		return Verifier{}, errKey
	}
	v := Verifier{name, kind, key}
	if id := v.id(); hex.EncodeToString(id[:]) != keyID(text) {
		return Verifier{}, errors.New("ledger: the key's hash does not fit its name and bytes: it was copied wrongly")
	}
	return v, nil
}

var errKey = errors.New("ledger: a key is written NAME+HASH+BASE64")

func parseKey(text string) (name string, kind byte, key []byte, err error) {
	parts := strings.SplitN(text, "+", 3) // base64 may hold more of them
	if len(parts) != 3 {
		return "", 0, nil, errKey
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) < 2 || raw[0] != kindLog && raw[0] != kindWitness {
		return "", 0, nil, errKey
	}
	return parts[0], raw[0], raw[1:], checkName(parts[0])
}

func keyID(text string) string {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	return parts[1]
}

const privatePrefix = "PRIVATE+KEY+"

// Private is the form that a key file holds. It is a secret.
func (s *Signer) Private() string {
	id := s.id()
	return privatePrefix + s.Name + "+" + hex.EncodeToString(id[:]) + "+" + base64.StdEncoding.EncodeToString(append([]byte{s.kind}, s.private.Seed()...))
}

// ParseSigner reads the private form. Its errors never hold any of it.
func ParseSigner(text string) (*Signer, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), privatePrefix)
	if !ok {
		return nil, errors.New("ledger: not a private key: it begins with " + privatePrefix)
	}
	name, kind, seed, err := parseKey(rest)
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, errKey
	}
	private := ed25519.NewKeyFromSeed(seed)
	s := &Signer{Verifier{name, kind, private.Public().(ed25519.PublicKey)}, private}
	if id := s.id(); hex.EncodeToString(id[:]) != keyID(rest) {
		return nil, errors.New("ledger: the private key's hash does not fit: the file is damaged")
	}
	return s, nil
}

// Signature is one line under a note.
type Signature struct {
	Name string
	id   [4]byte
	blob []byte
}

// line is the signature as the note holds it.
func (s Signature) line() string {
	return "— " + s.Name + " " + base64.StdEncoding.EncodeToString(append(s.id[:], s.blob...)) + "\n"
}

// sign signs a text, which ends with a line break. A witness states the time at which it knew nothing older.
func (s *Signer) sign(text []byte, now time.Time) Signature {
	sig := Signature{Name: s.Name, id: s.id()}
	if s.kind == kindWitness {
		sig.blob = binary.BigEndian.AppendUint64(nil, uint64(now.Unix()))
		sig.blob = append(sig.blob, ed25519.Sign(s.private, cosigned(text, uint64(now.Unix())))...)
		return sig
	}
	sig.blob = ed25519.Sign(s.private, text)
	return sig
}

// cosigned is what a witness signs (C2SP tlog-cosignature, version 1).
func cosigned(text []byte, at uint64) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), text...)
}

// by tells whether the signature claims to be made with the key.
func (s Signature) by(v Verifier) bool { return s.Name == v.Name && s.id == v.id() }

// check tells whether the key made the signature over the text, and when, if the signature says.
func (s Signature) check(v Verifier, text []byte) (at time.Time, err error) {
	if !s.by(v) {
		return at, fmt.Errorf("%w: it is by %q, not by %s", ErrSignature, s.Name, v.Name)
	}
	sig := s.blob
	if v.kind == kindWitness {
		if len(sig) != 8+ed25519.SignatureSize {
			return at, ErrSignature
		}
		seconds := binary.BigEndian.Uint64(sig)
		if seconds > 1<<40 {
			return at, ErrSignature
		}
		at, sig, text = time.Unix(int64(seconds), 0).UTC(), sig[8:], cosigned(text, seconds)
	}
	if len(sig) != ed25519.SignatureSize || !ed25519.Verify(v.public, text, sig) {
		return at, fmt.Errorf("%w: %s did not sign this", ErrSignature, v.Name)
	}
	return at, nil
}

// maxNote bounds what is read as a note: a checkpoint and some dozens of signatures.
const maxNote = 64 << 10

// parseNote divides a note into its text, with the last line break, and its signatures.
func parseNote(note []byte) (text []byte, sigs []Signature, err error) {
	bad := func(why string) ([]byte, []Signature, error) {
		return nil, nil, fmt.Errorf("ledger: not a signed note: %s", why)
	}
	if len(note) > maxNote {
		return bad("it is too long")
	}
	i := bytes.LastIndex(note, []byte("\n\n"))
	if i < 0 || !bytes.HasSuffix(note, []byte("\n")) {
		return bad("no signatures")
	}
	text = note[:i+1]
	for line := range strings.Lines(string(note[i+2:])) {
		sig, err := parseSignature(line)
		if err != nil {
			return nil, nil, err
		}
		sigs = append(sigs, sig)
	}
	if len(sigs) == 0 {
		return bad("no signatures")
	}
	return text, sigs, nil
}

// parseSignature reads one line under a note.
func parseSignature(line string) (Signature, error) {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "— ")
	name, enc, ok2 := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(enc)
	if !ok || !ok2 || err != nil || len(raw) < 5 || len(raw) > 200 || checkName(name) != nil {
		return Signature{}, errors.New("ledger: not a signature line of a note")
	}
	return Signature{Name: name, id: [4]byte(raw[:4]), blob: raw[4:]}, nil
}
