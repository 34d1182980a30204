package handlers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/sentinel"
	"mkr/projections"
	"mkr/projections/flags"
)

// FlagOutcome is what a flag turned out to be, or what was done about it.
type FlagOutcome string

// Enum lists the values of a coded input.
func (FlagOutcome) Enum() []any { return values(sentinel.Outcomes) }

// AnswerFlag answers for what the access sentinel found.
type AnswerFlag struct {
	Outcome FlagOutcome  `json:"outcome" required:"true" label:"flag_outcome"`
	Text    person.Plain `json:"text" required:"true" ask:"textarea" label:"flag_text" description:"What was found out; sealed, read by those who answer flags."`
}

// Flag is one thing that the access sentinel found, as those who answer for it see it: who is flagged by the name of a member
// of staff, and never what was read.
type Flag struct {
	Flag        string    `json:"flag"`
	Rule        string    `json:"rule"`
	Version     int       `json:"version"`
	Status      string    `json:"status"`
	Rung        int       `json:"rung"` // how often it climbed because nobody answered
	Account     string    `json:"account"`
	Name        string    `json:"name,omitempty"`
	Institution string    `json:"institution,omitempty"`
	Role        string    `json:"role"`
	Case        string    `json:"case,omitempty"`
	Code        string    `json:"code,omitempty"`
	Kind        string    `json:"kind,omitempty"`
	At          time.Time `json:"at"`
	Counted     int       `json:"counted,omitempty"`
	Limit       int       `json:"limit,omitempty"`
	Minutes     int       `json:"minutes,omitempty"`
	DueAt       time.Time `json:"due_at"`
	Outcome     string    `json:"outcome,omitempty"`
	AnsweredBy  string    `json:"answered_by,omitempty"` // institution
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
}

// FlagView is one flag with what was answered.
type FlagView struct {
	Flag
	Text     string `json:"text,omitempty"`
	Position uint64 `json:"position"`
}

// FlagRules are the rules by which flags are raised.
type FlagRules struct {
	Rules sentinel.Rules `json:"rules"`
}

// flagsAPage is how many flags of a list are looked through at once, and how many of those that were answered a page has where its
// reader does not say.
const flagsAPage = 200

// answersFlags tells whether the caller may answer for flags of a kind: of a case, of one kind of case and led by an
// institution; of no case, of all of them.
func answersFlags(c Caller, kind, lead string) bool {
	own := kind == "" && c.Role == access.Coordinator // who runs the mechanism answers for what is of no single case
	if kind != "" {
		standing := access.None
		if lead != "" && lead == c.Institution {
			standing = access.Lead
		}
		own = c.Role != access.Auditor && access.Judge(c.Actor(), access.ReviewGlass, access.Facts{Kind: kind, Standing: standing, Status: access.CaseOpen}).Allow
	}
	return access.Judge(c.Actor(), access.AnswerFlags, access.Facts{Own: own}).Allow
}

// mayAnswerFlags refuses whoever answers for no flag at all.
func (s *Service) mayAnswerFlags(ctx context.Context, c Caller) error {
	v := access.Judge(c.Actor(), access.AnswerFlags, access.Facts{Own: true})
	if v.Allow {
		return nil
	}
	err := &DeniedError{Action: string(access.AnswerFlags), Code: v.Code}
	s.recordRefusal(ctx, c, string(access.AnswerFlags), "", NewKey(), err)
	return err
}

// flagFor is a flag as the caller sees it; one that is raised on herself, one in a case that she is kept out of and one that is
// not hers to answer are not there.
func (s *Service) flagFor(ctx context.Context, c Caller, st sentinel.State) (Flag, error) {
	if st.Flag == "" || st.Account == c.Account || !answersFlags(c, st.Kind, st.Lead) {
		return Flag{}, ErrNotFound
	}
	f := Flag{
		Flag: st.Flag, Rule: st.Rule, Version: st.Version, Status: flags.StatusOf(st), Rung: st.Rung, Account: st.Account, Institution: st.Institution, Role: st.Role,
		Case: st.Case, Kind: st.Kind, At: st.At, Counted: st.Counted, Limit: st.Limit, Minutes: st.Minutes, DueAt: st.DueAt,
	}
	if a := st.Answer; a != nil {
		f.Outcome, f.AnsweredBy, f.AnsweredAt = a.Outcome, a.By, a.At
	}
	if st.Case != "" {
		of, _, err := s.caseState(ctx, st.Case, At{})
		if err != nil {
			return f, err
		}
		if of.Restriction.IsExcluded(c.Account) {
			return Flag{}, ErrNotFound
		}
		f.Code = of.Code
	}
	var err error
	if f.Name, err = s.nameOf(ctx, st.Account); errors.Is(err, ErrNotFound) {
		err = nil
	}
	return f, err
}

// flagNow is flagFor of a flag by its id.
func (s *Service) flagNow(ctx context.Context, c Caller, id string) (Flag, error) {
	st, err := s.flagState(ctx, id)
	if err != nil {
		return Flag{}, err
	}
	return s.flagFor(ctx, c, st)
}

// Flags lists what the access sentinel found: what waits for an answer, the most overdue first, then what was answered, the
// newest first. A status asks for one of the three. All that waits is on the first page; what was answered comes by the page. That one
// asked is on record.
func (s *Service) Flags(ctx context.Context, c Caller, q ListQuery) (List[Flag], error) {
	out := List[Flag]{Items: []Flag{}, Position: s.Views.Position(projections.Flags)}
	if err := s.mayAnswerFlags(ctx, c); err != nil {
		return out, err
	}
	s.recordLook(ctx, c, "", accesslog.Flags, 0)
	for _, status := range []string{flags.Overdue, flags.Open, flags.Answered} {
		after, most := "", 0
		if status == flags.Answered {
			after, most = q.After, cmp.Or(q.Limit, flagsAPage)
		} else if q.After != "" {
			continue
		}
		if q.Status != "" && q.Status != status {
			continue
		}
		items, next, err := s.flagsOf(ctx, c, status, after, most)
		if err != nil {
			return out, err
		}
		out.Items, out.Next = append(out.Items, items...), next
	}
	rank := []string{flags.Overdue, flags.Open, flags.Answered}
	slices.SortStableFunc(out.Items, func(a, b Flag) int {
		if d := slices.Index(rank, a.Status) - slices.Index(rank, b.Status); d != 0 || a.Status == flags.Answered {
			return d
		}
		return a.DueAt.Compare(b.DueAt)
	})
	out.Total = len(out.Items)
	return out, nil
}

// flagsOf are the caller's flags of a status behind a place: all of them, or the first and where the next begin. The place is that of a
// flag that she was shown, and a page is as long as it was asked for: neither tells of those that are not there for her.
func (s *Service) flagsOf(ctx context.Context, c Caller, status, after string, most int) (items []Flag, next string, err error) {
	ask := projections.Query{Topic: projections.Flags, Status: status, Sort: projections.ByNewest, After: after, Limit: flagsAPage, NoTotal: true, Account: c.Account}
	var last projections.Row
	for {
		page, err := s.Views.List(ctx, ask)
		if err != nil {
			return nil, "", viewError(err)
		}
		for _, row := range page.Rows {
			f, err := s.flagNow(ctx, c, row.Key)
			if errors.Is(err, ErrNotFound) || err == nil && f.Status != status { // answered since the view
				continue
			}
			if err != nil {
				return nil, "", err
			}
			if most > 0 && len(items) == most {
				next, err = ask.Behind(last)
				return items, next, err
			}
			items, last = append(items, f), row
		}
		if ask.After = page.Next; ask.After == "" {
			return items, "", nil
		}
	}
}

// FlagsWaiting counts the flags that wait for the caller, and those of them that are overdue. It is no look at any of them.
func (s *Service) FlagsWaiting(ctx context.Context, c Caller) (waiting, overdue int, err error) {
	for _, status := range []string{flags.Overdue, flags.Open} {
		n, err := s.countFlags(ctx, c, status)
		if err != nil {
			return 0, 0, err
		}
		waiting += n
		if status == flags.Overdue {
			overdue = n
		}
	}
	return waiting, overdue, nil
}

func (s *Service) countFlags(ctx context.Context, c Caller, status string) (n int, err error) {
	ask := projections.Query{Topic: projections.Flags, Status: status, Sort: projections.ByNewest, Limit: flagsAPage, NoTotal: true, Account: c.Account}
	for {
		page, err := s.Views.List(ctx, ask)
		if err != nil {
			return 0, viewError(err)
		}
		for _, row := range page.Rows {
			lead := ""
			if len(row.Parties) > 0 {
				lead = row.Parties[0]
			}
			if !answersFlags(c, row.Kind, lead) {
				continue
			}
			// The row names no case: of one that she is kept out of, a number would tell her as much as the list.
			switch _, err := s.flagNow(ctx, c, row.Key); {
			case err == nil:
				n++
			case !errors.Is(err, ErrNotFound):
				return 0, err
			}
		}
		if ask.After = page.Next; ask.After == "" {
			return n, nil
		}
	}
}

// Flag is one flag, with the text of its answer; reading that is recorded first.
func (s *Service) Flag(ctx context.Context, c Caller, id string) (FlagView, error) {
	out := FlagView{Position: s.Views.Position(projections.Flags)}
	if err := s.mayAnswerFlags(ctx, c); err != nil {
		return out, err
	}
	st, err := s.flagState(ctx, id)
	if err != nil {
		return out, err
	}
	if out.Flag, err = s.flagFor(ctx, c, st); err != nil {
		s.recordRefusal(ctx, c, string(access.AnswerFlags), event.StreamName(event.FlagCategory, id), NewKey(), err)
		return out, err
	}
	if st.Answer == nil {
		s.recordLook(ctx, c, "", accesslog.Flags, 0)
		return out, nil
	}
	if err := s.recordAccess(ctx, c, accesslog.Opened{Case: st.Case, Entries: []string{id}, Fields: []string{st.Answer.Text.Field}}); err != nil {
		return out, err
	}
	out.Text, err = s.openName(ctx, st.Answer.Text)
	return out, err
}

// AnswerFlag answers for a flag, by anybody who answers flags but the one who is flagged: to her it is not there.
func (s *Service) AnswerFlag(ctx context.Context, c Caller, id string, in AnswerFlag, env Envelope) (Receipt, error) {
	r, err := s.answerFlag(ctx, c, id, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.AnswerFlags), event.StreamName(event.FlagCategory, id), env.Key, err)
		return r, err
	}
	r.ID = id
	return r, nil
}

func (s *Service) answerFlag(ctx context.Context, c Caller, id string, in AnswerFlag, env Envelope) (Receipt, error) {
	if v := access.Judge(c.Actor(), access.AnswerFlags, access.Facts{Own: true}); !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.AnswerFlags), Code: v.Code}
	}
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	st, err := s.flagState(ctx, id)
	if err != nil {
		return Receipt{}, err
	}
	if _, err := s.flagFor(ctx, c, st); err != nil {
		return Receipt{}, err
	}
	text, err := person.CheckText("text", in.Text, true)
	if err != nil {
		return Receipt{}, err
	}
	return run(ctx, s, c, env.about(string(access.AnswerFlags), id), decision[sentinel.State]{
		stream: event.StreamName(event.FlagCategory, id), evolve: sentinel.Evolve,
		judge: func(st sentinel.State) (string, error) {
			v := access.Judge(c.Actor(), access.AnswerFlags, access.Facts{Own: true})
			return v.Basis, v.Refusal()
		},
		decide: func(st sentinel.State, m event.Moment) ([]event.Data, error) {
			sealed, err := s.seal(ctx, st.Account, env.Key, person.FieldReason, text)
			if err != nil {
				return nil, err
			}
			return sentinel.Decide(st, sentinel.Answer{Outcome: string(in.Outcome), Text: sealed}, m)
		},
	})
}

// FlagRules are the rules with their thresholds, for those who answer for what they find.
func (s *Service) FlagRules(ctx context.Context, c Caller) (FlagRules, error) {
	if err := s.mayAnswerFlags(ctx, c); err != nil {
		return FlagRules{}, err
	}
	return FlagRules{Rules: slices.Clone(s.Sentinel)}, nil
}
