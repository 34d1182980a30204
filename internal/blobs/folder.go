package blobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Folder is a Store in a folder of the data: the default.
type Folder struct{ dir string }

// OpenFolder makes the folder if it is not there, readable by its owner only.
func OpenFolder(dir string) (*Folder, error) {
	return &Folder{dir}, os.MkdirAll(dir, 0o700)
}

// path spreads files over folders, and lets no name but a hash through.
func (f *Folder) path(hash string) (string, error) {
	if !isHash(hash) {
		return "", ErrNotFound
	}
	return filepath.Join(f.dir, hash[:2], hash), nil
}

// Put writes beside, syncs, and moves into place: a torn file never has a name.
func (f *Folder) Put(ctx context.Context, r io.Reader) (hash string, err error) {
	file, err := os.CreateTemp(f.dir, "coming-")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			_ = os.Remove(file.Name())
		}
	}()
	sum := sha256.New()
	if _, err = io.Copy(io.MultiWriter(file, sum), r); err != nil {
		return "", err
	}
	if err = ctx.Err(); err != nil {
		return "", err
	}
	if err = file.Sync(); err != nil {
		return "", err
	}
	if err = file.Close(); err != nil {
		return "", err
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	place, err := f.path(hash)
	if err != nil {
		return "", err
	}
	if err = os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return "", err
	}
	if err = os.Rename(file.Name(), place); err != nil {
		return "", err
	}
	return hash, errors.Join(syncDir(filepath.Dir(place)), syncDir(f.dir))
}

// Open reads a file.
func (f *Folder) Open(_ context.Context, hash string) (io.ReadCloser, error) {
	place, err := f.path(hash)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	return file, err
}

// Delete removes a file.
func (f *Folder) Delete(_ context.Context, hash string) error {
	place, err := f.path(hash)
	if err != nil {
		return nil // what cannot be there is not there
	}
	if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Walk tells of each stored file and when it was stored.
func (f *Folder) Walk(ctx context.Context, each func(hash string, stored time.Time) error) error {
	return filepath.WalkDir(f.dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			return nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil || d.IsDir() || !isHash(d.Name()) {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		return each(d.Name(), info.ModTime())
	})
}

// Mark reads whose files these are.
func (f *Folder) Mark(context.Context) ([]byte, error) {
	file, err := os.Open(filepath.Join(f.dir, markName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readMark(file)
}

// SetMark writes it beside, syncs, and moves it into place.
func (f *Folder) SetMark(_ context.Context, text []byte) error {
	file, err := os.CreateTemp(f.dir, "coming-")
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(f.dir, markName))
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return err
	}
	return syncDir(f.dir)
}

func isHash(name string) bool {
	return len(name) == 2*sha256.Size && strings.Trim(name, "0123456789abcdef") == ""
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
