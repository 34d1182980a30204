package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/person"
)

const ref = "7b0f1c52-6a0e-4a58-9a52-0c3f5a1d2e4b"

func open(t testing.TB, dir string) *Vault {
	t.Helper()
	v, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

func seal(t testing.TB, v *Vault, subject, field, text string) person.Sealed {
	t.Helper()
	s, err := v.Seal(context.Background(), subject, ref, field, person.PlainOf(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wantText fails unless s opens as text.
func wantText(t testing.TB, v *Vault, s person.Sealed, text string) {
	t.Helper()
	got, err := v.Open(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got != text {
		t.Fatalf("opened a text of %d bytes, want %d bytes", len(got), len(text))
	}
}

// wantOpenErr fails unless opening s gives want, and no text.
func wantOpenErr(t testing.TB, v *Vault, s person.Sealed, want error) {
	t.Helper()
	text, err := v.Open(context.Background(), s)
	if !errors.Is(err, want) || text != "" {
		t.Fatalf("opening gave %d bytes and error %v, want error %v", len(text), err, want)
	}
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	subject := uuid.NewString()
	for _, text := range []string{
		"Lule Gjoni", "a", "\x00", "ends in the padding's own bytes\x80\x00\x00", "\x80",
		strings.Repeat("x", padTo-1), strings.Repeat("x", padTo), strings.Repeat("x", padTo+1),
		strings.Repeat("ë", person.MaxText/2), "not UTF-8: \xff\xfe",
	} {
		s := seal(t, v, subject, person.FieldNote, text)
		wantText(t, v, s, text)

		stored, err := json.Marshal(s) // as it travels in events
		if err != nil {
			t.Fatal(err)
		}
		var back person.Sealed
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		wantText(t, v, back, text)
	}

	s := seal(t, v, subject, person.FieldName, "Lule Gjoni")
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	wantText(t, open(t, dir), s, "Lule Gjoni")
}

func TestNoTextIsNoValue(t *testing.T) {
	v := open(t, t.TempDir())
	subject := uuid.NewString()
	s, err := v.Seal(context.Background(), subject, ref, person.FieldPhone, person.Plain{})
	if err != nil || !s.IsZero() {
		t.Fatalf("sealing nothing gave %+v, %v", s.Subject, err)
	}
	wantText(t, v, person.Sealed{}, "")
	// No key was made for it.
	wantOpenErr(t, v, person.Sealed{Subject: subject, Ref: ref, Field: person.FieldPhone, Box: []byte("x")}, ErrUnknownKey)
}

func TestTwoSealingsDiffer(t *testing.T) {
	v := open(t, t.TempDir())
	subject := uuid.NewString()
	a, b := seal(t, v, subject, person.FieldName, "Lule"), seal(t, v, subject, person.FieldName, "Lule")
	if a.Equal(b) {
		t.Fatal("two sealings of one text are the same: a reader could tell that they are")
	}
}

func TestLengthDoesNotTellNamesApart(t *testing.T) {
	v := open(t, t.TempDir())
	subject := uuid.NewString()
	a := seal(t, v, subject, person.FieldName, "Ana Deda")
	b := seal(t, v, subject, person.FieldName, "Kristina Marashi-Vata")
	if len(a.Box) != len(b.Box) {
		t.Fatalf("boxes of %d and %d bytes", len(a.Box), len(b.Box))
	}
}

func TestMovedValuesAreTampered(t *testing.T) {
	v := open(t, t.TempDir())
	mine, other := uuid.NewString(), uuid.NewString()
	s := seal(t, v, mine, person.FieldName, "Lule Gjoni")
	seal(t, v, other, person.FieldName, "Mark Deda") // so that other has a key

	for name, move := range map[string]func(*person.Sealed){
		"another field":   func(s *person.Sealed) { s.Field = person.FieldAddress },
		"another command": func(s *person.Sealed) { s.Ref = uuid.NewString() },
		"another person":  func(s *person.Sealed) { s.Subject = other },
		"shifted labels":  func(s *person.Sealed) { s.Ref, s.Field = ref+"n", "ame" },
		"no field":        func(s *person.Sealed) { s.Field = "" },
		"emptied":         func(s *person.Sealed) { s.Box = nil },
		"cut short":       func(s *person.Sealed) { s.Box = s.Box[:len(s.Box)-1] },
		"made longer":     func(s *person.Sealed) { s.Box = append(append([]byte{}, s.Box...), 0) },
	} {
		t.Run(name, func(t *testing.T) {
			moved := s
			move(&moved)
			wantOpenErr(t, v, moved, ErrTampered)
		})
	}
	wantText(t, v, s, "Lule Gjoni")
}

func TestEveryFlippedBitIsTampered(t *testing.T) {
	v := open(t, t.TempDir())
	s := seal(t, v, uuid.NewString(), person.FieldName, "Lule Gjoni")
	for i := range s.Box {
		for bit := range 8 {
			flipped := s
			flipped.Box = append([]byte{}, s.Box...)
			flipped.Box[i] ^= 1 << bit
			wantOpenErr(t, v, flipped, ErrTampered)
		}
	}
}

func TestShreddedIsNotUnknown(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	ctx := context.Background()
	erased, kept, never := uuid.NewString(), uuid.NewString(), uuid.NewString()
	gone, stays := seal(t, v, erased, person.FieldName, "Lule"), seal(t, v, kept, person.FieldName, "Mark")
	stranger := stays
	stranger.Subject = never

	if err := v.Shred(ctx, erased); err != nil {
		t.Fatal(err)
	}
	buried := uuid.NewString()
	if err := v.Shred(ctx, buried); err != nil { // a person who never had a key
		t.Fatal(err)
	}
	check := func(v *Vault) {
		t.Helper()
		wantOpenErr(t, v, gone, ErrShredded)
		wantOpenErr(t, v, stranger, ErrUnknownKey)
		wantText(t, v, stays, "Mark")
		for _, subject := range []string{erased, buried} {
			if _, err := v.Seal(ctx, subject, ref, person.FieldName, person.PlainOf("Lule")); !errors.Is(err, ErrShredded) {
				t.Fatalf("sealing for an erased person: %v", err)
			}
		}
	}
	check(v)
	if err := v.Shred(ctx, erased); err != nil {
		t.Fatalf("shredding again: %v", err)
	}
	_ = v.Close()
	check(open(t, dir))
}

func TestSealAll(t *testing.T) {
	v := open(t, t.TempDir())
	ctx := context.Background()
	a, b := uuid.NewString(), uuid.NewString()
	seal(t, v, a, person.FieldName, "had a key before")
	items := []Item{
		{Subject: b, Ref: ref, Field: person.FieldName, Plain: person.PlainOf("Mark")},
		{Subject: a, Ref: ref, Field: person.FieldName, Plain: person.PlainOf("Lule")},
		{Subject: b, Ref: ref, Field: person.FieldPhone},
		{Subject: b, Ref: ref, Field: person.FieldAddress, Plain: person.PlainOf("Rruga e Detarit")},
	}
	sealed, err := v.SealAll(ctx, items)
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range items {
		if !it.Plain.IsZero() && sealed[i].Subject != it.Subject {
			t.Fatalf("item %d is of another subject", i)
		}
		wantText(t, v, sealed[i], it.Plain.Reveal())
	}

	if err := v.Shred(ctx, a); err != nil {
		t.Fatal(err)
	}
	if sealed, err := v.SealAll(ctx, items); !errors.Is(err, ErrShredded) || sealed != nil {
		t.Fatalf("one erased subject among others: %v", err)
	}
	if sealed, err := v.SealAll(ctx, nil); err != nil || len(sealed) != 0 {
		t.Fatalf("nothing to seal: %v", err)
	}
}

func TestUnsoundItemsAreRefusedWithoutTheirText(t *testing.T) {
	v := open(t, t.TempDir())
	id, secret := uuid.NewString(), "Lule Gjoni e fshehtë"
	long := strings.Repeat(secret, person.MaxText/len(secret)+1)
	for name, it := range map[string]Item{
		"a name as subject": {Subject: secret, Ref: ref, Field: person.FieldName, Plain: person.PlainOf(secret)},
		"capitals":          {Subject: strings.ToUpper(id), Ref: ref, Field: person.FieldName, Plain: person.PlainOf(secret)},
		"no subject":        {Ref: ref, Field: person.FieldName, Plain: person.PlainOf(secret)},
		"no command":        {Subject: id, Field: person.FieldName, Plain: person.PlainOf(secret)},
		"no field":          {Subject: id, Ref: ref, Plain: person.PlainOf(secret)},
		"endless field":     {Subject: id, Ref: ref, Field: long, Plain: person.PlainOf(secret)},
		"too long":          {Subject: id, Ref: ref, Field: person.FieldNote, Plain: person.PlainOf(long)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Seal(context.Background(), it.Subject, it.Ref, it.Field, it.Plain)
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("got %v", err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Fatal("the error repeats the text")
			}
		})
	}
	if err := v.Shred(context.Background(), secret); !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), secret) {
		t.Fatal("shredding something that is no person id must be refused without repeating it")
	}
	misplaced := person.Sealed{Subject: secret, Ref: ref, Field: person.FieldName, Box: []byte(secret)}
	if _, err := v.Open(context.Background(), misplaced); !errors.Is(err, ErrUnknownKey) || strings.Contains(err.Error(), secret) {
		t.Fatal("opening under something that is no person id must fail without repeating it")
	}
}

func TestContextAndClose(t *testing.T) {
	v := open(t, t.TempDir())
	s := seal(t, v, uuid.NewString(), person.FieldName, "Lule")

	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := v.Open(ended, s); !errors.Is(err, context.Canceled) {
		t.Fatalf("Open with an ended context: %v", err)
	}
	if _, err := v.Seal(ended, uuid.NewString(), ref, person.FieldName, person.PlainOf("x")); !errors.Is(err, context.Canceled) {
		t.Fatalf("Seal with an ended context: %v", err)
	}

	for range 2 {
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
	}
	wantOpenErr(t, v, s, ErrClosed)
	if _, err := v.Seal(context.Background(), uuid.NewString(), ref, person.FieldName, person.PlainOf("x")); !errors.Is(err, ErrClosed) {
		t.Fatalf("Seal after Close: %v", err)
	}
	if err := v.Shred(context.Background(), s.Subject); !errors.Is(err, ErrClosed) {
		t.Fatalf("Shred after Close: %v", err)
	}
}

func TestMAC(t *testing.T) {
	dir := t.TempDir()
	v := open(t, dir)
	tag := v.MAC("fingerprint", []byte("body"))
	if len(tag) != 37 {
		t.Fatalf("a MAC of %d bytes", len(tag))
	}
	if !v.VerifyMAC("fingerprint", []byte("body"), tag) {
		t.Fatal("does not verify its own")
	}
	for name, ok := range map[string]bool{
		"another purpose": v.VerifyMAC("lookup", []byte("body"), tag),
		"another body":    v.VerifyMAC("fingerprint", []byte("bodies"), tag),
		"shifted border":  v.VerifyMAC("fingerprintb", []byte("ody"), tag),
		"no tag":          v.VerifyMAC("fingerprint", []byte("body"), nil),
		"another vault":   open(t, t.TempDir()).VerifyMAC("fingerprint", []byte("body"), tag),
	} {
		if ok {
			t.Errorf("%s verifies", name)
		}
	}
	_ = v.Close()
	if again := open(t, dir).MAC("fingerprint", []byte("body")); string(again) != string(tag) {
		t.Fatal("a MAC must be the same after a restart")
	}
}

// A value that was sealed before there were commitments opens, and has no salt; one of today is bound to its text by a commitment that says
// nothing without the salt, and opens with no other.
func TestReveal(t *testing.T) {
	v := open(t, t.TempDir())
	subject := uuid.NewString()
	s := seal(t, v, subject, person.FieldName, "Drita Shembulli")
	text, salt, err := v.Reveal(t.Context(), s)
	if err != nil || text != "Drita Shembulli" || len(salt) != saltSize || !bytes.Equal(s.Commit, commitment(s, salt, text)) {
		t.Fatalf("%d bytes of salt, %v", len(salt), err)
	}
	twin := seal(t, v, subject, person.FieldName, "Drita Shembulli")
	if bytes.Equal(twin.Commit, s.Commit) {
		t.Error("one text has one commitment: it can be found by trying")
	}
	mixed := s
	mixed.Commit = twin.Commit
	wantOpenErr(t, v, mixed, ErrTampered)
	mixed.Commit = nil
	wantOpenErr(t, v, mixed, ErrTampered)

	key, err := v.key(t.Context(), subject)
	if err != nil {
		t.Fatal(err)
	}
	old := person.Sealed{Subject: subject, Field: person.FieldName, Ref: ref}
	if old.Box, err = key.Encrypt(pad("Drita"), associatedData(formatLabel, subject, ref, person.FieldName)); err != nil {
		t.Fatal(err)
	}
	if text, salt, err = v.Reveal(t.Context(), old); err != nil || text != "Drita" || salt != nil {
		t.Errorf("an old value: %q %v %v", text, salt, err)
	}
	old.Commit = s.Commit
	wantOpenErr(t, v, old, ErrTampered)
}
