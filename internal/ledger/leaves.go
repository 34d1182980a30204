package ledger

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"path/filepath"
	"sort"
	"sync"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// record is what the file of leaves keeps of an event: where it stands in this store, its id and its leaf's hash.
type record struct {
	position eventlog.Position
	id       uuid.UUID
	hash     Hash
}

const (
	recordSize  = 8 + 16 + 32
	leavesMagic = "mkr leaves 1\n\x00\x00\x00"

	blockLevel = 8 // nodes from this level on are kept in memory: 64 bytes for 256 events
	blockSize  = 1 << blockLevel
)

// leaves is the tree in a file: one record of fixed size an event, in order. Nodes of 256 leaves and more are in memory,
// smaller ones are computed from their block when they are asked for. The file is never flushed: it can be made again.
type leaves struct {
	file *os.File

	mu     sync.RWMutex
	size   uint64
	last   eventlog.Position
	levels [][]Hash          // levels[i][n] is the n-th node of 2^(blockLevel+i) leaves
	tail   []Hash            // the leaves behind the last whole block
	ids    map[uint64]uint64 // first half of an event's id -> its leaf; nil until the first question
}

// openLeaves opens the file, or begins an empty one. What is not a whole record at its end was being written, and is dropped.
func openLeaves(path string) (*leaves, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	l := &leaves{file: f}
	if err := l.load(); err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// load reads the whole file; a file of another kind is begun anew.
func (l *leaves) load() error {
	in := bufio.NewReaderSize(io.NewSectionReader(l.file, 0, 1<<62), 1<<20)
	head := make([]byte, len(leavesMagic))
	if _, err := io.ReadFull(in, head); err != nil || string(head) != leavesMagic {
		if err := l.file.Truncate(0); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		_, err := l.file.WriteAt([]byte(leavesMagic), 0)
		return err
	}
	for buf := make([]byte, recordSize); ; {
		switch _, err := io.ReadFull(in, buf); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return fmt.Errorf("ledger: %w", err)
		}
		l.grow(decodeRecord(buf))
	}
}

func decodeRecord(b []byte) record {
	return record{eventlog.Position(binary.BigEndian.Uint64(b)), uuid.UUID(b[8:24]), Hash(b[24:recordSize])}
}

// grow takes a leaf into the part of the tree that is in memory.
func (l *leaves) grow(r record) {
	if l.ids != nil {
		remember(l.ids, r.id, l.size)
	}
	l.size, l.last = l.size+1, r.position
	l.tail = append(l.tail, r.hash)
	if len(l.tail) < blockSize {
		return
	}
	h := fold(l.tail)
	l.tail = l.tail[:0]
	for i := 0; ; i++ {
		if i == len(l.levels) {
			l.levels = append(l.levels, nil)
		}
		l.levels[i] = append(l.levels[i], h)
		n := len(l.levels[i])
		if n%2 == 1 {
			return
		}
		h = hashNode(l.levels[i][n-2], l.levels[i][n-1])
	}
}

// fold is the root of 2^k leaves.
func fold(hashes []Hash) Hash {
	row := append([]Hash(nil), hashes...)
	for ; len(row) > 1; row = row[:len(row)/2] {
		for i := range len(row) / 2 {
			row[i] = hashNode(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// append adds records at the end.
func (l *leaves) append(rs []record) error {
	buf := make([]byte, 0, len(rs)*recordSize)
	for _, r := range rs {
		buf = binary.BigEndian.AppendUint64(buf, uint64(r.position))
		buf = append(buf, r.id[:]...)
		buf = append(buf, r.hash[:]...)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.WriteAt(buf, offset(l.size)); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	for _, r := range rs {
		l.grow(r)
	}
	return nil
}

func offset(leaf uint64) int64 { return int64(len(leavesMagic)) + int64(leaf)*recordSize }

// cut drops all leaves from the size on.
func (l *leaves) cut(size uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if size >= l.size {
		return nil
	}
	if err := l.file.Truncate(offset(size)); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	l.size, l.last, l.levels, l.tail, l.ids = 0, 0, nil, nil, nil
	return l.load()
}

// end says how many leaves there are, and where the last one's event stands.
func (l *leaves) end() (size uint64, last eventlog.Position) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.size, l.last
}

// records reads the leaves from lo up to hi.
func (l *leaves) records(lo, hi uint64) ([]record, error) {
	buf := make([]byte, (hi-lo)*recordSize)
	if _, err := l.file.ReadAt(buf, offset(lo)); err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	out := make([]record, hi-lo)
	for i := range out {
		out[i] = decodeRecord(buf[i*recordSize:])
	}
	return out, nil
}

// at finds the leaf of the event at a position.
func (l *leaves) at(p eventlog.Position) (leaf uint64, found bool, err error) {
	size, _ := l.end()
	i := sort.Search(int(size), func(i int) bool {
		rs, e := l.records(uint64(i), uint64(i)+1)
		if e != nil {
			err = e
			return true
		}
		return rs[0].position >= p
	})
	if err != nil || uint64(i) == size {
		return 0, false, err
	}
	rs, err := l.records(uint64(i), uint64(i)+1)
	return uint64(i), err == nil && rs[0].position == p, err
}

// of finds the leaf of an event by its id. The first question reads the file once.
func (l *leaves) of(id uuid.UUID) (leaf uint64, found bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ids == nil {
		ids := make(map[uint64]uint64, l.size)
		if err := l.each(func(i uint64, r record) bool { remember(ids, r.id, i); return true }); err != nil {
			return 0, false, err
		}
		l.ids = ids
	}
	leaf, found = l.ids[half(id)]
	if !found {
		return 0, false, nil
	}
	rs, err := l.records(leaf, leaf+1)
	if err != nil || rs[0].id == id {
		return leaf, err == nil, err
	}
	// Two ids with the same first half, which chance does not make: look through all.
	found = false
	err = l.each(func(i uint64, r record) bool {
		leaf, found = i, r.id == id
		return !found
	})
	return leaf, found, err
}

func half(id uuid.UUID) uint64 { return binary.BigEndian.Uint64(id[:8]) }

// remember keeps the first leaf of an id.
func remember(ids map[uint64]uint64, id uuid.UUID, leaf uint64) {
	if _, there := ids[half(id)]; !there {
		ids[half(id)] = leaf
	}
}

// each visits the records until visit wants no more. It needs the lock.
func (l *leaves) each(visit func(uint64, record) bool) error {
	for lo := uint64(0); lo < l.size; lo += 4096 {
		rs, err := l.records(lo, min(lo+4096, l.size))
		if err != nil {
			return err
		}
		for i, r := range rs {
			if !visit(lo+uint64(i), r) {
				return nil
			}
		}
	}
	return nil
}

// look is the tree as one question sees it. It keeps the one block that a path runs through.
type look struct {
	*leaves
	block  uint64
	hashes []Hash
}

func (l *leaves) look() *look { return &look{leaves: l} }

// node implements nodes.
func (k *look) node(level int, index uint64) (Hash, error) {
	if level >= blockLevel {
		k.mu.RLock()
		defer k.mu.RUnlock()
		return k.levels[level-blockLevel][index], nil
	}
	lo := index << level
	if block := lo / blockSize; k.hashes == nil || k.block != block {
		size, _ := k.end()
		rs, err := k.records(block*blockSize, min((block+1)*blockSize, size))
		if err != nil {
			return Hash{}, err
		}
		k.block, k.hashes = block, make([]Hash, len(rs))
		for i, r := range rs {
			k.hashes[i] = r.hash
		}
	}
	lo %= blockSize
	return fold(k.hashes[lo : lo+1<<level]), nil
}

// root is that of the tree's first leaves.
func (l *leaves) root(size uint64) (Hash, error) { return rangeHash(l.look(), 0, size) }

func (l *leaves) close() error { return l.file.Close() }

// frontier computes a root leaf by leaf, without keeping them.
type frontier struct {
	size  uint64
	roots []Hash // of the whole subtrees from the left, one for each bit of size
}

func (f *frontier) add(h Hash) {
	for n := f.size; n&1 == 1; n >>= 1 {
		h = hashNode(f.roots[len(f.roots)-1], h)
		f.roots = f.roots[:len(f.roots)-1]
	}
	f.roots = append(f.roots, h)
	f.size++
}

func (f *frontier) root() Hash {
	if f.size == 0 {
		return emptyRoot
	}
	h := f.roots[bits.OnesCount64(f.size)-1]
	for i := len(f.roots) - 2; i >= 0; i-- {
		h = hashNode(f.roots[i], h)
	}
	return h
}

// Root computes the root of a log that is read from elsewhere, event by event.
type Root struct{ f frontier }

// NewRoot is the root of nothing.
func NewRoot() *Root { return &Root{} }

// Add takes in the next event.
func (r *Root) Add(h Header) { r.f.add(h.LeafHash()) }

// Hash is the root of what was added.
func (r *Root) Hash() Hash { return r.f.root() }
