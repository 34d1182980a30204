// Package password hashes and checks passwords with argon2id (RFC 9106).
//
// It guarantees: stored hashes are PHC strings that carry their own parameters; comparison takes constant time; an
// account that does not exist can be made to cost as much as one that does (Dummy); and no more than a fixed number of
// computations run at once, so that a flood of sign-ins cannot take the machine's memory. No error holds a password.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Params are the costs of one computation.
type Params struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Default are the costs that OWASP's password storage cheat sheet gives for argon2id: 19 MiB, 2 passes, 1 lane.
var Default = Params{MemoryKiB: 19456, Passes: 2, Lanes: 1}

const (
	saltBytes = 16
	hashBytes = 32
)

// DefaultConcurrency bounds memory to 4 x 19 MiB at the default costs.
const DefaultConcurrency = 4

// ErrMalformed says that a stored hash is not an argon2id PHC string within sane bounds.
var ErrMalformed = errors.New("password: the stored hash is malformed")

// Hasher hashes and verifies. It is safe for concurrent use.
type Hasher struct {
	params Params
	slots  chan struct{} // one is taken during every computation
	random io.Reader
	dummy  phc // of no password
}

// New makes a Hasher. The zero Params mean Default, and concurrency below 1 means DefaultConcurrency. Tests pass low
// costs; the server never does.
func New(p Params, concurrency int) *Hasher {
	if p == (Params{}) {
		p = Default
	}
	if concurrency < 1 {
		concurrency = DefaultConcurrency
	}
	return &Hasher{
		params: p, slots: make(chan struct{}, concurrency), random: rand.Reader,
		dummy: phc{Params: p, salt: make([]byte, saltBytes), hash: make([]byte, hashBytes)},
	}
}

// Hash returns a new PHC string for a password. It waits for its turn; the error is the context's, or that of the
// system's randomness. It does not judge the password: see Check.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("password: no randomness: %w", err)
	}
	p := phc{Params: h.params, salt: salt}
	var err error
	if p.hash, err = h.compute(ctx, p, hashBytes, password); err != nil {
		return "", err
	}
	return p.String(), nil
}

// Result is what Verify found.
type Result struct {
	// OK says that the password is right.
	OK bool
	// Rehash says that it is right, but stored under other costs than the Hasher's: store Hash(password) instead.
	Rehash bool
}

// Verify compares a password with a stored PHC string. A wrong password is no error. The error is ErrMalformed or the
// context's.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (Result, error) {
	p, err := parse(stored)
	if err != nil {
		return Result{}, err
	}
	hash, err := h.compute(ctx, p, uint32(len(p.hash)), password)
	if err != nil {
		return Result{}, err
	}
	ok := subtle.ConstantTimeCompare(hash, p.hash) == 1
	current := p.Params == h.params && len(p.salt) == saltBytes && len(p.hash) == hashBytes
	return Result{OK: ok, Rehash: ok && !current}, nil
}

// Dummy costs as much as Verify and never succeeds: for sign-ins to accounts that do not exist. The error is the
// context's.
func (h *Hasher) Dummy(ctx context.Context, password string) error {
	hash, err := h.compute(ctx, h.dummy, hashBytes, password)
	subtle.ConstantTimeCompare(hash, h.dummy.hash)
	return err
}

// compute waits for a slot and runs argon2id. Once begun it runs to its end: argon2 cannot be interrupted.
func (h *Hasher) compute(ctx context.Context, p phc, size uint32, password string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey(normalize(password), p.salt, p.Passes, p.MemoryKiB, p.Lanes, size), nil
}

// normalize gives one form to what keyboards write in several: ë is one character on some and two on others
// (NIST SP 800-63B 3.1.1.2 asks for NFKC or NFKD).
func normalize(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }
