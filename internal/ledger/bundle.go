package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A bundle is one HTML file: a document to read and print, and after it, in two blocks that a browser does not show, what proves it.
// The first block has a line of JSON for the whole and one for each event; the second is a signed note over all that stands before
// it. So any altered byte is found, and one in an event is found in that event.
//
// A second kind of line came with the second format: texts that were sealed in the events and are opened for the recipient, each
// proved against the stored bytes (see Opening). With the third came events that are there by their leaf alone: not even their header is
// for the recipient. Files of the earlier formats stay valid.
const (
	bundleFormat = "mkr bundle 3"
	secondFormat = "mkr bundle 2"
	firstFormat  = "mkr bundle 1"
	dataOpens    = "\n<script type=\"application/vnd.mkr.bundle\">\n"
	sealOpens    = "</script>\n<script type=\"text/vnd.mkr.seal\">\n"
	sealCloses   = "</script>\n</body></html>\n"
)

// Manifest is what a bundle says of itself.
type Manifest struct {
	Format     string   `json:"format"`
	Stream     string   `json:"stream"`
	Recipient  string   `json:"recipient,omitempty"` // id of the institution that it was made for
	Events     int      `json:"events"`              // of the stream, all up to the last
	Others     int      `json:"others,omitempty"`    // events of other streams after them: those that hold an opened text
	Openings   int      `json:"openings,omitempty"`  // opened texts after those
	Checkpoint string   `json:"checkpoint"`          // signed note, with the cosignatures that there were
	Verifier   string   `json:"verifier"`
	Witnesses  []string `json:"witnesses"` // public keys
}

// BundleEvent is an event with its proof. One whose contents are not for the recipient has no bytes, and is proved to be there all the same.
type BundleEvent struct {
	Header
	// Leaf is there in place of a header that is not for the recipient, which then says only the stream and the revision: the tree
	// proves the leaf, and that it is the one of this revision the log states.
	Leaf  Hash   `json:"leaf_hash,omitzero"`
	Index uint64 `json:"leaf_index"`
	Path  []Hash `json:"path"`
	Open  bool   `json:"open"` // the bytes are here
	Data  []byte `json:"data,omitempty"`
	Meta  []byte `json:"meta,omitempty"`
}

// Blind is the event without its header.
func (e BundleEvent) Blind() BundleEvent {
	return BundleEvent{Header: Header{Stream: e.Stream, Revision: e.Revision}, Leaf: e.LeafHash(), Index: e.Index, Path: e.Path}
}

func (e *BundleEvent) blind() bool { return e.Leaf != Hash{} }

// leaf is the hash that the path proves.
func (e *BundleEvent) leaf() Hash {
	if e.blind() {
		return e.Leaf
	}
	return e.LeafHash()
}

// Parts are what a bundle is made of, beside its document.
type Parts struct {
	Under    Signed
	Events   []BundleEvent // of the bundle's stream, from its first
	Others   []BundleEvent // of other streams, in the order of the log
	Openings []Opening
}

// Bundle puts a document and its proof together and seals them. The document is HTML up to, and without, the end of its body.
// The same document and parts give the same bytes.
func (l *Ledger) Bundle(document []byte, m Manifest, p Parts) ([]byte, error) {
	m.Format, m.Events, m.Others, m.Openings = bundleFormat, len(p.Events), len(p.Others), len(p.Openings)
	m.Checkpoint, m.Verifier, m.Witnesses = p.Under.Note(), l.Verifier().String(), []string{}
	for _, w := range l.CosignedBy(p.Under) {
		m.Witnesses = append(m.Witnesses, w.String())
	}
	if bytes.Contains(document, []byte(dataOpens)) || bytes.Contains(document, []byte(sealOpens)) {
		return nil, errors.New("ledger: a document that holds the marks of a bundle")
	}
	out := bytes.NewBuffer(append([]byte(nil), document...))
	out.WriteString(dataOpens)
	enc := json.NewEncoder(out) // escapes < and >, so that no text ends the block
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	for _, e := range slices.Concat(p.Events, p.Others) {
		if err := enc.Encode(e); err != nil {
			return nil, err
		}
	}
	for _, o := range p.Openings {
		if err := enc.Encode(o); err != nil {
			return nil, err
		}
	}
	out.WriteString(sealOpens)
	text := sealText(m.Format, l.Verifier().Name, out.Bytes())
	out.Write(text)
	out.WriteByte('\n')
	out.WriteString(l.o.Key.sign(text, time.Time{}).line())
	out.WriteString(sealCloses)
	return out.Bytes(), nil
}

// sealText is what the seal signs: its first line keeps it from being taken for a checkpoint.
func sealText(format, name string, content []byte) []byte {
	sum := sha256.Sum256(content)
	return fmt.Appendf(nil, "%s\n%s\n%s\n", format, name, base64.StdEncoding.EncodeToString(sum[:]))
}

// ErrNoBundle says that a file is no bundle at all.
var ErrNoBundle = errors.New("this is no bundle of mkr")

// BundleError says what in a bundle is not as it was signed. Event is its place in the bundle, from 1; 0 for what is no event.
type BundleError struct {
	Event int
	Name  string
	Why   error
}

func (e *BundleError) Error() string {
	switch {
	case e.Event == 0:
		return e.Name + ": " + e.Why.Error()
	case e.Name == "":
		return fmt.Sprintf("the %s event: %v", ordinal(uint64(e.Event-1)), e.Why)
	}
	return fmt.Sprintf("the %s event (%s): %v", ordinal(uint64(e.Event-1)), e.Name, e.Why)
}

func (e *BundleError) Unwrap() error { return e.Why }

// Verified is what a bundle was found to hold.
type Verified struct {
	Manifest
	Checkpoint Signed
	Closed     int // events of the stream without their contents
	Blind      int // those of them without their header
	Stated     int // opened texts that the stored bytes cannot prove: they were sealed before that could be
	Cosigned   []string
}

var (
	errAltered  = errors.New("it is not as it was signed")
	errSequence = errors.New("it is not the next event of the case: one is missing, doubled or out of its place")
)

// VerifyBundle checks a bundle with nothing but itself. key is the log's public key, if the reader has it from elsewhere; without it
// the bundle only agrees with itself. It answers ErrNoBundle, *BundleError, or nil.
func VerifyBundle(file []byte, key *Verifier) (Verified, error) {
	var v Verified
	data, seal := bytes.Index(file, []byte(dataOpens)), bytes.LastIndex(file, []byte(sealOpens))
	if data < 0 || seal < data {
		return v, ErrNoBundle
	}
	lines := strings.SplitAfter(string(file[data+len(dataOpens):seal]), "\n")
	lines = lines[:len(lines)-1]
	whole := func(what string, why error) (Verified, error) { return v, &BundleError{Name: what, Why: why} }
	if len(lines) == 0 || strict(lines[0], &v.Manifest) != nil || !v.sound() {
		return whole("the bundle's first line", errAltered)
	}
	verifier, err := ParseVerifier(v.Verifier)
	if err != nil {
		return whole("the public key", errAltered)
	}
	if key != nil && key.String() != verifier.String() {
		return whole("the public key", errors.New("the bundle is signed under another key than the one that was given"))
	}
	if v.Checkpoint, err = OpenCheckpoint(v.Manifest.Checkpoint, verifier); err != nil {
		return whole("the checkpoint", err)
	}
	if err := v.lines(lines[1:]); err != nil {
		return v, err
	}
	for _, text := range v.Witnesses {
		w, err := ParseVerifier(text)
		if err != nil {
			return whole("a witness's key", errAltered)
		}
		if _, ok := v.Checkpoint.Cosigned(w); !ok {
			return whole("the signature of witness "+w.Name, errAltered)
		}
		v.Cosigned = append(v.Cosigned, w.Name)
	}
	return v, v.sealed(file, seal+len(sealOpens), verifier)
}

// sound tells whether a manifest is one of a format that is known.
func (v *Verified) sound() bool {
	const most = 1 << 30 // no sum of these overflows
	counted := min(v.Events, v.Others, v.Openings) >= 0 && max(v.Events, v.Others, v.Openings) <= most
	switch v.Format {
	case bundleFormat, secondFormat:
		return counted
	case firstFormat:
		return counted && v.Others == 0 && v.Openings == 0
	}
	return false
}

// lines checks the events, and the texts that are opened out of them.
func (v *Verified) lines(lines []string) error {
	var last *BundleEvent
	held := map[uuid.UUID][]byte{} // contents of the events that are here
	for i, line := range lines[:min(len(lines), v.Events+v.Others)] {
		if i == v.Events {
			last = nil
		}
		e, err := v.event(line, last, i >= v.Events)
		if err != nil {
			name := ""
			if e != nil {
				name = e.ID.String()
			}
			return &BundleError{Event: i + 1, Name: name, Why: err}
		}
		if last = e; e.Open {
			held[e.ID] = e.Data
		} else {
			v.Closed++
		}
		if e.blind() {
			v.Blind++
		}
	}
	if want := v.Events + v.Others; len(lines) < want {
		return &BundleError{Event: len(lines) + 1, Why: fmt.Errorf("it is missing: %d events are here, and %d were signed", len(lines), want)}
	}
	opened := lines[v.Events+v.Others:]
	if len(opened) != v.Openings {
		return &BundleError{Name: "the opened texts", Why: fmt.Errorf("%d are here, and %d were signed", len(opened), v.Openings)}
	}
	for i, line := range opened {
		proved, err := checkOpening(line, held)
		if err != nil {
			return &BundleError{Name: "the " + ordinal(uint64(i)) + " opened text", Why: err}
		}
		if !proved {
			v.Stated++
		}
	}
	return nil
}

// event checks one line. An event of another stream is here for what it holds; nothing is said of its neighbours.
func (v *Verified) event(line string, last *BundleEvent, other bool) (*BundleEvent, error) {
	e := &BundleEvent{}
	if strict(line, e) != nil {
		return nil, errAltered
	}
	bare := Header{Stream: e.Stream, Revision: e.Revision}
	switch {
	case e.blind() && (v.Format != bundleFormat || other || e.Open || e.Header != bare):
		return e, errAltered
	case e.Open && (sha256.Sum256(e.Data) != e.Header.Data || sha256.Sum256(e.Meta) != e.Header.Meta):
		return e, errAltered
	case CheckInclusion(e.Path, e.Index, v.Checkpoint.Size, e.leaf(), v.Checkpoint.Root) != nil:
		return e, errAltered
	case last != nil && e.Index <= last.Index, (e.Stream == v.Stream) == other:
		return e, errSequence
	case other && !e.Open, !other && (last == nil && e.Revision != 0 || last != nil && e.Revision != last.Revision+1):
		return e, errSequence
	}
	return e, nil
}

// strict reads one line of JSON that must be written exactly as it would be written again.
func strict(line string, into any) error {
	if err := json.Unmarshal([]byte(line), into); err != nil {
		return err
	}
	again, err := json.Marshal(into)
	if err == nil && string(again)+"\n" != line {
		err = errAltered
	}
	return err
}

// sealed checks the note at the end over all that stands before it.
func (v *Verified) sealed(file []byte, at int, verifier Verifier) error {
	bad := &BundleError{Name: "the document or its frame", Why: errAltered}
	note, closed := bytes.CutSuffix(file[at:], []byte(sealCloses))
	if !closed {
		return bad
	}
	text, sigs, err := parseNote(note)
	if err != nil || len(sigs) != 1 || !bytes.Equal(text, sealText(v.Format, verifier.Name, file[:at])) {
		return bad
	}
	if _, err := sigs[0].check(verifier, text); err != nil {
		return bad
	}
	if string(note) != string(text)+"\n"+sigs[0].line() {
		return bad
	}
	return nil
}
