package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/tink"

	"mkr/domain/person"
)

// Item is one text to seal, and what it is filed as.
type Item struct {
	Subject string // the person whose key seals it
	Ref     string // id of the command it is filed with
	Field   string // one of person's Field constants
	Plain   person.Plain
}

// maxLabel bounds Ref and Field, in bytes.
const maxLabel = 200

// The versions of how values are sealed: what is authenticated, and what lies in the box. Stored in every sealed value: never
// change, only add. In the first the box holds the text; in the second a salt before it, and beside the box stands a commitment
// to both, so that one value can be shown to somebody, and proved, without the key that opens all others (Reveal).
const (
	formatLabel   = "mkr sealed v1"
	openableLabel = "mkr sealed v2"
)

// padTo is the step, in bytes, in which sealed texts grow. Ciphertexts are kept for ever, also those of erased
// persons: their lengths should not tell one name from another.
const padTo = 32

// Seal seals one text; the key of a subject is made on first use and is durable when Seal returns. No text (the zero
// Plain) gives the zero Sealed.
//
// Errors: ErrInvalid, ErrShredded (an erased person gets no new key), ErrUnavailable, ErrCorrupt, ErrClosed, or the
// context's.
func (v *Vault) Seal(ctx context.Context, subject, ref, field string, plain person.Plain) (person.Sealed, error) {
	all, err := v.SealAll(ctx, []Item{{Subject: subject, Ref: ref, Field: field, Plain: plain}})
	if err != nil {
		return person.Sealed{}, err
	}
	return all[0], nil
}

// SealAll seals many texts, of one or many subjects, in the order given; all keys that are missing are made in one
// durable write. All or nothing; errors as Seal.
func (v *Vault) SealAll(ctx context.Context, items []Item) ([]person.Sealed, error) {
	keys, err := v.keysFor(ctx, items)
	if err != nil {
		return nil, err
	}
	sealed := make([]person.Sealed, len(items))
	for i, it := range items {
		if it.Plain.IsZero() {
			continue
		}
		salt := newSalt()
		box, err := keys[it.Subject].Encrypt(pad(string(salt)+it.Plain.Reveal()), associatedData(openableLabel, it.Subject, it.Ref, it.Field))
		if err != nil { // only the system's randomness can fail; the text is not repeated
			return nil, fmt.Errorf("%w: sealing %s of %s", ErrUnavailable, it.Field, it.Subject)
		}
		sealed[i] = person.Sealed{Subject: it.Subject, Field: it.Field, Ref: it.Ref, Box: box}
		sealed[i].Commit = commitment(sealed[i], salt, it.Plain.Reveal())
	}
	return sealed, nil
}

// keysFor returns the key of every subject in items, makes those that are missing, and refuses unsound items.
func (v *Vault) keysFor(ctx context.Context, items []Item) (map[string]tink.AEAD, error) {
	keys := make(map[string]tink.AEAD, len(items))
	var missing []string
	for _, it := range items {
		if err := checkItem(it); err != nil {
			return nil, err
		}
		if _, have := keys[it.Subject]; have || it.Plain.IsZero() {
			continue
		}
		key, err := v.key(ctx, it.Subject)
		switch {
		case errors.Is(err, ErrUnknownKey):
			missing = append(missing, it.Subject)
		case err != nil:
			return nil, ofSubject(err, it.Subject)
		}
		keys[it.Subject] = key
	}
	if len(missing) == 0 {
		return keys, nil
	}
	if err := v.ensure(ctx, missing); err != nil {
		return nil, err
	}
	for _, subject := range missing {
		key, err := v.key(ctx, subject)
		if err != nil {
			return nil, ofSubject(err, subject)
		}
		keys[subject] = key
	}
	return keys, nil
}

// Open returns the text of a sealed value; the zero Sealed is the empty text.
//
// Errors: ErrShredded, ErrUnknownKey, ErrTampered, ErrUnavailable, ErrCorrupt, ErrClosed, or the context's.
func (v *Vault) Open(ctx context.Context, s person.Sealed) (string, error) {
	text, _, err := v.Reveal(ctx, s)
	return text, err
}

// Reveal returns the text of a sealed value and the salt of its commitment: with both, whoever has the stored event can check that this
// and no other text was sealed in it. A value that was sealed before there were commitments has no salt. Errors as Open.
func (v *Vault) Reveal(ctx context.Context, s person.Sealed) (text string, salt []byte, err error) {
	if s.IsZero() {
		return "", nil, nil
	}
	key, err := v.key(ctx, s.Subject)
	if err != nil {
		return "", nil, ofSubject(err, s.Subject)
	}
	label := formatLabel
	if len(s.Commit) > 0 {
		label = openableLabel
	}
	padded, err := key.Decrypt(s.Box, associatedData(label, s.Subject, s.Ref, s.Field))
	if err != nil {
		return "", nil, ofSubject(ErrTampered, s.Subject)
	}
	text, ok := unpad(padded)
	if ok && label == openableLabel {
		if ok = len(text) >= saltSize; ok {
			salt, text = []byte(text[:saltSize]), text[saltSize:]
			ok = bytes.Equal(s.Commit, commitment(s, salt, text))
		}
	}
	if !ok {
		return "", nil, ofSubject(ErrTampered, s.Subject)
	}
	return text, salt, nil
}

// ofSubject adds whose key it is about, if that is an id: anything else may be a personal text in the wrong place.
func ofSubject(err error, subject string) error {
	if !person.ValidSubject(subject) {
		return err
	}
	return fmt.Errorf("%w (person %s)", err, subject)
}

func checkItem(it Item) error {
	if err := checkSubject(it.Subject); err != nil {
		return err
	}
	switch {
	case it.Ref == "" || len(it.Ref) > maxLabel:
		return fmt.Errorf("%w: the command id has %d bytes", ErrInvalid, len(it.Ref))
	case it.Field == "" || len(it.Field) > maxLabel:
		return fmt.Errorf("%w: the field name has %d bytes", ErrInvalid, len(it.Field))
	case len(it.Plain.Reveal()) > person.MaxText:
		return fmt.Errorf("%w: %s is longer than %d bytes", ErrInvalid, it.Field, person.MaxText)
	}
	return nil
}

func checkSubject(subject string) error {
	if !person.ValidSubject(subject) {
		return fmt.Errorf("%w: the subject is not a person id (a UUID in lower case)", ErrInvalid)
	}
	return nil
}

// associatedData is what a sealed value is bound to.
func associatedData(label, subject, ref, field string) []byte {
	return lengthPrefixed(label, subject, ref, field)
}

// saltSize is that of a commitment's salt, in bytes: nobody finds a name by trying all names.
const saltSize = 32

func newSalt() []byte {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	return salt
}

// commitment binds a sealed value to its text, and tells nothing of it to who has not the salt. The salt lies in the box: when the
// person's key is destroyed, it is gone too. What is hashed is public, and internal/ledger computes it on its own.
func commitment(s person.Sealed, salt []byte, text string) []byte {
	sum := sha256.Sum256(lengthPrefixed("mkr opening v1", s.Subject, s.Ref, s.Field, string(salt), text))
	return sum[:]
}

// lengthPrefixed joins parts so that no two different lists give the same bytes.
func lengthPrefixed(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// pad appends 0x80 and as many zeros as fill the last step (ISO/IEC 7816-4).
func pad(text string) []byte {
	b := make([]byte, (len(text)/padTo+1)*padTo)
	copy(b, text)
	b[len(text)] = 0x80
	return b
}

func unpad(b []byte) (string, bool) {
	end := len(bytes.TrimRight(b, "\x00"))
	if end == 0 || b[end-1] != 0x80 {
		return "", false
	}
	return string(b[:end-1]), true
}
