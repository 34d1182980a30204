package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mkr/internal/blobs"
	"mkr/internal/ledger"
)

// Beside the files of the cases lies a mark: the key that signs this installation's log, and the newest checkpoint that was signed
// when the mark was written. So no installation sweeps another's files, and none sweeps by a log that has lost what the mark covers:
// a log and its own checkpoint may go back to yesterday together, and the files, which lie elsewhere, still know.

// fileMark is what the mark says.
type fileMark struct {
	Installation string `json:"installation"` // public key of the log
	Checkpoint   string `json:"checkpoint,omitempty"`
}

// ErrFilesOfAnother: the files belong to another installation.
var ErrFilesOfAnother = errors.New("the files belong to another installation")

// ErrFilesKnowMore: the files were kept by a log that had more, or other, events than this one.
var ErrFilesKnowMore = errors.New("the log is not the one by which its files were kept")

const takeFiles = "if they are to be this installation's, start once with --take-files"

// ClaimFiles says that the files are of the installation whose log the key signs, and refuses those of another; take has them
// change hands, and forgets what was known of the log before. Files without a mark are whoever's claims them first.
func ClaimFiles(ctx context.Context, files blobs.Store, key ledger.Verifier, take bool) error {
	m, err := readFileMark(ctx, files)
	if err != nil && !take {
		return err
	}
	switch {
	case take, m.Installation == "":
		return writeFileMark(ctx, files, fileMark{Installation: key.String()})
	case m.Installation != key.String():
		return fmt.Errorf("%w, whose log is signed by %s, and not by %s: give each a folder of its own (--files); %s", ErrFilesOfAnother, m.Installation, key, takeFiles)
	}
	return nil
}

func readFileMark(ctx context.Context, files blobs.Store) (m fileMark, err error) {
	text, err := files.Mark(ctx)
	if err != nil || len(text) == 0 {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil || m.Installation == "" {
		return m, fmt.Errorf("%w: their mark cannot be read; %s", ErrFilesOfAnother, takeFiles)
	}
	return m, nil
}

func writeFileMark(ctx context.Context, files blobs.Store, m fileMark) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return files.SetMark(ctx, text)
}

// ownFiles tells whether the log has all that it had when the mark was written last, and moves the mark forward. An error says why
// nothing may be removed by this log.
func (s *Service) ownFiles(ctx context.Context) error {
	m, err := readFileMark(ctx, s.Files)
	if err != nil {
		return err
	}
	key := s.Ledger.Verifier()
	if m.Installation != key.String() { // also one that somebody has taken away meanwhile
		return fmt.Errorf("%w: the mark beside them does not name %s", ErrFilesOfAnother, key)
	}
	stands, err := s.Ledger.Publish(ctx) // what was stored until now, held against what was signed before
	if err != nil {
		return err
	}
	if m.Checkpoint != "" {
		had, err := ledger.OpenCheckpoint(m.Checkpoint, key)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrFilesOfAnother, err)
		}
		if had.Size > stands.Size {
			return fmt.Errorf("%w: it had %d events then, and has %d; restore it, or, if what it lost is lost for ever, %s", ErrFilesKnowMore, had.Size, stands.Size, takeFiles)
		}
		then, err := s.Ledger.SignedAt(had.Size)
		if err != nil {
			return err
		}
		if then.Root != had.Root {
			return fmt.Errorf("%w: its first %d events are others; %s", ErrFilesKnowMore, had.Size, takeFiles)
		}
		if had.Size == stands.Size {
			return nil
		}
	}
	if stands.IsZero() {
		return nil
	}
	return writeFileMark(ctx, s.Files, fileMark{key.String(), stands.Note()})
}
