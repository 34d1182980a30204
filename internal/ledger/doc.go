// Package ledger makes the history provable: every stored event is a leaf of a Merkle tree (RFC 6962), whose head is signed
// as a checkpoint that others can keep, compare and countersign.
//
// What it guarantees:
//
//   - It works on stored bytes that it cannot read. A leaf holds the hashes of the event's bytes and its header (see Leaf),
//     so that a proof needs no content and erasing a person's key changes nothing in it.
//   - Leaf n is the log's n-th event in the order of ReadAll. Servers on one store have one tree; an import of an export
//     has the tree of the original. Positions are not in the tree: each store has its own.
//   - The checkpoint file only goes forward: a log that is shorter than it, or has another root, is refused with the first bad
//     event by name (TamperError).
//   - It follows the log after the commit and in batches: an append never waits for it.
//   - Its file of leaves can be deleted at any time. It is made again from the log and held against the checkpoint.
//
// The formats are public: RFC 6962 (tree, proofs), C2SP signed-note, tlog-checkpoint and tlog-cosignature. The tests read what is
// made here with golang.org/x/mod/sumdb, which was written by others.
package ledger
