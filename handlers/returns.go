package handlers

import (
	"context"
	"slices"
	"strconv"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/projections"
)

// ReturnFinding is what an institution knows.
type ReturnFinding string

// Enum lists its values.
func (ReturnFinding) Enum() []any { return values(casefile.ReturnFindings) }

// FileReturn is what an institution says about a case before a meeting.
type FileReturn struct {
	Timed
	Finding   ReturnFinding    `json:"finding" required:"true" label:"return_finding"`
	Text      person.Plain     `json:"text,omitzero" ask:"textarea" label:"return_text" description:"Sealed. Required unless nothing is known."`
	Proposals []PlanActionCode `json:"proposals,omitempty"`
}

func (in *FileReturn) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.FileReturn{Return: p.target, Finding: string(in.Finding), Proposals: texts(in.Proposals), Text: p.text(ctx, person.FieldFindings, in.Text)}, nil
}

var returnActions = []CaseAction{
	{"return.file", "returns/{id}/file", casefile.TargetReturn, one(access.FileReturn), func() Input { return &FileReturn{} }, func(p probe) casefile.Command {
		return casefile.FileReturn{Return: p.target, Finding: casefile.ReturnFindings[3], Text: probeText}
	}},
}

// returnID names what an institution is asked about a case before a meeting, the same on every server.
func returnID(meetingID, caseID, institution string) string {
	return DeriveKey("return", meetingID, caseID, institution).String()
}

// askReturns brings the returns that a meeting's cases wait for into step with the meeting: a clock for each invited
// institution that has a part in a case of the agenda, none where the meeting is over, moved without the case, or called
// off. Each command's key says what it is for, so that however often this runs each is asked once.
func (s *Service) askReturns(ctx context.Context, id string) (position uint64, err error) {
	st, facts, err := s.meetingState(ctx, id)
	if err != nil {
		return 0, err
	}
	var cases []string // that were ever on the agenda
	for _, f := range facts {
		if e, ok := f.Data.(meeting.AgendaAdded); ok && !slices.Contains(cases, e.Case) {
			cases = append(cases, e.Case)
		}
	}
	for _, caseID := range cases {
		cs, _, err := s.caseState(ctx, caseID, At{})
		if err != nil {
			return position, err
		}
		if cs.Status != casefile.Open {
			continue
		}
		for _, c := range returnCommands(st, cs, s.Clock.Now().UTC()) {
			r, err := s.askReturn(ctx, st, cs.ID, c, uint64(len(facts)))
			if _, err = refusalCode(err); err != nil { // a case that was closed meanwhile has dropped them itself
				return position, err
			}
			position = max(position, r.Position)
		}
	}
	return position, nil
}

// returnCommands are what a case still has to be told about a meeting's returns.
func returnCommands(st meeting.State, cs casefile.State, now time.Time) (out []casefile.Command) {
	waits := st.Status == meeting.Planned && st.OnAgenda(cs.ID) && st.When.After(now)
	parties := cs.Parties()
	for _, i := range st.Invited {
		id := returnID(st.Meeting, cs.ID, i.Institution)
		at := slices.IndexFunc(cs.Returns, func(r casefile.Return) bool { return r.ID == id })
		asked := at >= 0 && !cs.Returns[at].Dropped
		over := st.Status != meeting.Planned || !st.OnAgenda(cs.ID)
		switch {
		case asked && over:
			out = append(out, casefile.DropReturn{Return: id})
		case waits && (!asked || !cs.Returns[at].MeetingAt.Equal(st.When)) && i.Institution != st.Convener && slices.Contains(parties, i.Institution):
			out = append(out, casefile.AskReturn{Return: id, Meeting: st.Meeting, Institution: i.Institution, MeetingAt: st.When})
		}
	}
	return out
}

// askReturn tells a case one of them, in the convener's name.
func (s *Service) askReturn(ctx context.Context, st meeting.State, caseID string, c casefile.Command, revision uint64) (Receipt, error) {
	what, id := "ask", ""
	switch c := c.(type) {
	case casefile.AskReturn:
		id = c.Return
	case casefile.DropReturn:
		what, id = "drop", c.Return
	}
	caller := systemCaller
	caller.Institution = st.Convener
	d := s.caseDecision(caller, caseID)
	d.judge = func(cs casefile.State) (string, error) {
		v := access.Judge(caller.Actor(), access.AskReturn, access.Facts{Kind: cs.Kind, Standing: access.None, Status: string(cs.Status)})
		return v.Basis, v.Refusal()
	}
	d.decide = func(cs casefile.State, m event.Moment) ([]event.Data, error) { return s.Cases.Decide(cs, c, m) }
	// The meeting's own length tells one asking from another: dropped and asked again is another asking.
	key := DeriveKey("return", what, id, st.When.Format(time.RFC3339Nano), strconv.FormatUint(revision, 10))
	return run(ctx, s, caller, Envelope{Key: key}, d)
}

// returnsDue looks at the meetings whose returns may be out of step: all of them at first, so that nothing a process left
// behind is forgotten, and after that those to come, whenever anything happened.
func (s *Service) returnsDue(ctx context.Context) error {
	position := s.Position()
	if s.returnsSeen != 0 && s.returnsSeen == position {
		return nil
	}
	q := projections.Query{Topic: projections.Meetings, Sort: projections.ByKey, NoTotal: true}
	if s.returnsSeen != 0 {
		q.Status = string(meeting.Planned)
	}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return viewError(err)
		}
		for _, row := range page.Rows {
			if row.Status != string(meeting.Planned) { // at the start: what a process that ended left behind
				if _, err := s.followMeeting(ctx, row.Key); err != nil {
					return err
				}
			}
			if _, err := s.askReturns(ctx, row.Key); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	s.returnsSeen = max(position, 1)
	return nil
}
