package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/account"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/accounts"
	"mkr/projections/casework"
	"mkr/projections/looks"
)

// SeenAs is what an account could see at a moment of the history, and what it had opened by then.
type SeenAs struct {
	Moment
	Account     string
	Name        string // of the member of staff, today
	Institution string // then
	Role        string
	Locked      bool       // or its time was over
	Roles       []RoleLine // that were granted to it beside its own, and in force then
	Since       time.Time  // from when its looks are listed
	Cases       []SeenCase
	Refused     []looks.Row // looks and deeds that it was refused
}

// SeenCase is a case that the account could see then.
type SeenCase struct {
	Case, Code, Kind string
	Institution      string // as whom it could see it: its own role, or one that was granted to it
	Role             string
	Standing         string   // what its institution was to the case
	Basis            string   // why the policy let it
	Fields           []string // groups of sealed fields that it could open
	Sealed           bool     // the case was sealed, and the account named in the seal
	Emergency        []string // groups that it held open by emergency access
	Covers           []string // groups that a consent covered for its institution
	Looks            []looks.Row
}

// lookbackOfSeenAs is how far back looks are listed.
const lookbackOfSeenAs = 30 * 24 * time.Hour

// SeenAs replays roles, parts, grants, seals, exclusions, consents and the record of looks together, by the policy that
// decides today, for auditors. What the auditor herself may not see today is not in it. That she asked is on record before she
// gets the answer.
func (s *Service) SeenAs(ctx context.Context, c Caller, id string, at At) (SeenAs, error) {
	if err := s.mayAudit(ctx, c, event.StreamName(event.AccountCategory, id)); err != nil {
		return SeenAs{}, err
	}
	m, err := s.Moment(ctx, at)
	if err != nil {
		return SeenAs{}, err
	}
	from := projections.Source{Log: s.Log, Registry: s.Registry}
	who, err := projections.PastDoc[account.State](ctx, s.Views, from, accounts.View, id, m.Position)
	if err != nil || who.Account == "" {
		return SeenAs{}, ErrNotFound
	}
	out := SeenAs{Moment: m, Account: id, Institution: who.Institution, Role: who.Role, Locked: who.Locked || who.Over(m.Time), Since: m.Time.Add(-lookbackOfSeenAs)}
	for _, r := range roleLines(who, "", m.Time) {
		if r.InForce {
			out.Roles = append(out.Roles, r)
		}
	}
	if out.Name, err = s.nameOf(ctx, id); err != nil && !errors.Is(err, ErrNotFound) {
		return out, err
	}
	if err := s.recordAccess(ctx, c, accesslog.Reconstructed{Account: id, Position: m.Position}); err != nil {
		return out, err
	}
	looked, err := s.looksOf(ctx, out)
	if err != nil {
		return out, err
	}
	if err := s.seenCases(ctx, c, &out, looked); err != nil {
		return out, err
	}
	return out, nil
}

// looksOf are the account's looks in the time that is listed, by case; those that were refused stand under no case.
func (s *Service) looksOf(ctx context.Context, of SeenAs) (map[string][]looks.Row, error) {
	out := map[string][]looks.Row{}
	q := projections.Query{Topic: projections.Looks, Sort: projections.ByNewest, Limit: projections.MaxLimit, NoTotal: true, EvenShut: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return nil, viewError(err)
		}
		for _, r := range page.Rows {
			if r.SortAt.Before(of.Since) {
				return out, nil
			}
			if r.Position > of.Position {
				continue
			}
			look, err := projections.As[looks.Row](r)
			if err != nil {
				return nil, err
			}
			if look.Account == of.Account {
				out[look.Case] = append(out[look.Case], look)
			}
		}
		if q.After = page.Next; q.After == "" {
			return out, nil
		}
	}
}

func (s *Service) seenCases(ctx context.Context, c Caller, out *SeenAs, looked map[string][]looks.Row) error {
	past, err := s.Views.Past(ctx, projections.Source{Log: s.Log, Registry: s.Registry}, out.Position, projections.Register)
	if err != nil {
		return viewError(err)
	}
	mine, err := s.sightNow(ctx, c)
	if err != nil {
		return err
	}
	then := []Caller{{Account: out.Account, Institution: out.Institution, Role: out.Role}}
	for _, r := range out.Roles {
		then = append(then, Caller{Account: out.Account, Institution: r.Institution, Role: r.Role})
	}
	for _, row := range past.Rows(projections.Register) {
		if !mine(row) {
			continue
		}
		var refused []looks.Row
		for _, l := range looked[row.Case] {
			if l.What == looks.Refused {
				refused = append(refused, l)
			}
		}
		out.Refused = append(out.Refused, refused...)
		doc, err := projections.DocumentThen[casework.Doc](ctx, past, casework.View, row.Case)
		if err != nil {
			return viewError(err)
		}
		seen := slices.DeleteFunc(slices.Clone(looked[row.Case]), func(l looks.Row) bool { return l.What == looks.Refused })
		sc, could := seenCase(then, doc.State, out.Time)
		if out.Locked || !could && len(seen) == 0 {
			continue
		}
		sc.Case, sc.Code, sc.Kind, sc.Looks = row.Case, row.Code, row.Kind, seen
		out.Cases = append(out.Cases, sc)
	}
	// What it looked at most stands first; of those alike, by their code: asked for again it is the same answer.
	slices.SortFunc(out.Cases, func(a, b SeenCase) int {
		return cmp.Or(cmp.Compare(len(b.Looks), len(a.Looks)), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Case, b.Case))
	})
	return nil
}

// seenCase is what the account's roles show of a case: the first that shows any of it says why, and all of them what opens. If none
// does, it is what the account's own role is to the case.
func seenCase(roles []Caller, st casefile.State, at time.Time) (out SeenCase, could bool) {
	var opens access.FieldSet
	for i, c := range roles {
		facts := caseFactsAt(c, st, at, at)
		verdict := access.Judge(c.Actor(), access.ViewCase, facts)
		opens |= access.Judge(c.Actor(), access.OpenFields, facts).Fields
		if i > 0 && (could || !verdict.Allow) {
			continue
		}
		could = verdict.Allow
		out = SeenCase{
			Institution: c.Institution, Role: c.Role, Standing: string(facts.Standing), Basis: verdict.Basis,
			Sealed: facts.Sealed, Emergency: facts.Glass.Names(), Covers: facts.Covers.Names(),
		}
	}
	out.Fields = opens.Names()
	return out, could
}
