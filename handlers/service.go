package handlers

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/domain/sentinel"
	"mkr/internal/blobs"
	"mkr/internal/eventlog"
	"mkr/internal/idp"
	"mkr/internal/ledger"
	"mkr/internal/passkeys"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
)

// Clock tells the time of the work (in the demo it may run fast) and waits in it. Sessions use the Wall time,
// which always runs as the person's own watch does.
type Clock struct {
	Now  func() time.Time
	Wall func() time.Time
	// Sleep waits until d of the work's time has passed, or the context ends.
	Sleep func(ctx context.Context, d time.Duration) error
}

// SystemClock is the real one.
func SystemClock() Clock {
	now := func() time.Time { return time.Now().UTC() }
	return Clock{Now: now, Wall: now, Sleep: func(ctx context.Context, d time.Duration) error {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			return nil
		}
	}}
}

// Deps is all that a Service stands on. Each field is owned by the caller, who closes it after the Service.
type Deps struct {
	Log        eventlog.Log
	Ledger     *ledger.Ledger
	Registry   *event.Registry
	Vault      *vault.Vault
	Views      *projections.Views
	Cases      casefile.Decider
	Retention  retention.Schedule
	Sentinel   sentinel.Rules // what is odd in the record of who looked at what
	Passwords  *password.Hasher
	Passkeys   *passkeys.Site // nil: this installation has none
	Identities *idp.Providers // institutions' identity providers; nil: this installation knows none
	Files      blobs.Store    // of the cases, as ciphertexts
	Scanner    Scanner        // looks at each file before it can be attached; nil: nobody does
	Clock      Clock
	Zone       *time.Location // Europe/Tirane
	Idle       time.Duration  // life of a browser session that nobody touches; 0: IdleLife
	// SecondStep asks a second step of everybody who comes in by a browser. Sessions that began before it was said go on to their end.
	SecondStep bool
	Logger     zerolog.Logger
	// Refusals is how many refusals of one session in a minute are taken in; then it waits. 0: RefusalsAMinute.
	Refusals int
	// Searches is how often an account may look for people by name in a minute; 0: SearchesAMinute.
	Searches int
}

// Service carries out commands and answers queries. All methods may be called from many goroutines.
type Service struct {
	Deps
	access  *accessStreams
	signIn  *signInLimits
	heard   heard
	knocks  *knocks
	names   *nameCache
	memory  *memory
	shown   *shownSecrets
	recent  *recent
	uploads uploadLimits
	images  chan struct{} // who holds an image in memory
	work    *workLimits
	swept   atomic.Int64                        // uploads that were never attached
	decoy   atomic.Pointer[[]eventlog.Recorded] // a case as it is stored; see caseState
	pasts   *pasts
	keeper  ruleKeeper
	index   *nameIndex
	watch   *watch // of Watch alone
	// returnsSeen is the position up to which the returns before meetings are known to be in step; of FollowUp alone.
	returnsSeen uint64
}

// New makes a Service.
func New(d Deps) *Service {
	return &Service{Deps: d, access: newAccessStreams(), signIn: newSignInLimits(d.Clock.Wall), knocks: &knocks{open: map[knock]*tally{}}, work: newWorkLimits(d.Clock.Wall), names: newNameCache(), memory: newMemory(), shown: newShownSecrets(d.Clock.Wall), recent: &recent{}, index: newNameIndex(), pasts: newPasts(), watch: &watch{}, images: make(chan struct{}, imagesAtOnce)}
}

// namespace of the ids that derive from a command's key (UUID version 5, RFC 9562).
var namespace = uuid.MustParse("6f6e1c1e-6d6b-5272-8a6d-6b7200000001")

// derive names a thing after the command that made it, so that a retry names the same thing.
func derive(key uuid.UUID, what string) uuid.UUID {
	return uuid.NewSHA1(key, []byte(what))
}

// DeriveKey makes a command's key from a text that says what it is for; for processes, whose commands must
// have the same id on every server and after every restart.
func DeriveKey(parts ...string) uuid.UUID {
	joined := ""
	for _, p := range parts {
		joined += p + "\x00"
	}
	return uuid.NewSHA1(namespace, []byte(joined))
}

// Await waits until the views have seen the position, so that people see what they just filed; at most for a
// moment, since a page that is a little behind says so itself.
func (s *Service) Await(ctx context.Context, position uint64) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.Views.WaitFor(ctx, position)
}

// seal seals one text for a subject; the zero Plain stays the zero Sealed.
func (s *Service) seal(ctx context.Context, subject string, key uuid.UUID, field string, text person.Plain) (person.Sealed, error) {
	if text.IsZero() {
		return person.Sealed{}, nil
	}
	sealed, err := s.Vault.Seal(ctx, subject, key.String(), field, text)
	if errors.Is(err, vault.ErrShredded) { // her case may be opened again; under her name nothing can be said any more
		return sealed, event.Refuse(person.CodeErased, "the person's data was erased")
	}
	return sealed, err
}
