package handlers

import (
	"context"
	"errors"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/timeline"
	"mkr/projections/visits"
)

// CaseView is a case as the caller may see it: coded values, ids and sealed texts that stay sealed. To read a
// sealed text she asks for it by OpenFields, and that is recorded.
type CaseView struct {
	casefile.State
	Ball    casefile.Ball            `json:"ball"`
	Balls   map[string]casefile.Ball `json:"referral_balls"`
	Stage   string                   `json:"stage"`
	Actions []OpenAction             `json:"actions"`           // empty for the past
	Opens   []string                 `json:"opens"`             // groups of sealed fields that she may open
	Duty    map[string]OnDuty        `json:"on_duty,omitempty"` // at the receivers of open referrals, now
	Guards  bool                     `json:"guards"`            // she decides on who may see it, and sees who looked
	// Unseen are the institutions that owe something in the sealed case and of which nobody sees it; told to those who guard it.
	Unseen []string `json:"unseen,omitempty"`
	// Emergency is when the emergency access ends by which alone she sees the case; zero: she sees it by right.
	Emergency time.Time `json:"emergency_until,omitzero"`
	// Left is how long that still is, by the wall's clock.
	Left     time.Duration `json:"-"`
	Revision uint64        `json:"revision"`
	Position uint64        `json:"position"`
	First    uint64        `json:"first_position"`
	Now      time.Time     `json:"now"` // the work's clock, for countdowns
}

// History is one reading of a case's stream, for a caller who may see the case. The case as it stands, as it stood and
// its timeline are made of it, so that they agree with each other whatever is written meanwhile.
type History struct {
	s      *Service
	caller Caller
	id     string
	real   casefile.State // as it is now
	now    casefile.State // as it stands for her: whose part has ended sees the case as it stood then
	all    []event.Fact   // of what she sees, for a file's proof: whatever is shown of it is made of facts
	facts  []event.Fact   // those that she may know of, their revisions counted as she may count them

	follows bool // asked by a page that is open, not by her
}

// History reads a case's stream, and records that a receiver has seen her referral. Whether she may see it is judged by the
// case as it is now: a right that ended does not come back by asking for yesterday.
func (s *Service) History(ctx context.Context, c Caller, id string) (History, error) {
	h, err := s.reading(ctx, c, id)
	if err == nil && s.see(ctx, c, h.real) {
		return s.reading(ctx, c, id)
	}
	return h, err
}

// reading is History of a caller of whom it is not known yet whether she gets to read anything.
func (s *Service) reading(ctx context.Context, c Caller, id string) (History, error) {
	now, facts, err := s.caseState(ctx, id, At{})
	if err != nil {
		return History{}, err
	}
	if err := s.judgeSight(c, now); err != nil {
		s.recordRefusal(ctx, c, string(access.ViewCase), event.StreamName(event.CaseCategory, id), NewKey(), err)
		return History{}, err
	}
	h := History{s: s, caller: c, id: id, real: now, now: now, all: facts}
	if until, ended := s.partEnded(c, now, facts); ended {
		h.now, h.all = foldCase(facts[:until], At{})
	}
	h.facts = known(h.all, !s.guards(c, now))
	return h, nil
}

// Follow is the same reading for a page that is open and brought up to date: nobody is known to read it now. Of a session that has
// no such page open, so far as is known here, it is a look like any other: else whoever asks for it by its address looks unseen.
func (h History) Follow() History {
	h.follows = true
	return h
}

// LastVisit is the caller's last look at the case before the visit that she is on: what is recorded after it is new to
// her. Zero when she was never there, and when it cannot be told now: the case is shown all the same. Ask for it before
// Case, which is a look itself.
func (h History) LastVisit(ctx context.Context) visits.Look {
	doc, _, err := projections.Doc[visits.Doc](ctx, h.s.Views, visits.View, visits.Key(h.caller.Account, h.id))
	if err != nil && !errors.Is(err, projections.ErrNotFound) && ctx.Err() == nil {
		h.s.Logger.Error().Err(err).Msg("the last visit is not known")
	}
	return doc.Previous(h.caller.Session, h.s.Clock.Now())
}

// Case returns a case, now or as it stood; see History.
func (s *Service) Case(ctx context.Context, c Caller, id string, at At) (CaseView, error) {
	h, err := s.History(ctx, c, id)
	if err != nil {
		return CaseView{}, err
	}
	return h.Case(ctx, at)
}

// Case is the case now or as it stood. That it was looked at is recorded.
func (h History) Case(ctx context.Context, at At) (CaseView, error) {
	st, facts := h.now, h.facts
	switch {
	case !at.IsZero():
		h.s.recordLook(ctx, h.caller, h.id, accesslog.Past, 0)
	case h.follows && h.s.access.looked(look{h.caller.Session, h.id, accesslog.Case}):
		h.s.recordLook(ctx, h.caller, h.id, accesslog.Followed, 0)
	default:
		h.s.recordLook(ctx, h.caller, h.id, accesslog.Case, facts[len(facts)-1].Position)
	}
	if !at.IsZero() {
		if st, facts = foldCase(facts, at); len(facts) == 0 { // nothing had happened yet
			return CaseView{}, ErrNotFound
		}
	}
	v := CaseView{State: withoutBoxes(st), Ball: st.Ball(), Balls: map[string]casefile.Ball{}, Stage: st.Stage(), Actions: []OpenAction{}, Now: h.s.Clock.Now().UTC()}
	for _, r := range st.Referrals {
		v.Balls[r.ReferralContent.Referral] = st.ReferralBall(r.ReferralContent.Referral)
	}
	if at.IsZero() {
		v.Actions = append(v.Actions, h.s.openActions(h.caller, h.real)...)
		if access.Judge(h.caller.Actor(), access.ViewDuty, access.Facts{}).Allow {
			var err error
			if v.Duty, err = h.s.onDuty(ctx, st); err != nil {
				return CaseView{}, err
			}
		}
	}
	v.Restriction = h.s.restrictionFor(h.caller, h.real, st)
	v.Opens = h.s.fieldsFor(h.caller, h.real).Names()
	if v.Emergency = h.s.emergencyOf(h.caller, h.real); !v.Emergency.IsZero() {
		v.Left = v.Emergency.Sub(h.s.Clock.Wall())
	}
	if v.Guards = h.s.guards(h.caller, h.real); v.Guards && at.IsZero() && st.Restriction.Sealed {
		var err error
		if v.Unseen, err = h.s.unseen(ctx, st); err != nil {
			return CaseView{}, err
		}
	}
	if v.Opens == nil {
		v.Opens = []string{}
	}
	last := facts[len(facts)-1]
	v.First, v.Revision, v.Position = facts[0].Position, last.Revision, last.Position
	return v, nil
}

// unseen asks of each account that was admitted whether anybody works under it still.
func (s *Service) unseen(ctx context.Context, st casefile.State) ([]string, error) {
	wall := s.Clock.Wall()
	var fault error
	out := st.Unseen(func(id string) bool {
		a, err := s.accountState(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			fault = err
		}
		return err == nil && !a.Locked && !a.Over(wall)
	})
	return out, fault
}

// fieldsFor are the groups of sealed fields that the caller may open in the case.
func (s *Service) fieldsFor(c Caller, st casefile.State) access.FieldSet {
	v := access.Judge(c.Actor(), access.OpenFields, s.caseFacts(c, st))
	if !v.Allow {
		return 0
	}
	return v.Fields
}

// TimelineView is a case's history.
type TimelineView struct {
	Case     string           `json:"case"`
	Code     string           `json:"code"`
	Entries  []timeline.Entry `json:"entries"`
	Position uint64           `json:"position"`
}

// Timeline returns a case's history up to at. Order is by position; a page may show it by when it happened.
func (s *Service) Timeline(ctx context.Context, c Caller, id string, at At) (TimelineView, error) {
	h, err := s.History(ctx, c, id)
	if err != nil {
		return TimelineView{}, err
	}
	return h.Timeline(ctx, at), nil
}

// First is the moment of the case's first event: the earliest at which it is there.
func (h History) First() At { return At{Position: h.facts[0].Position} }

// Timeline is the history up to at. That it was looked at is recorded.
func (h History) Timeline(ctx context.Context, at At) TimelineView {
	if !h.follows {
		h.s.recordLook(ctx, h.caller, h.id, accesslog.Timeline, 0)
	}
	v := TimelineView{Case: h.id, Code: h.now.Code, Entries: []timeline.Entry{}}
	granted := h.s.fieldsFor(h.caller, h.real)
	for _, f := range h.facts {
		if !at.includes(f) {
			break
		}
		v.Position = f.Position
		before := len(v.Entries)
		if v.Entries = timeline.Apply(v.Entries, f); len(v.Entries) > before {
			v.Entries[before].Opens = h.s.mayRead(h.caller, h.real, f) && len(sealedOfEntry(f, granted)) > 0
		}
	}
	return v
}
