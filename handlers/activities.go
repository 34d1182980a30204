package handlers

import (
	"context"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/activity"
	"mkr/domain/application"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/activities"
	"mkr/projections/aid"
	directoryview "mkr/projections/directory"
)

// Coded inputs of activities and applications.
type (
	ActivityKind    string
	ApplicationKind string
	DecisionOutcome string
	AidRefusal      string
)

// Enum lists the values of a coded input.
func (ActivityKind) Enum() []any    { return values(activity.Kinds) }
func (ApplicationKind) Enum() []any { return values(application.Kinds) }
func (DecisionOutcome) Enum() []any { return values(application.Outcomes) }
func (AidRefusal) Enum() []any      { return values(application.RefuseReasons) }

// RecordActivity says that an awareness activity, a school meeting or a project took place. It holds counts and
// a public title, no personal data.
type RecordActivity struct {
	Kind          ActivityKind `json:"kind" required:"true"`
	On            string       `json:"on" required:"true" ask:"date" description:"Local day, YYYY-MM-DD."`
	Title         string       `json:"title" required:"true" maxLength:"200" description:"Its public name; no name of a person."`
	Participants  int          `json:"participants,omitempty" minimum:"0"`
	WomenGirls    int          `json:"women_girls,omitempty" minimum:"0"`
	Children      int          `json:"children,omitempty" minimum:"0"`
	Organisations int          `json:"organisations,omitempty" minimum:"0"`
}

// RecordActivity records one that was held, by the caller's institution.
func (s *Service) RecordActivity(ctx context.Context, c Caller, in RecordActivity, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	id := derive(env.Key, "id").String()
	cmd := activity.Record{
		What:    activity.What{Activity: id, Kind: string(in.Kind), On: in.On, Title: in.Title, Organiser: c.Institution},
		Turnout: activity.Turnout{Participants: in.Participants, WomenGirls: in.WomenGirls, Children: in.Children, Organisations: in.Organisations},
	}
	return s.activityRun(ctx, c, id, "activity.record", env, cmd)
}

// MarkActivityInError takes an activity out of every count.
func (s *Service) MarkActivityInError(ctx context.Context, c Caller, id, reason string, env Envelope) (Receipt, error) {
	if _, err := uuid.Parse(id); err != nil {
		return Receipt{}, ErrNotFound
	}
	return s.activityRun(ctx, c, id, "activity.mark_in_error", env, activity.MarkInError{Reason: reason})
}

func (s *Service) activityRun(ctx context.Context, c Caller, id, name string, env Envelope, cmd activity.Command) (Receipt, error) {
	stream := event.StreamName(event.ActivityCategory, id)
	v := access.Judge(c.Actor(), access.RecordActivity, access.Facts{})
	r, err := Receipt{}, error(&DeniedError{Action: name, Code: v.Code})
	if v.Allow {
		r, err = run(ctx, s, c, env.about(name, ""), decision[activity.State]{
			stream: stream, evolve: activity.Evolve,
			judge:  func(activity.State) (string, error) { return v.Basis, nil },
			decide: func(st activity.State, m event.Moment) ([]event.Data, error) { return activity.Decide(st, cmd, m) },
		})
	}
	if err != nil {
		s.recordRefusal(ctx, c, name, stream, env.Key, err)
	}
	r.ID = id
	return r, err
}

// Activities lists what was done, newest first.
func (s *Service) Activities(ctx context.Context, c Caller, q ListQuery) (List[activities.Row], error) {
	if v := access.Judge(c.Actor(), access.ViewActivity, access.Facts{}); !v.Allow {
		return List[activities.Row]{}, &DeniedError{Action: string(access.ViewActivity), Code: v.Code}
	}
	return rowsOf[activities.Row](ctx, s, projections.Query{Topic: projections.Activities, Kind: q.Kind, Sort: projections.ByNewest, After: q.After, Limit: q.Limit})
}

// SubmitApplication hands a family's request to its commission.
type SubmitApplication struct {
	Kind   ApplicationKind `json:"kind" required:"true"`
	Family NewPerson       `json:"family" required:"true" description:"Who asks."`
}

// SubmitApplication registers the family, sealed, and its request.
func (s *Service) SubmitApplication(ctx context.Context, c Caller, in SubmitApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	id, family := derive(env.Key, "id").String(), derive(env.Key, "family").String()
	return s.applicationRun(ctx, c, id, "application.submit", access.SubmitApplication, env, func(st application.State, m event.Moment) ([]event.Data, error) {
		p := &preparation{Service: s, caller: c, key: env.Key}
		if _, err := p.registerPerson(ctx, family, in.Family); err != nil {
			return nil, err
		}
		return application.Decide(st, application.Submit{Application: id, Kind: string(in.Kind), Subject: family}, m)
	})
}

// DecideApplication is the commission's answer.
type DecideApplication struct {
	Timed
	Outcome DecisionOutcome `json:"outcome" required:"true"`
	Reason  AidRefusal      `json:"reason,omitempty" label:"refuse_reason"`
}

// DecideApplication records it.
func (s *Service) DecideApplication(ctx context.Context, c Caller, id string, in DecideApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	env.OccurredAt = orTime(env.OccurredAt, in.OccurredAt)
	return s.applicationCommand(ctx, c, id, "application.decide", env, application.DecideOn{Outcome: string(in.Outcome), Reason: string(in.Reason)})
}

// PayAid records a month's aid.
type PayAid struct {
	Timed
	Period string `json:"period" required:"true" description:"The month, YYYY-MM."`
	Lek    int    `json:"lek" required:"true" minimum:"1" maximum:"10000000"`
}

// PayAid records it.
func (s *Service) PayAid(ctx context.Context, c Caller, id string, in PayAid, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	env.OccurredAt = orTime(env.OccurredAt, in.OccurredAt)
	return s.applicationCommand(ctx, c, id, "application.pay_aid", env, application.PayAid{Period: in.Period, Lek: in.Lek})
}

func (s *Service) applicationCommand(ctx context.Context, c Caller, id, name string, env Envelope, cmd application.Command) (Receipt, error) {
	if _, err := uuid.Parse(id); err != nil {
		return Receipt{}, ErrNotFound
	}
	return s.applicationRun(ctx, c, id, name, access.DecideApplication, env, func(st application.State, m event.Moment) ([]event.Data, error) {
		if st.Status == application.NotSubmitted {
			return nil, ErrNotFound
		}
		return application.Decide(st, cmd, m)
	})
}

func (s *Service) applicationRun(ctx context.Context, c Caller, id, name string, action access.Action, env Envelope, decide func(application.State, event.Moment) ([]event.Data, error)) (Receipt, error) {
	stream := event.StreamName(event.ApplicationCategory, id)
	own, err := s.tookIn(ctx, c, stream)
	if err != nil {
		return Receipt{}, err
	}
	v := access.Judge(c.Actor(), action, access.Facts{Own: own})
	r, err := Receipt{}, error(&DeniedError{Action: name, Code: v.Code})
	if !v.Allow && access.Judge(c.Actor(), action, access.Facts{Own: true}).Allow {
		err = ErrNotFound // she has such work, and this is another's
	}
	if v.Allow {
		r, err = run(ctx, s, c, env.about(name, ""), decision[application.State]{
			stream: stream, evolve: application.Evolve, decide: decide,
			judge: func(application.State) (string, error) { return v.Basis, nil },
		})
	}
	if err != nil {
		s.recordRefusal(ctx, c, name, stream, env.Key, err)
	}
	r.ID = id
	return r, err
}

// tookIn tells whether an application is the caller's institution's own: it was handed in there, or nowhere yet.
func (s *Service) tookIn(ctx context.Context, c Caller, stream string) (bool, error) {
	facts, err := s.facts(ctx, stream)
	if err != nil {
		return false, err
	}
	return len(facts) == 0 || c.Institution != "" && facts[0].Meta.Institution == c.Institution, nil
}

// Applications lists the requests that the caller may see, newest first.
func (s *Service) Applications(ctx context.Context, c Caller, q ListQuery) (List[aid.Row], error) {
	pq := projections.Query{Topic: projections.Aid, Kind: q.Kind, Status: q.Status, Sort: projections.ByNewest, After: q.After, Limit: q.Limit}
	if !access.Judge(c.Actor(), access.ViewApplication, access.Facts{}).Allow {
		if v := access.Judge(c.Actor(), access.ViewApplication, access.Facts{Own: true}); !v.Allow || c.Institution == "" {
			return List[aid.Row]{}, &DeniedError{Action: string(access.ViewApplication), Code: v.Code}
		}
		pq.Visible = c.Institution
	}
	return rowsOf[aid.Row](ctx, s, pq)
}

// Institutions lists the directory; it is public.
func (s *Service) Institutions(ctx context.Context) (List[directoryview.Row], error) {
	return rowsOf[directoryview.Row](ctx, s, projections.Query{Topic: projections.Institutions, Sort: projections.ByOldest, Limit: projections.MaxLimit})
}

func orTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}
