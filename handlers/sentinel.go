package handlers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/sentinel"
	"mkr/internal/eventlog"
	"mkr/internal/vault"
	"mkr/projections"
)

// WatchedAgain is for how long looks are judged again after a start: what a server had not judged when it stopped is found, and
// what it had is found raised.
const WatchedAgain = 72 * time.Hour

// watch is how far the sentinel has read, and what its counting rules remember.
type watch struct {
	memory *sentinel.Memory // nil until the first reading
	after  eventlog.Position
	unripe []unripe
}

// unripe is what was found at a look and waits for what follows it.
type unripe struct {
	look     sentinel.Look
	position uint64
	found    sentinel.Finding
	at       time.Time
}

// watchAtLeast is how often the sentinel looks for what has become ripe while nothing is recorded.
const watchAtLeast = time.Minute

// RunSentinel reads who looked at what, and raises what is odd, until the context ends. Two servers that both run it, or one
// that restarts, raise each flag once: its name derives from the pattern.
func (s *Service) RunSentinel(ctx context.Context) error {
	for {
		_, err := s.Watch(ctx)
		if err == nil {
			short, cancel := context.WithTimeout(ctx, watchAtLeast)
			if err = s.Log.Wait(short, s.watch.after); errors.Is(short.Err(), context.DeadlineExceeded) {
				err = nil
			}
			cancel()
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.Logger.Error().Err(err).Msg("who looked at what could not be judged; trying again")
			if s.Clock.Sleep(ctx, time.Second) != nil {
				return nil
			}
		}
	}
}

// Watch judges every look that it has not judged yet, and returns how many flags are new. It is for one goroutine.
func (s *Service) Watch(ctx context.Context) (int, error) {
	w := s.watch
	if w.memory == nil {
		from, err := s.watchFrom(ctx)
		if err != nil {
			return 0, err
		}
		w.memory, w.after, w.unripe = sentinel.NewMemory(), from, nil
	}
	n := 0
	for {
		page, err := s.Log.ReadAll(ctx, w.after, 4096)
		if err != nil {
			return n, logError(err)
		}
		if len(page) == 0 {
			ripe, err := s.raiseRipe(ctx)
			return n + ripe, err
		}
		for _, r := range page {
			if event.Category(r.Stream) == event.AccessCategory {
				f, err := projections.Decode(s.Registry, r)
				if err != nil {
					return n, err
				}
				if l, ok := sentinel.LookOf(f); ok {
					raised, err := s.judgeLook(ctx, l, f.Position)
					if err != nil {
						w.memory = nil // it has taken in a look that will be read again
						return n, err
					}
					n += raised
				}
			}
			w.after = r.Position
		}
	}
}

// watchFrom is the position of the last look before those that are judged again.
func (s *Service) watchFrom(ctx context.Context) (eventlog.Position, error) {
	since := s.Clock.Now().Add(-WatchedAgain)
	q := projections.Query{Topic: projections.Looks, Sort: projections.ByNewest, Limit: projections.MaxLimit, NoTotal: true, EvenShut: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return 0, viewError(err)
		}
		for _, row := range page.Rows {
			if row.SortAt.Before(since) {
				return eventlog.Position(row.Position), nil
			}
		}
		if q.After = page.Next; q.After == "" {
			return 0, nil
		}
	}
}

// judgeLook asks the rules about one look, and raises what they find.
func (s *Service) judgeLook(ctx context.Context, l sentinel.Look, position uint64) (int, error) {
	facts, st, err := s.lookFacts(ctx, l, position)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, found := range s.watch.memory.Judge(s.Sentinel, l, facts, s.Zone) {
		rule, _ := s.Sentinel.Of(found.Rule)
		if at := rule.RipeAt(l); s.Clock.Now().Before(at) {
			s.watch.unripe = append(s.watch.unripe, unripe{l, position, found, at})
			continue
		}
		raised, err := s.raiseFlag(ctx, l, found, st)
		if err != nil {
			return n, err
		}
		if raised {
			n++
		}
	}
	return n, nil
}

// raiseRipe raises what has waited and is as odd as it was: nothing that followed the look explains it.
func (s *Service) raiseRipe(ctx context.Context) (n int, err error) {
	left := s.watch.unripe[:0]
	for _, u := range s.watch.unripe {
		if err != nil || s.Clock.Now().Before(u.at) {
			left = append(left, u)
			continue
		}
		var raised bool
		if raised, err = s.raiseStill(ctx, u); err != nil {
			left = append(left, u)
		} else if raised {
			n++
		}
	}
	s.watch.unripe = left
	return n, err
}

func (s *Service) raiseStill(ctx context.Context, u unripe) (bool, error) {
	facts, st, err := s.lookFacts(ctx, u.look, u.position)
	rule, _ := s.Sentinel.Of(u.found.Rule)
	if err != nil || !rule.Idle(u.look, facts) {
		return false, err
	}
	return s.raiseFlag(ctx, u.look, u.found, st)
}

func (s *Service) raiseFlag(ctx context.Context, l sentinel.Look, found sentinel.Finding, st casefile.State) (bool, error) {
	id := DeriveKey("flag", found.Rule, l.Account, found.Case, found.Bucket)
	rule, _ := s.Sentinel.Of(found.Rule)
	raised := sentinel.Raised{
		Flag: id.String(), Rule: found.Rule, Version: found.Version, Account: l.Account, Institution: l.Institution, Role: l.Role, Case: found.Case,
		Look: l.Event, At: l.At, Counted: found.Counted, Limit: rule.Count, Minutes: rule.Minutes,
		DueAt: s.Cases.Calendar.EndOfWorkingDay(s.Clock.Now(), rule.AnswerDays), ClimbAt: s.Cases.Calendar.EndOfWorkingDay(s.Clock.Now(), 2*rule.AnswerDays),
	}
	if found.Case != "" {
		raised.Kind, raised.Lead = st.Kind, st.Lead
	}
	return s.flagged(ctx, id.String(), "raise", sentinel.Raise{Raised: raised})
}

// ClimbDue lets every flag climb whose answer is overdue, and returns how many did.
func (s *Service) ClimbDue(ctx context.Context) (int, error) {
	n, now, after := 0, s.Clock.Now().UTC(), ""
	for {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Flags, DueBefore: now.Add(1), Sort: projections.ByDue, After: after, Limit: projections.MaxLimit, NoTotal: true, EvenShut: true})
		if err != nil {
			return n, viewError(err)
		}
		for _, row := range page.Rows {
			st, err := s.flagState(ctx, row.Key)
			if err != nil {
				return n, err
			}
			rung, _, ok := st.NextClimb()
			if !ok {
				continue // answered in the meantime: the view was a moment behind
			}
			climbed, err := s.flagged(ctx, row.Key, "climb", sentinel.Climb{Rung: rung})
			if err != nil {
				return n, err
			}
			if climbed {
				n++
			}
		}
		if after = page.Next; after == "" {
			return n, nil
		}
	}
}

// flagged carries out what nobody decides on a flag; true if something came of it.
func (s *Service) flagged(ctx context.Context, id, what string, c sentinel.Command) (bool, error) {
	key := DeriveKey(what+"-flag", id)
	if climb, ok := c.(sentinel.Climb); ok {
		key = derive(key, string(rune('0'+climb.Rung)))
	}
	r, err := run(ctx, s, systemCaller, Envelope{Key: key}, decision[sentinel.State]{
		stream: event.StreamName(event.FlagCategory, id), evolve: sentinel.Evolve,
		judge: func(sentinel.State) (string, error) {
			v := access.Judge(systemCaller.Actor(), access.RaiseFlags, access.Facts{})
			return v.Basis, v.Refusal()
		},
		decide: func(st sentinel.State, m event.Moment) ([]event.Data, error) { return sentinel.Decide(st, c, m) },
	})
	return err == nil && !r.Duplicate, err
}

// flagState folds a flag's stream.
func (s *Service) flagState(ctx context.Context, id string) (st sentinel.State, err error) {
	if _, err := uuid.Parse(id); err != nil {
		return st, ErrNotFound
	}
	facts, err := s.facts(ctx, event.StreamName(event.FlagCategory, id))
	for _, f := range facts {
		st = sentinel.Evolve(st, f.Data)
	}
	return st, err
}

// rosterAhead is how long before a look a shift must stand on the roster for it to explain the look, where whoever looked has put
// it there herself: each may file her institution's roster, and no hour is odd to whoever may name it hers at that very hour.
const rosterAhead = 24 * time.Hour

// rosterAt is the institution of a look, with the shifts of its roster that may explain the look.
func (s *Service) rosterAt(ctx context.Context, l sentinel.Look) (directory.State, error) {
	if _, err := uuid.Parse(l.Institution); err != nil {
		return directory.State{}, nil
	}
	facts, err := s.facts(ctx, event.StreamName(event.InstitutionCategory, l.Institution))
	var st directory.State
	for _, f := range facts {
		if _, set := f.Data.(directory.DutySet); set && f.Meta.Actor == l.Account && f.RecordedAt.After(l.At.Add(-rosterAhead)) {
			continue
		}
		st = directory.Evolve(st, f.Data)
	}
	return st, err
}

// lookFacts describes for the rules what a case was to the account when it looked.
func (s *Service) lookFacts(ctx context.Context, l sentinel.Look, position uint64) (f sentinel.Facts, st casefile.State, err error) {
	institution, err := s.rosterAt(ctx, l)
	if err != nil {
		return f, st, err
	}
	switch {
	case len(institution.Duty) == 0:
	case institution.OnDuty(l.Account, l.At, s.Zone):
		f.Duty = sentinel.OnDuty
	default:
		f.Duty = sentinel.OffDuty
	}
	if l.Case == "" {
		return f, st, nil
	}
	_, all, err := s.caseState(ctx, l.Case, At{})
	var facts []event.Fact
	if err == nil {
		st, facts = foldCase(all, At{Position: position})
	}
	if errors.Is(err, ErrNotFound) || err == nil && st.Status == casefile.NotOpened {
		return f, casefile.State{}, nil
	}
	if err != nil {
		return f, st, err
	}
	r := st.Restriction
	f.Known, f.Standing = true, st.StandingAt(l.Institution, l.At)
	office := access.Judge(event.Actor{Role: l.Role}, access.ListCase, access.Facts{Kind: st.Kind, Standing: access.None, Status: string(st.Status)}).Allow
	f.Task = office || st.HasTask(l.Institution) // to see all such cases is a task of its own; what else is odd holds all the same
	f.Sealed, f.Admitted, f.Excluded = r.Sealed, r.IsAdmitted(l.Account), r.IsExcluded(l.Account)
	sight := access.Judge(event.Actor{Role: l.Role}, access.ListCase, access.Facts{Kind: st.Kind, Standing: f.Standing, Status: string(st.Status)}).Allow
	f.Glass = !sight && slices.ContainsFunc(r.Glasses, func(g casefile.Glass) bool { return g.Account == l.Account })
	idle, _ := s.Sentinel.Of(sentinel.NoTask)
	for _, fact := range all {
		if fact.RecordedAt.After(idle.RipeAt(l)) {
			break
		}
		if fact.Meta.Institution == l.Institution && fact.Position <= position {
			f.House = fact.RecordedAt
		}
		if fact.Meta.Actor == l.Account {
			f.Acted = fact.RecordedAt
		}
	}
	if f.Standing == access.PastRecipient && !sight {
		f.Ended = endOfPart(l.Institution, facts)
	}
	f.Kin, err = s.kin(ctx, l.Account, st)
	return f, st, err
}

// endOfPart is when an institution lost its part in a case for good.
func endOfPart(institution string, facts []event.Fact) (ended time.Time) {
	var st casefile.State
	had := false
	for _, fact := range facts {
		st = casefile.Evolve(st, fact.Data)
		has := access.HasSight(st.StandingAt(institution, fact.RecordedAt))
		if had && !has {
			ended = fact.RecordedAt
		}
		had = has
	}
	return ended
}

// kin tells whether an account's holder bears the surname of a person of the case. Names are compared in memory, by how they
// sound, and neither is written anywhere.
func (s *Service) kin(ctx context.Context, account string, st casefile.State) (bool, error) {
	name, err := s.nameOf(ctx, account)
	if errors.Is(err, ErrNotFound) || err == nil && name == "" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	own := surnames(name)
	for _, p := range st.Persons {
		ps, err := s.personState(ctx, p.Person)
		if err != nil {
			return false, err
		}
		if ps.Name.IsZero() {
			continue
		}
		text, err := s.Vault.Open(ctx, ps.Name)
		switch {
		case errors.Is(err, vault.ErrShredded), errors.Is(err, vault.ErrUnknownKey), errors.Is(err, vault.ErrTampered):
			continue // nobody knows her name any more
		case err != nil:
			return false, err
		}
		if slices.ContainsFunc(surnames(text), func(n string) bool { return slices.Contains(own, n) }) {
			return true, nil
		}
	}
	return false, nil
}

// surnames are the sounds of the parts of the last word of a name: one, or both of a double name.
func surnames(name string) (out []string) {
	words := strings.Fields(name)
	if len(words) < 2 {
		return nil
	}
	for part := range strings.SplitSeq(words[len(words)-1], "-") {
		if sound := person.Sound(person.Fold(part)); sound != "" {
			out = append(out, sound)
		}
	}
	return out
}
