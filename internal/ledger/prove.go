package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"mkr/internal/eventlog"
)

// Proof shows that an event is in the history that a checkpoint signs: the header's leaf and the path lead to its root.
type Proof struct {
	Index uint64 `json:"leaf_index"`
	Header
	Leaf Hash   `json:"leaf_hash"`
	Path []Hash `json:"path"`
	// Checkpoint is the signed note whose root the path leads to.
	Checkpoint string `json:"checkpoint"`
}

// Check tells whether the proof holds under a log's key.
func (p Proof) Check(log Verifier) error {
	signed, err := OpenCheckpoint(p.Checkpoint, log)
	if err != nil {
		return err
	}
	if p.LeafHash() != p.Leaf {
		return fmt.Errorf("%w: the leaf is not the header's", ErrProof)
	}
	return CheckInclusion(p.Path, p.Index, signed.Size, p.Leaf, signed.Root)
}

// FindPosition gives the leaf of the event at a position, taking in what is new if need be.
func (l *Ledger) FindPosition(ctx context.Context, p eventlog.Position) (uint64, error) {
	return l.find(ctx, func() (uint64, bool, error) { return l.tree.at(p) })
}

// FindEvent does the same by the event's id.
func (l *Ledger) FindEvent(ctx context.Context, id uuid.UUID) (uint64, error) {
	return l.find(ctx, func() (uint64, bool, error) { return l.tree.of(id) })
}

func (l *Ledger) find(ctx context.Context, in func() (uint64, bool, error)) (uint64, error) {
	if err := l.ready(); err != nil {
		return 0, err
	}
	leaf, found, err := in()
	if err != nil || found {
		return leaf, err
	}
	if _, err := l.Publish(ctx); err != nil { // it may have been stored a moment ago
		return 0, err
	}
	if leaf, found, err = in(); err == nil && !found {
		err = ErrUnknown
	}
	return leaf, err
}

// Covering is the checkpoint to prove a leaf with: of those that were published and cover it, the one that most witnesses have signed,
// and of those the first.
func (l *Ledger) Covering(ctx context.Context, leaf uint64) (Signed, error) {
	if err := l.ready(); err != nil {
		return Signed{}, err
	}
	best := Signed{}
	for _, s := range append(l.cosignedOnes(), l.Newest()) {
		if s.Size > leaf && len(s.sigs) > len(best.sigs) {
			best = s
		}
	}
	if !best.IsZero() {
		return best, nil
	}
	return l.Publish(ctx)
}

// SignedAt is the checkpoint of an earlier size, for those who ask again for what they had: with the signatures of
// witnesses that are still known, else with the log's own.
func (l *Ledger) SignedAt(size uint64) (Signed, error) {
	if err := l.ready(); err != nil {
		return Signed{}, err
	}
	for _, s := range append(l.cosignedOnes(), l.Newest()) {
		if s.Size == size {
			return s, nil
		}
	}
	if size > l.Newest().Size {
		return Signed{}, fmt.Errorf("%w: no checkpoint of %d events was published", ErrUnknown, size)
	}
	return l.sign(size)
}

// Event reads the event of a leaf.
func (l *Ledger) Event(ctx context.Context, leaf uint64) (eventlog.Recorded, error) {
	size, _ := l.tree.end()
	if leaf >= size {
		return eventlog.Recorded{}, ErrUnknown
	}
	lo := leaf - min(leaf, 1)
	rs, err := l.tree.records(lo, leaf+1)
	if err != nil {
		return eventlog.Recorded{}, err
	}
	// After the one before it: EventStoreDB is quick only behind positions that exist.
	after := eventlog.Position(0)
	if leaf > 0 {
		after = rs[0].position
	}
	was := rs[len(rs)-1]
	events, err := l.o.Log.ReadAll(ctx, after, 1)
	switch {
	case err != nil:
		return eventlog.Recorded{}, err
	case len(events) == 0:
		return eventlog.Recorded{}, &TamperError{Kind: Shortened, Leaf: leaf, Position: was.position, Event: was.id, Signed: size, Stands: leaf}
	case HeaderOf(events[0]).LeafHash() != was.hash:
		return eventlog.Recorded{}, pass{anchor: Checkpoint{Size: size}}.differs(leaf, was, events[0])
	}
	return events[0], nil
}

// Prove makes the proof of a leaf under a checkpoint.
func (l *Ledger) Prove(e eventlog.Recorded, leaf uint64, under Signed) (Proof, error) {
	p := Proof{Index: leaf, Header: HeaderOf(e), Checkpoint: under.Note()}
	p.Leaf = p.LeafHash()
	if leaf >= under.Size {
		return p, fmt.Errorf("%w: the checkpoint ends before it", ErrUnknown)
	}
	var err error
	p.Path, err = inclusion(l.tree.look(), leaf, 0, under.Size)
	return p, err
}

// Consistency proves that the tree of newSize events begins with that of oldSize.
func (l *Ledger) Consistency(oldSize, newSize uint64) (path []Hash, err error) {
	if err := l.ready(); err != nil {
		return nil, err
	}
	if size, _ := l.tree.end(); newSize > size || oldSize > newSize {
		return nil, fmt.Errorf("%w: from %d to %d in a tree of %d", ErrUnknown, oldSize, newSize, size)
	}
	if oldSize == 0 {
		return []Hash{}, nil // everything begins with nothing
	}
	return consistency(l.tree.look(), oldSize, 0, newSize, true)
}
