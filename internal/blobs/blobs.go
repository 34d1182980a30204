// Package blobs keeps files as ciphertexts under the SHA-256 of what is stored. It holds no key: a file's own key is made by its
// caller and kept elsewhere.
//
// It guarantees:
//
//   - A name tells nothing of the content: it is the hash of a ciphertext under a random key, so that nobody who knows a photograph
//     can ask whether it is here, and yet anybody can check that a stored file is whole without being able to read it.
//   - A file is durable when Put returns, or is not there. What is there is never changed.
//   - Open gives no byte of a file that was altered: each segment is authenticated with its place and whether it is the last.
package blobs

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// Errors of this package.
var (
	ErrNotFound = errors.New("blobs: no such file")
	ErrTooLarge = errors.New("blobs: the file is too large")
	ErrAltered  = errors.New("blobs: the stored file is not what was stored")
)

// KeySize is that of a file's own key.
const KeySize = 32

// segment is how much is sealed at once; a reader needs no more of it in memory.
const segment = 64 << 10

// Store keeps bytes under their SHA-256. Methods may be called from many goroutines.
type Store interface {
	// Put stores what r gives, durably, and says under which hash. On an error nothing is there.
	Put(ctx context.Context, r io.Reader) (hash string, err error)
	// Open reads what is stored; ErrNotFound when there is no such thing.
	Open(ctx context.Context, hash string) (io.ReadCloser, error)
	// Delete removes it; removing what is not there is no error.
	Delete(ctx context.Context, hash string) error
	// Walk tells of each stored file, in no order, and when it was stored. An error of each ends it.
	Walk(ctx context.Context, each func(hash string, stored time.Time) error) error
	// Mark is the text that says whose files these are; none where nobody has written one. It is no file: Walk does not tell of it.
	Mark(ctx context.Context) ([]byte, error)
	// SetMark writes it durably, in place of the one before.
	SetMark(ctx context.Context, text []byte) error
}

// markName is that of the mark, beside the files. No hash is like it.
const markName = "installation"

// mostOfMark is what a mark may have; a longer one is none of ours.
const mostOfMark = 16 << 10

func readMark(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostOfMark+1))
	if err == nil && len(text) > mostOfMark {
		err = fmt.Errorf("files: %s is no mark of an installation", markName)
	}
	return text, err
}

// Sealed says what was stored of a file.
type Sealed struct {
	Hash  string // of the ciphertext
	Key   []byte // opens it; whoever stores it must seal it
	Size  int    // of the file
	Plain []byte // SHA-256 of the file, to tell a retry from another; never to be stored
}

// Seal encrypts what r gives under a key of its own, as it comes, and stores it. More than most bytes are ErrTooLarge.
func Seal(ctx context.Context, s Store, r io.Reader, most int) (Sealed, error) {
	out := Sealed{Key: make([]byte, KeySize)}
	if _, err := rand.Read(out.Key); err != nil {
		return out, err
	}
	aead, err := cipherOf(out.Key)
	if err != nil {
		return out, err
	}
	plain := sha256.New()
	counted := &counter{r: io.TeeReader(io.LimitReader(r, int64(most)+1), plain), most: most}
	read, write := io.Pipe()
	go func() {
		w, err := aead.NewEncryptingWriter(write, nil)
		if err == nil {
			if _, err = io.Copy(w, counted); err == nil {
				err = w.Close()
			}
		}
		_ = write.CloseWithError(err)
	}()
	out.Hash, err = s.Put(ctx, read)
	_ = read.CloseWithError(err) // the writer stops when nobody reads any more
	out.Size, out.Plain = counted.n, plain.Sum(nil)
	return out, err
}

// Open decrypts a stored file as it is read. An altered one ends in ErrAltered.
func Open(ctx context.Context, s Store, hash string, key []byte) (io.ReadCloser, error) {
	aead, err := cipherOf(key)
	if err != nil {
		return nil, err
	}
	stored, err := s.Open(ctx, hash)
	if err != nil {
		return nil, err
	}
	from := &source{ReadCloser: stored}
	plain, err := aead.NewDecryptingReader(from, nil)
	if err != nil {
		_ = stored.Close()
		if from.broke != nil {
			return nil, from.broke
		}
		return nil, fmt.Errorf("%w: %w", ErrAltered, err)
	}
	return &opened{plain, from}, nil
}

// Check reads a stored file and tells whether it is what was stored; no key is needed.
func Check(ctx context.Context, s Store, hash string) error {
	stored, err := s.Open(ctx, hash)
	if err != nil {
		return err
	}
	defer stored.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, stored); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != hash {
		return ErrAltered
	}
	return nil
}

func cipherOf(key []byte) (*subtle.AESGCMHKDF, error) {
	if len(key) != KeySize {
		return nil, errors.New("blobs: not a key")
	}
	return subtle.NewAESGCMHKDF(key, "SHA256", KeySize, segment, 0)
}

// counter refuses what is too large while it comes.
type counter struct {
	r       io.Reader
	n, most int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += n; c.n > c.most {
		return 0, ErrTooLarge
	}
	return n, err
}

type opened struct {
	plain  io.Reader
	stored *source
}

// source remembers why a store could not be read: a line that broke is no altered file.
type source struct {
	io.ReadCloser
	broke error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.broke = err
	}
	return n, err
}

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.plain.Read(p)
	switch {
	case err != nil && o.stored.broke != nil:
		err = o.stored.broke
	case err != nil && !errors.Is(err, io.EOF):
		err = fmt.Errorf("%w: %w", ErrAltered, err)
	}
	return n, err
}

func (o *opened) Close() error { return o.stored.Close() }
