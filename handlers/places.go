package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"mkr/domain/capacity"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
)

// Places of shelters and residential care. A place is taken before the step that needs it is written, and freed after
// the step that ends it: between the two a place may be held for nothing for a moment, and never given twice. What a
// fault leaves held is freed by the sweep.

// places folds the places of one service of one institution.
func (s *Service) places(ctx context.Context, institution, service string) (capacity.State, error) {
	f, err := foldStream(ctx, s, placesDecision(institution, service))
	return f.state, err
}

func placesDecision(institution, service string) decision[capacity.State] {
	return decision[capacity.State]{stream: event.StreamName(event.CapacityCategory, capacity.StreamID(institution, service)), evolve: capacity.Evolve}
}

// countOf is what an institution said last of a service's places; the zero Count when it never did.
func countOf(st directory.State, service string) capacity.Count {
	n, ok := st.Capacity[service]
	if !ok {
		return capacity.Count{}
	}
	return capacity.Count{Total: n.Total, Free: n.Available, At: n.At}
}

// onPlaces carries out a command on places, caused by a command on a case or by the sweep. Sending it again is harmless, since
// what already holds is no event. Its key follows from its cause and from how far the places' stream has got: a retry at the
// same point is the same command, and one after the sweep has freed the place in between takes it again.
func (s *Service) onPlaces(ctx context.Context, c Caller, cause uuid.UUID, basis, institution, service, referral string, cmd capacity.Command) error {
	d := placesDecision(institution, service)
	known, err := foldStream(ctx, s, d)
	if err != nil {
		return err
	}
	key := derive(cause, fmt.Sprintf("places/%s/%d", referral, len(known.traces)))
	d.judge = func(capacity.State) (string, error) { return basis, nil }
	d.decide = func(st capacity.State, m event.Moment) ([]event.Data, error) { return capacity.Decide(st, cmd, m) }
	_, err = run(ctx, s, c, Envelope{Key: key, Causation: cause.String()}, d)
	return err
}

// takePlaces takes what the referrals of a case are going to want more than before. A refusal is the step's own.
func (s *Service) takePlaces(ctx context.Context, c Caller, cause uuid.UUID, basis string, before, after casefile.State) error {
	for _, r := range after.Referrals {
		id := r.ReferralContent.Referral
		was, _ := before.Referral(id)
		if r.Place() <= was.Place() {
			continue
		}
		to, err := s.institutionState(ctx, r.To)
		if err != nil {
			return err
		}
		count := countOf(to, r.Service)
		if count.At.IsZero() && r.Place() == casefile.Given {
			continue // it counts its places elsewhere
		}
		var cmd capacity.Command = capacity.Confirm{Count: count, Referral: id, Case: after.ID}
		if r.Place() == casefile.Promised {
			until, err := s.promisedUntil(ctx, after, r)
			if err != nil {
				return err
			}
			cmd = capacity.Reserve{Count: count, Referral: id, Case: after.ID, Until: until}
		}
		err = s.onPlaces(ctx, c, cause, basis, r.To, r.Service, id, cmd)
		if no, ok := asRefusal(err); ok && r.Place() == casefile.Promised {
			return event.RefuseField(no.Code, "place", no.Text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// promisedUntil is when the answer is due: so long a place is kept for somebody who was only asked for.
func (s *Service) promisedUntil(ctx context.Context, st casefile.State, r casefile.Referral) (time.Time, error) {
	cases, err := s.decider(ctx)
	if err != nil {
		return time.Time{}, err
	}
	clock, err := cases.Rules.For(st.Regime).Clock("REF-ANSWER-"+r.Urgency, r.SentAt, cases.Calendar)
	return clock.DueAt, err
}

// freePlaces frees what the referrals of a case hold and no longer want. What fails is tried again by the sweep.
func (s *Service) freePlaces(ctx context.Context, c Caller, cause uuid.UUID, caseID string) {
	ctx = context.WithoutCancel(ctx)
	f, err := foldStream(ctx, s, s.caseDecision(systemCaller, caseID))
	st := f.state
	for _, r := range st.Referrals {
		if err == nil && capacity.Keeps(r.Service) && r.Place() == casefile.NoPlace {
			err = s.freePlace(ctx, c, cause, r.To, r.Service, r.ReferralContent.Referral, reasonOf(r))
		}
	}
	if err != nil {
		s.Logger.Error().Err(err).Msg("a place could not be freed; the sweep tries again")
	}
}

func reasonOf(r casefile.Referral) string {
	if r.Status == casefile.OnHold {
		return capacity.Waits
	}
	return capacity.Ended
}

func (s *Service) freePlace(ctx context.Context, c Caller, cause uuid.UUID, institution, service, referral, why string) error {
	known, err := s.places(ctx, institution, service)
	if _, held := known.Holds(referral); err != nil || !held {
		return err
	}
	to, err := s.institutionState(ctx, institution)
	if err != nil {
		return err
	}
	return s.onPlaces(ctx, c, cause, "place_freed", institution, service, referral, capacity.Release{Count: countOf(to, service), Referral: referral, Why: why})
}

// fitsHeld refuses a count that calls free what referrals hold.
func (s *Service) fitsHeld(ctx context.Context, institution string, cmd directory.Command) error {
	n, ok := cmd.(directory.ReportCapacity)
	if !ok || !capacity.Keeps(n.Service) {
		return nil
	}
	places, err := s.places(ctx, institution, n.Service)
	if err == nil && len(places.Held) > 0 && n.Available <= n.Total && n.Available+len(places.Held) > n.Total { // more free than there are is another mistake
		return event.RefuseField(directory.CodeHeld, "available", "some of the places are held by referrals")
	}
	return err
}

// PlacesEvery is how often the process looks for promises that ran out and places held for nothing.
const PlacesEvery = 30 * time.Second

// unusedAfter is how long a place may be held for a step that was never written.
const unusedAfter = 10 * time.Minute

// RunPlaces frees what nobody freed, until the context ends.
func (s *Service) RunPlaces(ctx context.Context) error {
	for {
		if err := s.SweepPlaces(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("places could not be swept; trying again")
		}
		if err := s.Clock.Sleep(ctx, PlacesEvery); err != nil {
			return nil
		}
	}
}

// SweepPlaces frees promises that ran out, places of referrals that have ended, and places that were taken for a step
// that was never written. It may run on several servers at once.
func (s *Service) SweepPlaces(ctx context.Context) error {
	houses, err := s.Institutions(ctx)
	if err != nil {
		return err
	}
	for _, i := range houses.Items {
		for _, offered := range i.Services {
			if offered.Held > 0 && capacity.Keeps(offered.Service) {
				err = errors.Join(err, s.sweepPlaces(ctx, i.Institution, offered.Service))
			}
		}
	}
	return err
}

func (s *Service) sweepPlaces(ctx context.Context, institution, service string) error {
	places, err := s.places(ctx, institution, service)
	if err != nil {
		return err
	}
	now := s.Clock.Now().UTC()
	for _, p := range places.Held {
		st, _, err := s.caseState(ctx, p.Case, At{})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		why := ""
		r, known := st.Referral(p.Referral)
		switch {
		case !p.Confirmed && !now.Before(p.Until):
			why = capacity.RanOut
		case known && r.Place() == casefile.NoPlace:
			why = reasonOf(r)
		case !known && now.Sub(p.At) > unusedAfter:
			why = capacity.NotUsed
		}
		if why == "" {
			continue
		}
		if err := s.freePlace(ctx, systemCaller, DeriveKey("sweep places", p.Referral, why), institution, service, p.Referral, why); err != nil {
			return err
		}
	}
	return nil
}
