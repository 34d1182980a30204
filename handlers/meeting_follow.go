package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/projections"
	"mkr/projections/meetings"
)

// A decision stands in two streams: in the meeting's, which decided it, and in the case's, whose plan carries it. No
// append reaches two streams, so the meeting's comes first, and what it decided is pending until the meeting's stream says
// what became of it. Each step has a key that follows from the decision: whoever takes it, however often, on however many
// servers, it is taken once.

// FollowEvery is how often the process looks for decisions that have not reached their cases.
const FollowEvery = time.Second

// FollowMeetings carries decisions into their cases until the context ends: those that a process that ended left behind.
func (s *Service) FollowMeetings(ctx context.Context) error {
	for {
		if err := s.FollowUp(ctx); err != nil && ctx.Err() == nil {
			s.Logger.Error().Err(err).Msg("a meeting's decisions could not be carried into their cases; trying again")
		}
		if err := s.Clock.Sleep(ctx, FollowEvery); err != nil {
			return nil
		}
	}
}

// FollowUp carries every pending decision into its case, and asks for the returns that meetings wait for. One goroutine
// calls it at a time.
func (s *Service) FollowUp(ctx context.Context) error {
	after := ""
	for {
		page, err := s.Views.List(ctx, projections.Query{Topic: projections.Meetings, Stage: meetings.Following, Sort: projections.ByKey, After: after, NoTotal: true})
		if err != nil {
			return viewError(err)
		}
		for _, row := range page.Rows {
			if _, err := s.followMeeting(ctx, row.Key); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	return s.returnsDue(ctx)
}

// follow does at once what a command on a meeting brings about. What fails is left to the process: the command itself is
// stored. The receipt's position is that of the newest event, so that the next page shows all of it.
func (s *Service) follow(ctx context.Context, id string, r Receipt) Receipt {
	position, err := s.followMeeting(ctx, id)
	if err == nil {
		var asked uint64
		asked, err = s.askReturns(ctx, id)
		position = max(position, asked)
	}
	if err != nil && ctx.Err() == nil {
		s.Logger.Error().Err(err).Str("meeting", id).Msg("a decision could not be carried into its case; trying again")
	}
	r.Position = max(r.Position, position)
	return r
}

// followMeeting takes every step that is pending in a meeting.
func (s *Service) followMeeting(ctx context.Context, id string) (position uint64, err error) {
	st, facts, err := s.meetingState(ctx, id)
	if err != nil {
		return 0, err
	}
	for _, d := range st.Pending() {
		at, err := s.carry(ctx, id, d, facts)
		if err != nil {
			return position, err
		}
		position = max(position, at)
	}
	at, err := s.conferred(ctx, st, facts)
	return max(position, at), err
}

// conferred notes in each case that a held meeting came to speak of that it did, once: whether or not it decided anything,
// the team has met about it. It is noted in the name of who closed the meeting.
func (s *Service) conferred(ctx context.Context, st meeting.State, facts []event.Fact) (position uint64, err error) {
	if st.Status != meeting.WasHeld && st.Status != meeting.Signed {
		return 0, nil
	}
	held := slices.IndexFunc(facts, func(f event.Fact) bool { _, is := f.Data.(meeting.Held); return is })
	if held < 0 {
		return 0, nil
	}
	said := facts[held]
	for _, id := range st.Discussed {
		cs, _, err := s.caseState(ctx, id, At{})
		if errors.Is(err, ErrNotFound) || err == nil && (cs.Status != casefile.Open || cs.ConferredBy(st.Meeting)) {
			continue
		}
		if err != nil {
			return position, err
		}
		c := Caller{Account: said.Meta.Actor, Institution: said.Meta.Institution, Role: said.Meta.Role}
		env := Envelope{Key: DeriveKey("conferred", st.Meeting, id), OccurredAt: said.Meta.OccurredAt, Causation: said.ID}
		r, err := s.confer(ctx, c, id, st.Meeting, env)
		if _, err = refusalCode(err); err != nil {
			return position, err
		}
		position = max(position, r.Position)
	}
	return position, nil
}

func (s *Service) confer(ctx context.Context, c Caller, id, meetingID string, env Envelope) (Receipt, error) {
	cases, err := s.decider(ctx)
	if err != nil {
		return Receipt{}, err
	}
	d := s.caseDecision(c, id)
	d.judge = func(st casefile.State) (string, error) {
		v := access.Judge(c.Actor(), access.RecordMeeting, access.Facts{Own: true})
		if !v.Allow {
			return "", &DeniedError{Action: "case.confer", Code: v.Code}
		}
		return v.Basis, nil
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		return cases.Decide(st, casefile.ConferCase{Meeting: meetingID}, m)
	}
	return run(ctx, s, c, env.about("case.confer", ""), d)
}

// carry brings one decision into its case, in the name of who decided, or takes it out again; and notes in the meeting
// what became of it.
func (s *Service) carry(ctx context.Context, id string, d meeting.Decision, facts []event.Fact) (uint64, error) {
	step, name, target, in := meeting.Assigned, "plan.assign", "", Input(&carried{d, id})
	if !d.Stands() {
		step, name, in = meeting.Dropped, "plan.cancel", nil
	}
	said := decidedBy(facts, d, step)
	key, err := uuid.Parse(said.Meta.CommandID)
	if err != nil {
		return 0, err
	}
	cs, _, err := s.caseState(ctx, d.Case, At{})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, err
	}
	action, known := planAction(cs, d, key)
	r, refused := Receipt{}, ""
	switch {
	case step == meeting.Assigned && known, step == meeting.Dropped && (!known || action.Status != casefile.Planned): // it is so already
	default:
		act, _ := ActionNamed(name)
		if in == nil { // a decision that another replaces is dropped under a key of its own: the other has the command's
			in, target, key = act.New(), action.ID, DeriveKey("drop", d.Decision)
		}
		c := Caller{Account: said.Meta.Actor, Institution: said.Meta.Institution, Role: said.Meta.Role}
		r, err = s.Do(ctx, c, d.Case, act, target, in, Envelope{Key: key, OccurredAt: said.Meta.OccurredAt, Causation: said.ID})
		if refused, err = refusalCode(err); err != nil {
			return 0, err
		}
	}
	noted, err := s.meetingRun(ctx, systemCaller, id, "meeting.carry", access.FollowMeeting, Envelope{Key: DeriveKey("carry", d.Decision, step), Causation: said.ID},
		func(st meeting.State, _ event.Moment) ([]event.Data, error) {
			return meeting.Decide(st, meeting.CarryDecision{Decision: d.Decision, Step: step, Refused: refused}, event.Moment{})
		})
	return max(r.Position, noted.Position), err
}

// carried is a meeting's decision as an action of a plan: it has the decision's id, and its sealed words as they are. The
// case takes them because they were filed with the command that both streams name.
type carried struct {
	decision meeting.Decision
	meeting  string
}

func (in *carried) command(context.Context, *preparation) (casefile.Command, error) {
	d := in.decision
	return casefile.AssignAction{Action: d.Decision, What: d.Action, Institution: d.Owner, Due: d.Due, Detail: d.Detail, Meeting: in.meeting}, nil
}

// planAction finds the action that a decision became: it has the decision's id. Before decisions were followed it had
// another that was derived from the same command.
func planAction(cs casefile.State, d meeting.Decision, key uuid.UUID) (casefile.PlanAction, bool) {
	before := derive(derive(key, "plan-action"), "id").String()
	for _, a := range cs.Plan.Actions {
		if a.ID == d.Decision || a.ID == before {
			return a, true
		}
	}
	return casefile.PlanAction{}, false
}

// decidedBy finds the event that asks for a step: who decided it, when, and under which key.
func decidedBy(facts []event.Fact, d meeting.Decision, step string) event.Fact {
	for _, f := range facts {
		switch e := f.Data.(type) {
		case meeting.DecisionRecorded:
			if step == meeting.Assigned && e.Decision == d.Decision {
				return f
			}
		case meeting.DecisionWithdrawn:
			if step == meeting.Dropped && e.Decision == d.Decision {
				return f
			}
		}
	}
	return event.Fact{}
}

// refusalCode is the code of a no that will be the same the next time; any other error is worth another try.
func refusalCode(err error) (string, error) {
	var no *event.Refusal
	var denied *DeniedError
	switch {
	case err == nil:
		return "", nil
	case errors.As(err, &no):
		return no.Code, nil
	case errors.As(err, &denied):
		return denied.Code, nil
	case errors.Is(err, ErrNotFound):
		return casefile.CodeCaseUnknown, nil
	}
	return "", err
}

// MissingMembers are the seats of the meeting's team that nobody present fills.
func (s *Service) MissingMembers(ctx context.Context, st meeting.State) ([]meeting.Gap, error) {
	kinds := map[string]string{}
	for _, id := range append([]string{st.Convener}, invitedOf(st)...) {
		inst, err := s.institutionState(ctx, id)
		if err != nil {
			return nil, err
		}
		kinds[id] = inst.Kind
	}
	return st.Missing(func(id string) string { return kinds[id] }), nil
}

func invitedOf(st meeting.State) []string {
	out := make([]string, len(st.Invited))
	for i, v := range st.Invited {
		out[i] = v.Institution
	}
	return out
}
