package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"mkr/internal/eventlog"
)

// grown is a tree of n leaves in a file.
func grown(t testing.TB, n int) *leaves {
	t.Helper()
	l, err := openLeaves(filepath.Join(t.TempDir(), "leaves"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.close() })
	for len, batch := 0, []record(nil); len < n; len++ {
		var data [8]byte
		binary.BigEndian.PutUint64(data[:], uint64(len))
		h := sha256.Sum256(append([]byte{leafPrefix}, data[:]...))
		batch = append(batch, record{eventlog.Position(10 * (len + 1)), uuid.NewSHA1(uuid.NameSpaceOID, data[:]), h})
		if len == n-1 || len%301 == 300 {
			if err := l.append(batch); err != nil {
				t.Fatal(err)
			}
			batch = nil
		}
	}
	return l
}

// peer is the same tree as golang.org/x/mod/sumdb/tlog builds it.
type peer []tlog.Hash

func (p *peer) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = (*p)[x]
	}
	return out, nil
}

func peerOf(t *testing.T, n int) *peer {
	t.Helper()
	p := &peer{}
	for i := range n {
		var data [8]byte
		binary.BigEndian.PutUint64(data[:], uint64(i))
		hs, err := tlog.StoredHashes(int64(i), data[:], p)
		if err != nil {
			t.Fatal(err)
		}
		*p = append(*p, hs...)
	}
	return p
}

func theirs(hs []Hash) []tlog.Hash {
	out := make([]tlog.Hash, len(hs))
	for i, h := range hs {
		out[i] = tlog.Hash(h)
	}
	return out
}

// Roots, audit paths and consistency proofs are those of an implementation that others wrote, at every size around the
// places where the tree changes its shape.
func TestTreeIsTheOneOfAnotherImplementation(t *testing.T) {
	const n = 1100
	ours, other := grown(t, n), peerOf(t, n)
	sizes := []uint64{1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 511, 512, 513, 767, 768, 1000, 1023, 1024, 1025, n}
	var f frontier
	next := 0
	for _, size := range sizes {
		root, err := ours.root(size)
		if err != nil {
			t.Fatal(err)
		}
		want, err := tlog.TreeHash(int64(size), other)
		if err != nil || tlog.Hash(root) != want {
			t.Fatalf("root of %d: %v, want %v (%v)", size, root, want, err)
		}
		for ; next < int(size); next++ {
			rs, err := ours.records(uint64(next), uint64(next)+1)
			if err != nil {
				t.Fatal(err)
			}
			f.add(rs[0].hash)
		}
		if f.root() != root {
			t.Fatalf("the frontier's root of %d is another", size)
		}
		for _, m := range []uint64{0, 1, 2, 3, size / 3, size / 2, size - 2, size - 1} {
			if m >= size {
				continue
			}
			path, err := inclusion(ours.look(), m, 0, size)
			if err != nil {
				t.Fatal(err)
			}
			rs, _ := ours.records(m, m+1)
			if err := tlog.CheckRecord(theirs(path), int64(size), want, int64(m), tlog.Hash(rs[0].hash)); err != nil {
				t.Fatalf("path of %d in %d: %v", m, size, err)
			}
			if err := CheckInclusion(path, m, size, rs[0].hash, root); err != nil {
				t.Fatalf("our check of %d in %d: %v", m, size, err)
			}
			spoilPaths(t, path, func(p []Hash) error { return CheckInclusion(p, m, size, rs[0].hash, root) })
			if CheckInclusion(path, (m+1)%size, size, rs[0].hash, root) == nil && size > 1 {
				t.Fatalf("the path of %d in %d proves another place", m, size)
			}
		}
		for _, m := range sizes {
			if m > size {
				break
			}
			path, err := consistency(ours.look(), m, 0, size, true)
			if err != nil {
				t.Fatal(err)
			}
			old, err := ours.root(m)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(theirs(path), int64(size), want, int64(m), tlog.Hash(old)); err != nil {
				t.Fatalf("from %d to %d: %v", m, size, err)
			}
			if err := CheckConsistency(path, m, size, old, root); err != nil {
				t.Fatalf("our check from %d to %d: %v", m, size, err)
			}
			spoilPaths(t, path, func(p []Hash) error { return CheckConsistency(p, m, size, old, root) })
			if CheckConsistency(path, m, size, Hash{1}, root) == nil || CheckConsistency(path, m, size, old, Hash{1}) == nil {
				t.Fatalf("from %d to %d: another root passes", m, size)
			}
		}
	}
}

// spoilPaths alters a proof in every simple way: none may pass.
func spoilPaths(t *testing.T, path []Hash, check func([]Hash) error) {
	t.Helper()
	if check(append(append([]Hash(nil), path...), Hash{7})) == nil {
		t.Fatal("a proof with one hash too many passes")
	}
	for i := range path {
		p := append([]Hash(nil), path...)
		p[i][3] ^= 1
		if check(p) == nil {
			t.Fatalf("a proof with a bit flipped in hash %d passes", i)
		}
		if check(append(append([]Hash(nil), path[:i]...), path[i+1:]...)) == nil {
			t.Fatalf("a proof without hash %d passes", i)
		}
	}
}

func TestLeavesAreFoundAndSurviveATornWrite(t *testing.T) {
	l := grown(t, 700)
	for _, leaf := range []uint64{0, 1, 255, 256, 699} {
		rs, err := l.records(leaf, leaf+1)
		if err != nil {
			t.Fatal(err)
		}
		if at, found, err := l.at(rs[0].position); err != nil || !found || at != leaf {
			t.Errorf("position of %d: %d %v %v", leaf, at, found, err)
		}
		if at, found, err := l.of(rs[0].id); err != nil || !found || at != leaf {
			t.Errorf("id of %d: %d %v %v", leaf, at, found, err)
		}
	}
	for _, p := range []eventlog.Position{0, 5, 11, 7001} {
		if _, found, err := l.at(p); found || err != nil {
			t.Errorf("position %d: %v %v", p, found, err)
		}
	}
	twin := uuid.UUID(must(l.records(3, 4))[0].id)
	twin[15] ^= 1
	if _, found, err := l.of(twin); found || err != nil {
		t.Error("an id with a known first half is taken for known")
	}
	if err := l.append([]record{{7010, twin, Hash{}}}); err != nil {
		t.Fatal(err)
	}
	if at, found, err := l.of(twin); err != nil || !found || at != 700 {
		t.Errorf("the second id with one first half: %d %v %v", at, found, err)
	}
	if err := l.cut(700); err != nil {
		t.Fatal(err)
	}
	before, err := l.root(700)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.file.WriteAt([]byte("half of a record"), offset(700)); err != nil {
		t.Fatal(err)
	}
	again, err := openLeaves(l.file.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if size, last := again.end(); size != 700 || last != 7000 {
		t.Errorf("opened again: %d leaves up to %d", size, last)
	}
	if root, err := again.root(700); err != nil || root != before {
		t.Errorf("opened again: another root (%v)", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Two headers that differ anywhere have different leaves: what a text ends with cannot pass for the beginning of the next.
func FuzzLeaf(f *testing.F) {
	f.Add("case-1", "case.opened", uint64(0), int64(0), []byte("data"), []byte("meta"), "case-", "1case.opened")
	f.Add("a", "bc", uint64(1), int64(-1), []byte{}, []byte{0}, "ab", "c")
	f.Fuzz(func(t *testing.T, stream, typ string, rev uint64, at int64, data, meta []byte, stream2, typ2 string) {
		if len(stream) > eventlog.MaxStreamName || len(stream2) > eventlog.MaxStreamName || len(typ) > eventlog.MaxEventType || len(typ2) > eventlog.MaxEventType {
			t.Skip("no log stores names as long as these")
		}
		e := eventlog.Recorded{Stream: stream, Type: typ, Revision: rev, RecordedAt: time.Unix(0, at).UTC(), Data: data, Meta: meta}
		h := HeaderOf(e)
		if got := decodeLeaf(t, AppendLeaf(nil, h)); got != h {
			t.Fatalf("%+v is read back as %+v", h, got)
		}
		other := e
		other.Stream, other.Type = stream2, typ2
		if (HeaderOf(other).LeafHash() == h.LeafHash()) != (stream == stream2 && typ == typ2) {
			t.Fatal("two headers have one leaf")
		}
		if got, want := h.LeafHash(), tlog.RecordHash(AppendLeaf(nil, h)); tlog.Hash(got) != want {
			t.Fatalf("the leaf's hash is not that of RFC 6962: %v, want %v", got, want)
		}
	})
}

// decodeLeaf reads a leaf by its description in AppendLeaf: that there is one way to read it is why no two headers share one.
func decodeLeaf(t *testing.T, b []byte) (h Header) {
	t.Helper()
	next := func(n int) []byte {
		if n > len(b) {
			t.Fatal("the leaf is too short")
		}
		out := b[:n]
		b = b[n:]
		return out
	}
	text := func() string { return string(next(int(binary.BigEndian.Uint16(next(2))))) }
	if string(next(len(leafMagic))) != leafMagic {
		t.Fatal("no magic")
	}
	h.Stream = text()
	h.Revision = binary.BigEndian.Uint64(next(8))
	h.ID = uuid.UUID(next(16))
	h.Type = text()
	h.RecordedAt = time.Unix(0, int64(binary.BigEndian.Uint64(next(8)))).UTC()
	h.Data, h.Meta = Hex(next(32)), Hex(next(32))
	if len(b) > 0 {
		t.Fatalf("%d bytes too many", len(b))
	}
	return h
}

// The cost of a proof grows with the logarithm of the log.
func BenchmarkProof(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		l := grown(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			for b.Loop() {
				if _, err := inclusion(l.look(), r.Uint64N(uint64(n)), 0, uint64(n)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
