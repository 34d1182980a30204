package handlers

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/projections"
	"mkr/projections/reviews"
)

// BreakGlass is the body of an emergency access: which case, why, for how long, and what must be read.
type BreakGlass struct {
	Code     string       `json:"code" required:"true" label:"case_code" description:"The case's code, as DHF-2026-0031."`
	Reason   GlassReason  `json:"reason" required:"true" label:"coded_reason"`
	Text     person.Plain `json:"text" required:"true" ask:"textarea" label:"glass_text" description:"What is happening; sealed, read by those who review it."`
	Sections []DataClass  `json:"sections" required:"true" description:"What must be read, and no more."`
	Minutes  GlassSpan    `json:"minutes" required:"true"`
}

// GlassSpan is for how many minutes an emergency access runs.
type GlassSpan string

// Enum lists them.
func (GlassSpan) Enum() []any {
	out := make([]any, len(casefile.GlassMinutes))
	for i, m := range casefile.GlassMinutes {
		out[i] = strconv.Itoa(m)
	}
	return out
}

func (g GlassSpan) minutes() int {
	n, err := strconv.Atoi(string(g))
	if err != nil {
		return 0 // the decider refuses it
	}
	return n
}

// EmergencyReceipt says what was opened, and until when.
type EmergencyReceipt struct {
	Receipt
	Until time.Time `json:"until"`
}

// BreakGlass gives the caller emergency access to a case that she has no right to. It is told at once to all who work on
// the case and must be reviewed by somebody else. A case that there is none of by this code and one that she is kept out
// of are the same answer, and the same work.
func (s *Service) BreakGlass(ctx context.Context, c Caller, in BreakGlass, env Envelope) (EmergencyReceipt, error) {
	id, r, err := s.breakGlass(ctx, c, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.BreakGlass), event.StreamName(event.CaseCategory, id), env.Key, err)
		return EmergencyReceipt{}, err
	}
	out := EmergencyReceipt{Receipt: r}
	out.Case, out.Code, out.ID = id, strings.ToUpper(strings.TrimSpace(in.Code)), derive(env.Key, "id").String()
	st, _, err := s.caseState(ctx, id, At{})
	if err != nil {
		return out, err
	}
	g, _ := st.Restriction.Glass(out.ID)
	out.Until = g.Until
	return out, nil
}

func (s *Service) breakGlass(ctx context.Context, c Caller, in BreakGlass, env Envelope) (id string, r Receipt, err error) {
	if err := required(in); err != nil {
		return "", r, err
	}
	in.Code = strings.ToUpper(strings.TrimSpace(in.Code))
	unknown := &InputError{Field: "code", Code: "unknown_case", Text: "no such case"}
	if id, err = s.caseByCode(ctx, in.Code); err != nil {
		return "", r, err
	}
	cases, err := s.decider(ctx)
	if err != nil {
		return "", r, err
	}
	prep := &preparation{Service: s, caller: c, key: env.Key, caseID: id}
	d := s.caseDecision(c, id)
	d.judge = func(st casefile.State) (string, error) {
		if st.Status == casefile.NotOpened {
			return "", unknown
		}
		v := access.Judge(c.Actor(), access.BreakGlass, s.caseFacts(c, st))
		switch {
		case v.Allow:
			return v.Basis, nil
		case v.Code == access.CodeNotForRole:
			return "", &DeniedError{Action: string(access.BreakGlass), Code: v.Code}
		}
		return "", unknown
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		prep.subject, prep.state, prep.err = st.Subject, st, nil
		text := prep.text(ctx, person.FieldNote, in.Text)
		if prep.err != nil {
			return nil, prep.err
		}
		return cases.Decide(st, casefile.BreakGlass{
			Glass: prep.newID(), Reason: string(in.Reason), Text: text, Sections: texts(in.Sections), Minutes: in.Minutes.minutes(),
			Until: s.Clock.Wall().UTC().Add(time.Duration(in.Minutes.minutes()) * time.Minute),
		}, m)
	}
	// Under a role that may not, a code that there is and one that there is not are refused alike: judged before the case.
	if v := access.Judge(c.Actor(), access.BreakGlass, access.Facts{Kind: access.DomesticViolence, Standing: access.None, Status: access.CaseOpen}); !v.Allow {
		return "", r, &DeniedError{Action: string(access.BreakGlass), Code: v.Code}
	}
	if err := s.NeedRaised(ctx, c); err != nil { // before the case too: a code that there is not asks it all the same
		return "", r, err
	}
	r, err = run(ctx, s, c, env.about(string(access.BreakGlass), ""), d)
	return id, r, err
}

// caseByCode is the id of a case, and of a code that there is not the id of no case: what follows is the same for both.
func (s *Service) caseByCode(ctx context.Context, code string) (string, error) {
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Register, Code: code, Sort: projections.ByKey, Limit: 2, NoTotal: true, EvenShut: true})
	if err != nil {
		return "", viewError(err)
	}
	for _, row := range page.Rows {
		if row.Code == code {
			return row.Case, nil
		}
	}
	return NewKey().String(), nil
}

// Reviews lists the emergency accesses that nobody has answered for yet, the oldest first: those to cases that the caller
// guards. A sealed case's is among them, with its code and no more.
func (s *Service) Reviews(ctx context.Context, c Caller, q ListQuery) (List[reviews.Row], error) {
	if v := access.Judge(c.Actor(), access.ViewReviews, access.Facts{}); !v.Allow {
		return List[reviews.Row]{}, &DeniedError{Action: string(access.ViewReviews), Code: v.Code}
	}
	pq, ok := s.scope(c, projections.Query{Topic: projections.Reviews, Kind: q.Kind, Case: q.Case, Sort: projections.ByOldest, After: q.After, Limit: q.Limit})
	if !ok {
		return List[reviews.Row]{Items: []reviews.Row{}, Position: s.Views.Position(projections.Reviews)}, nil
	}
	return rowsOf[reviews.Row](ctx, s, pq)
}
