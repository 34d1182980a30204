package handlers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
)

// What somebody has typed and not filed is hers alone: it is kept in her browser, or carried through the door at which
// her session ended, only as bytes that this deployment opens for nobody but the same account (decision 10).

// secret derives 32 bytes for a purpose: the same on every server of the deployment, known to none without its key.
func (s *Service) secret(purpose string, data string) []byte {
	sum := sha256.Sum256(s.Vault.MAC(purpose, []byte(data)))
	return sum[:]
}

// DraftKeys are the two keys of the caller's drafts in one browser, which is named by a secret of its own: the first
// seals what was typed, the second names the places where it lies. When the browser's secret is thrown away, as it is
// at sign-out, the drafts are noise.
func (s *Service) DraftKeys(c Caller, browser string) []byte {
	of := c.Account + "\x00" + browser
	return append(s.secret("draft-seal", of), s.secret("draft-name", of)...)
}

// Holder names the caller's account in her forms without saying which it is: a form remembers whose it is.
func (s *Service) Holder(c Caller) string {
	return hex.EncodeToString(s.secret("form-holder", c.Account)[:12])
}

// Carry seals a form of a holder's, to be opened by Carried when she has signed in.
func (s *Service) Carry(holder string, form []byte) (string, error) { return s.sealFor(holder, form) }

// ErrNotYours: what was carried belongs to another account, or was never sealed here.
var ErrNotYours = errors.New("a form of another account")

// Carried opens what Carry has sealed, for the holder only. The error is ErrNotYours for everybody else.
func (s *Service) Carried(c Caller, sealed string) ([]byte, error) {
	return s.openFor(s.Holder(c), sealed)
}

// sealFor seals what a browser keeps for a moment, so that this server need not remember it.
func (s *Service) sealFor(holder string, data []byte) (string, error) {
	box, err := s.carrier(holder)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, data, nil)), nil
}

// openFor opens what sealFor has sealed for the same holder. The error is ErrNotYours for anything else.
func (s *Service) openFor(holder, sealed string) ([]byte, error) {
	box, err := s.carrier(holder)
	if err != nil {
		return nil, err
	}
	data, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(data) < box.NonceSize() {
		return nil, ErrNotYours
	}
	plain, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], nil)
	if err != nil {
		return nil, ErrNotYours
	}
	return plain, nil
}

func (s *Service) carrier(holder string) (cipher.AEAD, error) {
	block, err := aes.NewCipher(s.secret("form-carry", holder))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
