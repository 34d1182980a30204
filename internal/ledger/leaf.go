package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String is the hash in base64, as checkpoints write it.
func (h Hash) String() string { return base64.StdEncoding.EncodeToString(h[:]) }

// MarshalText writes base64.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads base64.
func (h *Hash) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(b) != len(h) {
		return fmt.Errorf("ledger: %d characters are not the base64 of a SHA-256", len(text))
	}
	copy(h[:], b)
	return nil
}

// Hex is a hash that is written in hexadecimal, as tools for single files print it.
type Hex Hash

// String is the hash in hexadecimal.
func (h Hex) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes hexadecimal.
func (h Hex) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads hexadecimal.
func (h *Hex) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(h) {
		return fmt.Errorf("ledger: %d characters are not the hexadecimal form of a SHA-256", len(text))
	}
	copy(h[:], b)
	return nil
}

// Header is what a leaf says of an event: all that the log stored, with hashes in place of the bytes. Who has the headers can
// compute the whole tree, and so check that nothing is missing, without reading a word.
type Header struct {
	Stream     string    `json:"stream"`
	Revision   uint64    `json:"revision"`
	ID         uuid.UUID `json:"event"`
	Type       string    `json:"type"`
	RecordedAt time.Time `json:"recorded_at"`
	Data       Hex       `json:"data_sha256"`
	Meta       Hex       `json:"meta_sha256"`
}

// HeaderOf is an event's header.
func HeaderOf(e eventlog.Recorded) Header {
	return Header{
		Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type, RecordedAt: e.RecordedAt,
		Data: sha256.Sum256(e.Data), Meta: sha256.Sum256(e.Meta),
	}
}

// leafMagic begins every leaf and says how the rest is written. Another encoding would be another magic, from some leaf on:
// no leaf ever changes.
const leafMagic = "mkr leaf 1\n"

// AppendLeaf appends the leaf that stands for a header. Numbers are big-endian; texts have their length in two bytes
// before them, so that no two headers have one leaf:
//
//	"mkr leaf 1\n"
//	length, stream
//	revision      8 bytes
//	event id     16 bytes
//	length, type
//	recorded at   8 bytes, nanoseconds since 1970 in UTC
//	SHA-256 of the stored data, then of the stored metadata, 32 bytes each
func AppendLeaf(to []byte, h Header) []byte {
	to = append(to, leafMagic...)
	to = binary.BigEndian.AppendUint16(to, uint16(len(h.Stream)))
	to = append(to, h.Stream...)
	to = binary.BigEndian.AppendUint64(to, h.Revision)
	to = append(to, h.ID[:]...)
	to = binary.BigEndian.AppendUint16(to, uint16(len(h.Type)))
	to = append(to, h.Type...)
	to = binary.BigEndian.AppendUint64(to, uint64(h.RecordedAt.UnixNano()))
	to = append(to, h.Data[:]...)
	return append(to, h.Meta[:]...)
}

// LeafHash is the header's hash as a leaf of the tree.
func (h Header) LeafHash() Hash {
	buf := make([]byte, 1, 256)
	buf[0] = leafPrefix
	return sha256.Sum256(AppendLeaf(buf, h))
}
