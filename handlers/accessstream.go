package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/internal/eventlog"
)

// accessStreams remembers where the callers' own streams stand, so that recording a look costs one append and
// no read. It is a cache: a wrong memory costs a read.
type accessStreams struct {
	mu    sync.Mutex
	heads map[string]eventlog.Expected
	seen  map[look]lookedAt   // when a look was last recorded
	no    map[string]refusals // by account
}

// refusals are those of one account since a minute began, whatever its sessions and tokens.
type refusals struct {
	since time.Time
	n     int
}

// RefusalsAMinute is how many refusals of one account are taken in within a minute, over all its sessions. No person reaches it; a program that
// tries what it has no right to is made to wait, and cannot fill the log.
const RefusalsAMinute = 240

// refused counts a refusal and tells whether it is among those that are taken in.
func (a *accessStreams) refused(account string, now time.Time, most int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	r, ok := a.no[account]
	if !ok || now.Sub(r.since) >= time.Minute {
		r = refusals{since: now}
	}
	if len(a.no) >= maxHeads {
		clear(a.no)
	}
	r.n++
	a.no[account] = r
	return r.n <= most
}

// waits tells whether an account was refused so often that it must wait.
func (a *accessStreams) waits(account string, now time.Time, most int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	r, ok := a.no[account]
	return ok && r.n >= most && now.Sub(r.since) < time.Minute
}

// look is one caller's look at one thing.
type look struct{ session, thing, what string }

// lookedAt is when it was, and how far the case's history went then.
type lookedAt struct {
	when     time.Time
	position uint64
}

// lookAgain is how long a look stands for those that follow it: a page that is open all day is one look an hour. A page opened
// when there is more to read is a look of its own.
const lookAgain = time.Hour

// maxHeads bounds the cache; when it is full it begins anew.
const maxHeads = 10_000

func newAccessStreams() *accessStreams {
	return &accessStreams{heads: map[string]eventlog.Expected{}, seen: map[look]lookedAt{}, no: map[string]refusals{}}
}

func (a *accessStreams) get(stream string) eventlog.Expected {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h, ok := a.heads[stream]; ok {
		return h
	}
	return eventlog.NoStream
}

func (a *accessStreams) set(stream string, head eventlog.Expected) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.heads) >= maxHeads {
		clear(a.heads)
	}
	a.heads[stream] = head
}

// due tells whether a look must be recorded, and takes it as recorded.
func (a *accessStreams) due(l look, now time.Time, position uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if last, ok := a.seen[l]; ok && now.Sub(last.when) < lookAgain && position <= last.position {
		return false
	}
	if len(a.seen) >= maxHeads {
		clear(a.seen)
	}
	a.seen[l] = lookedAt{now, position}
	return true
}

// looked tells whether the session has a look on record that this server remembers.
func (a *accessStreams) looked(l look) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.seen[l]
	return ok
}

// recordLook writes down that the caller looked at a case, in her own stream: reading a case never changes its
// history. What she may see she is shown even if this cannot be written now; that is logged. Opening a sealed text
// is stricter, see OpenFields. Position is how far she read, 0 where that does not matter.
func (s *Service) recordLook(ctx context.Context, c Caller, caseID, what string, position uint64) {
	l := look{c.Session, caseID, what}
	if c.Session == "" || !s.access.due(l, s.Clock.Wall(), position) {
		return
	}
	if err := s.recordAccess(context.WithoutCancel(ctx), c, accesslog.Viewed{Case: caseID, What: what}); err != nil {
		s.Logger.Error().Err(err).Msg("a look could not be recorded")
	}
}

// recordAccess writes to the caller's access stream. What must be on record before it happens (an opening) waits
// for its answer.
func (s *Service) recordAccess(ctx context.Context, c Caller, d event.Data) error {
	if c.Session == "" {
		return ErrNotSignedIn
	}
	stream := event.StreamName(event.AccessCategory, c.Session)
	data, err := json.Marshal(d)
	if err != nil {
		return err
	}
	key := NewKey()
	now := s.Clock.Now().UTC()
	meta, err := json.Marshal(event.Meta{
		Schema: s.Registry.Schema(d.EventType()), OccurredAt: now, Actor: c.Account, Institution: c.Institution, Role: c.Role,
		CommandID: key.String(), Policy: access.Version,
	})
	if err != nil {
		return err
	}
	e := eventlog.NewEvent{ID: derive(key, "0"), Type: d.EventType(), Data: data, Meta: meta}
	for range maxRaces {
		res, err := s.Log.Append(ctx, stream, s.access.get(stream), e)
		var moved *eventlog.WrongRevisionError
		switch {
		case err == nil:
			s.access.set(stream, eventlog.At(res.Revision))
			return nil
		case errors.As(err, &moved):
			s.access.set(stream, moved.Actual)
		default:
			return logError(err)
		}
	}
	return ErrBusy
}

// recordRefusal writes down that the caller was refused. A refusal that cannot be recorded is still a refusal, so
// a failure here is logged and no more. Conflicts and outages are nobody's misdeed and are not recorded.
func (s *Service) recordRefusal(ctx context.Context, c Caller, action, target string, key uuid.UUID, err error) {
	code, field := codeOf(err)
	if code == "" || c.Session == "" || !s.access.refused(c.Account, s.Clock.Wall(), s.mostRefusals()) {
		return
	}
	if e := s.recordAccess(context.WithoutCancel(ctx), c, accesslog.Refused{Action: action, Target: recordable(target), Code: code, Field: field}); e != nil {
		s.Logger.Error().Err(e).Str("command", key.String()).Msg("a refusal could not be recorded")
	}
}

// recordable is a target as it may be kept. The id in it may come from an address that somebody typed, where anything
// can stand, a name too: what is no id of ours is left out.
func recordable(stream string) string {
	if id, err := uuid.Parse(event.ID(stream)); err != nil || id.String() != event.ID(stream) {
		return event.Category(stream)
	}
	return stream
}

// codeOf names a refusal, "" for what is none.
func codeOf(err error) (code, field string) {
	var (
		refusal *event.Refusal
		denied  *DeniedError
		input   *InputError
	)
	switch {
	case errors.As(err, &refusal):
		return refusal.Code, refusal.Field
	case errors.As(err, &denied):
		return denied.Code, ""
	case errors.As(err, &input):
		return "input." + input.Code, input.Field
	case errors.Is(err, ErrNotFound):
		return "not_found", ""
	case errors.Is(err, ErrKeyReused):
		return "idempotency.reused", ""
	}
	return "", ""
}

func (s *Service) mostRefusals() int {
	if s.Refusals > 0 {
		return s.Refusals
	}
	return RefusalsAMinute
}
