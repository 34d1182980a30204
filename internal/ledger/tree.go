package ledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"
)

// RFC 6962, 2.1: leaves and nodes are hashed with different first bytes, so that neither can be passed off as the other.
const (
	leafPrefix = 0
	nodePrefix = 1
)

// emptyRoot is the root of the tree without leaves.
var emptyRoot = Hash(sha256.Sum256(nil))

func hashNode(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = nodePrefix
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// nodes gives the hash of a whole subtree of 2^level leaves: the index-th of its level, from the left.
type nodes interface {
	node(level int, index uint64) (Hash, error)
}

// split is the number of leaves in the left part of a tree of n > 1: the largest power of two below n.
func split(n uint64) uint64 { return 1 << (bits.Len64(n-1) - 1) }

// rangeHash is the root of the leaves from lo up to hi, as the definition of the tree divides them.
func rangeHash(t nodes, lo, hi uint64) (Hash, error) {
	n := hi - lo
	if n == 0 {
		return emptyRoot, nil
	}
	if n&(n-1) == 0 {
		level := bits.TrailingZeros64(n)
		return t.node(level, lo>>level)
	}
	k := split(n)
	left, err := rangeHash(t, lo, lo+k)
	if err != nil {
		return Hash{}, err
	}
	right, err := rangeHash(t, lo+k, hi)
	return hashNode(left, right), err
}

// inclusion is the audit path of leaf m in the tree of the leaves from lo up to hi (RFC 6962, 2.1.1).
func inclusion(t nodes, m, lo, hi uint64) ([]Hash, error) {
	if hi-lo == 1 {
		return []Hash{}, nil
	}
	k := lo + split(hi-lo)
	path, other, err := []Hash(nil), Hash{}, error(nil)
	if m < k {
		if path, err = inclusion(t, m, lo, k); err == nil {
			other, err = rangeHash(t, k, hi)
		}
	} else if path, err = inclusion(t, m, k, hi); err == nil {
		other, err = rangeHash(t, lo, k)
	}
	return append(path, other), err
}

// consistency is the proof that the tree of the leaves from lo up to hi begins with that of its first m (RFC 6962, 2.1.2).
// whole says that the smaller tree is one that the asker knows.
func consistency(t nodes, m, lo, hi uint64, whole bool) ([]Hash, error) {
	n := hi - lo
	if m == n {
		if whole {
			return []Hash{}, nil
		}
		h, err := rangeHash(t, lo, hi)
		return []Hash{h}, err
	}
	k := split(n)
	path, other, err := []Hash(nil), Hash{}, error(nil)
	if m <= k {
		if path, err = consistency(t, m, lo, lo+k, whole); err == nil {
			other, err = rangeHash(t, lo+k, hi)
		}
	} else if path, err = consistency(t, m-k, lo+k, hi, false); err == nil {
		other, err = rangeHash(t, lo, lo+k)
	}
	return append(path, other), err
}

// ErrProof says that a proof does not hold.
var ErrProof = errors.New("ledger: the proof does not hold")

// CheckInclusion tells whether a leaf stands at an index of the tree with this size and root (RFC 9162, 2.1.3.2).
func CheckInclusion(path []Hash, index, size uint64, leaf, root Hash) error {
	if index >= size {
		return fmt.Errorf("%w: leaf %d of a tree of %d", ErrProof, index, size)
	}
	at, last, h := index, size-1, leaf
	for _, p := range path {
		switch {
		case last == 0:
			return fmt.Errorf("%w: it is too long", ErrProof)
		case at&1 == 1 || at == last:
			h = hashNode(p, h)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		default:
			h = hashNode(h, p)
		}
		at, last = at>>1, last>>1
	}
	if last != 0 || h != root {
		return fmt.Errorf("%w: it leads to another root", ErrProof)
	}
	return nil
}

// CheckConsistency tells whether the tree of size new begins with the tree of size old (RFC 9162, 2.1.4.2).
func CheckConsistency(path []Hash, oldSize, newSize uint64, oldRoot, newRoot Hash) error {
	switch {
	case oldSize > newSize:
		return fmt.Errorf("%w: %d leaves cannot begin with %d", ErrProof, newSize, oldSize)
	case oldSize == newSize:
		if len(path) != 0 || oldRoot != newRoot {
			return fmt.Errorf("%w: two trees of %d leaves", ErrProof, oldSize)
		}
		return nil
	case oldSize == 0:
		if len(path) != 0 || oldRoot != emptyRoot {
			return fmt.Errorf("%w: nothing has another root", ErrProof)
		}
		return nil
	}
	if oldSize&(oldSize-1) == 0 { // the smaller tree is itself the first node of the path
		path = append([]Hash{oldRoot}, path...)
	}
	if len(path) == 0 {
		return fmt.Errorf("%w: it is too short", ErrProof)
	}
	at, last := oldSize-1, newSize-1
	for at&1 == 1 {
		at, last = at>>1, last>>1
	}
	older, newer := path[0], path[0]
	for _, p := range path[1:] {
		switch {
		case last == 0:
			return fmt.Errorf("%w: it is too long", ErrProof)
		case at&1 == 1 || at == last:
			older, newer = hashNode(p, older), hashNode(p, newer)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		default:
			newer = hashNode(newer, p)
		}
		at, last = at>>1, last>>1
	}
	if last != 0 || older != oldRoot || newer != newRoot {
		return fmt.Errorf("%w: the one history does not begin with the other", ErrProof)
	}
	return nil
}
