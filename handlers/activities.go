package handlers

import (
	"context"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/activity"
	"mkr/domain/event"
	"mkr/projections"
	"mkr/projections/activities"
	directoryview "mkr/projections/directory"
)

// Coded inputs of activities and applications.
type (
	ActivityKind string
)

// Enum lists the values of a coded input.
func (ActivityKind) Enum() []any { return values(activity.Kinds) }

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
