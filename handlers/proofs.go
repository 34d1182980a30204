package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
)

// Checkpoint is the newest signed head of the log, and who has signed it besides the log.
type Checkpoint struct {
	Origin string `json:"origin"`
	Size   uint64 `json:"size"` // events that it covers
	Root   string `json:"root"` // base64
	// Note is the checkpoint as it was signed, byte for byte (C2SP tlog-checkpoint), with the cosignatures.
	Note string `json:"note"`
	// Verifier is the log's public key (C2SP signed note). Compare it with the one that the municipality has made public.
	Verifier  string    `json:"verifier"`
	Witnesses []Witness `json:"witnesses"`
	Signed    int       `json:"witnesses_signed"` // how many of them have signed this very checkpoint
}

// Witness is one who countersigns, and how far she has.
type Witness struct {
	ledger.Stand
	Newest bool `json:"newest"` // she has signed the newest checkpoint
}

// Watches tells whether a witness does her work: she has signed the newest checkpoint, or one not long ago. Witnesses look once a minute, so
// between two looks the newest is nobody's, which is no alarm.
func (w Witness) Watches(now time.Time) bool {
	return w.Newest || w.Size > 0 && now.Sub(w.At) < 5*time.Minute
}

// Proof shows that a stored event is in the history that a checkpoint signs.
type Proof struct {
	ledger.Proof
	Position uint64 `json:"position"`
	Verifier string `json:"verifier"`
	// Data and Meta are the stored bytes whose hashes the leaf holds. Only events of cases have them here:
	// those of accounts hold secrets.
	Data []byte `json:"data,omitempty"`
	Meta []byte `json:"meta,omitempty"`
}

// Consistency proves that the log of To events begins with that of From.
type Consistency struct {
	From  uint64        `json:"from"`
	To    uint64        `json:"to"`
	Proof []ledger.Hash `json:"proof"`
}

// mayAudit refuses whoever is no auditor, on record.
func (s *Service) mayAudit(ctx context.Context, c Caller, target string) error {
	v := access.Judge(c.Actor(), access.ViewAudit, access.Facts{})
	if v.Allow {
		return nil
	}
	err := &DeniedError{Action: string(access.ViewAudit), Code: v.Code}
	s.recordRefusal(ctx, c, string(access.ViewAudit), target, NewKey(), err)
	return err
}

// ledgerError turns the ledger's errors into ours.
func ledgerError(err error) error {
	var tampered *ledger.TamperError
	switch {
	case errors.Is(err, ledger.ErrUnknown):
		return ErrNotFound
	case errors.Is(err, ledger.ErrChecking), errors.As(err, &tampered):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return logError(err)
}

// NewestCheckpoint is for everybody: it holds a number and a hash, and the more people keep it, the harder it is to
// rewrite history.
func (s *Service) NewestCheckpoint(ctx context.Context) (Checkpoint, error) {
	signed := s.Ledger.Newest()
	if signed.IsZero() {
		var err error
		if signed, err = s.Ledger.Publish(ctx); err != nil {
			return Checkpoint{}, ledgerError(err)
		}
	}
	return s.checkpoint(signed), nil
}

func (s *Service) checkpoint(signed ledger.Signed) Checkpoint {
	c := Checkpoint{
		Origin: signed.Origin, Size: signed.Size, Root: signed.Root.String(), Note: signed.Note(), Verifier: s.Ledger.Verifier().String(), Witnesses: []Witness{},
	}
	for _, stand := range s.Ledger.Stands() {
		newest := stand.Size == signed.Size && stand.Size > 0
		c.Witnesses = append(c.Witnesses, Witness{stand, newest})
		if newest {
			c.Signed++
		}
	}
	return c
}

// WitnessesSigned is how many witnesses have signed the newest checkpoint.
func (s *Service) WitnessesSigned() int { return s.checkpoint(s.Ledger.Newest()).Signed }

// ProveEvent proves an event, named by its id or its position. size is that of the checkpoint to prove it under; 0 lets the
// ledger choose.
func (s *Service) ProveEvent(ctx context.Context, c Caller, name string, size uint64) (Proof, error) {
	if err := s.mayAudit(ctx, c, ""); err != nil {
		return Proof{}, err
	}
	leaf, err := s.leafOf(ctx, name)
	if err != nil {
		return Proof{}, ledgerError(err)
	}
	e, err := s.Ledger.Event(ctx, leaf)
	if err != nil {
		return Proof{}, ledgerError(err)
	}
	under, err := s.Ledger.Covering(ctx, leaf)
	if size > 0 {
		under, err = s.Ledger.SignedAt(size)
	}
	if err != nil {
		return Proof{}, ledgerError(err)
	}
	proved, err := s.Ledger.Prove(e, leaf, under)
	if err != nil {
		return Proof{}, ledgerError(err)
	}
	p := Proof{Proof: proved, Position: uint64(e.Position), Verifier: s.Ledger.Verifier().String()}
	if event.Category(e.Stream) == event.CaseCategory {
		p.Data, p.Meta = e.Data, e.Meta
	}
	return p, nil
}

// leafOf finds an event by its id or its position.
func (s *Service) leafOf(ctx context.Context, name string) (uint64, error) {
	if n, err := strconv.ParseUint(name, 10, 63); err == nil {
		return s.Ledger.FindPosition(ctx, eventlog.Position(n))
	}
	id, err := uuid.Parse(name)
	if err != nil || len(name) != 36 {
		return 0, ErrNotFound
	}
	return s.Ledger.FindEvent(ctx, id)
}

// ProveConsistency is for everybody, as the checkpoints are. to 0 means the newest checkpoint.
func (s *Service) ProveConsistency(ctx context.Context, from, to uint64) (Consistency, error) {
	if to == 0 {
		newest, err := s.NewestCheckpoint(ctx)
		if err != nil {
			return Consistency{}, err
		}
		to = newest.Size
	}
	if from > to {
		return Consistency{}, &InputError{Field: "from", Code: "range", Text: "not more than to, and to not more than the newest checkpoint"}
	}
	if to > s.Ledger.Newest().Size { // a server that is behind another on the same store catches up first
		if newest, err := s.Ledger.Publish(ctx); err != nil {
			return Consistency{}, ledgerError(err)
		} else if to > newest.Size {
			return Consistency{}, ErrNotFound
		}
	}
	proof, err := s.Ledger.Consistency(from, to)
	if err != nil {
		return Consistency{}, ledgerError(err)
	}
	return Consistency{From: from, To: to, Proof: proof}, nil
}

// Cosign takes a witness's signature under a checkpoint. Who sends it does not matter: the signature says whose it is.
func (s *Service) Cosign(_ context.Context, size uint64, signature string) error {
	err := s.Ledger.Cosign(size, signature)
	if errors.Is(err, ledger.ErrWitness) {
		return &InputError{Field: "signature", Code: "signature", Text: "not a signature of a witness whom this server knows over its checkpoint of that size"}
	}
	if err != nil {
		return ledgerError(err)
	}
	return nil
}
