package vault

import (
	"bytes"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// What a wrapped keyset is bound to, so that rows of keys.db cannot be swapped. Stored: never change.
const (
	subjectKeyLabel = "mkr subject key v1"
	macKeyLabel     = "mkr mac key v1"
)

// newSubjectKey makes a data key for subject (AES-256-GCM) and its wrapped form.
func (d deployment) newSubjectKey(subject string) (tink.AEAD, []byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, nil, fmt.Errorf("vault: making a key: %w", err)
	}
	wrapped, err := d.wrap(handle, lengthPrefixed(subjectKeyLabel, subject))
	if err != nil {
		return nil, nil, err
	}
	key, err := aead.New(handle)
	if err != nil {
		return nil, nil, fmt.Errorf("vault: making a key: %w", err)
	}
	return key, wrapped, nil
}

func (d deployment) subjectKey(subject string, wrapped []byte) (tink.AEAD, error) {
	handle, err := d.unwrap(wrapped, lengthPrefixed(subjectKeyLabel, subject))
	if err != nil {
		return nil, fmt.Errorf("%w: the key of %s cannot be unwrapped", ErrCorrupt, subject)
	}
	return aead.New(handle)
}

// newMACKey makes the keyset behind MAC, in its wrapped form.
func (d deployment) newMACKey() ([]byte, error) {
	handle, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("vault: making a key: %w", err)
	}
	return d.wrap(handle, lengthPrefixed(macKeyLabel))
}

// macKey unwraps the keyset behind MAC. Every store has one, so a failure means that the deployment key is another.
func (d deployment) macKey(wrapped []byte) (tink.MAC, error) {
	handle, err := d.unwrap(wrapped, lengthPrefixed(macKeyLabel))
	if err != nil {
		return nil, fmt.Errorf("%w: keys.db was made under another one, or one of the two is damaged", ErrWrongKey)
	}
	return mac.New(handle)
}

func (d deployment) wrap(handle *keyset.Handle, label []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&b), d.aead, label); err != nil {
		return nil, fmt.Errorf("vault: wrapping a key: %w", err)
	}
	return b.Bytes(), nil
}

func (d deployment) unwrap(wrapped, label []byte) (*keyset.Handle, error) {
	return keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(wrapped)), d.aead, label)
}
