package pages

import (
	"context"
	"net/http"
	"time"

	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/asks"
)

// bouncesPage is where referrals get stuck, now or as it was known on the evening of a day.
type bouncesPage struct {
	handlers.BouncesView
	Day   string // as it was asked for; "" for now
	Wrong bool   // the day cannot be read
	Stand stand
}

// bounces shows how every institution answered, service by service.
func (p *Pages) bounces(w http.ResponseWriter, r *http.Request, v view) error {
	b := bouncesPage{Day: r.URL.Query().Get("at")}
	var at handlers.At
	if b.Day != "" {
		var code string
		if at.Time, code = v.instant(b.Day, true); code != "" {
			at.Time, b.Wrong = time.Time{}, true
		}
	}
	var err error
	if b.BouncesView, err = p.Service.Bounces(r.Context(), v.Caller, at); err != nil {
		return err
	}
	b.Stand = stand{Position: b.Position, Topics: []string{projections.Board}, Still: !at.IsZero()}
	if r.URL.Query().Has("part") {
		return p.render(w, r, http.StatusOK, bouncesPart(v, b))
	}
	return p.render(w, r, http.StatusOK, bouncesView(v, b))
}

// partURL is where what the page shows now is fetched anew; the past does not move.
func (b bouncesPage) partURL() string {
	if b.Stand.Still {
		return ""
	}
	return "/bounces?part=1"
}

// span says how long an answer took on average.
func (v view) span(minutes *int) string {
	if minutes == nil {
		return v.T("bounces.no_answer")
	}
	return v.Span(time.Duration(*minutes) * time.Minute)
}

// adviceOn is what a sender should know before asking: of the service that a form names, how each institution answered.
func (p *Pages) adviceOn(ctx context.Context, v view, service string) []handlers.Advice {
	if service == "" {
		return nil
	}
	list, err := p.Service.Advise(ctx, v.Caller, service, handlers.At{})
	if err != nil { // a form without advice is still a form
		p.Logger.Error().Err(err).Msg("the advice on a service could not be read")
		return nil
	}
	return list.Items
}

// bad are the answers that help nobody, with the words that count them.
var bad = []struct{ outcome, words string }{
	{asks.NoRoom, "advice.no_room"}, {asks.Declined, "advice.declined"}, {asks.Unavailable, "advice.unavailable"}, {asks.Silent, "advice.silent"},
}

// advice says in one line how an institution answered the last few times, and what room it has.
func (v view) advice(a handlers.Advice) []string {
	var out []string
	if n := len(a.Last); n > 0 {
		count := map[string]int{}
		for _, o := range a.Last {
			count[o]++
		}
		for _, o := range bad {
			if count[o.outcome] > 0 {
				out = append(out, v.T(o.words, "n", v.Number(count[o.outcome]), "of", v.Number(n)))
			}
		}
		if len(out) == 0 {
			out = append(out, v.T("advice.accepted", "n", v.Number(count[asks.Accepted]), "of", v.Number(n)))
		}
		if a.Minutes != nil {
			out = append(out, v.T("advice.answers_in", "span", v.span(a.Minutes)))
		}
	} else {
		out = append(out, v.T("advice.never_asked"))
	}
	if a.Places {
		out = append(out, v.T("advice.places", "n", v.Number(a.Free), "when", v.DateTime(a.CountedAt)))
	}
	return out
}
