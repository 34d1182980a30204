package ledger_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mkr/internal/ledger"
)

// bundled is a bundle of one stream of a log of 200 events, cosigned; every third event is without its contents, the first of those
// without its header too.
func bundled(t *testing.T) (file []byte, again func() []byte, l *ledger.Ledger, w watched) {
	t.Helper()
	w = watch(t)
	l = w.serve(t, w.folder.dir, "")
	_, err := w.look(t, l)
	ok(t, err)
	again = func() []byte {
		under := l.Newest()
		var events []ledger.BundleEvent
		for leaf := range under.Size {
			e, err := l.Event(t.Context(), leaf)
			ok(t, err)
			if e.Stream != "case-a-2" {
				continue
			}
			p, err := l.Prove(e, leaf, under)
			ok(t, err)
			b := ledger.BundleEvent{Header: p.Header, Index: p.Index, Path: p.Path}
			if len(events)%3 != 2 {
				b.Open, b.Data, b.Meta = true, e.Data, e.Meta
			} else if len(events) == 2 {
				b = b.Blind()
			}
			events = append(events, b)
		}
		out, err := l.Bundle([]byte("<!doctype html><body><p>Dosja e rastit</p>"), ledger.Manifest{Stream: "case-a-2"}, ledger.Parts{Under: under, Events: events})
		ok(t, err)
		return out
	}
	return again(), again, l, w
}

// A bundle verifies with nothing but itself, is the same when it is made again, and any byte of it that is changed is found: in an
// event, as that event.
func TestABundleProvesItself(t *testing.T) {
	file, again, l, w := bundled(t)
	key := l.Verifier()
	v, err := ledger.VerifyBundle(file, &key)
	ok(t, err)
	if v.Events < 5 || v.Closed < 2 || v.Blind != 1 || len(v.Cosigned) != 1 || v.Cosigned[0] != w.witness.Name {
		t.Fatalf("%+v", v)
	}
	if !bytes.Equal(file, again()) {
		t.Error("made again it has other bytes")
	}
	other := keyOf(t).Verifier
	if _, err := ledger.VerifyBundle(file, &other); err == nil {
		t.Error("it passes under another key")
	}
	lines := bytes.SplitAfter(file, []byte("\n"))
	first := 0 // the line of the first event
	for i, line := range lines {
		if bytes.Contains(line, []byte(`"format"`)) {
			first = i + 1
		}
	}
	at := 0
	for n, line := range lines {
		for i := range line {
			if n >= first && n < first+v.Events && i%3 != 0 && i < len(line)-1 { // all of the frame, a third of the long proofs
				continue
			}
			altered := bytes.Clone(file)
			altered[at+i] ^= 1
			_, err := ledger.VerifyBundle(altered, &key)
			var bad *ledger.BundleError
			switch {
			case err == nil:
				t.Fatalf("byte %d of line %d (%.40q) may be changed", i, n, line)
			case n >= first && n < first+v.Events && i < len(line)-1:
				if !errors.As(err, &bad) || bad.Event != n-first+1 {
					t.Fatalf("byte %d of event %d: %v", i, n-first+1, err)
				}
			case !errors.As(err, &bad) && !errors.Is(err, ledger.ErrNoBundle):
				t.Fatalf("byte %d of line %d: %v", i, n, err)
			}
		}
		at += len(line)
	}
	text := string(file)
	blind := string(lines[first+2])
	if !strings.Contains(blind, `"type":""`) || !strings.Contains(blind, `"revision":2,"event":"00000000-`) {
		t.Fatalf("an event without its header says %s", blind)
	}
	for what, spoiled := range map[string]string{
		"an event less":      strings.Replace(text, string(lines[first+1]), "", 1),
		"an event twice":     strings.Replace(text, string(lines[first+1]), string(lines[first+1])+string(lines[first+1]), 1),
		"a kind it has not":  strings.Replace(text, blind, strings.Replace(blind, `"type":""`, `"type":"case.noted"`, 1), 1),
		"a place it has not": strings.Replace(text, blind, strings.Replace(blind, `"revision":2`, `"revision":3`, 1), 1),
		"an earlier format":  strings.Replace(text, "mkr bundle 3", "mkr bundle 2", 1),
		"the last one less":  strings.Replace(text, string(lines[first+v.Events-1]), "", 1),
		"more at the end":    text + " ",
		"cut":                text[:len(text)-200],
	} {
		if _, err := ledger.VerifyBundle([]byte(spoiled), &key); err == nil {
			t.Errorf("%s: valid", what)
		}
	}
	for _, nothing := range []string{"", "nonsense", "<!doctype html>"} {
		if _, err := ledger.VerifyBundle([]byte(nothing), nil); !errors.Is(err, ledger.ErrNoBundle) {
			t.Errorf("%q: %v", nothing, err)
		}
	}
}

func FuzzVerifyBundle(f *testing.F) {
	f.Add([]byte("<p>\n<script type=\"application/vnd.mkr.bundle\">\n{}\n{}\n</script>\n<script type=\"text/vnd.mkr.seal\">\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := ledger.VerifyBundle(file, nil); err == nil && len(file) < 500 {
			t.Error("something short is a valid bundle")
		}
	})
}
