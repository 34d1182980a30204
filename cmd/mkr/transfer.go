package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"

	"mkr/internal/app"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
)

// line is one event of an export: NDJSON, everything that was stored, byte for byte.
type line struct {
	Position   uint64    `json:"position"`
	Stream     string    `json:"stream"`
	Revision   uint64    `json:"revision"`
	ID         uuid.UUID `json:"id"`
	Type       string    `json:"type"`
	RecordedAt time.Time `json:"recorded_at"`
	Data       []byte    `json:"data"` // base64: the stored bytes are what proofs are about
	Meta       []byte    `json:"meta"`
}

func (l line) recorded() eventlog.Recorded {
	return eventlog.Recorded{Position: eventlog.Position(l.Position), Stream: l.Stream, Revision: l.Revision, ID: l.ID, Type: l.Type, RecordedAt: l.RecordedAt, Data: l.Data, Meta: l.Meta}
}

const exportBatch = 2000

func runExport(ctx context.Context, args []string) error {
	f := flags("export")
	cfg := storeFlags(f)
	if err := parse(f, args); err != nil {
		return err
	}
	if !app.HasLog(*cfg) {
		return errors.New("there is no log here to export: --data or --store names another place than the server's")
	}
	log, err := app.OpenLog(*cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	return export(ctx, log, os.Stdout)
}

func export(ctx context.Context, log eventlog.Log, w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<20)
	enc := json.NewEncoder(out)
	for after := eventlog.Position(0); ; {
		page, err := log.ReadAll(ctx, after, exportBatch)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return out.Flush()
		}
		for _, e := range page {
			if err := enc.Encode(line{uint64(e.Position), e.Stream, e.Revision, e.ID, e.Type, e.RecordedAt, e.Data, e.Meta}); err != nil {
				return err
			}
			after = e.Position
		}
	}
}

func runImport(ctx context.Context, args []string) error {
	f := flags("import")
	cfg := storeFlags(f)
	if err := parse(f, args); err != nil {
		return err
	}
	// The log stamps events with the time that the export gives: an import tells the same history.
	clock := &stamp{}
	log, err := app.OpenLogAt(*cfg, clock.now)
	if err != nil {
		return err
	}
	defer log.Close()
	root := ledger.NewRoot()
	n, err := importLog(ctx, log, os.Stdin, clock, root)
	fmt.Fprintf(os.Stderr, "mkr import: %d events\n", n)
	if err != nil {
		return err
	}
	// What was stored is what was read: the two have one root. A store that stamps events with its own time tells another history.
	stands, err := ledger.Verify(ctx, log, ledger.Checkpoint{}, "", nil)
	if err != nil {
		return err
	}
	if stands.Root != root.Hash() {
		return errors.New("the store did not keep what it was given: its root is not the export's (EventStoreDB sets its own recording times)")
	}
	fmt.Fprintf(os.Stderr, "mkr import: root of all %d: %s\n", n, stands.Root)
	return nil
}

// stamp is the clock of an import: the recording time of the event at hand.
type stamp struct{ at time.Time }

func (s *stamp) now() time.Time { return s.at }

// importLog appends an export, event by event in its order, to an empty log. It stops at the first line that does
// not fit and names it.
func importLog(ctx context.Context, log eventlog.Log, r io.Reader, clock *stamp, root *ledger.Root) (int, error) {
	if page, err := log.ReadAll(ctx, 0, 1); err != nil {
		return 0, err
	} else if len(page) > 0 {
		return 0, errors.New("the log is not empty: an import begins a log, it does not add to one")
	}
	dec := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	dec.DisallowUnknownFields()
	for n := 0; ; n++ {
		var l line
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, fmt.Errorf("line %d: %w", n+1, err)
		}
		clock.at = l.RecordedAt
		root.Add(ledger.HeaderOf(l.recorded()))
		expected := eventlog.NoStream
		if l.Revision > 0 {
			expected = eventlog.At(l.Revision - 1)
		}
		if _, err := log.Append(ctx, l.Stream, expected, eventlog.NewEvent{ID: l.ID, Type: l.Type, Data: l.Data, Meta: l.Meta}); err != nil {
			return n, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
}
