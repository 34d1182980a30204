package ledger

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Checkpoints are read and judged by golang.org/x/mod/sumdb/note, and what that signs is read by us.
func TestNotesAreThoseOfAnotherImplementation(t *testing.T) {
	key := must(NewLogKey())
	signed := Checkpoint{key.Name, 12, Hash{1, 2, 3}}.sign(key)
	verifier, err := note.NewVerifier(key.Verifier.String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(signed.Note()), note.VerifierList(verifier))
	if err != nil || n.Text != string(signed.Text()) {
		t.Fatalf("they read %+v (%v)", n, err)
	}
	signer, err := note.NewSigner(key.Private())
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := note.Sign(&note.Note{Text: n.Text}, signer)
	if err != nil || string(theirs) != signed.Note() {
		t.Errorf("they sign\n%s\nwe sign\n%s(%v)", theirs, signed.Note(), err)
	}
	skey, vkey, err := note.GenerateKey(nil, "elsewhere.example/log")
	if err != nil {
		t.Fatal(err)
	}
	if s, err := ParseSigner(skey); err != nil || s.Verifier.String() != vkey {
		t.Errorf("their key is not read: %v", err)
	}
	if strings.Contains(must(ParseSigner(skey)).String(), strings.SplitN(skey, "+", 5)[4]) {
		t.Error("a signer prints its secret")
	}
}

func TestCosignatures(t *testing.T) {
	key, witness := must(NewLogKey()), must(NewWitnessKey("gruaja-tek-gruaja"))
	at := time.Unix(1_790_000_000, 0).UTC()
	signed := Checkpoint{key.Name, 12, Hash{1, 2, 3}}.sign(key)
	both := signed.with(witness.sign(signed.text, at))
	read, err := OpenCheckpoint(both.Note(), key.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	if when, ok := read.Cosigned(witness.Verifier); !ok || !when.Equal(at) {
		t.Errorf("cosigned: %v %v", when, ok)
	}
	if _, ok := signed.Cosigned(witness.Verifier); ok {
		t.Error("a checkpoint that nobody cosigned is cosigned")
	}
	if again := both.with(witness.sign(signed.text, at.Add(time.Second))); len(again.sigs) != 2 {
		t.Errorf("%d signatures of two keys", len(again.sigs))
	}
	later := both.sigs[1]
	later.blob = append([]byte(nil), later.blob...)
	later.blob[7]++ // claims another second
	if _, err := later.check(witness.Verifier, signed.text); err == nil {
		t.Error("a cosignature with another time passes")
	}
}

func TestNotesThatAreNotWhole(t *testing.T) {
	key, other := must(NewLogKey()), must(NewLogKey())
	whole := Checkpoint{key.Name, 12, Hash{1, 2, 3}}.sign(key).Note()
	if _, err := OpenCheckpoint(whole, other.Verifier); err == nil {
		t.Error("a note passes under a key that did not sign it")
	}
	if _, err := OpenCheckpoint((Checkpoint{"another log", 12, Hash{}}).sign(key).Note(), key.Verifier); err == nil {
		t.Error("a checkpoint of another log passes")
	}
	for i := range whole {
		b := []byte(whole)
		b[i] ^= 1
		if s, err := OpenCheckpoint(string(b), key.Verifier); err == nil && s.Checkpoint == (Checkpoint{key.Name, 12, Hash{1, 2, 3}}) && i < len(s.text) {
			t.Errorf("a note with byte %d flipped passes", i)
		} else if err == nil && i < len(s.text) {
			t.Errorf("byte %d of the text is not signed", i)
		}
	}
	for _, text := range []string{"", "\n\n", "a\n1\nAAAA\n\n— x y\n", whole + "x", strings.Replace(whole, "\n12\n", "\n012\n", 1), strings.Repeat("a", maxNote+1)} {
		if _, err := OpenCheckpoint(text, key.Verifier); err == nil {
			t.Errorf("%.40q is a note", text)
		}
	}
	for _, text := range []string{"", "a", "a+b", "a+b+c", strings.Replace(key.Verifier.String(), "+", "+0", 1), key.Private()[:len(key.Private())-4]} {
		if _, err := ParseVerifier(text); err == nil {
			t.Errorf("%q is a public key", text)
		}
		if _, err := ParseSigner(text); err == nil {
			t.Errorf("%q is a private key", text)
		}
	}
}

func FuzzNote(f *testing.F) {
	key := must(NewLogKey())
	f.Add(Checkpoint{key.Name, 3, Hash{9}}.sign(key).Note())
	f.Add("a\n\n— b AAAAAAAA\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := readCheckpoint(text)
		if err == nil && !s.IsZero() && len(s.Note()) > len(text)+2*len(s.sigs) {
			t.Errorf("%q is written as %q", text, s.Note())
		}
	})
}
