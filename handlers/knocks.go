package handlers

import (
	"context"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/account"
)

// knocks counts the tries to come in that failed, until they are written down: each that is the first of its kind goes to the program's
// own log at once, and all of a quarter of an hour are one event. So guessing is on record, and cannot fill the record. What was typed is
// kept nowhere, for it may be a password; of a user name only the keyed hash by which sign-in looks for accounts.
type knocks struct {
	mu   sync.Mutex
	open map[knock]*tally
}

// knock is what failed. The account that the lookup leads to, if any, is looked for when it is written down: what is refused unseen
// must cost nothing.
type knock struct {
	lookup, way, why string
	known            bool // that the name is an account's
}

type tally struct {
	count       int
	places      map[string]bool
	from, until time.Time
}

const (
	// KnocksEvery is how long failed tries are counted before they are written down.
	KnocksEvery = 15 * time.Minute
	// maxKnocks is how many names that may be nobody's are told apart in that time, and maxKnown how many accounts that somebody tried to come
	// in as; the rest is counted together. They are bounded apart: who first tries invented names hides nothing from a holder.
	maxKnocks = 100
	maxKnown  = 1000
	// maxPlaces is how many networks are told apart for one of them.
	maxPlaces = 100
)

// knocked counts a try that failed to come in as the account of that name, or as nobody in particular where it is ""; remote is the
// caller's address, "" from inside a session.
func (s *Service) knocked(lookup, way, why, remote string) {
	s.count(knock{lookup, way, why, lookup != ""}, remote)
}

// knockedUnknown is knocked where nobody knows yet whether the name is an account's, or it is none's.
func (s *Service) knockedUnknown(lookup, why, remote string) {
	s.count(knock{lookup, account.ByPassword, why, false}, remote)
}

func (s *Service) count(k knock, remote string) {
	now := s.Clock.Wall().UTC().Round(0)
	place := ""
	if remote != "" {
		place = network(remote)
	}
	if s.knocks.add(k, place, now) {
		s.Logger.Warn().Str("way", k.way).Str("why", k.why).Str("network", place).Msg("a way in was refused")
	}
}

// add tells whether it is the first of its kind.
func (n *knocks) add(k knock, place string, now time.Time) (first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t, there := n.open[k]
	if !there {
		if n.full(k.known) {
			k.lookup, k.known = "", false
		}
		if t, there = n.open[k]; !there {
			t = &tally{from: now, places: map[string]bool{}}
			n.open[k] = t
		}
	}
	t.count++
	t.until = now
	if place != "" && len(t.places) < maxPlaces {
		t.places[place] = true
	}
	return !there
}

// full tells that no more are told apart.
func (n *knocks) full(known bool) bool {
	most, told := maxKnocks, 0
	if known {
		most = maxKnown
	}
	for k := range n.open {
		if k.known == known {
			told++
		}
	}
	return told >= most
}

func (n *knocks) take() map[knock]*tally {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := n.open
	n.open = map[knock]*tally{}
	return taken
}

// back takes in again what could not be written down.
func (n *knocks) back(k knock, old *tally) {
	n.mu.Lock()
	defer n.mu.Unlock()
	t, there := n.open[k]
	if !there {
		n.open[k] = old
		return
	}
	t.count += old.count
	t.from = old.from
	for place := range old.places {
		t.places[place] = true
	}
}

// RunKnocks writes down failed tries, until the context ends, and then what is left.
func (s *Service) RunKnocks(ctx context.Context) error {
	for {
		err := s.Clock.Sleep(ctx, KnocksEvery)
		left, cancel := context.WithTimeout(context.WithoutCancel(ctx), writesWithin)
		if e := s.WriteKnocks(left); e != nil {
			s.Logger.Error().Err(e).Msg("failed tries to come in could not be written down")
		}
		cancel()
		if err != nil {
			return nil
		}
	}
}

// writesWithin is how long a stop waits for the last of them.
const writesWithin = 2 * time.Second

// WriteKnocks writes down the tries that were counted since it did so last: with the account whose way in it was, or in a stream of this moment.
func (s *Service) WriteKnocks(ctx context.Context) error {
	nobody := systemCaller
	nobody.Session = NewKey().String()
	var errs []error
	for k, t := range s.knocks.take() {
		id := ""
		if k.lookup != "" {
			var err error
			if id, err = s.accountByLookup(ctx, k.lookup); err != nil {
				s.knocks.back(k, t)
				errs = append(errs, err)
				continue
			}
		}
		if id == "" {
			d := accesslog.DoorRefused{Way: k.way, Why: k.why, Count: t.count, Places: len(t.places), From: t.from, Until: t.until}
			if k.lookup != "" {
				d.Print = hex.EncodeToString(s.Vault.MAC("knock", []byte(k.lookup))[5:21])
			}
			if err := s.recordAccess(ctx, nobody, d); err != nil {
				s.knocks.back(k, t)
				errs = append(errs, err)
			}
			continue
		}
		failed := account.SignInFailed{Way: k.way, Why: k.why, Count: t.count, Places: len(t.places), From: t.from, Until: t.until}
		_, err := s.accountRunOn(ctx, nobody, "door", id, Envelope{Key: NewKey()}.about("account.note_failed", ""), account.NoteFailed{Failed: failed})
		if err != nil {
			s.knocks.back(k, t)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// FailedTry tells of tries to come in as an account's holder that failed: of one way and reason, in one stretch of time.
type FailedTry = account.SignInFailed

// FailedTries are the newest tries to come in as the caller that failed, the newest first.
func (s *Service) FailedTries(ctx context.Context, c Caller) ([]FailedTry, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	st, err := s.accountState(ctx, c.Account)
	return newestFirst(st.Failed), err
}

func newestFirst(tries []FailedTry) []FailedTry {
	out := make([]FailedTry, 0, len(tries))
	for i := len(tries) - 1; i >= 0; i-- {
		out = append(out, tries[i])
	}
	return out
}
