package handlers

import (
	"context"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
)

// StartedClock is a term that an action would start if it were filed now. It is the decider's own, found by asking it and
// storing nothing: what a form promises and what filing does can never differ.
type StartedClock struct {
	Value      string // the answer under which it starts; "" when every answer starts it
	Rule       string // id in its pack
	Pack       string // that it is counted by, and its version
	Version    int
	Article    string    // "" for a rule of the house
	Confidence string    // how sure the rule's number is
	Owner      string    // institution that must act; "" for the one that the form will name
	Action     string    // what it must do
	DueAt      time.Time // UTC; zero when it is counted from a time that the form still asks for
}

// Clocks is what an action does to the terms of a case.
type Clocks struct {
	Field  string         // the question whose answer decides which of them start; "" for none
	Starts []StartedClock // in the order in which they start
	Ends   []StartedClock // those that are met by it, whatever is answered
}

// varied are the actions whose clocks depend on one answer.
var varied = map[string]struct {
	field  string
	values []string
	make   func(p probe, value string) casefile.Command
}{
	"referral.create": {"urgency", casefile.Urgencies, func(_ probe, value string) casefile.Command {
		return casefile.CreateReferral{Referral: elsewhere, To: elsewhere, Service: "case_management", Urgency: value, Reason: probeText, Basis: casefile.LegalBases[0]}
	}},
	"child.screen": {"level", casefile.Levels, func(_ probe, value string) casefile.Command {
		return casefile.ScreenChild{Screening: elsewhere, Level: value, Reason: probeText}
	}},
	"risk.assess": {"level", casefile.Levels, func(_ probe, value string) casefile.Command {
		return casefile.AssessRisk{Assessment: elsewhere, Level: value, Reason: probeText}
	}},
	"order.request": {"type", casefile.OrderTypes, func(_ probe, value string) casefile.Command {
		return casefile.RequestOrder{Order: elsewhere, Type: value, Court: elsewhere}
	}},
	"referral.hold": {"kind", casefile.HoldKinds, func(p probe, value string) casefile.Command {
		return casefile.HoldReferral{Referral: p.target, Kind: value}
	}},
}

// Clocks tells which terms an action would start and meet if it were filed now. It judges like the action itself and
// records nothing.
func (s *Service) Clocks(ctx context.Context, c Caller, caseID string, a CaseAction, target string) (Clocks, error) {
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return Clocks{}, err
	}
	if _, err := s.judgeAction(c, a, target, st); err != nil {
		return Clocks{}, err
	}
	cases, err := s.decider(ctx)
	if err != nil {
		return Clocks{}, err
	}
	now := s.Clock.Now().UTC()
	try := func(cmd casefile.Command) Clocks {
		if cmd == nil {
			return Clocks{}
		}
		events, err := cases.Decide(st, cmd, event.Moment{Now: now, OccurredAt: now, Actor: c.Actor()})
		if err != nil { // not under this answer
			return Clocks{}
		}
		return clocksOf(st, events)
	}
	p := probe{target: target, state: st, now: now, me: c.Institution}
	choice, varies := varied[a.Name]
	if !varies {
		out := try(a.probe(p))
		p.now = now.Add(fortnight) // what the form asks for, chosen otherwise
		return out.unless(try(a.probe(p))), nil
	}
	out := Clocks{Field: choice.field}
	for _, value := range choice.values {
		of := try(choice.make(p, value))
		for _, clock := range of.Starts {
			clock.Value = value
			out.Starts = append(out.Starts, clock)
		}
		if len(of.Ends) > len(out.Ends) {
			out.Ends = of.Ends
		}
	}
	return out, nil
}

// fortnight is longer than any row of rest days that could bring two times to the same due day.
const fortnight = 14 * day

// unless forgets the due times that are others when another time is chosen.
func (c Clocks) unless(other Clocks) Clocks {
	for i := range c.Starts {
		for _, o := range other.Starts {
			if o.Rule == c.Starts[i].Rule && o.Owner == c.Starts[i].Owner && !o.DueAt.Equal(c.Starts[i].DueAt) {
				c.Starts[i].DueAt = time.Time{}
			}
		}
	}
	return c
}

func clocksOf(st casefile.State, events []event.Data) (out Clocks) {
	for _, e := range events {
		switch e := e.(type) {
		case casefile.DeadlineSet:
			owner := e.Owner
			if owner == elsewhere {
				owner = ""
			}
			out.Starts = append(out.Starts, StartedClock{Rule: e.Rule, Pack: e.Pack, Version: e.Version, Article: e.Article, Confidence: e.Confidence, Owner: owner, Action: e.Action, DueAt: e.DueAt})
		case casefile.DeadlineMet:
			for _, d := range st.Deadlines {
				if d.ID == e.Deadline {
					out.Ends = append(out.Ends, StartedClock{Rule: d.Rule, Pack: d.Pack, Version: d.Version, Article: d.Article, Confidence: d.Confidence, Owner: d.Owner, Action: d.Action, DueAt: d.DueAt})
				}
			}
		}
	}
	return out
}
