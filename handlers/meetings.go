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
	"mkr/domain/person"
	"mkr/projections"
	"mkr/projections/meetings"
)

// Coded inputs of meetings.
type (
	MeetingKind    string
	MeetingPlace   string
	AgendaReason   string
	Attendance     string
	MeetingCancel  string
	PostponeReason string
	WithdrawReason string
)

// Enum lists the values of a coded input.
func (MeetingKind) Enum() []any    { return values(meeting.Kinds) }
func (MeetingPlace) Enum() []any   { return values(meeting.Places) }
func (AgendaReason) Enum() []any   { return values(meeting.AgendaReasons) }
func (Attendance) Enum() []any     { return values(meeting.Attendances) }
func (MeetingCancel) Enum() []any  { return values(meeting.CancelReasons) }
func (PostponeReason) Enum() []any { return values(meeting.PostponeReasons) }
func (WithdrawReason) Enum() []any { return values(meeting.WithdrawReasons) }

// MeetingInput is the body of one thing that can be done to a meeting.
type MeetingInput interface {
	meeting(ctx context.Context, p *preparation) (meeting.Command, error)
}

// Bodies of the technical teams' work.
type (
	// ScheduleMeeting calls a team together: ETN for domestic violence, GTN for children.
	ScheduleMeeting struct {
		Kind    MeetingKind  `json:"kind" required:"true"`
		When    time.Time    `json:"when" required:"true" ask:"datetime"`
		Place   MeetingPlace `json:"place" required:"true"`
		Invited []string     `json:"invited,omitempty" ask:"institutions" description:"Institutions asked to come."`
	}
	// AddToAgenda puts a case on the agenda.
	AddToAgenda struct {
		Case   string       `json:"case" required:"true" ask:"case"`
		Reason AgendaReason `json:"reason" required:"true"`
	}
	// RemoveFromAgenda takes it off.
	RemoveFromAgenda struct {
		Case string `json:"case" required:"true" ask:"agenda_case"`
	}
	// Invite asks an institution to come.
	Invite struct {
		Institution string `json:"institution" required:"true" ask:"institution"`
	}
	// RecordAttendance says whether it came.
	RecordAttendance struct {
		Institution string     `json:"institution" required:"true" ask:"invited"`
		Attendance  Attendance `json:"attendance" required:"true"`
	}
	// RecordDecision gives an institution something to do; it becomes an action of the case's plan with a clock.
	RecordDecision struct {
		Case   string         `json:"case" required:"true" ask:"agenda_case"`
		Action PlanActionCode `json:"action" required:"true"`
		Owner  string         `json:"owner" required:"true" ask:"institution"`
		Due    time.Time      `json:"due" required:"true" ask:"datetime"`
		Detail person.Plain   `json:"detail,omitzero" ask:"textarea"`
		// Replaces is the decision whose place this one takes; it is taken back, in the open.
		Replaces string `json:"replaces,omitempty" ask:"decision" fold:"yes"`
	}
	// CallCase turns the team to a case.
	CallCase struct {
		Timed
		Case string `json:"case" required:"true" ask:"agenda_case"`
	}
	// WithdrawDecision takes a decision back.
	WithdrawDecision struct {
		Decision string         `json:"decision" required:"true" ask:"decision"`
		Reason   WithdrawReason `json:"reason" required:"true"`
	}
	// HoldMeeting closes it: it took place.
	HoldMeeting struct{ Timed }
	// SignMinutes ends the record.
	SignMinutes struct{}
	// CancelMeeting ends one that does not take place.
	CancelMeeting struct {
		Reason MeetingCancel `json:"reason" required:"true"`
	}
	// PostponeMeeting moves it.
	PostponeMeeting struct {
		To     time.Time      `json:"to" required:"true" ask:"datetime"`
		Reason PostponeReason `json:"reason" required:"true"`
	}
)

func (in *AddToAgenda) meeting(ctx context.Context, p *preparation) (meeting.Command, error) {
	st, _, err := p.caseState(ctx, in.Case, At{})
	if err != nil || p.judgeSight(p.caller, st) != nil {
		return nil, &InputError{Field: "case", Code: "unknown_case", Text: "no such case"}
	}
	return meeting.AddToAgenda{Case: in.Case, Reason: string(in.Reason)}, nil
}

func (in *RemoveFromAgenda) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.RemoveFromAgenda{Case: in.Case}, nil
}

func (in *Invite) meeting(ctx context.Context, p *preparation) (meeting.Command, error) {
	_, err := p.institutionFacts(ctx, "institution", in.Institution)
	return meeting.Invite{Institution: in.Institution}, err
}

func (in *RecordAttendance) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.RecordAttendance{Institution: in.Institution, Attendance: string(in.Attendance)}, nil
}

func (in *RecordDecision) meeting(ctx context.Context, p *preparation) (meeting.Command, error) {
	if _, err := p.dutyFacts(ctx, "owner", in.Owner); err != nil {
		return nil, err
	}
	st, _, err := p.caseState(ctx, in.Case, At{})
	if err != nil || p.judgeSight(p.caller, st) != nil {
		return nil, &InputError{Field: "case", Code: "unknown_case", Text: "no such case"}
	}
	p.subject = st.Subject
	cmd := meeting.RecordDecision{Decision: p.newID(), Case: in.Case, Action: string(in.Action), Owner: in.Owner, Due: in.Due.UTC(), Detail: p.text(ctx, person.FieldDecision, in.Detail), Replaces: in.Replaces}
	return cmd, p.err
}

func (in *CallCase) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.CallCase{Case: in.Case}, nil
}

func (in *WithdrawDecision) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.WithdrawDecision{Decision: in.Decision, Reason: string(in.Reason)}, nil
}

func (in *HoldMeeting) meeting(ctx context.Context, p *preparation) (meeting.Command, error) {
	gaps, err := p.MissingMembers(ctx, p.meeting)
	var seats []string
	for _, g := range gaps {
		seats = append(seats, g.Seat)
	}
	return meeting.Hold{Missing: seats}, err
}

func (in *SignMinutes) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.SignMinutes{}, nil
}

func (in *CancelMeeting) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.Cancel{Reason: string(in.Reason)}, nil
}

func (in *PostponeMeeting) meeting(context.Context, *preparation) (meeting.Command, error) {
	return meeting.Postpone{To: in.To.UTC(), Reason: string(in.Reason)}, nil
}

// MeetingAction is one thing that can be done to a meeting, below /api/v1/meetings/{meeting}/.
type MeetingAction struct {
	Name, Path string
	New        func() MeetingInput
}

// policy is what the policy judges: who was there may sign, the rest is the convener's.
func (a MeetingAction) policy() access.Action {
	if a.Name == "meeting.sign_minutes" {
		return access.SignMeeting
	}
	return access.RecordMeeting
}

// MeetingActions is the table of them, in the order in which a page offers them.
var MeetingActions = []MeetingAction{
	{"meeting.add_to_agenda", "agenda", func() MeetingInput { return &AddToAgenda{} }},
	{"meeting.remove_from_agenda", "agenda/remove", func() MeetingInput { return &RemoveFromAgenda{} }},
	{"meeting.invite", "invitations", func() MeetingInput { return &Invite{} }},
	{"meeting.record_attendance", "attendance", func() MeetingInput { return &RecordAttendance{} }},
	{"meeting.call_case", "call", func() MeetingInput { return &CallCase{} }},
	{"meeting.record_decision", "decisions", func() MeetingInput { return &RecordDecision{} }},
	{"meeting.withdraw_decision", "decisions/withdraw", func() MeetingInput { return &WithdrawDecision{} }},
	{"meeting.hold", "hold", func() MeetingInput { return &HoldMeeting{} }},
	{"meeting.sign_minutes", "sign", func() MeetingInput { return &SignMinutes{} }},
	{"meeting.postpone", "postpone", func() MeetingInput { return &PostponeMeeting{} }},
	{"meeting.cancel", "cancel", func() MeetingInput { return &CancelMeeting{} }},
}

// ScheduleMeeting calls a team together, with its first invitations.
func (s *Service) ScheduleMeeting(ctx context.Context, c Caller, in ScheduleMeeting, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	id := derive(env.Key, "id").String()
	p := &preparation{Service: s, caller: c, key: env.Key}
	for _, inst := range in.Invited {
		if _, err := p.institutionFacts(ctx, "invited", inst); err != nil {
			return Receipt{}, err
		}
	}
	return s.meetingRun(ctx, c, id, "meeting.schedule", access.ConveneMeeting, env, func(st meeting.State, m event.Moment) ([]event.Data, error) {
		events, err := meeting.Decide(st, meeting.Schedule{Meeting: id, Kind: string(in.Kind), When: in.When.UTC(), Place: string(in.Place), Convener: c.Institution}, m)
		if err != nil || len(events) == 0 {
			return events, err
		}
		for _, e := range events {
			st = meeting.Evolve(st, e)
		}
		for _, inst := range in.Invited {
			more, err := meeting.Decide(st, meeting.Invite{Institution: inst}, m)
			if err != nil {
				return nil, err
			}
			for _, e := range more {
				st = meeting.Evolve(st, e)
			}
			events = append(events, more...)
		}
		return events, nil
	})
}

// DoMeeting carries out one action on a meeting. What follows from it in the cases is done at once, and by FollowMeetings
// if this process should end before: see meeting_follow.go.
func (s *Service) DoMeeting(ctx context.Context, c Caller, id string, a MeetingAction, in MeetingInput, env Envelope) (Receipt, error) {
	if _, err := uuid.Parse(id); err != nil {
		return Receipt{}, ErrNotFound
	}
	if t, ok := in.(interface{ occurredAt() time.Time }); ok && env.OccurredAt.IsZero() {
		env.OccurredAt = t.occurredAt()
	}
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	p := &preparation{Service: s, caller: c, key: env.Key}
	r, err := s.meetingRun(ctx, c, id, a.Name, a.policy(), env, func(st meeting.State, m event.Moment) ([]event.Data, error) {
		if st.Status == meeting.NotScheduled {
			return nil, ErrNotFound
		}
		if d, ok := in.(*RecordDecision); ok {
			if err := s.mayAssign(ctx, c, d, env); err != nil {
				return nil, err
			}
		}
		p.meeting = st
		cmd, err := in.meeting(ctx, p)
		if err != nil {
			return nil, err
		}
		return meeting.Decide(st, cmd, m)
	})
	if err != nil {
		return r, err
	}
	return s.follow(ctx, id, r), nil
}

// mayAssign tells, before a decision is stored, whether its case would take it as an action: a meeting must not
// decide what then stands in no plan.
func (s *Service) mayAssign(ctx context.Context, c Caller, d *RecordDecision, env Envelope) error {
	st, _, err := s.caseState(ctx, d.Case, At{})
	if err != nil || s.judgeSight(c, st) != nil {
		return &InputError{Field: "case", Code: "unknown_case", Text: "no such case"}
	}
	assign, _ := ActionNamed("plan.assign")
	if _, err := s.judgeAction(c, assign, "", st); err != nil {
		return err
	}
	_, err = s.cases().Decide(st, casefile.AssignAction{Action: derive(env.Key, "trial").String(), What: string(d.Action), Institution: d.Owner, Due: d.Due.UTC()}, s.moment(c, env))
	return err
}

func (s *Service) meetingRun(ctx context.Context, c Caller, id, name string, action access.Action, env Envelope, decide func(meeting.State, event.Moment) ([]event.Data, error)) (Receipt, error) {
	stream := event.StreamName(event.MeetingCategory, id)
	v := access.Judge(c.Actor(), action, access.Facts{Own: true})
	r, err := Receipt{}, error(&DeniedError{Action: name, Code: v.Code})
	if v.Allow {
		r, err = run(ctx, s, c, env.about(name, ""), decision[meeting.State]{
			stream: stream, evolve: meeting.Evolve, decide: decide,
			judge: func(st meeting.State) (string, error) { return judgeMeeting(c, action, name, st) },
		})
	}
	if err != nil {
		s.recordRefusal(ctx, c, name, stream, env.Key, err)
	}
	r.ID = id
	return r, err
}

// judgeMeeting asks the policy about an action on a meeting. One that the caller may not see answers as one that does not
// exist.
func judgeMeeting(c Caller, action access.Action, name string, st meeting.State) (string, error) {
	_, invited := st.Attendance(c.Institution)
	own := access.Facts{Own: invited || st.Convener == c.Institution}
	v := access.Judge(c.Actor(), action, own)
	if action == access.RecordMeeting {
		v = keepsMeeting(c, st)
	}
	switch {
	case st.Status == meeting.NotScheduled && action != access.ConveneMeeting:
		return "", ErrNotFound
	case v.Allow:
		return v.Basis, nil
	case !access.Judge(c.Actor(), access.ViewMeeting, own).Allow:
		return "", ErrNotFound
	}
	return "", &DeniedError{Action: name, Code: v.Code}
}

// keepsMeeting judges who keeps a meeting: whoever called it. Another coordinator may be invited, and no more.
func keepsMeeting(c Caller, st meeting.State) access.Verdict {
	return access.Judge(c.Actor(), access.RecordMeeting, access.Facts{Own: st.Convener == c.Institution})
}

// KeepsMeeting tells whether the caller keeps a meeting, so that a page offers it.
func KeepsMeeting(c Caller, st meeting.State) bool { return keepsMeeting(c, st).Allow }

// Meetings lists the meetings that the caller may see, newest first.
func (s *Service) Meetings(ctx context.Context, c Caller, q ListQuery) (List[meetings.Row], error) {
	pq := projections.Query{Topic: projections.Meetings, Kind: q.Kind, Status: q.Status, Sort: projections.ByNewest, After: q.After, Limit: q.Limit}
	if !access.Judge(c.Actor(), access.ViewMeeting, access.Facts{}).Allow {
		if v := access.Judge(c.Actor(), access.ViewMeeting, access.Facts{Own: true}); !v.Allow {
			return List[meetings.Row]{}, &DeniedError{Action: string(access.ViewMeeting), Code: v.Code}
		}
		pq.Visible = c.Institution
	}
	return rowsOf[meetings.Row](ctx, s, pq)
}

// speaksOf tells whether a meeting that was not cancelled has the case on its agenda.
func speaksOf(st meeting.State, caseID string) bool {
	return st.Status != meeting.WasCancelled && st.OnAgenda(caseID)
}

// MeetingsOn lists those of the newest meetings that the caller may see which have a case on their agenda.
func (s *Service) MeetingsOn(ctx context.Context, c Caller, caseID string) ([]meetings.Row, error) {
	list, err := s.Meetings(ctx, c, ListQuery{Limit: projections.MaxLimit})
	if err != nil {
		return nil, err
	}
	var fault error
	return slices.DeleteFunc(list.Items, func(m meetings.Row) bool {
		doc, _, err := projections.Doc[meetings.Doc](ctx, s.Views, meetings.View, m.Meeting)
		if err != nil {
			fault = viewError(err)
		}
		return err != nil || !speaksOf(doc.State, caseID)
	}), fault
}

// MeetingView is a meeting as the caller may see it.
type MeetingView struct {
	meeting.State
	Changes  int // events so far
	Position uint64
	Hidden   bool // she may not see some of the agenda's cases; how many is not told
}

// Meeting returns one meeting as it stands, or ErrNotFound. Of its agenda the caller sees the cases that she may see, and
// of its decisions those about them: who is invited has not thereby a part in every case.
func (s *Service) Meeting(ctx context.Context, c Caller, id string) (MeetingView, error) {
	var v MeetingView
	st, facts, err := s.meetingState(ctx, id)
	if err != nil {
		return v, err
	}
	if _, err := judgeMeeting(c, access.ViewMeeting, string(access.ViewMeeting), st); st.Status == meeting.NotScheduled || err != nil {
		return v, ErrNotFound
	}
	hidden := map[string]bool{}
	for _, i := range st.Agenda {
		cs, _, err := s.caseState(ctx, i.Case, At{})
		if err != nil && !errors.Is(err, ErrNotFound) {
			return v, err
		}
		hidden[i.Case] = err != nil || s.judgeSight(c, cs) != nil
	}
	v.State, v.Changes, v.Position = st, len(facts), facts[len(facts)-1].Position
	v.Agenda = slices.DeleteFunc(slices.Clone(st.Agenda), func(i meeting.Item) bool { return hidden[i.Case] })
	v.Decisions = slices.DeleteFunc(slices.Clone(st.Decisions), func(d meeting.Decision) bool { return hidden[d.Case] })
	v.Discussed = slices.DeleteFunc(slices.Clone(st.Discussed), func(id string) bool { return hidden[id] })
	if hidden[st.Now] {
		v.Now = ""
	}
	v.Hidden = len(v.Agenda) < len(st.Agenda)
	return v, nil
}

// meetingState folds a meeting's stream.
func (s *Service) meetingState(ctx context.Context, id string) (st meeting.State, facts []event.Fact, err error) {
	if _, err := uuid.Parse(id); err != nil {
		return st, nil, ErrNotFound
	}
	facts, err = s.facts(ctx, event.StreamName(event.MeetingCategory, id))
	if err != nil {
		return st, nil, err
	}
	for _, f := range facts {
		st = meeting.Evolve(st, f.Data)
	}
	if st.Status == meeting.NotScheduled {
		return st, nil, ErrNotFound
	}
	return st, facts, nil
}

// rowsOf reads one page of a topic whose right was judged.
func rowsOf[T any](ctx context.Context, s *Service, q projections.Query) (List[T], error) {
	page, err := s.Views.List(ctx, q)
	if err != nil {
		return List[T]{}, viewError(err)
	}
	return itemsOf[T](page)
}

// itemsOf reads the rows of a page.
func itemsOf[T any](page projections.Page) (List[T], error) {
	out := List[T]{Items: make([]T, 0, len(page.Rows)), Next: page.Next, Total: page.Total, Position: page.Position}
	for _, r := range page.Rows {
		item, err := projections.As[T](r)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
