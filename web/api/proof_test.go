package api_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
	"mkr/internal/testbed"
)

// header is what the API says of an event, in a proof and in the feed of headers.
type apiHeader struct {
	Event, Stream, Type string
	Revision            uint64
	RecordedAt          time.Time `json:"recorded_at"`
	Data                string    `json:"data_sha256"`
	Meta                string    `json:"meta_sha256"`
	Index               int64     `json:"leaf_index"`
	Leaf                tlog.Hash `json:"leaf_hash"`
}

// leaf writes the leaf as its documentation says, without the ledger's own code.
func (h apiHeader) leaf(t *testing.T) []byte {
	t.Helper()
	id := uuid.MustParse(h.Event)
	b := []byte("mkr leaf 1\n")
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(h.Stream))), h.Stream...)
	b = append(binary.BigEndian.AppendUint64(b, h.Revision), id[:]...)
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(h.Type))), h.Type...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.RecordedAt.UnixNano()))
	for _, sum := range []string{h.Data, h.Meta} {
		raw, err := hex.DecodeString(sum)
		testbed.OK(t, err)
		b = append(b, raw...)
	}
	return b
}

// opened reads a checkpoint with the Go checksum database's own code: text, signature, tree.
func opened(t *testing.T, text, verifier string) tlog.Tree {
	t.Helper()
	v, err := note.NewVerifier(verifier)
	testbed.OK(t, err)
	n, err := note.Open([]byte(text), note.VerifierList(v))
	testbed.OK(t, err)
	lines := strings.Split(n.Text, "\n")
	var tree tlog.Tree
	_, err = fmt.Sscan(lines[1], &tree.N)
	testbed.OK(t, err)
	tree.Hash, err = tlog.ParseHash(lines[2])
	testbed.OK(t, err)
	return tree
}

// cosigner reads a witness's signatures as C2SP's tlog-cosignature writes them, for the Go checksum database's reader of notes: it
// knows nothing of the ledger's own code.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	at   uint64 // of the newest signature that held
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	c.at = binary.BigEndian.Uint64(sig)
	return ed25519.Verify(c.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", c.at, msg), sig[8:])
}

// newCosigner takes a witness's public key apart: name+hash+base64(4, key), the hash over the name and that.
func newCosigner(t *testing.T, vkey string) *cosigner {
	t.Helper()
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	testbed.OK(t, err)
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if len(raw) != 1+ed25519.PublicKeySize || raw[0] != 4 || hex.EncodeToString(sum[:4]) != parts[1] {
		t.Fatalf("%q is no key of a witness", vkey)
	}
	return &cosigner{name: parts[0], hash: binary.BigEndian.Uint32(sum[:4]), key: raw[1:]}
}

// A checkpoint with the signatures of its log and of a witness is read whole by another implementation, from nothing but the API's
// answer; a witness of the same name with another key has signed nothing.
func TestCosignaturesHoldForAnotherImplementation(t *testing.T) {
	w := newWorld(t)
	newest := w.Ledger.Newest()
	expect(t, w.post("", "/audit/cosignatures", object{"size": newest.Size, "signature": newest.Countersign(w.Witness, w.Now())}), 200)
	var c struct {
		Note, Verifier string
		Size           int64
		Witnesses      []struct{ Verifier string }
	}
	read(t, w.get("", "/audit/checkpoint"), &c)
	log, err := note.NewVerifier(c.Verifier)
	testbed.OK(t, err)
	var witness *cosigner
	for _, one := range c.Witnesses {
		if strings.HasPrefix(one.Verifier, w.Witness.Verifier.Name+"+") {
			witness = newCosigner(t, one.Verifier)
		}
	}
	n, err := note.Open([]byte(c.Note), note.VerifierList(log, witness))
	testbed.OK(t, err)
	if len(n.Sigs) != 2 || len(n.UnverifiedSigs) != 0 || witness.at != uint64(w.Now().Unix()) {
		t.Errorf("%d signatures hold and %d are unknown, the witness's of %d", len(n.Sigs), len(n.UnverifiedSigs), witness.at)
	}
	if tree := opened(t, c.Note, c.Verifier); tree.N != c.Size {
		t.Errorf("a checkpoint of %d, said to be of %d", tree.N, c.Size)
	}
	stranger := *witness
	stranger.key = make(ed25519.PublicKey, ed25519.PublicKeySize)
	if _, err := note.Open([]byte(c.Note), note.VerifierList(log, &stranger)); err == nil {
		t.Error("the signature holds under another key")
	}
}

// Whoever holds the public key can check every event, that nothing is missing, and that history only grew, with code
// that is not ours and from nothing but the API's answers.
func TestProofsHoldForAnotherImplementation(t *testing.T) {
	w := newWorld(t)
	var first, second struct {
		Note, Verifier string
		Size           int64
	}
	read(t, w.get("", "/audit/checkpoint"), &first)
	before := opened(t, first.Note, first.Verifier)
	if before.N != first.Size || before.N < 30 {
		t.Fatalf("a checkpoint of %d, said to be of %d", before.N, first.Size)
	}
	for i, e := range w.Events()[:before.N] {
		name := e.ID.String()
		if i%2 == 0 {
			name = num(uint64(e.Position))
		}
		var p struct {
			apiHeader
			Path       []tlog.Hash
			Checkpoint string
			Data, Meta []byte
		}
		read(t, w.get(access.Auditor, "/audit/proof/"+name), &p)
		tree := opened(t, p.Checkpoint, first.Verifier)
		testbed.OK(t, tlog.CheckRecord(tlog.RecordProof(p.Path), tree.N, tree.Hash, int64(i), tlog.RecordHash(p.leaf(t))))
		if p.Event != e.ID.String() || p.Index != int64(i) {
			t.Errorf("event %d: the proof is of %s, leaf %d", i, p.Event, p.Index)
		}
		ofCase := strings.HasPrefix(e.Stream, "case-")
		if ofCase && (hexSum(p.Data) != p.apiHeader.Data || hexSum(p.Meta) != p.apiHeader.Meta) {
			t.Errorf("%s: the bytes are not those whose hashes are proved", e.Type)
		}
		if !ofCase && len(p.Data)+len(p.Meta) > 0 {
			t.Errorf("%s of %s: stored bytes are shown", e.Type, e.Stream)
		}
	}
	// History goes on; what was signed is its beginning.
	w.must(access.Police, "/cases", intake())
	_, err := w.Ledger.Publish(t.Context())
	testbed.OK(t, err)
	read(t, w.get("", "/audit/checkpoint"), &second)
	after := opened(t, second.Note, first.Verifier)
	if after.N <= before.N {
		t.Fatalf("nothing was added: %d, then %d", before.N, after.N)
	}
	var c struct {
		From, To int64
		Proof    []tlog.Hash
	}
	read(t, w.get("", "/audit/consistency?from="+num(uint64(before.N))), &c)
	testbed.OK(t, tlog.CheckTree(tlog.TreeProof(c.Proof), after.N, after.Hash, before.N, before.Hash))
	if tlog.CheckTree(tlog.TreeProof(c.Proof), after.N, before.Hash, before.N, before.Hash) == nil {
		t.Error("the proof holds for any root")
	}
	// The headers alone give the root: who has them knows that no event was kept from him.
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(ix []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(ix))
		for i, x := range ix {
			out[i] = hashes[x]
		}
		return out, nil
	})
	var feed struct{ Entries []apiHeader }
	read(t, w.get(access.Auditor, "/audit/log?limit=1000"), &feed)
	for i, h := range feed.Entries[:after.N] {
		if tlog.RecordHash(h.leaf(t)) != h.Leaf {
			t.Errorf("entry %d: its leaf is not that of its header", i)
		}
		stored, err := tlog.StoredHashes(int64(i), h.leaf(t), reader)
		testbed.OK(t, err)
		hashes = append(hashes, stored...)
	}
	root, err := tlog.TreeHash(after.N, reader)
	testbed.OK(t, err)
	if root != after.Hash {
		t.Error("the headers give another root than the signed one")
	}
}

func hexSum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func read(t *testing.T, a answer, into any) {
	t.Helper()
	expect(t, a, 200)
	testbed.OK(t, json.Unmarshal(a.body, into))
}

// Erasing a person takes her key and adds an event; every proof of before holds as it did.
func TestProofsOutliveErasure(t *testing.T) {
	w := newWorld(t)
	var proofs []handlers.Proof
	for _, e := range w.Events() {
		var p handlers.Proof
		read(t, w.get(access.Auditor, "/audit/proof/"+e.ID.String()), &p)
		proofs = append(proofs, p)
	}
	subject := w.names["person"].(string)
	testbed.OK(t, w.Vault.Shred(t.Context(), subject))
	testbed.OK(t, w.Ledger.Check(t.Context(), nil))
	for _, p := range proofs {
		testbed.OK(t, p.Check(w.Ledger.Verifier()))
		var again handlers.Proof
		read(t, w.get(access.Auditor, "/audit/proof/"+p.ID.String()+"?size="+num(sizeOf(t, p.Checkpoint))), &again)
		if again.Leaf != p.Leaf || !slices.Equal(again.Path, p.Path) {
			t.Errorf("after the erasure the proof of %s is another", p.ID)
		}
	}
}

func sizeOf(t *testing.T, text string) (n uint64) {
	t.Helper()
	_, err := fmt.Sscan(strings.Split(text, "\n")[1], &n)
	testbed.OK(t, err)
	return n
}

// What is asked wrongly is answered plainly, and a signature that is nobody's is kept by nobody.
func TestProofsRefuse(t *testing.T) {
	w := newWorld(t)
	problem(t, w.get(access.Coordinator, "/audit/proof/1"), 403, "access.not_for_role", "")
	for _, name := range []string{"0", "999999", "00000000-0000-4000-8000-000000000000", "nonsense", "-1"} {
		problem(t, w.get(access.Auditor, "/audit/proof/"+name), 404, "not_found", "")
	}
	problem(t, w.get(access.Auditor, "/audit/proof/1?size=999999"), 404, "not_found", "")
	problem(t, w.get("", "/audit/consistency?from=7&to=3"), 422, "input.range", "from")
	problem(t, w.get("", "/audit/consistency?from=7&to=999999"), 404, "not_found", "")
	good := w.names["signature"].(string)
	name, blob, _ := strings.Cut(strings.TrimPrefix(good, "— "), " ")
	raw, err := base64.StdEncoding.DecodeString(blob)
	testbed.OK(t, err)
	raw[20] ^= 1
	for _, line := range []string{"", "nonsense", "— x AAAA", "— " + name + " " + base64.StdEncoding.EncodeToString(raw), strings.Replace(good, name, "somebody-else", 1)} {
		a := w.post("", "/audit/cosignatures", object{"size": w.names["size"], "signature": line})
		if a.status != 422 {
			t.Errorf("%q: %d %s", line, a.status, a.body)
		}
	}
	problem(t, w.post("", "/audit/cosignatures", object{"size": 999999, "signature": good}), 404, "not_found", "")
	if n := w.get("", "/audit/checkpoint").num(t, "witnesses_signed"); n != 0 {
		t.Errorf("%d witnesses have signed", n)
	}
	newest := w.Ledger.Newest()
	expect(t, w.post("", "/audit/cosignatures", object{"size": newest.Size, "signature": newest.Countersign(w.Witness, w.Now())}), 200)
	if n := w.get("", "/audit/checkpoint").num(t, "witnesses_signed"); n != 1 {
		t.Errorf("%d witnesses have signed, not one", n)
	}
}

// A bundle from the API verifies by itself, is the same when it is asked for again, names the event whose bytes were changed, holds no
// personal text, and leaves a trace in the trail of whoever made it and none in the case.
func TestBundle(t *testing.T) {
	w := newWorld(t)
	path := "/audit/cases/" + w.caseID + "/bundle"
	before := len(must(w.Log.ReadStream(t.Context(), "case-"+w.caseID, 0)))
	first := w.get(access.Auditor, path+"?recipient="+w.NGO)
	expect(t, first, 200)
	w.holdsNothingPersonal(t, "the document of the bundle", answer{body: first.body[:bytes.Index(first.body, []byte("<script"))]})
	key := w.Ledger.Verifier()
	v, err := ledger.VerifyBundle(first.body, &key)
	testbed.OK(t, err)
	if v.Events != before || v.Recipient != w.NGO {
		t.Errorf("%d events for %q", v.Events, v.Recipient)
	}
	var position uint64
	for _, e := range w.Events() {
		if e.Stream == "case-"+w.caseID {
			position = uint64(e.Position)
		}
	}
	w.must(access.Coordinator, "/cases/"+w.caseID+"/notes", object{"section": "general", "text": "më vonë"})
	again := w.get(access.Auditor, path+"?recipient="+w.NGO+"&at="+num(position)+"&size="+num(v.Checkpoint.Size))
	if !bytes.Equal(again.body, first.body) {
		t.Error("the same question has another answer")
	}
	last := w.Events()
	if n := len(must(w.Log.ReadStream(t.Context(), "case-"+w.caseID, 0))); n != before+1 || !slices.ContainsFunc(last, func(e eventlog.Recorded) bool { return e.Type == "access.exported" }) {
		t.Errorf("the case has %d events, had %d; the export must be in the caller's own trail", n, before)
	}
	i := bytes.Index(first.body, []byte(`"type":"referral.`))
	spoiled := bytes.Clone(first.body)
	spoiled[i+9] ^= 1
	var bad *ledger.BundleError
	if _, err := ledger.VerifyBundle(spoiled, &key); !errors.As(err, &bad) || bad.Event == 0 {
		t.Errorf("a changed byte: %v", err)
	}
	problem(t, w.get(access.NGO, path), 403, "access.not_for_role", "")
	problem(t, w.get(access.Auditor, path+"?recipient="+w.Needs), 422, "input.recipient", "recipient")
	problem(t, w.get(access.Auditor, path+"?at=1"), 404, "not_found", "")
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
