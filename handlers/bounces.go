package handlers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/projections"
	"mkr/projections/asks"
	directoryview "mkr/projections/directory"
)

// BouncesView is where referrals get stuck, as it was known at a moment.
type BouncesView struct {
	Since    time.Time     `json:"since"` // asks sent before are left out
	Items    []asks.Stands `json:"items"` // those that were asked, who says no most often first
	Position uint64        `json:"position"`
}

// remembers is how far back the memory of answers goes: what an institution did years ago says little of it now.
const remembers = 365 * day

// Bounces counts how every institution answered, service by service, now or as it was known at an earlier moment.
func (s *Service) Bounces(ctx context.Context, c Caller, at At) (BouncesView, error) {
	v := BouncesView{}
	if verdict := access.Judge(c.Actor(), access.ViewBounces, access.Facts{}); !verdict.Allow {
		return v, &DeniedError{Action: string(access.ViewBounces), Code: verdict.Code}
	}
	v.Since = s.since(at)
	list, position, err := s.asked(ctx, v.Since)
	if err != nil {
		return v, err
	}
	v.Position = position
	v.Items = asks.Tell(list, v.Since, asks.At(at))
	slices.SortStableFunc(v.Items, func(a, b asks.Stands) int { return cmp.Compare(b.Stuck(), a.Stuck()) })
	return v, nil
}

func (s *Service) since(at At) time.Time {
	until := at.Time
	if until.IsZero() {
		until = s.Clock.Now()
	}
	return until.UTC().Add(-remembers)
}

// asked reads every ask that changed since. The rows are the senders' own (outbox); nothing of a case is looked at.
func (s *Service) asked(ctx context.Context, since time.Time) (list []asks.Ask, position uint64, err error) {
	q := projections.Query{Topic: projections.Outbox, Sort: projections.ByNewest, Limit: projections.MaxLimit, NoTotal: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return nil, 0, viewError(err)
		}
		if q.After == "" {
			position = page.Position
		}
		for _, r := range page.Rows {
			if r.SortAt.Before(since) {
				return list, position, nil
			}
			item, err := projections.As[struct {
				Asks []asks.Ask `json:"asks"`
			}](r)
			if err != nil {
				return nil, 0, err
			}
			list = append(list, item.Asks...)
		}
		if q.After = page.Next; q.After == "" {
			return list, position, nil
		}
	}
}

// Advice is what a sender should know of one institution before asking it for a service.
type Advice struct {
	Institution string    `json:"institution"`
	Last        []string  `json:"last"`              // how it answered last, the newest first
	Minutes     *int      `json:"minutes,omitempty"` // to its answer, on average
	Asked       int       `json:"asked"`
	Accepted    int       `json:"accepted"`
	Places      bool      `json:"places"` // it counts its places
	Free        int       `json:"free"`
	CountedAt   time.Time `json:"counted_at,omitzero"`
	AssuredAt   time.Time `json:"assured_at,omitzero"` // when somebody last made sure that it offers the service
}

// likely is where yes is likelier: who has room, then who said yes more often of late, then who answers sooner.
func (a Advice) likely(b Advice) int {
	full := func(x Advice) int {
		if x.Places && x.Free == 0 {
			return 1
		}
		return 0
	}
	yes := func(x Advice) int { // of the last few, out of a hundred; who was never asked stands in the middle
		if len(x.Last) == 0 {
			return 50
		}
		n := 0
		for _, o := range x.Last {
			if o == asks.Accepted {
				n++
			}
		}
		return 100 * n / len(x.Last)
	}
	soon := func(x Advice) int {
		if x.Minutes == nil {
			return 1 << 30
		}
		return *x.Minutes
	}
	return cmp.Or(cmp.Compare(full(a), full(b)), cmp.Compare(yes(b), yes(a)), cmp.Compare(soon(a), soon(b)), cmp.Compare(a.Institution, b.Institution))
}

// Advise tells of every institution that offers a service how it answered, the likeliest yes first. Of a past moment it
// tells what was known of the answers then; places are told only of now.
func (s *Service) Advise(ctx context.Context, c Caller, service string, at At) (List[Advice], error) {
	out := List[Advice]{Items: []Advice{}}
	if v := access.Judge(c.Actor(), access.ViewInbox, access.Facts{}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewInbox), Code: v.Code}
	}
	houses, err := s.Institutions(ctx)
	if err != nil {
		return out, err
	}
	since := s.since(at)
	list, position, err := s.asked(ctx, since)
	if err != nil {
		return out, err
	}
	list = slices.DeleteFunc(list, func(a asks.Ask) bool { return a.Service != service })
	told := map[string]asks.Stands{}
	for _, k := range asks.Tell(list, since, asks.At(at)) {
		told[k.Institution] = k
	}
	for _, i := range houses.Items {
		n := slices.IndexFunc(i.Services, func(o directoryview.Service) bool { return o.Service == service })
		if n < 0 || i.Suspended || i.Institution == c.Institution {
			continue
		}
		offered, known := i.Services[n], told[i.Institution]
		a := Advice{Institution: i.Institution, Last: known.Last, Minutes: known.Minutes, Asked: known.Asked, Accepted: known.Accepted, AssuredAt: offered.AssuredAt}
		if a.Last == nil {
			a.Last = []string{}
		}
		if at.IsZero() && offered.Capacity {
			a.Places, a.Free, a.CountedAt = true, offered.Available, offered.ReportedAt
		}
		out.Items = append(out.Items, a)
	}
	slices.SortFunc(out.Items, Advice.likely)
	out.Total, out.Position = len(out.Items), position
	return out, nil
}
