package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"mkr/domain/casefile"
	"mkr/internal/blobs"
	"mkr/internal/images"
)

// A file is looked at once it is sealed and before it can be attached: a scanner is asked whether it is known to do harm, it must be built as
// its kind is, and of an image a second copy is made without what its device wrote into it, the place among it (decision 37).

// Scanner says by which name a file is known to do harm; "" is its word that it is not. An error is no answer, and no clean file.
type Scanner interface {
	Scan(ctx context.Context, file io.Reader) (found string, err error)
}

// imagesAtOnce bounds what is held of images in memory: each whole, at most casefile.MaxFile.
const imagesAtOnce = 2

// endings are what a sender's names of such files end in.
var endings = map[string][]string{"application/pdf": {".pdf"}, "image/jpeg": {".jpg", ".jpeg", ".jfif"}, "image/png": {".png"}, "image/webp": {".webp"}}

// ending is what a machine may take for the kind of a file: one word behind the last dot with a letter in it, or nothing there at all, which
// some drop. "Dr. Hoxha" and "22.11.2026" have none.
var ending = regexp.MustCompile(`\.([0-9]*[a-z][0-9a-z-]*)?$`)

// named tells whether a name fits a kind of content. A name without an ending, as cameras give in a browser, says nothing against it.
func named(name, media string) bool {
	end := ending.FindString(strings.ToLower(strings.TrimSpace(name)))
	return end == "" || slices.Contains(endings[media], end)
}

// lookAt gives what is to be attached unless the original is asked for: the file itself, or its cleaned copy, which it stores.
func (s *Service) lookAt(ctx context.Context, c Caller, media string, sealed blobs.Sealed) (blobs.Sealed, error) {
	if s.Scanner != nil {
		file, err := blobs.Open(ctx, s.Files, sealed.Hash, sealed.Key)
		if err != nil {
			return blobs.Sealed{}, err
		}
		found, err := s.Scanner.Scan(ctx, file)
		_ = file.Close()
		if err != nil {
			s.Logger.Error().Err(err).Msg("a file could not be scanned, and was refused")
			return blobs.Sealed{}, &InputError{Field: "upload", Code: "file_unscanned", Text: "the scanner does not answer; try again later"}
		}
		if found != "" {
			s.Logger.Warn().Str("account", c.Account).Str("found", found).Msg("a file that is known to do harm was refused")
			return blobs.Sealed{}, &InputError{Field: "upload", Code: "file_harmful", Text: "the scanner knows it as harmful"}
		}
	}
	select {
	case s.images <- struct{}{}:
		defer func() { <-s.images }()
	case <-ctx.Done():
		return blobs.Sealed{}, ctx.Err()
	}
	file, err := blobs.Open(ctx, s.Files, sealed.Hash, sealed.Key)
	if err != nil {
		return blobs.Sealed{}, err
	}
	defer file.Close()
	content := make([]byte, sealed.Size)
	if _, err := io.ReadFull(file, content); err != nil {
		return blobs.Sealed{}, err
	}
	if media == "application/pdf" {
		if !wholePDF(content) {
			err = images.ErrBroken
		}
	} else {
		content, err = images.Clean(media, content)
	}
	switch {
	case errors.Is(err, images.ErrTooManyPixels):
		return blobs.Sealed{}, &InputError{Field: "upload", Code: "file_pixels", Text: "too many pixels: at most 120 million, and 30,000 a side"}
	case err != nil:
		return blobs.Sealed{}, &InputError{Field: "upload", Code: "file_broken", Text: "the file did not come whole"}
	case bytes.Equal(sum(content), sealed.Plain): // nothing was left out
		return sealed, nil
	}
	return blobs.Seal(ctx, s.Files, bytes.NewReader(content), casefile.MaxFile)
}

func sum(b []byte) []byte {
	h := sha256.Sum256(b)
	return h[:]
}

// wholePDF: its end stands near the end, where readers look for it (ISO 32000-1, 7.5.5).
func wholePDF(b []byte) bool {
	return bytes.Contains(b[max(0, len(b)-1024):], []byte("%%EOF"))
}

// dropFile takes away what nobody can attach. What cannot be taken away now is swept like any upload that nobody attached.
func (s *Service) dropFile(ctx context.Context, hash string) {
	if err := s.Files.Delete(context.WithoutCancel(ctx), hash); err != nil {
		s.Logger.Warn().Err(err).Msg("a refused upload is left to the sweep")
	}
}
